/** The two kinds of places where a portal can live, as a command sees them: a data folder at rest, and a connector that works. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Fetch } from "../../crm/http.ts";
import { type PortalId, parsePortalId } from "../../ports.ts";
import {
  begin,
  type Digest,
  digestOf,
  finish,
  leave,
  type Place,
  type RowPage,
  rowsOf,
  takeRows,
  transportKey,
} from "../move.ts";
import { moveToken } from "../move-token.ts";
import { makeVault } from "../vault.ts";
import { type NodeHost, takeOver } from "./host.ts";
import { lockFolder } from "./locks.ts";
import { type OpenFile, PortalFiles } from "./portal-files.ts";
import { Registry } from "./registry.ts";

/** A place that a command opens and closes. */
export type ClosingPlace = Place & { close(): void };

/**
 * A data folder, for as long as it takes its only user.
 * @param keys ENCRYPTION_KEYS
 * @throws FolderInUse while a connector works there
 */
export function folderPlace(dataDir: string, keys: string, moveKey: string, now: () => number): ClosingPlace {
  const release = lockFolder(dataDir);
  const files = new PortalFiles(join(dataDir, "portals"));
  const vault = makeVault(keys);
  const transport = transportKey(moveKey);
  const open = new Map<PortalId, OpenFile>();
  const storeOf = (id: PortalId, isNew = false) => {
    parsePortalId(id);
    if (!isNew && !open.has(id) && !existsSync(files.path(id))) throw new Error(`${id} does not live in ${dataDir}.`);
    const file = open.get(id) ?? files.open(id);
    open.set(id, file);
    return file.store;
  };
  const db = (id: PortalId) => storeOf(id).db;
  return {
    async leave(id) {
      const registry = new Registry(join(dataDir, "registry.sqlite"));
      try {
        leave(storeOf(id), now());
        while (takeOver(registry, id, storeOf(id), now()) > 0);
        registry.remove(id);
      } finally {
        registry.close();
      }
    },
    digest: async (id) => digestOf(db(id), vault, transport),
    rows: async (id, table, after) => rowsOf(db(id), table, after, vault, transport),
    begin: async (id) => begin(storeOf(id, true)),
    take: async (id, table, rows) => takeRows(db(id), table, rows, vault, transport),
    async finish(id, sent) {
      finish(db(id), sent, vault, transport);
      const registry = new Registry(join(dataDir, "registry.sqlite"));
      registry.add(id, now());
      registry.close();
    },
    close() {
      for (const file of open.values()) file.close();
      release();
    },
  };
}

/** The portals of a connector that works. */
export function livePlace(host: NodeHost, keys: string, moveKey: string): Place {
  const vault = makeVault(keys);
  const transport = transportKey(moveKey);
  return {
    leave: (id) => host.moveAway(id),
    digest: async (id) => digestOf(host.copyOf(id).db, vault, transport),
    rows: async (id, table, after) => rowsOf(host.copyOf(id).db, table, after, vault, transport),
    begin: async (id) => begin(host.portal(id).store),
    take: async (id, table, rows) => takeRows(host.copyOf(id).db, table, rows, vault, transport),
    async finish(id, sent) {
      finish(host.copyOf(id).db, sent, vault, transport);
      host.moveDone(id);
    },
  };
}

/** A connector whose MOVE_KEY is set, on Workers or on Node, while it works. @param url its address */
export function remotePlace(url: string, moveKey: string, fetch: Fetch): ClosingPlace {
  const call = async (path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? { method: "GET" } : { method: "POST", body: JSON.stringify(body) };
    const headers = { authorization: `Bearer ${moveToken(moveKey)}`, "content-type": "application/json" };
    const answer = await fetch(
      new Request(`${url}/operations/portals/${path}`, { ...init, headers, redirect: "manual" }),
    );
    if (answer.ok) return answer.json();
    if (answer.status < 400)
      throw new Error(`${url} answered ${answer.status}, a redirect: give the connector's own address.`);
    const known: Record<number, string> = { 403: "MOVE_KEY is another one there", 404: "MOVE_KEY is not set there" };
    throw new Error(`${url} refused: ${known[answer.status] ?? (await answer.text())}`);
  };
  return {
    leave: async (id) => void (await call(`${id}/leave`, {})),
    digest: async (id) => (await call(`${id}/digest`)) as Digest,
    rows: async (id, table, after) => (await call(`${id}/rows?table=${table}&after=${after}`)) as RowPage,
    begin: async (id) => void (await call(`${id}/begin`, {})),
    take: async (id, table, rows) => void (await call(`${id}/rows`, { table, rows })),
    finish: async (id, sent) => void (await call(`${id}/finish`, sent)),
    close: () => undefined,
  };
}
