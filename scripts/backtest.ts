/**
 * `npm run backtest -- --events F.csv --cut DATE --horizon DAYS`: health and risk on a history, judged by what came after the cut.
 * Prints one JSON object. The files' form stands in the README; they may be gzipped, and may end at the cut; well
 * before it, their last day is the cut.
 */
import { existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { formatDay } from "../src/core/calendar/day.ts";
import { DEFAULT_SCORE_CONFIG, type ScoreConfig } from "../src/core/score/config.ts";
import { runBackTest } from "../src/core/score/past/back-test.ts";
import { overlapOf } from "../src/core/score/past/gather.ts";
import { isAlive } from "../src/core/score/past/history.ts";
import { type RiskMonths, riskMonthSteps } from "../src/core/score/past/months.ts";
import { type ModelNote, modelNote, type Report, reportSteps, zonesOf } from "../src/core/score/past/report.ts";
import type { BackTest } from "../src/core/score/past/types.ts";
import { trialSteps, type WeightTrial } from "../src/core/score/past/weights.ts";
import { finished } from "../src/core/score/portions.ts";
import { seededRandom } from "../src/core/seeded-random.ts";
import { type LoadedHistory, loadHistory } from "./backtest/history.ts";
import { dayOf } from "./backtest/read.ts";

const USAGE = `Usage: npm run backtest -- --events F.csv --cut YYYY-MM-DD --horizon DAYS
  [--clients F.csv] [--invoices F.csv] [--renewals F.csv] [--kind order] [--scores OUT.csv] [--no-labels] [--capacity N] [--seed N]`;

interface Arguments {
  events: string;
  clients: string | null;
  invoices: string | null;
  renewals: string | null;
  kind: string | null;
  scores: string | null;
  cutDay: number;
  horizonDays: number;
  useLabels: boolean;
  capacity: number;
  seed: number;
}

/** @throws Error with a sentence when an argument is missing or wrong */
export function readArguments(argv: readonly string[]): Arguments {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      events: text,
      clients: text,
      invoices: text,
      renewals: text,
      kind: text,
      scores: text,
      cut: text,
      horizon: { ...text, default: "90" },
      capacity: { ...text, default: "50" },
      seed: { ...text, default: "1" },
      "no-labels": { type: "boolean", default: false },
    },
  });
  if (!values.events || !values.cut) throw new Error(`--events and --cut are needed.\n${USAGE}`);
  const cutDay = dayOf(values.cut);
  if (cutDay === null) throw new Error(`--cut must be a day such as 2025-07-01, not "${values.cut}".`);
  if (values.scores && !existsSync(dirname(values.scores)))
    throw new Error(`--scores: there is no folder ${dirname(values.scores)}.`);
  return {
    events: values.events,
    clients: values.clients ?? null,
    invoices: values.invoices ?? null,
    renewals: values.renewals ?? null,
    kind: values.kind ?? null,
    scores: values.scores ?? null,
    cutDay,
    horizonDays: whole(values.horizon, "--horizon", 7, 730),
    useLabels: !values["no-labels"],
    capacity: whole(values.capacity, "--capacity", 1, 1_000_000),
    seed: whole(values.seed, "--seed", 0, 2 ** 31),
  };
}

function whole(value: string, name: string, low: number, high: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < low || number > high) {
    throw new Error(`${name} must be a whole number from ${low} to ${high}, not "${value}".`);
  }
  return number;
}

/** What is printed; everything of the report is absent when the files end at the cut. */
export interface Printed extends Partial<Report> {
  /** the day that was asked for, or the last known one where the files end well before it; the warning says so */
  cut: string;
  horizonDays: number;
  labels: boolean;
  population: string;
  /** rows of --scores */
  scored: number;
  /** why there is nothing to judge by */
  outcome?: string;
  warning?: string;
  model: ModelNote;
  /** risk learnt anew for each month; null without labels, absent when there is nothing to judge by */
  months?: RiskMonths | null;
  /** learnt weights of the groups beside the usual ones; absent when there is nothing to judge by */
  weights?: WeightTrial;
  kinds: Readonly<Record<string, number>>;
  skipped: Readonly<Record<string, number>>;
}

