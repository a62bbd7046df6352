import { runInDurableObject } from "cloudflare:test";
import { drizzle } from "drizzle-orm/durable-sqlite";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Digest, RowPage } from "../../src/runtimes/move.ts";
import { TABLES } from "../../src/runtimes/move.ts";
import { moveToken } from "../../src/runtimes/move-token.ts";
import { type Db, migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { MOVE_KEY, moveContract } from "../runtimes/move-contract.ts";
import { env, HOUR, MINUTE, WorkersWorld } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("moving a portal, in a Durable Object", () => {
  let count = 0;
  moveContract(async (work) => {
    let result: unknown;
    await runInDurableObject(env.PORTAL.getByName(`hubspot-77${count++}`), async (_, state) => {
      const db = drizzle(state.storage, { schema }) as unknown as Db;
      migrate(db);
      result = await work(db);
    });
    return result as never;
  });
});

const bearer = { authorization: `Bearer ${moveToken(MOVE_KEY)}` };

describe("the door for moves", () => {
  test("G9 without the key's token it opens to nobody", async () => {
    const world = new WorkersWorld({ hubId: 60 });
    await world.install();
    for (const authorization of ["", "Bearer ", `Bearer ${MOVE_KEY}`, `Bearer ${"x".repeat(43)}`]) {
      const answer = await world.request("/operations/portals/hubspot-60/digest", { headers: { authorization } });
      expect(answer.status).toBe(403);
    }
    expect((await world.request("/operations/portals/hubspot-60/leave", { method: "POST" })).status).toBe(403);
    expect(await world.object.isInstalled()).toBe(true);
  });

  test("a live portal leaves, arrives again, goes on where it was, and no task is made twice", async () => {
    const world = new WorkersWorld({ hubId: 61 });
    await world.install();
    await world.runFor(10 * MINUTE);
    await world.winDeal("Acme");
    await world.runFor(HOUR);
    expect(world.portal.list("tasks")).toHaveLength(14);
    const call = async (path: string, body?: unknown) => {
      const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      const answer = await world.request(`/operations/portals/${world.id}/${path}`, { headers: bearer, ...init });
      return { status: answer.status, json: (await answer.json()) as unknown };
    };
    expect((await call("leave", {})).status).toBe(200);
    expect(await world.object.isInstalled()).toBe(false);
    expect(await world.object.applicationToken()).toBeNull();
    expect(await world.alarmAt()).toBeNull();

    // The copy left behind writes nothing, whatever happens in the CRM.
    const { total } = world.sandbox.calls;
    await world.winDeal("Second");
    await world.runFor(HOUR);
    expect(world.sandbox.calls.total).toBe(total);

    const digest = (await call("digest")).json as Digest;
    const pages: { table: string; rows: RowPage["rows"] }[] = [];
    for (const { name } of TABLES) {
      for (let after: number | null = 0; after !== null; ) {
        const { rows, next } = (await call(`rows?table=${name}&after=${after}`)).json as RowPage;
        pages.push({ table: name, rows });
        after = next;
      }
    }
    await world.object.forget();
    expect((await call("begin", {})).status).toBe(200);
    for (const page of pages) expect((await call("rows", page)).status).toBe(200);
    expect(
      (await call("finish", { ...digest, tables: { ...digest.tables, record: { rows: 1, hash: "0" } } })).status,
    ).toBe(409);
    expect(await world.object.isInstalled()).toBe(false);
    expect((await call("finish", digest)).status).toBe(200);
    expect((await call("begin", {})).status).toBe(409);

    // The deal that was won during the move is found, and its tasks made once.
    await world.runFor(2 * HOUR);
    expect(world.portal.list("tasks")).toHaveLength(28);
    expect(world.sandbox.violations).toEqual([]);
  });
});
