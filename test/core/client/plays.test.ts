import { expect, test } from "vitest";
import { NO_PLAYS, type PlaysState, playOn } from "../../../src/core/client/plays.ts";
import { NO_CLIENT, type People, type WhoClient } from "../../../src/core/escalate/people.ts";
import { makeTexts } from "../../../src/core/texts.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 2, 9);
const today = START / DAY - 9 / 24;

test("A8.16 A8.23 the task of a sign says why it is there: as the sign was when it began, whatever is measured later", () => {
  const look = (before: PlaysState, value: number, day: number) =>
    playOn({
      key: "company:1",
      before,
      zone: "green",
      zoneSince: 0,
      firing: { usage_drop: today },
      verdicts: [
        {
          id: "usage_drop",
          fired: true,
          value,
          baseline: 20,
          threshold: 0.7,
          sinceDay: today,
          evidence: [],
          notJudged: null,
        },
      ],
      stoppedBy: null,
      who: { ...NO_CLIENT, ownerId: "o1" },
      links: [{ kind: "company", id: "1" }],
      facts: clientFacts([record("company", "1", {})]),
      config: decideConfigFor(START),
      now: START + day * DAY,
    });
  const bodyOf = ({ wishes }: ReturnType<typeof playOn>) => {
    const task = wishes[0]?.kind === "task" && "task" in wishes[0] ? wishes[0].task : undefined;
    return makeTexts(new Map()).render(task!.body, "en", {}).replaceAll("\u00a0", " ");
  };
  const first = look(NO_PLAYS, 0.5, 0);
  const sentence =
    "Activity falls: sign-ins and uses in 28 days 10, usual by the 8 weeks before 20 (−50 %); a sign from −30 %; since 2 March 2026";
  expect(bodyOf(first)).toBe(sentence);
  expect(bodyOf(look(first.state, 0.4, 7))).toBe(sentence);
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
      firing: {},
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
