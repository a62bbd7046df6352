/** A connector and sandboxes of both CRMs in one process, on one virtual clock, joined by their own HTTP. */
import Database from "better-sqlite3";
import { makeApp } from "../../src/app.ts";
import { seededRandom } from "../../src/core/seeded-random.ts";
import { bitrix24App } from "../../src/crm/bitrix24/index.ts";
import { hubspotApp } from "../../src/crm/hubspot/index.ts";
import type { CrmApp, Wiring } from "../../src/crm/port.ts";
import type { Bounds } from "../../src/engine/engine.ts";
import { type Log, type PortalId, portalId, type Surroundings } from "../../src/ports.ts";
import { withNeighbour } from "../../src/runtimes/neighbour.ts";
import { NodeHost } from "../../src/runtimes/node/host.ts";
import { livePlace } from "../../src/runtimes/node/place.ts";
import { PortalFiles } from "../../src/runtimes/node/portal-files.ts";
import { Registry } from "../../src/runtimes/node/registry.ts";
import { operationsRoutes } from "../../src/runtimes/operations.ts";
import { makeVault } from "../../src/runtimes/vault.ts";
import type { Bitrix24Sandbox, Bitrix24Switches } from "../../src/sandbox/bitrix24/index.ts";
import { VirtualClock } from "../../src/sandbox/clock.ts";
import type { Faults } from "../../src/sandbox/faults.ts";
import type { HubSpotSandbox, HubSpotSwitches } from "../../src/sandbox/hubspot/index.ts";
import { bitrix24Routes } from "../../src/web/routes/bitrix24.ts";
import { screenRoutes } from "../../src/web/routes/screens.ts";
import { BITRIX24, HUBSPOT, makeCrms, watchedIn } from "./crms.ts";
import { inLife, MemoryFiles } from "./guard.ts";
import { Life, type Step, type When } from "./life.ts";
import { Looks } from "./looks.ts";
import { PUBLIC_URL } from "./times.ts";

export { DAY, HOUR, MINUTE, PUBLIC_URL } from "./times.ts";

/** 2026-03-02, a Monday, 09:00 UTC */
export const START = Date.UTC(2026, 2, 2, 9);

export const KEYS = `k1:${Buffer.alloc(32, 7).toString("base64")}`;
export { HUBSPOT } from "./crms.ts";

export interface HouseOptions {
  seed?: number;
  startAt?: number;
  faults?: { hubspot?: Faults; bitrix24?: Faults };
  switches?: { hubspot?: Partial<HubSpotSwitches>; bitrix24?: Partial<Bitrix24Switches> };
  bounds?: Bounds;
  /** a folder for real files; default: databases in memory, which stay when the connector is killed */
  folder?: string;
  /** called before and after each commit and each call to a CRM; a throw ends it there */
  onStep?: (step: Step, when: When) => void;
  /** where letters and calls past the CRM go; default: nowhere */
  outside?: Pick<Surroundings, "mailer" | "outbound">;
  /** takes a request that a CRM sent to us instead of the connector; null lets it pass */
  intercept?: (request: Request) => Promise<Response | null>;
  /** stands between the connector and the CRMs' APIs */
  call?: (request: Request, send: () => Promise<Response>) => Promise<Response>;
  /** the other runtime, reached by a fetch of the test's; this house stands behind the public address */
  neighbour?: { url: string; moveKey: string; fetch: (request: Request) => Promise<Response> };
  /** how long a call to a CRM takes, ms of the virtual clock; default 0 */
  answerMs?: number;
  /** the same for a world that nobody else moves on meanwhile: what falls due during a turn happens behind it */
  callMs?: number;
  /** changes are listed when there may be some, see `Looks`, instead of every few minutes: months of quiet portals cost that much less */
  looks?: "seldom";
}

export interface LogLine {
  level: string;
  event: string;
  details: Readonly<Record<string, unknown>>;
}

export class House {
  readonly clock: VirtualClock;
  readonly hubspot: HubSpotSandbox;
  readonly bitrix24: Bitrix24Sandbox;
  readonly faults: { hubspot: Faults; bitrix24: Faults };
  readonly logs: LogLine[] = [];
  readonly random: () => number;
  host!: NodeHost;
  registry!: Registry;
  app!: ReturnType<typeof makeApp>;
  readonly #options: HouseOptions;
  readonly #files: PortalFiles;
  readonly #looks: Looks | null;
  #registryClient: Database.Database;
  #life: Life;
  /** how far the connector's clock is ahead of everybody else's, ms */
  #aheadMs = 0;

