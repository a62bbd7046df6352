import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_PLAYS, PLAYS_VERSION } from "../../../src/core/play/default-plays.ts";
import { type Play, type PlayMoment, passOver, type RunningPlay, stepPlays } from "../../../src/core/play/play.ts";
import { SIGNS } from "../../../src/core/signal/signs.ts";

/** Which play answers a sign, in which version of the table it came, and which tasks it makes. */
const ANSWERED: Readonly<Record<string, readonly [play: string, version: number, tasks: string]>> = {
  usage_drop: ["usage_drop", 1, "check_in"],
  time_drop: ["core_unused", 2, "train_core"],
  core_unused: ["core_unused", 2, "train_core"],
  implementation_stuck: ["implementation_stuck", 1, "restart_implementation"],
  no_login: ["no_login", 1, "wake_up"],
  setup_unfinished: ["setup_unfinished", 1, "finish_setup"],
  deals_drop: ["deals_drop", 1, "check_in_deals"],
  interaction_drop: ["interaction_drop", 2, "agree_rhythm"],
  meetings_moved: ["meetings_moved", 1, "fix_meeting"],
  no_show: ["no_show", 1, "rebook_meeting"],
  no_reply: ["no_reply", 1, "call_silent"],
  reply_slow: ["interaction_drop", 2, "agree_rhythm"],
  reply_short: ["interaction_drop", 2, "agree_rhythm"],
  agreed_step_overdue: ["agreed_step_overdue", 2, "renew_agreements"],
  tone_change: ["tone_change", 2, "ask_what_is_wrong"],
  management_asked: ["management_asked", 2, "management_talk"],
  termination_asked: ["termination_asked", 1, "termination_talk"],
  ticket_open: ["ticket_open", 2, "solve_ticket"],
  complaint: ["complaint", 1, "solve_complaint"],
  terms_asked: ["terms_asked", 2, "terms_talk"],
  payment_delay: ["payment_delay", 1, "ask_payment"],
  paying_later: ["paying_later", 2, "payment_schedule"],
  volume_down: ["volume_down", 2, "review_package"],
  extras_refused: ["volume_down", 2, "review_package"],
  turnover_drop: ["volume_down", 2, "review_package"],
  decision_maker_changed: ["decision_maker_changed", 1, "renew_relation+show_value"],
  contact_left: ["contact_left", 1, "new_contact+retraining"],
  restructuring: ["restructuring", 1, "review_format"],
  suppliers_reviewed: ["suppliers_reviewed", 1, "show_value_now"],
  competitor_tried: ["competitor_tried", 1, "compare_honestly"],
};

const moment = (nowDay: number, signs: Readonly<Record<string, number>>): PlayMoment => ({
  zone: "green",
  zoneSince: 0,
  signs,
  stoppedBy: null,
  nowDay,
});

describe("A8.23 every sign has one play", () => {
  it("and the table knows no other", () => {
    expect(Object.keys(ANSWERED).sort()).toEqual(SIGNS.map(({ id }) => id).sort());
  });

  it.each(Object.entries(ANSWERED))("%s: %j", (sign, [play, version, tasks]) => {
    const { start } = stepPlays(DEFAULT_PLAYS, [], moment(200, { [sign]: 200 }));
    expect(start.map((one) => [one.id, one.version, one.tasks.map(({ key }) => key).join("+")])).toEqual([
      [play, version, tasks],
    ]);
    expect(start[0]!.pauseDays).toBe(30);
    for (const { roles } of start[0]!.tasks) expect(roles).toEqual(expect.arrayContaining(["owner"]));
  });
});

