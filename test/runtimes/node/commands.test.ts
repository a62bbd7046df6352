/** The commands themselves, as whoever runs this types them: what they need, what they say, how they end. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderHouse, HOUR, KEYS, key, MINUTE } from "./folder-house.ts";

const ROOT = join(import.meta.dirname, "../../..");

let house: FolderHouse;
beforeEach(() => {
  house = new FolderHouse();
});
afterEach(() => house.remove());

function run(script: string, args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts", script), ...args], {
    encoding: "utf8",
    env: { PATH: process.env.PATH ?? "", DATA_DIR: house.dataDir, ...env },
  });
  return { status, out: stdout.trim(), error: stderr.trim() };
}

test("backup, key rotation, export, import, compare and restore, one after the other", {
  timeout: 180_000,
}, async () => {
  await house.install();
  await house.runFor(15 * MINUTE);
  house.winDeal("First");
  await house.runFor(HOUR);
  const backup = join(house.root, "backup");
  const copied = run("backup.ts", [backup]);
  expect(copied).toMatchObject({ status: 0, error: "" });
  expect(copied.out).toMatch(/^1 portals and the registry, \d+\.\d MB, in /);
  house.stop();

  const newer = `k2:${key(8)},${KEYS}`;
  expect(run("rotate-keys.ts", ["--check"], { ENCRYPTION_KEYS: newer }).out).toBe(
    "1 portals; sealed texts by key: k2: 0, k1: 1",
  );
  expect(run("rotate-keys.ts", [], { ENCRYPTION_KEYS: newer }).out).toBe(
    "1 portals; sealed texts by key: k2: 1, k1: 0",
  );

  const other = join(house.root, "other");
  const file = join(house.root, "portal.jsonl");
  const moving = { MOVE_KEY: key(9), ENCRYPTION_KEYS: newer };
  expect(run("export-portal.ts", [house.dataDir, house.id, file], moving)).toMatchObject({ status: 0, error: "" });
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(run("import-portal.ts", [other, file], moving)).toMatchObject({ status: 0, error: "" });
  expect(run("compare-portal.ts", [house.dataDir, other, house.id], moving)).toEqual({
    status: 0,
    out: "the same",
    error: "",
  });

  const restored = run("restore.ts", [backup]);
  expect(restored.out).toContain("1 portals restored.");
  expect(restored.out).toContain(`Moved elsewhere since, these stay silent: ${house.id}`);
});

test("without what they need they say what it is, and change nothing", () => {
  house.stop();
  for (const script of ["restore.ts", "compare-portal.ts"]) {
    const { status, error } = run(script, []);
    expect(error, script).toContain("Usage:");
    expect(status, script).toBe(2);
  }
  const args = [house.dataDir, "hubspot-1", join(house.root, "out")];
  expect(run("export-portal.ts", args).error).toBe("Set MOVE_KEY to the base64 of 32 bytes: openssl rand -base64 32");
  expect(run("export-portal.ts", args, { MOVE_KEY: key(9) }).error).toContain("Set ENCRYPTION_KEYS");
});

test("an export that could not be made leaves nothing behind that the next one stumbles over, and a mistyped folder is not made", {
  timeout: 180_000,
}, async () => {
  await house.install();
  house.stop();
  const file = join(house.root, "portal.jsonl");
  const nowhere = join(house.root, "nowhere");
  const moving = { MOVE_KEY: key(9), ENCRYPTION_KEYS: KEYS };
  const exported = (folder: string, id: string) => run("export-portal.ts", [folder, id, file], moving);
  expect(exported(nowhere, house.id)).toEqual({ status: 1, out: "", error: `${nowhere} holds no data of Tenure.` });
  expect(run("compare-portal.ts", [house.dataDir, nowhere, house.id], moving).status).toBe(2);
  expect(existsSync(nowhere)).toBe(false);
  expect(exported(house.dataDir, "hubspot-1")).toMatchObject({ status: 1, error: expect.stringContaining("not live") });
  expect(existsSync(file)).toBe(false);
  expect(exported(house.dataDir, house.id)).toMatchObject({ status: 0, error: "" });
  const { size } = statSync(file);
  expect(exported(house.dataDir, house.id).error).toBe(`${file} exists already: give the portal a file of its own.`);
  expect(statSync(file).size).toBe(size);
});
