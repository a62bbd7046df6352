/** Environment -> frozen Config; every problem in one message, each with where to get the value. */
import { z } from "zod";

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ""));
const MOVE_KEY_FORM = /^[A-Za-z0-9+/_-]{43}=?$/;
const port = z
  .string()
  .regex(/^\d{1,5}$/, "expected a number")
  .transform(Number)
  .pipe(z.number().max(65535));

interface Setting {
  schema: z.ZodType;
  /** used when the variable is absent; undefined = required */
  fallback?: string;
  where: string;
}

const SETTINGS = {
  PORT: { schema: port, fallback: "3000", where: "a free TCP port for the connector" },
  PUBLIC_URL: {
    schema: url,
    fallback: "http://localhost:3000",
    where: "the https address under which the CRMs reach this connector",
  },
  DATA_DIR: {
    schema: z.string().min(1),
    fallback: "data",
    where: "a folder on a local disk that only this process uses",
  },
  ENCRYPTION_KEYS: {
    schema: z
      .string()
      .regex(
        /^[a-z0-9]{1,16}:[A-Za-z0-9+/_-]{43}=?(,[a-z0-9]{1,16}:[A-Za-z0-9+/_-]{43}=?)*$/,
        "expected name:base64-of-32-bytes, newest first, comma-separated",
      ),
    where: "make one with: openssl rand -base64 32, and write it as k1:<that>",
  },
  HUBSPOT_CLIENT_ID: { schema: z.string().min(1), where: "developer account > your project > app > Auth" },
  HUBSPOT_CLIENT_SECRET: { schema: z.string().min(1), where: "developer account > your project > app > Auth" },
  HUBSPOT_APP_ID: {
    schema: z.coerce.number().int().positive(),
    where: "developer account > your project > app > Overview",
  },
  HUBSPOT_API_URL: { schema: url, fallback: "https://api.hubapi.com", where: "HubSpot's API, or a stand-in for it" },
  HUBSPOT_AUTH_URL: {
    schema: url,
    fallback: "https://app.hubspot.com",
    where: "HubSpot's consent pages, or a stand-in for them",
  },
  BITRIX24_CLIENT_ID: { schema: z.string().min(1), where: "vendors.bitrix24.com > your solution > version" },
  BITRIX24_CLIENT_SECRET: { schema: z.string().min(1), where: "vendors.bitrix24.com > your solution > version" },
  BITRIX24_OAUTH_URL: {
    schema: z.union([url, z.literal("")]),
    fallback: "",
    where: "an authorisation server to allow besides Bitrix24's own two; empty in production",
  },
  SMTP_URL: {
    schema: z.union([z.string().regex(/^smtps?:\/\//, "expected smtp:// or smtps://"), z.literal("")]),
    fallback: "",
    where: "the mail server for messages; empty = messages become tasks",
  },
  MAIL_API_URL: {
    schema: z.union([z.url({ protocol: /^https$/ }), z.literal("")]),
    fallback: "",
    where: "a mail service over HTTPS, such as https://api.resend.com/emails, where there is no SMTP (on Workers)",
  },
  MAIL_API_KEY: { schema: z.string(), fallback: "", where: "the key of that mail service" },
  LOG_LEVEL: {
    schema: z.enum(["debug", "info", "warn", "error", "silent"]),
    fallback: "info",
    where: "how much is logged",
  },
  METRICS_TOKEN: {
    schema: z.string(),
    fallback: "",
    where:
      "a secret that Prometheus sends as bearer token; empty = /metrics answers nobody, or this machine where PUBLIC_URL is localhost",
  },
  MOVE_KEY: {
    schema: z.union([z.string().regex(MOVE_KEY_FORM, "expected the base64 of 32 bytes"), z.literal("")]),
    fallback: "",
    where: "the key by which portals move in and out, the same on both sides: openssl rand -base64 32; empty = none do",
  },
  NEIGHBOUR_URL: {
    schema: z.union([url, z.literal("")]),
    fallback: "",
    where: "the address of the other runtime, when PUBLIC_URL leads here and portals live on both; needs MOVE_KEY",
  },
} satisfies Record<string, Setting>;

export interface Config {
  port: number;
  publicUrl: string;
  dataDir: string;
  encryptionKeys: string;
  hubspot: { clientId: string; clientSecret: string; appId: number; apiUrl: string; authUrl: string } | null;
  bitrix24: { clientId: string; clientSecret: string; oauthUrl: string | null } | null;
  smtpUrl: string | null;
  mailApi: { url: string; key: string } | null;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  metricsToken: string | null;
  moveKey: string | null;
  neighbourUrl: string | null;
}

/** All problems of an environment at once. */
export class ConfigProblem extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Tenure cannot start. Please set:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
    this.name = "ConfigProblem";
    this.problems = problems;
  }
}

const HUBSPOT = ["HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET", "HUBSPOT_APP_ID"] as const;
const BITRIX24 = ["BITRIX24_CLIENT_ID", "BITRIX24_CLIENT_SECRET"] as const;

/**
 * Reads the environment. One CRM is enough; of a CRM that is begun, everything is needed.
 * @throws ConfigProblem that names every missing or odd setting and where to get it
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const hasHubSpot = HUBSPOT.some((name) => env[name]);
  const hasBitrix24 = BITRIX24.some((name) => env[name]);
  if (!hasHubSpot && !hasBitrix24) {
    problems.push(
      "the credentials of at least one CRM: HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET and HUBSPOT_APP_ID, or BITRIX24_CLIENT_ID and BITRIX24_CLIENT_SECRET",
    );
  }
  const skipped = new Set<string>([...(hasHubSpot ? [] : HUBSPOT), ...(hasBitrix24 ? [] : BITRIX24)]);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [string, Setting][]) {
    if (skipped.has(name)) continue;
    const text = env[name] ?? setting.fallback;
    if (text === undefined) {
      problems.push(`${name} is missing: ${setting.where}`);
      continue;
    }
    const answer = setting.schema.safeParse(text);
    if (answer.success) values[name] = answer.data;
    else problems.push(`${name} is odd (${answer.error.issues[0]?.message ?? "not valid"}): ${setting.where}`);
  }
  const duplicated = duplicateKeyNames(env.ENCRYPTION_KEYS ?? "");
  if (duplicated.length > 0)
    problems.push(`ENCRYPTION_KEYS names ${duplicated.join(", ")} twice: give each key its own name`);
  if (/^hash:[^,]*$/.test(env.ENCRYPTION_KEYS ?? ""))
    problems.push("ENCRYPTION_KEYS has only the key of the hashes: put one in front that seals");
  if (env.MAIL_API_URL && !env.MAIL_API_KEY) problems.push("MAIL_API_KEY is missing: the key of the mail service");
  if (env.NEIGHBOUR_URL && !env.MOVE_KEY) problems.push("MOVE_KEY is missing: NEIGHBOUR_URL needs it, on both sides");
  if (problems.length > 0) throw new ConfigProblem(problems);
  return toConfig(values as Record<keyof typeof SETTINGS, never>, hasHubSpot, hasBitrix24);
}

function duplicateKeyNames(text: string): string[] {
  const names = text.split(",").map((one) => one.split(":")[0] ?? "");
  return names.filter((name, index) => name !== "" && names.indexOf(name) !== index);
}

function toConfig(v: Record<keyof typeof SETTINGS, never>, hasHubSpot: boolean, hasBitrix24: boolean): Config {
  return Object.freeze({
    port: v.PORT,
    publicUrl: v.PUBLIC_URL,
    dataDir: v.DATA_DIR,
    encryptionKeys: v.ENCRYPTION_KEYS,
    hubspot: hasHubSpot
      ? {
          clientId: v.HUBSPOT_CLIENT_ID,
          clientSecret: v.HUBSPOT_CLIENT_SECRET,
          appId: v.HUBSPOT_APP_ID,
          apiUrl: v.HUBSPOT_API_URL,
          authUrl: v.HUBSPOT_AUTH_URL,
        }
      : null,
    bitrix24: hasBitrix24
      ? {
          clientId: v.BITRIX24_CLIENT_ID,
          clientSecret: v.BITRIX24_CLIENT_SECRET,
          oauthUrl: v.BITRIX24_OAUTH_URL || null,
        }
      : null,
    smtpUrl: v.SMTP_URL || null,
    mailApi: v.MAIL_API_URL ? { url: v.MAIL_API_URL, key: v.MAIL_API_KEY } : null,
    logLevel: v.LOG_LEVEL,
    metricsToken: v.METRICS_TOKEN || null,
    moveKey: v.MOVE_KEY || null,
    neighbourUrl: v.NEIGHBOUR_URL || null,
  });
}
