/**
 * The simulation: seeded, many portals of both CRMs and their people over simulated days, with faults.
 * `npm run world -- --seed 1 --seeds 1 --portals 2 --clients 10 --days 30 --faults 2 [--shrink]`; exit 1 when something that has to hold is broken.
 * With `--seeds` that many worlds follow one another, each with the next seed; the last line of the output is one line of JSON over all of them.
 */
import { INVARIANTS, type Invariant } from "./world/invariants.ts";
import { commandOf, type Parameters, parametersOf } from "./world/parameters.ts";
import { Progress } from "./world/progress.ts";
import { shrink } from "./world/shrink.ts";
import { type Outcome, Simulation } from "./world/simulate.ts";

/** A world that throws is broken, too. */
async function simulate(parameters: Parameters, progress: (day: number, broken: number) => void): Promise<Outcome> {
  const simulation = new Simulation(parameters);
  try {
    return await simulation.run(progress);
  } catch (error) {
    return simulation.fellOver(error);
  }
}

/** Counts of several worlds together. */
function sum(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const one of counts) for (const [name, n] of Object.entries(one)) all[name] = (all[name] ?? 0) + n;
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function report(outcomes: readonly Outcome[]): void {
  console.log("Checked:");
  const checked = sum(outcomes.map((one) => one.checked));
  for (const [name, guarantee] of Object.entries(INVARIANTS))
    console.log(`  ${guarantee.padEnd(2)} ${name}: ${checked[name as Invariant]} times`);
  console.log("Went wrong:");
  for (const [name, count] of Object.entries(sum(outcomes.map((one) => one.faults))))
    console.log(`  ${name}: ${count}`);
}

async function tell(parameters: Parameters, { broken }: Outcome, isShrinking: boolean): Promise<void> {
  for (const one of broken) console.log(`BROKEN seed ${parameters.seed}: ${one}`);
  const smallest = isShrinking
    ? await shrink(parameters, async (one) => {
        const isStill = (await simulate(one, () => undefined)).broken.length > 0;
        console.error(`${isStill ? "broken" : "holds "}: ${commandOf(one)}`);
        return isStill;
      })
    : parameters;
  console.log(`To see it again: ${commandOf(smallest)}`);
}

async function main(): Promise<number> {
  const { shrink: isShrinking, seeds, ...first } = parametersOf(process.argv.slice(2));
  const { seed, portals, clients, days, faults } = first;
  const until = seeds > 1 ? ` to ${seed + seeds - 1}` : "";
  console.log(
    `World: seed ${seed}${until}, ${portals} portals, ${clients} clients each, ${days} days, faults ${faults}`,
  );
  const progress = new Progress(seeds * portals * days);
  const outcomes: Outcome[] = [];
  for (let at = 0; at < seeds; at++) {
    const parameters = { ...first, seed: seed + at };
    const outcome = await simulate(parameters, (day, broken) =>
      progress.at((at * days + day) * portals, `seed ${parameters.seed}, day ${day}, ${broken} broken`),
    );
    outcomes.push(outcome);
    if (outcome.broken.length > 0) await tell(parameters, outcome, isShrinking);
  }
  progress.end();
  report(outcomes);
  const total = (count: (outcome: Outcome) => number) => outcomes.reduce((all, one) => all + count(one), 0);
  const brokenSeeds = outcomes.flatMap(({ broken }, at) => (broken.length > 0 ? [seed + at] : []));
  const { user, system } = process.cpuUsage();
  console.log(
    JSON.stringify({
      world: brokenSeeds.length > 0 ? "broken" : "holds",
      seed,
      seeds,
      portals,
      clients,
      days,
      faults,
      portalYears: Number((total((one) => one.days * portals) / 365).toFixed(2)),
      cpuSeconds: Math.round((user + system) / 1e6),
      turns: total((one) => one.turns),
      calls: total((one) => one.calls),
      writes: total((one) => one.writes),
      graduated: total((one) => one.graduated),
      wentWrong: sum(outcomes.map((one) => one.faults)),
      brokenSeeds,
      broken: outcomes.flatMap((one) => one.broken),
    }),
  );
  return brokenSeeds.length > 0 ? 1 : 0;
}

process.exitCode = await main();
