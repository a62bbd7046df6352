import { eq, sql } from "drizzle-orm";
import { type Db, late } from "./db.ts";
import { meta } from "./schema.ts";

/** A value as it stands in the table; null = there is none. Read from JSON when it is first asked for. */
interface Known {
  text: string | null;
  value?: unknown;
}

/**
 * Single values by name, as JSON. What was read or written once is answered from memory: a turn asks a hundred times, and only this
 * store writes to its database. Whoever writes past it, or takes writes back, calls `forget`.
 */
export class Meta {
  readonly #get;
  readonly #set;
  readonly #remove;
  readonly #known = new Map<string, Known>();

  constructor(db: Db) {
    const key = sql.placeholder("key");
    this.#get = late(() => db.select({ value: meta.value }).from(meta).where(eq(meta.key, key)).prepare());
    this.#set = late(() =>
      db
        .insert(meta)
        .values({ key, value: sql.placeholder("value") })
        .onConflictDoUpdate({ target: meta.key, set: { value: sql`excluded.value` } })
        .prepare(),
    );
    this.#remove = late(() => db.delete(meta).where(eq(meta.key, key)).prepare());
  }

  /** Frozen: everybody who asks gets the same value. */
  get<T>(key: string): T | null {
    const known = this.#known.get(key) ?? this.#read(key);
    if (known.text === null) return null;
    if (!("value" in known)) known.value = freeze(JSON.parse(known.text));
    return known.value as T;
  }

  #read(key: string): Known {
    const row = this.#get.get({ key }) as { value: string } | undefined;
    return this.#keep(key, row?.value ?? null);
  }

  #keep(key: string, text: string | null): Known {
    const known: Known = { text };
    this.#known.set(key, known);
    return known;
  }

  set(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (this.#known.get(key)?.text === text) return;
    this.#known.delete(key);
    this.#set.run({ key, value: text });
    this.#keep(key, text);
  }

  remove(key: string): void {
    this.#known.delete(key);
    this.#remove.run({ key });
    this.#keep(key, null);
  }

  /** The table may hold something else by now: a transaction was rolled back, or somebody wrote past this store. */
  forget(): void {
    this.#known.clear();
  }
}

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
