import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../../src/core/model.ts";
import { DEFAULT_PLAYS } from "../../../src/core/play/default-plays.ts";
import { DEFAULT_ACTIONS } from "../../../src/core/play/next-action.ts";
import { nextPlayDay, type Play, type PlayMoment, type RunningPlay, stepPlays } from "../../../src/core/play/play.ts";
import { PLAY_TEXTS } from "../../../src/core/play/texts.ts";
import { SIGNS } from "../../../src/core/signal/signs.ts";

const quiet: PlayMoment = { zone: "green", zoneSince: 100, signs: {}, stoppedBy: null, nowDay: 200 };
const ids = (plays: readonly Play[]): string[] => plays.map((p) => p.id);

describe("plays (A8.16-A8.18, A8.23)", () => {
  it("a fall of activity starts the check-in once and not again while it lasts (A8.16)", () => {
    const fell = { ...quiet, signs: { usage_drop: 198 } };
    const first = stepPlays(DEFAULT_PLAYS, [], fell);
    expect(ids(first.start)).toEqual(["usage_drop"]);
    expect(first.start[0]!.tasks[0]!.textId).toBe("play.check_in");
    expect(PLAY_TEXTS["play.check_in"]!.ru).toBe("Снижение активности клиента. Требуется check-in");
    const again = stepPlays(DEFAULT_PLAYS, first.running, { ...fell, nowDay: 205 });
    expect(again.start).toEqual([]);
    expect(again.running).toEqual(first.running);
  });

  it("a reason that comes back within the pause starts its play when the pause is over, and that day is known ahead", () => {
    const ended: RunningPlay = {
      playId: "usage_drop",
      sinceDay: 150,
      startedDay: 150,
      endedDay: 180,
      endedBy: "reason_gone",
    };
    const back = { ...quiet, signs: { usage_drop: 190 }, nowDay: 200 };
    expect(nextPlayDay(DEFAULT_PLAYS, [ended], back)).toBe(210);
    expect(stepPlays(DEFAULT_PLAYS, [ended], { ...back, nowDay: 209 }).start).toEqual([]);
    const step = stepPlays(DEFAULT_PLAYS, [ended], { ...back, nowDay: 210 });
    expect(ids(step.start)).toEqual(["usage_drop"]);
    expect(nextPlayDay(DEFAULT_PLAYS, step.running, { ...back, nowDay: 210 })).toBeNull();
    const nevers: PlayMoment[] = [quiet, { ...back, stoppedBy: "let_go" }, { ...back, signs: { usage_drop: 150 } }];
    for (const never of nevers) expect(nextPlayDay(DEFAULT_PLAYS, [ended], never)).toBeNull();
  });

  it("asked twice with its own answer it changes nothing", () => {
    const moment = { ...quiet, zone: "red" as const, zoneSince: 199, signs: { contact_left: 190, complaint: 199 } };
    const first = stepPlays(DEFAULT_PLAYS, [], moment);
    expect(stepPlays(DEFAULT_PLAYS, first.running, moment)).toEqual({ running: first.running, start: [], end: [] });
  });

  it("a changed key employee opens retraining, which is kept when the sign has passed (A8.17)", () => {
    const { running, start } = stepPlays(DEFAULT_PLAYS, [], { ...quiet, signs: { contact_left: 199 } });
    expect(start[0]!.tasks.map((t) => t.key)).toContain("retraining");
    expect(stepPlays(DEFAULT_PLAYS, running, quiet).end).toEqual([
      { play: expect.objectContaining({ endedBy: "reason_gone" }), close: false },
    ]);
  });

  it("zones bring their play and its offers once; leaving the zone closes by its rule (A8.18)", () => {
    const yellow = stepPlays(DEFAULT_PLAYS, [], { ...quiet, zone: "yellow", zoneSince: 200 });
    expect(ids(yellow.start)).toEqual(["zone_yellow"]);
    expect(yellow.start[0]!.offers).toEqual(["extra_training", "process_review", "joint_plan", "tariff_review"]);
    const red = stepPlays(DEFAULT_PLAYS, yellow.running, { ...quiet, zone: "red", zoneSince: 210, nowDay: 210 });
    expect(ids(red.start)).toEqual(["zone_red"]);
    expect(red.start[0]!.tasks.map((t) => t.roles[0])).toContain("manager");
    expect(red.end).toEqual([{ play: expect.objectContaining({ playId: "zone_yellow" }), close: true }]);
  });

  it("the same play waits its pause before the next firing", () => {
    const run: RunningPlay = {
      playId: "usage_drop",
      sinceDay: 150,
      startedDay: 150,
      endedDay: 180,
      endedBy: "reason_gone",
    };
    const fell = (nowDay: number): PlayMoment => ({ ...quiet, nowDay, signs: { usage_drop: nowDay } });
    expect(stepPlays(DEFAULT_PLAYS, [run], fell(209)).start).toEqual([]);
    expect(ids(stepPlays(DEFAULT_PLAYS, [run], fell(210)).start)).toEqual(["usage_drop"]);
  });

  it("a play that is switched off ends, and cleans up by its rule", () => {
    const off = DEFAULT_PLAYS.map((p) => (p.id === "usage_drop" ? { ...p, enabled: false } : p));
    const moment = { ...quiet, signs: { usage_drop: 198 } };
    const { running } = stepPlays(DEFAULT_PLAYS, [], moment);
    const ended = stepPlays(off, running, moment);
    expect(ended.end).toEqual([{ play: expect.objectContaining({ endedBy: "switched_off" }), close: true }]);
    expect(ended.start).toEqual([]);
  });

  it("letting go ends all plays, closes their tasks and starts none (A8.21)", () => {
    const moment = { ...quiet, zone: "red" as const, signs: { complaint: 198 } };
    const { running } = stepPlays(DEFAULT_PLAYS, [], moment);
    const gone = stepPlays(DEFAULT_PLAYS, running, { ...moment, stoppedBy: "let_go" });
    expect(gone.start).toEqual([]);
    expect(gone.end).toHaveLength(2);
    expect(gone.end.every((e) => e.close && e.play.endedBy === "let_go")).toBe(true);
  });

  it("every play hangs on a sign or zone that exists, and every text stands in four languages", () => {
    const signs = new Set(SIGNS.map((s) => s.id));
    const texts = [
      ...DEFAULT_PLAYS.flatMap((p) => [...p.tasks.map((t) => t.textId), ...p.offers.map((id) => `code.${id}`)]),
      ...DEFAULT_ACTIONS.map((a) => a.textId),
      "action.train_gap",
    ];
    for (const play of DEFAULT_PLAYS) for (const sign of play.trigger.signs ?? []) expect(signs).toContain(sign);
    for (const action of DEFAULT_ACTIONS) for (const sign of action.signs) expect(signs).toContain(sign);
    for (const id of texts) for (const language of LANGUAGES) expect(PLAY_TEXTS[id]?.[language]).toBeTruthy();
  });
});
