/** A connector and a sandbox HubSpot in one process, on one virtual clock, joined by their own HTTP. */
import { makeApp } from "../../src/app.ts";
import { hubspotApp } from "../../src/crm/hubspot/index.ts";
import type { Bounds } from "../../src/engine/engine.ts";
import type { Log, PortalId } from "../../src/ports.ts";
import { NodeHost } from "../../src/runtimes/node/host.ts";
import { PortalFiles } from "../../src/runtimes/node/portal-files.ts";
import { Registry } from "../../src/runtimes/node/registry.ts";
import { makeVault } from "../../src/runtimes/vault.ts";
import { VirtualClock } from "../../src/sandbox/clock.ts";
import type { Faults } from "../../src/sandbox/faults.ts";
import {
  HubSpotSandbox,
  type HubSpotSwitches,
  type PortalOptions,
  type SandboxPortal,
} from "../../src/sandbox/hubspot/index.ts";
import { seededRandom } from "../../src/sandbox/random.ts";

export const PUBLIC_URL = "https://tenure.test";
/** 2026-03-02, a Monday, 09:00 UTC */
export const START = Date.UTC(2026, 2, 2, 9);
const KEYS = `k1:${Buffer.alloc(32, 7).toString("base64")}`;
const HUBSPOT = { clientId: "client-1", clientSecret: "secret-1", appId: 4711 };

export interface WorldOptions {
  seed?: number;
  startAt?: number;
  faults?: Faults;
  switches?: Partial<HubSpotSwitches>;
  portal?: PortalOptions;
  bounds?: Bounds;
  /** a folder for real files; default: in memory */
  folder?: string;
}

export interface LogLine {
  level: string;
  event: string;
  details: Readonly<Record<string, unknown>>;
}

export class HubSpotWorld {
  readonly clock: VirtualClock;
  readonly sandbox: HubSpotSandbox;
  readonly portal: SandboxPortal;
  readonly logs: LogLine[] = [];
  readonly faults: Faults;
  host!: NodeHost;
  registry!: Registry;
  app!: ReturnType<typeof makeApp>;
  readonly #options: WorldOptions;
  readonly #files: PortalFiles;
  readonly #random: () => number;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.#random = seededRandom(options.seed ?? 1);
    this.clock = new VirtualClock(options.startAt ?? START);
    this.faults = options.faults ?? {};
    this.sandbox = new HubSpotSandbox({
      clock: this.clock,
      random: seededRandom((options.seed ?? 1) + 1),
      ...HUBSPOT,
      redirectUrls: [`${PUBLIC_URL}/hubspot/oauth/callback`, `${PUBLIC_URL}/hubspot/install`],
      webhookUrl: `${PUBLIC_URL}/hubspot/webhooks`,
      deliver: async (request) => this.app.fetch(request),
      faults: this.faults,
      ...(options.switches && { switches: options.switches }),
    });
    this.portal = this.sandbox.addPortal({ timeZone: "Europe/Kyiv", ...options.portal });
    this.#files = new PortalFiles(options.folder ?? null);
    this.start();
  }

  get id(): PortalId {
    return `hubspot-${this.portal.hubId}`;
  }

  /** Starts (or starts again) the connector. In memory a restart keeps the registry and files only when a folder was given. */
  start(): void {
    const log: Log = (level, event, details = {}) => this.logs.push({ level, event, details });
    const around = {
      now: () => this.clock.now(),
      chance: this.#random,
      token: () => Array.from({ length: 32 }, () => Math.floor(this.#random() * 36).toString(36)).join(""),
      vault: makeVault(KEYS),
      log,
    };
    const { folder } = this.#options;
    this.registry = new Registry(folder ? `${folder}/registry.sqlite` : ":memory:");
    const apps = {
      hubspot: hubspotApp({
        ...HUBSPOT,
        appId: String(HUBSPOT.appId),
        publicUrl: PUBLIC_URL,
        apiUrl: "http://hubspot.sandbox",
        authUrl: "http://hubspot.sandbox",
        fetch: (request: Request) => this.sandbox.fetch(request),
      }),
    };
    this.host = new NodeHost({
      apps,
      registry: this.registry,
      files: this.#files,
      around,
      publicUrl: PUBLIC_URL,
      ...(this.#options.bounds && { bounds: this.#options.bounds }),
    });
    this.app = makeApp({
      publicUrl: PUBLIC_URL,
      apps,
      host: this.host,
      around,
      health: { isReady: () => true, metrics: async () => null },
    });
  }

  /** As a kill does it: nothing is finished, nothing is told. */
  crash(): void {
    this.host.close();
    this.registry.close();
  }

  /** A person installs from the connector's own page. */
  async install(scopesGranted?: readonly string[]): Promise<Response> {
    const begun = await this.app.request(`${PUBLIC_URL}/hubspot/install`);
    const cookie = begun.headers.get("set-cookie")!.split(";")[0]!;
    const back = this.portal.approve(begun.headers.get("location")!, scopesGranted ? { scopesGranted } : {});
    return this.app.request(back, { headers: { cookie } });
  }

  /** Turns whatever is due, moves the clock to the next event, until `untilMs`, or until nothing wants to happen before it. */
  async run(untilMs: number, maxTurns = 20_000): Promise<void> {
    for (let turns = 0; turns < maxTurns; turns++) {
      await this.host.turnDue();
      const next = Math.min(
        this.host.nextWakeAt() ?? Number.POSITIVE_INFINITY,
        this.clock.nextAt() ?? Number.POSITIVE_INFINITY,
      );
      if (next > untilMs) {
        await this.clock.advanceTo(untilMs);
        return;
      }
      await this.clock.advanceTo(Math.max(next, this.clock.now()));
    }
    throw new Error(`The world did not come to rest within ${maxTurns} turns.`);
  }

  runFor(ms: number): Promise<void> {
    return this.run(this.clock.now() + ms);
  }

  close(): void {
    this.crash();
  }
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
