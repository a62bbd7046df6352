import { describe, expect, test } from "vitest";
import { NO_PLAYS, type PlaysAnswer, type PlaysState, playOn } from "../../../src/core/client/plays.ts";
import { decide } from "../../../src/core/decide.ts";
import type { DecideConfig, Decision } from "../../../src/core/decision.ts";
import { NO_CLIENT, type People, type WhoClient } from "../../../src/core/escalate/people.ts";
import type { SignVerdict } from "../../../src/core/signal/sign-check.ts";
import { SIGNS } from "../../../src/core/signal/signs.ts";
import { makeTexts } from "../../../src/core/texts.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 2, 9);
const today = START / DAY - 9 / 24;

/** What is measured: activity, and the length of answers. */
const measured = (id: string, value: number, baseline: number | null, sinceDay: number): SignVerdict => {
  const { threshold } = SIGNS.find((one) => one.id === id)!;
  return { id, fired: true, value, baseline, threshold, sinceDay, evidence: [], notJudged: null };
};

const look = (
  before: PlaysState,
  verdicts: readonly SignVerdict[],
  day: number,
  { zone = "green", portal = {} }: { zone?: "green" | "red"; portal?: Partial<DecideConfig> } = {},
) =>
  playOn({
    key: "company:1",
    before,
    zone,
    zoneSince: 0,
    why: "",
    firing: Object.fromEntries(verdicts.map(({ id, sinceDay }) => [id, sinceDay!])),
    firedBefore: {},
    verdicts,
    stoppedBy: null,
    who: { ...NO_CLIENT, ownerId: "o1" },
    links: [{ kind: "company", id: "1" }],
    facts: clientFacts([record("company", "1", {})]),
    config: decideConfigFor(START, {}, portal),
    now: START + day * DAY,
  });

const bodiesOf = ({ wishes }: PlaysAnswer) =>
  wishes.flatMap((wish) =>
    wish.kind === "task" && "task" in wish
      ? [makeTexts(new Map()).render(wish.task.body!, "en", {}).replaceAll("\u00a0", " ")]
      : [],
  );

describe("A8.16 A8.23 the task of a sign says why it is there", () => {
  const fell =
    "Activity falls: sign-ins and uses in 28 days 10, usual by the 8 weeks before 20 (−50 %); a sign from −30 %; since 2 March 2026";

  test("as the sign was when it began, whatever is measured later", () => {
    const first = look(NO_PLAYS, [measured("usage_drop", 0.5, 20, today)], 0);
    expect(bodiesOf(first)).toEqual([fell]);
    expect(bodiesOf(look(first.state, [measured("usage_drop", 0.4, 20, today)], 7))).toEqual([fell]);
  });

  test("also where an earlier version began it, with one sign to a play", () => {
    const run = { playId: "usage_drop", sinceDay: today, startedDay: today, endedDay: null, endedBy: null };
    const { version: _, ...nothing } = NO_PLAYS;
    const before = { ...nothing, running: [{ ...run, measured: { value: 0.5, baseline: 20, threshold: 0.7 } }] };
    expect(bodiesOf(look(before, [measured("usage_drop", 0.4, 20, today)], 7))).toEqual([fell]);
  });

  test("each sign that fires as it begins has its sentence, the earliest first; one that joins later makes no task and no change", () => {
    const slower = measured("reply_slow", 2.5, 8, today - 7);
    const fewer = measured("interaction_drop", 0.5, 12, today);
    const first = look(NO_PLAYS, [fewer, slower], 0);
    const said = [
      "Slower answers: hours to an answer, mean of 28 days 20, usual in the half year before 8 (+150 %); a sign from +100 %; since 23 February 2026",
      "Contacts fall: contacts in 28 days 6, usual by the 8 weeks before 12 (−50 %); a sign from −40 %; since 2 March 2026",
    ].join("\n");
    expect(bodiesOf(first)).toEqual([said]);
    expect(first.wishes.map(({ key }) => key)).toEqual([`play:company:1:interaction_drop:${today - 7}:agree_rhythm`]);
    const joined = look(first.state, [fewer, slower, measured("reply_short", 0.4, 90, today + 7)], 7);
    expect(joined.wishes).toEqual(first.wishes);
    const left = look(joined.state, [measured("reply_short", 0.4, 90, today + 7)], 14);
    expect([left.wishes, left.deeds]).toEqual([first.wishes, []]);
  });
});

