/** The small database beside the portal files: which portals there are, when they want to wake, the hint journal, what was used once. */
import Database from "better-sqlite3";
import type { Hint } from "../../core/model.ts";
import type { Delivery, PortalId } from "../../ports.ts";
import { packHints, unpackHints } from "./hint-text.ts";
import { SharedCommit, withoutSync } from "./shared-commit.ts";

const TABLES = `
  create table if not exists portal (id text primary key, wake_at integer, epoch integer not null default 1) strict;
  create index if not exists portal_wake on portal (wake_at) where wake_at is not null;
  create table if not exists hint (seq integer primary key autoincrement, portal text not null, at integer not null, body text not null) strict;
  create index if not exists hint_portal on hint (portal, seq);
  create table if not exists rest (portal text primary key, mark integer not null) strict;
  drop table if exists state;
  create table if not exists used (id text primary key, expires_at integer not null) strict;
`;

export interface JournalRow {
  seq: number;
  at: number;
  hints: readonly Hint[];
}

export class Registry {
  readonly #db: Database.Database;
  readonly #journal: SharedCommit<{ deliveries: readonly Delivery[]; atMs: number }>;
  readonly #take;
  readonly #drop;
  readonly #wake;
  readonly #rest;
  readonly #keep;
  readonly #known = new Map<PortalId, number | null>();
  /** wakes as they stand on disk */
  readonly #onDisk = new Map<PortalId, number | null>();
  /** of portals whose wake moved since the last `keep` */
  readonly #moved = new Set<PortalId>();
  /** portals whose deliveries may be in the journal: asking it of everybody who looks for changes would cost a look into its file each */
  readonly #hinted = new Set<PortalId>();
  /** marks of the files of portals that rest, as they stand on disk or soon will */
  readonly #rests = new Map<PortalId, number>();

