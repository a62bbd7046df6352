import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Parameters } from "./parameters.ts";
import { cutShort, type Played, playedOf } from "./play.ts";
import type { Outcome } from "./simulate.ts";

/** What the test says of a world that was asked for, on a line of its own. */
export interface Said {
  outcome: Outcome;
  /** the most that one invocation took */
  most: object;
}

/** Plays a world in the Workers runtime, the workerd of the test pool. What it takes of a processor is not known there. */
export async function playInWorkerd(world: Parameters): Promise<Played> {
  const env = { ...process.env, TENURE_WORLDS: JSON.stringify([world]) };
  const args = ["run", "--project", "workers", "test/workers/simulation.test.ts"];
  const child = spawn("vitest", args, { stdio: ["inherit", "pipe", "inherit"], env });
  const ended = once(child, "exit") as Promise<[code: number | null, signal: string | null]>;
  let said: Said | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    // The runner colours what a test says.
    const at = line.indexOf('{"outcome":');
    if (at >= 0) said = JSON.parse(line.slice(at)) as Said;
    else console.log(line);
  }
  const [code, signal] = await ended;
  return playedInWorkerd(world, said, code === 0 ? null : String(signal ?? code));
}

/** @param failed how the run of the test ended that played it; null: well */
export function playedInWorkerd(world: Parameters, said: Said | null, failed: string | null): Played {
  if (said === null) return { ...cutShort(world, 0, failed ?? "said nothing"), runtime: "workers" };
  const { outcome } = said;
  const isUntold = failed !== null && outcome.broken.length === 0;
  const broken = isUntold
    ? [`limits of the platform, day ${outcome.days}: ${JSON.stringify(said.most)}`]
    : outcome.broken;
  return { ...playedOf(world, { ...outcome, broken }, 0), runtime: "workers" };
}
