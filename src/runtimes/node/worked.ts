/** Wall time from one look at the kernel's account to the next, ms: a look takes up to a tenth of a millisecond where there are several threads. */
const LOOK_EVERY_MS = 4;

let lookedAt = Number.NEGATIVE_INFINITY;
let workedMs = 0;

/**
 * How long this process has worked so far, ms. Unlike the time of day it stands still while others have the processor, but for the last
 * milliseconds, which are taken for worked until the kernel says how much of them was. All threads count, those that help to collect the garbage
 * among them: what a single thread has worked the kernel tells in steps of up to 4 ms, a whole slice of work.
 */
export function worked(): number {
  const now = performance.now();
  if (now - lookedAt < LOOK_EVERY_MS) return workedMs + now - lookedAt;
  const { user, system } = process.cpuUsage();
  workedMs = (user + system) / 1000;
  lookedAt = now;
  return workedMs;
}
