import { expect, test } from "vitest";
import { judgeHealth } from "../../../src/core/client/health.ts";
import { makePortalBook, openBook } from "../../../src/core/client/portal-book.ts";
import { allSignals } from "../../../src/core/client/score-settings.ts";
import { loadState } from "../../../src/core/client/state.ts";
import type { PlanAnswer } from "../../../src/core/plan/types.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY_MS = 86_400_000;
const START = 20_514;

/** What a client loses, in tenths, on the fifth day of a plan of which one step was expected by then, and so many are done. */
function lostBy(stepsDone: number, firstDealDay: number): number {
  const at = (day: number) => day * DAY_MS + 9 * 3_600_000;
  const now = at(START + 5);
  const config = decideConfigFor(now, {}, { zone: "UTC" });
  const signals = allSignals(config.settings.score);
  const entries = Array.from({ length: 50 }, (_, i) => ({ value: i, signals: {}, orders: null, stepDays: [] }));
  const body = makePortalBook(entries, { signals, horizonDays: 90 }, START, 1, null, null);
  const steps = [1, 8, 15, 30].map((day, i) => ({
    state: i < stepsDone ? "done" : "open",
    doneDay: i < stepsDone ? START + 1 : null,
    plannedDay: START + day,
  }));
  const plan = { state: "running", templateId: "day-30-60-90", startDay: START, steps };
  const won = (id: string, day: number) => record("deal", id, { outcome: "won", wonAt: at(day), amount: 10 });
  const { result } = judgeHealth({
    key: "company:1",
    state: loadState(null).state,
    current: { plan } as unknown as PlanAnswer,
    facts: clientFacts([record("company", "1", {}), won("1", firstDealDay), won("2", START)]),
    book: openBook({ version: 1, body }, signals),
    config,
    now,
    firing: {},
  });
  return 0 - (result!.ledger.find(({ code }) => code === "onboarding")?.tenths ?? 0);
}

test.each([
  ["the first deal", START],
  ["a deal two months after the first", START - 60],
  ["a deal that was won before its plan began", START - 3],
])("A8.8 a plan of %s expects on its fifth day what was planned by then, and no more", (_which, firstDealDay) => {
  expect(lostBy(1, firstDealDay)).toBe(0);
  expect(lostBy(0, firstDealDay)).toBe(36);
});
