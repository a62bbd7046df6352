import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { NO_ACTS } from "../../../src/core/client/acts.ts";
import { openBasis, packBasis } from "../../../src/core/client/basis.ts";
import { gather, scoreBasis } from "../../../src/core/client/health.ts";
import { NO_HEALTH } from "../../../src/core/client/health-state.ts";
import { makePortalBook, openBook } from "../../../src/core/client/portal-book.ts";
import { allSignals } from "../../../src/core/client/score-settings.ts";
import { judgeSigns } from "../../../src/core/client/signs.ts";
import { loadState } from "../../../src/core/client/state.ts";
import type { ClientRecord } from "../../../src/core/decision.ts";
import { LANGUAGES } from "../../../src/core/model.ts";
import { sayReason } from "../../../src/core/score/explain.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY_MS = 86_400_000;
const TODAY = parseDay("2026-03-20");
const invoice = (id: string, dueDay: number, paidDay: number | null = null, more: object = {}) =>
  record("invoice", id, { status: paidDay === null ? "open" : "paid", dueDay, paidDay, ...more });
const late = (days: number) => invoice(`late${days}`, TODAY - days);
const seats = (id: string, day: number, many: number, status = "active") =>
  record("subscription", id, { startDay: day, seats: many, status, nextDueDay: TODAY + 200 });
/** From 100 seats to 50, so many days ago. */
const cut = (days: number) => [seats("1", TODAY - 250, 100, "cancelled"), seats("2", TODAY - days, 50)];
/** Paid on the day, or so many days behind it, once a month until two months ago. */
const payer = (days: number) =>
  [240, 210, 180, 150, 120].map((ago) => invoice(`h${ago}`, TODAY - ago, TODAY - ago + days));
const refused = (...days: number[]) =>
  days.map((ago) => ({ id: "extras_refused", value: null, at: (TODAY - ago) * DAY_MS, by: "user:1" }));

function judge(records: readonly ClientRecord[], signals: ReturnType<typeof refused> = [], today = TODAY) {
  const now = today * DAY_MS + 9 * 3_600_000;
  const config = decideConfigFor(now, {}, { zone: "UTC" });
  const known = allSignals(config.settings.score);
  const entries = Array.from({ length: 50 }, (_, i) => ({ value: i, signals: {}, orders: null, stepDays: [] }));
  const body = makePortalBook(entries, { signals: known, horizonDays: 90 }, today, 1, null, null);
  const book = openBook({ version: 1, body }, known);
  const won = record("deal", "d", { outcome: "won", wonAt: (TODAY - 400) * DAY_MS, amount: 10 });
  const facts = clientFacts([record("company", "1", {}), won, ...records]);
  const state = { ...loadState(null).state, acts: { ...NO_ACTS, signals } };
  const { firing } = judgeSigns(state, null, facts, config, today - 400, now);
  const input = { key: "company:1" as const, state, current: null, facts, book, config, now, firing };
  const { basis, untilDay } = gather(input);
  const { result } = scoreBasis("company:1", openBasis(packBasis(basis)), NO_HEALTH, book, config, now);
  return { result: result!, untilDay, firing };
}

