/**
 * The real Worker and sandboxes of both CRMs in one isolate, on one virtual clock. The connector can be killed between two steps: at every
 * commit of a portal's object, every alarm it sets and every call to a CRM, before and after it.
 */
import { env as bound, exports } from "cloudflare:workers";
import { vi } from "vitest";
import type { PortalId } from "../../src/ports.ts";
import type { Env } from "../../src/runtimes/workers/env.ts";
import type { Bitrix24Sandbox } from "../../src/sandbox/bitrix24/index.ts";
import { VirtualClock } from "../../src/sandbox/clock.ts";
import type { HubSpotSandbox } from "../../src/sandbox/hubspot/index.ts";
import { makeCrms } from "../support/crms.ts";
import type { OnStep, StepHouse } from "../support/every-step.ts";
import type { LogLine } from "../support/house.ts";
import { Killed } from "../support/life.ts";
import { PUBLIC_URL } from "../support/times.ts";
import { Instance, type Namespace } from "./instance.ts";
import { START } from "./world.ts";

export const env = bound as unknown as Env;
const worker = (exports as unknown as { default: { fetch(request: Request): Promise<Response> } }).default;

/** The platform runs an alarm that failed again so often at most, each time after twice as long, ms; then it is dropped. */
const RETRIES = 6;
const RETRY_MS = 2_000;

/** Portals of one run of the tests share the storage: none is used twice. */
let portals = 0;

export interface WorkersHouseOptions {
  onStep: OnStep;
  seed?: number;
  /** how long a call to a CRM takes, ms of the virtual clock: what falls due meanwhile happens behind it */
  callMs?: number;
}

export class WorkersHouse implements StepHouse {
  readonly clock = new VirtualClock(START);
  readonly hubspot: HubSpotSandbox;
  readonly bitrix24: Bitrix24Sandbox;
  readonly faults = { hubspot: {}, bitrix24: {} };
  readonly logs: LogLine[] = [];
  readonly app = {
    request: (url: string | URL, init: RequestInit = {}) =>
      this.receive(new Request(new URL(url, PUBLIC_URL), { redirect: "manual", ...init })),
  } as StepHouse["app"];
  /** alarms that were run */
  turns = 0;
  isDead = false;
  /** what the turns did that did the most */
  readonly most = { statements: 0, calls: 0, parameterBytes: 0 };
  /** the objects whose steps are counted and whose alarms run */
  protected readonly instances = new Map<string, Instance>();
  readonly #options: WorkersHouseOptions;
  #turning: Instance | null = null;
  #aheadMs = 0;

