/** What has to hold for a portal's rows on any runtime: the same sentences run on a file and in a Durable Object. */
import { expect, test } from "vitest";
import {
  begin,
  compare,
  digestOf,
  finish,
  leave,
  rowsOf,
  TABLES,
  takeRows,
  transportKey,
} from "../../src/runtimes/move.ts";
import { type KeyRing, makeVault } from "../../src/runtimes/vault.ts";
import type { Db } from "../../src/store/db.ts";
import { Store } from "../../src/store/store.ts";

const key = (byte: number) => btoa(String.fromCharCode(...new Uint8Array(32).fill(byte)));
const HERE = `k2:${key(2)},k1:${key(1)}`;
const THERE = `w:${key(3)},k1:${key(1)}`;
export const MOVE_KEY = key(9);
const NOW = Date.UTC(2026, 2, 2, 9);
const transport = transportKey(MOVE_KEY);

/** Runs `work` with a fresh, migrated database. */
export type WithDb = <T>(work: (db: Db) => T | Promise<T>) => Promise<T>;
interface Carried {
  digest: ReturnType<typeof digestOf>;
  pages: [table: string, rows: ReturnType<typeof rowsOf>["rows"]][];
}

/** A portal with rows in several tables, odd texts, sealed texts alone and inside JSON, and more records than fit one page. */
function fill(db: Db, vault: KeyRing): void {
  const store = new Store(db);
  store.meta.set("grant", vault.seal('{"accessToken":"secret-a"}'));
  store.meta.set("installedAt", NOW);
  store.meta.set("nextWake", NOW + 1);
  const many = Array.from({ length: 4_500 }, (_, index) => ({ kind: "deal" as const, id: String(index) }));
  store.records.mark(many, NOW);
  store.publishConfig({ name: `Zoë's "first" \\ 配置`, note: vault.seal("inside JSON") }, "user:1", NOW);
  store.findings.raise("f", "flood", { n: 1.5, none: null }, NOW);
  store.journal.did({
    at: NOW,
    actor: "tenure",
    client: null,
    code: "access",
    params: { looksSealed: "k1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
  });
  store.journal.called([{ at: NOW, method: "GET", path: "/x", status: 200, items: 0 }]);
}

function carry(db: Db, vault: KeyRing): Carried {
  const pages: Carried["pages"] = [];
  for (const { name } of TABLES) {
    for (let after: number | null = 0; after !== null; ) {
      const page = rowsOf(db, name, after, vault, transport);
      pages.push([name, page.rows]);
      after = page.next;
    }
  }
  return { digest: digestOf(db, vault, transport), pages };
}

function arrive(db: Db, { digest, pages }: Carried, vault: KeyRing): void {
  begin(new Store(db));
  for (const [name, rows] of pages) takeRows(db, name, rows, vault, transport);
  finish(db, digest, vault, transport);
}

export function moveContract(withDb: WithDb): void {
  const here = makeVault(HERE);
  const there = makeVault(THERE);
  const leaving = () =>
    withDb((db) => {
      fill(db, here);
      leave(new Store(db), NOW);
      return carry(db, here);
    });

  test("a portal arrives as it left, under the keys of the new side, careful, and with its epoch raised", async () => {
    const carried = await leaving();
    expect(carried.digest.tables.record).toMatchObject({ rows: 4_500 });
    expect(carried.pages.filter(([name]) => name === "record").length).toBeGreaterThan(2);
    await withDb((db) => {
      arrive(db, carried, there);
      const { meta } = new Store(db);
      expect(meta.get<string>("grant")).toMatch(/^w\./);
      expect(there.open(meta.get<string>("grant")!)).toBe('{"accessToken":"secret-a"}');
      const body = new Store(db).newestConfig()!.body as { name: string; note: string };
      expect(body.name).toBe(`Zoë's "first" \\ 配置`);
      expect(there.open(body.note)).toBe("inside JSON");
      expect(new Store(db).journal.deeds(5)[0]!.params).toEqual({
        looksSealed: "k1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      });
      expect(new Store(db).findings.open()).toEqual([
        { key: "f", code: "flood", params: { n: 1.5, none: null }, since: NOW, lastAt: NOW, count: 1 },
      ]);
      expect(meta.get("movedAt")).toBeNull();
      expect(meta.get("restored")).toBe(true);
      expect(meta.get("epoch")).toBe(1);
      expect(compare(carried.digest, digestOf(db, there, transport))).toEqual([]);
    });
  });

  test("nothing that was sealed travels readable, or under a key of either side", async () => {
    const text = JSON.stringify((await leaving()).pages);
    expect(text).not.toContain("secret-a");
    expect(text).not.toContain("inside JSON");
    expect(text).not.toMatch(/"k2\.[A-Za-z0-9_-]{38}/);
  });

  test("a page that was lost, doubled or changed on the way is noticed, and nothing lives there", async () => {
    const carried = await leaving();
    const spoiled: Carried["pages"][] = [
      carried.pages
        .filter((_, index) => index !== 0 || carried.pages[0]![1].length === 0)
        .filter(([name], index, all) => name !== "record" || all.findIndex(([other]) => other === "record") !== index),
      carried.pages.map(([name, rows]) => [
        name,
        name === "finding" ? rows.map((row) => row.map((cell) => (cell === "flood" ? "other" : cell))) : rows,
      ]),
    ];
    for (const pages of spoiled) {
      await withDb((db) => {
        expect(() => arrive(db, { ...carried, pages }, there)).toThrow("did not arrive whole");
        expect(new Store(db).meta.get("movedAt")).toBe(NOW);
      });
    }
  });

  test("a portal that lives is not overwritten, and a copy that did not leave does not start a second life", async () => {
    const carried = await leaving();
    await withDb((db) => {
      fill(db, there);
      expect(() => begin(new Store(db))).toThrow("lives here already");
    });
    const stayed = await withDb((db) => {
      fill(db, here);
      return carry(db, here);
    });
    await withDb((db) => expect(() => arrive(db, stayed, there)).toThrow("two copies would write"));
    await withDb((db) => {
      arrive(db, carried, there);
      expect(() => begin(new Store(db))).toThrow("lives here already");
    });
  });

  test("back again: the copy that was left behind is replaced, and the epoch goes on", async () => {
    const carried = await leaving();
    const back = await withDb((db) => {
      arrive(db, carried, there);
      leave(new Store(db), NOW + 1);
      return carry(db, there);
    });
    await withDb((db) => {
      fill(db, here);
      leave(new Store(db), NOW);
      arrive(db, back, here);
      expect(new Store(db).meta.get("epoch")).toBe(2);
      expect(here.open(new Store(db).meta.get<string>("grant")!)).toBe('{"accessToken":"secret-a"}');
    });
  });

  test("sides that hash texts with another key, or run another release, are told so", async () => {
    const { digest } = await leaving();
    await withDb((db) => {
      fill(db, here);
      const other = makeVault(`k2:${key(2)}`);
      expect(compare(digest, digestOf(db, other, transport)).join()).toContain("both sides need the same entry hash");
      expect(compare({ ...digest, version: digest.version + 1 }, digest)).toEqual([
        `schema version ${digest.version + 1} and ${digest.version}: start the same release on both sides`,
      ]);
    });
  });
}
