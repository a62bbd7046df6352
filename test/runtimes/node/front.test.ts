import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeApp } from "../../../src/app.ts";
import { hubspotApp, signHubSpot } from "../../../src/crm/hubspot/index.ts";
import { hmacSha256 } from "../../../src/runtimes/hmac.ts";
import { frontDoor } from "../../../src/runtimes/node/front.ts";
import { NodeHost } from "../../../src/runtimes/node/host.ts";
import { PortalFiles } from "../../../src/runtimes/node/portal-files.ts";
import { Registry } from "../../../src/runtimes/node/registry.ts";
import { makeVault } from "../../../src/runtimes/vault.ts";
import { screenRoutes } from "../../../src/web/routes/screens.ts";

const PUBLIC_URL = "https://tenure.test";
const NOW = Date.UTC(2026, 2, 2, 9);
const PATH = "/hubspot/webhooks";
const DEAL = { subscriptionType: "object.creation", objectTypeId: "0-3", changeSource: "CRM_UI" };
const ONE = JSON.stringify([{ portalId: 17, ...DEAL, objectId: 5 }]);

let folder: string;
let registry: Registry;
let server: Server;
let logs: { event: string; details: Readonly<Record<string, unknown>> }[];
let app: ReturnType<typeof makeApp>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenure-front-"));
  registry = new Registry(join(folder, "registry.sqlite"));
  registry.add("hubspot-17", NOW);
  logs = [];
  const around = {
    now: () => NOW,
    chance: () => 0.5,
    token: () => "t",
    vault: makeVault(`k1:${Buffer.alloc(32).toString("base64")}`),
    log: (_level: string, event: string, details = {}) => void logs.push({ event, details }),
  };
  const hubspot = hubspotApp({
    clientId: "c",
    clientSecret: "s",
    appId: "1",
    publicUrl: PUBLIC_URL,
    fetch: () => Promise.reject(new Error("no call")),
    hmac: hmacSha256,
  });
  const files = new PortalFiles(null);
  const host = new NodeHost({ apps: { hubspot }, registry, files, around, publicUrl: PUBLIC_URL });
  const health = { isReady: () => true, metrics: async () => null };
  const deps = {
    publicUrl: PUBLIC_URL,
    apps: { hubspot },
    host,
    around,
    health,
    screens: screenRoutes,
    bitrix24Routes: null,
  };
  app = makeApp(deps);
  server = createServer(frontDoor(deps, getRequestListener(app.fetch)));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});

afterEach(async () => {
  await new Promise((done) => server.close(done));
  registry.close();
  rmSync(folder, { recursive: true, force: true });
});

type Headers = Record<string, string>;

const signed = (body: string, at = NOW, secret = "s", path = PATH): Promise<Headers> =>
  signHubSpot(secret, { method: "POST", url: PUBLIC_URL + path, body }, at);

/** Over a real socket; without a length the body travels in chunks. */
function send(body: string, headers: Headers, options: { path?: string; isChunked?: boolean; method?: string } = {}) {
  const { path = PATH, isChunked = false, method = "POST" } = options;
  const { port } = server.address() as AddressInfo;
  const all = { ...headers, ...(!isChunked && { "content-length": String(Buffer.byteLength(body)) }) };
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((done, failed) => {
    const out = request({ port, host: "127.0.0.1", path, method, headers: all, agent: false }, (answer) => {
      answer.resume();
      answer.once("end", () => done({ status: answer.statusCode!, headers: answer.headers }));
    });
    out.once("error", failed);
    out.end(body);
  });
}

describe("the door for deliveries on Node", () => {
  it("answers 204 when the hints are in the journal (G1)", async () => {
    expect((await send(ONE, await signed(ONE))).status).toBe(204);
    expect((await send(ONE, await signed(ONE), { isChunked: true })).status).toBe(204);
    const path = `${PATH}?x=%2F`;
    expect((await send(ONE, await signed(ONE, NOW, "s", path), { path })).status).toBe(204);
    const hints = [{ kind: "deal", id: "5", change: "created" }];
    expect(registry.take("hubspot-17", 9).map((row) => row.hints)).toEqual([hints, hints, hints]);
    expect(registry.wakeAt("hubspot-17")).toBe(NOW);
  });

  const large = `[${" ".repeat(2_000_000)}]`;
  it.each([
    {
      what: "no signature",
      body: ONE,
      headers: async (): Promise<Headers> => ({}),
      status: 401,
      why: "missing-signature",
    },
    { what: "another secret", body: ONE, headers: () => signed(ONE, NOW, "other"), status: 401, why: "mismatch" },
    { what: "another body", body: ONE, headers: () => signed("[]"), status: 401, why: "mismatch" },
    {
      what: "a signature that is no base64",
      body: ONE,
      headers: async () => ({ ...(await signed(ONE)), "x-hubspot-signature-v3": "§" }),
      status: 401,
      why: "mismatch",
    },
    { what: "an old timestamp", body: ONE, headers: () => signed(ONE, NOW - 300_001), status: 401, why: "stale" },
    { what: "a timestamp ahead", body: ONE, headers: () => signed(ONE, NOW + 300_001), status: 401, why: "stale" },
    {
      what: "broken JSON",
      body: ONE.slice(0, -1),
      headers: () => signed(ONE.slice(0, -1)),
      status: 400,
      why: "malformed",
    },
    { what: "2 MB", body: large, headers: () => signed(large), status: 413, why: "too-large" },
    {
      what: "2 MB in chunks",
      body: large,
      headers: () => signed(large),
      status: 413,
      why: "too-large",
      isChunked: true,
    },
  ])(
    "refuses $what with $status, and so does the app's own route",
    async ({ body, headers, status, why, isChunked }) => {
      const given = await headers();
      expect((await send(body, given, { isChunked: isChunked === true })).status).toBe(status);
      expect(
        (
          await app.request(PUBLIC_URL + PATH, {
            method: "POST",
            body,
            headers: { ...given, "content-length": String(body.length) },
          })
        ).status,
      ).toBe(status);
      expect(logs.map((line) => [line.event, line.details.why])).toEqual([
        ["webhook-refused", why],
        ["webhook-refused", why],
      ]);
      expect(registry.take("hubspot-17", 9)).toEqual([]);
    },
  );

  it("drops what is for a portal that is not installed, and says so", async () => {
    const body = JSON.stringify([{ portalId: 99, ...DEAL, objectId: 5 }]);
    expect((await send(body, await signed(body))).status).toBe(204);
    expect(logs).toMatchObject([{ event: "webhook-unknown-portal", details: { portals: ["hubspot-99"] } }]);
  });

  it("answers 500 when nothing can be stored, so that it is sent again", async () => {
    registry.close();
    expect((await send(ONE, await signed(ONE))).status).toBe(500);
    expect(logs.map((line) => line.event)).toEqual(["request-failed"]);
    registry = new Registry(join(folder, "registry.sqlite"));
    expect(registry.take("hubspot-17", 9)).toEqual([]);
  });

  it("leaves everything else to the app, with its headers for pages", async () => {
    for (const path of ["/healthz", "/hubspot/webhooksx"]) {
      const answer = await send("", {}, { path, method: "GET" });
      expect([path, answer.status]).toEqual([path, path === "/healthz" ? 200 : 404]);
      expect(answer.headers["x-content-type-options"]).toBe("nosniff");
    }
    expect((await send(ONE, await signed(ONE), { method: "PUT" })).status).toBe(404);
  });
});
