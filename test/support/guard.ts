/**
 * Databases that outlive the process that used them, and a switch that kills that process between two of its steps: at every commit
 * and at every call to a CRM, before and after it. What was not committed is rolled back, and a dead process changes nothing any more.
 */
import Database from "better-sqlite3";
import type { PortalId } from "../../src/ports.ts";
import { type OpenFile, openClient, PortalFiles } from "../../src/runtimes/node/portal-files.ts";
import type { Life } from "./life.ts";

/** The connection as one life sees it. */
export function inLife(client: Database.Database, life: Life): Database.Database {
  return new Proxy(client, {
    get(target, name) {
      life.check();
      if (name === "prepare") return (source: string) => statementInLife(target.prepare(source), target, life);
      if (name === "transaction")
        return (work: (...args: unknown[]) => unknown) => transactionInLife(target, work, life);
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function statementInLife(statement: Database.Statement, client: Database.Database, life: Life): Database.Statement {
  const proxy: Database.Statement = new Proxy(statement, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        life.check();
        const isCommit = ["run", "get", "all"].includes(String(name)) && !target.readonly && !client.inTransaction;
        if (isCommit) life.step("commit", "before");
        const answer = value.apply(target, args) as unknown;
        if (isCommit) life.step("commit", "after");
        return answer === target ? proxy : answer;
      };
    },
  });
  return proxy;
}

function transactionInLife(
  client: Database.Database,
  work: (...args: unknown[]) => unknown,
  life: Life,
): Database.Transaction {
  const run = (mode: "default" | "deferred" | "immediate" | "exclusive") => {
    return (...args: unknown[]) => {
      life.check();
      const isOuter = !client.inTransaction;
      const native = client.transaction((...inner: unknown[]) => {
        const answer = work(...inner);
        if (isOuter) life.step("commit", "before");
        return answer;
      });
      const answer = native[mode](...args);
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
