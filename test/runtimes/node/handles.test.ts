import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hubspotApp } from "../../../src/crm/hubspot/index.ts";
import { NodeHost } from "../../../src/runtimes/node/host.ts";
import { openFile, PortalFiles } from "../../../src/runtimes/node/portal-files.ts";
import { Registry } from "../../../src/runtimes/node/registry.ts";
import { makeVault } from "../../../src/runtimes/vault.ts";

const PORTALS = 2_000;
/** A file, its journal and the journal's index. */
const HANDLES_PER_FILE = 3;

const handles = () => (existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0);

test("two thousand portal files open and close without leaking a handle, a bounded number at once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tenure-handles-"));
  const files = join(folder, "portals");
  mkdirSync(files);
  openFile(join(folder, "template.sqlite")).close();
  const ids = Array.from({ length: PORTALS }, (_, index) => `hubspot-${index}`);
  for (const id of ids) copyFileSync(join(folder, "template.sqlite"), join(files, `${id}.sqlite`));
  const before = handles();

  const around = {
    now: () => 1,
    chance: () => 0.5,
    token: () => "t",
    vault: makeVault(`k1:${Buffer.alloc(32).toString("base64")}`),
    log: () => undefined,
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
  const registry = new Registry(":memory:");
  for (const id of ids) registry.add(id, 0);
  const host = new NodeHost({ apps, registry, files: new PortalFiles(files), around, publicUrl: "https://t.test" });
  let most = 0;
  let open = 0;
  for (let at = 0; at < PORTALS; at += 250) {
    await Promise.all(ids.slice(at, at + 250).map((id) => host.turn(id)));
    most = Math.max(most, handles() - before);
    open = Math.max(open, host.openCount());
  }
  expect(open).toBeLessThanOrEqual(450);
  expect(most).toBeLessThanOrEqual((open + 1) * HANDLES_PER_FILE + 10);
  await host.turn(ids[0]!);
  expect(host.openCount()).toBeLessThanOrEqual(200);

  host.close();
  registry.close();
  expect(handles()).toBeLessThanOrEqual(before);
  rmSync(folder, { recursive: true, force: true });
});
