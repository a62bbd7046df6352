import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RecordKind } from "../../src/core/model.ts";
import type { ChangePage, Shown } from "../../src/crm/port.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { toRead } from "../../src/engine/listed.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";
import { fieldsRow, HELD, taskRow } from "../support/rows.ts";

const client = new Database(":memory:");
let store: Store;
let engine: Engine;

beforeEach(() => {
  const db = drizzle(client, { schema });
  migrate(db);
  store = new Store(db);
  engine = { store, hash: (text: string) => `h-${text}` } as unknown as Engine;
});

afterEach(() => {
  for (const table of ["record", "mirror"]) client.exec(`delete from ${table}`);
});

const COMPANY = { kind: "company", id: "1" } as const;

/** Company 1 as read at 50: one fact, linked to contact 5; our field on it is written. */
function known(): void {
  store.records.put("company", [
    {
      ...COMPANY,
      client: "company:1",
      facts: { ownerId: "o1" },
      links: [COMPANY, { kind: "contact", id: "5" }],
      readAt: 40,
      modifiedAt: 50,
    },
  ]);
  store.mirror.put([fieldsRow({ theirs: { progress: 10 }, theirsAt: 2_000 })]);
}

function listed(kind: RecordKind, id: string, modifiedAt: number | undefined, shown?: Partial<Shown>): ChangePage {
  const full = { ref: { kind, id }, facts: {}, modifiedAt: modifiedAt ?? null, ...shown };
  return {
    ids: [id],
    ...(modifiedAt !== undefined && { modifiedAt: { [id]: modifiedAt } }),
    ...(shown && { shown: { [id]: full } }),
    after: null,
    through: 0,
  };
}

const AS_KNOWN = { facts: { ownerId: "o1" }, fields: { progress: 10 }, companyId: "1" };

describe("what a listing of changes has read", () => {
  test.each([
    ["modified later than what was read", listed("company", "1", 51), ["1"]],
    ["modified when what was read was", listed("company", "1", 50), []],
    ["modified earlier: the index lags", listed("company", "1", 49), []],
    ["without a time", listed("company", "1", undefined), ["1"]],
    ["never heard of", listed("company", "2", 1), ["2"]],
    ["standing as known", listed("company", "1", 50, AS_KNOWN), []],
    ["another owner behind our own time", listed("company", "1", 50, { ...AS_KNOWN, facts: { ownerId: "o2" } }), ["1"]],
    ["a field of ours overwritten", listed("company", "1", 50, { ...AS_KNOWN, fields: { progress: 11 } }), ["1"]],
    ["a field of ours emptied", listed("company", "1", 50, { ...AS_KNOWN, fields: { progress: null } }), ["1"]],
    [
      "a field that we never wrote",
      listed("company", "1", 50, { ...AS_KNOWN, fields: { progress: 10, score: 3 } }),
      [],
    ],
    ["another primary company", listed("company", "1", 50, { ...AS_KNOWN, companyId: "3" }), ["1"]],
    ["no primary company named", listed("company", "1", 50, { ...AS_KNOWN, companyId: null }), []],
    ["a link fewer", listed("company", "1", 50, { ...AS_KNOWN, links: [COMPANY] }), ["1"]],
  ] as const)("%s", (_, page, ids) => {
    known();
    expect(toRead(engine, "company", page)).toEqual(ids);
  });

  describe("by times alone", () => {
    const page = listed("company", "1", 50);

    test("what we wrote and did not see since is read: somebody may have edited it before", () => {
      known();
      store.mirror.put([fieldsRow({ theirs: { progress: 9 }, theirsAt: 999 })]);
      expect(toRead(engine, "company", page)).toEqual(["1"]);
      store.mirror.put([fieldsRow({ theirs: { progress: 9 }, theirsAt: 1_001 })]);
      expect(toRead(engine, "company", page)).toEqual([]);
    });

    test("a task that we made is not, one that we wrote again is", () => {
      const row = { kind: "task" as const, id: "7", client: "company:1", facts: { status: "open" }, links: [] };
      store.records.put("task", [{ ...row, readAt: 40, modifiedAt: 50 }]);
      store.mirror.put([taskRow()]);
      expect(toRead(engine, "task", listed("task", "7", 50))).toEqual([]);
      store.mirror.put([taskRow({ before: HELD })]);
      expect(toRead(engine, "task", listed("task", "7", 50))).toEqual(["7"]);
    });
  });

  test("what is gone and listed again", () => {
    known();
    store.records.gone("company", ["1"], 60);
    expect(toRead(engine, "company", listed("company", "1", 50, AS_KNOWN))).toEqual(["1"]);
  });

  describe("a task of ours is compared with the mirror", () => {
    const shown = { facts: { status: "open", dueAt: 100, ownerId: "o1" }, texts: { subject: "t" } };
    const page = (changes: Partial<Shown>) => listed("task", "7", 50, { ...shown, ...changes });

    beforeEach(() => {
      // Known from our own write alone: fewer facts than a read brings.
      store.records.put("task", [
        {
          kind: "task",
          id: "7",
          client: "company:1",
          facts: { status: "open" },
          links: [],
          readAt: 40,
          modifiedAt: 50,
        },
      ]);
      store.mirror.put([taskRow()]);
    });

    test.each([
      ["as we wrote it", page({}), []],
      ["another date", page({ facts: { ...shown.facts, dueAt: 200 } }), ["7"]],
      ["completed", page({ facts: { ...shown.facts, status: "done", completedAt: 45 } }), ["7"]],
      ["another text", page({ texts: { subject: "u" } }), ["7"]],
    ] as const)("%s", (_, changes, ids) => {
      expect(toRead(engine, "task", changes)).toEqual(ids);
    });

    test("an edit that was read already is no news", () => {
      store.mirror.put([taskRow({ theirs: { dueAt: 200 }, theirsAt: 2_000 })]);
      expect(toRead(engine, "task", page({ facts: { ...shown.facts, dueAt: 200 } }))).toEqual([]);
    });
  });
});
