import { describe, expect, test } from "vitest";
import { world } from "./world.ts";

describe("batch", () => {
  test("later commands refer to earlier results, encoded or not, alone or inside a text, and keep the type", async () => {
    const { batch, portal, sandbox } = await world();
    const company = portal.create("company", { title: "Acme" });
    portal.create("deal", { title: "One", companyId: company });
    const { body } = await batch({
      list: "crm.item.list?entityTypeId=2&select[]=id&select[]=companyId",
      company: "crm.item.get?entityTypeId=4&id=$result[list][items][0][companyId]",
      encoded: "crm.item.get?entityTypeId=4&id=%24result%5Blist%5D%5Bitems%5D%5B0%5D%5BcompanyId%5D",
      task: "tasks.task.add?fields[TITLE]=Call%20$result[company][item][title]&fields[RESPONSIBLE_ID]=2&fields[UF_CRM_TASK][0]=CO_$result[company][item][id]",
    });
    expect(body.result.result.encoded.item.title).toBe("Acme");
    expect(body.result.result.task.task.title).toBe("Call Acme");
    expect(portal.tasks.tasks.get(1)!.crm).toEqual(["CO_1"]);
    expect(body.result.result_total).toEqual({ list: 1 });
    expect(body.result.result_error).toEqual([]);
    expect(body.result.result_next).toEqual([]);
    expect(sandbox.violations).toEqual([]);
  });

  test.each([
    [0, ["bad", "none", "last"], ["first", "last"]],
    [1, ["bad"], ["first"]],
  ])("with halt %i a failing command leaves HTTP 200 and its own error", async (halt, _attempted, done) => {
    const { batch } = await world();
    const { status, body } = await batch(
      { first: "profile", bad: "crm.item.get?entityTypeId=2&id=5", last: "server.time" },
      halt,
    );
    expect(status).toBe(200);
    expect(Object.keys(body.result.result)).toEqual(done);
    expect(body.result.result_error).toEqual({ bad: { error: "NOT_FOUND", error_description: "Item not found" } });
  });

  test("a list of commands answers with a list, which becomes a map when one fails", async () => {
    const { batch } = await world();
    expect((await batch(["profile", "server.time"])).body.result.result).toHaveLength(2);
    expect(Object.keys((await batch(["crm.item.get?entityTypeId=2&id=5", "profile"])).body.result.result)).toEqual([
      "1",
    ]);
  });

  test("51 commands, and a batch inside a batch, are refused and recorded", async () => {
    const { batch, sandbox } = await world();
    const many = await batch(Array.from({ length: 51 }, () => "profile"));
    expect([many.status, many.body.error]).toEqual([400, "ERROR_BATCH_LENGTH_EXCEEDED"]);
    const nested = await batch({ inner: "batch?cmd[a]=profile" });
    expect(nested.body.result.result_error.inner.error).toBe("ERROR_BATCH_METHOD_NOT_ALLOWED");
    expect(sandbox.violations).toHaveLength(2);
  });

  test("the bucket sees one request, the records of the sandbox every command", async () => {
    const { batch, sandbox } = await world();
    await batch({ a: "profile", b: "profile" });
    expect(sandbox.calls.at(-1)).toMatchObject({ method: "batch", commands: 2, write: false, status: 200 });
    expect(sandbox.commandCounts.get("profile")).toBe(2);
  });
});
