/** What kind of portal this is: zone, currency, language, plan, what the plan has. Facts sheet sections 1, 5, 8.5. */
import { z } from "zod";
import type { Language } from "../../core/model.ts";
import type { Account, Capabilities } from "../port.ts";
import { type Client, type Command, optionalResult, type Reply, resultOf } from "./client.ts";
import { flagOf, idOf, numberOf, textOf } from "./values.ts";

const App = z.looseObject({
  STATUS: z.unknown().optional(),
  VERSION: z.unknown().optional(),
  LANGUAGE_ID: z.unknown().optional(),
  LICENSE: z.unknown().optional(),
  LICENSE_TYPE: z.unknown().optional(),
  LICENSE_FAMILY: z.unknown().optional(),
  PAYMENT_EXPIRED: z.unknown().optional(),
  DAYS: z.unknown().optional(),
});
const Profile = z.looseObject({ ID: z.unknown(), ADMIN: z.unknown().optional(), TIME_ZONE: z.unknown().optional() });
const Feature = z.looseObject({ value: z.unknown() });

export interface PortalFacts {
  account: Omit<Account, "currency">;
  userId: string | null;
  enterprise: boolean;
  /** the plan keeps a queue of changes that are confirmed one package at a time */
  offline: boolean;
}

/** `calendar.settings.get` is left out: its scope is not asked for, see "Not asked for" in manifest/bitrix24/vendor-form.md. */
function accountCommands(): Map<string, Command> {
  return new Map<string, Command>([
    ["app", { method: "app.info" }],
    ["profile", { method: "profile" }],
    ["time", { method: "server.time" }],
    ["offline", { method: "feature.get", params: { CODE: "rest_offline_extended" } }],
  ]);
}

/** @throws CrmFailure */
export async function readAccount(client: Client): Promise<PortalFacts> {
  const replies = await client.batch(accountCommands());
  const app = App.safeParse(optionalResult(replies, "app")).data ?? {};
  const profile = Profile.safeParse(optionalResult(replies, "profile")).data;
  const offline = flagOf(Feature.safeParse(optionalResult(replies, "offline")).data?.value) === true;
  const license = (textOf(app.LICENSE) ?? "").toLowerCase();
  const family = textOf(app.LICENSE_FAMILY) ?? textOf(app.LICENSE_TYPE);
  const region = /^([a-z]{2})_/.exec(license)?.[1] ?? null;
  return {
    account: {
      zone: zoneOf(replies, profile?.TIME_ZONE),
      language: languageOf(textOf(app.LANGUAGE_ID)),
      plan: family,
      test: app.STATUS === "D" || /nfr|demo|sandbox/.test(`${license} ${family?.toLowerCase() ?? ""}`),
      country: region === null || !/^[a-z]{2}$/.test(region) ? null : (COUNTRY[region] ?? null),
      ...versionOf(app),
      ...paymentOf(app),
      ...(offline && { keepsEvents: true }),
    },
    userId: idOf(profile?.ID),
    enterprise: /^(ent|enterprise|holding)/i.test(family ?? "") || /(^|_)(ent|enterprise|holding)\d*/.test(license),
    offline,
  };
}

function versionOf(app: z.infer<typeof App>): Pick<Account, "appVersion"> {
  const { VERSION } = app;
  return typeof VERSION === "number" || typeof VERSION === "string" ? { appVersion: String(VERSION) } : {};
}

/** Facts sheet section 1: local and free applications are not paid for. */
const PAYMENT = { L: "free", F: "free", D: "demo", T: "trial", S: "paid", P: "paid" } as const;

function paymentOf(app: z.infer<typeof App>): Pick<Account, "payment"> {
  const status = PAYMENT[String(app.STATUS) as keyof typeof PAYMENT];
  if (status === undefined) return {};
  return { payment: { status, expired: flagOf(app.PAYMENT_EXPIRED) === true, daysLeft: numberOf(app.DAYS) } };
}

