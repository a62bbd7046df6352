/**
 * Databases that outlive the process that used them, and a switch that kills that process between two of its steps: at every commit
 * and at every call to a CRM, before and after it. What was not committed is rolled back, and a dead process changes nothing any more.
 */
import Database from "better-sqlite3";
import type { PortalId } from "../../src/ports.ts";
import { type OpenFile, openClient, PortalFiles } from "../../src/runtimes/node/portal-files.ts";
import type { Life } from "./life.ts";

/**
 * Statements of one connection by their text, and the same in raw mode. Drizzle makes a statement anew each time that it runs one: a simulation
 * of months is spared that.
 */
interface Prepared {
  statement: Database.Statement;
  raw: Database.Statement | null;
}
const prepared = new WeakMap<Database.Database, Map<string, Prepared>>();

function preparedOf(client: Database.Database, source: string): Prepared {
  const known = prepared.get(client) ?? new Map<string, Prepared>();
  prepared.set(client, known);
  const found = known.get(source);
  if (found) return found;
  const made = { statement: client.prepare(source), raw: null };
  known.set(source, made);
  return made;
}

/** The connection as one life sees it. */
export function inLife(client: Database.Database, life: Life): Database.Database {
  const natives = new WeakMap<object, unknown>();
  const seen: Partial<Database.Database> = {
    prepare: ((source: string) => {
      life.check();
      return new StatementInLife(preparedOf(client, source), client, life);
    }) as unknown as Database.Database["prepare"],
    transaction: ((work: (...args: unknown[]) => unknown) =>
      transactionInLife(client, work, life)) as unknown as Database.Database["transaction"],
  };
  return new Proxy(client, {
    get(target, name) {
      life.check();
      const own = seen[name as keyof Database.Database];
      if (own !== undefined) return own;
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== "function") return value;
      const bound = natives.get(value) ?? value.bind(target);
      natives.set(value, bound);
      return bound;
    },
  });
}

/** The part of a statement that Drizzle and the registry use. */
class StatementInLife {
  readonly #prepared: Prepared;
  readonly #client: Database.Database;
  readonly #life: Life;
  readonly #isRaw: boolean;
  readonly #statement: Database.Statement;

  constructor(prepared: Prepared, client: Database.Database, life: Life, isRaw = false) {
    this.#prepared = prepared;
    this.#client = client;
    this.#life = life;
    this.#isRaw = isRaw;
    if (isRaw) prepared.raw ??= client.prepare(prepared.statement.source).raw();
    this.#statement = isRaw ? prepared.raw! : prepared.statement;
  }

  raw(): StatementInLife {
    return this.#isRaw ? this : new StatementInLife(this.#prepared, this.#client, this.#life, true);
  }

  run(...args: unknown[]): unknown {
    return this.#step(() => this.#statement.run(...args));
  }

  get(...args: unknown[]): unknown {
    return this.#step(() => this.#statement.get(...args));
  }

  all(...args: unknown[]): unknown {
    return this.#step(() => this.#statement.all(...args));
  }

  #step(work: () => unknown): unknown {
    this.#life.check();
    const isCommit = !this.#statement.readonly && !this.#client.inTransaction;
    if (isCommit) this.#life.step("commit", "before");
    const answer = work();
    if (isCommit) this.#life.step("commit", "after");
    return answer;
  }
}

type Mode = "default" | "deferred" | "immediate" | "exclusive";

function transactionInLife(
  client: Database.Database,
  work: (...args: unknown[]) => unknown,
  life: Life,
): Database.Transaction {
  const run = (mode: Mode) => {
    return (...args: unknown[]) => {
      life.check();
      const isOuter = !client.inTransaction;
      const native = nativeOf(client)[mode];
      const answer = native(() => {
        const inner = work(...args);
        if (isOuter) life.step("commit", "before");
        return inner;
      });
      if (isOuter) life.step("commit", "after");
      return answer;
    };
  };
  return Object.assign(run("default"), {
    default: run("default"),
    deferred: run("deferred"),
    immediate: run("immediate"),
    exclusive: run("exclusive"),
  }) as unknown as Database.Transaction;
}

const natives = new WeakMap<Database.Database, Database.Transaction<(work: () => unknown) => unknown>>();

/** One per connection: making one costs as much as a small statement. */
function nativeOf(client: Database.Database): Database.Transaction<(work: () => unknown) => unknown> {
  const known = natives.get(client);
  if (known) return known;
  const made = client.transaction((work: () => unknown) => work());
  natives.set(client, made);
  return made;
}

/** The portals' files of a test, in memory: they stay when the process that used them ends. */
export class MemoryFiles extends PortalFiles {
  readonly #clients = new Map<PortalId, Database.Database>();
  #life: Life;

  constructor(life: Life) {
    super(null);
    this.#life = life;
  }

  /** A new process opens them. */
  liveIn(life: Life): void {
    this.#life = life;
  }

  override open(id: PortalId): OpenFile {
    let client = this.#clients.get(id);
    if (!client) {
      client = new Database(this.path(id));
      this.#clients.set(id, client);
    }
    const file = openClient(inLife(client, this.#life));
    return { ...file, close: () => undefined };
  }

  override exists(id: PortalId): boolean {
    return this.#clients.has(id);
  }

  override remove(id: PortalId): void {
    this.#clients.get(id)?.close();
    this.#clients.delete(id);
  }

  /** The bytes of one portal's database. */
  bytes(id: PortalId): Buffer {
    return this.#clients.get(id)!.serialize();
  }

  /** Puts earlier bytes back and marks them, as the command does with which a person restores a copy. */
  restore(id: PortalId, bytes: Buffer): void {
    this.#clients.get(id)?.close();
    const client = new Database(bytes);
    openClient(client).store.meta.set("restored", true);
    this.#clients.set(id, client);
  }

  closeAll(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }
}
