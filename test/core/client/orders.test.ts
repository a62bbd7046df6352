import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { inputOf, openBasis, packBasis } from "../../../src/core/client/basis.ts";
import { gather } from "../../../src/core/client/health.ts";
import { boughtDays, orderDays, ordersBy, ordersChangeDay } from "../../../src/core/client/orders.ts";
import { pastClient } from "../../../src/core/client/past/past-client.ts";
import { historyOf, walkPast } from "../../../src/core/client/past/walk.ts";
import { allSignals } from "../../../src/core/client/score-settings.ts";
import { loadState } from "../../../src/core/client/state.ts";
import type { ClientRecord } from "../../../src/core/decision.ts";
import type { ReplayedScore } from "../../../src/core/score/past/replay.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const day = (iso: string) => parseDay(iso);
const at = (iso: string) => day(iso) * 86_400_000 + 9 * 3_600_000;
const NOW = at("2026-03-02");
const TODAY = day("2026-03-02");
const CONFIG = decideConfigFor(NOW, {}, { zone: "UTC" });
const STATE = loadState(null).state;
const won = (iso: string, more: object = {}) => record("deal", iso, { outcome: "won", wonAt: at(iso), ...more });
const invoice = (iso: string, status = "paid") => record("invoice", iso, { status, issuedDay: day(iso) });
const daysOf = (records: readonly ClientRecord[], iso: string) =>
  ordersBy(orderDays(clientFacts(records), "UTC", CONFIG.settings.score), day(iso));
const days = (...list: string[]) => list.map(day);

describe("what counts as an order", () => {
  const deals = [won("2026-01-10"), won("2025-11-05"), won("2025-12-08")];
  const invoices = ["2025-10-01", "2025-11-02", "2025-12-03"].map((iso) => invoice(iso));
  const subscription = record("subscription", "1", { status: "cancelled", startDay: day("2026-01-20") });
  const cases: [string, readonly ClientRecord[], string, readonly number[]][] = [
    ["deals won, in order, up to the day", deals, "2026-01-09", days("2025-11-05", "2025-12-08")],
    ["the day itself included", deals, "2026-01-10", days("2025-11-05", "2025-12-08", "2026-01-10")],
    ["two deals of one day once", [...deals, won("2026-01-10", { amount: 5 })], "2025-11-30", days("2025-11-05")],
    [
      "no deal that is open or lost",
      [record("deal", "9", { outcome: "lost", closeAt: at("2026-01-01") })],
      "2026-03-01",
      [],
    ],
    [
      "invoices while there is one deal",
      [won("2025-09-30"), ...invoices],
      "2026-03-01",
      days("2025-10-01", "2025-11-02", "2025-12-03"),
    ],
    [
      "deals alone from the second one on",
      [...deals, ...invoices],
      "2026-03-01",
      days("2025-11-05", "2025-12-08", "2026-01-10"),
    ],
    [
      "invoices until the second deal is known",
      [...deals, ...invoices],
      "2025-12-07",
      days("2025-10-01", "2025-11-02", "2025-12-03"),
    ],
    [
      "an open invoice as well, drafts and void ones not",
      [invoice("2025-10-01", "open"), invoice("2025-10-02", "draft"), invoice("2025-10-03", "void")],
      "2026-03-01",
      days("2025-10-01"),
    ],
    [
      "before a subscription began",
      [...deals, subscription],
      "2026-01-19",
      days("2025-11-05", "2025-12-08", "2026-01-10"),
    ],
    ["nothing from the day it began, though it ended since", [...deals, subscription], "2026-01-20", []],
    ["nothing from the first renewal on", [...deals, won("2026-02-01", { type: "renewal" })], "2026-02-01", []],
    [
      "nothing while a renewal is open",
      [...deals, record("deal", "8", { outcome: "open", type: "renewal", createdAt: at("2026-01-15") })],
      "2026-03-01",
      [],
    ],
  ];
  test.each(cases)("%s", (_, records, until, expected) => {
    expect(daysOf(records, until)).toEqual(expected);
  });

  test("what is dated ahead counts from its day, and the client is looked at again then", () => {
    const ahead = orderDays(clientFacts([...invoices, invoice("2026-03-09")]), "UTC", CONFIG.settings.score);
    expect(ordersBy(ahead, TODAY)).toHaveLength(3);
    expect(ordersChangeDay(ahead, TODAY)).toBe(day("2026-03-09"));
    expect(ordersChangeDay(ahead, day("2026-03-09"))).toBeNull();
  });

  test("a customer who took a subscription bought on that day: nobody is lost by it", () => {
    const ordered = orderDays(clientFacts([...deals, subscription]), "UTC", CONFIG.settings.score);
    expect(boughtDays(ordered).at(-1)).toBe(day("2026-01-20"));
  });
});

