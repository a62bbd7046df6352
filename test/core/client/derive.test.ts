import { describe, expect, test } from "vitest";
import { type Basis, openBasis, packBasis } from "../../../src/core/client/basis.ts";
import {
  comesOutAgain,
  type KeptChange,
  type KeptResult,
  libraryOf,
  recordOf,
} from "../../../src/core/client/derive.ts";
import { judgeHealth } from "../../../src/core/client/health.ts";
import { makePortalBook, openBook, type PortalBookBody } from "../../../src/core/client/portal-book.ts";
import { allSignals, scoreConfigsOf } from "../../../src/core/client/score-settings.ts";
import { type ClientState, loadState } from "../../../src/core/client/state.ts";
import type { ClientFacts } from "../../../src/core/decision.ts";
import { openLedger } from "../../../src/core/score/ledger.ts";
import { seededRandom } from "../../../src/core/seeded-random.ts";
import { settingsSchema } from "../../../src/core/settings.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY_MS = 86_400_000;
/** a Monday */
const START = 20_514;
const CHANGES = 10_000;

const PUBLISHED: readonly object[] = [
  {},
  { score: { zones: { yellow: 78 }, segments: [{ name: "key", classes: ["A"], groups: { usage: { cap: 20 } } }] } },
];

/** Clients looked at once a week with a new book, some turning away; the settings change on the way. */
function live(): { changes: KeptChange[]; books: PortalBookBody[] } {
  const random = seededRandom(5);
  const clients = Array.from({ length: 1_000 }, (_, at) => ({
    key: `company:${at}`,
    rate: 0.1 + random() * 0.5,
    turnsOn: random() < 0.4 ? START + 80 + Math.floor(random() * 60) : Number.POSITIVE_INFINITY,
    usage: [] as [number, number][],
    basis: null as Basis | null,
    state: loadState(null).state,
  }));
  const books: PortalBookBody[] = [];
  const changes: KeptChange[] = [];
  const configs = PUBLISHED.map((settings) => decideConfigFor(START * DAY_MS, settings, { zone: "UTC" }));
  for (let day = START; changes.length < CHANGES; day++) {
    const at = day >= START + 126 ? 1 : 0;
    const config = { ...configs[at]!, scores: scoreConfigsOf(settingsSchema.parse(PUBLISHED[at]).score, at) };
    const signals = allSignals(config.settings.score);
    for (const one of clients) {
      const rate = day >= one.turnsOn ? one.rate * 0.2 : one.rate;
      if (random() < rate) one.usage.push([day, 1 + Math.floor(random() * 3)]);
    }
    if (day < START + 84 || (day - START) % 7 !== 0) continue;
    const entries = clients.map((one, i) => ({
      value: i * 10,
      signals: one.basis?.signals ?? {},
      orders: null,
      stepDays: [],
    }));
    const version = books.length + 1;
    books.push(makePortalBook(entries, { signals, horizonDays: 90 }, day, version, books.at(-1) ?? null, null));
    const book = openBook({ version: books.length, body: books.at(-1)! }, signals);
    for (const [i, one] of clients.entries()) {
      const facts: ClientFacts = clientFacts(
        [
          record("company", String(i), {}),
          record("deal", `d${i}`, { outcome: "won", wonAt: START * DAY_MS, amount: i * 10 }),
        ],
        { usage: { logins: one.usage } },
      );
      const now = day * DAY_MS + 3_600_000;
      const { state, basis, scored } = judgeHealth({
        key: one.key,
        state: one.state,
        current: null,
        facts,
        book,
        config,
        now,
        firing: {},
      });
      one.state = JSON.parse(JSON.stringify({ ...one.state, health: state })) as ClientState;
      one.basis = basis;
      const kept = { client: one.key, config: at, book: books.length, basis: packBasis(basis), ...scored };
      if (scored) changes.push(JSON.parse(JSON.stringify(kept)) as KeptChange);
    }
  }
  return { changes, books };
}

describe("score changes derived again (G7)", () => {
  const { changes, books } = live();
  const library = libraryOf(
    (version) => JSON.parse(JSON.stringify(books[version - 1] ?? null)),
    (version) => PUBLISHED[version],
  );

  test("10,000 changes come out with the same bytes from what was kept with them, whatever the segment", () => {
    const sample = changes.slice(0, CHANGES);
    expect(sample).toHaveLength(CHANGES);
    expect(sample.filter((one) => !comesOutAgain(one, library))).toEqual([]);
    const segments = new Set(sample.map((one) => recordOf(one).segment));
    expect([...segments].sort()).toEqual(["default", "key"]);
    expect(new Set(sample.map((one) => (one.result as { zone: string }).zone)).size).toBeGreaterThan(1);
  });

  test("a change from before bases were kept comes out from the inputs that stand with it", () => {
    const { basis, ...change } = changes[0]!;
    const { day } = change.inputs as { day: number };
    const inputs = { day, input: recordOf({ ...change, basis }).input };
    expect(comesOutAgain({ ...change, basis: null, inputs }, library)).toBe(true);
  });

  test("a change whose account was kept line by line comes out again all the same", () => {
    for (const change of changes.slice(0, 200)) {
      const { ledger, ...rest } = change.result as KeptResult;
      expect(typeof ledger).toBe("string");
      const listed = { ...change, result: { ...rest, ledger: openLedger(ledger) } };
      expect(comesOutAgain(listed, library)).toBe(true);
      const [first, ...others] = openLedger(ledger);
      const other = [{ ...first!, tenths: first!.tenths + 1 }, ...others];
      expect(comesOutAgain({ ...change, result: { ...rest, ledger: other } }, library)).toBe(false);
    }
  });

  test("contributions add up to each score exactly", () => {
    for (const { result } of changes) {
      const { tenths, ledger } = result as KeptResult;
      expect(openLedger(ledger).reduce((sum, line) => sum + line.tenths, 0)).toBe(tenths);
    }
  });

  test("one event more, another book or other settings do not pass for the same", () => {
    const change = changes.findLast((one) => (one.result as { tenths: number }).tenths < 800)!;
    const basis = openBasis(change.basis!);
    const logins = { ...basis.signals.logins!, c: Array.from({ length: 9 }, () => 9) };
    const other = packBasis({ ...basis, signals: { logins } });
    expect(comesOutAgain({ ...change, basis: other }, library)).toBe(false);
    expect(() => comesOutAgain({ ...change, book: 9_999 }, library)).toThrow("The book 9999 is not kept.");
  });
});
