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
}

export const DEFAULTS: Parameters = { seed: 1, portals: 2, clients: 10, days: 30, faults: 2 };
const LEAST: Parameters = { seed: 0, portals: 1, clients: 1, days: 1, faults: 0 };
export const FAULTS_MAX = 3;

/** What the command is asked for. */
export interface Asked extends Parameters {
  /** so many worlds one after the other, each with the next seed */
  seeds: number;
  /** look for a smaller world that is broken as well */
  shrink: boolean;
}

/** @throws Error naming every option that makes no sense */
export function parametersOf(args: readonly string[]): Asked {
  const defaults = { ...DEFAULTS, seeds: 1 };
  const least = { ...LEAST, seeds: 1 };
  const names = Object.keys(defaults) as (keyof typeof defaults)[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ args: [...args], options: { ...options, shrink: { type: "boolean" } } });
  const problems: string[] = [];
  const numbers = names.map((name) => {
    const given = (values as Partial<Record<string, string>>)[name];
    const value = given === undefined ? defaults[name] : Number(given);
    if (!Number.isSafeInteger(value) || value < least[name])
      problems.push(`--${name} is a whole number from ${least[name]}`);
    return [name, value] as const;
  });
  const parameters = Object.fromEntries(numbers) as unknown as typeof defaults;
  if (parameters.faults > FAULTS_MAX) problems.push(`--faults is at most ${FAULTS_MAX}`);
  if (problems.length > 0) throw new Error(`${problems.join("; ")}.`);
  return { ...parameters, shrink: values.shrink === true };
}

/** The command that makes this world again. */
export function commandOf({ seed, portals, clients, days, faults }: Parameters): string {
  return `npm run world -- --seed ${seed} --portals ${portals} --clients ${clients} --days ${days} --faults ${faults}`;
}
