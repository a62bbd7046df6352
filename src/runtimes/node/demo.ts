/** The demo: sandbox CRMs on local ports, each with a portal of 150 clients and 5 managers, and a connector that is installed in them. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, readConfig } from "../../config.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import type { AdoptionAnswer } from "../../views/adoption.ts";
import type { StatusView } from "../../views/status.ts";
import { type Connector, startConnector } from "./connector.ts";
import { BITRIX24_OAUTH_PATH, demoBitrix24 } from "./demo-bitrix24.ts";
import type { DemoCrm, DemoSite } from "./demo-crm.ts";
import { demoHubSpot, HUBSPOT_APP_ID } from "./demo-hubspot.ts";
import { requireFree } from "./free-port.ts";
import type { Environment } from "./is-demo.ts";
import { makeLog } from "./log.ts";

/** A person in each demo CRM does something this often, ms. */
const STEP_MS = 5_000;
/** Deals won this recently are adopted, so that there is something to see at once, ms. */
const ADOPT_MS = 75 * 86_400_000;
/** How often, and how many times, the demo looks whether the first import is over. */
const LOOK_MS = 500;
const LOOKS_MAX = 600;
const SEED = 20_261_121;

export async function startDemo(env: Environment): Promise<{ stop(): Promise<void> }> {
  const port = Number(env.PORT ?? 3000);
  const ports = {
    hubspot: Number(env.SANDBOX_HUBSPOT_PORT ?? 3001),
    bitrix24: Number(env.SANDBOX_BITRIX24_PORT ?? 3002),
  };
  await requireFree(port, "PORT");
  await requireFree(ports.hubspot, "SANDBOX_HUBSPOT_PORT");
  await requireFree(ports.bitrix24, "SANDBOX_BITRIX24_PORT");
  const folder = env.DATA_DIR ? null : mkdtempSync(join(tmpdir(), "tenure-demo-"));
  const publicUrl = env.PUBLIC_URL ?? `http://localhost:${port}`;
  const secret = { id: "demo-client", secret: randomBytes(16).toString("hex") };
  const random = seededRandom(SEED);
  const crms = [
    demoHubSpot({ publicUrl, port: ports.hubspot, secret, random }),
    demoBitrix24({ publicUrl, port: ports.bitrix24, secret, random }),
  ];
  const config = demoConfig({ DATA_DIR: folder ?? undefined, ...env }, publicUrl, port, ports, secret);
  const connector = await startConnector({ config, log: makeLog(config.logLevel) });
  for (const crm of crms) await crm.install();
  say(publicUrl, crms);
  for (const crm of crms) void liven(connector, crm);
  const timer = setInterval(() => {
    for (const crm of crms) crm.step();
  }, STEP_MS);
  return {
    async stop() {
      clearInterval(timer);
      for (const crm of crms) crm.stop();
      await connector.stop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function demoConfig(
  env: Environment,
  publicUrl: string,
  port: number,
  ports: { hubspot: number; bitrix24: number },
  secret: DemoSite["secret"],
): Config {
  const hubspotUrl = `http://localhost:${ports.hubspot}`;
  return readConfig({
    LOG_LEVEL: "warn",
    ENCRYPTION_KEYS: `demo:${randomBytes(32).toString("base64")}`,
    ...env,
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    HUBSPOT_CLIENT_ID: secret.id,
    HUBSPOT_CLIENT_SECRET: secret.secret,
    HUBSPOT_APP_ID: String(HUBSPOT_APP_ID),
    HUBSPOT_API_URL: hubspotUrl,
    HUBSPOT_AUTH_URL: hubspotUrl,
    BITRIX24_CLIENT_ID: secret.id,
    BITRIX24_CLIENT_SECRET: secret.secret,
    BITRIX24_OAUTH_URL: `http://localhost:${ports.bitrix24}${BITRIX24_OAUTH_PATH}`,
  });
}

/** As an admin and a team would: what was won lately is adopted after the first import, and most of what is late by then is done. */
async function liven({ host }: Connector, crm: DemoCrm): Promise<void> {
  const isOnceTrue = (is: (status: StatusView) => boolean) =>
    looking(async () => is((await host.ask(crm.id, "status", [])) as StatusView));
  const isImported = ({ clients, reconciled }: StatusView) => clients > 0 && reconciled.every(({ at }) => at !== null);
  if (!(await isOnceTrue(isImported))) return;
  const since = Date.now() - ADOPT_MS;
  const preview = (await host.ask(crm.id, "previewAdoption", [since])) as AdoptionAnswer;
  if (!preview.ok) throw new Error("The demo has more clients than are counted at once.");
  await host.ask(crm.id, "adopt", [since, "demo", preview.view]);
  console.log(
    `  ${crm.name}: adopted ${preview.view.plans} earlier clients; about ${preview.view.tasks} tasks are being written.`,
  );
  const tasks = (status: StatusView) =>
    status.things.some(({ n }) => n > 0) && status.waiting.every(({ n }) => n === 0);
  if (!(await isOnceTrue(tasks))) return;
  crm.catchUp();
  console.log(`  ${crm.name}: the team has caught up with most of them; scores follow within a minute.`);
}

/** Asks again and again until the answer is yes. @returns false if it never was */
async function looking(ask: () => Promise<boolean>): Promise<boolean> {
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    if (await ask()) return true;
  }
  return false;
}

function say(publicUrl: string, crms: readonly DemoCrm[]): void {
  const rows = crms.map(
    (crm) =>
      `  ${crm.name.padEnd(10)} as its people see it   ${crm.url}\n  ${"".padEnd(10)} Tenure's own screens    ${crm.screens}`,
  );
  console.log(`
  Tenure runs on ${publicUrl}, installed in two sandbox CRMs of 150 clients and 5 managers each.

${rows.join("\n")}

  Deals are won while you watch. Stop with Ctrl+C.
`);
}
