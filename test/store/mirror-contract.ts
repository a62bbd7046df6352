import { expect, test } from "vitest";
import { WORKS, workKey, workOf } from "../../src/store/mirror.ts";
import { fieldsRow, taskRow } from "../support/rows.ts";
import type { WithStore } from "./contract.ts";

/** What the store promises of the mirror. */
export function mirrorPart(withStore: WithStore): void {
  test("a row comes back exactly as it was put", async () => {
    const row = taskRow({
      before: { dueAt: 1 },
      theirs: { dueAt: 2, status: "done" },
      theirsAt: 5,
      sending: { desired: null, values: { a: true } },
      fights: 2,
      foughtDay: 20_000,
    });
    const back = await withStore(({ mirror }) => {
      mirror.put([row, fieldsRow()]);
      return mirror.byKeys([row.key, "fields:company:1"]);
    });
    expect(back).toEqual(expect.arrayContaining([row, fieldsRow()]));
  });

  test("a row that is replaced comes back as it became, whichever of its columns changed", async () => {
    const before = taskRow({});
    const became: readonly Partial<typeof before>[] = [
      { kind: "notice" },
      { client: "company:9" },
      { kind: "notice", desired: '{"text":{"id":"x","params":{}}}' },
      { desired: '{"subject":1}' },
      { desired: null, state: "dirty" },
      { sent: "{}" },
      { fights: 3, foughtDay: 20_001 },
      { sending: { desired: null, values: {} }, state: "sending" },
    ];
    const pairs = became.map((change, at) => {
      const row = { ...before, key: `t${at}`, externalId: `x${at}` };
      return [row, { ...row, ...change }] as const;
    });
    const back = await withStore(({ mirror }) => {
      mirror.put(pairs.map(([row]) => row));
      mirror.replace(pairs);
      return mirror.byKeys(pairs.map(([row]) => row.key));
    });
    expect(back.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(pairs.map(([, after]) => after));
  });

  test("rows wait per sort of call: what is held up in one starves no other", async () => {
    const answer = await withStore(({ mirror }) => {
      const creates = Array.from({ length: 300 }, (_, at) =>
        taskRow({ key: `t${at}`, externalId: null, state: "dirty", priority: 20 }),
      );
      mirror.put([
        ...creates,
        fieldsRow({ state: "dirty", priority: 40 }),
        taskRow({ key: "d", desired: null, state: "dirty", notBefore: 900 }),
      ]);
      const count = (kind: string, verb: string) => {
        const work = WORKS.find(
          (one) => one.kind === kind && one.verb === verb && (one.on === null || one.on === "company"),
        )!;
        return [mirror.next("dirty", work, 100, 1_000).length, mirror.soonest("dirty", work, 100)];
      };
      return [count("task", "create"), count("fields", "update"), count("task", "delete"), count("task", "update")];
    });
    expect(answer).toEqual([
      [300, 100],
      [1, 100],
      [0, 900],
      [0, null],
    ]);
  });

  test("the sorts of work that wait, now or later, and no others", async () => {
    const answer = await withStore(({ mirror }) => {
      const before = mirror.works("dirty");
      mirror.put([
        taskRow({ key: "a", externalId: null, state: "dirty" }),
        taskRow({ key: "b", externalId: null, state: "dirty", notBefore: 9e12 }),
        taskRow({ key: "c", desired: null, state: "dirty" }),
        taskRow({ key: "d", state: "unknown" }),
        fieldsRow({ state: "dirty" }),
      ]);
      return [before, mirror.works("dirty"), mirror.works("unknown"), mirror.works("sending")];
    });
    expect(answer).toEqual([
      new Set(),
      new Set(["fields/update/company", "task/create", "task/delete"]),
      new Set(["task/update"]),
      new Set(),
    ]);
  });

  test("the most urgent comes first, then what waits longest; the next page goes on where the last ended", async () => {
    const answer = await withStore(({ mirror }) => {
      const row = (key: string, priority: number, notBefore: number) =>
        taskRow({ key, priority, notBefore, state: "dirty", desired: "{}" });
      mirror.put([row("c", 30, 1), row("a", 10, 9), row("b", 30, 0), row("d", 40, 0)]);
      const work = WORKS.find((one) => one.kind === "task" && one.verb === "update")!;
      const page = (offset: number) => mirror.next("dirty", work, 10, 2, offset).map((one) => one.key);
      return [page(0), page(2)];
    });
    expect(answer).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  test("every row has a sort of work that the writer knows", () => {
    const rows = [
      taskRow(),
      taskRow({ externalId: null }),
      taskRow({ desired: null }),
      fieldsRow(),
      taskRow({ kind: "notice" }),
      taskRow({ kind: "note", externalId: null }),
    ];
    const known = new Set(WORKS.map(workKey));
    for (const row of rows) expect(known).toContain(workKey(workOf(row)));
  });

  test("a create of unknown outcome that nobody wishes any more is still looked up by its key", () => {
    expect(workKey(workOf(taskRow({ externalId: null, desired: null, state: "unknown" })))).toBe("task/create");
    expect(workKey(workOf(taskRow({ desired: null, state: "dirty" })))).toBe("task/delete");
  });

  test("creates that were not sent yet become doubtful; nothing else does", async () => {
    const answer = await withStore(({ mirror }) => {
      const never = { state: "dirty" as const, externalId: null, sent: null };
      mirror.put([
        taskRow({ key: "create", ...never }),
        taskRow({ key: "update", state: "dirty" }),
        taskRow({ key: "notice", kind: "notice", ...never }),
        fieldsRow({ key: "fields", ...never }),
      ]);
      mirror.dirtyCreatesToUnknown(77);
      return mirror.page("", 10).map((one) => [one.key, one.state, one.looks]);
    });
    expect(answer).toEqual([
      ["create", "unknown", 1],
      ["fields", "dirty", 0],
      ["notice", "dirty", 0],
      ["update", "dirty", 0],
    ]);
  });
}
