/**
 * One commit for all that waits at the same moment, as durable as `synchronous = FULL` and without stopping the process: the rows are
 * written and committed at once, and the sync of the write-ahead log, which is all that FULL adds to NORMAL (SQLite, "PRAGMA
 * synchronous"), runs on another thread. Nobody is told "done" before it ended.
 */
import { closeSync, fdatasync, openSync } from "node:fs";
import type Database from "better-sqlite3";

interface Waiting<T> {
  what: T;
  done: () => void;
  failed: (error: unknown) => void;
}

/** Commits of `work` are in the write-ahead log when it returns, but perhaps not yet on the disk. */
export function withoutSync(db: Database.Database, work: () => void): void {
  db.exec("pragma synchronous = normal");
  try {
    work();
  } finally {
    db.exec("pragma synchronous = full");
  }
}

export class SharedCommit<T> {
  readonly #db: Database.Database;
  readonly #write: (all: readonly Waiting<T>[]) => void;
  /** the write-ahead log; opened after the first commit, which makes it. It stays the same file as long as the database is open. */
  #log: number | null = null;
  #waiting: Waiting<T>[] = [];
  #isBusy = false;
  #isClosed = false;

  /** @param write stores one; called inside the transaction */
  constructor(db: Database.Database, write: (what: T) => void) {
    this.#db = db;
    this.#write = db.transaction((all: readonly Waiting<T>[]) => {
      for (const one of all) write(one.what);
    });
  }

  /** Resolves when it is on disk. */
  add(what: T): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ what, done, failed });
      if (this.#isBusy) return;
      this.#isBusy = true;
      setImmediate(() => this.#turn());
    });
  }

  #turn(): void {
    const all = this.#waiting;
    this.#waiting = [];
    const end = (error: unknown) => {
      for (const one of all) error ? one.failed(error) : one.done();
      this.#isBusy = this.#waiting.length > 0 && !this.#isClosed;
      if (this.#isBusy) setImmediate(() => this.#turn());
      if (this.#isClosed) this.#release();
    };
    try {
      withoutSync(this.#db, () => this.#write(all));
      if (this.#db.memory) end(null);
      else fdatasync(this.#openLog(), end);
    } catch (error) {
      end(error);
    }
  }

  #openLog(): number {
    this.#log ??= openSync(`${this.#db.name}-wal`, "r+");
    return this.#log;
  }

  /** What waits stays unanswered: its sender will send it again. */
  close(): void {
    this.#isClosed = true;
    if (!this.#isBusy) this.#release();
  }

  #release(): void {
    if (this.#log !== null) closeSync(this.#log);
    this.#log = null;
  }
}
