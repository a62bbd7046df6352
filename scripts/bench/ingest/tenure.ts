/** Tenure's own receiver: its app, its registry on disk with full durability, portals installed. Only the turns that read the CRM are left out. */
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { makeApp } from "../../../src/app.ts";
import { hubspotApp } from "../../../src/crm/hubspot/index.ts";
import { portalId, type Surroundings } from "../../../src/ports.ts";
import { hmacSha256 } from "../../../src/runtimes/hmac.ts";
import { frontDoor } from "../../../src/runtimes/node/front.ts";
import { NodeHost } from "../../../src/runtimes/node/host.ts";
import { PortalFiles } from "../../../src/runtimes/node/portal-files.ts";
import { Registry } from "../../../src/runtimes/node/registry.ts";
import { makeVault } from "../../../src/runtimes/vault.ts";
import { screenRoutes } from "../../../src/web/routes/screens.ts";
import { APP_ID, PUBLIC_URL, SECRET } from "./deliveries.ts";
import type { Receiver } from "./receivers.ts";

export function tenureReceiver(folder: string, firstPortal: number, portals: number): Receiver {
  const around: Surroundings = {
    now: Date.now,
    chance: Math.random,
    token: () => "none",
    vault: makeVault(`k1:${Buffer.alloc(32, 7).toString("base64")}`),
    log: (level, event, details) => {
      // A refusal would make the figure worthless: it has to be seen.
      if (level !== "info") console.error(event, details);
    },
  };
  const registry = new Registry(join(folder, "registry.sqlite"));
  const ids = Array.from({ length: portals }, (_, at) => portalId("hubspot", String(firstPortal + at)));
  for (const id of ids) registry.add(id, Number.MAX_SAFE_INTEGER);
  const hubspot = hubspotApp({
    clientId: "bench",
    clientSecret: SECRET,
    appId: String(APP_ID),
    publicUrl: PUBLIC_URL,
    fetch: () => Promise.reject(new Error("The benchmark calls no CRM.")),
    hmac: hmacSha256,
  });
  const apps = { hubspot };
  const host = new NodeHost({
    apps,
    registry,
    files: new PortalFiles(join(folder, "portals")),
    around,
    publicUrl: PUBLIC_URL,
  });
  const deps = {
    publicUrl: PUBLIC_URL,
    apps,
    host,
    around,
    health: { isReady: () => true, metrics: async () => null },
    screens: screenRoutes,
    bitrix24Routes: null,
  };
  return {
    listener: frontDoor(deps, getRequestListener(makeApp(deps).fetch)),
    empty: () => ids.reduce((sum, id) => sum + emptyOf(registry, id), 0),
  };
}

function emptyOf(registry: Registry, id: string): number {
  let kept = 0;
  for (;;) {
    const rows = registry.take(id, 1000);
    const last = rows.at(-1);
    if (!last) return kept;
    kept += rows.length;
    registry.drop(id, last.seq, Number.MAX_SAFE_INTEGER);
  }
}
