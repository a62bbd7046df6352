/**
 * What the store promises, on whatever it stands. `withDb` runs a function where an empty database lives, and gives back what it returns:
 * better-sqlite3 in memory on Node, the storage of an object inside workerd.
 */
import { describe, expect, test } from "vitest";
import type { RecordRef } from "../../src/core/model.ts";
import { type Db, migrate, NewerDatabase } from "../../src/store/db.ts";
import { MIGRATIONS } from "../../src/store/migrations.gen.ts";
import { Store } from "../../src/store/store.ts";
import { mirrorPart } from "./mirror-contract.ts";
import { scorePart } from "./scores-contract.ts";

export type WithDb = <T>(work: (db: Db) => T) => Promise<T>;

export function storeContract(withDb: WithDb): void {
  const withStore = <T>(work: (store: Store) => T) =>
    withDb((db) => {
      migrate(db);
      return work(new Store(db));
    });
  describe("database", () => databasePart(withDb, withStore));
  describe("records", () => recordPart(withStore));
  describe("mirror", () => mirrorPart(withStore));
  describe("clients", () => clientPart(withStore));
  describe("everybody", () => everybodyPart(withStore));
  describe("scores", () => scorePart(withStore, COLUMNS));
  describe("the rest", () => otherPart(withStore));
}

export type WithStore = <T>(work: (store: Store) => T) => Promise<T>;

const deal = (id: string): RecordRef => ({ kind: "deal", id });

function databasePart(withDb: WithDb, withStore: WithStore): void {
  test("an empty database is brought to the newest schema, and a second time nothing happens", async () => {
    const versions = await withDb((db) => {
      migrate(db);
      migrate(db);
      return new Store(db).db.all<{ version: number }>("select version from schema_version" as never);
    });
    expect(versions).toEqual([{ version: MIGRATIONS.length }]);
  });

  test("a newer database is refused with advice, and left alone", async () => {
    const said = await withDb((db) => {
      migrate(db);
      db.run(`insert into schema_version (version) values (${MIGRATIONS.length + 1})` as never);
      try {
        migrate(db);
        return null;
      } catch (error) {
        return { isNewer: error instanceof NewerDatabase, message: (error as Error).message };
      }
    });
    expect(said).toMatchObject({ isNewer: true, message: expect.stringContaining("restore a backup") });
  });

  test("a throw rolls everything back, also what inner transactions did", async () => {
    const answer = await withStore((store) => {
      let message = "";
      try {
        store.transaction(() => {
          store.meta.set("outer", 1);
          store.transaction(() => store.meta.set("inner", 1));
          throw new Error("halfway");
        });
      } catch (error) {
        message = (error as Error).message;
      }
      return { message, outer: store.meta.get("outer"), inner: store.meta.get("inner") };
    });
    expect(answer).toEqual({ message: "halfway", outer: null, inner: null });
  });

  test("an inner transaction that throws takes only its own work back", async () => {
    const answer = await withStore((store) => {
      store.transaction(() => {
        store.meta.set("outer", 1);
        try {
          store.transaction(() => {
            store.meta.set("inner", 1);
            throw new Error("no");
          });
        } catch {
          store.meta.set("after", 1);
        }
      });
      return [store.meta.get("outer"), store.meta.get("inner"), store.meta.get("after")];
    });
    expect(answer).toEqual([1, null, 1]);
  });

  test("work that would wait inside a transaction is refused and leaves nothing behind", async () => {
    const answer = await withStore((store) => {
      try {
        store.transaction((() => {
          store.meta.set("a", 1);
          return Promise.resolve();
        }) as never);
        return "taken";
      } catch (error) {
        return [(error as Error).message.includes("cannot wait"), store.meta.get("a")];
      }
    });
    expect(answer).toEqual([true, null]);
  });
}

