import { expect, test } from "vitest";
import { type UpkeepOf, upkeep } from "../../../src/runtimes/node/upkeep.ts";

function watched(ids: readonly string[], more: Partial<UpkeepOf> = {}): { of: UpkeepOf; order: string[] } {
  const order: string[] = [];
  const of: UpkeepOf = {
    ids: () => ids,
    pruneUsed: () => void order.push("states"),
    keepUp: (id) => void order.push(id),
    breathe: () => new Promise((done) => setImmediate(done)),
    log: (_level, _event, details) => void order.push(`failed ${String(details?.portal)}`),
    ...more,
  };
  return { of, order };
}

test("whoever waits is served between any two portals", async () => {
  const { of, order } = watched(["a", "b", "c"]);
  const request = () => {
    order.push("request");
    if (order.length < 6) setImmediate(request);
  };
  setImmediate(request);
  await upkeep(of, () => false);
  expect(order.slice(0, 6)).toEqual(["states", "a", "request", "b", "request", "c"]);
});

test("one that fails is told and keeps no other from its turn", async () => {
  const { of, order } = watched(["a", "b"]);
  const keepUp = (id: string) => {
    if (id === "a") throw new Error("damaged");
    order.push(id);
  };
  await upkeep({ ...of, keepUp }, () => false);
  expect(order).toEqual(["states", "failed a", "b"]);
});

test("a stop in the middle ends it after the portal that is under way", async () => {
  const { of, order } = watched(["a", "b"]);
  await upkeep(of, () => order.includes("a"));
  expect(order).toEqual(["states", "a"]);
});
