import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openHealth, packHealth, type ScoreMemory } from "../../../src/core/client/packed-health.ts";
import { openLedger, packLedger } from "../../../src/core/score/ledger.ts";

const zone = fc.constantFrom("green", "yellow", "red", "learning" as const);
const day = fc.integer({ min: -5_000, max: 40_000 });
const sentence = fc.string().map((text) => text.replaceAll("\n", " "));
const name = fc.stringMatching(/^[a-z_]{1,12}$/);
const line = fc.record({
  code: fc.constantFrom("signal", "fact", "orders"),
  name,
  group: fc.constantFrom("usage", "money", "facts" as const),
  tenths: fc.integer({ min: -1_000, max: 1_000 }),
});
const ledger = fc.array(line).map((lines) => {
  const base = { code: "base", name: "base", group: null, tenths: 850 };
  return packLedger([base, ...lines]) as string;
});
const reason = fc.record({
  code: fc.constantFrom("reason.count", "reason.late"),
  tenths: fc.integer(),
  params: fc.dictionary(name, fc.oneof(fc.string(), fc.integer())),
});
const memory = fc.record({
  zone,
  previousZone: fc.option(zone),
  zoneSince: day,
  betterSince: fc.option(day),
  entryReasons: fc.array(reason, { maxLength: 3 }),
  trail: fc.array(fc.tuple(day, fc.nat(1_000)), { maxLength: 9 }),
});
const shown = fc.record({
  ledger,
  risk: fc.option(fc.nat(100)),
  week: day,
  steps: fc.nat(40),
  tenths: fc.nat(1_000),
  zone,
  main: sentence,
  all: fc.array(sentence).map((lines) => lines.join("\n")),
  trend: fc.constantFrom("rising", "steady", "falling" as const),
  confidence: fc.constantFrom("low", "medium", "high" as const),
  change: fc.option(fc.record({ sinceDay: day, text: fc.string() })),
});
const remembered: fc.Arbitrary<ScoreMemory> = fc.record({
  memory: fc.option(memory),
  class: fc.option(fc.constantFrom("A", "B", "C" as const)),
  shown: fc.option(shown),
});

describe("what the score remembers as text", () => {
  test("what is read is what was written, whatever the sentences hold", () => {
    fc.assert(
      fc.property(remembered, (given) => {
        const text = packHealth(given);
        expect(text.startsWith("{")).toBe(false);
        expect(openHealth(text)).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  test("what was kept as JSON is read, and what has no such text is kept so", () => {
    const old = { memory: null, class: "A", shown: null } as const;
    expect(openHealth(JSON.stringify(old))).toEqual(old);
    const [given] = fc.sample(shown, { numRuns: 1, seed: 1 });
    const odd = [
      { ...given!, ledger: openLedger(given!.ledger) },
      { ...given!, main: "One line.\nAnother." },
      { ...given!, steps: undefined as unknown as number },
    ];
    for (const one of odd) {
      const state: ScoreMemory = { ...old, shown: one };
      expect(packHealth(state)).toBe(JSON.stringify(state));
    }
  });

  test("what nobody can read is not remembered, and throws nothing", () => {
    const nothing = { memory: null, class: null, shown: null };
    const odd = ["{", "A|green\n", "A|green||soon||\n", "A|green||5||\n[no", "A|\n\nledger\nhealth/2\n\n\n"];
    for (const text of odd) expect(openHealth(text), text).toEqual(nothing);
    fc.assert(
      fc.property(remembered, fc.nat(), fc.string(), (given, place, other) => {
        const text = packHealth(given);
        const cut = place % (text.length + 1);
        openHealth(text.slice(0, cut) + other);
        openHealth(other + text.slice(cut));
      }),
      { numRuns: 500 },
    );
  });
});

describe("an account as text", () => {
  test("a line like the one before it is its name and its points", () => {
    const lines = [
      { code: "base", name: "base", group: null, tenths: 850 },
      { code: "signal", name: "logins", group: "usage", tenths: 11 },
      { code: "signal", name: "core_uses", group: "usage", tenths: -6 },
      { code: "signal", name: "tickets", group: "support", tenths: -1 },
      { code: "fact", name: "contact_left", group: "facts", tenths: -120 },
    ] as const;
    const text =
      "base|base||850;signal|logins|usage|11;core_uses|-6;signal|tickets|support|-1;fact|contact_left|facts|-120";
    expect(packLedger(lines)).toBe(text);
    expect(openLedger(text)).toEqual(lines);
  });

  test("one in which every line stands whole is read as well", () => {
    expect(openLedger("base|base||850;signal|logins|usage|11;signal|core_uses|usage|-6")).toEqual([
      { code: "base", name: "base", group: null, tenths: 850 },
      { code: "signal", name: "logins", group: "usage", tenths: 11 },
      { code: "signal", name: "core_uses", group: "usage", tenths: -6 },
    ]);
  });
});
