/**
 * The real Worker and sandboxes of both CRMs in one isolate, on one virtual clock. The connector can be killed between two steps: at every
 * commit of the portal's object, every alarm it sets and every call to a CRM, before and after it.
 */
import { runInDurableObject } from "cloudflare:test";
import { env as bound, exports } from "cloudflare:workers";
import { vi } from "vitest";
import type { PortalId } from "../../src/ports.ts";
import type { Env } from "../../src/runtimes/workers/env.ts";
import type { PortalObject } from "../../src/runtimes/workers/portal-object.ts";
import { Bitrix24Sandbox } from "../../src/sandbox/bitrix24/index.ts";
import { VirtualClock } from "../../src/sandbox/clock.ts";
import { HubSpotSandbox } from "../../src/sandbox/hubspot/index.ts";
import { seededRandom } from "../../src/sandbox/random.ts";
import type { OnStep, StepHouse } from "../support/every-step.ts";
import type { LogLine } from "../support/house.ts";
import { Life } from "../support/life.ts";
import { PUBLIC_URL } from "../support/times.ts";
import { START } from "./world.ts";

const env = bound as unknown as Env;
const worker = (exports as unknown as { default: { fetch(request: Request): Promise<Response> } }).default;

const WRITES =
  /^\s*(?:insert|update|delete|replace|create|drop|alter)\b|^\s*with\b[^;]*\)\s*(?:insert|update|delete)\b/i;

/** Portals of one run of the tests share the storage: none is used twice. */
let houses = 0;

export class WorkersHouse implements StepHouse {
  readonly clock = new VirtualClock(START);
  readonly hubspot: HubSpotSandbox;
  readonly bitrix24: Bitrix24Sandbox;
  readonly logs: LogLine[] = [];
  readonly app = {
    request: (url: string | URL, init: RequestInit = {}) =>
      worker.fetch(new Request(new URL(url, PUBLIC_URL), { redirect: "manual", ...init })),
  } as StepHouse["app"];
  readonly #life: Life;
  #id: PortalId | null = null;
  /** the platform's own hands on the alarm, past what is counted */
  #takeAlarm: ((storage: DurableObjectStorage) => Promise<void>) | null = null;
  #isInAlarm = false;
  #isStopped = false;

