/**
 * Connector and sandbox in separate processes: the connector is killed with SIGKILL at random moments while deals are won, and started
 * again on what lies on its disk. In the end every deal has each of its tasks exactly once, counted in the CRM, however long it took.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { seededRandom } from "../../../src/core/seeded-random.ts";
import type { Clock } from "../../../src/sandbox/clock.ts";
import { ConnectionCut } from "../../../src/sandbox/faults.ts";
import { bitrix24Site } from "./bitrix24.ts";
import { hubspotSite } from "./hubspot.ts";
import { keysAtStart, problemsOf, wishedIn } from "./judge.ts";
import type { CrashSite, WonDeal } from "./site.ts";

const SITES = { hubspot: hubspotSite, bitrix24: bitrix24Site };
export type CrashCrm = keyof typeof SITES;
export const CRASH_CRMS = Object.keys(SITES) as CrashCrm[];

export interface CrashOptions {
  crm: CrashCrm;
  deals: number;
  kills: number;
  seed?: number;
  /** virtual ms per real ms */
  speed?: number;
}

export interface CrashReport {
  kills: number;
  /** of the plans' starts, as the CRM's API lists them */
  tasks: number;
  /** as many as the plans of all deals start with */
  wanted: number;
  /** other tasks: what fell due while it ran */
  later: number;
  /** creates whose connection was cut after the write */
  cuts: number;
  /** tasks that are not there exactly once, or were not wished */
  wrong: readonly string[];
  limited: number;
  violations: readonly string[];
}

/** 2026-03-02, a Monday, 09:00 UTC */
const VIRTUAL_START = Date.UTC(2026, 2, 2, 9);
/** Every such create is cut after the write. */
const CUT_EVERY = 7;
/** Somebody in the CRM does something every so many looks. */
const LOOKS_PER_EDIT = 8;
/** After this much real time without another task nothing more is waited for, ms. */
const STILL_MS = 240_000;

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

/** The sandbox behind a socket: a cut connection is a destroyed one, and every seventh create is cut once it has been carried out. */
class SandboxServer {
  readonly #site: CrashSite;
  #server: Server | null = null;
  /** the third create is the first to be cut: a short run on a busy machine sends few, large ones */
  #creates = CUT_EVERY - 3;
  cuts = 0;

  constructor(site: CrashSite) {
    this.#site = site;
  }

  async #answer(request: Request): Promise<Response> {
    const isCreate = await this.#site.creates(request);
    const answer = await this.#site.fetch(request);
    if (!isCreate || ++this.#creates % CUT_EVERY !== 0) return answer;
    this.cuts += 1;
    throw new ConnectionCut();
  }

  async start(port: number): Promise<void> {
    const listener = getRequestListener(
      async (request, env) => {
        try {
          return await this.#answer(request);
        } catch (error) {
          if (!(error instanceof ConnectionCut)) throw error;
          (env as { outgoing: { destroy(): void } }).outgoing.destroy();
          return new Response(null);
        }
      },
      { overrideGlobalObjects: false },
    );
    this.#server = createServer(listener).listen(port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
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

export async function crashRun({ crm, deals, kills, seed = 1, speed = 60 }: CrashOptions): Promise<CrashReport> {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), "tenure-crash-"));
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const realStart = Date.now();
  const publicUrl = `http://127.0.0.1:${port}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const site = SITES[crm]({ clock: fastClock(speed, realStart), random, publicUrl, sandboxUrl });
  const server = new SandboxServer(site);
  await server.start(sandboxPort);
  const connector = new Connector({
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    DATA_DIR: folder,
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
    ...site.env,
    TEST_SPEED: String(speed),
    TEST_VIRTUAL_START: String(VIRTUAL_START),
    TEST_REAL_START: String(realStart),
  });
  try {
    await connector.start();
    await site.install();
    const won: WonDeal[] = [];
    for (let killed = 0; killed < kills; killed++) {
      const share = Math.ceil((deals * (killed + 1)) / kills);
      while (won.length < share) won.push(site.winDeal(won.length));
      await pause(200 + random() * 1_800);
      await connector.kill();
      await connector.start();
    }
    const wanted = new Set(won.flatMap(keysAtStart));
    await rest(site, wanted, won[0]!.deal, speed);
    await connector.kill();
    const listed = await site.list();
    const tasks = listed.filter(({ key }) => wanted.has(key)).length;
    return {
      kills,
      tasks,
      wanted: wanted.size,
      later: listed.length - tasks,
      cuts: server.cuts,
      wrong: problemsOf(listed, won, wishedIn(folder)),
      limited: site.limited(),
      violations: site.violations(),
    };
  } finally {
    await connector.kill();
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Waits until every wanted task is there, and then as long as a late look-up could still bring another. People go on working meanwhile: where
 * a kill came between a refresh and its answer, the old token is dead, and the next event lends its access.
 */
async function rest(site: CrashSite, wanted: ReadonlySet<string>, deal: string, speed: number): Promise<void> {
  let there = -1;
  for (let looks = 0, until = Date.now() + STILL_MS; there < wanted.size && Date.now() < until; looks++) {
    await pause(250);
    if (looks % LOOKS_PER_EDIT === 0) site.rename(deal, `Renamed ${looks + 1}`);
    const before = there;
    there = new Set(site.keys().filter((key) => wanted.has(key))).size;
    if (there > before) until = Date.now() + STILL_MS;
  }
  await pause(600_000 / speed);
}
