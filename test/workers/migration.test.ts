/** A portal that grew large under the oldest schema is brought to the newest one inside its object, whole or not at all. */
import { runInDurableObject } from "cloudflare:test";
import { drizzle } from "drizzle-orm/durable-sqlite";
import { expect, test } from "vitest";
import { type Db, migrate } from "../../src/store/db.ts";
import { MIGRATIONS } from "../../src/store/migrations.gen.ts";
import * as schema from "../../src/store/schema.ts";
import { env } from "./world.ts";

const ROWS = 50_000;

type Sql = DurableObjectStorage["sql"];

/** The tables as the first version made them, with as many rows as the largest portals have. */
function makeOld(sql: Sql): void {
  for (const statement of MIGRATIONS[0]!.statements) sql.exec(statement);
  sql.exec("create table schema_version (version integer not null)");
  sql.exec("insert into schema_version (version) values (1)");
  for (const table of ["mirror", "client", "score_change"]) fill(sql, table);
}

/** Rows with something in every column that must hold something. */
function fill(sql: Sql, table: string): void {
  const columns = sql
    .exec<{ name: string; type: string; pk: number; notnull: number }>(
      'select name, type, pk, "notnull" from pragma_table_info(?)',
      table,
    )
    .toArray()
    .filter((column) => column.notnull === 1 || column.pk > 0);
  const value = ({ name, type, pk }: (typeof columns)[number]) =>
    pk > 0 ? (type === "text" ? "'key-' || n" : "n") : name === "state" ? "'{\"n\":1}'" : type === "text" ? "'x'" : "1";
  sql.exec(
    `with recursive counted (n) as (select 1 union all select n + 1 from counted where n < ${ROWS})
     insert into ${table} (${columns.map(({ name }) => `"${name}"`).join(", ")}) select ${columns.map(value).join(", ")} from counted`,
  );
}

const count = (sql: Sql, table: string) => Number(sql.exec(`select count(*) as n from ${table}`).one().n);
const version = (sql: Sql) => Number(sql.exec("select max(version) as n from schema_version").one().n);
const tables = (sql: Sql) =>
  sql
    .exec<{ name: string }>("select name from sqlite_master where name not glob '_cf*' order by name")
    .toArray()
    .map((row) => row.name);

const MIGRATING = MIGRATIONS.slice(1).flatMap((migration) => migration.statements);

/** Migrates, and fails behind the statement of that number. @returns what was found afterwards */
function failAt(
  storage: DurableObjectStorage,
  at: number,
): { version: number; tables: readonly string[]; rows: number } {
  const exec = storage.sql.exec.bind(storage.sql);
  let done = 0;
  const failing = (query: string, ...parameters: unknown[]) => {
    const answer = exec(query, ...parameters);
    if (MIGRATING.includes(query) && ++done === at) throw new Error("gone");
    return answer;
  };
  Object.defineProperty(storage.sql, "exec", { configurable: true, value: failing });
  try {
    migrate(drizzle(storage, { schema }) as unknown as Db);
    throw new Error("The migration did not fail.");
  } catch (error) {
    if (done !== at) throw error;
  } finally {
    Reflect.deleteProperty(storage.sql, "exec");
  }
  return { version: version(storage.sql), tables: tables(storage.sql), rows: count(storage.sql, "mirror") };
}

test(`a migration of ${ROWS} rows a table that ends in the middle leaves everything as it was; the object that starts again finishes it`, async () => {
  const object = () => env.PORTAL.getByName("hubspot-8870");
  const found = await runInDurableObject(object(), (_, { storage }) => {
    makeOld(storage.sql);
    const before = { version: 1, tables: tables(storage.sql), rows: ROWS };
    const steps = [1, Math.ceil(MIGRATING.length / 2), MIGRATING.length];
    return { before, after: steps.map((at) => failAt(storage, at)) };
  });
  expect(found.after).toEqual(found.after.map(() => found.before));
  expect(found.after).toHaveLength(3);
  // The platform takes the object away: the next instance migrates while it opens.
  await runInDurableObject(object(), (_, state) => state.abort("evicted")).catch(() => undefined);
  const after = await runInDurableObject(object(), (_, { storage }) => ({
    version: version(storage.sql),
    rows: ["mirror", "client", "client_state", "score_change"].map((table) => count(storage.sql, table)),
    due: Number(storage.sql.exec("select count(*) as n from client where due_at is not null").one().n),
    board: tables(storage.sql).includes("client_board"),
  }));
  expect(after).toEqual({ version: MIGRATIONS.length, rows: [ROWS, ROWS, ROWS, ROWS], due: 0, board: true });
});

test("no statement of a migration is longer than an object takes", () => {
  for (const { name, statements } of MIGRATIONS)
    for (const statement of statements) expect(statement.length, name).toBeLessThan(100_000);
});
