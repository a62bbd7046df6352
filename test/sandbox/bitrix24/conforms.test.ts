import { describe, expect, test } from "vitest";
import { sketchedMethods, strangeError, strangeResult } from "./conforms.ts";

describe("results are held to what Bitrix24's pages show", () => {
  test.each<[string, unknown, string | null]>([
    ["crm.timeline.comment.add", 5, null],
    ["crm.timeline.comment.add", "5", "crm.timeline.comment.add is a string, documented is number"],
    ["profile", { ID: "1", ADMIN: true }, null],
    ["profile", { ID: 1 }, "profile.ID is a number, documented is string"],
    ["profile", { ID: "1", EMAIL: "a@b" }, "profile.EMAIL is not documented"],
    ["tasks.task.list", { tasks: [{ id: "1" }] }, null],
    ["tasks.task.list", { tasks: {} }, "tasks.task.list.tasks is no list"],
    ["tasks.task.list", [], null],
    ["department.get", [{ ID: "1", SORT: "500" }], "department.get[].SORT is a string, documented is number"],
    ["no.such.method", 1, null],
  ])("%s with %j: %s", (method, result, strange) => {
    expect(strangeResult(method, result)).toBe(strange);
  });

  test("nearly every method of the contract has a sketch", () => {
    expect(sketchedMethods()).toBeGreaterThan(175);
  });

  test("errors have a code that the page or the list for all methods names", () => {
    expect(strangeError("tasks.task.add", "ERROR_CORE")).toBeNull();
    expect(strangeError("tasks.task.add", "expired_token")).toBeNull();
    expect(strangeError("tasks.task.add", "NO_TASK")).toBe(
      "tasks.task.add refuses with NO_TASK, which is not documented",
    );
  });
});
