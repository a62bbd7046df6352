import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HistoryFiles, loadHistory } from "../../scripts/backtest/history.ts";
import { backtest } from "../../scripts/backtest.ts";
import { formatDay, parseDay } from "../../src/core/calendar/day.ts";
import { seededRandom } from "../../src/core/seeded-random.ts";

const START = parseDay("2024-01-01");
const CUT = "2024-12-01";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "odd-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  return join(folder, name);
}

const read = (events: string, more: Partial<HistoryFiles> = {}) =>
  loadHistory({ events, clients: null, invoices: null, renewals: null, kind: null, cutDay: parseDay(CUT), ...more });
const ask = (events: string, ...more: string[]) => backtest(["--events", events, "--cut", CUT, ...more]);

/** Buyers of whom one in twenty-five stops after each order. */
function orders(days: number): string[] {
  const next = seededRandom(3);
  const lines = ["client,at,kind,value"];
  for (let i = 0; i < 120; i++)
    for (let day = 40 * next(); day < days; day += 5 + 30 * next()) {
      lines.push(`k${i},${formatDay(START + Math.floor(day))},order,1`);
      if (next() < 0.04) break;
    }
  return lines;
}

describe("what the values of a history mean", () => {
  const logins = async (values: readonly string[], kind = "login") => {
    const rows = values.map((value, i) => `a,${formatDay(START + i)},${kind},${value}`);
    const { history } = await read(put("values.csv", ["client,at,kind,value", ...rows, "b,2024-02-01,order,1"]));
    const list = history.clients[0]!.signals[kind === "login" ? "logins" : "core_uses"] ?? [];
    return list.map(({ day, cases }) => [day - START, cases]);
  };

  it("a table of days counts what happened, and nothing on the days on which nothing did", async () => {
    expect(await logins(["3", "0", "1", "", "0", "2"])).toEqual([
      [0, 3],
      [2, 1],
      [3, 1],
      [5, 2],
    ]);
  });

  it("where zero is all that stands there, each row is one; a correction below zero is none", async () => {
    expect(await logins(["0", "0"])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(await logins(["2", "-1"])).toEqual([[0, 2]]);
  });

  it("sums of money count nothing, whole ones among them", async () => {
    expect(await logins(["12.50", "40", "7.25", "300"], "export")).toEqual([0, 1, 2, 3].map((day) => [day, 1]));
  });

  it("the rows of what is bought are one each, whatever they cost", async () => {
    const rows = Array.from({ length: 6 }, (_, i) => `a,${formatDay(START + 30 * i)},,${100 * (i + 1)}`);
    const { history, kind } = await read(put("bought.csv", ["customer_id,invoice date,description,amount", ...rows]));
    expect(kind).toBe("event");
    expect(history.clients[0]!.signals.core_uses!.map((one) => one.cases)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(history.clients[0]!.orders).toHaveLength(6);
  });

  it("what is taken back is no order; where everything is below zero it is the sign of the books", async () => {
    const rows = (values: readonly number[]) =>
      put("back.csv", ["client,at,kind,value", ...values.map((v, i) => `a,${formatDay(START + i)},order,${v}`)]);
    const some = await read(rows([10, -10, 20, 30]));
    expect(some.history.clients[0]!.orders).toEqual([0, 2, 3].map((day) => START + day));
    expect(some.skipped).toEqual({ "order with a value below zero, taken for returned": 1 });
    const all = await read(rows([-10, -20, -30]));
    expect(all.history.clients[0]!.orders).toHaveLength(3);
    expect(all.skipped).toEqual({});
  });
});

describe("what a history cannot tell is said", () => {
  it("files that end before half of the horizon judge nothing; later they do, and are told to be incomplete", async () => {
    const events = put("short.csv", orders(parseDay(CUT) - START + 100));
    const long = await ask(events, "--horizon", "365");
    expect(long.outcome).toMatch(
      /^The files end 2025-03-\d\d, \d+ of 365 days after the cut: too little to judge by\.$/,
    );
    expect([long.auc, long.lost, long.weights, long.months]).toEqual([undefined, undefined, undefined, undefined]);
    const fair = await ask(events, "--horizon", "120");
    expect(fair.auc).toBeDefined();
    expect(fair.warning).toContain("before the horizon is over");
  });

  /** Buyers who order on the same day of each month, up to a day. */
  const monthly = (clients: number, until: string) => {
    const lines = ["client,at,kind"];
    for (let i = 0; i < clients; i++)
      for (let day = START - 365 + (i % 30); day <= parseDay(until); day += 30)
        lines.push(`m${i},${formatDay(day)},order`);
    return lines;
  };

  it("files that end weeks before the cut are scored as of their last day: nobody has fallen silent by that", async () => {
    const ended = put("ended.csv", monthly(90, "2024-10-20"));
    const late = await ask(ended, "--scores", join(folder, "late.csv"));
    expect(late.warning).toContain("The files end 2024-10-20, before 2024-12-01: everybody is scored as of that day.");
    expect(late).toMatchObject({ cut: "2024-10-20", n: 90, zones: { green: { count: 90 } } });
    await backtest(["--events", ended, "--cut", "2024-10-20", "--scores", join(folder, "then.csv")]);
    expect(readFileSync(join(folder, "late.csv"), "utf8")).toBe(readFileSync(join(folder, "then.csv"), "utf8"));
  });

  it("where a few have all fallen silent, or one of many goes on, silence is what it is", async () => {
    const few = await ask(put("few.csv", monthly(20, "2024-10-01")));
    expect(few.cut).toBe(CUT);
    expect(few.warning).toMatch(/The last event before the cut is of 2024-10-01: is what came after it missing\?/);
    const one = await ask(put("one.csv", [...monthly(90, "2024-10-01"), "m0,2024-11-30,order"]));
    expect([one.cut, one.warning]).toEqual([CUT, undefined]);
    expect(one.zones!.green.count).toBeLessThan(80);
    const hole = await ask(put("hole.csv", [...monthly(90, "2024-10-01"), "m0,2025-02-20,order"]));
    expect(hole.cut).toBe(CUT);
  });

  it("labels of clients without any event are said to be of others", async () => {
    const events = put("known.csv", orders(450));
    const outcomes = Array.from({ length: 90 }, (_, i) => `crm-${i},${formatDay(START + 4 * i)},renewed`);
    const renewals = put("others.csv", ["client,at,outcome", ...outcomes]);
    const { warning } = await ask(events, "--renewals", renewals);
    expect(warning).toContain("90 of 90 clients in");
    expect(warning).toContain("have no event: are their ids the same?");
  });

  it("a ranking that is too good is told to be looked at for a leak, an honest one is not", async () => {
    const rows = ["client,at,kind"];
    const ends = ["client,at,outcome"];
    for (let i = 0; i < 150; i++) {
      // Whoever will be lost has an event that only a loss brings about, weeks before.
      const isLost = i % 4 === 0;
      for (let day = i % 5; day < (isLost ? 280 : 430); day += 5) rows.push(`k${i},${formatDay(START + day)},login`);
      ends.push(`k${i},${formatDay(START + 345 + (i % 60))},${isLost ? "lost" : "renewed"}`);
    }
    const leaking = await ask(put("leak.csv", rows), "--renewals", put("ends.csv", ends));
    expect(leaking.lost).toBeGreaterThan(20);
    expect(leaking.tooGood).toEqual({ auc: expect.any(Number), most: 0.95 });
    expect(leaking.tooGood!.auc).toBeGreaterThan(0.95);
    const honest = await ask(put("honest.csv", orders(450)));
    expect(honest.auc!.risk.value!).toBeLessThan(0.95);
    expect(honest.tooGood).toBeUndefined();
  });
});
