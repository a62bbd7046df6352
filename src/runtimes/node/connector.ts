/** The connector as one Node process: server, portals, the loop that wakes them, nightly upkeep. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { makeApp } from "../../app.ts";
import type { Config } from "../../config.ts";
import type { Mailer } from "../../mailer.ts";
import type { Log, Surroundings } from "../../ports.ts";
import { crmApps } from "../crm-apps.ts";
import { apiMailer } from "../mail-api.ts";
import { withNeighbour } from "../neighbour.ts";
import { operationsRoutes } from "../operations.ts";
import { makeVault } from "../vault.ts";
import { requireFree } from "./free-port.ts";
import { frontDoor } from "./front.ts";
import { NodeHost } from "./host.ts";
import { laterScreens, loadRest, loadVendors } from "./later.ts";
import { lockFolder } from "./locks.ts";
import { smtpMailer } from "./mailer.ts";
import { metricsText } from "./metrics.ts";
import { livePlace } from "./place.ts";
import { PortalFiles } from "./portal-files.ts";
import { makePublicFetch } from "./public-fetch.ts";
import { readiness } from "./readiness.ts";
import { Registry } from "./registry.ts";
import { nightly } from "./upkeep.ts";
import { worked } from "./worked.ts";

export { loadAll } from "./later.ts";

/** However far away the next wake is, the loop looks again after this long, ms: a sleep that is too long for a timer, a clock that jumped. */
const LOOK_AGAIN_MS = 60_000;

/** What failed at once would fail at once again: the loop rests this long, ms. */
const AFTER_FAILURE_MS = 1_000;

/** Whoever has not sent the whole of a request this long after a stop began is cut off, ms. A call to a CRM ends within it. */
const STOP_WITHIN_MS = 40_000;

/** What no door needs is loaded this long after they opened, ms: whoever waits for them is answered by then. */
const LOAD_REST_AFTER_MS = 1_000;

export interface Connector {
  host: NodeHost;
  registry: Registry;
  /** the port it listens on */
  port: number;
  /** answers the requests that are under way, finishes the turns that are, closes every file */
  stop(withinMs?: number): Promise<void>;
}

export interface ConnectorOptions {
  config: Config;
  log: Log;
  /** epoch ms; tests hand in a faster one */
  now?: () => number;
  /** milliseconds of that clock per real one; default 1 */
  speed?: number;
}

const breathe = () => new Promise<void>((done) => setImmediate(done));

export async function startConnector({ config, log, now = Date.now, speed = 1 }: ConnectorOptions): Promise<Connector> {
  await requireFree(config.port, "PORT");
  const release = lockFolder(config.dataDir, (holder) => log("warn", "ended-without-a-word", { holder }));
  const around: Surroundings = {
    now,
    chance: Math.random,
    hearsSince: now(),
    token: () => randomBytes(32).toString("base64url"),
    vault: makeVault(config.encryptionKeys),
    log,
    breathe,
    worked,
    mailer: mailerOf(config),
    outbound: { fetch: makePublicFetch() },
  };
  const registry = new Registry(join(config.dataDir, "registry.sqlite"));
  const files = new PortalFiles(join(config.dataDir, "portals"));
  // Where HubSpot is, or a stand-in, the operator says.
  const toHubSpot = makePublicFetch({ keepAlive: true, isAllowed: () => true });
  const { bitrix24Routes, ...makers } = await loadVendors(config);
  const apps = crmApps(config, makers, toHubSpot, makePublicFetch({ keepAlive: true }));
  const loop = new Loop(now, log, speed);
  const { publicUrl, moveKey, neighbourUrl } = config;
  const here = new NodeHost({ apps, registry, files, around, publicUrl, onWake: () => loop.wake() });
  const isReady = readiness(() => registry.takesWrites(), now);
  const health = { isReady, metrics: metricsText(here, registry, config, now) };
  const host =
    moveKey !== null && neighbourUrl !== null
      ? withNeighbour(here, { url: neighbourUrl, moveKey, fetch: (request) => fetch(request), now })
      : here;
  const deps = { publicUrl, apps, host, around, health, screens: laterScreens, bitrix24Routes, b24jssdk };
  const app = makeApp(deps);
  if (moveKey !== null) {
    const place = livePlace(here, config.encryptionKeys, moveKey);
    app.route("/operations", operationsRoutes({ place, here, moveKey, now }));
  }
  const server = await listen(frontDoor(deps, getRequestListener(app.fetch)), config.port);
  // Doors before turns: after a pause every portal is due at once.
  loop.start(here);
  const atLeisure = setTimeout(() => void loadRest(), LOAD_REST_AFTER_MS).unref();
  const endUpkeep = nightly({
    ids: () => registry.ids(),
    pruneUsed: () => registry.pruneUsed(now()),
    keepUp: (id) => here.keepUp(id),
    breathe,
    log,
  });
  const address = server.address();
  return {
    host: here,
    registry,
    port: typeof address === "object" && address ? address.port : config.port,
    async stop(withinMs = STOP_WITHIN_MS) {
      clearTimeout(atLeisure);
      here.endTurns();
      await endUpkeep();
      await closed(server, withinMs);
      await loop.stop();
      here.close();
      registry.close();
      release();
    },
  };
}

function mailerOf({ smtpUrl, mailApi }: Config): Mailer | undefined {
  if (smtpUrl !== null) return smtpMailer(smtpUrl);
  return mailApi === null ? undefined : apiMailer({ ...mailApi, fetch: (request) => fetch(request) });
}

/** The vendor's browser library, as it lies in the package. */
async function b24jssdk(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@bitrix24/b24jssdk");
  return readFile(join(dirname(entry), "..", "umd", "index.min.js"), "utf8");
}

function listen(listener: RequestListener, port: number): Promise<Server> {
  return new Promise((done, failed) => {
    const server = createServer(listener);
    server.once("error", failed);
    server.listen(port, () => done(server));
  });
}

async function closed(server: Server, withinMs: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), withinMs);
  await new Promise<void>((done) => server.close(() => done()));
  clearTimeout(timer);
}

/** Wakes portals when they are due: one timer for the earliest of them. */
class Loop {
  readonly #now: () => number;
  readonly #log: Log;
  readonly #speed: number;
  #host: NodeHost | null = null;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #isStopped = false;
  #leastMs = 0;

  constructor(now: () => number, log: Log, speed: number) {
    this.#now = now;
    this.#log = log;
    this.#speed = speed;
  }

  start(host: NodeHost): void {
    this.#host = host;
    this.wake();
  }

  wake(): void {
    if (this.#isStopped || this.#running || !this.#host) return;
    if (this.#timer) clearTimeout(this.#timer);
    const next = this.#host.nextWakeAt();
    const wait = Math.min(LOOK_AGAIN_MS, Math.max(this.#leastMs, (next ?? Number.POSITIVE_INFINITY) - this.#now()));
    this.#timer = setTimeout(() => this.#run(), wait / this.#speed);
  }

  #run(): void {
    this.#running = this.#host!.turnDue()
      .then(() => {
        this.#leastMs = 0;
      })
      .catch((error) => {
        this.#leastMs = AFTER_FAILURE_MS;
        this.#log("error", "loop-failed", { error: String(error) });
      })
      .finally(() => {
        this.#running = null;
        this.wake();
      });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }
}
