import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** Another process works on this data folder. */
export class FolderInUse extends Error {
  constructor(folder: string, holder: string) {
    super(`The data folder ${folder} is in use by ${holder}. Stop it first, or give this one another DATA_DIR.`);
    this.name = "FolderInUse";
  }
}

/** Folders that are held: a file that nobody refers to is closed by the collector, and its lock with it. */
const held = new Set<Database.Database>();

/**
 * Holds a data folder for this process. The lock is the operating system's, on a file of its own, taken through SQLite: it ends with the
 * process, however that ends, and a process number that another program or another container has by now means nothing to it.
 * @param onLeft hears of a holder that was killed: it could not say anything itself
 * @returns the release
 * @throws FolderInUse while its holder lives
 */
export function lockFolder(folder: string, onLeft?: (holder: string) => void): () => void {
  mkdirSync(folder, { recursive: true });
  const name = join(folder, "lock");
  const file = new Database(`${name}.sqlite`, { timeout: 0 });
  try {
    file.exec("begin exclusive");
  } catch (error) {
    file.close();
    if ((error as { code?: string }).code === "SQLITE_BUSY") throw new FolderInUse(folder, holderOf(name));
    throw error;
  }
  held.add(file);
  if (existsSync(name)) onLeft?.(holderOf(name));
  tellHolder(name);
  return () => {
    rmSync(name, { force: true });
    file.close();
    held.delete(file);
  };
}

function holderOf(name: string): string {
  try {
    return `process ${readFileSync(name, "utf8")}`;
  } catch {
    return "another process";
  }
}

/** For people who look for the holder; a disk that is full keeps nobody from starting. */
function tellHolder(name: string): void {
  try {
    writeFileSync(name, String(process.pid));
  } catch {
    rmSync(name, { force: true });
  }
}