  constructor(onStep: OnStep) {
    houses += 1;
    const number = houses;
    this.#life = new Life(onStep);
    const deliver = async (request: Request) =>
      this.isDead ? new Response(null, { status: 503 }) : worker.fetch(request);
    this.hubspot = new HubSpotSandbox({
      clock: this.clock,
      random: seededRandom(2),
      clientId: "client-1",
      clientSecret: "secret-1",
      appId: 4711,
      redirectUrls: [`${PUBLIC_URL}/hubspot/oauth/callback`, `${PUBLIC_URL}/hubspot/install`],
      webhookUrl: `${PUBLIC_URL}/hubspot/webhooks`,
      deliver,
    });
    this.bitrix24 = new Bitrix24Sandbox({
      clock: this.clock,
      random: seededRandom(3),
      clientId: "app.1",
      clientSecret: "secret-2",
      appCode: "maker.tenure",
      installUrl: `${PUBLIC_URL}/bitrix24/install`,
      appUrl: `${PUBLIC_URL}/bitrix24/app`,
      eventsUrl: `${PUBLIC_URL}/bitrix24/events`,
      deliver,
    });
    // Every house has an account of its own, and is the same in everything else.
    const { hubspot, bitrix24 } = this;
    const [addHub, addMember] = [hubspot.addPortal.bind(hubspot), bitrix24.addPortal.bind(bitrix24)];
    hubspot.addPortal = (options) => addHub({ hubId: 5_000_000 + number, ...options });
    bitrix24.addPortal = (options) => addMember({ memberId: number.toString(16).padStart(32, "a"), ...options });
    vi.spyOn(Date, "now").mockImplementation(() => this.clock.now());
    vi.stubGlobal("fetch", (request: Request) => this.#call(request));
    for (const level of ["info", "warn", "error"] as const)
      vi.spyOn(console, level).mockImplementation((line) => this.#heard(level, line));
  }

  get isDead(): boolean {
    return this.#life.dead && !this.#isStopped;
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
    const send = () => (isBitrix24 ? this.bitrix24 : this.hubspot).fetch(request);
    if (this.#isStopped) return send();
    this.#life.step("call", "before");
    const response = await send();
    this.#life.step("call", "after");
    return response;
  }

  // ------------------------------------------------------------ steps

  /** Stands between the object and its storage for as long as this instance of it lives. */
  async watch(id: PortalId): Promise<void> {
    this.#id = id;
    await runInDurableObject(env.PORTAL.getByName(id), (_: PortalObject, { storage }) => {
      const life = this.#life;
      let inTransaction = false;
      const stepping = <T>(work: () => T): T => {
        if (inTransaction) return work();
        life.step("commit", "before");
        const answer = work();
        life.step("commit", "after");
        return answer;
      };
      const exec = storage.sql.exec.bind(storage.sql);
      put(storage.sql, "exec", (query: string, ...parameters: unknown[]) => {
        life.check();
        return WRITES.test(query) ? stepping(() => exec(query, ...parameters)) : exec(query, ...parameters);
      });
      const transactionSync = storage.transactionSync.bind(storage);
      put(storage, "transactionSync", (work: () => unknown) => {
        life.check();
        if (inTransaction) return transactionSync(work);
        const answer = transactionSync(() => {
          inTransaction = true;
          try {
            const answer = work();
            life.step("commit", "before");
            return answer;
          } finally {
            inTransaction = false;
          }
        });
        life.step("commit", "after");
        return answer;
      });
      const { setAlarm, deleteAlarm } = storage;
      this.#takeAlarm = (own) => deleteAlarm.call(own);
      put(storage, "setAlarm", (at: number) => stepping(() => setAlarm.call(storage, at)));
      put(storage, "deleteAlarm", () => stepping(() => deleteAlarm.call(storage)));
    });
  }

  /** The object that was killed goes with its memory; what it had committed is there for the next. */
  async start(): Promise<void> {
    this.#isStopped = true;
    this.#takeAlarm = null;
    const object = env.PORTAL.getByName(this.#id!);
    await runInDurableObject(object, async (_: PortalObject, state) => {
      // The platform runs an alarm again that did not end.
      if (this.#isInAlarm && (await state.storage.getAlarm()) === null)
        await Object.getPrototypeOf(state.storage).setAlarm.call(state.storage, this.clock.now());
      await state.storage.sync();
      state.abort("killed");
    }).catch(() => undefined);
  }

  // ------------------------------------------------------------ time

  /** Runs alarms and the clock in order of time until `untilMs`. A killed connector stops it. */
  async run(untilMs: number, maxTurns = 20_000): Promise<void> {
    const object = () => env.PORTAL.getByName(this.#id!);
    for (let turns = 0; turns < maxTurns; turns++) {
      if (this.isDead) return;
      const set = await runInDurableObject(object(), (_: PortalObject, { storage }) => storage.getAlarm());
      const alarm = set ?? Number.POSITIVE_INFINITY;
      if (alarm <= this.clock.now()) {
        await this.#alarm();
        // A turn takes a moment, as everything does.
        if (!this.isDead) await this.clock.advance(1);
        continue;
      }
      const next = Math.min(alarm, this.clock.nextAt() ?? Number.POSITIVE_INFINITY);
      await this.clock.advanceTo(Math.min(next, untilMs));
      if (next > untilMs) return;
    }
    throw new Error(`The world did not come to rest within ${maxTurns} turns.`);
  }

  /** As the platform does it: the alarm is taken, then run. */
  async #alarm(): Promise<void> {
    this.#isInAlarm = true;
    const object = env.PORTAL.getByName(this.#id!);
    await runInDurableObject(object, async (instance: PortalObject, { storage }) => {
      await (this.#takeAlarm ?? ((own) => own.deleteAlarm()))(storage);
      await instance.alarm();
    }).catch((error: unknown) => {
      if (!this.isDead) throw error;
    });
    if (!this.isDead) this.#isInAlarm = false;
  }

  close(): void {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  }
}

function put(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { configurable: true, value });
}
