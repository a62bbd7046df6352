/**
 * Many portals on one Node process, for real: the connector as its own process on real files, a CRM behind a local port that answers what it
 * answered while one portal was built, and real minutes. Memory, what quiet minutes cost, start, and going on after a kill. Every portal is
 * opened once after a start and decides about all its clients then, as at the beginning of a working day; what quiet minutes cost is
 * measured when that is over, the memory also while it lasts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { Registry } from "../../src/runtimes/node/registry.ts";
import { DAY, HOUR, House, HUBSPOT, KEYS, MINUTE } from "../../test/support/house.ts";
import { HubSpotPortalWorld } from "../../test/support/world-hubspot.ts";
import { type BenchLine, lineOf } from "./line.ts";

const BENCH = "fleet";
const MEMORY_MB = 400;
const IDLE_PERCENT = 1;
const READY_MS = 1_000;
/** Quiet hours that the portal lived before it is copied: looks at other kinds have become as rare as they get, the first day is over. */
const QUIET_MS = 26 * HOUR;
/** Listings of changes come this often: portals are spread over it, as in life. */
const LIST_EVERY_MS = 15 * MINUTE;
/** Clock ticks per second of Linux, in /proc. */
const TICKS = 100;
const LOOK_MS = 5;

interface Options {
  portals: number;
  /** per portal */
  clients: number;
  /** quiet seconds that are measured */
  seconds: number;
  /** seconds before that, in which every portal looks for the first time since the start */
  warmSeconds: number;
}

/** What the CRM answered last, by `keyOf`; searches find nothing new. */
type Replies = Map<string, { body: string; type: string }>;

/** With the query: archived owners are another answer than those at work. */
function keyOf(method: string, url: URL): string {
  return `${method} ${url.pathname}${url.search}`;
}

/** One portal, built by the connector itself on a simulated clock that ends now: its file and the CRM's answers. */
async function build(folder: string, clients: number): Promise<{ file: string; replies: Replies }> {
  const replies: Replies = new Map();
  const house = new House({
    folder,
    startAt: Date.now() - QUIET_MS,
    call: async (request, send) => {
      const response = await send();
      const type = response.headers.get("content-type") ?? "application/json";
      const key = keyOf(request.method, new URL(request.url));
      if (response.ok) replies.set(key, { body: await response.clone().text(), type });
      return response;
    },
  });
  const world = new HubSpotPortalWorld(house);
  const owner = world.owner("Aigul");
  world.importWon(clients, owner, house.clock.now() - 60 * DAY);
  await world.install();
  await house.run(Date.now());
  const file = join(folder, "portals", `${world.id}.sqlite`);
  house.close();
  const db = new Database(file);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  return { file, replies };
}

/** The same portal many times, each with its own time for the next look, and all its clients due by then. No table has a portal's id. */
function multiply(file: string, folder: string, portals: number): void {
  mkdirSync(join(folder, "portals"), { recursive: true });
  const registry = new Registry(join(folder, "registry.sqlite"));
  const now = Date.now();
  for (let n = 0; n < portals; n++) {
    const id = `hubspot-${7_000_000 + n}` as const;
    const path = join(folder, "portals", `${id}.sqlite`);
    copyFileSync(file, path);
    const later = Math.round((LIST_EVERY_MS * (n + 0.5)) / portals);
    const db = new Database(path);
    db.pragma("synchronous = OFF");
    const set = db.prepare("update meta set value = json_set(value, ?, ?) where key glob ?");
    db.prepare(
      "update meta set value = json_set(value, '$.nextAt', value->>'nextAt' + ?) where key glob 'cursor:*'",
    ).run(later);
    set.run("$.at", now - ((later * 4) % HOUR), "about");
    set.run("$", now + later, "nextWake");
    db.prepare("update client set due_at = ?").run(now);
    db.close();
    registry.add(id, now + later);
  }
  registry.close();
}

