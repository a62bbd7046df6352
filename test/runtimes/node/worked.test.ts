import { afterEach, expect, test, vi } from "vitest";
import { worked } from "../../../src/runtimes/node/worked.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("the kernel is asked once in some milliseconds; until then time that passes is taken for worked, and put right by its answer", () => {
  const clock = { wallMs: 1_000_000, cpuMs: 500 };
  vi.spyOn(performance, "now").mockImplementation(() => clock.wallMs);
  const asked = vi.spyOn(process, "cpuUsage").mockImplementation(() => ({ user: clock.cpuMs * 1000, system: 0 }));
  expect(worked()).toBe(500);
  // Somebody else had the processor for one of these three.
  clock.wallMs += 3;
  clock.cpuMs += 2;
  expect(worked()).toBe(503);
  expect(asked).toHaveBeenCalledTimes(1);
  clock.wallMs += 1;
  clock.cpuMs += 1;
  expect(worked()).toBe(503);
  expect(asked).toHaveBeenCalledTimes(2);
  clock.wallMs += 2;
  expect(worked()).toBe(505);
});
