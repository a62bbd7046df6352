import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadHistory } from "../../scripts/backtest/history.ts";
import { turnedAwayAuc } from "../../scripts/backtest/turned-away.ts";
import { backtest, readArguments } from "../../scripts/backtest.ts";
import { formatDay, parseDay } from "../../src/core/calendar/day.ts";
import { seededRandom } from "../../src/core/seeded-random.ts";

const START = parseDay("2024-01-01");
const CUT = "2024-12-01";
let folder: string;
const path = (name: string): string => join(folder, name);
const put = (name: string, lines: readonly string[]): string => {
  const text = `${lines.join("\n")}\n`;
  writeFileSync(path(name), name.endsWith(".gz") ? gzipSync(text) : text);
  return path(name);
};

/** 120 buyers with their own rhythm over 430 days, an eighth of the lines doubled, columns in another order, one unknown. */
function orderLines(until = 430): string[] {
  const next = seededRandom(12);
  const lines = ["kind,extra,client,at,value"];
  for (let i = 0; i < 120; i++) {
    const gap = 6 + 40 * next();
    for (let day = Math.floor(60 * next()); day < 430; day += Math.max(1, Math.round(gap * (0.5 + next())))) {
      const line = `bestellung,x,"Kunde ${i}, GmbH",${formatDay(START + day)},${(10 + 90 * next()).toFixed(2)}`;
      const copies = next() < 0.125 ? 2 : 1;
      if (day < until) for (let c = 0; c < copies; c++) lines.push(line);
      if (next() < 0.05) break;
    }
  }
  return lines;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "backtest-"));
  put("orders.csv", orderLines());
  put("orders.csv.gz", orderLines());
  put("orders-cut.csv", orderLines(parseDay(CUT) - START + 1));
});

afterAll(() => rmSync(folder, { recursive: true }));

const ask = (events: string, ...more: string[]): string[] => [
  "--events",
  events,
  "--cut",
  CUT,
  "--horizon",
  "60",
  ...more,
];

