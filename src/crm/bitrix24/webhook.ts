/**
 * Events and robot callbacks: raw bytes in, hints out. Bitrix24 signs nothing; the shared application token in each body is the proof
 * of origin. Events are sent once, late, in any order, with ids and no values. Facts sheet sections 1.2, 7, 14.
 */
import type { Change, Hint, RecordRef } from "../../core/model.ts";
import type { AccountHints, Grant, Incoming, Verified } from "../port.ts";
import { type FormMap, listOf, mapAt, parseBracketForm, textAt } from "./form.ts";
import { sameText } from "./frame.ts";
import { kindOfEntity, refOfDocument } from "./kinds.ts";
import { askAuthServer, type OauthConfig, scopesOf } from "./oauth.ts";
import { FIELD_PREFIX } from "./shape.ts";
import { idOf } from "./values.ts";

const VERBS: Readonly<Record<string, Change>> = { ADD: "created", UPDATE: "changed", DELETE: "deleted" };

/** What an event says: hints, or that our fields were touched; null for a name we do not know. */
type Reading = { hints: Hint[]; schema?: true } | null;

function read(name: string, form: FormMap): Reading {
  const item = /^ONCRM(DEAL|CONTACT|COMPANY)(ADD|UPDATE|DELETE)$/.exec(name);
  if (item) return hint(item[1]!.toLowerCase() as Hint["kind"], fieldId(form), VERBS[item[2]!]!);
  if (name === "ONCRMDEALMOVETOCATEGORY") return hint("deal", fieldId(form), "changed");
  const dynamic = /^ONCRMDYNAMICITEM(ADD|UPDATE|DELETE)(?:_(\d+))?$/.exec(name);
  if (dynamic) {
    const type = textAt(form, "data", "FIELDS", "ENTITY_TYPE_ID") ?? dynamic[2] ?? "";
    return kindOfEntity(Number(type)) === "invoice"
      ? hint("invoice", fieldId(form), VERBS[dynamic[1]!]!)
      : { hints: [] };
  }
  const activity = /^ONCRMACTIVITY(ADD|UPDATE|DELETE)$/.exec(name);
  if (activity) return activityHints(fieldId(form), VERBS[activity[1]!]!);
  const task = /^ONTASK(ADD|UPDATE|DELETE)$/.exec(name);
  // The side that does not exist is the literal text "undefined".
  if (task)
    return hint(
      "task",
      textAt(form, "data", task[1] === "DELETE" ? "FIELDS_BEFORE" : "FIELDS_AFTER", "ID"),
      VERBS[task[1]!]!,
    );
  if (name === "ONTASKCOMMENTADD") return hint("task", textAt(form, "data", "FIELDS_AFTER", "TASK_ID"), "changed");
  if (/^ONCRM(DEAL|CONTACT|COMPANY)USERFIELD(UPDATE|DELETE|SETENUMVALUES)$/.test(name)) {
    const ours = textAt(form, "data", "FIELDS", "FIELD_NAME")?.startsWith(FIELD_PREFIX) ?? false;
    return ours ? { hints: [], schema: true } : { hints: [] };
  }
  return LIFE.has(name) ? { hints: [] } : null;
}

/** Events about the application itself, which carry no hint about a record. */
const LIFE = new Set([
  "ONAPPINSTALL",
  "ONAPPUPDATE",
  "ONAPPUNINSTALL",
  "ONAPPPAYMENT",
  "ONAPPMETHODCONFIRM",
  "ONAPPTEST",
  "ONOFFLINEEVENT",
]);

function fieldId(form: FormMap): string | null {
  return textAt(form, "data", "FIELDS", "ID") ?? textAt(form, "data", "ID");
}

function hint(kind: Hint["kind"], id: string | null, change: Change): Reading {
  const checked = idOf(id);
  return { hints: checked === null ? [] : [{ kind, id: checked, change }] };
}

/** An event does not say whether an activity is a meeting, a call or an e-mail: it is hinted at as all three, and a read tells which it is. */
function activityHints(id: string | null, change: Change): Reading {
  const checked = idOf(id);
  if (checked === null) return { hints: [] };
  return { hints: (["meeting", "call", "email"] as const).map((kind) => ({ kind, id: checked, change })) };
}

/** Name of the event in upper case, and who sent it; null for what is no event. */
function head(form: FormMap): { name: string; account: string; token: string | null } | null {
  const name = textAt(form, "event");
  const account = textAt(form, "auth", "member_id");
  if (name === null || !/^[A-Za-z0-9_]{1,80}$/.test(name) || account === null || account === "") return null;
  return { name: name.toUpperCase(), account, token: textAt(form, "auth", "application_token") };
}

