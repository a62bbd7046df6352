/** The demo: sandbox CRMs on local ports with a portal of 150 clients and 5 managers, and a connector that is installed in them. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { readConfig } from "../../config.ts";
import { systemClock } from "../../sandbox/clock.ts";
import { demoStep, seedDemo } from "../../sandbox/hubspot/demo.ts";
import { HubSpotSandbox, type SandboxPortal } from "../../sandbox/hubspot/index.ts";
import { seededRandom } from "../../sandbox/random.ts";
import { type Connector, startConnector } from "./connector.ts";
import { makeLog } from "./log.ts";

const CREDENTIALS = [
  "HUBSPOT_CLIENT_ID",
  "HUBSPOT_CLIENT_SECRET",
  "HUBSPOT_APP_ID",
  "BITRIX24_CLIENT_ID",
  "BITRIX24_CLIENT_SECRET",
];
/** A person in the demo CRM does something this often, ms. */
const STEP_MS = 5_000;
/** Deals won this recently are adopted, so that there is something to see at once, ms. */
const ADOPT_MS = 75 * 86_400_000;
const SEED = 20_261_121;

type Environment = Readonly<Record<string, string | undefined>>;

/** No credential of any CRM is set. */
export function isDemo(env: Environment): boolean {
  return CREDENTIALS.every((name) => !env[name]);
}

export async function startDemo(env: Environment): Promise<{ stop(): Promise<void> }> {
  const folder = env.DATA_DIR ? null : mkdtempSync(join(tmpdir(), "tenure-demo-"));
  const port = Number(env.PORT ?? 3000);
  const hubspotPort = Number(env.SANDBOX_HUBSPOT_PORT ?? 3001);
  const publicUrl = env.PUBLIC_URL ?? `http://localhost:${port}`;
  const hubspotUrl = `http://localhost:${hubspotPort}`;
  const secret = { clientId: "demo-client", clientSecret: randomBytes(16).toString("hex"), appId: 1 };
  const config = readConfig({
    LOG_LEVEL: "warn",
    ...env,
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    DATA_DIR: env.DATA_DIR ?? folder!,
    ENCRYPTION_KEYS: env.ENCRYPTION_KEYS ?? `demo:${randomBytes(32).toString("base64")}`,
    HUBSPOT_CLIENT_ID: secret.clientId,
    HUBSPOT_CLIENT_SECRET: secret.clientSecret,
    HUBSPOT_APP_ID: String(secret.appId),
    HUBSPOT_API_URL: hubspotUrl,
    HUBSPOT_AUTH_URL: hubspotUrl,
  });
  const random = seededRandom(SEED);
  const sandbox = new HubSpotSandbox({
    clock: systemClock(),
    random,
    ...secret,
    redirectUrls: [`${publicUrl}/hubspot/oauth/callback`, `${publicUrl}/hubspot/install`],
    webhookUrl: `${publicUrl}/hubspot/webhooks`,
    deliver: (request) => fetch(request),
    publicUrl: hubspotUrl,
  });
  const server = serve({ fetch: (request) => sandbox.fetch(request), port: hubspotPort });
  const portal = sandbox.addPortal({ timeZone: "Asia/Almaty", currency: "KZT", locale: "ru", plan: "enterprise" });
  seedDemo(portal, { clients: 150, managers: 5, random, now: Date.now() });
  const connector = await startConnector({ config, log: makeLog(config.logLevel) });
  await install(portal, publicUrl);
  const timer = setInterval(() => demoStep(portal, random), STEP_MS);
  say(publicUrl, hubspotUrl);
  void adoptRecent(connector, `hubspot-${portal.hubId}`);
  return {
    async stop() {
      clearInterval(timer);
      server.close();
      await connector.stop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As a person does it: begin at the connector, approve in the CRM, come back with the cookie. */
async function install(portal: SandboxPortal, publicUrl: string): Promise<void> {
  const begun = await fetch(`${publicUrl}/hubspot/install`, { redirect: "manual" });
  const back = portal.approve(begun.headers.get("location") ?? "");
  const cookie = (begun.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const answer = await fetch(back, { headers: { cookie }, redirect: "manual" });
  if (!answer.ok) throw new Error(`The demo could not install itself: ${answer.status}`);
}

/** Waits for the first import and adopts what was won lately, as an admin would after looking at the preview. */
async function adoptRecent(connector: Connector, id: string): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    await new Promise((done) => setTimeout(done, 500));
    const status = (await connector.host.ask(id, "status", [])) as {
      stale: number;
      clients: number;
      reconciled: { at: number | null }[];
    };
    if (status.clients === 0 || status.stale > 0 || status.reconciled.some((one) => one.at === null)) continue;
    const preview = (await connector.host.ask(id, "adopt", [Date.now() - ADOPT_MS, "demo"])) as {
      plans: number;
      tasks: number;
    };
    console.log(`  Adopted ${preview.plans} earlier clients: about ${preview.tasks} tasks are being written.`);
    return;
  }
}

function say(publicUrl: string, hubspotUrl: string): void {
  console.log(`
  Tenure runs, with a sandbox HubSpot of 150 clients and 5 managers.

  The CRM, as its people see it   ${hubspotUrl}/
  The connector                   ${publicUrl}/

  Deals are won while you watch. Stop with Ctrl+C.
`);
}
