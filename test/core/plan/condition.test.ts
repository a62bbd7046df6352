import { describe, expect, test } from "vitest";
import { chooseTemplate } from "../../../src/core/plan/choose.ts";
import type { Condition } from "../../../src/core/plan/template.ts";

type Value = string | number | boolean;

/** Does a rule that asks this hold for a property with this value? */
function holdsFor(have: Value | null, is: "=" | "!=" | "<" | "<=" | ">" | ">=", value: Value): boolean {
  const when: Condition = { fact: "x.tier", is, value };
  const values: Record<string, Value> = have === null ? {} : { "x.tier": have };
  return chooseTemplate([{ name: "Tier", when, templateId: "enterprise" }], values, "internal").rule === 0;
}

describe("A2.6, A7.5: a value is meant however the CRM or the settings spell it", () => {
  test.each<[Value, Value]>([
    // an option "3" of a list, and what a settings form makes of "3"
    ["3", 3],
    [3, "3"],
    [3, 3],
    ["3.0", 3],
    ["Gold", "gold "],
    // ticks: HubSpot tells true, Bitrix24 Y or 1
    ["Y", true],
    [1, true],
    [true, "yes"],
    [false, "no"],
    ["N", false],
  ])("%j is %j", (have, want) => {
    expect([holdsFor(have, "=", want), holdsFor(have, "!=", want)]).toEqual([true, false]);
  });

  test.each<[Value | null, Value]>([
    ["3", 4],
    ["gold", "silver"],
    ["Y", false],
    ["", ""],
    [null, 0],
    [null, false],
    // codes that a number cannot hold
    ["90071992547409930", "90071992547409931"],
  ])("%j is not %j", (have, want) => {
    expect([holdsFor(have, "=", want), holdsFor(have, "!=", want)]).toEqual([false, true]);
  });

  test.each<[Value | null, Value, string]>([
    ["20", 100, "< <="],
    [20, "100", "< <="],
    ["100", 100, "<= >="],
    ["101", "100", "> >="],
    ["b", "a", "> >="],
    ["gold", 100, ""],
    [true, 0, ""],
    [null, 5, ""],
  ])("%j beside %j: %s", (have, want, expected) => {
    const held = (["<", "<=", ">", ">="] as const).filter((is) => holdsFor(have, is, want));
    expect(held.join(" ")).toBe(expected);
  });
});