function recordPart(withStore: WithStore): void {
  test("a record is stale until it is read; marked again while it was read, it stays stale", async () => {
    const answer = await withStore(({ records }) => {
      records.mark([deal("1"), deal("2")], 100);
      const listed = records.stale("deal", 100, 10);
      records.mark([deal("2")], 100);
      records.settle("deal", listed);
      return {
        listed: listed.map((one) => one.id),
        left: records.stale("deal", 1_000, 10).map((one) => one.id),
        next: records.nextStale(),
      };
    });
    expect(answer).toEqual({ listed: ["1", "2"], left: ["2"], next: new Map([["deal", 101]]) });
  });

  test("a mark in the future is not due before, and other kinds do not see it", async () => {
    const answer = await withStore(({ records }) => {
      records.schedule([deal("1")], 500);
      return [
        records.stale("deal", 499, 10).length,
        records.stale("deal", 500, 10).length,
        records.nextStale().get("company"),
      ];
    });
    expect(answer).toEqual([0, 1, undefined]);
  });

  test("when the next of each kind is to be read", async () => {
    const answer = await withStore(({ records }) => {
      records.schedule([deal("1"), { kind: "task", id: "1" }, { kind: "company", id: "1" }], 500);
      records.schedule([deal("2"), { kind: "task", id: "2" }], 300);
      records.settle("company", [{ id: "1", staleAt: 500 }]);
      return records.nextStale();
    });
    expect(answer).toEqual(
      new Map([
        ["deal", 300],
        ["task", 300],
      ]),
    );
  });

  test("a read that was put off is brought forward by a mark, and never put off further", async () => {
    const answer = await withStore(({ records }) => {
      records.schedule([deal("1")], 500);
      records.mark([deal("1")], 100);
      const marked = records.nextStale().get("deal");
      records.schedule([deal("1")], 900);
      return [marked, records.nextStale().get("deal")];
    });
    expect(answer).toEqual([100, 100]);
  });

  test("a batch goes in with one statement and comes back as it was", async () => {
    const answer = await withStore(({ records }) => {
      const rows = Array.from({ length: 500 }, (_, at) => ({
        kind: "deal" as const,
        id: String(at),
        client: `company:${at % 7}`,
        facts: { amount: at / 4, outcome: "won", x: null, yes: true, text: 'a"b\\c' },
        links: [{ kind: "company" as const, id: String(at % 7) }],
        readAt: 1_772_000_000_000 + at,
        modifiedAt: null,
      }));
      records.put("deal", rows);
      const back = records.ofClients(["company:3"]).get("company:3")!;
      return { count: records.count("deal"), of3: back.length, one: records.get(deal("3")) };
    });
    expect(answer).toMatchObject({
      count: 500,
      of3: 71,
      one: {
        facts: { amount: 0.75, outcome: "won", x: null, yes: true, text: 'a"b\\c' },
        links: [{ kind: "company", id: "3" }],
        readAt: 1_772_000_000_003,
        gone: false,
      },
    });
  });

  test("merged ids lead to the survivor, over several merges", async () => {
    const answer = await withStore(({ records }) => {
      records.merge("company", ["1"], "2");
      records.merge("company", ["2"], "3");
      const into = records.mergedInto("company", ["3"]);
      return [
        records.survivor({ kind: "company", id: "1" }).id,
        records.survivor(deal("1")).id,
        [...into.keys()].sort(),
      ];
    });
    expect(answer).toEqual(["3", "1", ["1", "2"]]);
  });

  test("an erased record leaves nothing; a gone one keeps its client and links, and no facts", async () => {
    const answer = await withStore(({ records }) => {
      const row = {
        kind: "contact" as const,
        client: "contact:1",
        facts: { ownerId: "9" },
        links: [],
        readAt: 1,
        modifiedAt: 1,
      };
      records.put("contact", [
        { ...row, id: "1" },
        { ...row, id: "2" },
      ]);
      records.erase("contact", "1");
      records.gone("contact", ["2"], 5);
      return [records.get({ kind: "contact", id: "1" }), records.get({ kind: "contact", id: "2" })];
    });
    expect(answer).toEqual([null, expect.objectContaining({ gone: true, facts: {}, client: "contact:1" })]);
  });
}

const COLUMNS = {
  zone: null,
  score: null,
  zoneSince: null,
  ownerId: null,
  escalationOwnerId: null,
  phase: null,
  class: null,
  overdue: 0,
  value: null,
  touchpointDay: null,
};

