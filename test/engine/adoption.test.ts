import { expect, test } from "vitest";
import { playAdoption } from "../../scripts/bench/adoption.ts";

test("G5 G6 earlier clients adopted at once take hardly more calls than the fewest possible, and no 429 of ours", async () => {
  const played = await playAdoption(150);
  expect(played.tasks).toBeGreaterThan(150 * 10);
  expect(played.calls / played.fewest).toBeLessThanOrEqual(1.05);
  expect(played.limited).toBe(0);
});
