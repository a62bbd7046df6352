import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keysInUse, rotateKeys } from "../../../src/runtimes/node/keys.ts";
import { lockFolder } from "../../../src/runtimes/node/locks.ts";
import { openFile } from "../../../src/runtimes/node/portal-files.ts";
import { makeVault } from "../../../src/runtimes/vault.ts";
import { FolderHouse, HOUR, KEYS, key, MINUTE } from "./folder-house.ts";

const NEWER = `k2:${key(8)},${KEYS}`;

let house: FolderHouse;
beforeEach(async () => {
  house = new FolderHouse();
  await house.install();
  await house.runFor(15 * MINUTE);
  house.winDeal("First");
  await house.runFor(HOUR);
});
afterEach(() => {
  house.remove();
  expect(house.sandbox.violations).toEqual([]);
});

function inFile<T>(work: (file: ReturnType<typeof openFile>) => T): T {
  const file = openFile(join(house.dataDir, "portals", `${house.id}.sqlite`));
  try {
    return work(file);
  } finally {
    file.close();
  }
}

describe("key rotation", () => {
  test("everything is sealed with the newest key, and the portal goes on with it without writing anything again", async () => {
    house.stop();
    // A text that waits for the CRM, inside the state of a client.
    inFile(({ store }) => store.publishConfig({ waits: makeVault(KEYS).seal("an answer") }, "user:1", 0));
    expect(keysInUse(house.dataDir, NEWER)).toEqual({ portals: 1, sealed: { k2: 0, k1: 2 }, closed: [] });
    expect(rotateKeys(house.dataDir, NEWER)).toEqual({ portals: 1, sealed: { k2: 0, k1: 2 }, closed: [] });
    expect(keysInUse(house.dataDir, NEWER)).toEqual({ portals: 1, sealed: { k2: 2, k1: 0 }, closed: [] });
    const body = inFile(({ store }) => store.newestConfig()!.body) as { waits: string };
    expect(makeVault(NEWER).open(body.waits)).toBe("an answer");
    inFile(({ store }) => store.publishConfig({}, "user:1", 0));

    house.start(NEWER);
    const { writes } = house.sandbox.calls;
    await house.runFor(HOUR);
    expect(house.sandbox.calls.writes).toBe(writes);
    house.winDeal("Second");
    await house.runFor(HOUR);
    expect(house.tasks()).toBe(28);
  });

  test("the oldest key is retired: without it the portal opens its tokens, knows its own texts and writes nothing again", async () => {
    house.stop();
    rotateKeys(house.dataDir, NEWER);
    const retired = `k2:${key(8)},${makeVault(NEWER).hashEntry}`;
    expect(keysInUse(house.dataDir, retired)).toEqual({ portals: 1, sealed: { k2: 1 }, closed: [] });
    house.start(retired);
    const { writes, total } = house.sandbox.calls;
    // Every task is read again: nothing of ours looks edited.
    for (const task of house.portal.list("tasks")) house.portal.update("tasks", task.id, { hs_task_priority: "HIGH" });
    await house.runFor(2 * HOUR);
    expect(house.sandbox.calls.total).toBeGreaterThan(total);
    expect(house.sandbox.calls.writes).toBe(writes);
    house.winDeal("Second");
    await house.runFor(HOUR);
    expect(house.tasks()).toBe(28);
  });

  test("a portal that none of the keys opens is named: its key went too early", () => {
    house.stop();
    const tooEarly = `k2:${key(8)}`;
    expect(rotateKeys(house.dataDir, tooEarly)).toEqual({ portals: 1, sealed: { k2: 0 }, closed: [house.id] });
    expect(rotateKeys(house.dataDir, NEWER)).toEqual({ portals: 1, sealed: { k2: 0, k1: 1 }, closed: [] });
    expect(keysInUse(house.dataDir, tooEarly).closed).toEqual([]);
  });

  test("a second run finds nothing to do", () => {
    house.stop();
    rotateKeys(house.dataDir, NEWER);
    const before = inFile(({ store }) => store.meta.get("grant"));
    rotateKeys(house.dataDir, NEWER);
    expect(inFile(({ store }) => store.meta.get("grant"))).toBe(before);
  });

  test("which keys are in use can be asked while the connector works", () => {
    expect(keysInUse(house.dataDir, KEYS)).toEqual({ portals: 1, sealed: { k1: 1 }, closed: [] });
  });

  test("it does not begin without the folder for itself", () => {
    house.stop();
    const release = lockFolder(house.dataDir);
    try {
      expect(() => rotateKeys(house.dataDir, NEWER)).toThrow("in use by process");
      expect(keysInUse(house.dataDir, NEWER).sealed).toEqual({ k2: 0, k1: 1 });
    } finally {
      release();
    }
    expect(() => keysInUse(join(house.root, "nothing"), KEYS)).toThrow("holds no data");
  });
});
