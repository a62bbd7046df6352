/**
 * A quiet portal while its database is closed. It asks its CRM every few minutes what changed and nearly always hears "nothing": that needs a
 * connection and the places of the last looks, and a thousand portals in one process feel the difference. Whatever is more than nothing, also
 * a failure, opens the database, and what was seen until then is handed over. A crash forgets it, which costs looks, never the truth.
 */
import type { RecordKind } from "./core/model.ts";
import { isFailure } from "./crm/failure.ts";
import type { CallSeen, Crm, CrmApp, Grant } from "./crm/port.ts";
import { makeTokens } from "./crm/tokens.ts";
import { keepDrainAt } from "./engine/drain.ts";
import { type Cursor, keepLooks, lookQuietly } from "./engine/reconcile.ts";
import { ABOUT_LIVES_MS } from "./portal-about.ts";
import type { About } from "./portal-open.ts";
import type { Surroundings } from "./ports.ts";
import type { Store } from "./store/store.ts";

/** The budget of a new connection is empty: it is given this long to fill, ms, this many times. */
const REFILL_MS = 1_500;
const WAITS_MAX = 4;
/**
 * Looks of many portals begin at the same moments, so far apart, ms: waking the process for each by itself costs more than the look. Connections
 * to a CRM are kept a little longer (src/runtimes/node/public-fetch.ts).
 */
const TOGETHER_MS = 3_000;
/** Calls that wait in memory for the log at most. */
const CALLS_MAX = 100;

export interface Rested {
  cursors: ReadonlyMap<RecordKind, Cursor>;
  /** when the CRM's own queue is looked into, epoch ms; null = it has none */
  drainAt: number | null;
  about: About;
  grant: Grant;
  calls: readonly CallSeen[];
}

export interface RestOptions {
  app: CrmApp;
  around: Pick<Surroundings, "now" | "chance">;
  about: About;
  cursors: ReadonlyMap<RecordKind, Cursor>;
  drainAt: number | null;
  grant: Grant;
  /** something else is due then, epoch ms */
  untilMs: number;
  /** takes a grant that has to be on disk before anything else happens */
  onGrant: (grant: Grant) => void;
}

export class Rest {
  readonly #crm: Crm;
  readonly #now: () => number;
  readonly #untilMs: number;
  readonly #cursors: Map<RecordKind, Cursor>;
  readonly #calls: CallSeen[] = [];
  #drainAt: number | null;
  /** looks in a row for which the budget had no room */
  #waits = 0;
  #about: About;
  #grant: Grant;

  constructor({ app, around, about, cursors, drainAt, grant, untilMs, onGrant }: RestOptions) {
    this.#now = () => around.now();
    this.#untilMs = untilMs;
    this.#about = about;
    this.#cursors = new Map(cursors);
    this.#drainAt = drainAt;
    this.#grant = grant;
    const tokens = makeTokens({
      load: () => this.#grant,
      save: (fresh) => {
        // An access token that is forgotten is fetched again; whatever else is new may be the only one that works.
        if (!isSameBut(fresh, this.#grant)) onGrant(fresh);
        this.#grant = fresh;
      },
      refresh: (old) => app.refresh(old, around.now()),
      now: this.#now,
    });
    this.#crm = app.connect({
      account: grant.account,
      tokens,
      now: this.#now,
      chance: () => around.chance(),
      onCall: (call) => this.#calls.push(call),
      keepsEvents: drainAt !== null,
    });
  }

  /** Makes the looks that are due. @returns when to look again, epoch ms; null = the database has to be opened */
  async look(): Promise<number | null> {
    try {
      const wakeAt = await this.#look();
      this.#waits = 0;
      return wakeAt;
    } catch (error) {
      this.#waits += 1;
      if (isFailure(error, "limited") && this.#waits < WAITS_MAX)
        return this.#wakeAt(Math.max(error.retryAt ?? 0, this.#now() + REFILL_MS));
      // The portal's own turn meets the same failure, and knows what it means.
      return null;
    }
  }

  async #look(): Promise<number | null> {
    if (this.#now() >= this.#untilMs || this.#calls.length >= CALLS_MAX) return null;
    if (this.#now() >= this.#about.at + ABOUT_LIVES_MS && !(await this.#isAsBefore())) return null;
    if (this.#drainAt !== null && this.#drainAt <= this.#now()) {
      if (await this.#crm.hasQueued!()) return null;
      this.#drainAt = this.#now() + this.#crm.reconcileEveryMs;
    }
    for (const [kind, cursor] of this.#cursors) {
      if (cursor.nextAt > this.#now() || this.#readyAt() > this.#now()) continue;
      const next = await lookQuietly(this.#crm, kind, cursor, this.#now);
      if (next === null) return null;
      this.#cursors.set(kind, next);
    }
    const places = [...this.#cursors.values()].map((cursor) => cursor.nextAt);
    const nextAt = Math.min(...places, this.#drainAt ?? Number.POSITIVE_INFINITY);
    return this.#wakeAt(Math.max(nextAt, this.#readyAt()));
  }

  #wakeAt(lookAt: number): number {
    return Math.min(this.#untilMs, Math.ceil(lookAt / TOGETHER_MS) * TOGETHER_MS);
  }

  #readyAt(): number {
    return this.#crm.readyAt({ do: "changes" });
  }

  /** Does the portal itself stand as it was known? */
  async #isAsBefore(): Promise<boolean> {
    const at = this.#now();
    const seen = {
      account: await this.#crm.account(),
      owners: await this.#crm.owners(),
      stages: await this.#crm.stages(),
    };
    const { account, owners, stages } = this.#about;
    if (JSON.stringify(seen) !== JSON.stringify({ account, owners, stages })) return false;
    this.#about = { ...this.#about, at };
    return true;
  }

  /** What the portal needs to go on from here. */
  end(): Rested {
    return {
      cursors: this.#cursors,
      drainAt: this.#drainAt,
      about: this.#about,
      grant: this.#grant,
      calls: this.#calls,
    };
  }
}

/** Notes what was seen; the caller opens the transaction and takes care of the grant. */
export function keepRested(store: Store, { cursors, drainAt, about, calls }: Rested, now: number): void {
  keepLooks(store, cursors);
  if (drainAt !== null) keepDrainAt(store, drainAt);
  if (about.at !== store.meta.get<About>("about")?.at) store.meta.set("about", about);
  store.meta.set("nextWake", now);
  store.journal.called(calls);
}

/** Differs nothing but the access token and its times? */
function isSameBut(fresh: Grant, old: Grant): boolean {
  const { accessToken, issuedAt, expiresAt } = old;
  return JSON.stringify({ ...fresh, accessToken, issuedAt, expiresAt }) === JSON.stringify(old);
}