  constructor(options: HouseOptions = {}) {
    const seed = options.seed ?? 1;
    this.#options = options;
    this.random = seededRandom(seed);
    this.clock = new VirtualClock(options.startAt ?? START);
    this.faults = { hubspot: options.faults?.hubspot ?? {}, bitrix24: options.faults?.bitrix24 ?? {} };
    const deliver = async (request: Request) => this.#receive(request);
    const { faults, clock } = this;
    const crms = makeCrms({ clock, seed, deliver, faults, switches: options.switches });
    [this.hubspot, this.bitrix24] = [crms.hubspot, crms.bitrix24];
    this.#looks = options.looks ? new Looks({ now: () => this.hostNow() }, (id) => watchedIn(this, id)) : null;
    this.#life = this.#newLife();
    this.#files = options.folder ? new PortalFiles(`${options.folder}/portals`) : new MemoryFiles(this.#life);
    this.#registryClient = new Database(options.folder ? `${options.folder}/registry.sqlite` : ":memory:");
    this.start();
  }

  /** What CRMs send while the connector is down is lost on the way, as it is in life. */
  async #receive(request: Request): Promise<Response> {
    if (this.#life.dead) return new Response(null, { status: 503 });
    return (await this.#options.intercept?.(request)) ?? this.app.fetch(request);
  }

  #newLife(): Life {
    return new Life((step, when) => this.#options.onStep?.(step, when));
  }

  /** What the machine that the connector runs on takes for the time. */
  hostNow(): number {
    return this.clock.now() + this.#aheadMs;
  }

  /** The machine's clock is set, forward or back; what the CRMs take for the time stays. */
  setHostClock(aheadMs: number): void {
    this.#aheadMs = aheadMs;
  }

  get isDead(): boolean {
    return this.#life.dead;
  }

  /** Databases in memory; with a folder there are files instead. */
  get files(): MemoryFiles {
    if (!(this.#files instanceof MemoryFiles)) throw new Error("This house keeps its databases in files.");
    return this.#files;
  }

  /** Starts, or starts again, the connector on what its databases hold. */
  start(): void {
    this.#life = this.#newLife();
    const life = this.#life;
    if (this.#files instanceof MemoryFiles) this.#files.liveIn(life);
    // A dead process says nothing.
    const log: Log = (level, event, details = {}) => void (life.dead || this.logs.push({ level, event, details }));
    const token = () => Array.from({ length: 32 }, () => Math.floor(this.random() * 36).toString(36)).join("");
    const around = {
      now: () => this.hostNow(),
      hearsSince: this.hostNow(),
      chance: this.random,
      token,
      vault: makeVault(KEYS),
      log,
      ...this.#options.outside,
    };
    this.registry = new Registry(inLife(this.#registryClient, life));
    const apps = {
      hubspot: this.#listing(
        hubspotApp({
          ...HUBSPOT,
          appId: String(HUBSPOT.appId),
          publicUrl: PUBLIC_URL,
          apiUrl: "http://hubspot.sandbox",
          authUrl: "http://hubspot.sandbox",
          fetch: (request) => this.#call(life, request, () => this.hubspot.fetch(request)),
        }),
      ),
      bitrix24: this.#listing(
        bitrix24App({
          ...BITRIX24,
          publicUrl: PUBLIC_URL,
          oauthUrl: `${this.bitrix24.oauthUrl("west")}, ${this.bitrix24.oauthUrl("east")}`,
          allowHttp: true,
          fetch: (request) => this.#call(life, request, () => this.bitrix24.fetch(request)),
        }),
      ),
    };
    const { bounds } = this.#options;
    const files = this.#files;
    this.host = new NodeHost({
      apps,
      registry: this.registry,
      files,
      around,
      publicUrl: PUBLIC_URL,
      ...(bounds && { bounds }),
    });
    const health = { isReady: () => true, metrics: async () => null };
    const { now } = around;
    const { neighbour } = this.#options;
    const host = neighbour ? withNeighbour(this.host, { ...neighbour, now }) : this.host;
    this.wasAway();
    this.app = makeApp({ publicUrl: PUBLIC_URL, apps, host, around, health, screens: screenRoutes, bitrix24Routes });
    if (!neighbour) return;
    const place = livePlace(this.host, KEYS, neighbour.moveKey);
    this.app.route("/operations", operationsRoutes({ place, here: this.host, moveKey: neighbour.moveKey, now }));
  }

  #listing<A extends CrmApp>(app: A): A {
    const looks = this.#looks;
    if (!looks) return app;
    return {
      ...app,
      connect: (wiring: Wiring) => looks.around(portalId(app.vendor, wiring.account), app.connect(wiring)),
    };
  }

  readonly #wake = (id: PortalId, atMs: number): void => this.registry.bringForward(id, atMs);

  /** Where looks are seldom: from now on they come as often as anything may have been missed, or are seldom again. */
  listOften(isOften: boolean): void {
    if (isOften) this.#looks?.often(this.#wake);
    else this.#looks?.seldom();
  }

  /** Time passed in which the connector was not running: it looks around. */
  wasAway(): void {
    this.#looks?.afterAway(this.#wake);
  }

  async #call(life: Life, request: Request, send: () => Promise<Response>): Promise<Response> {
    life.step("call", "before");
    const { call } = this.#options;
    const response = call ? await call(request, send) : await send();
    if (this.#options.answerMs) await this.#wait(this.#options.answerMs);
    if (this.#options.callMs) this.clock.pass(this.#options.callMs);
    life.step("call", "after");
    return response;
  }

  /** Virtual time passes while others go on: whoever runs the house moves the clock. */
  #wait(ms: number): Promise<void> {
    return new Promise((done) => this.clock.after(ms, done));
  }

  /** All rows of the registry, whatever its tables are. */
  registryRows(): number {
    const tables = this.#registryClient
      .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
      .pluck()
      .all() as string[];
    const count = (table: string) =>
      this.#registryClient.prepare(`select count(*) from ${table}`).pluck().get() as number;
    return tables.reduce((sum, table) => sum + count(table), 0);
  }

  /** As SIGKILL does it: nothing is finished, nothing is told. */
  kill(): void {
    this.#life.dead = true;
  }

  /** Kills what is left of the connector and starts another on the same databases. */
  restart(): void {
    this.kill();
    this.start();
  }

  /** Turns whatever is due and moves the clock to the next event, until `untilMs`. A killed connector stops it. */
  async run(untilMs: number, maxTurns = 50_000): Promise<void> {
    for (let turns = 0; turns < maxTurns; turns++) {
      await this.#turnDue();
      if (this.isDead) return;
      this.#looks?.notice(this.#wake);
      const next = Math.min(
        (this.host.nextWakeAt() ?? Number.POSITIVE_INFINITY) - this.#aheadMs,
        this.clock.nextAt() ?? Number.POSITIVE_INFINITY,
      );
      await this.clock.advanceTo(Math.min(untilMs, Math.max(next, this.clock.now())));
      if (next > untilMs || this.isDead) return;
    }
    throw new Error(`The world did not come to rest within ${maxTurns} turns.`);
  }

  /** Turns; while calls take time, the clock goes on beside them. */
  async #turnDue(): Promise<void> {
    let isDone = false;
    const turns = this.host
      .turnDue()
      .catch((error) => {
        if (!this.isDead) throw error;
      })
      .finally(() => {
        isDone = true;
      });
    while (this.#options.answerMs && !isDone) {
      await new Promise((done) => setImmediate(done));
      const next = this.clock.nextAt();
      if (!isDone && next !== null) await this.clock.advanceTo(next);
    }
    await turns;
  }

  runFor(ms: number): Promise<void> {
    return this.run(this.clock.now() + ms);
  }

  /** Restores one portal's database, as a person does it: the connector is stopped meanwhile. */
  restore(id: PortalId, bytes: Buffer): void {
    this.kill();
    this.files.restore(id, bytes);
    this.start();
  }

  close(): void {
    this.kill();
    if (this.#files instanceof MemoryFiles) this.#files.closeAll();
    else this.host.close();
    this.#registryClient.close();
  }
}
