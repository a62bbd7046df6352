/** What Cloudflare allows one object and one turn, held against a portal with a busy first day. */
import { runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { TABLES } from "../../src/runtimes/move.ts";
import type { PortalObject } from "../../src/runtimes/workers/portal-object.ts";
import { HOUR, WorkersWorld } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

interface Sizes {
  statements: number;
  statement: number;
  parameters: number;
  parameterBytes: number;
}

/** Watches every statement of the object as long as its instance lives. */
async function watch(world: WorkersWorld): Promise<Sizes> {
  const sizes: Sizes = { statements: 0, statement: 0, parameters: 0, parameterBytes: 0 };
  await runInDurableObject(world.object, (_: PortalObject, state) => {
    const { sql } = state.storage;
    const exec = sql.exec.bind(sql);
    Object.defineProperty(sql, "exec", {
      configurable: true,
      value: (query: string, ...parameters: unknown[]) => {
        sizes.statements += 1;
        sizes.statement = Math.max(sizes.statement, query.length);
        sizes.parameters = Math.max(sizes.parameters, parameters.length);
        for (const one of parameters)
          if (typeof one === "string")
            sizes.parameterBytes = Math.max(sizes.parameterBytes, new TextEncoder().encode(one).length);
        return exec(query, ...parameters);
      },
    });
  });
  return sizes;
}

/** Bytes of the largest row of each table. */
function largestRows(world: WorkersWorld): Promise<Record<string, number>> {
  return runInDurableObject(world.object, (_: PortalObject, state) => {
    const { sql } = state.storage;
    const found: Record<string, number> = {};
    for (const { name } of TABLES) {
      const columns = sql.exec<{ name: string }>("select name from pragma_table_info(?)", name).toArray();
      const bytes = columns.map((column) => `coalesce(length(cast("${column.name}" as blob)), 0)`).join(" + ");
      found[name] = Number(sql.exec(`select coalesce(max(${bytes}), 0) as bytes from "${name}"`).one().bytes);
    }
    return found;
  });
}

test("a hundred clients won at once: every statement, parameter, row and turn stays far inside", async () => {
  const world = new WorkersWorld({ hubId: 70 });
  await world.install();
  const sizes = await watch(world);
  // The CPU of a turn is bounded by its work: what it decides and writes is counted in statements, the same on every machine.
  let most = 0;
  const turn = world.turn.bind(world);
  world.turn = async () => {
    const before = sizes.statements;
    const ran = await turn();
    most = Math.max(most, sizes.statements - before);
    return ran;
  };
  const owner = world.portal.addOwner({ firstName: "Айгуль" }).id;
  for (let index = 0; index < 100; index++) {
    const company = world.portal.create("companies", { name: `Firma ${index}`, hubspot_owner_id: owner }).id;
    const values = {
      dealname: `Vertrag ${index}`,
      pipeline: "default",
      dealstage: "closedwon",
      hubspot_owner_id: owner,
    };
    world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  }
  await world.runFor(HOUR);
  expect(world.portal.list("tasks")).toHaveLength(1_400);
  expect(world.sandbox.violations).toEqual([]);
  expect(world.sandbox.calls.limited).toBe(0);

  // The runtime refuses more than 100 parameters and 100 KB of statement by itself; 2 MB per value it only enforces in production.
  expect(sizes.statements).toBeGreaterThan(1_000);
  expect(most).toBeGreaterThan(50);
  // Some microseconds each: far from the 30 s of CPU that a turn may take.
  expect(most).toBeLessThan(5_000);
  expect(sizes.statement).toBeLessThan(100_000);
  expect(sizes.parameters).toBeLessThanOrEqual(100);
  expect(sizes.parameterBytes).toBeLessThan(1_000_000);
  for (const [table, bytes] of Object.entries(await largestRows(world))) expect(bytes, table).toBeLessThan(500_000);

  // Subrequests of one turn: 50 on the free plan, 1,000 on the paid one.
  expect(world.mostCalls).toBeGreaterThan(0);
  expect(world.mostCalls).toBeLessThanOrEqual(50);
});

test("what the runtime refuses, it refuses here too: the figures above mean something", async () => {
  const world = new WorkersWorld({ hubId: 71 });
  const tried = await runInDurableObject(world.object, (_: PortalObject, state) => {
    const refusal = (query: string, ...parameters: unknown[]) => {
      try {
        state.storage.sql.exec(query, ...parameters).toArray();
        return "taken";
      } catch (error) {
        return (error as Error).message;
      }
    };
    const many = (count: number) => refusal(`select ${Array(count).fill("?").join(",")}`, ...Array(count).fill(1));
    return { hundred: many(100), more: many(101), long: refusal(`select '${"x".repeat(101_000)}'`) };
  });
  expect(tried.hundred).toBe("taken");
  expect(tried.more).toContain("too many SQL variables");
  expect(tried.long).toContain("SQLITE_TOOBIG");
});
