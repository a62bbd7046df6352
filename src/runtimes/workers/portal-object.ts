/** One portal as a Durable Object: its database in the object's storage, its wake as the object's alarm. */
import { DurableObject } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/durable-sqlite";
import type { Hint } from "../../core/model.ts";
import type { Grant } from "../../crm/port.ts";
import { QUIET_DOORS } from "../../doors/quiet.ts";
import type { Bounds } from "../../engine/engine.ts";
import { lastLookAt } from "../../engine/reconcile.ts";
import { KEPT_AFTER_LEAVING_DAYS, Portal } from "../../portal.ts";
import { type PortalDoor, portalDoor } from "../../portal-door.ts";
import { type PortalId, parsePortalId } from "../../ports.ts";
import { migrate } from "../../store/db.ts";
import * as schema from "../../store/schema.ts";
import { Store } from "../../store/store.ts";
import { type Gauges, gaugesOf } from "../gauges.ts";
import {
  begin,
  type Digest,
  digestOf,
  finish,
  leave,
  type Row,
  type RowPage,
  rowsOf,
  takeRows,
  transportKey,
} from "../move.ts";
import { type Env, type Wired, wire } from "./env.ts";

/**
 * A turn here is smaller than on Node: at most 30 s of CPU, and each call to a CRM counts against the subrequests of one
 * invocation (1,000 on the paid plan). The rows of 25 clients stay under the 2 MB of one bound parameter. The next turn follows at
 * once when there is more to do.
 */
export const WORKERS_BOUNDS: Bounds = { deliveries: 100, reads: 6, clients: 25, writes: 10, lookUps: 5 };

/** A turn that ended without a word is tried again after this long, ms; set before the turn begins. */
const SAFETY_MS = 60_000;

/** What a portal tells the registry. */
export interface Looked {
  alarm: "none" | "resting" | "armed" | "rearmed";
  gauges: Gauges | null;
  /** when it last listed what changed, epoch ms; null: not yet, or it is not installed */
  lookedAt: number | null;
}

export class PortalObject extends DurableObject<Env> {
  readonly #wired: Wired;
  /** null until a portal is installed here: an object that was only asked about keeps nothing */
  #portal: Portal | null = null;
  /** raised by whatever wants a turn soon, so that a turn that ends does not put the wake back */
  #calls = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#wired = wire(env);
    void ctx.blockConcurrencyWhile(async () => {
      if (this.#hasTables()) this.#portal = this.#open();
    });
  }

  // ------------------------------------------------------------ what the host asks

  /** A new install, or an old one with fresh tokens. */
  async install(grant: Grant): Promise<void> {
    this.#portal ??= this.#open();
    this.#portal.installed(grant);
    await this.#wakeSoon();
  }

  isInstalled(): boolean {
    return this.#portal?.isInstalled() ?? false;
  }

  /** Left behind by a move, or still arriving. */
  hasMoved(): boolean {
    return this.#portal?.hasMoved() ?? false;
  }

  applicationToken(): string | null {
    return this.#portal?.applicationToken() ?? null;
  }

