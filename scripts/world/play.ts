import { INVARIANTS, type Invariant } from "./invariants.ts";
import { NodeHouse } from "./node-house.ts";
import type { Parameters } from "./parameters.ts";
import { type Outcome, Simulation } from "./simulate.ts";

/** A world that was played; a line of the record. */
export interface Played extends Parameters, Omit<Outcome, "days" | "faults"> {
  /** fewer than asked for where it broke */
  daysPlayed: number;
  wentWrong: Outcome["faults"];
  cpuSeconds: number;
  /** absent: on Node */
  runtime?: "workers";
}

/** Told after each simulated day, with how much is broken. */
export type OnDay = (day: number, broken: number) => void;

/** Plays one world in this process. One that throws is broken, too. */
export async function play(parameters: Parameters, onDay: OnDay = () => undefined): Promise<Played> {
  const before = process.cpuUsage();
  const simulation = new Simulation(parameters, (options) => new NodeHouse(options));
  const outcome = await simulation.run(onDay).catch((error: unknown) => simulation.fellOver(error));
  const { user, system } = process.cpuUsage(before);
  return playedOf(parameters, outcome, (user + system) / 1e6);
}

/** A world whose process ended in the middle. */
export function cutShort(parameters: Parameters, days: number, how: string): Played {
  const checked = Object.fromEntries(Object.keys(INVARIANTS).map((name) => [name, 0])) as Record<Invariant, number>;
  const broken = [`the process that played it ended, day ${days}: ${how}`];
  const nothing = { turns: 0, calls: 0, writes: 0, checked, faults: {}, graduated: 0 };
  return playedOf(parameters, { ...nothing, days, broken }, 0);
}

/** What came of a world as a line of the record. */
export function playedOf(parameters: Parameters, { days, faults, ...outcome }: Outcome, cpuSeconds: number): Played {
  const { seed, portals, clients, flood } = parameters;
  return {
    seed,
    ...(flood && { flood }),
    portals,
    clients,
    days: parameters.days,
    faults: parameters.faults,
    daysPlayed: days,
    cpuSeconds: Number(cpuSeconds.toFixed(1)),
    wentWrong: faults,
    ...outcome,
  };
}
