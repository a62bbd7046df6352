/** The connector as a process: whatever ends it, somebody is told. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KEYS } from "./folder-house.ts";

const RUNTIMES = join(import.meta.dirname, "../../../src/runtimes");

interface Started {
  child: ChildProcess;
  /** what stood in the log until it was ready */
  log: readonly { event: string; holder?: string }[];
  /** exit code or signal, and what it said on standard error */
  ended: Promise<{ how: number | string; said: string }>;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenure-end-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[]): Pick<Started, "child" | "ended"> {
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      DATA_DIR: folder,
      PORT: "0",
      PUBLIC_URL: "https://tenure.test",
      ENCRYPTION_KEYS: KEYS,
      HUBSPOT_CLIENT_ID: "id",
      HUBSPOT_CLIENT_SECRET: "secret",
      HUBSPOT_APP_ID: "4711",
    },
  });
  let said = "";
  child.stderr!.on("data", (chunk) => {
    said += chunk;
  });
  const ended = new Promise<{ how: number | string; said: string }>((done) =>
    child.once("close", (code, signal) => done({ how: signal ?? code!, said })),
  );
  return { child, ended };
}

async function start(): Promise<Started> {
  const { child, ended } = run([join(RUNTIMES, "node.ts")]);
  const log: Started["log"][number][] = [];
  for await (const line of createInterface(child.stdout!)) {
    log.push(JSON.parse(line));
    if (log.at(-1)!.event === "started") return { child, log, ended };
  }
  throw new Error((await ended).said);
}

describe("the end of the process", { timeout: 120_000 }, () => {
  test("a signal stops it gracefully, and it says so", async () => {
    const { child, ended } = await start();
    child.kill("SIGTERM");
    expect(await ended).toEqual({ how: 0, said: "SIGTERM: finishes what is under way.\nStopped.\n" });
    expect(existsSync(join(folder, "lock"))).toBe(false);
  });

  test("a hang-up, as when a terminal closes, is such a signal", async () => {
    const { child, ended } = await start();
    child.kill("SIGHUP");
    expect((await ended).said).toContain("Stopped.");
  });

  test("of one that was killed the next one tells, of one that stopped it does not", async () => {
    const killed = await start();
    killed.child.kill("SIGKILL");
    expect(await killed.ended).toEqual({ how: "SIGKILL", said: "" });
    const next = await start();
    expect(next.log.find(({ event }) => event === "ended-without-a-word")?.holder).toBe(`process ${killed.child.pid}`);
    next.child.kill("SIGTERM");
    await next.ended;
    const third = await start();
    expect(third.log.map(({ event }) => event)).toEqual(["started"]);
    third.child.kill("SIGTERM");
    await third.ended;
  });

  test("one that has nothing to do any more says that this must not be", async () => {
    const end = JSON.stringify(join(RUNTIMES, "node/end.ts"));
    const { ended } = run([
      "--input-type=module",
      "-e",
      `(await import(${end})).endInWords(Promise.resolve({ stop: async () => undefined }));`,
    ]);
    const { how, said } = await ended;
    expect([how, said]).toEqual([1, expect.stringContaining("nobody asked for it")]);
  });
});
