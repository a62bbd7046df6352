import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderInUse, lockFolder } from "../../../src/runtimes/node/locks.ts";

let folder: string;
let child: ChildProcess | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenure-lock-"));
  child = null;
});
afterEach(async () => {
  await kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Another process that holds the folder until it is killed. */
async function another(): Promise<number> {
  const locks = resolve("src/runtimes/node/locks.ts");
  const program = `const { lockFolder } = await import(${JSON.stringify(locks)});
    lockFolder(process.argv[1]); console.log("held"); setInterval(() => undefined, 1000);`;
  child = spawn(process.execPath, ["--input-type=module", "-e", program, folder]);
  await new Promise<void>((done, failed) => {
    child!.stdout!.once("data", () => done());
    child!.once("exit", (code) => failed(new Error(`it ended with ${code}`)));
  });
  return child.pid!;
}

async function kill(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child!.once("exit", done));
  child.kill("SIGKILL");
  await gone;
}

test("one process at a time, and the other is named", async () => {
  const pid = await another();
  expect(() => lockFolder(folder)).toThrow(`in use by process ${pid}`);
  await kill();
  lockFolder(folder)();
});

test("a killed process leaves the folder free, also when another program has its number by now", async () => {
  await another();
  await kill();
  writeFileSync(join(folder, "lock"), String(process.ppid));
  lockFolder(folder)();
});

test("two processes that count as the same number, as the first of two containers do, do not share a folder", async () => {
  await another();
  writeFileSync(join(folder, "lock"), String(process.pid));
  expect(() => lockFolder(folder)).toThrow(FolderInUse);
});

test("within one process too there is one at a time", () => {
  const release = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(FolderInUse);
  release();
  lockFolder(folder)();
});