function clientPart(withStore: WithStore): void {
  test("whoever is due comes in order of time; a wake is only ever brought forward", async () => {
    const answer = await withStore(({ clients }) => {
      clients.ensureDue(["a", "b", "c"], 100);
      clients.put([
        { key: "a", state: { n: 1 }, dueAt: null, ...COLUMNS },
        { key: "b", state: {}, dueAt: 300, ...COLUMNS },
      ]);
      clients.bringForward(["a", "b", "nobody"], 200);
      clients.ensureDue(["b"], 250);
      return {
        due: clients.due(200, 10).map((one) => [one.key, one.dueAt, one.state]),
        next: clients.nextDueAt(),
        count: clients.count(),
        undecided: [...clients.undecided(["a", "b", "c", "x"])],
      };
    });
    expect(answer).toEqual({
      due: [
        ["c", 100, null],
        ["a", 200, { n: 1 }],
        ["b", 200, {}],
      ],
      next: 100,
      count: 3,
      undecided: ["c"],
    });
  });
}

function everybodyPart(withStore: WithStore): void {
  test("everybody becomes due in portions, and until the last of them somebody is due", async () => {
    const answer = await withStore(({ clients }) => {
      const rest = (key: string, dueAt: number | null) => ({ key, state: {}, dueAt, ...COLUMNS });
      clients.put([rest("a", null), rest("b", 50), rest("c", null), rest("d", 900)]);
      clients.allDue(200);
      const seen: (readonly [readonly (string | number | null)[], number | null, boolean])[] = [];
      for (let turn = 0; turn < 4; turn++) {
        seen.push([
          clients.due(1000, 9).map((one) => `${one.key} ${one.dueAt}`),
          clients.nextDueAt(),
          clients.isSpreading(),
        ]);
        clients.spreadDue(2);
        if (turn === 1) clients.put([rest("a", null)]);
      }
      clients.allDue(300);
      clients.restAll();
      return { seen, left: clients.isSpreading(), next: clients.nextDueAt() };
    });
    expect(answer).toEqual({
      seen: [
        [["b 50", "d 900"], 200, true],
        [["b 50", "a 200", "d 900"], 200, true],
        // "a" was decided meanwhile: nobody comes twice.
        [["b 50", "c 200", "d 200"], 200, true],
        [["b 50", "c 200", "d 200"], 50, false],
      ],
      left: false,
      next: null,
    });
  });
}

function otherPart(withStore: WithStore): void {
  test("a finding counts how often it was raised, closes, and opens again as new", async () => {
    const answer = await withStore(({ findings }) => {
      findings.raise("k", "flood", { a: 1 }, 10);
      findings.raise("k", "flood", { a: 2 }, 20);
      const twice = findings.open();
      findings.close("k", 30);
      const closed = findings.open();
      findings.raise("k", "flood", { a: 3 }, 40);
      return { twice, closed, again: findings.open() };
    });
    expect(answer).toEqual({
      twice: [{ key: "k", code: "flood", params: { a: 2 }, since: 10, lastAt: 20, count: 2 }],
      closed: [],
      again: [{ key: "k", code: "flood", params: { a: 3 }, since: 40, lastAt: 40, count: 1 }],
    });
  });

  test("deliveries wait in order until they are dropped", async () => {
    const answer = await withStore((store) => {
      store.addDelivery([{ kind: "deal", id: "1", change: "changed" }], 10);
      store.addDelivery([{ kind: "deal", id: "2", change: "changed" }], 11);
      const first = store.deliveries(1);
      store.dropDeliveries(first[0]!.seq);
      return [first[0]!.hints[0]!.id, store.oldestDeliveryAt(), store.deliveries(10).length];
    });
    expect(answer).toEqual(["1", 11, 1]);
  });

  test("usage adds up per day, and a message seen twice counts once", async () => {
    const answer = await withStore((store) => {
      store.addUsage([
        { client: "a", signal: "s", day: 2, n: 1 },
        { client: "a", signal: "s", day: 1, n: 2 },
      ]);
      store.addUsage([{ client: "a", signal: "s", day: 1, n: 3 }]);
      return [store.usageOf(["a"]).get("a"), [...store.unseen(["h1", "h2"], 1)], [...store.unseen(["h2", "h3"], 1)]];
    });
    expect(answer).toEqual([
      {
        s: [
          [1, 5],
          [2, 1],
        ],
      },
      ["h1", "h2"],
      ["h3"],
    ]);
  });

  test("configurations are numbered, and the newest is in force", async () => {
    const answer = await withStore((store) => {
      store.publishConfig({ a: 1 }, "me", 10);
      store.publishConfig({ a: 2 }, "you", 20);
      return [store.newestConfig(), store.configs().length, store.newestBook()];
    });
    expect(answer).toEqual([{ version: 2, publishedAt: 20, author: "you", body: { a: 2 } }, 2, null]);
  });
}
