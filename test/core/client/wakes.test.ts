import fc from "fast-check";
import { expect, test } from "vitest";
import { dayOf, instantOf } from "../../../src/core/calendar/zone.ts";
import { NO_ACTS } from "../../../src/core/client/acts.ts";
import { ANCHOR_DAY, observe } from "../../../src/core/client/observe.ts";
import { makePortalBook, openBook, type PortalBook } from "../../../src/core/client/portal-book.ts";
import { allSignals } from "../../../src/core/client/score-settings.ts";
import { decide } from "../../../src/core/decide.ts";
import type { ClientRecord, Decision } from "../../../src/core/decision.ts";
import type { ThingFacts } from "../../../src/core/desired.ts";
import type { FieldValue } from "../../../src/core/fields.ts";
import type { Facts, RecordKind } from "../../../src/core/model.ts";
import { firstDayOf, lastFullWeek, weekOf } from "../../../src/core/signal/week.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY = 86_400_000;
const ZONE = "Europe/Kyiv";
/** Three weeks before the clocks go forward. */
const NOW = Date.UTC(2026, 2, 5, 9);
const TODAY = dayOf(NOW, ZONE);
const KEY = "company:1";

const past = fc.integer({ min: NOW - 250 * DAY, max: NOW });
const instant = fc.integer({ min: NOW - 250 * DAY, max: NOW + 60 * DAY });
const day = fc.integer({ min: TODAY - 200, max: TODAY + 60 });

const RECORDS = {
  meeting: fc.record({
    startAt: instant,
    outcome: fc.constantFrom("scheduled", "held", "moved", "no_show", "cancelled"),
    moves: fc.nat(2),
  }),
  email: fc.record({ at: past, direction: fc.constantFrom("in", "out"), bounced: fc.constant(false) }),
  call: fc.record({ at: past, direction: fc.constantFrom("in", "out"), answered: fc.boolean() }),
  invoice: fc.record({
    status: fc.constantFrom("open", "paid"),
    issuedDay: day,
    dueDay: day,
    paidDay: fc.option(day),
    amount: fc.constant(50),
    balance: fc.constantFrom(0, 50),
  }),
  ticket: fc.record({ openedAt: past, sentiment: fc.integer({ min: -1, max: 1 }), reopenedAt: fc.option(past) }),
  subscription: fc.record({
    status: fc.constantFrom("active", "cancelled", "scheduled"),
    startDay: day,
    nextDueDay: fc.option(day),
    amount: fc.constantFrom(10, 30),
  }),
  deal: fc.record({
    outcome: fc.constantFrom("won", "open", "lost"),
    wonAt: past,
    closeAt: past,
    createdAt: past,
    ownerId: fc.constant("o1"),
    amount: fc.constant(100),
    type: fc.constantFrom(null, "renewal"),
  }),
} satisfies Partial<Record<RecordKind, fc.Arbitrary<Facts>>>;

const records: fc.Arbitrary<readonly ClientRecord[]> = fc
  .tuple(
    ...Object.entries(RECORDS).map(([kind, facts]) =>
      fc
        .array<Facts>(facts, { maxLength: kind === "email" ? 15 : 5 })
        .map((all) =>
          all.map((one, at) => record(kind as RecordKind, `${at + 1}`, one, [{ kind: "company", id: "1" }])),
        ),
    ),
  )
  .map((all) => [record("company", "1", { ownerId: "o1" }), ...all.flat()]);

const usage = fc
  .array(fc.tuple(fc.integer({ min: TODAY - 200, max: TODAY - 1 }), fc.integer({ min: 1, max: 9 })), { maxLength: 120 })
  .map((counts) => [...new Map(counts)].sort(([a], [b]) => a - b));

const authored = { note: fc.constant(null), by: fc.constant("user:1"), at: past };
const acts = fc.record({
  override: fc.option(
    fc.record({
      zone: fc.constantFrom("green", "red"),
      reason: fc.constant("talked"),
      untilDay: fc.integer({ min: TODAY - 5, max: TODAY + 40 }),
      ...authored,
    }),
  ),
  decision: fc.option(
    fc.record({
      choice: fc.constantFrom("fight", "let_go"),
      reason: fc.constant("valuable"),
      reviewDay: fc.option(fc.integer({ min: TODAY - 5, max: TODAY + 60 })),
      ...authored,
    }),
  ),
  signals: fc.array(
    fc.record({
      id: fc.constantFrom("complaint", "contact_left", "notice_given", "restructuring"),
      value: fc.constant(null),
      at: past,
      by: fc.constant("user:1"),
    }),
    { maxLength: 3 },
  ),
});

const config = decideConfigFor(NOW, {}, { zone: ZONE });

function usualBook(): PortalBook {
  const signals = allSignals(config.settings.score);
  const logins = Array.from({ length: 200 }, (_, at): [number, number] => [TODAY - 200 + at, 3]);
  const sight = { clientDay: TODAY - 300, recordsDay: 0, usageDay: 0 };
  const known = observe(clientFacts([], { usage: { logins } }), signals, null, ZONE, sight, TODAY);
  const entries = Array.from({ length: 40 }, (_, value) => ({
    value,
    signals: known.signals,
    orders: null,
    stepDays: [],
  }));
  const body = makePortalBook(entries, { signals, horizonDays: 90 }, TODAY, 1, null, null);
  return openBook({ version: 1, body }, signals)!;
}

