/** The portals of one process: opened on demand, closed when many are open, turned when they are due. */

import type { CrmApp, Grant, Vendor } from "../../crm/port.ts";
import { QUIET_DOORS } from "../../doors/quiet.ts";
import { SET_BACK_MS } from "../../engine/clock.ts";
import type { Bounds } from "../../engine/engine.ts";
import type { Turn } from "../../engine/tick.ts";
import { KEPT_AFTER_LEAVING_DAYS, Portal } from "../../portal.ts";
import type { PortalDoor } from "../../portal-door.ts";
import type { Rest } from "../../portal-rest.ts";
import { keepGrant } from "../../portal-secrets.ts";
import {
  type Delivery,
  type PortalHost,
  type PortalId,
  parsePortalId,
  portalId,
  type Surroundings,
} from "../../ports.ts";
import type { Store } from "../../store/store.ts";
import { leave } from "../move.ts";
import { loadDoor } from "./later.ts";
import type { OpenFile, PortalFiles } from "./portal-files.ts";
import type { Registry } from "./registry.ts";

/** Files open at once: each takes 3 descriptors and up to a megabyte; opening one again takes a few milliseconds. */
const OPEN_MAX = 100;
/** Deliveries taken from the journal per turn. */
const DELIVERIES_PER_TURN = 200;
/** A portal that wants to be woken at once, again and again, lets others go first. */
const TURNS_AT_ONCE = 8;
/** A turn that wants another this soon, ms, waits for the budget of its calls: where it stands is not worth a commit. */
const MOMENT_MS = 1_000;
/** While portals turn without a pause, wakes that moved are written this often, ms: a crash makes the portals of that time look once more. */
const KEEP_WAKES_MS = 1_000;
/** A file with which nothing but looks was done this long is closed where its portal can rest, ms. */
const REST_AFTER_MS = 300_000;
/** Every portal looks for changes more often than this, ms; one that is refused everything tries again every two hours. */
const SLEEP_MAX_MS = 7_200_000;
/** A turn that failed outside the engine is tried again after this long, ms. */
const AFTER_FAILURE_MS = 60_000;

/** Deliveries go from the journal into the portal's own file, a turn's worth of them. Returns how many. */
export function takeOver(registry: Registry, id: PortalId, store: Store, nowMs: number): number {
  const rows = registry.take(id, DELIVERIES_PER_TURN);
  const last = rows.at(-1);
  if (!last) return 0;
  store.transaction(() => {
    for (const row of rows) store.addDelivery(row.hints, row.at);
  });
  registry.drop(id, last.seq, nowMs);
  return rows.length;
}

/** Was nothing made of it but a look for changes that found none? */
function isMereLook({ did }: Turn): boolean {
  return did.folded + did.read + did.decided + did.wrote + did.looked === 0;
}

interface Kept {
  file: OpenFile;
  portal: Portal;
  busy: number;
  /** when more than a look for changes was made with it, epoch ms */
  usedAt: number;
}

export interface NodeHostOptions {
  apps: Readonly<Partial<Record<Vendor, CrmApp>>>;
  registry: Registry;
  files: PortalFiles;
  around: Surroundings;
  publicUrl: string;
  /** called when a wake may have come forward */
  onWake?: () => void;
  bounds?: Bounds;
}

export class NodeHost implements PortalHost {
  readonly #options: NodeHostOptions;
  readonly #open = new Map<PortalId, Kept>();
  /** portals whose files are closed and that need nothing but looks for changes */
  readonly #resting = new Map<PortalId, Rest>();
  /** how often each was asked for something that its next turn has to do */
  readonly #asked = new Map<PortalId, number>();
  /** What may be asked of a portal; loaded by the first who asks. */
  #door: typeof import("../../portal-door.ts").portalDoor | null = null;
  #keptWakesAt = 0;
  /** when portals were last looked through for those that are due, epoch ms */
  #turnedAt = 0;
  #isEnding = false;

  constructor(options: NodeHostOptions) {
    this.#options = options;
    const { registry, around } = options;
    // So far off no portal sleeps: the clock was ahead when that was noted.
    const far = around.now() + SLEEP_MAX_MS;
    for (const id of registry.ids()) if ((registry.wakeAt(id) ?? 0) > far) registry.bringForward(id, around.now());
  }

  // ------------------------------------------------------------ what the web asks

