import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backupFolder, restoreFolder } from "../../../src/runtimes/node/backup.ts";
import { lockFolder } from "../../../src/runtimes/node/locks.ts";
import { FolderHouse, HOUR, MINUTE } from "./folder-house.ts";

let house: FolderHouse;
beforeEach(() => {
  house = new FolderHouse();
});
afterEach(() => {
  house.remove();
  expect(house.sandbox.violations).toEqual([]);
});

const backupPath = () => join(house.root, "backup");

async function installedWithOneClient(): Promise<void> {
  await house.install();
  await house.runFor(15 * MINUTE);
  house.winDeal("First");
  await house.runFor(HOUR);
  expect(house.tasks()).toBe(14);
}

describe("backup and restore", () => {
  test("a copy is taken while turns write, and is whole", async () => {
    await installedWithOneClient();
    for (let index = 0; index < 5; index++) house.winDeal(`Client ${index}`);
    const [manifest] = await Promise.all([
      backupFolder(house.dataDir, backupPath(), house.clock.now()),
      house.runFor(HOUR),
    ]);
    expect(manifest.files.map((file) => file.name)).toEqual(["registry.sqlite", `portals/${house.id}.sqlite`]);
    expect(readdirSync(join(backupPath(), "portals"))).toEqual([`${house.id}.sqlite`]);
    expect(existsSync(`${backupPath()}.part`)).toBe(false);
  });

  test("G2 after a restore of an older copy no task is made twice, and none is missing", async () => {
    await installedWithOneClient();
    await backupFolder(house.dataDir, backupPath(), house.clock.now());
    // What the copy knows nothing of: two more clients and their tasks.
    house.winDeal("Second");
    house.winDeal("Third");
    await house.runFor(HOUR);
    expect(house.tasks()).toBe(42);
    house.stop();
    const restored = restoreFolder(backupPath(), house.dataDir, house.clock.now());
    expect(restored).toMatchObject({ portals: [house.id], moved: [], missing: [] });
    expect(readdirSync(join(restored.aside!, "portals"))).toContain(`${house.id}.sqlite`);
    house.start();
    house.winDeal("Fourth");
    await house.runFor(4 * HOUR);
    expect(house.tasks()).toBe(56);
  });

  test("the time that a portal without access has to come back begins anew: it may have come back after the copy", async () => {
    await installedWithOneClient();
    house.host.portal(house.id).uninstalled();
    await backupFolder(house.dataDir, backupPath(), house.clock.now());
    house.stop();
    const now = house.clock.now() + 1_000 * HOUR;
    restoreFolder(backupPath(), house.dataDir, now);
    house.start();
    expect(house.host.portal(house.id).store.meta.get("revokedAt")).toBe(now);
  });

  test("a portal that has moved away since stays silent", async () => {
    await installedWithOneClient();
    await backupFolder(house.dataDir, backupPath(), house.clock.now());
    house.host.portal(house.id).store.meta.set("movedAt", house.clock.now());
    house.stop();
    expect(restoreFolder(backupPath(), house.dataDir, house.clock.now()).moved).toEqual([house.id]);
    house.start();
    const { total } = house.sandbox.calls;
    house.winDeal("Second");
    await house.runFor(HOUR);
    expect(house.sandbox.calls.total).toBe(total);
  });

  test("a portal whose file is not in the backup is forgotten, and told", async () => {
    await installedWithOneClient();
    house.registry.add("hubspot-999", 0);
    await backupFolder(house.dataDir, backupPath(), house.clock.now());
    house.stop();
    expect(restoreFolder(backupPath(), house.dataDir, house.clock.now()).missing).toEqual(["hubspot-999"]);
    house.start();
    expect(house.registry.ids()).toEqual([house.id]);
  });
});

test("a copy of a large portal that never stops writing ends, and is as it was at one moment", async () => {
  await installedWithOneClient();
  const live = new Database(join(house.dataDir, "portals", `${house.id}.sqlite`));
  live.exec("create table filler (id integer primary key, what blob)");
  for (let row = 0; row < 60; row++) live.prepare("insert into filler (what) values (zeroblob(100000))").run();
  const write = live.prepare("insert into filler (what) values (zeroblob(10))");
  let writes = 0;
  // Between any two steps of the copy there is a write.
  let timer = setImmediate(function again() {
    write.run();
    writes += 1;
    if (writes < 2_000) timer = setImmediate(again);
  });
  await backupFolder(house.dataDir, backupPath(), house.clock.now());
  clearImmediate(timer);
  live.close();
  expect(writes).toBeLessThan(2_000);
  const copy = new Database(join(backupPath(), "portals", `${house.id}.sqlite`));
  const { n } = copy.prepare("select count(*) as n from filler").get() as { n: number };
  expect(n).toBeGreaterThanOrEqual(60);
  expect(n).toBeLessThan(60 + writes);
  copy.close();
});

