import { eq, sql } from "drizzle-orm";
import type { Db } from "./db.ts";
import { meta } from "./schema.ts";

/** Single values by name, as JSON. */
export class Meta {
  readonly #get;
  readonly #set;
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
    this.#get = db
      .select({ value: meta.value })
      .from(meta)
      .where(eq(meta.key, sql.placeholder("key")))
      .prepare();
    this.#set = db
      .insert(meta)
      .values({ key: sql.placeholder("key"), value: sql.placeholder("value") })
      .onConflictDoUpdate({ target: meta.key, set: { value: sql`excluded.value` } })
      .prepare();
  }

  get<T>(key: string): T | null {
    const row = this.#get.get({ key }) as { value: string } | undefined;
    return row ? (JSON.parse(row.value) as T) : null;
  }

  set(key: string, value: unknown): void {
    this.#set.run({ key, value: JSON.stringify(value) });
  }

  remove(key: string): void {
    this.#db.delete(meta).where(eq(meta.key, key)).run();
  }
}
