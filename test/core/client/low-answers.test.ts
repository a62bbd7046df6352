import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { instantOf } from "../../../src/core/calendar/zone.ts";
import { NO_ACTS } from "../../../src/core/client/acts.ts";
import { reportedFacts } from "../../../src/core/client/health.ts";
import { judgeSigns } from "../../../src/core/client/signs.ts";
import { type ClientState, loadState } from "../../../src/core/client/state.ts";
import type { ClientRecord } from "../../../src/core/decision.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

describe("A8.15 a low answer in the CRM is negative feedback", () => {
  const TODAY = parseDay("2026-03-20");
  const at = instantOf(TODAY - 10, 600, "UTC");
  const now = instantOf(TODAY, 600, "UTC");
  const config = decideConfigFor(now, {}, { zone: "UTC" });
  const seen = (records: readonly ClientRecord[], state: ClientState = loadState(null).state) => {
    const facts = clientFacts([record("company", "1", {}), ...records]);
    const { firing } = judgeSigns(state, null, facts, config, TODAY - 400, now);
    const evidence = reportedFacts(state, facts, "UTC").map(({ code, day, nats }) => [code, day, nats]);
    return { firing, evidence };
  };
  const contact = (values: Record<string, number>) => record("contact", "c", values);
  const survey = (kind: string, score: number) => record("survey", `${kind}${score}`, { kind, score, at });

  test.each([
    ["NPS 6, a detractor", contact({ nps: 6, npsAt: at }), true],
    ["NPS 7", contact({ nps: 7, npsAt: at }), false],
    ["CES 3 of HubSpot's 7", contact({ ces: 2.33, cesAt: at }), true],
    ["CES 4 of 7", contact({ ces: 3, cesAt: at }), false],
    ["unhappy", contact({ csat: 0, csatAt: at }), true],
    ["neither happy nor unhappy", contact({ csat: 1, csatAt: at }), false],
    ["a submission of NPS 6", survey("nps", 6), true],
    ["a submission of NPS 7", survey("nps", 7), false],
    ["a submission of another survey", survey("custom", 0), false],
    ["NPS 0 of nobody knows when", contact({ nps: 0 }), false],
  ])("%s", (_what, one, isLow) => {
    const { firing, evidence } = seen([one]);
    expect(firing).toEqual(isLow ? { complaint: TODAY - 10 } : {});
    expect(evidence).toEqual(isLow ? [["low_survey", TODAY - 10, 1.5]] : []);
  });

  test("an answer that stands as a record and on its contact counts once", () => {
    expect(seen([contact({ nps: 6, npsAt: at }), survey("nps", 6)]).evidence).toHaveLength(1);
  });

  test("one on our own page fires the same sign", () => {
    const known = loadState(null).state;
    const signals = [{ id: "low_survey", value: 6, at, by: "survey:1" }];
    const { firing } = seen([], { ...known, acts: { ...NO_ACTS, signals } });
    expect(firing).toEqual({ complaint: TODAY - 10 });
  });
});