describe("A8.23 plays wait until everything in the CRM was read once", () => {
  const importing = { importedAt: null, liveSince: START };
  const fewer = measured("interaction_drop", 0.5, 12, today - 7);

  test("a sign, or a red zone, of a client read by half starts nothing, and is looked at again soon", () => {
    const half = look(NO_PLAYS, [fewer], 0, { portal: importing });
    expect([half.state, half.wishes, half.deeds]).toEqual([NO_PLAYS, [], []]);
    expect(half.wakeAt).toBe(START + 15 * 60_000);
    const red = look(NO_PLAYS, [], 0, { zone: "red", portal: importing });
    expect([red.state, red.wishes, red.wakeAt]).toEqual([NO_PLAYS, [], START + 15 * 60_000]);
    expect(look(NO_PLAYS, [], 0, { portal: importing }).wakeAt).toBeNull();
  });

  test("what still stands then starts as it always does; what does not leaves no trace", () => {
    const half = look(NO_PLAYS, [fewer], 0, { portal: importing });
    const whole = { portal: { ...importing, importedAt: START + 1 } };
    expect(look(half.state, [fewer], 0.02, whole)).toEqual(look(NO_PLAYS, [fewer], 0.02));
    expect(look(half.state, [], 0.02, whole).wishes).toEqual([]);
    expect(look(half.state, [fewer], 0.02, whole).wishes).toHaveLength(1);
  });

  test("what runs goes on, and a CRM that never lets everything be read holds up plays for two days", () => {
    const running = look(NO_PLAYS, [fewer], 0);
    const half = look(running.state, [], 1, { portal: importing });
    expect([half.state, half.wishes]).toEqual([running.state, running.wishes]);
    expect(look(NO_PLAYS, [fewer], 1.9, { portal: importing }).wishes).toEqual([]);
    expect(look(NO_PLAYS, [fewer], 2, { portal: importing }).wishes).toHaveLength(1);
  });
});

describe("A8.23 an update that brings plays", () => {
  const asked = { id: "management_asked", at: START, by: "o1" };
  const facts = clientFacts([record("company", "1", { ownerId: "o1" })]);
  const config = decideConfigFor(START);
  const decided = (state: unknown, day: number) =>
    decide({ key: "company:1", state }, facts, null, config, START + day * DAY);
  const tasksOf = ({ desired }: Decision) => desired.map(({ key }) => key).filter((key) => key.startsWith("play:"));
  const reported = (state: unknown, ...signals: object[]) => ({ ...(state as object), acts: { signals } });
  /** As the version before left it: signs were judged, without a play for this one. */
  const earlier = (state: unknown) => {
    const { running: _, version: __, ...plays } = (state as { plays: PlaysState }).plays;
    return { ...(state as object), plays: { ...plays, running: [] } };
  };

  test("starts nothing for a sign that fired before it, and answers the next one", () => {
    const first = decided(reported(null, asked), 0);
    expect(tasksOf(first)).toEqual([`play:company:1:management_asked:${today}:management_talk`]);
    const updated = decided(earlier(first.state), 1);
    expect([tasksOf(updated), updated.deeds]).toEqual([[], []]);
    expect(tasksOf(decided(updated.state, 2))).toEqual([]);
    const more = decided(reported(updated.state, asked, { id: "terms_asked", at: START + 2 * DAY, by: "o1" }), 3);
    expect(tasksOf(more)).toEqual([`play:company:1:terms_asked:${today + 2}:terms_talk`]);
  });

  test("answers the same sign when it fires anew", () => {
    const updated = decided(earlier(decided(reported(null, asked), 0).state), 1);
    const quiet = decided(updated.state, 100);
    const again = decided(reported(quiet.state, asked, { ...asked, at: START + 101 * DAY }), 102);
    expect(tasksOf(again)).toEqual([`play:company:1:management_asked:${today + 101}:management_talk`]);
  });

  test("a client that is looked at for the first time is answered in full", () => {
    const complaint = { ...asked, id: "complaint" };
    expect(tasksOf(decided(reported(null, asked, complaint), 0))).toHaveLength(2);
  });
});

test.each([
  [
    "the rule for class A names one",
    { class: "A" },
    { rules: [{ who: "executive", class: "A", ownerId: "boss" }] },
    "boss",
  ],
  ["class B has no rule: the executive of the settings", { class: "B" }, { executiveIds: ["o2"] }, "o2"],
  [
    "a rule by region",
    { region: "South" },
    { rules: [{ who: "executive", region: "South", ownerId: "boss" }] },
    "boss",
  ],
  ["no executive anywhere: the owner's manager", {}, { managerOf: { o1: "o2" }, fallbackOwnerId: "boss" }, "o2"],
  ["nobody above: the owner", {}, { managerOf: {}, fallbackOwnerId: "boss" }, "o1"],
] as const)(
  "A9.1 A4.3 who of the management meets the client: %s",
  (_which, client: Partial<WhoClient>, people, expected) => {
    const usual = decideConfigFor(START);
    const nobody = { rules: [], executiveIds: [], headIds: [], managerOf: {}, managerOfTeam: {} };
    const byId = Object.fromEntries(
      Object.entries(usual.people.byId).map(([id, one]) => [id, { ...one, managerId: null }]),
    );
    const config = { ...usual, people: { ...usual.people, ...nobody, byId, ...people } as People };
    const { wishes } = playOn({
      key: "company:1",
      before: NO_PLAYS,
      zone: "red",
      zoneSince: today,
      why: "",
      firing: {},
      firedBefore: {},
      verdicts: [],
      stoppedBy: null,
      who: { ...NO_CLIENT, ownerId: "o1", ...client },
      links: [{ kind: "company", id: "1" }],
      facts: clientFacts([record("company", "1", {})]),
      config,
      now: START,
    });
    const meeting = wishes.find(({ key }) => key.includes("management_meeting"));
    expect(meeting).toMatchObject({ task: { ownerId: expected } });
  },
);
