/** A process that dies in each world with an odd seed, on its second day, and plays none of the others. */
import type { Parameters } from "../../scripts/world/parameters.ts";
import type { Played } from "../../scripts/world/play.ts";

process.on("disconnect", () => process.exit());
process.on("message", (world: Parameters) => {
  const nothing = { cpuSeconds: 0, turns: 0, calls: 0, writes: 0, graduated: 0, wentWrong: {}, broken: [] };
  const played = { ...world, ...nothing, daysPlayed: 9, checked: {} as Played["checked"] };
  if (world.seed % 2 === 0) process.send?.({ played });
  else process.send?.({ day: 2, broken: 0 }, () => process.exit(7));
});
