/** Both runtimes at once on one virtual clock: Node behind the public address, the real Worker in workerd as its neighbour. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare, Response as WorkerdResponse } from "miniflare";
import type { PortalHost, PortalId } from "../../../src/ports.ts";
import { withNeighbour } from "../../../src/runtimes/neighbour.ts";
import { remotePlace } from "../../../src/runtimes/node/place.ts";
import { House, KEYS } from "../../support/house.ts";
import { PUBLIC_URL } from "../../support/times.ts";

export const MOVE_KEY = Buffer.alloc(32, 9).toString("base64");
const WORKER_URL = "https://worker.test";
/** Far ahead of the machine's clock, so that no alarm fires by itself: 2088-03-01, a Monday, 09:00 UTC. */
const START = Date.UTC(2088, 2, 1, 9);
/** Virtual time between two looks at the Worker's alarms, ms. */
const STEP_MS = 15_000;

const SETTINGS = {
  PUBLIC_URL,
  // Other keys than Node's, and the same key of hashes.
  ENCRYPTION_KEYS: `w:${Buffer.alloc(32, 3).toString("base64")},${KEYS}`,
  HUBSPOT_CLIENT_ID: "client-1",
  HUBSPOT_CLIENT_SECRET: "secret-1",
  HUBSPOT_APP_ID: "4711",
  HUBSPOT_API_URL: "http://hubspot.sandbox",
  HUBSPOT_AUTH_URL: "http://hubspot.sandbox",
  BITRIX24_CLIENT_ID: "app.1",
  BITRIX24_CLIENT_SECRET: "secret-2",
  BITRIX24_OAUTH_URL: "http://oauth.bitrix24.sandbox",
  MOVE_KEY,
  LOG_LEVEL: "silent",
};

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url).href)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

export class BothHouse {
  readonly node: House;
  readonly #worker: Miniflare;
  /** portals whose objects may have alarms */
  readonly #known = new Set<PortalId>();
  /** the Worker is away: whoever calls it gets no answer */
  isWorkerAway = false;

  private constructor(script: string) {
    this.#worker = new Miniflare(
      convertV4MiniflareOptions({
        modules: [{ type: "ESModule", path: "worker.js", contents: script }],
        compatibilityDate: "2026-08-01",
        compatibilityFlags: ["nodejs_compat"],
        durableObjects: {
          PORTAL: { className: "PortalObject", useSQLite: true },
          REGISTRY: { className: "RegistryObject", useSQLite: true },
        },
        bindings: SETTINGS,
        outboundService: async (request) => {
          const { method, url, headers } = request;
          const body = method === "GET" ? null : await request.arrayBuffer();
          const answer = await this.#crm(new Request(url, { method, headers: [...headers], body }));
          return new WorkerdResponse(await answer.arrayBuffer(), {
            status: answer.status,
            headers: [...answer.headers],
          });
        },
      }),
    );
    this.node = new House({
      startAt: START,
      neighbour: { url: WORKER_URL, moveKey: MOVE_KEY, fetch: (request) => this.worker(request) },
    });
  }

  static async open(): Promise<BothHouse> {
    return new BothHouse(await bundle());
  }

  #crm(request: Request): Promise<Response> {
    const isBitrix24 = new URL(request.url).hostname.includes("bitrix24");
    return (isBitrix24 ? this.node.bitrix24 : this.node.hubspot).fetch(request);
  }

  async worker(request: Request): Promise<Response> {
    if (this.isWorkerAway) throw new TypeError("fetch failed");
    const headers = { ...Object.fromEntries(request.headers), "x-test-now": String(this.node.clock.now()) };
    const body = request.method === "GET" ? undefined : await request.arrayBuffer();
    const answer = await this.#worker.dispatchFetch(request.url, { method: request.method, headers, body: body! });
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] });
  }

  async #object<T>(method: "alarmAt" | "turnNow" | "waiting", id: PortalId): Promise<T> {
    return (await (await this.worker(new Request(`${WORKER_URL}/test/${method}/${id}`))).json()) as T;
  }

  /** deliveries that wait in the portal's object */
  waitingAtWorker(id: PortalId): Promise<number> {
    return this.#object("waiting", id);
  }

  /** Both sides as the routes of the public address see them. */
  get host(): PortalHost {
    const { clock, host } = this.node;
    const options = { url: WORKER_URL, moveKey: MOVE_KEY, fetch: (request: Request) => this.worker(request) };
    return withNeighbour(host, { ...options, now: () => clock.now() });
  }

  /** The two places, as commands see them. */
  places() {
    return {
      node: remotePlace(PUBLIC_URL, MOVE_KEY, async (request) => this.node.app.fetch(request)),
      worker: remotePlace(WORKER_URL, MOVE_KEY, (request) => this.worker(request)),
    };
  }

  knowAtWorker(id: PortalId): void {
    this.#known.add(id);
  }

  /** Turns whatever is due on both sides until the clock stands `ms` later. */
  async runFor(ms: number): Promise<void> {
    const { clock } = this.node;
    const until = clock.now() + ms;
    while (clock.now() < until) {
      for (const id of this.isWorkerAway ? [] : this.#known) {
        for (let turns = 0; turns < 50; turns++) {
          const at = await this.#object<number | null>("alarmAt", id);
          if (at === null || at > clock.now()) break;
          await this.#object("turnNow", id);
          await clock.advance(1);
        }
      }
      await this.node.run(Math.min(until, clock.now() + STEP_MS));
    }
  }

  async close(): Promise<void> {
    this.node.close();
    await this.#worker.dispose();
  }
}
