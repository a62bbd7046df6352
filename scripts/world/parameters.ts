import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

/** What a world is made of. The same parameters make the same world. */
export interface Parameters {
  seed: number;
  portals: number;
  /** per portal */
  clients: number;
  days: number;
  /** 0 none · 1 events late, doubled, shuffled, lost · 2 also calls that fail · 3 also kills, jumps, restores, full disks */
  faults: number;
  /** so many customers are won by mistake at once, in each portal on a day of its own; without it floods stay small */
  flood?: number;
}

export const DEFAULTS: Parameters = { seed: 1, portals: 2, clients: 10, days: 30, faults: 2 };
const LEAST: Parameters = { seed: 0, portals: 1, clients: 1, days: 1, faults: 0 };
const FAULTS_MAX = 3;

/** A long run: plans of three months end in it, and most of a portal's life is quiet. */
export const LONG: Omit<Parameters, "seed"> = { portals: 2, clients: 3, days: 110, faults: 3 };

/** What the command is asked for. */
export interface Asked extends Parameters {
  /** so many worlds one after the other, each with the next seed */
  seeds: number;
  /** look for a smaller world that is broken as well */
  shrink: boolean;
  /** worlds that are played at the same time */
  workers: number;
  /** where what was played is kept, a line for each world */
  out: string | null;
  runtime: (typeof RUNTIMES)[number];
}

const RUNTIMES = ["node", "workers"] as const;

/** @param cores of this machine @throws Error naming every option that makes no sense */
export function parametersOf(args: readonly string[], cores: number = availableParallelism()): Asked {
  const defaults = { ...DEFAULTS, seeds: 1, years: 0, flood: 0, workers: cores };
  const least = { ...LEAST, seeds: 1, years: 0, flood: 0, workers: 1 };
  const names = Object.keys(defaults) as (keyof typeof defaults)[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({
    args: [...args],
    options: { ...options, shrink: { type: "boolean" }, out: { type: "string" }, runtime: { type: "string" } },
  });
  const given = values as Partial<Record<string, string>>;
  if (given.years !== undefined) Object.assign(defaults, LONG);
  const problems: string[] = [];
  const numbers = names.map((name) => {
    const text = given[name];
    const value = text === undefined ? defaults[name] : Number(text);
    if (!Number.isSafeInteger(value) || value < least[name])
      problems.push(`--${name} is a whole number from ${least[name]}`);
    return [name, value] as const;
  });
  const { years, flood, ...parameters } = Object.fromEntries(numbers) as unknown as typeof defaults;
  if (parameters.faults > FAULTS_MAX) problems.push(`--faults is at most ${FAULTS_MAX}`);
  if (years > 0 && given.seeds !== undefined) problems.push("--years and --seeds both say how many worlds there are");
  const runtime = RUNTIMES.find((one) => one === (values.runtime ?? "node"));
  if (!runtime) problems.push(`--runtime is ${RUNTIMES.join(" or ")}`);
  if (runtime === "workers" && (values.shrink || given.workers !== undefined))
    problems.push("--shrink and --workers are for worlds on Node");
  if (problems.length > 0) throw new Error(`${problems.join("; ")}.`);
  if (years > 0) parameters.seeds = Math.ceil((years * 365) / (parameters.portals * parameters.days));
  const { shrink, out } = { shrink: values.shrink === true, out: given.out ?? null };
  return { ...parameters, ...(flood > 0 && { flood }), shrink, out, runtime: runtime! };
}

/** The command that makes this world again. */
export function commandOf({ seed, portals, clients, days, faults, flood }: Parameters): string {
  const one = `npm run world -- --seed ${seed} --portals ${portals} --clients ${clients} --days ${days} --faults ${faults}`;
  return flood ? `${one} --flood ${flood}` : one;
}