/** A CRM that has nothing new to tell. Counts what it was asked. */
async function crm(
  replies: Replies,
): Promise<{ server: Server; url: string; asked: () => number; unknown: Set<string> }> {
  let asked = 0;
  const unknown = new Set<string>();
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    request.on("end", () => {
      const url = new URL(request.url!, "http://crm");
      const key = keyOf(request.method!, url);
      const known = url.pathname.endsWith("/search")
        ? { body: '{"total":0,"results":[]}', type: "application/json" }
        : replies.get(key);
      if (!known) unknown.add(key);
      response.writeHead(known ? 200 : 404, { "content-type": known?.type ?? "application/json" });
      response.end(known?.body ?? "{}");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}`, asked: () => asked, unknown };
}

/** The connector, as it is started in production; what Node compiles lies beside the data. @returns how long until it says that it is ready, ms */
async function start(folder: string, crmUrl: string, port: number): Promise<{ child: ChildProcess; readyMs: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL("../../src/runtimes/node.ts", import.meta.url).href)], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      DATA_DIR: folder,
      NODE_COMPILE_CACHE: join(folder, "compiled"),
      PORT: String(port),
      PUBLIC_URL: "https://tenure.test",
      ENCRYPTION_KEYS: KEYS,
      HUBSPOT_CLIENT_ID: HUBSPOT.clientId,
      HUBSPOT_CLIENT_SECRET: HUBSPOT.clientSecret,
      HUBSPOT_APP_ID: String(HUBSPOT.appId),
      HUBSPOT_API_URL: crmUrl,
      HUBSPOT_AUTH_URL: crmUrl,
      LOG_LEVEL: "error",
    },
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error("The connector ended while starting.");
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.ok) return { child, readyMs: performance.now() - startedAt };
    await wait(LOOK_MS);
  }
}

/** CPU that a process used so far, s, what it holds in memory, and the most that it ever held, MB. @throws Error when it ended meanwhile */
function usage({ pid, exitCode, signalCode }: ChildProcess): { cpuS: number; memoryMb: number; mostMb: number } {
  if (exitCode !== null || signalCode !== null) throw new Error(`The connector ended: ${signalCode ?? exitCode}.`);
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1000;
  return {
    cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS,
    memoryMb: mb("VmRSS"),
    mostMb: mb("VmHWM"),
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => child.once("exit", () => done()));
}

export async function run(options: Partial<Options> = {}): Promise<BenchLine[]> {
  const portals = options.portals ?? Number(process.env.FLEET_PORTALS ?? 1_000);
  const clients = options.clients ?? Number(process.env.FLEET_CLIENTS ?? 1_000);
  const seconds = options.seconds ?? Number(process.env.FLEET_SECONDS ?? 300);
  const warmSeconds = options.warmSeconds ?? Number(process.env.FLEET_WARM ?? LIST_EVERY_MS / 1_000 + 60);
  const about = `${portals} portals × ${clients} clients`;
  const folder = mkdtempSync(join(tmpdir(), "tenure-fleet-"));
  const children: ChildProcess[] = [];
  try {
    mkdirSync(join(folder, "one"));
    const { file, replies } = await build(join(folder, "one"), clients);
    const { server, url, asked, unknown } = await crm(replies);
    multiply(file, join(folder, "fleet"), portals);
    const port = (server.address() as AddressInfo).port + 1;
    const never = await start(join(folder, "fleet"), url, port);
    children.push(never.child);
    // On its way out it leaves behind what it compiled, as the set-up and the container's image do.
    never.child.kill("SIGTERM");
    await ended(never.child);
    const first = await start(join(folder, "fleet"), url, port);
    children.push(first.child);
    const atStart = usage(first.child);
    await wait(warmSeconds * 1_000);
    const before = usage(first.child);
    const askedBefore = asked();
    await wait(seconds * 1_000);
    const after = usage(first.child);
    const askedMeanwhile = asked() - askedBefore;
    const cpuS = after.cpuS - before.cpuS;
    first.child.kill("SIGKILL");
    await ended(first.child);
    const askedAtKill = asked();
    const second = await start(join(folder, "fleet"), url, port);
    children.push(second.child);
    let resumedMs = second.readyMs;
    for (const from = performance.now(); asked() === askedAtKill; await wait(LOOK_MS))
      resumedMs = second.readyMs + performance.now() - from;
    await wait(2_000);
    const askedOnReturn = asked() - askedAtKill;
    server.close();
    if (unknown.size > 0) throw new Error(`The CRM was asked what it had never heard: ${[...unknown].join(", ")}`);
    return [
      lineOf(BENCH, `memory, ${about}`, after.memoryMb, "MB", MEMORY_MB),
      lineOf(BENCH, "memory at most, also while every client was decided about", after.mostMb, "MB", MEMORY_MB),
      lineOf(BENCH, "CPU of one core while nothing happens", (100 * cpuS) / seconds, "%", IDLE_PERCENT),
      lineOf(BENCH, "CPU of a quiet minute", (60_000 * cpuS) / seconds, "ms"),
      lineOf(
        BENCH,
        "CPU of one core in the first quarter of an hour, every client decided about",
        (100 * (before.cpuS - atStart.cpuS)) / warmSeconds,
        "%",
      ),
      lineOf(BENCH, "calls to the CRM in a quiet minute", (60 * askedMeanwhile) / seconds, "calls"),
      lineOf(BENCH, "start to ready", first.readyMs, "ms", READY_MS),
      lineOf(BENCH, "start to ready, nothing compiled yet", never.readyMs, "ms", READY_MS),
      lineOf(BENCH, "killed, start to ready again", second.readyMs, "ms", READY_MS),
      lineOf(BENCH, "killed, start to the first call of a portal that was due", resumedMs, "ms"),
      lineOf(
        BENCH,
        "calls to the CRM in the two seconds after it, beside one per portal",
        askedOnReturn,
        "calls",
        portals,
      ),
    ];
  } finally {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}
