import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { signHubSpot } from "../../../src/crm/hubspot/index.ts";
import { type Connector, startConnector } from "../../../src/runtimes/node/connector.ts";
import { Registry } from "../../../src/runtimes/node/registry.ts";

const PUBLIC_URL = "https://tenure.test";
const PATH = "/hubspot/webhooks";
const NOW = Date.UTC(2026, 2, 2, 9);
const BODY = JSON.stringify([
  { portalId: 17, subscriptionType: "object.creation", objectTypeId: "0-3", changeSource: "CRM_UI", objectId: 5 },
]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenure-stop-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(): Promise<Connector> {
  const config = readConfig({
    PORT: "0",
    PUBLIC_URL,
    DATA_DIR: folder,
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
    HUBSPOT_CLIENT_ID: "c",
    HUBSPOT_CLIENT_SECRET: "s",
    HUBSPOT_APP_ID: "1",
    LOG_LEVEL: "silent",
  });
  return startConnector({ config, log: () => undefined, now: () => NOW });
}

/** Half of a delivery has arrived; `rest` sends the other half and tells the answer. */
async function halfDelivered(port: number): Promise<{ rest(): Promise<number> }> {
  const headers = await signHubSpot("s", { method: "POST", url: PUBLIC_URL + PATH, body: BODY }, NOW);
  const all = { ...headers, "content-length": Buffer.byteLength(BODY), expect: "100-continue" };
  const out = request({ port, host: "127.0.0.1", path: PATH, method: "POST", headers: all, agent: false });
  const answered = new Promise<number>((done, failed) => {
    out.once("response", (answer) => done(answer.resume().statusCode!));
    out.once("error", failed);
  });
  // The server has seen the request begin when it asks for the body.
  out.flushHeaders();
  await new Promise<void>((done) => out.once("continue", done));
  out.write(BODY.slice(0, 20));
  return {
    rest() {
      out.end(BODY.slice(20));
      return answered;
    },
  };
}

describe("a stop", () => {
  test("answers what is under way, takes nothing new, and leaves a folder on which the next one goes on", async () => {
    const connector = await start();
    connector.registry.add("hubspot-17", NOW + 3_600_000);
    const half = await halfDelivered(connector.port);
    const stopped = connector.stop();
    expect(await half.rest()).toBe(204);
    await stopped;
    await expect(fetch(`http://127.0.0.1:${connector.port}/readyz`)).rejects.toThrow();
    expect(existsSync(join(folder, "lock"))).toBe(false);
    const registry = new Registry(join(folder, "registry.sqlite"));
    expect(registry.take("hubspot-17", 9).map((row) => row.hints)).toEqual([
      [{ kind: "deal", id: "5", change: "created" }],
    ]);
    registry.close();
    const next = await start();
    await next.stop();
  });

  test("does not wait for whoever never sends the rest", async () => {
    const connector = await start();
    const half = await halfDelivered(connector.port);
    await connector.stop(50);
    await expect(half.rest()).rejects.toThrow();
  });
});
