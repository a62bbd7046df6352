/**
 * Prints a Markdown table: false alarms of the score on synthetic clients in whom nothing is wrong, and how soon it sees planted declines,
 * each beside the articles' thresholds as bare alarms. `node scripts/score-table.ts [--clients N] [--seed N] [--readme README.md]`
 */
import { parseArgs } from "node:util";
import { DEFAULT_SCORE_CONFIG } from "../src/core/score/config.ts";
import type { Dated, History, PastClient, PastInvoice } from "../src/core/score/past/history.ts";
import { latenessOf, replay } from "../src/core/score/past/replay.ts";
import { classicSigns } from "../src/core/score/past/rivals.ts";
import { seededRandom } from "../src/core/seeded-random.ts";
import { writeTable } from "./readme.ts";

const DAYS = 728;
/** Everything before this day is history; alarms are counted from here on. */
const FROM = 364;
/** The day on which planted declines begin; they take four weeks. */
const TURN = 490;

interface Scenario {
  name: string;
  /** logins a day as usual */
  rate: number;
  /** factor on a day's rate; `own` is a number of 0..1 that belongs to the client */
  factor: (day: number, own: number) => number;
  /** days late of the n-th invoice */
  late: (invoice: number, own: number) => number;
  isDecline: boolean;
}

const usual = (): number => 1;
const onTime = (): number => 0;

/** August and Christmas, for everybody alike. */
function season(day: number): number {
  const ofYear = day % 364;
  return (ofYear >= 210 && ofYear < 240) || ofYear >= 352 ? 0.55 : 1;
}

function decline(to: number): Scenario["factor"] {
  return (day) => (day < TURN ? 1 : Math.max(to, 1 - ((1 - to) * (day - TURN)) / 28));
}

const holiday: Scenario["factor"] = (day, own) =>
  day >= FROM + 40 + 200 * own && day < FROM + 58 + 200 * own ? 0.05 : 1;

const SCENARIOS: readonly Scenario[] = [
  { name: "steady, every day (3 a day)", rate: 3, factor: usual, late: onTime, isDecline: false },
  { name: "steady, now and then (3 a week)", rate: 0.43, factor: usual, late: onTime, isDecline: false },
  { name: "steady, rare (1 in two weeks)", rate: 0.07, factor: usual, late: onTime, isDecline: false },
  { name: "a holiday of 18 days", rate: 1.5, factor: holiday, late: onTime, isDecline: false },
  {
    name: "one invoice 20 days late",
    rate: 1.5,
    factor: usual,
    late: (n, own) => (n === 13 + Math.floor(6 * own) ? 20 : 0),
    isDecline: false,
  },
  { name: "always pays 12 days late", rate: 1.5, factor: usual, late: () => 12, isDecline: false },
  { name: "−40 % for good", rate: 1.5, factor: decline(0.6), late: onTime, isDecline: true },
  { name: "−60 % for good", rate: 1.5, factor: decline(0.4), late: onTime, isDecline: true },
  { name: "−80 % for good", rate: 1.5, factor: decline(0.2), late: onTime, isDecline: true },
  { name: "−80 % for good, 3 a week", rate: 0.43, factor: decline(0.2), late: onTime, isDecline: true },
  { name: "stops altogether", rate: 1.5, factor: decline(0), late: onTime, isDecline: true },
  {
    name: "−60 % and pays ever later",
    rate: 1.5,
    factor: decline(0.4),
    late: (n) => (30 * n > TURN ? 5 * (n - TURN / 30) : 0),
    isDecline: true,
  },
];

function poisson(mean: number, next: () => number): number {
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; product *= next()) count += 1;
  return count;
}

function makeClient(id: string, scenario: Scenario, next: () => number): PastClient {
  const own = next();
  const logins: Dated[] = [];
  const uses: Dated[] = [];
  for (let day = 0; day < DAYS; day++) {
    const weekend = day % 7 >= 5 ? 0.2 : 1.32;
    // Behaviour is burstier than Poisson: every week has a mood of its own, shared by all that a client does.
    const mood = 0.7 + 0.6 * seededRandom(Math.floor(day / 7) * 7919 + Math.floor(own * 1e9))();
    const mean = scenario.rate * weekend * mood * season(day) * scenario.factor(day, own);
    const add = (list: Dated[], cases: number): void => {
      if (cases > 0) list.push({ day, knownDay: day, cases, sum: 0 });
    };
    add(logins, poisson(mean, next));
    add(uses, poisson(mean / 2, next));
  }
  const invoices: PastInvoice[] = [];
  for (let n = 0; 30 * n + 20 < DAYS; n++) {
    const dueDay = 30 * n + 19;
    invoices.push({
      id: `${id}/${n}`,
      issuedDay: dueDay - 14,
      dueDay,
      paidDay: dueDay + Math.round(scenario.late(n, own) + 3 * next() - 2),
    });
  }
  const signals = { logins, core_uses: uses, days_late: latenessOf(invoices) };
  return {
    id,
    sinceDay: 0,
    firstDay: 0,
    signals,
    orders: null,
    invoices,
    stepDays: null,
    termDays: null,
    renewals: [],
  };
}

