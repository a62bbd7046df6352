/**
 * What one object on Cloudflare would need, measured on Node as the nearest honest stand-in (workerd stops its clock while a turn computes): the
 * turns of a large portal's scoring week, each with the CPU it took, in a process whose heap is held to what an object has.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchLine, lineOf } from "./line.ts";
import type { ObjectFigures } from "./object/turns.ts";
import { makeScoreStore } from "./score/clients.ts";

const BENCH = "object";
/** CPU of one turn that Cloudflare grants unless a plan says more, s. */
const TURN_S = 30;
/** The heap that the turns get, MB: an object has 128 for program and heap together. */
const HEAP_MB = 100;

/** @param clients the requirement speaks of 100,000: `--size 100000` */
export async function run(clients = 10_000): Promise<BenchLine[]> {
  return passesWithin(clients, HEAP_MB);
}

/** @throws Error when the turns need more heap than that */
export async function passesWithin(clients: number, heapMb: number): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), "tenure-object-"));
  const path = join(folder, "portal.sqlite");
  try {
    makeScoreStore(path, clients).file.close();
    const turns = fileURLToPath(new URL("./object/turns.ts", import.meta.url).href);
    const { status, stdout } = spawnSync(process.execPath, [`--max-old-space-size=${heapMb}`, turns, path], {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`The turns did not end within ${heapMb} MB of heap.`);
    const { decided, decideS, bookS, heldMb } = JSON.parse(stdout) as ObjectFigures;
    if (decided < 3 * clients) throw new Error("Not everybody was decided.");
    return [
      lineOf(BENCH, `CPU of the longest turn that decides, of ${clients} clients`, decideS, "s", TURN_S),
      lineOf(BENCH, "CPU of the turn that makes the week's book of them", bookS, "s", TURN_S),
      lineOf(BENCH, `heap held after the passes, which ended within ${heapMb} MB of old space`, heldMb, "MB", heapMb),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
