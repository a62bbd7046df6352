/** Which portals there are, because objects cannot be listed; what was used once; and the sweep for alarms that were dropped. */
import { DurableObject } from "cloudflare:workers";
import type { PortalId } from "../../ports.ts";
import { byVendor, family, type Gauges, gauge, portalFamilies } from "../gauges.ts";
import { type Env, type Wired, wire } from "./env.ts";

const TABLES = `
  create table if not exists portal (id text primary key) strict;
  create table if not exists told (id text primary key, gauges text not null) strict;
  create table if not exists looked (id text primary key, at integer not null) strict;
  drop table if exists state;
  create table if not exists used (id text primary key, expires_at integer not null) strict;
  create table if not exists sweep (one integer primary key check (one = 1), after_id text not null, began_at integer not null) strict;
`;

/** The name of the only object of this class. */
export const REGISTRY = "registry";
/** A portal that lost its alarm waits at most this long, ms. */
const SWEEP_EVERY_MS = 15 * 60_000;
/** Portals looked at per alarm: each is a subrequest, of which 50 are free. */
const SWEEP_AT_ONCE = 40;

export class RegistryObject extends DurableObject<Env> {
  readonly #wired: Wired;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#wired = wire(env);
    ctx.storage.sql.exec(TABLES);
  }

  async add(id: PortalId): Promise<void> {
    this.ctx.storage.sql.exec("insert or ignore into portal (id) values (?)", id);
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(this.#wired.around.now() + SWEEP_EVERY_MS);
  }

  remove(id: PortalId): void {
    this.ctx.storage.sql.exec("delete from portal where id = ?", id);
    this.ctx.storage.sql.exec("delete from told where id = ?", id);
    this.ctx.storage.sql.exec("delete from looked where id = ?", id);
  }

  /** Portals in order of id, after one. */
  ids(afterId = "", limit = 1_000): PortalId[] {
    return this.ctx.storage.sql
      .exec<{ id: string }>("select id from portal where id > ? order by id limit ?", afterId, limit)
      .toArray()
      .map((row) => row.id);
  }

  /** Prometheus text format: what the last sweep heard from each portal, at most two sweeps old. */
  metrics(): string {
    const { sql } = this.ctx.storage;
    const all = this.ids("", -1);
    const told = sql.exec<{ gauges: string }>("select gauges from told").toArray();
    const began = sql.exec<{ began_at: number }>("select began_at from sweep").toArray()[0]?.began_at ?? null;
    const ageMs = began === null ? 0 : Math.max(0, this.#wired.around.now() - began);
    return [
      gauge("tenure_portals", "Portals installed", all.length),
      family("tenure_portals_by_vendor", "Portals installed, by CRM", byVendor(all)),
      portalFamilies(told.map((row) => JSON.parse(row.gauges) as Gauges)),
      gauge("tenure_sweep_seconds", "Time since a sweep last asked portals", ageMs / 1000),
    ].join("");
  }

  /** True the first time. */
  useOnce(id: string, expiresAt: number): boolean {
    const { sql } = this.ctx.storage;
    const made = sql.exec(
      "insert into used (id, expires_at) values (?, ?) on conflict do nothing returning id",
      id,
      expiresAt,
    );
    return made.toArray().length === 1;
  }

  /** A stretch of the sweep. The next alarm is set before the work begins. */
  override async alarm(): Promise<void> {
    const { around } = this.#wired;
    const now = around.now();
    await this.ctx.storage.setAlarm(now + SWEEP_EVERY_MS);
    this.ctx.storage.sql.exec("delete from used where expires_at <= ?", now);
    const after =
      this.ctx.storage.sql.exec<{ after_id: string }>("select after_id from sweep").toArray()[0]?.after_id ?? "";
    const ids = this.ids(after, SWEEP_AT_ONCE);
    await Promise.all(ids.map((id) => this.#look(id)));
    const isMore = ids.length === SWEEP_AT_ONCE;
    this.ctx.storage.sql.exec(
      "insert into sweep (one, after_id, began_at) values (1, ?, ?) on conflict (one) do update set after_id = excluded.after_id, began_at = excluded.began_at",
      isMore ? ids.at(-1)! : "",
      now,
    );
    if (isMore) await this.ctx.storage.setAlarm(now);
  }

  /** One portal that cannot be reached does not keep the others waiting. */
  async #look(id: PortalId): Promise<void> {
    const { around } = this.#wired;
    try {
      const { sql } = this.ctx.storage;
      const known = sql.exec<{ at: number }>("select at from looked where id = ?", id).toArray()[0];
      const { alarm, gauges, lookedAt } = await this.env.PORTAL.getByName(id).look(known?.at ?? null);
      if (alarm === "none") this.remove(id);
      else this.#heard(id, gauges, lookedAt);
      if (alarm === "rearmed")
        around.log("warn", "alarm-was-dropped", { portal: id, look: "the log of this portal's turns before now" });
    } catch (error) {
      around.log("error", "sweep-failed", { portal: id, error: String(error) });
    }
  }

  /** null: it rests, and tells nothing */
  #heard(id: PortalId, gauges: Gauges | null, lookedAt: number | null): void {
    const { sql } = this.ctx.storage;
    if (lookedAt !== null) sql.exec("insert or replace into looked (id, at) values (?, ?)", id, lookedAt);
    if (gauges === null) sql.exec("delete from told where id = ?", id);
    else
      sql.exec(
        "insert into told (id, gauges) values (?, ?) on conflict (id) do update set gauges = excluded.gauges",
        id,
        JSON.stringify(gauges),
      );
  }
}
