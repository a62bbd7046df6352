/** `npm start` where it cannot: what it says, and how it ends. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KEYS } from "./folder-house.ts";

const MAIN = join(import.meta.dirname, "../../../src/runtimes/node.ts");
const SANDBOXES = { SANDBOX_HUBSPOT_PORT: "0", SANDBOX_BITRIX24_PORT: "0" };

let holder: Server;
let taken: string;
let folder: string;

beforeEach(async () => {
  holder = createServer();
  await new Promise<void>((done) => holder.listen(0, done));
  const address = holder.address();
  taken = String(typeof address === "object" && address ? address.port : 0);
  folder = mkdtempSync(join(tmpdir(), "tenure-start-"));
});

afterEach(() => {
  holder.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(env: Readonly<Record<string, string>>) {
  const base = { PATH: process.env.PATH ?? "", DATA_DIR: folder };
  const { status, stderr } = spawnSync(process.execPath, [MAIN], { encoding: "utf8", env: { ...base, ...env } });
  return { status, error: stderr.trim() };
}

const said = (variable: string) => ({
  status: 1,
  error: `Port ${taken} is taken by another program, perhaps by another Tenure. Stop it first, or set ${variable} to a free port.`,
});

test("a port that is taken ends in one plain line that names it and the setting that changes it", {
  timeout: 120_000,
}, () => {
  expect(start({ ...SANDBOXES, PORT: taken })).toEqual(said("PORT"));
  expect(start({ ...SANDBOXES, PORT: "0", SANDBOX_HUBSPOT_PORT: taken })).toEqual(said("SANDBOX_HUBSPOT_PORT"));
  expect(start({ ...SANDBOXES, PORT: "0", SANDBOX_BITRIX24_PORT: taken })).toEqual(said("SANDBOX_BITRIX24_PORT"));
  const credentials = { HUBSPOT_CLIENT_ID: "id", HUBSPOT_CLIENT_SECRET: "secret", HUBSPOT_APP_ID: "4711" };
  const config = { PUBLIC_URL: "https://tenure.test", ENCRYPTION_KEYS: KEYS, ...credentials };
  expect(start({ ...config, PORT: taken })).toEqual(said("PORT"));
});
