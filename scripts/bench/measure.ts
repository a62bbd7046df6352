/** Small arithmetic that benchmarks share. */
import { readdirSync, readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share 0..1; the value below which that share lies */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** CPU time of this process so far, ms. On a machine that others use too it says more than the clock. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Linux: a folder for each thread of this process. */
const TASKS = "/proc/self/task";

/**
 * CPU time so far of all threads but this one, the program's first, ms: V8 collects garbage and compiles on them, and nobody waits for it.
 * 0 where the kernel does not tell threads apart. What it has not booked yet of a thread that runs right now is missing in `cpuMs` as well.
 */
export function helpersMs(): number {
  try {
    const others = readdirSync(TASKS).filter((id) => id !== String(process.pid));
    return (
      others.reduce((sum, id) => sum + Number(readFileSync(`${TASKS}/${id}/schedstat`, "utf8").split(" ")[0]), 0) / 1e6
    );
  } catch {
    return 0;
  }
}

/** Runs `work` `times` times. Returns how much CPU time each took, ms. */
export function timedCpu(times: number, work: (at: number) => void): number[] {
  return Array.from({ length: times }, (_, at) => {
    const startedAt = cpuMs();
    work(at);
    return cpuMs() - startedAt;
  });
}

/** Resident memory of this process, MB. */
export function residentMb(): number {
  return process.memoryUsage().rss / 1e6;
}

/** Made once: each context that it is made in would stay in the memory that is measured. */
let collect: (() => void) | null = null;

/** What is on the heap once nothing is left that nobody holds, MB. */
export function heldMb(): number {
  setFlagsFromString("--expose-gc");
  collect ??= runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}