describe("a restore after an upgrade, and after damage", () => {
  const portalFile = (folder: string) => join(folder, "portals", `${house.id}.sqlite`);

  /** As a program that knows later versions of the schema leaves it. */
  function touchedByNewer(path: string): void {
    const file = new Database(path);
    file.exec("insert into schema_version (version) values (999)");
    file.close();
  }

  const shape = () => {
    const names = readdirSync(house.dataDir, { recursive: true, encoding: "utf8" });
    return names.filter((name) => !/^lock|-(?:wal|shm)$/.test(name));
  };

  test("the older program goes back to the backup that was made before the newer one ran", async () => {
    await installedWithOneClient();
    await backupFolder(house.dataDir, backupPath(), house.clock.now());
    house.stop();
    touchedByNewer(portalFile(house.dataDir));
    expect(restoreFolder(backupPath(), house.dataDir, house.clock.now())).toMatchObject({ portals: [house.id] });
    house.start();
    house.winDeal("Second");
    await house.runFor(HOUR);
    expect(house.tasks()).toBe(28);
  });

  test("a backup of a newer program is refused, and everything stays as it was", async () => {
    await installedWithOneClient();
    await backupFolder(house.dataDir, backupPath(), house.clock.now());
    house.stop();
    touchedByNewer(portalFile(backupPath()));
    const before = shape();
    expect(() => restoreFolder(backupPath(), house.dataDir, house.clock.now())).toThrow("schema version 999");
    expect(shape()).toEqual(before);
    house.start();
    house.winDeal("Second");
    await house.runFor(HOUR);
    expect(house.tasks()).toBe(28);
  });

  test("a file that nobody can read any more is no reason to refuse, and is named", async () => {
    await installedWithOneClient();
    await backupFolder(house.dataDir, backupPath(), house.clock.now());
    house.stop();
    for (const ending of ["-wal", "-shm"]) rmSync(portalFile(house.dataDir) + ending, { force: true });
    writeFileSync(portalFile(house.dataDir), "not what it was");
    const restored = restoreFolder(backupPath(), house.dataDir, house.clock.now());
    expect(restored).toMatchObject({ portals: [house.id], unreadable: [house.id], moved: [] });
    house.start();
    await house.runFor(HOUR);
    expect(house.tasks()).toBe(14);
  });
});

describe("what is refused", () => {
  test("a target that exists, and a folder that holds no data", async () => {
    mkdirSync(backupPath());
    await expect(backupFolder(house.dataDir, backupPath(), 0)).rejects.toThrow("exists already");
    await expect(backupFolder(join(house.root, "nothing"), join(house.root, "b"), 0)).rejects.toThrow("holds no data");
  });

  test("a restore under a connector that works", async () => {
    await installedWithOneClient();
    await backupFolder(house.dataDir, backupPath(), 0);
    house.stop();
    const release = lockFolder(house.dataDir);
    expect(() => restoreFolder(backupPath(), house.dataDir, 0)).toThrow("in use by process");
    release();
    expect(readdirSync(join(house.dataDir, "portals"))).toContain(`${house.id}.sqlite`);
  });

  test("a backup that is not whole, of another kind, or that names paths outside", async () => {
    await installedWithOneClient();
    await backupFolder(house.dataDir, backupPath(), 0);
    house.stop();
    const manifest = JSON.parse(readFileSync(join(backupPath(), "manifest.json"), "utf8"));
    const spoil = (change: object) =>
      writeFileSync(join(backupPath(), "manifest.json"), JSON.stringify({ ...manifest, ...change }));
    spoil({ format: "other" });
    expect(() => restoreFolder(backupPath(), house.dataDir, 0)).toThrow("another format");
    spoil({ files: [{ name: "registry.sqlite", bytes: 1 }] });
    expect(() => restoreFolder(backupPath(), house.dataDir, 0)).toThrow("not whole");
    spoil({ files: [{ name: "portals/../../outside.sqlite", bytes: 1 }] });
    expect(() => restoreFolder(backupPath(), house.dataDir, 0)).toThrow("does not belong");
    expect(() => restoreFolder(house.root, house.dataDir, 0)).toThrow("no backup");
    const release = lockFolder(house.dataDir);
    release();
  });
});