interface Tally {
  alarms: number;
  changes: number;
  flaps: number;
  reds: number;
  classicAlarms: number;
  /** days from the turn to yellow or worse, per client that was seen */
  delays: number[];
  classicDelays: number[];
}

const ALARM = new Set(["yellow", "red"]);

/** Zones of one client week by week from FROM on, counted. */
function count(
  tally: Tally,
  days: readonly number[],
  zones: readonly string[],
  classic: readonly boolean[],
  isDecline: boolean,
): void {
  const isOn = (i: number): boolean => ALARM.has(zones[i]!);
  let before: { day: number; from: string } | null = null;
  for (let i = 1; i < zones.length; i++) {
    if (days[i]! < FROM) continue;
    if (zones[i] !== zones[i - 1]) {
      tally.changes += 1;
      if (before && days[i]! - before.day <= 28 && zones[i] === before.from) tally.flaps += 1;
      before = { day: days[i]!, from: zones[i - 1]! };
    }
    if (isOn(i) && !isOn(i - 1)) tally.alarms += 1;
    if (zones[i] === "red" && zones[i - 1] !== "red") tally.reds += 1;
    if (classic[i] && !classic[i - 1]) tally.classicAlarms += 1;
  }
  if (!isDecline) return;
  const first = (on: (i: number) => boolean): number | null => days.find((day, i) => day >= TURN && on(i)) ?? null;
  const seen = first(isOn);
  const classicSeen = first((i) => classic[i]!);
  if (seen !== null) tally.delays.push(seen - TURN);
  if (classicSeen !== null) tally.classicDelays.push(classicSeen - TURN);
}

function median(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? "–" : String(sorted[sorted.length >> 1]);
}

/** The table, as Markdown lines. */
function scoreTable(clientsPerRow: number, seed: number): string[] {
  const next = seededRandom(seed);
  // Declines are a small part of any book: more steady clients are added, so that the season is the portal's and not theirs.
  const past = SCENARIOS.flatMap((scenario, s) =>
    Array.from({ length: clientsPerRow }, (_, i) => ({ scenario, client: makeClient(`${s}-${i}`, scenario, next) })),
  );
  const filler = Array.from({ length: 3 * clientsPerRow }, (_, i) => makeClient(`f-${i}`, SCENARIOS[i % 2]!, next));
  const history: History = { clients: [...past.map((p) => p.client), ...filler], firstDay: 0, hasRenewals: true };
  const days: number[] = [];
  const zones = new Map<string, string[]>(past.map((p) => [p.client.id, []]));
  const classic = new Map<string, boolean[]>(past.map((p) => [p.client.id, []]));
  replay(history, DEFAULT_SCORE_CONFIG, DAYS - 1, {
    see({ past: { id }, result }) {
      zones.get(id)?.push(result.zone);
    },
    weekEnds({ cutDay }) {
      days.push(cutDay);
      for (const { client } of past)
        classic.get(client.id)!.push(cutDay >= FROM - 7 && classicSigns(client, cutDay) > 0);
    },
  });
  const lines = [
    "| clients | alarms a year | red | zone changes a year | flaps a year | bare thresholds, alarms a year | seen within 91 days | median delay, days | bare thresholds |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  ];
  for (const scenario of SCENARIOS) {
    const tally: Tally = { alarms: 0, changes: 0, flaps: 0, reds: 0, classicAlarms: 0, delays: [], classicDelays: [] };
    const mine = past.filter((p) => p.scenario === scenario);
    for (const { client } of mine)
      count(tally, days, zones.get(client.id)!, classic.get(client.id)!, scenario.isDecline);
    lines.push(rowOf(scenario, tally, mine.length));
  }
  return lines;
}

function rowOf({ name, isDecline }: Scenario, tally: Tally, clients: number): string {
  const years = (clients * (DAYS - FROM)) / 365.25;
  const perYear = (n: number): string => (n / years).toFixed(2);
  const seen = isDecline ? `${Math.round((100 * tally.delays.filter((d) => d <= 91).length) / clients)} %` : "";
  const delay = isDecline ? median(tally.delays) : "";
  const bare = isDecline ? median(tally.classicDelays) : "";
  const cells = [
    name,
    perYear(tally.alarms),
    perYear(tally.reds),
    perYear(tally.changes),
    perYear(tally.flaps),
    perYear(tally.classicAlarms),
    seen,
    delay,
    bare,
  ];
  return `| ${cells.join(" | ")} |`;
}

if (import.meta.main) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { clients: { ...text, default: "60" }, seed: { ...text, default: "1" }, readme: text },
  });
  const table = scoreTable(Number(values.clients), Number(values.seed)).join("\n");
  if (values.readme) writeTable(values.readme, "score", table);
  else console.log(table);
}
