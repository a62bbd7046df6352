/**
 * The simulation: seeded, many portals of both CRMs and their people over simulated days, with faults.
 * `npm run world -- --seed 1 --seeds 1 --portals 2 --clients 10 --days 30 --faults 2 [--shrink]`; exit 1 when something that has to hold is broken.
 * `--flood 50000`: so many customers are won by mistake at once, in each portal on a day of its own. With `--seeds`, or with `--years` of all portals together, that many worlds follow one another, each with the next seed, as many at a time as
 * there are cores. `--runtime workers` plays them in workerd, one after the other. Each world is a line of JSON, the last line is all of them together. `--out FILE` keeps the lines: what is there is not played again.
 */
import { playInWorkerd } from "./world/in-workerd.ts";
import { INVARIANTS, type Invariant } from "./world/invariants.ts";
import { type Asked, commandOf, type Parameters, parametersOf } from "./world/parameters.ts";
import { type Played, play } from "./world/play.ts";
import { playAll } from "./world/pool.ts";
import { Progress } from "./world/progress.ts";
import { portalYears, record, recorded, together } from "./world/record.ts";
import { shrink } from "./world/shrink.ts";

/** What broke, and how to see it again. */
function broke(played: Played): string {
  const lines = played.broken.map((one) => `BROKEN seed ${played.seed}: ${one}`);
  const again = played.runtime
    ? `To see it again: ${commandOf(played)} --runtime ${played.runtime}`
    : `To see it again, and ever smaller: ${commandOf(played)} --shrink`;
  return [...lines, again].join("\n");
}

async function tell(played: Played, isShrinking: boolean): Promise<void> {
  console.log(broke(played));
  if (!isShrinking) return;
  const smallest = await shrink(worldOf(played), async (one) => {
    const isStill = (await play(one)).broken.length > 0;
    console.error(`${isStill ? "broken" : "holds "}: ${commandOf(one)}`);
    return isStill;
  });
  console.log(`The smallest: ${commandOf(smallest)}`);
}

function worldOf({ seed, portals, clients, days, faults, flood }: Parameters): Parameters {
  return { seed, portals, clients, days, faults, ...(flood && { flood }) };
}

/** Plays what is not recorded yet. @returns all of them */
async function playMissing(asked: Asked): Promise<readonly Played[]> {
  const { seed, seeds, portals, days, out, workers } = asked;
  const seedsWanted = new Set(Array.from({ length: seeds }, (_, at) => seed + at));
  const known = out === null ? [] : recorded(out, asked).filter((one) => seedsWanted.delete(one.seed));
  if (known.length > 0) console.log(`${known.length} of ${seeds} worlds stand in ${out} already.`);
  const all = [...known];
  const progress = new Progress(seedsWanted.size * portals * days);
  const underWay = new Map<number, { day: number; broken: number }>();
  let done = 0;
  const show = (what: string) => {
    const today = [...underWay.values()];
    const day = done * days + today.reduce((sum, one) => sum + one.day, 0);
    const broken =
      today.reduce((sum, one) => sum + one.broken, 0) + all.reduce((sum, one) => sum + one.broken.length, 0);
    const years = portalYears(all) + (today.reduce((sum, one) => sum + one.day, 0) * portals) / 365;
    progress.at(day * portals, `${years.toFixed(1)} portal-years, ${what}, ${broken} broken`);
  };
  const missing = [...seedsWanted].map((one) => ({ ...worldOf(asked), seed: one }));
  const onPlayed = (played: Played) => {
    underWay.delete(played.seed);
    all.push(played);
    done += 1;
    if (out !== null) record(out, played);
    if (seeds > 1) console.log(JSON.stringify(played));
    if (played.broken.length > 0 && seeds > 1) console.error(`\n${broke(played)}`);
  };
  if (asked.runtime === "workers") {
    for (const one of missing) onPlayed(await playInWorkerd(one));
    return all;
  }
  await playAll(missing, {
    workers: Math.min(workers, seedsWanted.size),
    onDay: (world, day, broken) => {
      underWay.set(world.seed, { day, broken });
      show(`seed ${world.seed} on day ${day}`);
    },
    onPlayed,
  });
  progress.end();
  return all;
}

async function main(): Promise<number> {
  const asked = parametersOf(process.argv.slice(2));
  const { seed, seeds, portals, clients, days, faults } = asked;
  const until = seeds > 1 ? ` to ${seed + seeds - 1}` : "";
  console.log(
    `World: seed ${seed}${until}, ${portals} portals, ${clients} clients each, ${days} days, faults ${faults}`,
  );
  const all = await playMissing(asked);
  for (const one of all) if (one.broken.length > 0) await tell(one, asked.shrink);
  const { summary, checked, wentWrong } = together(all);
  console.log("Checked:");
  for (const [name, guarantee] of Object.entries(INVARIANTS))
    console.log(`  ${guarantee.padEnd(2)} ${name}: ${checked[name as Invariant]} times`);
  console.log("Went wrong:");
  for (const [name, count] of Object.entries(wentWrong)) console.log(`  ${name}: ${count}`);
  console.log(JSON.stringify(summary));
  return summary.world === "holds" ? 0 : 1;
}

process.exitCode = await main();