const book = usualBook();

/** As of then: it is made anew with every week. */
function bookOn(at: number): PortalBook {
  return { ...book, score: { ...book.score, week: lastFullWeek(dayOf(at, ZONE), ANCHOR_DAY) } };
}

function nextMonday(at: number): number {
  return instantOf(firstDayOf(weekOf(dayOf(at, ZONE), ANCHOR_DAY) + 1, ANCHOR_DAY), 0, ZONE);
}

/** What the CRM holds once everything was written. */
function thingsAfter(before: ReadonlyMap<string, ThingFacts>, { desired }: Decision): Map<string, ThingFacts> {
  const things = new Map<string, ThingFacts>();
  for (const wish of desired) {
    const { key, kind } = wish;
    const known = before.get(key);
    if ("keep" in wish) {
      if (known) things.set(key, known);
      continue;
    }
    const holds: Record<string, FieldValue> = { at: 1 };
    if (wish.kind === "task") Object.assign(holds, { status: wish.task.status, dueAt: wish.task.dueAt });
    const flags = { there: true, gone: false, refused: false, underWay: false };
    things.set(key, { key, kind, ...flags, externalId: key, holds, wrote: holds, edited: [] });
  }
  return things;
}

/** Urgency is no part of what is written. */
const wishesOf = ({ desired }: Decision) => desired.map((wish) => ({ ...wish, priority: 0 }));

test("G3: between two wakes nothing is wished otherwise, whatever is known of the client", () => {
  const looks = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(records, usage, usage, acts, looks, (all, logins, core_uses, said, parts) => {
      const used = { ...(logins.length > 0 && { logins }), ...(core_uses.length > 0 && { core_uses }) };
      let things = new Map<string, ThingFacts>();
      let state: unknown = { acts: { ...NO_ACTS, ...said } };
      const decideAt = (at: number): Decision =>
        decide(
          { key: KEY, state },
          clientFacts(all, { usage: used, things: [...things.values()] }),
          bookOn(at),
          config,
          at,
        );
      const settle = (at: number): Decision => {
        for (;;) {
          const decision = decideAt(at);
          const after = thingsAfter(things, decision);
          const isCalm = JSON.stringify([...after]) === JSON.stringify([...things]);
          state = decision.state;
          things = after;
          if (isCalm) return decision;
        }
      };
      let now = NOW;
      for (const part of parts) {
        const decision = settle(now);
        const next = Math.min(
          decision.wakeAt ?? Number.POSITIVE_INFINITY,
          decision.scoreAt ?? Number.POSITIVE_INFINITY,
        );
        const end = Math.min(next, nextMonday(now));
        const between = now + Math.floor(part * (end - 1 - now));
        expect(wishesOf(decideAt(between))).toEqual(wishesOf(decision));
        now = end;
      }
    }),
    { numRuns: 8 },
  );
}, 300_000);

test("a client without a won deal is judged by the same history all week", () => {
  const monday = firstDayOf(weekOf(TODAY, ANCHOR_DAY), ANCHOR_DAY);
  const basisOn = (day: number): string => {
    const at = instantOf(day, 600, ZONE);
    const used = clientFacts([record("company", "1", { ownerId: "o1" })], { usage: { logins: [[monday - 90, 5]] } });
    return decide({ key: KEY, state: {} }, used, bookOn(at), config, at).basis;
  };
  const week = Array.from({ length: 7 }, (_, at) => basisOn(monday + at));
  expect(new Set(week).size).toBe(1);
});

test("A8.1 the order in which records were read says nothing", () => {
  const shuffled = records.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, usage, acts, ([all, other], logins, said) => {
      const decideOn = (list: readonly ClientRecord[]) => {
        const facts = clientFacts(list, { usage: { ...(logins.length > 0 && { logins }) } });
        const client = { key: KEY, state: { acts: { ...NO_ACTS, ...said } } };
        const { basis, ...decision } = decide(client, facts, bookOn(NOW), config, NOW);
        return { ...decision, basis: JSON.parse(basis) as unknown };
      };
      expect(decideOn(other)).toEqual(decideOn(all));
    }),
    { numRuns: 25 },
  );
});

test("A8.1 A8.11 nor does the last digit of a turnover whose fractions are added up hang on it", () => {
  const invoices = [176, 200, 190, 89].map((ago, at) =>
    record("invoice", `${at}`, { status: "paid", issuedDay: TODAY - ago, amount: 50 + at / 7 }),
  );
  const [one, other] = [invoices, invoices.toReversed()].map((list) =>
    decide({ key: KEY, state: null }, clientFacts([record("company", "1", {}), ...list]), null, config, NOW),
  );
  expect(one!.state).toMatchObject({ plays: { running: [{ because: [{ sign: "turnover_drop" }] }] } });
  expect(other).toEqual(one);
});
