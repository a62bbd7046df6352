/** Plays the worlds that it is sent, one after the other, until whoever sends them is gone. */
import type { Parameters } from "./parameters.ts";
import { play } from "./play.ts";
import type { Told } from "./pool.ts";

const tell = (told: Told) => void process.send?.(told);

process.on("disconnect", () => process.exit());
process.on("message", async (world: Parameters) => {
  tell({ played: await play(world, (day, broken) => tell({ day, broken })) });
});
