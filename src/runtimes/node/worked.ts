/**
 * How long this process has worked so far, ms. Unlike the time of day it stands still while others have the processor. All threads count, those
 * that help to collect the garbage among them: what a single thread has worked the kernel tells in steps of up to 4 ms, a whole slice of work.
 */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