  async deliver(deliveries: readonly Delivery[]): Promise<{ unknown: readonly PortalId[] }> {
    const { registry, around } = this.#options;
    const known = deliveries.filter((one) => registry.has(one.portal));
    const withHints = known.filter((one) => one.hints.length > 0);
    if (withHints.length > 0) await registry.append(withHints, around.now());
    for (const one of known) if (one.uninstalled) await this.#gone(one.portal, one.uninstalled.clean);
    if (withHints.length > 0) this.#options.onWake?.();
    return { unknown: deliveries.filter((one) => !registry.has(one.portal)).map((one) => one.portal) };
  }

  async install(vendor: Vendor, grant: Grant): Promise<void> {
    const id = portalId(vendor, grant.account);
    await this.#with(id, async (portal) => portal.installed(grant));
    this.#options.registry.add(id, this.#options.around.now());
    this.#wanted(id);
  }

  has(id: PortalId): boolean {
    return this.#options.registry.has(id);
  }

  hasMoved(id: PortalId): boolean {
    if (this.has(id) || !this.#options.files.exists(id)) return false;
    return this.portal(id).hasMoved();
  }

  async applicationToken(id: PortalId): Promise<string | null> {
    if (!this.has(id)) return null;
    return this.#with(id, async (portal) => portal.applicationToken());
  }

  async ask(id: PortalId, method: string, args: readonly unknown[]): Promise<unknown> {
    this.#door ??= (await loadDoor()).portalDoor;
    const portalDoor = this.#door;
    if (!this.has(id)) throw new Error(`The portal ${id} is not installed.`);
    // Plain data only: on Workers this edge is a remote call, so Node holds itself to the same.
    const plain = structuredClone(args);
    const answer = await this.#with(id, async (portal) => {
      const door = portalDoor(portal, this.#options.around) as PortalDoor &
        Record<string, (...args: readonly unknown[]) => unknown>;
      const asked = door[method];
      if (typeof asked !== "function" || !Object.hasOwn(door, method))
        throw new Error(`A portal has no door "${method}".`);
      this.#use(id);
      return await asked(...plain);
    });
    if (!QUIET_DOORS.has(method)) {
      // On disk: what a person asked for is not to wait for the next look around after a crash.
      this.#options.registry.setWake(id, this.#options.around.now());
      this.#wanted(id);
    }
    return structuredClone(answer);
  }

  async useOnce(id: string, expiresAt: number): Promise<boolean> {
    return this.#options.registry.useOnce(id, expiresAt);
  }

  // ------------------------------------------------------------ turns

  /** Turns every portal that is due, a bounded number at once. Returns how many turns were made. */
  async turnDue(): Promise<number> {
    this.#noticeSetBack();
    this.#closeUnused();
    const due = this.#options.registry.due(this.#options.around.now());
    let at = 0;
    const worker = async () => {
      for (let id = due[at++]; id !== undefined && !this.#isEnding; id = due[at++]) {
        await this.turn(id);
        // Turns that wait for nobody would keep the doors waiting until the last that is due.
        await this.#options.around.breathe?.();
      }
    };
    await Promise.all(Array.from({ length: Math.min(TURNS_AT_ONCE, due.length) }, worker));
    this.#keepWakes();
    return due.length;
  }

  /**
   * The machine's clock was set back: what is kept in memory waits for times that are far off now, and so do wakes. Portals are opened anew, and
   * see what they put off themselves.
   */
  #noticeSetBack(): void {
    const { registry, around } = this.#options;
    const now = around.now();
    const byMs = this.#turnedAt - now;
    this.#turnedAt = now;
    if (byMs <= SET_BACK_MS) return;
    around.log("warn", "clock-set-back", { byMs });
    this.#resting.clear();
    for (const [id, kept] of this.#open) if (kept.busy === 0) this.#close(id, kept, null);
    for (const id of registry.ids()) registry.bringForward(id, now);
  }

  /** No further turn begins, however many portals are due; those under way end by themselves. */
  endTurns(): void {
    this.#isEnding = true;
  }

  #keepWakes(): void {
    const { registry, around } = this.#options;
    const now = around.now();
    const isPausing = (this.nextWakeAt() ?? Number.POSITIVE_INFINITY) > now + KEEP_WAKES_MS;
    if (!isPausing && now < this.#keptWakesAt + KEEP_WAKES_MS) return;
    this.#keptWakesAt = now;
    try {
      registry.keep();
    } catch (error) {
      around.log("error", "wakes-not-kept", { error: String(error) });
    }
  }

