import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { BaseSQLiteDatabase, SQLiteTable } from "drizzle-orm/sqlite-core";
import { MIGRATIONS } from "./migrations.gen.ts";
import type * as schema from "./schema.ts";

/** The one database type that better-sqlite3 and a Durable Object's storage both satisfy. Synchronous. */
export type Db = BaseSQLiteDatabase<"sync", unknown, typeof schema>;

/** The database was written by a newer program than this one. */
export class NewerDatabase extends Error {
  constructor(found: number, known: number) {
    super(
      `This database is at schema version ${found}, this program knows versions up to ${known}. ` +
        "Start the newer program again, or restore a backup made before the upgrade.",
    );
    this.name = "NewerDatabase";
  }
}

/**
 * Brings a database to the newest schema, all in one transaction: a crash in between leaves it as it was.
 * @throws NewerDatabase, with advice, and touches nothing
 */
export function migrate(db: Db): void {
  db.run(sql`create table if not exists schema_version (version integer not null)`);
  const found =
    db.get<{ version: number } | undefined>(sql`select max(version) as version from schema_version`)?.version ?? 0;
  if (found > MIGRATIONS.length) throw new NewerDatabase(found, MIGRATIONS.length);
  if (found === MIGRATIONS.length) return;
  transact(db, () => {
    for (const migration of MIGRATIONS.slice(found)) {
      for (const statement of migration.statements) db.run(sql.raw(statement));
    }
    db.run(sql`insert into schema_version (version) values (${MIGRATIONS.length})`);
  });
}

/**
 * A value for every column of a row, by the column's name: a prepared insert run per row costs half of one that reads a batch out of JSON.
 * Values go in as SQLite takes them: bare placeholders are filled in a fraction of the time of those that know their column.
 */
export function placeholders<T extends SQLiteTable>(table: T): T["$inferInsert"] {
  const names = Object.keys(getTableColumns(table));
  return Object.fromEntries(names.map((name) => [name, sql`${sql.placeholder(name)}`])) as T["$inferInsert"];
}

/** For a row that is there already: every column but its key takes what was to be inserted. */
export function excluded<T extends SQLiteTable>(table: T, key: keyof T["$inferInsert"] & string): Record<string, SQL> {
  const others = Object.entries(getTableColumns(table)).filter(([name]) => name !== key);
  return Object.fromEntries(others.map(([name, column]) => [name, sql.raw(`excluded.${column.name}`)]));
}

/**
 * Runs `work` in one transaction; a throw rolls everything back. `work` has to be synchronous: a Durable Object would
 * silently commit before the first await, so a promise is refused on both runtimes.
 */
export function transact<T>(db: Db, work: () => T): T {
  return db.transaction(() => {
    const result = work();
    if (result instanceof Promise) throw new Error("A transaction cannot wait: call the CRM before or after it.");
    return result;
  });
}

/** What a prepared statement can do here. */
interface Prepared {
  run(values?: Record<string, unknown>): unknown;
  all(values?: Record<string, unknown>): unknown;
  values(values?: Record<string, unknown>): unknown;
  get(values?: Record<string, unknown>): unknown;
}

/**
 * A statement that is prepared when it is first run: a portal's file is opened for many a turn that needs a few of all there are. `values`
 * gives rows as lists in the order of the selected columns, as SQLite holds them: passes over everybody spend a tenth of their time on names.
 */
export function late<Q extends Prepared>(make: () => Q): Pick<Q, keyof Prepared> {
  let made: Q | null = null;
  const query = (): Q => {
    made ??= make();
    return made;
  };
  return {
    run: (values) => query().run(values),
    all: (values) => query().all(values),
    values: (values) => query().values(values),
    get: (values) => query().get(values),
  } as Pick<Q, keyof Prepared>;
}
