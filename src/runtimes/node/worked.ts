/** How long this thread has worked so far, ms. Unlike the time of day it stands still while others have the processor. */
export function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