  /** @param place a file, `:memory:`, or a connection that is there already */
  constructor(place: string | Database.Database) {
    this.#db = typeof place === "string" ? new Database(place) : place;
    this.#db.pragma("journal_mode = WAL");
    // A 2xx promises that the hints survive a power cut.
    this.#db.pragma("synchronous = FULL");
    this.#db.exec(TABLES);
    const insert = this.#db.prepare("insert into hint (portal, at, body) values (?, ?, ?)");
    this.#journal = new SharedCommit(this.#db, ({ deliveries, atMs }) => {
      for (const one of deliveries) insert.run(one.portal, atMs, packHints(one.hints));
    });
    this.#take = this.#db.prepare("select seq, at, body from hint where portal = ? order by seq limit ?");
    this.#drop = this.#db.prepare("delete from hint where portal = ? and seq <= ?");
    this.#wake = this.#db.prepare("update portal set wake_at = ? where id = ?");
    this.#keep = this.#db.transaction((moved: readonly PortalId[]) => {
      for (const id of moved) {
        this.#wake.run(this.#known.get(id) ?? null, id);
        this.#rest.run(id, this.#rests.get(id) ?? null);
      }
    });
    const rest = this.#db.prepare("insert or replace into rest (portal, mark) values (?, ?)");
    const restEnd = this.#db.prepare("delete from rest where portal = ?");
    this.#rest = { run: (id: PortalId, mark: number | null) => (mark === null ? restEnd.run(id) : rest.run(id, mark)) };
    for (const row of this.#db.prepare("select id, wake_at from portal").all() as {
      id: string;
      wake_at: number | null;
    }[]) {
      this.#known.set(row.id, row.wake_at);
      this.#onDisk.set(row.id, row.wake_at);
    }
    for (const row of this.#db.prepare("select portal, mark from rest").all() as { portal: string; mark: number }[])
      this.#rests.set(row.portal, row.mark);
    // Whatever was waiting when the process ended is looked at first.
    const left = this.#db.prepare("select distinct portal from hint").all() as { portal: PortalId }[];
    for (const { portal } of left) {
      this.#hinted.add(portal);
      if (this.#known.has(portal)) this.#known.set(portal, 0);
    }
  }

  // ------------------------------------------------------------ portals

  has(id: PortalId): boolean {
    return this.#known.has(id);
  }

  ids(): readonly PortalId[] {
    return [...this.#known.keys()];
  }

  add(id: PortalId, wakeAt: number): void {
    this.#db
      .prepare(
        "insert into portal (id, wake_at) values (?, ?) on conflict (id) do update set wake_at = excluded.wake_at",
      )
      .run(id, wakeAt);
    this.#known.set(id, wakeAt);
    this.#onDisk.set(id, wakeAt);
  }

  remove(id: PortalId): void {
    this.#db.transaction(() => {
      this.#db.prepare("delete from portal where id = ?").run(id);
      this.#db.prepare("delete from hint where portal = ?").run(id);
      this.#db.prepare("delete from rest where portal = ?").run(id);
    })();
    this.#known.delete(id);
    this.#onDisk.delete(id);
    this.#rests.delete(id);
    this.#moved.delete(id);
    this.#hinted.delete(id);
  }

  /** From now on nothing is accepted for a portal that moves away; what was accepted before stays in the journal. */
  refuse(id: PortalId): void {
    this.#known.delete(id);
  }

  wakeAt(id: PortalId): number | null {
    return this.#known.get(id) ?? null;
  }

  /** In memory at once, on disk only when it moves. A disk that takes nothing leaves an earlier wake there, which costs one idle turn. */
  setWake(id: PortalId, wakeAt: number | null): void {
    const known = this.#known.get(id);
    if (known === undefined || (known === wakeAt && this.#onDisk.get(id) === wakeAt)) return;
    this.#known.set(id, wakeAt);
    try {
      this.#wake.run(wakeAt, id);
      this.#onDisk.set(id, wakeAt);
    } catch {
      this.#onDisk.delete(id);
    }
  }

  /** In memory alone until the next `keep`, while an earlier one stands on disk that a crash falls back to: it costs a look. */
  moveWake(id: PortalId, wakeAt: number): void {
    const onDisk = this.#onDisk.get(id) ?? null;
    if (onDisk === null || onDisk > wakeAt) this.setWake(id, wakeAt);
    else if (this.#known.has(id)) {
      this.#known.set(id, wakeAt);
      this.#moved.add(id);
    }
  }

  /**
   * Writes the wakes that moved since the last time, all in one commit that a killed process leaves behind and a power cut may take along:
   * without waiting for the disk it costs next to nothing. What a full disk does not take stays as a crash would find it.
   */
  keep(): void {
    const moved = [...this.#moved].filter((id) => this.#known.has(id));
    this.#moved.clear();
    if (moved.length === 0) return;
    withoutSync(this.#db, () => this.#keep(moved));
    for (const id of moved) this.#onDisk.set(id, this.#known.get(id) ?? null);
  }

  /** The portal's file was closed and carries `mark`; from now on it changes by nobody's hand. Written with the next `keep`. */
  beginRest(id: PortalId, mark: number): void {
    if (!this.#known.has(id)) return;
    this.#rests.set(id, mark);
    this.#moved.add(id);
  }

  /**
   * The portal's file was opened: no other copy of it is to be taken for this one, so the end is on disk at once.
   * @returns the mark with which it was closed, and until when it was looked after; null = nobody knows
   */
  endRest(id: PortalId): { mark: number; wakeAt: number } | null {
    const mark = this.#rests.get(id);
    if (mark === undefined) return null;
    this.#rest.run(id, null);
    this.#rests.delete(id);
    const wakeAt = this.#onDisk.get(id) ?? null;
    return wakeAt === null ? null : { mark, wakeAt };
  }

  /** A hint only ever brings a wake forward; kept in memory, because the journal row itself is the memory on disk. */
  bringForward(id: PortalId, atMs: number): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    if (known === null || known > atMs) this.#known.set(id, atMs);
  }

  /** Portals whose wake has come, earliest first. */
  due(nowMs: number): readonly PortalId[] {
    const due: [PortalId, number][] = [];
    for (const [id, at] of this.#known) if (at !== null && at <= nowMs) due.push([id, at]);
    return due.sort((a, b) => a[1] - b[1]).map(([id]) => id);
  }

  nextWakeAt(): number | null {
    let next: number | null = null;
    for (const at of this.#known.values()) if (at !== null && (next === null || at < next)) next = at;
    return next;
  }

  // ------------------------------------------------------------ the hint journal

  /** Resolves when the deliveries are on disk. Deliveries that wait at the same moment share one commit. */
  async append(deliveries: readonly Delivery[], atMs: number): Promise<void> {
    await this.#journal.add({ deliveries, atMs });
    for (const { portal } of deliveries) {
      this.#hinted.add(portal);
      this.bringForward(portal, atMs);
    }
  }

  hasHints(id: PortalId): boolean {
    if (!this.#hinted.has(id)) return false;
    const hasHints = this.#take.all(id, 1).length > 0;
    if (!hasHints) this.#hinted.delete(id);
    return hasHints;
  }

  take(id: PortalId, limit: number): readonly JournalRow[] {
    const rows = this.#take.all(id, limit) as { seq: number; at: number; body: string }[];
    return rows.map((row) => ({ seq: row.seq, at: row.at, hints: unpackHints(row.body) }));
  }

  /** Forgets deliveries that a portal took over; its wake goes to disk with them, because they no longer stand for it. */
  drop(id: PortalId, throughSeq: number, atMs: number): void {
    this.#db.transaction(() => {
      this.#drop.run(id, throughSeq);
      this.#wake.run(atMs, id);
    })();
    this.#onDisk.set(id, atMs);
  }

  /** Age of the oldest delivery that no turn has taken yet: its arrival, epoch ms. */
  oldestHintAt(): number | null {
    return (
      (this.#db.prepare("select at from hint order by seq limit 1").get() as { at: number } | undefined)?.at ?? null
    );
  }

  // ------------------------------------------------------------ what is good for once

  /** True the first time. Whoever asks believes it until `expiresAt` only. */
  useOnce(id: string, expiresAt: number): boolean {
    return (
      this.#db.prepare("insert or ignore into used (id, expires_at) values (?, ?)").run(id, expiresAt).changes === 1
    );
  }

  pruneUsed(nowMs: number): void {
    this.#db.prepare("delete from used where expires_at <= ?").run(nowMs);
  }

  // ------------------------------------------------------------ the file itself

  /** Does the disk take what a delivery needs? */
  takesWrites(): boolean {
    try {
      this.#db.transaction(() => {
        this.useOnce("try", 0);
        this.pruneUsed(0);
      })();
      return true;
    } catch {
      return false;
    }
  }

  /** A consistent copy while work goes on. */
  async backup(path: string): Promise<void> {
    await this.#db.backup(path);
  }

  close(): void {
    try {
      this.keep();
    } finally {
      this.#journal.close();
      this.#db.close();
    }
  }
}
