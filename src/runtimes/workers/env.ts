/** What wrangler.toml binds, and what is made of it once per object or Worker instance. */
import { randomBytes } from "node:crypto";
import { type Config, readConfig } from "../../config.ts";
import { bitrix24App } from "../../crm/bitrix24/index.ts";
import { hubspotApp } from "../../crm/hubspot/index.ts";
import type { Surroundings } from "../../ports.ts";
import { type CrmApps, crmApps } from "../crm-apps.ts";
import { apiMailer } from "../mail-api.ts";
import { type KeyRing, makeVault } from "../vault.ts";
import { makeLog } from "./log.ts";
import type { PortalObject } from "./portal-object.ts";
import type { RegistryObject } from "./registry-object.ts";

export interface Env {
  PORTAL: DurableObjectNamespace<PortalObject>;
  REGISTRY: DurableObjectNamespace<RegistryObject>;
  ASSETS: Fetcher;
  /** the settings of the README, as vars and secrets */
  readonly [setting: string]: unknown;
}

export interface Wired {
  config: Config;
  apps: CrmApps;
  around: Surroundings;
  keys: KeyRing;
}

/** @throws ConfigProblem that names every missing or odd setting */
export function wire(env: Env): Wired {
  const settings = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const config = readConfig(Object.fromEntries(settings));
  const keys = makeVault(config.encryptionKeys);
  const around: Surroundings = {
    now: () => Date.now(),
    chance: () => Math.random(),
    token: () => randomBytes(32).toString("base64url"),
    vault: keys,
    log: makeLog(config.logLevel),
    breathe: () => new Promise((done) => setTimeout(done, 0)),
    // A Worker speaks no SMTP; without a mail service letters stay tasks.
    mailer: config.mailApi === null ? undefined : apiMailer({ ...config.mailApi, fetch: (request) => fetch(request) }),
    // Cloudflare's fetch reaches nothing inside a network.
    outbound: { fetch: (request) => fetch(request) },
  };
  return { config, apps: crmApps(config, { hubspotApp, bitrix24App }, (request) => fetch(request)), around, keys };
}
