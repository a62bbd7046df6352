/** A sandbox HubSpot beside the real Worker in one isolate, on one virtual clock. Alarms wait until the test runs them. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env as bound, exports } from "cloudflare:workers";
import { vi } from "vitest";
import { seededRandom } from "../../src/core/seeded-random.ts";
import type { PortalId } from "../../src/ports.ts";
import type { Env } from "../../src/runtimes/workers/env.ts";
import type { PortalObject } from "../../src/runtimes/workers/portal-object.ts";
import { VirtualClock } from "../../src/sandbox/clock.ts";
import type { Faults } from "../../src/sandbox/faults.ts";
import { HubSpotSandbox, type PortalOptions, type SandboxPortal } from "../../src/sandbox/hubspot/index.ts";

export const env = bound as unknown as Env;
export const PUBLIC_URL = "https://tenure.test";
/** Far ahead of the machine's clock, so that no alarm fires by itself: 2088-03-01, a Monday without a holiday near, 09:00 UTC. */
export const START = Date.UTC(2088, 2, 1, 9);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const worker = (exports as unknown as { default: { fetch(request: Request): Promise<Response> } }).default;

export interface WorldOptions {
  hubId?: number;
  seed?: number;
  startAt?: number;
  faults?: Faults;
  portal?: PortalOptions;
}

export class WorkersWorld {
  readonly clock: VirtualClock;
  readonly sandbox: HubSpotSandbox;
  readonly portal: SandboxPortal;
  readonly faults: Faults;
  /** calls to the CRM of the turn that made the most */
  mostCalls = 0;
  /** asked before each call to the CRM (counted from 1 over all calls): "before" and "after" kill the portal's object there */
  killAt: ((call: number) => "before" | "after" | null) | null = null;
  /** calls to the CRM so far */
  calls = 0;
  /** whoever stands in front of the portals */
  front = (request: Request): Promise<Response> => worker.fetch(request);
  /** answers calls that go to no CRM; null = it is one to a CRM */
  beside: (request: Request) => Promise<Response> | null = () => null;

  constructor(options: WorldOptions = {}) {
    this.clock = new VirtualClock(options.startAt ?? START);
    this.faults = options.faults ?? {};
    this.sandbox = new HubSpotSandbox({
      clock: this.clock,
      random: seededRandom(options.seed ?? 1),
      clientId: "client-1",
      clientSecret: "secret-1",
      appId: 4711,
      redirectUrls: [`${PUBLIC_URL}/hubspot/oauth/callback`, `${PUBLIC_URL}/hubspot/install`],
      webhookUrl: `${PUBLIC_URL}/hubspot/webhooks`,
      deliver: (request) => this.front(request),
      faults: this.faults,
    });
    this.portal = this.sandbox.addPortal({ timeZone: "Europe/Kyiv", hubId: options.hubId ?? 1, ...options.portal });
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    vi.spyOn(Date, "now").mockImplementation(() => this.clock.now());
    vi.stubGlobal("fetch", (request: Request) => this.#fetch(request));
  }

  async #fetch(request: Request): Promise<Response> {
    const answer = this.beside(request);
    if (answer) return answer;
    this.calls += 1;
    const kill = this.killAt?.(this.calls) ?? null;
    if (kill === null) return this.sandbox.fetch(request);
    if (kill === "after") await this.sandbox.fetch(request);
    await this.kill();
    throw new TypeError("the object that made this call is gone");
  }

  /** As the platform does it when a machine goes away: nothing is finished, nothing is told; what was committed stays. */
  async kill(): Promise<void> {
    await runInDurableObject(this.object, (_: PortalObject, state) => state.abort("killed")).catch(() => undefined);
  }

  get id(): PortalId {
    return `hubspot-${this.portal.hubId}`;
  }

  get object() {
    return env.PORTAL.getByName(this.id);
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    return this.front(new Request(new URL(path, PUBLIC_URL), { redirect: "manual", ...init }));
  }

  /** A person installs from the connector's own page. */
  async install(portal = this.portal): Promise<Response> {
    const begun = await this.request("/hubspot/install");
    const cookie = begun.headers.get("set-cookie")!.split(";")[0]!;
    return this.request(portal.approve(begun.headers.get("location")!), { headers: { cookie } });
  }

  ask(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.object.ask(method, args);
  }

  alarmAt(): Promise<number | null> {
    return runInDurableObject(this.object, (_: PortalObject, state) => state.storage.getAlarm());
  }

  /** Runs the alarm, due or not. True when there was one, also when the object was killed in it. */
  async turn(): Promise<boolean> {
    const before = this.calls;
    const ran = await runDurableObjectAlarm(this.object).catch((error: unknown) => {
      if (this.killAt === null) throw error;
      return true;
    });
    this.mostCalls = Math.max(this.mostCalls, this.calls - before);
    return ran;
  }

  /** Runs alarms and the sandbox's clock in order of time until `untilMs`. */
  async run(untilMs: number, maxTurns = 5_000): Promise<void> {
    for (let turns = 0; turns < maxTurns; turns++) {
      const alarm = (await this.alarmAt()) ?? Number.POSITIVE_INFINITY;
      if (alarm <= this.clock.now()) {
        await this.turn();
        // A turn takes a moment, as everything does.
        await this.clock.advance(1);
        continue;
      }
      const next = Math.min(alarm, this.clock.nextAt() ?? Number.POSITIVE_INFINITY);
      await this.clock.advanceTo(Math.min(next, untilMs));
      if (next > untilMs) return;
    }
    throw new Error(`The world did not come to rest within ${maxTurns} turns.`);
  }

  runFor(ms: number): Promise<void> {
    return this.run(this.clock.now() + ms);
  }

  /** A deal won by somebody, as it happens on a working day. */
  async winDeal(name: string): Promise<{ owner: string; company: string; deal: string }> {
    const owner = this.portal.addOwner({ firstName: "Айгуль" }).id;
    const company = this.portal.create("companies", { name, hubspot_owner_id: owner }).id;
    const values = {
      dealname: `${name} deal`,
      pipeline: "default",
      dealstage: "appointmentscheduled",
      hubspot_owner_id: owner,
    };
    const deal = this.portal.create("deals", values, [{ objectType: "companies", id: company }]).id;
    await this.runFor(5 * MINUTE);
    this.portal.update("deals", deal, { dealstage: "closedwon" });
    return { owner, company, deal };
  }
}