type Head = { name: string; account: string };
export type Unproven = { ok: false; reason: "malformed" | "missing-signature" | "unknown-portal" | "mismatch" };
type Proven = { ok: true; form: FormMap; head: Head } | Unproven;

export function prove(body: Uint8Array, applicationTokenOf: (account: string) => string | null): Proven {
  const form = parseBracketForm(body);
  const from = form === null ? null : head(form);
  if (form === null || from === null) return { ok: false, reason: "malformed" };
  if (from.token === null || from.token === "") return { ok: false, reason: "missing-signature" };
  const expected = applicationTokenOf(from.account);
  if (expected === null) return { ok: false, reason: "unknown-portal" };
  if (!sameText(from.token, expected)) return { ok: false, reason: "mismatch" };
  return { ok: true, form, head: from };
}

/** One event of one portal. An uninstall of a portal that cannot be proven does nothing. */
export function verifyEvent(incoming: Incoming, applicationTokenOf: (account: string) => string | null): Verified {
  const proven = prove(incoming.body, applicationTokenOf);
  if (!proven.ok) return proven;
  const { name, account } = proven.head;
  const reading = read(name, proven.form);
  const answer: AccountHints = {
    account,
    hints: reading?.hints ?? [],
    own: 0,
    unknown: reading === null ? [name] : [],
    ...(reading?.schema ? { schemaTouched: true } : {}),
    ...(name === "ONAPPUNINSTALL" ? { uninstalled: { clean: textAt(proven.form, "data", "CLEAN") === "1" } } : {}),
  };
  return { ok: true, accounts: [answer] };
}

/**
 * Whose account a payment event names. It carries no application token (facts sheet section 1.2), so nothing in it is believed: it is only
 * a reason to ask the portal itself.
 */
export function parsePayment(body: Uint8Array): string | null {
  const form = parseBracketForm(body);
  const from = form === null ? null : head(form);
  return from?.name === "ONAPPPAYMENT" && /^[A-Za-z0-9_-]{1,64}$/.test(from.account) ? from.account : null;
}

/** One change of the offline queue, which carries the same data without a token: it was read with ours. */
export function offlineHints(name: string, data: FormMap): readonly Hint[] {
  const form = Object.create(null) as FormMap;
  form.data = data;
  return read(name.toUpperCase(), form)?.hints ?? [];
}

// ---------------------------------------------------------------- the application's own life

/** ONAPPINSTALL, ONAPPUPDATE or ONAPPUNINSTALL as it claims to be. Tokens are there on install and update. */
export interface InstallEvent {
  event: "ONAPPINSTALL" | "ONAPPUPDATE" | "ONAPPUNINSTALL";
  account: string;
  applicationToken: string;
  version: string | null;
  /** the person ticked "delete settings and data" */
  clean: boolean;
  language: string | null;
  tokens: {
    accessToken: string;
    refreshToken: string;
    expiresInMs: number;
    scopes: readonly string[];
    serverEndpoint: string;
  } | null;
}

/** Null when the body is another event, or none. Nothing of it is proven before `verifyInstall` or `verifyEvent`. */
export function parseInstallEvent(body: Uint8Array): InstallEvent | null {
  const form = parseBracketForm(body);
  const from = form === null ? null : head(form);
  if (form === null || from === null || !from.token) return null;
  if (from.name !== "ONAPPINSTALL" && from.name !== "ONAPPUPDATE" && from.name !== "ONAPPUNINSTALL") return null;
  const auth = (name: string): string | null => textAt(form, "auth", name);
  const [accessToken, refreshToken, serverEndpoint] = [
    auth("access_token"),
    auth("refresh_token"),
    auth("server_endpoint"),
  ];
  return {
    event: from.name,
    account: from.account,
    applicationToken: from.token,
    version: textAt(form, "data", "VERSION"),
    clean: textAt(form, "data", "CLEAN") === "1",
    language: textAt(form, "data", "LANGUAGE_ID"),
    tokens:
      accessToken && refreshToken && serverEndpoint
        ? {
            accessToken,
            refreshToken,
            serverEndpoint,
            expiresInMs: Math.min(86_400, Math.max(0, Number(auth("expires_in")) || 0)) * 1000,
            scopes: scopesOf(auth("scope")),
          }
        : null,
  };
}

/**
 * The grant of an install or update: the authorisation server is asked whose token it is, also for a portal that is known, because
 * an update may bring another application token. @returns null when it is not believed
 * @throws CrmFailure `unavailable`
 */
