import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { instantOf } from "../../../src/core/calendar/zone.ts";
import { NO_PLAYS, type PlaysState, playOn } from "../../../src/core/client/plays.ts";
import { rehearse, USUAL_REHEARSAL } from "../../../src/core/client/rehearse.ts";
import { NO_CLIENT } from "../../../src/core/escalate/people.ts";
import { makeTexts } from "../../../src/core/texts.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

/** Monday, 10:00 in Kyiv. */
const START = instantOf(parseDay("2026-03-02"), 600, "Europe/Kyiv");
const DAY = 86_400_000;

describe("a win-back on the record and in the history (A9.3)", () => {
  test("support is raised on the client from the day it turns red, and back to standard when the win-back ends 60 days later", () => {
    const fading = { ...USUAL_REHEARSAL, startAt: START, ownerId: "o1", days: 160, fadesOnDay: 60, lateEvery: 0 };
    const { scores, writes } = rehearse(fading, decideConfigFor(START), null);
    const redOn = scores.find(({ zone }) => zone === "red")!.day;
    const levels = writes.flatMap(({ day, key, fields }) =>
      key === "fields:company:fake" && "support_level" in fields ? [[day, fields.support_level]] : [],
    );
    expect(levels.slice(0, 2)).toEqual([
      [redOn, "raised"],
      [redOn + 60, "standard"],
    ]);
  });

  test("its beginning and its end stand in the history once each; before the first one nothing is said of the level", () => {
    const config = decideConfigFor(START);
    const look = (before: PlaysState, zone: "green" | "red", stoppedBy: "let_go" | null, day: number) =>
      playOn({
        key: "company:1",
        before,
        zone,
        zoneSince: 0,
        why: "",
        firing: {},
        firedBefore: {},
        verdicts: [],
        stoppedBy,
        who: { ...NO_CLIENT, ownerId: "o1" },
        links: [{ kind: "company", id: "1" }],
        facts: clientFacts([record("company", "1", {})]),
        config,
        now: START + day * DAY,
      });
    const ofWinBack = ({ deeds }: ReturnType<typeof playOn>) =>
      deeds.filter(({ params }) => params.play === "win_back");
    const calm = look(NO_PLAYS, "green", null, 0);
    expect([calm.supportLevel, ofWinBack(calm)]).toEqual([null, []]);
    const red = look(calm.state, "red", null, 1);
    expect([red.supportLevel, ofWinBack(red)]).toEqual([
      "raised",
      [{ code: "play-started", params: { play: "win_back" } }],
    ]);
    const again = look(red.state, "red", null, 2);
    expect([again.supportLevel, ofWinBack(again)]).toEqual(["raised", []]);
    const letGo = look(again.state, "red", "let_go", 3);
    expect([letGo.supportLevel, ofWinBack(letGo)]).toEqual([
      "standard",
      [{ code: "play-ended", params: { play: "win_back", by: "let_go" } }],
    ]);
    const over = look(letGo.state, "red", "let_go", 4);
    expect([over.supportLevel, ofWinBack(over)]).toEqual(["standard", []]);
  });
});

describe("what may be offered (A8.18)", () => {
  test.each([
    ["yellow", "en", "What you can offer: extra training, process review, joint improvement plan, tariff review."],
    [
      "red",
      "ru",
      "Что можно предложить: дополнительное обучение, разбор процессов, совместный план улучшений, пересмотр тарифа.",
    ],
  ] as const)("stands in the tasks of a %s zone, in words (%s)", (zone, language, said) => {
    const config = decideConfigFor(START);
    const { wishes } = playOn({
      key: "company:1",
      before: NO_PLAYS,
      zone,
      zoneSince: 0,
      why: "",
      firing: {},
      firedBefore: {},
      verdicts: [],
      stoppedBy: null,
      who: { ...NO_CLIENT, ownerId: "o1" },
      links: [{ kind: "company", id: "1" }],
      facts: clientFacts([record("company", "1", {})]),
      config,
      now: START,
    });
    const bodies = wishes.flatMap((wish) =>
      "task" in wish && wish.key.startsWith("play:") ? [makeTexts(new Map()).render(wish.task.body, language, {})] : [],
    );
    expect(bodies).toEqual([said, said]);
  });
});

test("A9.1 A9.2 the management's task says why the zone was red as it began, and every sign; each answer says its own", () => {
  const config = decideConfigFor(START);
  const look = (before: PlaysState, why: string) =>
    playOn({
      key: "company:1",
      before,
      zone: "red",
      zoneSince: 0,
      why,
      firing: { no_login: 20_500, complaint: 20_510 },
      firedBefore: {},
      verdicts: [
        { id: "complaint", fires: true, value: 1, baseline: null, threshold: 1, since: 20_510, evidence: [] },
        { id: "no_login", fires: true, value: 480, baseline: null, threshold: 336, since: 20_500, evidence: [] },
      ] as never,
      stoppedBy: null,
      who: { ...NO_CLIENT, ownerId: "o1" },
      links: [{ kind: "company", id: "1" }],
      facts: clientFacts([record("company", "1", {})]),
      config,
      now: START,
    });
  const said = ({ wishes }: ReturnType<typeof playOn>, item: string) =>
    wishes.flatMap((wish) =>
      "task" in wish && wish.key.startsWith("win-back:") && wish.key.endsWith(`:${item}`)
        ? makeTexts(new Map()).render(wish.task.body, "en", {}).split("\n")
        : [],
    );
  const first = look(NO_PLAYS, "logins fall");
  expect(said(first, "management_meeting")).toEqual([
    "Red zone: logins fall",
    expect.stringMatching(/^No login/),
    expect.stringMatching(/^Complaint/),
  ]);
  expect(said(first, "answer_usage")).toEqual([expect.stringMatching(/^No login/)]);
  // As it began: what the score says today does not rewrite the tasks.
  expect(said(look(first.state, "an invoice"), "management_meeting")).toEqual(said(first, "management_meeting"));
});
