/**
 * The simulation: seeded, many portals of both CRMs and their people over simulated days, with faults.
 * `npm run world -- --seed 1 --portals 2 --clients 10 --days 30 --faults 2 [--shrink]`; exit 1 when something that has to hold is broken.
 */
import { INVARIANTS } from "./world/invariants.ts";
import { commandOf, type Parameters, parametersOf } from "./world/parameters.ts";
import { shrink } from "./world/shrink.ts";
import { type Outcome, Simulation } from "./world/simulate.ts";

/** A world that throws is broken, too. */
async function simulate(parameters: Parameters): Promise<Outcome> {
  const simulation = new Simulation(parameters);
  try {
    return await simulation.run((line) => console.error(`seed ${parameters.seed}: ${line}`));
  } catch (error) {
    return simulation.fellOver(error);
  }
}

function report(outcome: Outcome): void {
  const { checked, faults, broken } = outcome;
  console.log("Checked:");
  for (const [name, guarantee] of Object.entries(INVARIANTS))
    console.log(`  ${guarantee.padEnd(2)} ${name}: ${checked[name as keyof typeof INVARIANTS]} times`);
  console.log("Went wrong:");
  for (const [name, count] of Object.entries(faults)) console.log(`  ${name}: ${count}`);
  for (const one of broken) console.log(`BROKEN ${one}`);
}

async function main(): Promise<number> {
  const { shrink: isShrinking, ...parameters } = parametersOf(process.argv.slice(2));
  const { seed, portals, clients, days, faults } = parameters;
  console.log(`World: seed ${seed}, ${portals} portals, ${clients} clients each, ${days} days, faults ${faults}`);
  const outcome = await simulate(parameters);
  report(outcome);
  const isBroken = outcome.broken.length > 0;
  if (isBroken) {
    const smallest = isShrinking
      ? await shrink(parameters, async (one) => {
          const isStill = (await simulate(one)).broken.length > 0;
          console.error(`${isStill ? "broken" : "holds "}: ${commandOf(one)}`);
          return isStill;
        })
      : parameters;
    console.log(`To see it again: ${commandOf(smallest)}`);
  }
  const { turns, calls, writes, broken } = outcome;
  console.log(
    JSON.stringify({
      world: isBroken ? "broken" : "holds",
      seed,
      portals,
      clients,
      days,
      faults,
      turns,
      calls,
      writes,
      broken,
    }),
  );
  return isBroken ? 1 : 0;
}

process.exitCode = await main();