  /** Stores hints and brings the alarm forward. False when no portal was ever installed here. The answer leaves when both are on disk. */
  async receive(hints: readonly Hint[]): Promise<boolean> {
    if (!this.#portal || this.#portal.hasMoved()) return false;
    this.#portal.receive(hints);
    await this.#wakeSoon();
    return true;
  }

  /** The CRM says that we are gone there. `clean` deletes everything that is kept here. */
  async uninstalled(clean: boolean): Promise<void> {
    this.#portal?.uninstalled(clean);
    if (this.#portal?.hasLeft()) return this.forget();
    await this.ctx.storage.deleteAlarm();
  }

  /** One question or action, by the name of a method of `PortalDoor`. @throws Error for another name */
  async ask(method: string, args: readonly unknown[]): Promise<unknown> {
    if (!this.#portal) throw new Error("This portal is not installed.");
    const door = portalDoor(this.#portal, this.#wired.around) as PortalDoor &
      Record<string, (...args: readonly unknown[]) => unknown>;
    const asked = door[method];
    if (typeof asked !== "function" || !Object.hasOwn(door, method))
      throw new Error(`A portal has no door "${method}".`);
    const answer = await asked(...args);
    if (!QUIET_DOORS.has(method)) await this.#wakeSoon();
    return answer;
  }

  // ------------------------------------------------------------ turns

  /** One turn. The next alarm is set before the work begins: a turn that is cut off comes again. */
  override async alarm(): Promise<void> {
    const portal = this.#portal;
    if (!portal) return;
    const { around } = this.#wired;
    await this.ctx.storage.setAlarm(around.now() + SAFETY_MS);
    const calls = this.#calls;
    try {
      this.#upkeepOnceADay(portal);
      const { wakeAt } = await portal.tick(WORKERS_BOUNDS);
      if (portal.hasLeft()) return await this.forget();
      if (this.#calls !== calls) await this.ctx.storage.setAlarm(around.now());
      else if (wakeAt === null) await this.ctx.storage.deleteAlarm();
      else await this.ctx.storage.setAlarm(wakeAt);
    } catch (error) {
      // Thrown on, the platform would try six times and then drop the alarm; the safety alarm tries for ever.
      around.log("error", "turn-failed", { portal: this.#id(), error: String(error) });
    }
  }

  /** An alarm that was dropped is set again. "none" = no portal was ever installed here. */
  async rearm(): Promise<"none" | "resting" | "armed" | "rearmed"> {
    if (!this.#portal) return "none";
    if (!this.#portal.isInstalled()) return "resting";
    if ((await this.ctx.storage.getAlarm()) !== null) return "armed";
    await this.ctx.storage.setAlarm(this.#wired.around.now());
    return "rearmed";
  }

  /**
   * For the registry's sweep: how its alarm is, and what the portal tells. A portal that left long ago is deleted: nothing else wakes it.
   * @param knownAt what it told of its last look before; null: nothing yet
   */
  async look(knownAt: number | null): Promise<Looked> {
    if (this.#portal?.hasLeft()) await this.forget();
    if (this.#portal?.isOver()) {
      await this.forget();
      this.#wired.around.log("info", "portal-forgotten", { portal: this.#id(), afterDays: KEPT_AFTER_LEAVING_DAYS });
    }
    const lookedAt = await this.#lookedAt(knownAt);
    const alarm = await this.rearm();
    const isHere = this.#portal !== null && (alarm === "armed" || alarm === "rearmed");
    const gauges = isHere ? gaugesOf(this.#id(), this.#portal!.store, this.#wired.around.now()) : null;
    return { alarm, gauges, lookedAt };
  }

  /**
   * A portal that has told of a later look than it remembers is an older copy: the platform's recovery to a point in time (unverified) marks
   * none. @returns its last look
   */
  async #lookedAt(knownAt: number | null): Promise<number | null> {
    const store = this.#portal?.isInstalled() ? this.#portal.store : null;
    const lookedAt = store && lastLookAt(store);
    if (store === null || lookedAt === null || knownAt === null || lookedAt >= knownAt) return lookedAt;
    store.meta.set("restored", true);
    this.#wired.around.log("warn", "older-copy", { portal: this.#id(), lookedAt, knownAt });
    await this.#wakeSoon();
    return lookedAt;
  }

  /** Deletes everything that is kept here. */
  async forget(): Promise<void> {
    this.#portal = null;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** What has been kept long enough goes, with the first turn of a UTC day: on Node the nightly job does it. */
  #upkeepOnceADay(portal: Portal): void {
    const day = Math.floor(this.#wired.around.now() / 86_400_000);
    if (portal.store.meta.get<number>("upkeepDay") === day) return;
    portal.upkeep();
    portal.store.meta.set("upkeepDay", day);
  }

  /** A wake only ever comes forward. */
  async #wakeSoon(): Promise<void> {
    this.#calls += 1;
    const now = this.#wired.around.now();
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > now) await this.ctx.storage.setAlarm(now);
  }

  // ------------------------------------------------------------ moving between runtimes, see src/runtimes/move.ts

  /** From here on this copy makes no call and writes nothing; resolves when the turn that was under way has ended. */
  async moveAway(): Promise<void> {
    if (!this.#portal) throw new Error("This portal is not installed.");
    leave(this.#portal.store, this.#wired.around.now());
    await this.#portal.tick();
    await this.ctx.storage.deleteAlarm();
  }

  movedRows(table: string, after: number, moveKey: string): RowPage {
    if (!this.#portal) throw new Error("This portal is not installed.");
    return rowsOf(this.#portal.store.db, table, after, this.#wired.keys, transportKey(moveKey));
  }

  digest(moveKey: string): Digest {
    if (!this.#portal) throw new Error("This portal is not installed.");
    return digestOf(this.#portal.store.db, this.#wired.keys, transportKey(moveKey));
  }

  /** @throws Error when the portal lives here */
  moveIn(): void {
    this.#portal ??= this.#open();
    begin(this.#portal.store);
  }

  takeRows(table: string, rows: readonly Row[], moveKey: string): void {
    if (!this.#portal || this.#portal.isInstalled()) throw new Error("This portal is not arriving.");
    takeRows(this.#portal.store.db, table, rows, this.#wired.keys, transportKey(moveKey));
  }

  /** @throws Error when it did not arrive whole; then it stays as if it were not here */
  async moveDone(sent: Digest, moveKey: string): Promise<void> {
    if (!this.#portal) throw new Error("This portal is not arriving.");
    finish(this.#portal.store.db, sent, this.#wired.keys, transportKey(moveKey));
    this.#portal = this.#open();
    await this.#wakeSoon();
  }

  // ------------------------------------------------------------ the database

  #id(): PortalId {
    const { name } = this.ctx.id;
    if (name === undefined) throw new Error("A portal's object has the portal's name.");
    return name;
  }

  #hasTables(): boolean {
    return this.ctx.storage.sql.exec("select 1 from sqlite_master where name = 'meta'").toArray().length > 0;
  }

  #open(): Portal {
    const { apps, around, config } = this.#wired;
    const id = this.#id();
    const app = apps[parsePortalId(id).vendor];
    if (!app) throw new Error(`${id} belongs to a CRM that is not configured.`);
    const db = drizzle(this.ctx.storage, { schema });
    migrate(db);
    const log: typeof around.log = (level, event, details) => around.log(level, event, { portal: id, ...details });
    return new Portal(new Store(db), app, { ...around, log }, config.publicUrl);
  }
}
