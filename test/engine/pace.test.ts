import { describe, expect, test } from "vitest";
import { Pace } from "../../src/engine/pace.ts";

const BOUNDS = { first: 4, most: 10, lookEvery: 1 };

/** Goes through `slices`, each of as many things as it takes at `costMs` apiece. @returns how many each slice took */
function walk(pace: Pace, clock: { ms: number }, slices: number, costMs: number): number[] {
  return Array.from({ length: slices }, () => {
    const size = pace.begin(1000);
    let done = 0;
    while (done < size) {
      clock.ms += costMs;
      done += 1;
      if (pace.isOver(done)) break;
    }
    pace.end(done);
    return done;
  });
}

describe("slices of long work", () => {
  test("cheap work fills them up to the most they may take", () => {
    const clock = { ms: 0 };
    expect(walk(new Pace({ worked: () => clock.ms }, BOUNDS), clock, 4, 0.1)).toEqual([4, 8, 10, 10]);
  });

  test("dear work ends them after 8 ms, and the next takes as many as fit", () => {
    const clock = { ms: 0 };
    expect(walk(new Pace({ worked: () => clock.ms }, BOUNDS), clock, 3, 3)).toEqual([3, 2, 2]);
  });

  test("one is done in any case", () => {
    const clock = { ms: 0 };
    expect(walk(new Pace({ worked: () => clock.ms }, BOUNDS), clock, 3, 50)).toEqual([1, 1, 1]);
  });

  test("where no clock goes while one works, their number is the bound", () => {
    expect(walk(new Pace({}, BOUNDS), { ms: 0 }, 3, 50)).toEqual([4, 8, 10]);
  });

  test("the clock is looked at once in so many", () => {
    let looks = 0;
    const pace = new Pace({ worked: () => ++looks }, { first: 100, most: 100, lookEvery: 25 });
    pace.begin(100);
    for (let done = 1; done <= 100; done++) pace.isOver(done);
    expect(looks).toBe(1 + 4);
  });
});