/** Licence regions that stand for one country; "en", "la", "eu" and the like stand for many. */
const COUNTRY: Readonly<Record<string, string>> = {
  ru: "RU",
  ua: "UA",
  by: "BY",
  kz: "KZ",
  de: "DE",
  pl: "PL",
  fr: "FR",
  it: "IT",
  tr: "TR",
  br: "BR",
  in: "IN",
  jp: "JP",
  cn: "CN",
  vn: "VN",
  id: "ID",
  ms: "MY",
  th: "TH",
  mx: "MX",
  co: "CO",
  uk: "GB",
};

function languageOf(code: string | null): Language {
  switch (code?.toLowerCase()) {
    case "ru":
    case "by":
    case "kz":
      return "ru";
    case "ua":
    case "uk":
      return "uk";
    case "ro":
    case "md":
      return "ro";
    default:
      return "en";
  }
}

/** The administrator's zone; where it is not set, the server's offset as a zone without summer time. */
function zoneOf(replies: ReadonlyMap<string, Reply>, named: unknown): string {
  const zone = textOf(named);
  if (zone !== null && isZone(zone)) return zone;
  const offset = /([+-])(\d{2}):?(\d{2})$/.exec(textOf(resultOf(replies, "time")) ?? "");
  const hours = offset === null ? 0 : Number(offset[2]);
  if (offset === null || hours === 0) return "Etc/UTC";
  // The sign of these names is that of west, not of east.
  return `Etc/GMT${offset[1] === "+" ? "-" : "+"}${hours}`;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What Bitrix24 would call a currency of the region when nothing else tells: the one a new portal of that region starts with. */
export function regionCurrency(country: string | null, language: Language): string {
  const byCountry: Readonly<Record<string, string>> = {
    RU: "RUB",
    UA: "UAH",
    BY: "BYN",
    KZ: "KZT",
    DE: "EUR",
    FR: "EUR",
    IT: "EUR",
    PL: "PLN",
    TR: "TRY",
    BR: "BRL",
    IN: "INR",
    GB: "GBP",
    JP: "JPY",
    CN: "CNY",
    MX: "MXN",
  };
  if (country !== null && byCountry[country]) return byCountry[country];
  return { en: "USD", ru: "RUB", uk: "UAH", ro: "RON" }[language];
}

/** What the portal may do; a reason in words where it may not. `offline` null = not asked yet. */
export function capabilitiesOf(scopes: readonly string[], offline: boolean | null): Capabilities {
  const needs = (scope: string, what: string): true | string =>
    scopes.includes(scope) ? true : `Tenure was not granted the permission "${scope}", which ${what} needs.`;
  return {
    "unique-task-key": "Bitrix24 keeps our key on a task, but does not refuse a second task with the same key.",
    managers: needs("department", "finding managers in the company structure"),
    notices: needs("im", "sending messages to people"),
    checklists: needs("task", "writing tasks with checklists"),
    "offline-events":
      offline === true
        ? true
        : offline === false
          ? "The portal's plan has no confirmed queue of offline events."
          : "The portal was not asked yet whether its plan has offline events.",
    tickets: "Bitrix24 has no tickets; support requests are seen where they are tasks or activities.",
    invoices: needs("crm", "reading invoices"),
    emails: needs("crm", "reading e-mails in the timeline"),
    surveys: "Bitrix24 has no survey records; answers are written to our own fields.",
    sequences: "Bitrix24 offers applications no e-mail sequences.",
    "opt-outs": "Bitrix24 keeps no opt-out that applications may set; Tenure's own field on the contact says it.",
    letters: needs("crm", "sending letters from the timeline"),
    "short-messages": needs("bizproc", "starting the process that sends short messages"),
    "chat-bot": needs("imbot", "answering clients in open lines"),
    uninstall: "Bitrix24 lets only an administrator uninstall an application, under Applications in the portal.",
  };
}
