import { describe, expect, test } from "vitest";
import { addSample, eachSample, newestSamples, openSeen, packSeen } from "../../../src/core/client/seen.ts";

const BEFORE = {
  "x_seats/company:7": {
    value: 12.5,
    fromDay: 20_000,
    matchedDay: 20_010,
    week: 2860,
    days: [
      [20_010, 1, 0],
      [20_020, 2.5, 0],
      [20_030, 1, -0.25],
    ],
  },
  "x_tier/contact:9": { value: "gold\tor\nsilver | 1", fromDay: 20_001, matchedDay: null, week: 2861, days: [] },
} as const;

function samplesOf(days: string): readonly (readonly number[])[] {
  const samples: (readonly number[])[] = [];
  eachSample(days, (...sample) => samples.push(sample));
  return samples;
}

describe("what was seen of mapped properties, as it is kept", () => {
  test("what was kept before there was such text is read as before", () => {
    const seen = openSeen(BEFORE);
    expect([...seen.keys()]).toEqual(Object.keys(BEFORE));
    const { days, ...rest } = seen.get("x_seats/company:7")!;
    expect(rest).toEqual({ said: "12.5", fromDay: 20_000, matchedDay: 20_010, week: 2860 });
    expect(samplesOf(days)).toEqual([
      [20_010, 1, 0],
      [20_020, 2.5, 0],
      [20_030, 1, -0.25],
    ]);
  });

  test("it comes out of its text as it went in, whatever the value holds", () => {
    const seen = openSeen(BEFORE);
    expect(openSeen(packSeen(seen))).toEqual(seen);
    expect(JSON.parse(openSeen(packSeen(seen)).get("x_tier/contact:9")!.said)).toBe("gold\tor\nsilver | 1");
    expect(samplesOf(seen.get("x_tier/contact:9")!.days)).toEqual([]);
  });

  test("nothing seen is nothing kept", () => {
    expect(packSeen(new Map())).toBe("");
    expect(openSeen("").size + openSeen(undefined).size).toBe(0);
  });

  test("what another program wrote, or nobody can read, was not seen yet; the lines beside it are read as they stand", () => {
    const good = packSeen(openSeen(BEFORE));
    const [first, second] = good.split("\n") as [string, string];
    const cut = first.slice(0, first.lastIndexOf("\t"));
    const fields = first.split("\t");
    const changed = (at: number, to: string) => fields.with(at, to).join("\t");
    const bad = [
      "seen/2",
      "\u0000",
      cut,
      `${first}\tmore`,
      changed(1, "soon"),
      changed(2, "x"),
      changed(3, ""),
      changed(5, ""),
      changed(5, "{"),
    ];
    for (const one of bad) {
      expect([...openSeen(one).keys()], one).toEqual([]);
      expect([...openSeen(`${one}\n${second}`).keys()], one).toEqual(["x_tier/contact:9"]);
    }
    for (const one of [7, true, [], [1], { a: null }, { a: { days: [1] } }, { a: {} }])
      expect(openSeen(one as never).size, JSON.stringify(one)).toBe(0);
  });

  test("of samples those count that are some", () => {
    expect(samplesOf("20010 20011;2 20012,1,2,3 20013,1.2.3 x 20014,2,-0.5")).toEqual([
      [20_010, 1, 0],
      [20_014, 2, -0.5],
    ]);
  });

  test("a fraction keeps all of its digits", () => {
    const sum = Math.log(3) / 7;
    expect(samplesOf(addSample("", 20_000, 1, sum))[0]![2]).toBe(sum);
  });

  test("the oldest samples go", () => {
    expect(newestSamples("1 2,3 4", 2)).toBe("2,3 4");
    expect(newestSamples("1 2,3 4", 3)).toBe("1 2,3 4");
  });
});
