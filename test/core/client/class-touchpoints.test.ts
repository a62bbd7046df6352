import { expect, test } from "vitest";
import { dayOf } from "../../../src/core/calendar/zone.ts";
import { makePortalBook, openBook } from "../../../src/core/client/portal-book.ts";
import { allSignals } from "../../../src/core/client/score-settings.ts";
import { decide } from "../../../src/core/decide.ts";
import type { Decision } from "../../../src/core/decision.ts";
import type { Plan } from "../../../src/core/plan/types.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY = 86_400_000;
/** Monday 2 March 2026, 11:00 in Kyiv */
const NOW = Date.UTC(2026, 2, 2, 9);
const TODAY = dayOf(NOW, "Europe/Kyiv");
const KEY = "company:1";
const config = decideConfigFor(NOW);
const facts = clientFacts([
  record("company", "1", { ownerId: "o1" }),
  record("deal", "9", { outcome: "won", wonAt: NOW - 120 * DAY, ownerId: "o1", amount: 100 }, [
    { kind: "company", id: "1" },
  ]),
]);

/** A client whose plan is over since four weeks, of the class that the decision before gave it. */
function graduated(known: "A" | "C" | null): object {
  const first = decide({ key: KEY, state: null }, facts, null, config, NOW - 120 * DAY);
  const state = first.state as { plans: readonly Plan[] };
  const plans = state.plans.map((plan) => ({
    ...plan,
    state: "graduated" as const,
    graduatedDay: TODAY - 28,
    steps: plan.steps.map((step) => ({ ...step, state: "done" as const })),
  }));
  return { ...state, plans, health: { memory: null, class: known, shown: null } };
}

const reviews = (decision: Decision) => decision.desired.filter((one) => one.key.includes("/touch/business_review/"));

test("A7.6 a client of class A gets a business review a month after its plan; one of class C and one of none do not", () => {
  const after = (known: "A" | "C" | null) => decide({ key: KEY, state: graduated(known) }, facts, null, config, NOW);
  expect(reviews(after("A"))).toHaveLength(1);
  expect(reviews(after("C"))).toEqual([]);
  expect(reviews(after(null))).toEqual([]);
});

test("A7.6 a client whose class changes is decided again a minute later, and gets the contacts of its new class", () => {
  const signals = allSignals(config.settings.score);
  const body = makePortalBook([], { signals, horizonDays: 90 }, TODAY, 1, null, null);
  const book = openBook({ version: 1, body: { ...body, cuts: { a: 50, b: 10 } } }, signals)!;
  const risen = decide({ key: KEY, state: graduated("C") }, facts, book, config, NOW);
  expect(risen.columns.class).toBe("A");
  expect(reviews(risen)).toEqual([]);
  expect(risen.wakeAt).toBe(NOW + 60_000);
  const settled = decide({ key: KEY, state: risen.state }, facts, book, config, NOW + 60_000);
  expect(reviews(settled)).toHaveLength(1);
  expect(settled.wakeAt).toBeGreaterThan(NOW + 120_000);
});
