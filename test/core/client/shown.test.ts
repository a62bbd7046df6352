import { expect, test } from "vitest";
import { judgeHealth, scoreBasis } from "../../../src/core/client/health.ts";
import type { HealthState } from "../../../src/core/client/health-state.ts";
import { makePortalBook, openBook } from "../../../src/core/client/portal-book.ts";
import { allSignals } from "../../../src/core/client/score-settings.ts";
import { loadState } from "../../../src/core/client/state.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY_MS = 86_400_000;
/** a Monday */
const WON = 20_514;

/** A client three weeks into a plan that expected eleven steps by now, as of a time of a Tuesday, after so many of them. */
function judging() {
  const at = (day: number, hours: number) => day * DAY_MS + hours * 3_600_000;
  const config = decideConfigFor(at(WON, 9), {}, { zone: "UTC" });
  const signals = allSignals(config.settings.score);
  const entries = Array.from({ length: 50 }, (_, i) => ({ value: i, signals: {}, orders: null, stepDays: [] }));
  const body = makePortalBook(entries, { signals, horizonDays: 90 }, WON + 21, 1, null, null);
  const book = openBook({ version: 1, body }, signals);
  const facts = clientFacts(
    [record("company", "1", {}), record("deal", "1", { outcome: "won", wonAt: at(WON, 9), amount: 10 })],
    {},
  );
  const { state } = loadState(null);
  const { basis } = judgeHealth({
    key: "company:1",
    state,
    current: null,
    facts,
    book,
    config,
    now: at(WON + 22, 9),
    firing: {},
  });
  const expectedDays = Array.from({ length: 11 }, (_, i) => i * 2);
  return (steps: number, before: HealthState, hour: number) =>
    scoreBasis(
      "company:1",
      { ...basis, expectedDays, stepDays: Array.from({ length: steps }, (_, i) => 20 + (i % 3)) },
      before,
      book,
      config,
      at(WON + 22, hour),
    );
}

test("A8.1 the shown reason counts the steps that the record shows, in the same week and zone and with as good as the same score", () => {
  const judge = judging();
  const none: HealthState = { memory: null, class: null, shown: null };
  const early = judge(4, none, 9);
  expect(early.fields.main_reason).toMatch(/4 steps done, 11 expected/);
  const late = judge(5, early.state, 10);
  expect(Math.abs(late.result!.healthTenths - early.shown!.tenths)).toBeLessThan(50);
  expect(late.shown!.zone).toBe(early.shown!.zone);
  expect(late.fields.main_reason).toMatch(/5 steps done, 11 expected/);
  // Without a step, nothing on the record moves.
  expect(judge(5, late.state, 15).shown).toEqual(late.shown);
});