  /** One turn of one portal; of one that rests, a look without its file. Its failures end here. */
  async turn(id: PortalId): Promise<Turn | null> {
    const { registry, around } = this.#options;
    // Set before the work begins: a crash in the middle wakes it again.
    registry.bringForward(id, around.now());
    if (await this.#looked(id)) return null;
    try {
      let hasLeft = false;
      let hasMoved = false;
      const turn = await this.#with(id, async (portal) => {
        const made = await this.#turn(id, portal);
        hasLeft = portal.hasLeft();
        hasMoved = portal.hasMoved();
        return made;
      });
      if (hasLeft) this.forget(id);
      // A move that a crash cut short: its copy here is left behind all the same.
      else if (hasMoved) registry.remove(id);
      return turn;
    } catch (error) {
      around.log("error", "turn-failed", { portal: id, error: String(error) });
      registry.setWake(id, around.now() + AFTER_FAILURE_MS);
      return null;
    }
  }

  async #turn(id: PortalId, portal: Portal): Promise<Turn> {
    const { registry, around } = this.#options;
    takeOver(registry, id, portal.store, around.now());
    const before = around.now();
    const asked = this.#askedOf(id);
    const turn = await portal.tick(this.#options.bounds);
    // Its wake stands until it is deleted: a crash before that comes back to it.
    if (portal.hasLeft()) return turn;
    if (!isMereLook(turn)) this.#use(id);
    // What was asked for meanwhile this turn may not have seen.
    const wakeAt = registry.hasHints(id) || this.#askedOf(id) !== asked ? before : turn.wakeAt;
    if (wakeAt !== null && wakeAt < around.now() + MOMENT_MS) registry.moveWake(id, wakeAt);
    else registry.setWake(id, wakeAt);
    return turn;
  }

  #use(id: PortalId): void {
    const kept = this.#open.get(id);
    if (kept) kept.usedAt = this.#options.around.now();
  }

  /** Its next turn has something to do that the one under way may not have seen. */
  #wanted(id: PortalId): void {
    this.#asked.set(id, this.#askedOf(id) + 1);
    this.#options.onWake?.();
  }

  #askedOf(id: PortalId): number {
    return this.#asked.get(id) ?? 0;
  }

  /** A portal that rests and has no events: is that all there was to do? */
  async #looked(id: PortalId): Promise<boolean> {
    const { registry } = this.#options;
    const rest = this.#resting.get(id);
    if (!rest || registry.hasHints(id)) return false;
    const wakeAt = await rest.look();
    // Whoever opened the file meanwhile took over what was seen before, and goes on from there.
    if (wakeAt === null || this.#resting.get(id) !== rest) return false;
    registry.moveWake(id, registry.hasHints(id) ? 0 : wakeAt);
    return true;
  }

  nextWakeAt(): number | null {
    return this.#options.registry.nextWakeAt();
  }

  // ------------------------------------------------------------ moving, see src/runtimes/move.ts

  /** From here on this copy makes no call and writes nothing; resolves when the turn that was under way has ended. */
  async moveAway(id: PortalId): Promise<void> {
    const { registry, around } = this.#options;
    await this.#with(id, async (portal) => {
      leave(portal.store, around.now());
      registry.refuse(id);
      // Behind whatever is on its way into the journal.
      await registry.append([], around.now());
      while (takeOver(registry, id, portal.store, around.now()) > 0);
      await portal.tick();
      registry.remove(id);
    });
  }

  /** A portal arrived: it is opened anew, and turns at once. */
  moveDone(id: PortalId): void {
    this.#drop(id);
    this.#options.registry.add(id, this.#options.around.now());
    this.#options.onWake?.();
  }

  /** The copy of a portal, whether it lives here or not. @throws Error when there is none */
  copyOf(id: PortalId): Store {
    if (!this.#open.has(id) && !this.#options.files.exists(id)) throw new Error(`${id} does not live here.`);
    return this.portal(id).store;
  }

  // ------------------------------------------------------------ files

  async #gone(id: PortalId, clean: boolean): Promise<void> {
    const hasLeft = await this.#with(id, async (portal) => {
      portal.uninstalled(clean);
      return portal.hasLeft();
    });
    if (hasLeft) this.forget(id);
    else this.#options.registry.setWake(id, null);
  }

  /** Nightly: what has been kept long enough goes, also whole portals. */
  keepUp(id: PortalId): void {
    const { around, registry } = this.#options;
    const portal = this.portal(id);
    if (portal.hasLeft()) {
      this.forget(id);
      return;
    }
    if (portal.isOver()) {
      this.forget(id);
      around.log("info", "portal-forgotten", { portal: id, afterDays: KEPT_AFTER_LEAVING_DAYS });
      return;
    }
    portal.upkeep();
    registry.bringForward(id, around.now());
  }

  /** Deletes everything we hold of a portal. */
  forget(id: PortalId): void {
    this.#drop(id);
    this.#options.files.remove(id);
    this.#options.registry.remove(id);
  }

  #drop(id: PortalId): void {
    this.#open.get(id)?.file.close();
    this.#open.delete(id);
    this.#resting.delete(id);
  }

  /** Runs `work` with the portal open; while it runs, its file is not closed. */
  async #with<T>(id: PortalId, work: (portal: Portal) => Promise<T>): Promise<T> {
    const kept = this.#keep(id);
    kept.busy += 1;
    try {
      return await work(kept.portal);
    } finally {
      kept.busy -= 1;
      // Its file may have been closed by whoever forgot the portal.
      if (kept.busy === 0 && this.#open.get(id) === kept) kept.file.shrink();
    }
  }

  #keep(id: PortalId): Kept {
    const kept = this.#open.get(id) ?? this.#opened(id);
    // Least recently used goes first: moving to the end keeps the map in that order.
    this.#open.delete(id);
    this.#open.set(id, kept);
    kept.portal.stirred();
    this.#closeMany();
    return kept;
  }

  #opened(id: PortalId): Kept {
    const { apps, files, around, publicUrl, registry } = this.#options;
    const app = apps[parsePortalId(id).vendor];
    if (!app) throw new Error(`${id} belongs to a CRM that is not configured.`);
    const log: Surroundings["log"] = (level, event, details) => around.log(level, event, { portal: id, ...details });
    const file = files.open(id);
    try {
      const portal = new Portal(file.store, app, { ...around, log }, publicUrl);
      const rest = this.#resting.get(id);
      const forgotten = registry.endRest(id);
      if (rest) portal.awoke(rest.end());
      else if (forgotten) portal.awokeAfterAll(forgotten.mark, forgotten.wakeAt);
      this.#resting.delete(id);
      return { file, portal, busy: 0, usedAt: around.now() };
    } catch (error) {
      file.close();
      throw error;
    }
  }

  #closeMany(): void {
    for (const [id, kept] of this.#open) {
      if (this.#open.size <= OPEN_MAX) return;
      if (kept.busy === 0) this.#close(id, kept, this.#restOf(id, kept));
    }
  }

  #closeUnused(): void {
    if (!this.#options.files.isLasting) return;
    const before = this.#options.around.now() - REST_AFTER_MS;
    for (const [id, kept] of this.#open) {
      const rest = kept.busy === 0 && kept.usedAt <= before ? this.#restOf(id, kept) : null;
      if (rest) this.#close(id, kept, rest);
    }
  }

  #restOf(id: PortalId, { portal }: Kept): Rest | null {
    const { around, registry } = this.#options;
    const mark = around.now();
    try {
      const rest = portal.rest(mark, (grant) => this.#keepGrant(id, grant));
      if (rest) registry.beginRest(id, mark);
      return rest;
    } catch (error) {
      around.log("error", "rest-failed", { portal: id, error: String(error) });
      return null;
    }
  }

  /** Of a portal that rests. Bitrix24 renews what must not be lost every three quarters of an hour: that alone does not end a rest. */
  #keepGrant(id: PortalId, grant: Grant): void {
    const { files, around } = this.#options;
    if (!this.#open.has(id)) {
      // Forgotten meanwhile: no file is made for it again.
      if (!this.#resting.has(id)) return;
      try {
        const file = files.open(id);
        try {
          keepGrant(file.store, around.vault, grant);
        } finally {
          file.close();
        }
        return;
      } catch (error) {
        around.log("error", "grant-not-kept", { portal: id, error: String(error) });
      }
    }
    this.portal(id).keepFresh(grant);
  }

  #close(id: PortalId, { file, portal }: Kept, rest: Rest | null): void {
    this.#open.delete(id);
    if (rest) this.#resting.set(id, rest);
    try {
      portal.keepCalls();
    } catch (error) {
      this.#options.around.log("error", "calls-not-kept", { portal: id, error: String(error) });
    }
    file.close();
  }

  /** The portal's own class, for tests and commands in the same process. */
  portal(id: PortalId): Portal {
    return this.#keep(id).portal;
  }

  async backup(id: PortalId, path: string): Promise<void> {
    const kept = this.#keep(id);
    kept.busy += 1;
    await kept.file.backup(path).finally(() => {
      kept.busy -= 1;
    });
  }

  /** Portals whose files are open now; opens none. Those that turned last are among them. */
  openPortals(): readonly (readonly [PortalId, Portal])[] {
    return [...this.#open].map(([id, kept]) => [id, kept.portal] as const);
  }

  openCount(): number {
    return this.#open.size;
  }

  close(): void {
    for (const [id, kept] of this.#open) this.#close(id, kept, this.#restOf(id, kept));
  }
}