/** Runs the back-test and returns what is printed. @param tell is told in words what it is at, often */
export async function backtest(argv: readonly string[], tell: (doing: string) => void = () => {}): Promise<Printed> {
  const asked = readArguments(argv);
  const loaded = await loadHistory(asked, (rows) => tell(`reading: ${rows} rows`));
  const { history, cutDay } = loaded;
  const config = { ...DEFAULT_SCORE_CONFIG, horizonDays: asked.horizonDays };
  const onWay = (share: number): void =>
    tell(`${history.clients.length} clients, ${Math.floor(100 * share)} % of the weeks`);
  const test = runBackTest({ history, config, cutDay, useLabels: asked.useLabels, onWay });
  if (asked.scores) writeFileSync(asked.scores, scoresCsv(test));
  const seenDays = Math.max(0, loaded.lastDay - cutDay);
  const isJudged = seenDays >= JUDGED_PART * asked.horizonDays;
  tell("judging by what came after the cut");
  const population = test.scores.filter((s) => isAlive(s.past, history, cutDay));
  return {
    cut: formatDay(cutDay),
    horizonDays: asked.horizonDays,
    labels: asked.useLabels,
    population: populationNote(loaded),
    scored: test.scores.length,
    ...(isJudged
      ? finished(reportSteps(test, { history, capacity: asked.capacity, random: seededRandom(asked.seed) }))
      : {
          n: population.length,
          outcome:
            seenDays === 0
              ? "The files end at the cut: nothing to judge by."
              : `The files end ${formatDay(loaded.lastDay)}, ${seenDays} of ${asked.horizonDays} days after the cut: too little to judge by.`,
          zones: zonesOf(population, null),
        }),
    ...warningOf(loaded, asked, isJudged),
    model: modelNote(test),
    ...(isJudged && { months: monthsOf(test, loaded, asked.seed), weights: trialOf(test, loaded, config, asked.seed) }),
    kinds: loaded.kinds,
    skipped: loaded.skipped,
  };
}

/** Part of the horizon that the files have to cover: who has not ordered again by half of it has not been lost. */
const JUDGED_PART = 0.5;

/** Without any event for so long before the cut, either everybody fell silent or the files end there. */
const SILENT_DAYS = 28;

/** Less history than this before the cut, and hardly anybody has a habit to be judged by. */
const SHORT_HISTORY_DAYS = 180;

function warningOf(
  { history, cutDay, lastDay, newestDay, strangers }: LoadedHistory,
  asked: Arguments,
  isJudged: boolean,
): { warning?: string } {
  const days = cutDay - history.firstDay + 1;
  const warnings = [
    ...(isJudged && lastDay < cutDay + asked.horizonDays
      ? [`The files end ${formatDay(lastDay)}, before the horizon is over: outcomes are incomplete.`]
      : []),
    ...(cutDay < asked.cutDay
      ? [`The files end ${formatDay(cutDay)}, before ${formatDay(asked.cutDay)}: everybody is scored as of that day.`]
      : []),
    ...(cutDay - newestDay > SILENT_DAYS
      ? [`The last event before the cut is of ${formatDay(newestDay)}: is what came after it missing?`]
      : []),
    ...strangers.map(
      ({ file, clients, of }) => `${clients} of ${of} clients in ${file} have no event: are their ids the same?`,
    ),
    ...(days < SHORT_HISTORY_DAYS ? [`Only ${days} days of history before the cut: there is little to judge by.`] : []),
    ...(history.hasRenewals && history.clients.every((client) => client.renewals.length === 0)
      ? ["No row of the renewals tells an outcome: nothing is learned, and nobody counts as lost."]
      : []),
  ];
  return warnings.length === 0 ? {} : { warning: warnings.join(" ") };
}

function monthsOf(test: BackTest, { history }: LoadedHistory, seed: number): RiskMonths | null {
  const overlap = overlapOf(test.horizonDays);
  return finished(riskMonthSteps(test, { history, overlap, random: seededRandom(seed) }));
}

function trialOf(test: BackTest, { history }: LoadedHistory, config: ScoreConfig, seed: number): WeightTrial {
  const overlap = overlapOf(config.horizonDays);
  return finished(trialSteps(test, { history, overlap, configOf: () => config, random: seededRandom(seed) }));
}

function populationNote({ history, kind }: LoadedHistory): string {
  if (history.hasRenewals) return "clients with a contract alive at the cut; lost = a renewal lost within the horizon";
  return `live customers: at least 3 days with "${kind}", the last within 180 days of the cut; lost = no "${kind}" within the horizon`;
}

function scoresCsv(test: BackTest): string {
  const lines = test.scores.map(({ clientId, healthTenths, zone, risk }) =>
    [quoted(clientId), (healthTenths / 10).toFixed(1), zone, risk.toFixed(5)].join(","),
  );
  return `${["client,health,zone,risk", ...lines].join("\n")}\n`;
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What takes long is told on the error output, which leaves the result's own alone. */
const TELL_EVERY_MS = 5_000;

function teller(): (doing: string) => void {
  let last = Date.now();
  return (doing) => {
    if (Date.now() - last < TELL_EVERY_MS) return;
    last = Date.now();
    console.error(doing);
  };
}

if (import.meta.main) {
  // Left to itself, V8 lets the heap of a large book grow to three times of what is held before it looks through all of it.
  setFlagsFromString("--heap-growing-percent=20");
  try {
    console.log(JSON.stringify(await backtest(process.argv.slice(2), teller())));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