export async function verifyInstall(config: OauthConfig, event: InstallEvent, nowMs: number): Promise<Grant | null> {
  if (event.tokens === null) return null;
  const { accessToken, refreshToken, expiresInMs, serverEndpoint } = event.tokens;
  const trusted = await askAuthServer(config, serverEndpoint, accessToken);
  if (trusted === null || trusted.account !== event.account) return null;
  return {
    account: trusted.account,
    accessToken,
    refreshToken,
    issuedAt: nowMs,
    expiresAt: nowMs + expiresInMs,
    scopes: trusted.scopes,
    userId: trusted.userId,
    endpoint: trusted.endpoint,
    authServer: serverEndpoint.replace(/\/rest\/?$/, ""),
    applicationToken: event.applicationToken,
  };
}

/**
 * The access that an event brings along, where ours was lost: an answer to a refresh that never came, or a database older than the last
 * refresh. It lives an hour and mostly has no refresh token; `whoIs` has to say that it is an administrator's.
 * @returns null without tokens, or when the authorisation server does not know them for the account that the event names
 * @throws CrmFailure `unavailable`
 */
export async function lentGrant(config: OauthConfig, body: Uint8Array, nowMs: number): Promise<Grant | null> {
  const form = parseBracketForm(body);
  const from = form === null ? null : head(form);
  if (form === null || from === null || !from.token) return null;
  const auth = (name: string): string | null => textAt(form, "auth", name);
  const [accessToken, serverEndpoint] = [auth("access_token"), auth("server_endpoint")];
  if (!accessToken || !serverEndpoint) return null;
  const trusted = await askAuthServer(config, serverEndpoint, accessToken);
  if (trusted === null || trusted.account !== from.account) return null;
  const expiresAt = nowMs + Math.min(3_600, Math.max(0, Number(auth("expires_in")) || 0)) * 1000;
  const refreshToken = auth("refresh_token") ?? "";
  return {
    account: trusted.account,
    accessToken,
    refreshToken,
    // What cannot be refreshed is used until its end.
    issuedAt: refreshToken === "" ? expiresAt : nowMs,
    expiresAt,
    scopes: trusted.scopes,
    userId: trusted.userId,
    endpoint: trusted.endpoint,
    authServer: serverEndpoint.replace(/\/rest\/?$/, ""),
    applicationToken: from.token,
  };
}

// ---------------------------------------------------------------- robots

/** A robot of ours ran on a record. */
export interface RobotCall {
  account: string;
  /** `start_plan`, without the prefix; see robots.ts */
  code: string;
  /** null for a record that we do not look at */
  target: RecordRef | null;
  properties: Readonly<Record<string, string>>;
  /** to answer with return values; null when the rule does not wait */
  eventToken: string | null;
  /** of the administrator under whom our robots are registered (`AUTH_USER_ID`), with what is left of its life, ms; null without one */
  access: { token: string; leftMs: number } | null;
}

/** Prefix of our robots' codes, unique among all applications of a portal. */
export const ROBOT_PREFIX = "tenure_";

export type VerifiedRobot = { ok: true; call: RobotCall } | Unproven;

/**
 * A robot callback, proven like an event. It may be sent twice: `eventToken` tells runs apart. The application token shows only that
 * somebody of the portal wrote it; whether the portal's automation did, `access` has to show.
 */
export function verifyRobot(incoming: Incoming, applicationTokenOf: (account: string) => string | null): VerifiedRobot {
  const form = parseBracketForm(incoming.body);
  const account = form === null ? null : textAt(form, "auth", "member_id");
  const code = form === null ? null : textAt(form, "code");
  if (form === null || !account || code === null || !code.startsWith(ROBOT_PREFIX))
    return { ok: false, reason: "malformed" };
  const token = textAt(form, "auth", "application_token");
  if (!token) return { ok: false, reason: "missing-signature" };
  const expected = applicationTokenOf(account);
  if (expected === null) return { ok: false, reason: "unknown-portal" };
  if (!sameText(token, expected)) return { ok: false, reason: "mismatch" };
  const accessToken = textAt(form, "auth", "access_token");
  const leftS = Math.min(3_600, Math.max(0, Number(textAt(form, "auth", "expires_in")) || 0));
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(mapAt(form, "properties") ?? {}))
    if (typeof value === "string") properties[name] = value;
  return {
    ok: true,
    call: {
      account,
      code: code.slice(ROBOT_PREFIX.length),
      target: refOfDocument(listOf(mapAt(form, "document_id"))[2] ?? ""),
      properties,
      eventToken: textAt(form, "use_subscription") === "N" ? null : textAt(form, "event_token"),
      access: accessToken ? { token: accessToken, leftMs: leftS * 1000 } : null,
    },
  };
}
