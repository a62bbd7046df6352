/** Backup of a data folder while the connector works, and its restore. Sealed tokens stay sealed: the keys belong to another safe. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import type { PortalId } from "../../ports.ts";
import { lockFolder } from "./locks.ts";
import { openFile } from "./portal-files.ts";

const FORMAT = "tenure-backup-1";
const MANIFEST = "manifest.json";
const REGISTRY = "registry.sqlite";
const PORTALS = "portals";

export interface Manifest {
  format: typeof FORMAT;
  /** when it was begun, epoch ms */
  at: number;
  files: readonly { name: string; bytes: number }[];
}

/**
 * Copies the registry and every portal's file, each as it was at one moment, also while they are written to. The registry goes first:
 * a delivery that moves from its journal into a portal meanwhile is then in both copies, and folding it twice changes nothing.
 * @param target a folder that does not exist yet; it appears when the backup is whole
 * @throws Error when `target` exists or a copy is damaged
 */
export async function backupFolder(dataDir: string, target: string, nowMs: number): Promise<Manifest> {
  if (existsSync(target)) throw new Error(`${target} exists already: give the backup a folder of its own.`);
  if (!existsSync(join(dataDir, REGISTRY))) throw new Error(`${dataDir} holds no data of Tenure.`);
  const part = `${target}.part`;
  // What a backup left that was cut off.
  rmSync(part, { recursive: true, force: true });
  mkdirSync(join(part, PORTALS), { recursive: true, mode: 0o700 });
  const files: { name: string; bytes: number }[] = [];
  for (const name of [REGISTRY, ...portalFiles(dataDir)]) {
    const bytes = await copyOf(join(dataDir, name), join(part, name));
    if (bytes !== null) files.push({ name, bytes });
  }
  const manifest: Manifest = { format: FORMAT, at: nowMs, files };
  writeFileSync(join(part, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(part, target);
  return manifest;
}

function portalFiles(folder: string): string[] {
  const below = join(folder, PORTALS);
  if (!existsSync(below)) return [];
  const names = readdirSync(below).filter((name) => name.endsWith(".sqlite"));
  return names.sort().map((name) => `${PORTALS}/${name}`);
}

/** @returns its size, or null when the portal was erased meanwhile */
async function copyOf(from: string, to: string): Promise<number | null> {
  if (!existsSync(from)) return null;
  const source = new Database(from, { readonly: true, fileMustExist: true });
  // One moment for all steps of the copy: without a snapshot it begins anew with every write of the connector, and may never end.
  source.exec("begin; select 1 from sqlite_master");
  await source.backup(to).finally(() => source.close());
  const copy = new Database(to);
  try {
    // One file without a journal beside it.
    copy.pragma("journal_mode = DELETE");
    const verdict = copy.pragma("quick_check", { simple: true });
    if (verdict !== "ok") throw new Error(`The copy of ${from} is damaged: ${String(verdict)}`);
  } finally {
    copy.close();
  }
  return statSync(to).size;
}

export interface Restored {
  portals: readonly PortalId[];
  /** where what was there before lies now; null when nothing was */
  aside: string | null;
  /** portals that have moved to another runtime since: their copies stay marked and write nothing */
  moved: readonly PortalId[];
  /** portals whose file of before nobody can read: whether they have moved since is not known */
  unreadable: readonly PortalId[];
  /** portals that the registry knew and the backup does not hold */
  missing: readonly PortalId[];
}

/**
 * Puts a backup in the place of a data folder. Every portal in it is marked as restored: before it makes anything it looks in the CRM
 * for what it made after the backup. It is made ready beside what is there: until it is, nothing of that is touched.
 * @throws FolderInUse while a connector works there; NewerDatabase, and Error when the backup is not whole
 */
export function restoreFolder(backup: string, dataDir: string, nowMs: number): Restored {
  const manifest = readManifest(backup);
  const release = lockFolder(dataDir);
  const ready = join(dataDir, `restoring-${nowMs}`);
  try {
    mkdirSync(join(ready, PORTALS), { recursive: true, mode: 0o700 });
    for (const { name } of manifest.files) copyFileSync(join(backup, name), join(ready, name));
    const portals = portalFiles(ready).map((name) => basename(name, ".sqlite"));
    const before = new Map(portals.map((id) => [id, movedSince(join(dataDir, PORTALS, `${id}.sqlite`))]));
    for (const [id, movedAt] of before) markRestored(join(ready, PORTALS, `${id}.sqlite`), movedAt, nowMs);
    const moved = portals.filter((id) => typeof before.get(id) === "number");
    const unreadable = portals.filter((id) => before.get(id) === "unreadable");
    const missing = wakeAll(ready, portals, moved, nowMs);
    const aside = setAside(dataDir, nowMs);
    for (const name of readdirSync(ready)) renameSync(join(ready, name), join(dataDir, name));
    return { portals, aside, moved, unreadable, missing };
  } finally {
    rmSync(ready, { recursive: true, force: true });
    release();
  }
}

function readManifest(backup: string): Manifest {
  const path = join(backup, MANIFEST);
  if (!existsSync(path)) throw new Error(`${backup} is no backup of Tenure: it has no ${MANIFEST}.`);
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  if (manifest.format !== FORMAT) throw new Error(`${backup} is of another format: ${String(manifest.format)}.`);
  for (const { name, bytes } of manifest.files) {
    if (!/^(?:registry\.sqlite|portals\/[A-Za-z0-9_.-]+\.sqlite)$/.test(name))
      throw new Error(`"${name}" does not belong into a backup.`);
    const path = join(backup, name);
    if (!existsSync(path) || statSync(path).size !== bytes)
      throw new Error(`The backup is not whole: ${name} is missing or of another size.`);
  }
  return manifest;
}

function setAside(dataDir: string, nowMs: number): string | null {
  const present = readdirSync(dataDir).filter((name) => name.startsWith(REGISTRY) || name === PORTALS);
  if (present.length === 0) return null;
  const aside = join(dataDir, `before-restore-${nowMs}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const name of present) renameSync(join(dataDir, name), join(aside, name));
  return aside;
}

function markRestored(path: string, movedAt: ReturnType<typeof movedSince>, nowMs: number): void {
  const file = openFile(path);
  try {
    file.store.transaction(() => {
      file.store.meta.set("restored", true);
      // It may have come back after the backup: its time to do so begins anew.
      if (file.store.meta.get("revokedAt") !== null) file.store.meta.set("revokedAt", nowMs);
      if (typeof movedAt === "number") file.store.meta.set("movedAt", movedAt);
    });
  } finally {
    file.close();
  }
}

/** When the portal of a file left for another runtime; null when it did not. Read as any release wrote it, and not changed. */
function movedSince(path: string): number | null | "unreadable" {
  if (!existsSync(path)) return null;
  try {
    const file = new Database(path, { readonly: true, fileMustExist: true });
    try {
      const row = file.prepare("select value from meta where key = 'movedAt'").get() as { value: string } | undefined;
      return row ? Number(JSON.parse(row.value)) : null;
    } finally {
      file.close();
    }
  } catch {
    // Damaged: perhaps why somebody restores.
    return "unreadable";
  }
}

/** Every portal that lives here wakes at once; returns those that have no file, and forgets them as those that moved. */
function wakeAll(dataDir: string, portals: readonly PortalId[], moved: readonly PortalId[], nowMs: number): PortalId[] {
  const registry = new Database(join(dataDir, REGISTRY));
  try {
    const known = (registry.prepare("select id from portal").all() as { id: PortalId }[]).map((row) => row.id);
    const missing = known.filter((id) => !portals.includes(id));
    const wake = registry.prepare(
      "insert into portal (id, wake_at) values (?, ?) on conflict (id) do update set wake_at = excluded.wake_at",
    );
    const drop = registry.prepare("delete from portal where id = ?");
    registry.transaction(() => {
      for (const id of portals) wake.run(id, nowMs);
      for (const id of [...missing, ...moved]) drop.run(id);
    })();
    return missing;
  } finally {
    registry.close();
  }
}