describe("A8.23 signs that share a play", () => {
  const [shared] = DEFAULT_PLAYS.filter(({ id }) => id === "volume_down") as [Play];
  const run = (answers: Readonly<Record<string, number>>, more: Partial<RunningPlay> = {}): RunningPlay => ({
    playId: "volume_down",
    sinceDay: Math.min(...Object.values(answers)),
    startedDay: 200,
    answers,
    endedDay: null,
    endedBy: null,
    ...more,
  });

  it("the play begins with the earliest of them, and one that joins is no new firing", () => {
    const first = stepPlays([shared], [], moment(200, { turnover_drop: 198, volume_down: 195 }));
    expect(first.running).toEqual([run({ volume_down: 195, turnover_drop: 198 })]);
    const joined = stepPlays([shared], first.running, moment(210, { turnover_drop: 198, extras_refused: 209 }));
    expect([joined.start, joined.end]).toEqual([[], []]);
    expect(joined.running).toEqual([run({ volume_down: 195, turnover_drop: 198, extras_refused: 209 })]);
  });

  it("it ends with the last of them", () => {
    const left = stepPlays(
      [shared],
      [run({ volume_down: 195, turnover_drop: 198 })],
      moment(210, { turnover_drop: 198 }),
    );
    expect(left.end).toEqual([]);
    expect(stepPlays([shared], left.running, moment(211, {})).end).toHaveLength(1);
  });

  it("after a stop the ones that were answered, also by joining, start nothing; another one does when the pause is over", () => {
    const ended = run({ volume_down: 195, turnover_drop: 205 }, { endedDay: 210, endedBy: "let_go" });
    const stand = { turnover_drop: 205 };
    expect(stepPlays([shared], [ended], moment(300, stand)).start).toEqual([]);
    expect(stepPlays([shared], [ended], moment(239, { ...stand, extras_refused: 230 })).start).toEqual([]);
    const later = stepPlays([shared], [ended], moment(240, { ...stand, extras_refused: 230 }));
    expect(later.running[1]).toEqual(run({ ...stand, extras_refused: 230 }, { sinceDay: 230, startedDay: 240 }));
  });

  it("whatever fires in whatever order: one open run, a pause between two, no since-day and no firing twice", () => {
    // Each day one sign at most turns, so that some stand through a pause.
    const turn = fc.subarray(["volume_down", "extras_refused", "turnover_drop"], { maxLength: 1 });
    const day = fc.record({ turn, enabled: fc.boolean() });
    const property = fc.property(fc.array(day, { minLength: 1, maxLength: 40 }), (days) => {
      let running: readonly RunningPlay[] = [];
      let since: Record<string, number> = {};
      const met = new Set<string>();
      days.forEach(({ turn: [turned], enabled }, at) => {
        const nowDay = 10 * at;
        const { [turned ?? ""]: was, ...others } = since;
        since = turned === undefined || was !== undefined ? others : { ...since, [turned]: nowDay };
        const plays = [{ ...shared, enabled }];
        const step = stepPlays(plays, running, moment(nowDay, since));
        const ends = running.map(({ endedDay }) => endedDay ?? Number.POSITIVE_INFINITY);
        if (step.start.length > 0) {
          for (const end of ends) expect(nowDay - end).toBeGreaterThanOrEqual(shared.pauseDays);
          expect(Object.entries(since).some((one) => !met.has(one.join()))).toBe(true);
        }
        if (step.running.some(({ endedDay }) => endedDay === null))
          for (const one of Object.entries(since)) met.add(one.join());
        running = step.running;
        expect(stepPlays(plays, running, moment(nowDay, since))).toEqual({ running, start: [], end: [] });
      });
      const keys = running.map(({ sinceDay }) => sinceDay);
      expect(new Set(keys).size).toBe(keys.length);
      expect(running.filter(({ endedDay }) => endedDay === null).length).toBeLessThanOrEqual(1);
    });
    fc.assert(property, { numRuns: 300 });
  });
});

describe("A8.23 firings that stood before there was a play for them are passed over", () => {
  const over = (
    known: number,
    before: Readonly<Record<string, number>>,
    firedBefore: Readonly<Record<string, number>>,
    signs: Readonly<Record<string, number>>,
  ) => passOver(DEFAULT_PLAYS, known, before, firedBefore, { signs, nowDay: 200 });

  it.each<[string, Record<string, number>, ...Parameters<typeof over>]>([
    [
      "it fired at the last look, under version 1",
      { tone_change: 200 },
      1,
      {},
      { tone_change: 190 },
      { tone_change: 190 },
    ],
    ["its play was known then", {}, PLAYS_VERSION, {}, { tone_change: 190 }, { tone_change: 190 }],
    ["its play is older than the update", {}, 1, {}, { complaint: 190 }, { complaint: 190 }],
    ["it began since the last look", {}, 1, {}, {}, { tone_change: 200 }],
    ["it stopped in the meantime", {}, 1, {}, { tone_change: 190 }, {}],
    ["it stays passed over", { tone_change: 150 }, 2, { tone_change: 150 }, { tone_change: 140 }, { tone_change: 140 }],
    ["until it stops", {}, 2, { tone_change: 150 }, { tone_change: 140 }, {}],
    ["or fires since a later day", {}, 2, { tone_change: 150 }, { tone_change: 140 }, { tone_change: 151 }],
  ])("%s: %j", (_case, expected, ...given) => {
    expect(over(...given)).toEqual(expected);
  });
});
