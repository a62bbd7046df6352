/**
 * `npm run dev:workers`: the connector as a Worker with Durable Objects on this machine. Without credentials of a CRM a sandbox HubSpot
 * with a demo portal runs beside it, and the connector is installed there. PORT names the Worker's port (default 8787).
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../src/core/seeded-random.ts";
import { demoHubSpot, HUBSPOT_APP_ID } from "../src/runtimes/node/demo-hubspot.ts";
import { isDemo } from "../src/runtimes/node/is-demo.ts";

/** What a Worker has as vars and secrets; passed on from this environment. */
const SETTINGS =
  /^(?:PUBLIC_URL|ENCRYPTION_KEYS|MOVE_KEY|NEIGHBOUR_URL|LOG_LEVEL|METRICS_TOKEN|MAIL_API_\w+|HUBSPOT_\w+|BITRIX24_\w+)$/;
/** A person in the demo CRM does something this often, ms. */
const STEP_MS = 5_000;
const READY_WITHIN_MS = 60_000;

const port = Number(process.env.PORT ?? 8787);
const publicUrl = process.env.PUBLIC_URL ?? `http://localhost:${port}`;
const crmPort = Number(process.env.SANDBOX_HUBSPOT_PORT ?? 3001);
const folder = mkdtempSync(join(tmpdir(), "tenure-workers-"));
const secret = { id: "demo-client", secret: randomBytes(16).toString("hex") };
const crm = isDemo(process.env)
  ? demoHubSpot({ publicUrl, port: crmPort, secret, random: seededRandom(20_261_121) })
  : null;

const demo = {
  HUBSPOT_CLIENT_ID: secret.id,
  HUBSPOT_CLIENT_SECRET: secret.secret,
  HUBSPOT_APP_ID: String(HUBSPOT_APP_ID),
  HUBSPOT_API_URL: `http://localhost:${crmPort}`,
  HUBSPOT_AUTH_URL: `http://localhost:${crmPort}`,
};
const given = Object.fromEntries(Object.entries(process.env).filter(([name]) => SETTINGS.test(name)));
const settings = {
  LOG_LEVEL: "warn",
  ENCRYPTION_KEYS: `dev:${randomBytes(32).toString("base64")}`,
  ...(crm ? demo : {}),
  ...given,
  PUBLIC_URL: publicUrl,
};
// In a file that only this user reads: a command line is seen by everybody.
const envFile = join(folder, "settings.env");
writeFileSync(
  envFile,
  Object.entries(settings)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join(""),
);
chmodSync(envFile, 0o600);

const args = [
  "dev",
  "--local",
  "--ip",
  "127.0.0.1",
  "--port",
  String(port),
  "--show-interactive-dev-session=false",
  "--env-file",
  envFile,
];
const persist = crm ? ["--persist-to", join(folder, "state")] : [];
const worker = spawn("wrangler", [...args, ...persist], {
  stdio: "inherit",
  env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1" },
});
let timer: NodeJS.Timeout | null = null;
worker.once("exit", (code) => {
  if (timer) clearInterval(timer);
  crm?.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 0);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => worker.kill(signal));

if (crm) {
  await untilReady();
  await crm.install();
  timer = setInterval(() => crm.step(), STEP_MS);
  console.log(`\n  The CRM, as its people see it   ${crm.url}\n  The connector, in workerd       ${publicUrl}/\n`);
}

async function untilReady(): Promise<void> {
  for (const startedAt = performance.now(); performance.now() - startedAt < READY_WITHIN_MS; ) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 300));
  }
  throw new Error("The Worker did not become ready.");
}
