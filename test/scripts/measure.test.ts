/** What benchmarks measure with. */
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { cpuMs, helpersMs } from "../../scripts/bench/measure.ts";

const tellsThreadsApart = existsSync("/proc/self/task");

test.runIf(tellsThreadsApart)("what other threads work is told apart from the program's own work", async () => {
  const before = { all: cpuMs(), helpers: helpersMs() };
  const busy = new Worker("for (;;);", { eval: true });
  await expect.poll(() => helpersMs() - before.helpers, { timeout: 30_000, interval: 20 }).toBeGreaterThan(300);
  const helped = helpersMs() - before.helpers;
  const own = cpuMs() - before.all - helped;
  await busy.terminate();
  expect(own).toBeLessThan(helped / 2);
});