describe("money: a single case or a chain (A8.13)", () => {
  test.each([
    ["one late payment", [late(20)], []],
    ["one smaller package", cut(5), []],
    ["extras refused once", [], refused(3)],
    ["extras refused again and again", [], refused(3, 10, 20, 30)],
    ["three late payments: one kind of sign, however often", [late(20), late(50), late(12)], []],
    ["late payments open and paid: still only lateness", [late(20), invoice("a", TODAY - 40, TODAY - 20)], []],
    [
      "a package of another size that is no smaller than a third",
      [late(20), seats("1", TODAY - 250, 100, "cancelled"), seats("2", TODAY - 5, 70)],
      [],
    ],
    ["7 days late, which is not late yet, and a smaller package", [late(7), ...cut(5)], []],
    ["a smaller package 90 days ago, and a late payment", [late(20), ...cut(90)], []],
    [
      "a late payment that was settled 90 days ago, and a smaller package",
      [invoice("a", TODAY - 130, TODAY - 90), ...cut(5)],
      [],
    ],
    ["who always pays 20 days later pays as usual, and buys less", [...payer(20), late(20), ...cut(5)], []],
  ])("%s is no chain: at most yellow", (_what, records, signals) => {
    const { result } = judge(records, signals);
    expect(result.zone).not.toBe("red");
    expect(result.reasons.filter(({ code }) => code === "reason.chain")).toEqual([]);
  });

  test.each([
    ["a late payment and a smaller package", [late(20), ...cut(5)], [], ["payment_delay", "volume_down"]],
    ["8 days late, which is late", [late(8), ...cut(5)], [], ["volume_down", "payment_delay"]],
    ["a smaller package 89 days ago", [late(20), ...cut(89)], [], ["volume_down", "payment_delay"]],
    [
      "a late payment that was settled 89 days ago",
      [invoice("a", TODAY - 130, TODAY - 89), ...cut(5)],
      [],
      ["payment_delay", "volume_down"],
    ],
    ["a late payment and extras refused", [late(20)], refused(3), ["payment_delay", "extras_refused"]],
    [
      "paid a little late twice in a month, and extras refused",
      [invoice("a", TODAY - 20, TODAY - 18), invoice("b", TODAY - 10, TODAY - 9)],
      refused(3),
      ["paying_later", "extras_refused"],
    ],
    ["who pays on time, and buys less", [...payer(0), late(20), ...cut(5)], [], ["payment_delay", "volume_down"]],
    [
      "who always pays 20 days later is now 28 late",
      [...payer(20), late(28), ...cut(5)],
      [],
      ["volume_down", "payment_delay"],
    ],
    [
      "smaller package, late payment and no more options",
      [late(20), ...cut(5)],
      refused(40),
      ["extras_refused", "payment_delay", "volume_down"],
    ],
  ])("%s is a chain of its own that turns red", (_what, records, signals, names) => {
    const { result } = judge(records, signals);
    expect(result.zone).toBe("red");
    const chain = result.reasons.find(({ code }) => code === "reason.chain");
    expect(String(chain?.params.signals).split(",").slice(0, names.length)).toEqual(names);
  });

  test("it is told in order, each with its day, in every language", () => {
    const { result } = judge([late(20), ...cut(5)]);
    const chain = result.reasons.find(({ code }) => code === "reason.chain")!;
    expect(sayReason(chain, "en")).toBe(
      "A chain since 8 March 2026, 2 signs: late payment (8 March 2026), buys less (15 March 2026).",
    );
    for (const language of LANGUAGES) expect(sayReason(chain, language)).toMatch(/2026.*2026.*2026/);
    const said = result.reasons.map((one) => sayReason(one, "en"));
    expect(said).toContain("Late payment: since 8 March 2026.");
    expect(result.ledger.reduce((sum, { tenths }) => sum + tenths, 0)).toBe(result.healthTenths);
  });

  test("it stands in full until one of the two has left the window, and that day is foretold", () => {
    const records = [invoice("a", TODAY - 30, TODAY - 10), ...cut(5)];
    const { untilDay } = judge(records);
    expect(untilDay).toBe(TODAY - 10 + 90);
    const last = judge(records, [], untilDay! - 1).result;
    expect([last.zone, last.healthTenths]).toEqual(["red", judge(records).result.healthTenths]);
    expect(judge(records, [], untilDay!).result.zone).not.toBe("red");
  });

  test("the day is foretold on which a habitual late payer is late for him", () => {
    const records = [...payer(20), late(20), ...cut(5)];
    const { untilDay } = judge(records);
    expect(untilDay).toBe(TODAY + 8);
    expect(judge(records, [], untilDay!).result.zone).toBe("red");
  });
});
