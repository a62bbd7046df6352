/** A connector on a data folder, as production lays it out, beside a sandbox HubSpot on one virtual clock. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeApp } from "../../../src/app.ts";
import { seededRandom } from "../../../src/core/seeded-random.ts";
import { hubspotApp } from "../../../src/crm/hubspot/index.ts";
import type { PortalId } from "../../../src/ports.ts";
import { NodeHost } from "../../../src/runtimes/node/host.ts";
import { PortalFiles } from "../../../src/runtimes/node/portal-files.ts";
import { Registry } from "../../../src/runtimes/node/registry.ts";
import { makeVault } from "../../../src/runtimes/vault.ts";
import { VirtualClock } from "../../../src/sandbox/clock.ts";
import { HubSpotSandbox, type SandboxPortal } from "../../../src/sandbox/hubspot/index.ts";
import { bitrix24Routes } from "../../../src/web/routes/bitrix24.ts";
import { screenRoutes } from "../../../src/web/routes/screens.ts";

export const PUBLIC_URL = "https://tenure.test";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const key = (byte: number) => Buffer.alloc(32, byte).toString("base64");
export const KEYS = `k1:${key(7)}`;
const HUBSPOT = { clientId: "client-1", clientSecret: "secret-1", appId: 4711 };

export class FolderHouse {
  readonly root = mkdtempSync(join(tmpdir(), "tenure-folder-"));
  /** 2026-03-02, a Monday, 09:00 UTC */
  readonly clock = new VirtualClock(Date.UTC(2026, 2, 2, 9));
  readonly sandbox: HubSpotSandbox;
  readonly portal: SandboxPortal;
  host!: NodeHost;
  registry!: Registry;
  #app: ReturnType<typeof makeApp> | null = null;
  /** what the CRM sends is lost on the way, and the CRM thinks that it arrived */
  isDeaf = false;
  #random = seededRandom(3);

  constructor() {
    this.sandbox = new HubSpotSandbox({
      clock: this.clock,
      random: seededRandom(4),
      ...HUBSPOT,
      redirectUrls: [`${PUBLIC_URL}/hubspot/oauth/callback`, `${PUBLIC_URL}/hubspot/install`],
      webhookUrl: `${PUBLIC_URL}/hubspot/webhooks`,
      deliver: async (request) => {
        if (this.isDeaf) return new Response(null, { status: 204 });
        return this.#app?.fetch(request) ?? new Response(null, { status: 503 });
      },
    });
    this.portal = this.sandbox.addPortal({ timeZone: "Europe/Kyiv" });
    this.start();
  }

  get dataDir(): string {
    return join(this.root, "data");
  }

  get id(): PortalId {
    return `hubspot-${this.portal.hubId}`;
  }

  start(keys = KEYS): void {
    const token = () => Array.from({ length: 32 }, () => Math.floor(this.#random() * 36).toString(36)).join("");
    const around = {
      now: () => this.clock.now(),
      chance: this.#random,
      token,
      vault: makeVault(keys),
      log: () => undefined,
    };
    const urls = { apiUrl: "http://hubspot.sandbox", authUrl: "http://hubspot.sandbox", publicUrl: PUBLIC_URL };
    const apps = {
      hubspot: hubspotApp({
        ...HUBSPOT,
        appId: String(HUBSPOT.appId),
        ...urls,
        fetch: (request) => this.sandbox.fetch(request),
      }),
    };
    const files = new PortalFiles(join(this.dataDir, "portals"));
    this.registry = new Registry(join(this.dataDir, "registry.sqlite"));
    this.host = new NodeHost({ apps, registry: this.registry, files, around, publicUrl: PUBLIC_URL });
    const health = { isReady: () => true, metrics: async () => null };
    this.#app = makeApp({
      publicUrl: PUBLIC_URL,
      apps,
      host: this.host,
      around,
      health,
      screens: screenRoutes,
      bitrix24Routes,
    });
  }

  stop(): void {
    if (this.#app === null) return;
    this.#app = null;
    this.host.close();
    this.registry.close();
  }

  /** As SIGKILL does it: nothing is closed, nothing is told. */
  kill(): void {
    this.#app = null;
  }

  async install(): Promise<void> {
    const begun = await this.#app!.request(`${PUBLIC_URL}/hubspot/install`);
    const cookie = begun.headers.get("set-cookie")!.split(";")[0]!;
    const answer = await this.#app!.request(this.portal.approve(begun.headers.get("location")!), {
      headers: { cookie },
    });
    if (answer.status !== 200) throw new Error(`the install was answered ${answer.status}`);
  }

  async runFor(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    for (let turns = 0; turns < 20_000; turns++) {
      await this.host.turnDue();
      const next = Math.min(
        this.host.nextWakeAt() ?? Number.POSITIVE_INFINITY,
        this.clock.nextAt() ?? Number.POSITIVE_INFINITY,
      );
      await this.clock.advanceTo(Math.min(until, Math.max(next, this.clock.now())));
      if (next > until) return;
    }
    throw new Error("The house did not come to rest.");
  }

  /** A new company whose deal is won at once. */
  winDeal(name: string): void {
    const owner = this.portal.addOwner({ firstName: "Айгуль" }).id;
    const company = this.portal.create("companies", { name, hubspot_owner_id: owner }).id;
    const values = { dealname: name, pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
    this.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  }

  tasks(): number {
    return this.portal.list("tasks").length;
  }

  remove(): void {
    this.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}