describe("npm run backtest (A8.22)", () => {
  it("prints one object with ranking, interval, calibration and rivals, for kinds and columns it has never seen", async () => {
    const report = await backtest(ask(path("orders.csv"), "--scores", path("out.csv")));
    expect(report.population).toContain('"bestellung"');
    expect(report.n).toBeGreaterThan(20);
    expect(report.auc!.risk.low!).toBeLessThan(report.auc!.risk.high!);
    expect(report.calibration!.bars).toHaveLength(5);
    expect(Object.keys(report.beside!)).toEqual(["recency", "classicRules"]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    const [header, ...rows] = readFileSync(path("out.csv"), "utf8").trim().split("\n");
    expect(header).toBe("client,health,zone,risk");
    expect(rows).toHaveLength(report.scored);
    for (const row of rows) expect(row).toMatch(/^"Kunde \d+, GmbH",\d+\.\d,(green|yellow|red|learning),[01]\.\d{5}$/);
  });

  it("reads gzipped files, and gives the same scores when the file ends at the cut", async () => {
    await backtest(ask(path("orders.csv.gz"), "--scores", path("a.csv")));
    const short = await backtest(ask(path("orders-cut.csv"), "--scores", path("b.csv")));
    expect(short.outcome).toContain("end at the cut");
    expect(short.auc).toBeUndefined();
    expect(readFileSync(path("b.csv"), "utf8")).toBe(readFileSync(path("a.csv"), "utf8"));
  });

  it("tells what it is at: rows read, the share of the weeks behind it, and that it judges", async () => {
    const told: string[] = [];
    const rows = orderLines();
    const many = put("many.csv", [
      rows[0]!,
      ...Array.from({ length: 12_000 }, (_, i) => rows[1 + (i % (rows.length - 1))]!),
    ]);
    await backtest(ask(many), (doing) => told.push(doing));
    expect(told[0]).toBe("reading: 10000 rows");
    const shares = told.flatMap((doing) => doing.match(/^\d+ clients, (\d+) % of the weeks$/)?.[1] ?? []).map(Number);
    expect(shares.length).toBeGreaterThan(20);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(100);
    expect(told.at(-1)).toBe("judging by what came after the cut");
  });

  it("without labels nothing is learned from outcomes", async () => {
    const report = await backtest(ask(path("orders.csv"), "--no-labels"));
    expect(report.labels).toBe(false);
    expect(report.model).toMatchObject({ trainedOnCuts: 0, lost: 0, show: "rank" });
  });

  it("takes contract books with missing files, empty cells and doubled invoices", async () => {
    const clients = ["client,since,term_days,has_usage"];
    const renewals = ["client,at,outcome"];
    const events = ["client,at,kind,value"];
    const invoices = ["client,invoice,issued,due,paid,amount"];
    for (let i = 0; i < 50; i++) {
      clients.push(`k${i},${i % 10 === 0 ? "" : "2023-06-01"},${i % 7 === 0 ? "" : 91},${i % 2}`);
      for (let day = i; day < 430; day += 91)
        renewals.push(`k${i},${formatDay(START + day)},${day > 300 && i % 4 === 0 ? "lost" : "renewed"}`);
      for (let day = i % 7; day < (i % 4 === 0 ? 260 : 430); day += 4)
        events.push(`k${i},${formatDay(START + day)},app_session,`);
      for (let n = 0; n < 2; n++) invoices.push(`k${i},I${i},2024-03-01,2024-03-15,${n === 0 ? "" : "2024-03-20"},10`);
    }
    events.push(",2024-02-01,app_session,1", "k1,not a date,app_session,1", "k2,2024-02-03T10:00:00Z,app_session,1");
    const files = ["--clients", put("k.csv", clients), "--renewals", put("r.csv", renewals)];
    const events_ = put("e.csv.gz", events);
    const full = await backtest(ask(events_, ...files, "--invoices", put("i.csv", invoices)));
    expect(full.population).toContain("contract");
    expect(full.skipped).toEqual({
      "event without client": 1,
      'event with a date that cannot be read, such as "not a date"': 1,
    });
    expect(full.zones!.learning.count).toBeLessThanOrEqual(full.n!);
    const loaded = await loadHistory({
      events: events_,
      clients: path("k.csv"),
      invoices: path("i.csv"),
      renewals: path("r.csv"),
      kind: null,
      cutDay: parseDay(CUT),
    });
    const client = loaded.history.clients.find((c) => c.id === "k1")!;
    expect(client.invoices).toHaveLength(1);
    expect(client.invoices[0]!.paidDay).toBe(parseDay("2024-03-20"));
    expect(client.signals.logins).toBeDefined();
    expect(loaded.history.clients.find((c) => c.id === "k2")!.signals.logins).toBeUndefined();
    expect(loaded.history.clients.find((c) => c.id === "k7")!.termDays).toBe(91);
  });

  it.each([
    ["everybody lost", 40, 1],
    ["nobody lost", 40, 0],
    ["two clients", 2, 1],
  ])(
    "%s: says what it can, without invoices or clients' file, over a gap of two months",
    async (_name, count, lost) => {
      const events = [
        "client,at,kind,value",
        "k0,1970-01-01,login,1",
        "k0,9999-01-01,login,1",
        "k0,2024-06-01,login,1e99,x,y",
      ];
      const renewals = ["client,at,outcome"];
      for (let i = 0; i < count; i++) {
        for (let day = i % 3; day < 430; day += 3) {
          const line = `k${i},${formatDay(START + day)},login,1`;
          if (day < 150 || day > 210) events.push(line, line);
        }
        renewals.push(
          `k${i},${formatDay(START + 100)},renewed`,
          `k${i},${formatDay(START + 370)},${lost ? "lost" : "renewed"}`,
        );
      }
      const report = await backtest(ask(put("odd.csv", events), "--renewals", put("odd-r.csv", renewals)));
      expect(report).toMatchObject({ n: count, lost: lost * count, auc: { risk: { value: null } } });
      expect(report.skipped).toEqual({ "event more than 15 years from the cut": 2 });
      expect(report.model!.show).toBe("rank");
      if (lost * count < 20) expect(report.tooFew).toEqual({ lost: lost * count, needed: 20 });
    },
  );

  const shapes = (change: (cells: string[]) => string[], delimiter = ",", end = "\n", before = ""): string =>
    before +
    orderLines()
      .map((line) => change(line.match(/"[^"]*"|[^,]+/g)!).join(delimiter))
      .join(end);
  const dated =
    (form: (iso: string) => string) =>
    (cells: string[]): string[] =>
      cells.map((cell) => (/^\d{4}-/.test(cell) ? form(cell) : cell));
  const same = (cells: string[]): string[] => cells;
  const [year, month, day] = [0, 5, 8] as const;

  it.each([
    ["semicolons", shapes(same, ";")],
    ["tabs", shapes(same, "\t")],
    ["bars, a mark of byte order and line ends of Windows", shapes(same, "|", "\r\n", "\ufeff")],
    ["line ends of old", shapes(same, ",", "\r")],
    ["every cell quoted", shapes((cells) => cells.map((cell) => (cell.startsWith('"') ? cell : `"${cell}"`)))],
    ["another order of columns", shapes((cells) => cells.toReversed())],
    ["times with a zone", shapes(dated((iso) => `${iso}T23:30:00+03:00`))],
    ["days as numbers", shapes(dated((iso) => iso.replaceAll("-", "")))],
    ["days with dots", shapes(dated((iso) => `${iso.slice(day)}.${iso.slice(month, 7)}.${iso.slice(year, 4)}`))],
    ["days with strokes, the year first", shapes(dated((iso) => iso.replaceAll("-", "/")))],
    ["milliseconds since 1970", shapes(dated((iso) => String(Date.parse(iso))))],
    ["rows in another order", `${orderLines()[0]}\n${orderLines().slice(1).toReversed().join("\n")}`],
    [
      "days with strokes, the day first",
      shapes(dated((iso) => `${iso.slice(day)}/${iso.slice(month, 7)}/${iso.slice(year, 4)}`)),
    ],
    [
      "days with strokes, the month first",
      shapes(dated((iso) => `${iso.slice(month, 7)}/${iso.slice(day)}/${iso.slice(year, 4)}`)),
    ],
    [
      "days with hyphens, the day first",
      shapes(dated((iso) => `${iso.slice(day)}-${iso.slice(month, 7)}-${iso.slice(year, 4)}`)),
    ],
    ["days without zeros in front", shapes(dated((iso) => iso.replaceAll("-0", "-")))],
    ["months by name", shapes(dated((iso) => new Date(iso).toUTCString().slice(5, 16)))],
    ["seconds since 1970 as fractions", shapes(dated((iso) => `${Date.parse(iso) / 1000}.0`))],
    [
      "the names of a shop's export",
      shapes(same).replace("kind,extra,client,at,value", "Event Type,extra,Customer ID,order_date,Amount"),
    ],
    [
      "names without a space",
      shapes(same).replace("kind,extra,client,at,value", "eventType,extra,customerId,timestamp,quantity"),
    ],
    ["columns without a name", shapes((cells) => [...cells.map((cell) => (cell === "extra" ? "" : cell)), "", ""])],
    [
      "every row twice",
      orderLines()
        .flatMap((line, i) => (i === 0 ? [line] : [line, line]))
        .join("\n"),
    ],
  ] as const)("gives the same scores from the same history with %s", async (_name, text) => {
    await backtest(ask(path("orders.csv"), "--scores", path("usual.csv")));
    await backtest(ask(put("shape.csv", [text]), "--scores", path("shape-out.csv")));
    expect(readFileSync(path("shape-out.csv"), "utf8")).toBe(readFileSync(path("usual.csv"), "utf8"));
  });

  it("counts every login of a day, and once where the whole kind stands there twice", async () => {
    const login = (day: number) => `a,${formatDay(START + day)},login,1`;
    const twice = Array.from({ length: 30 }, (_, i) => [login(i), login(i)]).flat();
    const loginsOf = async (rows: readonly string[]) => {
      const events = put("twice.csv", ["client,at,kind,value", ...rows]);
      const files = { events, clients: null, invoices: null, renewals: null, kind: "login", cutDay: parseDay(CUT) };
      return (await loadHistory(files)).history.clients[0]!.signals.logins!.length;
    };
    expect(await loginsOf(twice.slice(0, 6))).toBe(6);
    expect(await loginsOf([...twice, login(40)])).toBe(61);
    expect(await loginsOf(twice)).toBe(30);
  });

  it("what happens after the cut changes no score, labels included", async () => {
    const cut = formatDay(parseDay(CUT));
    const later = orderLines().map((line) => {
      const [kind, extra, , at] = line.match(/"[^"]*"|[^,]+/g)!;
      return at! > cut && kind !== "kind" ? `${kind},${extra},"Kunde 0, GmbH",${at},1e9` : line;
    });
    await backtest(ask(path("orders.csv"), "--scores", path("as-it-was.csv")));
    const other = await backtest(ask(put("later.csv", later), "--scores", path("otherwise.csv")));
    expect(other.lost).toBeGreaterThan(20);
    expect(readFileSync(path("otherwise.csv"), "utf8")).toBe(readFileSync(path("as-it-was.csv"), "utf8"));
  });

  it("prints the same bytes for the same files", async () => {
    const once = JSON.stringify(await backtest(ask(path("orders.csv"))));
    expect(JSON.stringify(await backtest(ask(path("orders.csv"))))).toBe(once);
  });

  it("a renewal whose outcome says neither is left out, and a file of such is said to tell nothing", async () => {
    const events = ["client,at,kind", ...Array.from({ length: 400 }, (_, i) => `a,${formatDay(START + i)},login`)];
    const renewals = (...outcomes: string[]) =>
      put("said.csv", ["client,at,outcome", ...outcomes.map((o, i) => `a,${formatDay(START + 60 + 30 * i)},${o}`)]);
    const told = async (...outcomes: string[]) =>
      await backtest(ask(put("said-e.csv", events), "--renewals", renewals(...outcomes)));
    expect((await told("renewed", "Closed-Won", "pending")).skipped).toEqual({
      'renewal with an outcome that says neither lost nor renewed, such as "pending"': 1,
    });
    expect((await told("renewed", "Cancelled by client")).n).toBe(0);
    const untold = await told("", "1");
    expect(untold).toMatchObject({ n: 1, lost: 0, population: expect.stringContaining("contract") });
    expect(untold.warning).toContain("No row of the renewals tells an outcome");
  });

  it("speaks of no ranking and no calibration below 20 lost", async () => {
    const few = orderLines().filter((line, i) => i === 0 || /Kunde [1-3]?\d,/.test(line));
    const report = await backtest(ask(put("few.csv", few)));
    expect(report.lost).toBeGreaterThan(0);
    expect(report.lost).toBeLessThan(20);
    expect(report.tooFew).toEqual({ lost: report.lost, needed: 20 });
    const unsaid = { value: null, low: null, high: null };
    expect(report).toMatchObject({
      auc: { health: unsaid, risk: unsaid },
      brierSkill: null,
      calibration: null,
      liftTopDecile: { health: null, risk: null },
      beside: { recency: { auc: null } },
      bar: { isPassed: false },
    });
    expect(report.zones!.green.count).toBeGreaterThan(0);
  });

  it.each([
    ["no file", ["--events", "nowhere.csv", "--cut", CUT], "nowhere.csv"],
    ["no cut", ["--events", "x.csv"], "--cut"],
    ["a cut in the wrong order", ["--events", "x.csv", "--cut", "07/01/2025"], "--cut must be a day"],
    ["no folder for the scores", ["--events", "x.csv", "--cut", CUT, "--scores", "/no/such/x.csv"], "/no/such"],
    ["a cut that is no date", ["--events", "x.csv", "--cut", "2024-02-30"], "2024-02-30"],
    ["a horizon of nothing", ["--events", "x.csv", "--cut", CUT, "--horizon", "0"], "--horizon"],
  ] as const)("%s is told in a sentence", async (_name, argv, word) => {
    await expect(backtest([...argv])).rejects.toThrow(word);
  });

  it("a folder, and a gzipped file that ends too early, are told in a sentence", async () => {
    await expect(backtest(ask(folder))).rejects.toThrow("it is a folder");
    writeFileSync(path("short.gz"), readFileSync(path("orders.csv.gz")).subarray(0, 2_000));
    await expect(backtest(ask(path("short.gz")))).rejects.toThrow("ends too early");
  });

  it.each([
    ["nothing", "", "the file is empty"],
    ["a header", "client,at", "no event on or before the cut"],
    ["days that are two", "client,at\na,01/02/2024", 'days such as "01/02/2024" may be two'],
    ["days in two orders", "client,at\na,21/02/2024\na,02/21/2024", "some days such as"],
    ["a date in words", "client,at\na,yesterday", 'cannot be read, such as "yesterday"'],
    ["events of later days only", "client,at\na,2025-02-03", "all are later, to 2025-02-03"],
    ["an end long before the cut", "client,at\na,2022-02-03", "the last event is of 2022-02-03"],
    ["a quote that never ends", 'client,at\n"a,2024-02-03\n', "Quote Not Closed"],
    ["one column twice", "client,at,at\na,2024-02-03,2024-02-04", '"at" stands there twice'],
  ])("a file of %s is told in a sentence", async (_name, text, sentence) => {
    writeFileSync(path("odd-file.csv"), text);
    await expect(backtest(ask(path("odd-file.csv")))).rejects.toThrow(sentence);
  });

  it("a file that is no UTF-8 keeps its clients apart", async () => {
    const rows = orderLines().map((line) => line.replace("Kunde ", "\u041a"));
    writeFileSync(path("cyrillic.csv"), rows.join("\n"));
    writeFileSync(path("old.csv"), Buffer.from(rows.join("\n").replaceAll("\u041a", "\u00ca"), "latin1"));
    writeFileSync(path("wide.csv"), Buffer.from(`\ufeff${rows.join("\n")}`, "utf16le"));
    await backtest(ask(path("cyrillic.csv"), "--scores", path("cyrillic-out.csv")));
    const expected = readFileSync(path("cyrillic-out.csv"), "utf8");
    expect(expected).toContain("\u041a1, GmbH");
    for (const name of ["old.csv", "wide.csv"]) {
      await backtest(ask(path(name), "--scores", path("other-out.csv")));
      expect(readFileSync(path("other-out.csv"), "utf8")).toBe(expected);
    }
  });

  it.each([
    ["lost", "1", "0"],
    ["Churned", "TRUE", "false"],
    ["renewed", "no", "yes"],
    ["status", "cancelled", "active"],
  ])("an outcome below the head %s is %s or %s", async (head, lost, kept) => {
    const events = put("heads-e.csv", ["client,at,kind", `a,${CUT},login`]);
    const renewals = put("heads-r.csv", [
      `client,date,${head}`,
      `a,2024-10-01,${kept}`,
      `a,2024-11-01,${lost}`,
      "a,2024-12-01,7",
    ]);
    const files = { events, clients: null, invoices: null, renewals, kind: null, cutDay: parseDay(CUT) };
    const { history, skipped } = await loadHistory(files);
    expect(history.clients[0]!.renewals).toEqual([
      { day: parseDay("2024-10-01"), lost: false },
      { day: parseDay("2024-11-01"), lost: true },
    ]);
    expect(skipped).toEqual({ 'renewal with an outcome that says neither lost nor renewed, such as "7"': 1 });
  });

  it("reads hours with a comma, and sees no number where there may be two", async () => {
    const events = put("comma.csv", [
      "client;at;kind;value",
      `a;${CUT};mail;12,5`,
      `a;${CUT};mail;0,25`,
      `a;${CUT};mail;1,234`,
    ]);
    const files = { events, clients: null, invoices: null, renewals: null, kind: "mail", cutDay: parseDay(CUT) };
    const { history } = await loadHistory(files);
    expect(history.clients[0]!.signals.reply_hours).toEqual(
      [12.5, 0.5].map((hours) => expect.objectContaining({ cases: 1, sum: Math.log(hours) })),
    );
  });

  it("labels without a single event are no history, and the events are not said to be later", async () => {
    const none = put("none.csv", ["client,at,kind,value"]);
    const renewals = put("alone.csv", ["client,at,outcome", "a,2025-02-01,lost"]);
    await expect(backtest(ask(none, "--renewals", renewals))).rejects.toThrow(
      /none\.csv: no event on or before the cut\.$/,
    );
  });

  it("names the missing column, and the kind that is not there", async () => {
    const bad = put("bad.csv", ["buyer,at", "a,2024-01-01"]);
    await expect(backtest(ask(bad))).rejects.toThrow('no column "client" (there are: buyer, at)');
    const untold = put("untold.csv", ["client,at", "a,2024-01-01"]);
    const told = ask(path("orders.csv"), "--renewals", untold);
    await expect(backtest(told)).rejects.toThrow('no column "outcome" or "lost" or "renewed"');
    await expect(backtest(ask(path("orders.csv"), "--kind", "order"))).rejects.toThrow('no event of kind "order"');
    expect(readArguments(ask("x.csv")).horizonDays).toBe(60);
  });
});

describe("who had turned away", () => {
  const scores = [
    "client,health,zone,risk",
    "gone,20.0,red,.5",
    "going,60.0,green,.2",
    "here,90.0,green,.1",
    "new,50.0,green,.1",
  ];
  const truth = [
    "client,renewal,disengaged,days_disengaged",
    "gone,2025-01-15,1,90",
    // Turned away only after the cut, before a renewal that is over, and not at all.
    "going,2025-01-15,1,30",
    "here,2024-11-15,1,60",
    "new,2025-01-15,0,0",
  ];

  it("is found by health: the chance that one of them stands below somebody who has not", async () => {
    const found = (rows: readonly string[]) =>
      turnedAwayAuc(put("scores.csv", scores), put("truth.csv.gz", rows), parseDay(CUT));
    expect(await found(truth)).toBe(1);
    expect(await found([...truth, "going,2025-01-20,1,60"])).toBe(0.75);
    expect(await found(truth.toSpliced(1, 1))).toBeNull();
  });
});
