import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { readiness } from "../../../src/runtimes/node/readiness.ts";
import { Registry } from "../../../src/runtimes/node/registry.ts";
import { healthRoutes } from "../../../src/web/routes/health.ts";

test("a disk that takes no delivery is told as not ready, and as ready when it does again; strangers cause one try in five seconds", async () => {
  const client = new Database(":memory:");
  const registry = new Registry(client);
  let now = 0;
  let tries = 0;
  const takesWrites = () => {
    tries += 1;
    return registry.takesWrites();
  };
  const routes = healthRoutes({ isReady: readiness(takesWrites, () => now), metrics: async () => null });
  const status = async () => (await routes.request("/readyz")).status;
  expect(await status()).toBe(200);
  client.pragma("query_only = on");
  expect(await status()).toBe(200);
  now = 5_000;
  expect([await status(), await status()]).toEqual([503, 503]);
  client.pragma("query_only = off");
  now = 10_000;
  expect(await status()).toBe(200);
  expect(tries).toBe(3);
  registry.close();
});
