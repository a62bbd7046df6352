import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { hubspotApp } from "../../../src/crm/hubspot/index.ts";
import type { PortalId } from "../../../src/ports.ts";
import { NodeHost } from "../../../src/runtimes/node/host.ts";
import { type OpenFile, openFile, PortalFiles } from "../../../src/runtimes/node/portal-files.ts";
import { Registry } from "../../../src/runtimes/node/registry.ts";
import { makeVault } from "../../../src/runtimes/vault.ts";

/** A file, its journal and the journal's index. */
const HANDLES_PER_FILE = 3;

const handles = () => (existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0);

/** Counts how often SQLite was told to give back what it holds of a file. */
class CountedFiles extends PortalFiles {
  readonly shrunk: PortalId[] = [];

  override open(id: PortalId): OpenFile {
    const file = super.open(id);
    const shrink = () => {
      this.shrunk.push(id);
      file.shrink();
    };
    return { ...file, shrink };
  }
}

let folder: string;
let host: NodeHost;
let registry: Registry;
let files: CountedFiles;
let ids: PortalId[];

function start(portals: number, breathe?: () => Promise<void>): void {
  folder = mkdtempSync(join(tmpdir(), "tenure-handles-"));
  const path = join(folder, "portals");
  mkdirSync(path);
  const template = openFile(join(folder, "template.sqlite"));
  // A portal whose access has ended stays and rests; a database without any is what leaving left behind, and would be deleted.
  template.store.meta.set("grant", "sealed");
  template.store.meta.set("revokedAt", 0);
  template.close();
  ids = Array.from({ length: portals }, (_, index) => `hubspot-${index}` as const);
  for (const id of ids) copyFileSync(join(folder, "template.sqlite"), join(path, `${id}.sqlite`));
  const around = {
    now: () => 1,
    chance: () => 0.5,
    token: () => "t",
    vault: makeVault(`k1:${Buffer.alloc(32).toString("base64")}`),
    log: () => undefined,
    ...(breathe && { breathe }),
  };
  const apps = {
    hubspot: hubspotApp({
      clientId: "c",
      clientSecret: "s",
      appId: "1",
      publicUrl: "https://t.test",
      fetch: () => Promise.reject(new Error("no call")),
    }),
  };
  registry = new Registry(":memory:");
  for (const id of ids) registry.add(id, 0);
  files = new CountedFiles(path);
  host = new NodeHost({ apps, registry, files, around, publicUrl: "https://t.test" });
}

function stop(): void {
  host.close();
  registry.close();
}

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("two thousand portal files open and close without leaking a handle, a bounded number at once", async () => {
  const before = handles();
  start(2_000);
  let most = 0;
  let open = 0;
  for (let at = 0; at < ids.length; at += 250) {
    await Promise.all(ids.slice(at, at + 250).map((id) => host.turn(id)));
    most = Math.max(most, handles() - before);
    open = Math.max(open, host.openCount());
  }
  expect(open).toBeLessThanOrEqual(450);
  expect(most).toBeLessThanOrEqual((open + 1) * HANDLES_PER_FILE + 10);
  await host.turn(ids[0]!);
  expect(host.openCount()).toBeLessThanOrEqual(200);
  stop();
  expect(handles()).toBeLessThanOrEqual(before);
});

test("an open file that nobody works with holds no pages in memory: as many times two megabytes are too much", async () => {
  start(3);
  // What answers an ask is loaded by the first one, and the turn would be over by then.
  await host.ask("hubspot-none", "status", []).catch(() => undefined);
  for (const id of ids) await host.turn(id);
  expect(host.openCount()).toBe(3);
  expect(files.shrunk).toEqual(ids);
  await Promise.all([host.ask(ids[0]!, "status", []).catch(() => undefined), host.turn(ids[0]!)]);
  expect(files.shrunk).toEqual([...ids, ids[0]]);
  stop();
});

test("a stop waits for the turns that are under way, not for all that are due", async () => {
  start(50);
  const turned: PortalId[] = [];
  const turn = host.turn.bind(host);
  host.turn = (id) => {
    turned.push(id);
    host.endTurns();
    return turn(id);
  };
  await host.turnDue();
  expect(turned).toHaveLength(1);
  await host.turnDue();
  expect(turned).toHaveLength(1);
  stop();
});

test("however many are due at once, the process breathes between their turns: who knocks meanwhile is answered", async () => {
  let turned = 0;
  const turnedBefore: number[] = [];
  start(50, async () => void turnedBefore.push(turned));
  const turn = host.turn.bind(host);
  host.turn = async (id) => {
    const made = await turn(id);
    turned += 1;
    return made;
  };
  expect(await host.turnDue()).toBe(50);
  const gaps = turnedBefore.map((count, at) => count - (turnedBefore[at - 1] ?? 0));
  expect(turnedBefore.at(-1)).toBe(50);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(8);
  stop();
});