describe("what the score reads of it", () => {
  const inputFor = (records: readonly ClientRecord[]) => {
    const facts = clientFacts([record("company", "1", {}), ...records]);
    const { basis } = gather({
      key: "company:1",
      state: STATE,
      current: null,
      facts,
      book: null,
      config: CONFIG,
      now: NOW,
      firing: {},
    });
    const again = openBasis(packBasis(basis));
    expect(again).toEqual(basis);
    return { basis, input: inputOf("company:1", again, { segment: null, brokenSince: {}, memory: null }) };
  };

  test("three order days are a rhythm; two teach the book and say nothing of the client", () => {
    const two = inputFor([won("2025-11-05"), won("2025-12-08")]);
    expect(two.basis.orders).toMatchObject({ repeats: 1 });
    expect(two.input.orders).toBeNull();
    const three = inputFor([won("2025-11-05"), won("2025-12-08"), won("2026-01-10")]);
    expect(three.input.orders).toMatchObject({ first: day("2025-11-05"), repeats: 2 });
  });

  test("a basis from before orders were kept has none", () => {
    const { orders: _, ...old } = inputFor([won("2025-11-05")]).basis;
    expect(openBasis(packBasis(old as never)).orders).toBeNull();
  });
});

describe("the rebuilt past", () => {
  const shop = (change: (n: number) => readonly ClientRecord[] = () => []) =>
    Array.from({ length: 40 }, (_, n) => {
      const orders: ClientRecord[] = [];
      for (let d = TODAY - 500 + 3 * n; d < TODAY; d += 18 + (n % 9))
        orders.push(record("deal", `${n}/${d}`, { outcome: "won", wonAt: d * 86_400_000 }));
      const facts = clientFacts([record("company", String(n), {}), ...orders, ...change(n)]);
      return pastClient(`company:${n}`, STATE, facts, CONFIG, TODAY);
    });
  const lastWeek = (clients: ReturnType<typeof shop>, cutDay: number) => {
    const history = { ...historyOf(clients, TODAY, 730), firstDay: TODAY - 500, hasRenewals: false };
    const options = {
      history,
      configs: CONFIG.scores,
      signals: allSignals(CONFIG.settings.score),
      cutDay,
      stepWeeks: 1,
    };
    const scores = new Map<string, ReplayedScore>();
    const see = (scored: ReplayedScore) => scores.set(scored.past.id, scored);
    const { book } = [...walkPast({ ...options, see })].filter((week) => week !== null).at(-1)!;
    return { book, scores };
  };

  test("orders are evidence there as they are live", () => {
    const cutDay = TODAY - 92;
    const { book, scores } = lastWeek(shop(), cutDay);
    expect(book.orders).not.toBeNull();
    const score = scores.get("company:3")!;
    expect(score.input.orders!.days[0]).toBeLessThanOrEqual(cutDay);
    expect(score.evidence.orders!.nats).not.toBe(0);
  });

  test("what was bought, invoiced or agreed after the evening changes nothing", () => {
    const cutDay = TODAY - 92;
    const later = shop((n) => [
      record("deal", `late/${n}`, { outcome: "won", wonAt: (cutDay + 1 + (n % 5)) * 86_400_000 }),
      record("invoice", `i/${n}`, { status: "paid", issuedDay: cutDay + 2 }),
      record("subscription", `s/${n}`, { status: "active", startDay: cutDay + 3 + (n % 20) }),
    ]);
    const seen = (clients: ReturnType<typeof shop>) => {
      const { book, scores } = lastWeek(clients, cutDay);
      return {
        orders: book.orders,
        scores: [...scores].map(([id, { result, evidence }]) => [id, result.ledger, result.zone, evidence.orders]),
      };
    };
    expect(seen(later)).toEqual(seen(shop()));
  });

  test("a portal is judged by who goes on buying where most buy again and few are under contract", () => {
    const contract = (count: number) =>
      shop((n) => (n < count ? [record("subscription", "1", { status: "active", startDay: TODAY - 100 })] : []));
    expect(historyOf(contract(0), TODAY, 730).hasRenewals).toBe(false);
    expect(historyOf(contract(39), TODAY, 730).hasRenewals).toBe(false);
    expect(historyOf(contract(40), TODAY, 730).hasRenewals).toBe(true);
    expect(historyOf(shop().slice(0, 29), TODAY, 730).hasRenewals).toBe(true);
  });
});
