import { describe, expect, test } from "vitest";
import { readOperations } from "../../src/sandbox/contract.ts";
import { hubspotOperations } from "../../src/sandbox/hubspot/contracts.ts";

const SCHEMAS = {
  Thing: { id: "string", "size?": "integer:int32", tags: "string[]", "kind?": "enum(big|small)", "in?": "map<Thing>" },
  Either: "Thing|Other",
  Other: { when: "string:date-time" },
};

function check(type: string) {
  const [operation] = readOperations([{ method: "POST", path: "/x", body: { "application/json": type } }], SCHEMAS);
  return (value: unknown, kind: "check" | "lenient" = "check") => operation!.body![kind](value, "body");
}

describe("the contracts' notation", () => {
  const good = { id: "1", tags: [] };
  test.each<[string, unknown, string | null]>([
    ["Thing", good, null],
    ["Thing", { ...good, size: 2, kind: "big", in: { a: good } }, null],
    ["Thing", { id: "1" }, "body.tags is missing"],
    ["Thing", { ...good, colour: 1 }, "body.colour is not a field"],
    ["Thing", { ...good, size: 1.5 }, "body.size is not an integer"],
    ["Thing", { ...good, kind: "huge" }, "body.kind is none of big, small"],
    ["Thing", { ...good, tags: ["a", 2] }, "body.tags[1] is not a string"],
    ["Thing", { ...good, in: { a: { id: 1, tags: [] } } }, "body.in.a.id is not a string"],
    ["Thing[]", [good, null], "body[1] is not an object"],
    ["Either", { when: "2026-11-21T00:00:00Z" }, null],
    ["Either", { when: "today" }, "body.when is not a field"],
    ["{a: string, b?: enum(x|y)}", { a: "1", b: "z" }, "body.b is none of x, y"],
  ])("%s holds %j: %s", (type, value, problem) => {
    expect(check(type)(value)).toBe(problem);
  });

  test("the lenient reading only looks at types", () => {
    const lenient = (value: unknown) => check("Thing")(value, "lenient");
    expect(lenient({ id: "1", colour: 1, size: null })).toBeNull();
    expect(lenient({ id: 1 })).toBe("body.id is not a string");
  });
});

test("every operation of the HubSpot contracts compiles", () => {
  const operations = hubspotOperations();
  expect(operations.length).toBeGreaterThan(100);
  for (const operation of operations) operation.body?.check({}, "body");
});
