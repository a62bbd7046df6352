/**
 * Connector and sandbox in separate processes: the connector is killed with SIGKILL at random moments while deals are won, and started
 * again on what lies on its disk. In the end every deal has each of its tasks exactly once, counted in the CRM.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import type { Clock } from "../../src/sandbox/clock.ts";
import { ConnectionCut } from "../../src/sandbox/faults.ts";
import { HubSpotSandbox, type SandboxPortal } from "../../src/sandbox/hubspot/index.ts";
import { seededRandom } from "../../src/sandbox/random.ts";

export interface CrashOptions {
  deals: number;
  kills: number;
  seed?: number;
  /** virtual ms per real ms */
  speed?: number;
}

export interface CrashReport {
  kills: number;
  tasks: number;
  /** creates whose connection was cut after the write */
  cuts: number;
  /** deals whose tasks are not each there exactly once */
  wrong: readonly string[];
  limited: number;
  violations: readonly string[];
}

const TASKS_PER_PLAN = 14;
/** 2026-03-02, a Monday, 09:00 UTC */
const VIRTUAL_START = Date.UTC(2026, 2, 2, 9);
const SECRETS = { clientId: "client-1", clientSecret: "secret-1", appId: 4711 };
/** Real time within which everything has to be at rest after the last kill, ms. */
const REST_WITHIN_MS = 240_000;

/** A clock that runs `speed` times as fast as the machine's. */
function fastClock(speed: number, realStart: number): Clock {
  return {
    now: () => VIRTUAL_START + Math.round((Date.now() - realStart) * speed),
    after: (delayMs, job) =>
      void setTimeout(() => void Promise.resolve(job()).catch(() => undefined), delayMs / speed).unref(),
  };
}

async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const address = socket.address();
  socket.close();
  await once(socket, "close");
  return typeof address === "object" && address ? address.port : 0;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** The sandbox behind a socket: a cut connection is a destroyed one. */
async function serveSandbox(sandbox: () => HubSpotSandbox, port: number): Promise<Server> {
  const listener = getRequestListener(
    async (request, env) => {
      try {
        return await sandbox().fetch(request);
      } catch (error) {
        if (!(error instanceof ConnectionCut)) throw error;
        (env as { outgoing: { destroy(): void } }).outgoing.destroy();
        return new Response(null);
      }
    },
    { overrideGlobalObjects: false },
  );
  const server = createServer(listener).listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

class Connector {
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = { PATH: process.env.PATH, ...env };
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const path = join(import.meta.dirname, "connector-child.ts");
    const child = spawn(process.execPath, [path], { env: this.#env, stdio: ["ignore", "pipe", "ignore"] });
    this.#child = child;
    await Promise.race([
      once(child.stdout!, "data"),
      once(child, "exit").then(([code]) => {
        throw new Error(`the connector ended by itself with ${code}`);
      }),
    ]);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}

export async function crashRun({ deals, kills, seed = 1, speed = 60 }: CrashOptions): Promise<CrashReport> {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), "tenure-crash-"));
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const realStart = Date.now();
  const publicUrl = `http://127.0.0.1:${port}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  let creates = 0;
  let cuts = 0;
  const sandbox: HubSpotSandbox = new HubSpotSandbox({
    clock: fastClock(speed, realStart),
    random,
    ...SECRETS,
    redirectUrls: [`${publicUrl}/hubspot/oauth/callback`, `${publicUrl}/hubspot/install`],
    webhookUrl: `${publicUrl}/hubspot/webhooks`,
    deliver: (request) => fetch(request),
    publicUrl: sandboxUrl,
    faults: {
      call: ({ path }) => {
        if (!path.endsWith("/tasks/batch/create")) return null;
        creates += 1;
        if (creates % 7 !== 0) return null;
        cuts += 1;
        return "cut-after";
      },
    },
  });
  const server = await serveSandbox(() => sandbox, sandboxPort);
  const connector = new Connector({
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    DATA_DIR: folder,
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
    HUBSPOT_CLIENT_ID: SECRETS.clientId,
    HUBSPOT_CLIENT_SECRET: SECRETS.clientSecret,
    HUBSPOT_APP_ID: String(SECRETS.appId),
    HUBSPOT_API_URL: sandboxUrl,
    HUBSPOT_AUTH_URL: sandboxUrl,
    TEST_SPEED: String(speed),
    TEST_VIRTUAL_START: String(VIRTUAL_START),
    TEST_REAL_START: String(realStart),
  });
  try {
    const portal = sandbox.addPortal({ timeZone: "Europe/Kyiv" });
    const owner = portal.addOwner({ firstName: "Aigul" }).id;
    await connector.start();
    await install(portal, publicUrl);
    const won: string[] = [];
    for (let killed = 0; killed < kills; killed++) {
      const share = Math.ceil((deals * (killed + 1)) / kills);
      while (won.length < share) won.push(winDeal(portal, owner, won.length));
      await pause(200 + random() * 1_800);
      await connector.kill();
      await connector.start();
    }
    await rest(portal, deals * TASKS_PER_PLAN, speed);
    const wrong = won.flatMap((deal) => problemOf(portal, deal));
    const { limited } = sandbox.calls;
    const violations = sandbox.violations.map(({ method, path, rule }) => `${method} ${path}: ${rule}`);
    return { kills, tasks: portal.ids("tasks").length, cuts, wrong, limited, violations };
  } finally {
    await connector.kill();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As a person does it, with the cookie. */
async function install(portal: SandboxPortal, publicUrl: string): Promise<void> {
  const begun = await fetch(`${publicUrl}/hubspot/install`, { redirect: "manual" });
  const cookie = (begun.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const back = portal.approve(begun.headers.get("location") ?? "");
  const answer = await fetch(back, { headers: { cookie }, redirect: "manual" });
  if (!answer.ok) throw new Error(`the install was answered ${answer.status}`);
}

function winDeal(portal: SandboxPortal, owner: string, n: number): string {
  const company = portal.create("companies", { name: `Firma ${n}`, hubspot_owner_id: owner }).id;
  const values = { dealname: `Deal ${n}`, pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
  return portal.create("deals", values, [{ objectType: "companies", id: company }]).id;
}

/** Waits until every task is there, and then as long as a late look-up could still bring another. */
async function rest(portal: SandboxPortal, wanted: number, speed: number): Promise<void> {
  for (const until = Date.now() + REST_WITHIN_MS; Date.now() < until; ) {
    await pause(250);
    if (portal.ids("tasks").length < wanted) continue;
    await pause(600_000 / speed);
    return;
  }
}

function problemOf(portal: SandboxPortal, deal: string): readonly string[] {
  const subjects = portal
    .associationsOf("deals", deal, "tasks")
    .map(({ id }) => portal.value("tasks", id, "hs_task_subject"));
  const isRight = subjects.length === TASKS_PER_PLAN && new Set(subjects).size === TASKS_PER_PLAN;
  return isRight ? [] : [`deal ${deal}: ${subjects.length} tasks, ${new Set(subjects).size} different ones`];
}