  constructor(options: WorkersHouseOptions) {
    this.#options = options;
    const { clock, faults } = this;
    const deliver = (request: Request) => this.receive(request);
    const { hubspot, bitrix24 } = makeCrms({ clock, faults, deliver, seed: options.seed ?? 1 });
    [this.hubspot, this.bitrix24] = [hubspot, bitrix24];
    const [addHub, addMember] = [hubspot.addPortal.bind(hubspot), bitrix24.addPortal.bind(bitrix24)];
    hubspot.addPortal = (portal) => addHub({ hubId: 5_000_000 + ++portals, ...portal });
    bitrix24.addPortal = (portal) => addMember({ memberId: (++portals).toString(16).padStart(32, "a"), ...portal });
    vi.spyOn(Date, "now").mockImplementation(() => this.hostNow());
    vi.stubGlobal("fetch", (request: Request) => this.#call(request));
    for (const level of ["info", "warn", "error"] as const)
      vi.spyOn(console, level).mockImplementation((line) => this.#heard(level, line));
  }

  /** What CRMs send while the connector is down is lost on the way, as it is in life. */
  protected async receive(request: Request): Promise<Response> {
    if (this.isDead) return new Response(null, { status: 503 });
    return worker.fetch(request);
  }

  /** A dead process says nothing. */
  #heard(level: string, line: unknown): void {
    if (this.isDead) return;
    const { event = String(line), ...details } =
      typeof line === "string" && line.startsWith("{") ? JSON.parse(line) : {};
    this.logs.push({ level, event, details });
  }

  async #call(request: Request): Promise<Response> {
    const isBitrix24 = new URL(request.url).hostname.includes("bitrix24");
    const step = (when: "before" | "after") => (this.#turning?.life ?? this).step("call", when);
    step("before");
    if (this.#turning) this.#turning.work.calls += 1;
    const response = await (isBitrix24 ? this.bitrix24 : this.hubspot).fetch(request);
    if (this.#options.callMs) this.clock.pass(this.#options.callMs);
    step("after");
    return response;
  }

  // ------------------------------------------------------------ steps

  /** Stands between the object and its storage for as long as this instance of it lives. */
  async watch(id: PortalId): Promise<void> {
    await this.meet(id, env.PORTAL);
  }

  protected async meet(name: string, namespace: Namespace): Promise<void> {
    this.instances.set(name, await Instance.meet(name, namespace, this.stepOf(name)));
  }

  protected stepOf(_name: string): OnStep {
    return this.step;
  }

  /** A step of an object; whoever counts may kill the whole connector there. */
  readonly step: OnStep = (step, when) => {
    if (this.isDead) throw new Killed();
    try {
      this.#options.onStep(step, when);
    } catch (error) {
      if (error instanceof Killed) this.kill();
      throw error;
    }
  };

  kill(): void {
    this.isDead = true;
    for (const { life } of this.instances.values()) life.dead = true;
  }

  /** Objects that were killed go with their memory; what they had committed is there for the next. */
  async start(): Promise<void> {
    for (const instance of [...this.instances.values()]) await this.replace(instance);
    this.isDead = false;
  }

  /** The platform takes an instance away, wherever it is, and the next one comes. */
  protected async replace(instance: Instance): Promise<void> {
    const wasTurning = this.#turning === instance;
    if (wasTurning) this.#turning = null;
    await instance.end(wasTurning ? this.hostNow() : null);
    await this.meet(instance.name, instance.namespace);
  }

  // ------------------------------------------------------------ time

  /** What the objects take for the time. */
  hostNow(): number {
    return this.clock.now() + this.#aheadMs;
  }

  setHostClock(aheadMs: number): void {
    this.#aheadMs = aheadMs;
  }

  /** Runs alarms and the clock in order of time until `untilMs`. A killed connector stops it. */
  async run(untilMs: number, maxTurns = 50_000): Promise<void> {
    for (let turns = 0; turns < maxTurns; turns++) {
      if (this.isDead) return;
      await this.beforeTime();
      const [next] = [...this.instances.values()].sort((a, b) => a.alarmAt - b.alarmAt);
      const alarm = (next?.alarmAt ?? Number.POSITIVE_INFINITY) - this.#aheadMs;
      if (next && alarm <= this.clock.now()) {
        await this.#alarm(next);
        // A turn takes a moment, as everything does.
        if (!this.isDead) await this.clock.advance(1);
        continue;
      }
      const then = Math.min(alarm, this.clock.nextAt() ?? Number.POSITIVE_INFINITY);
      await this.clock.advanceTo(Math.min(then, untilMs));
      if (then > untilMs) return;
    }
    throw new Error(`The world did not come to rest within ${maxTurns} turns.`);
  }

  /** Told whenever time is about to pass. */
  protected async beforeTime(): Promise<void> {}

  /** As the platform does it: the alarm is taken, then run. */
  async #alarm(instance: Instance): Promise<void> {
    this.turns += 1;
    this.#turning = instance;
    instance.work = { statements: 0, calls: 0, parameterBytes: 0 };
    try {
      await instance.alarm();
      instance.failures = 0;
    } catch (error) {
      if (!instance.life.dead) await this.#failed(instance, error);
    }
    for (const what of ["statements", "calls", "parameterBytes"] as const)
      this.most[what] = Math.max(this.most[what], instance.work[what]);
    if (!instance.life.dead) this.#turning = null;
    else if (!this.isDead) await this.replace(instance);
  }

  async #failed(instance: Instance, error: unknown): Promise<void> {
    instance.failures += 1;
    if (instance.failures > RETRIES) {
      instance.failures = 0;
      await instance.drop();
    } else await instance.again(this.hostNow() + RETRY_MS * 2 ** (instance.failures - 1));
    this.logs.push({ level: "warn", event: "alarm-failed", details: { error: String(error) } });
  }

  async close(): Promise<void> {
    this.isDead = true;
    for (const instance of this.instances.values()) await instance.end(null);
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  }
}
