/** What HubSpot's error answers mean, in the house's words: one table for the data API (facts sheet 2.3, 4.1, 4.2). */
import { z } from "zod";
import { CrmFailure, type FailureClass } from "../failure.ts";
import { type HttpReply, isPage, retryAfterMs } from "../http.ts";

const names = z.array(z.string()).catch([]);
const detail = z.looseObject({
  code: z.string().optional().catch(undefined),
  subCategory: z.unknown().optional(),
  context: z.record(z.string(), names).optional().catch(undefined),
});

/** HubSpot's error body: every field may be missing (4.2). */
export const errorBody = z.looseObject({
  category: z.string().optional().catch(undefined),
  subCategory: z.unknown().optional(),
  policyName: z.string().optional().catch(undefined),
  correlationId: z.string().optional().catch(undefined),
  context: z.record(z.string(), names).optional().catch(undefined),
  errors: z.array(detail).optional().catch(undefined),
});
export type ErrorBody = z.infer<typeof errorBody>;

/** A failure that keeps what HubSpot said, for those who match errors to the items of a batch. Never stored or logged whole. */
export class HubSpotFailure extends CrmFailure {
  readonly body: ErrorBody;

  constructor(
    failure: FailureClass,
    advice: string,
    details: ConstructorParameters<typeof CrmFailure>[2],
    body: ErrorBody,
  ) {
    super(failure, advice, details);
    this.body = body;
  }
}

/** Waits where HubSpot names none, ms (4.1, 4.2). */
const WAITS = {
  TEN_SECONDLY_ROLLING: 10_000,
  SECONDLY: 1_000,
  /** until midnight in the account's zone, which needs the zone: asked again every hour instead */
  DAILY: 3_600_000,
  locked: 2_000,
  moving: 3_600_000,
  redirected: 60_000,
} as const;

interface Rule {
  /** what it means for a call that changes something, and for one that reads */
  write: FailureClass;
  read: FailureClass;
  waitMs?: (body: ErrorBody) => number;
}

function same(failure: FailureClass, waitMs?: Rule["waitMs"]): Rule {
  return { write: failure, read: failure, ...(waitMs ? { waitMs } : {}) };
}

function policyWaitMs({ policyName }: ErrorBody): number {
  return policyName === "SECONDLY" || policyName === "DAILY" ? WAITS[policyName] : WAITS.TEN_SECONDLY_ROLLING;
}

/** Status → meaning. A status that is not here is judged by its hundred, see `ruleOf`. */
const RULES: Readonly<Record<number, Rule>> = {
  400: same("refused"),
  401: same("unauthorised"),
  403: same("unauthorised"),
  404: same("refused"),
  408: { write: "unknown", read: "unavailable" },
  409: same("refused"),
  414: same("refused"),
  423: same("limited", () => WAITS.locked),
  429: same("limited", policyWaitMs),
  477: same("unavailable", () => WAITS.moving),
};
/** Redirects, and pages of whoever stands in front of HubSpot. */
const NOT_FOLLOWED = same("unavailable", () => WAITS.redirected);
/** 5xx and 521–526: a gateway may answer for a server that already wrote. */
const SERVER_DOWN: Rule = { write: "unknown", read: "unavailable" };

/** Answers whose rule ends in a finding for a person, or says that a record is gone: only HubSpot itself may say that. */
const NEEDS_WORD: ReadonlySet<FailureClass> = new Set(["refused", "unauthorised"]);

function ruleOf(reply: HttpReply): Rule {
  const rule = ruleOfStatus(reply.status);
  return reply.status !== 401 && NEEDS_WORD.has(rule.write) && isPage(reply) ? NOT_FOLLOWED : rule;
}

function ruleOfStatus(status: number): Rule {
  return RULES[status] ?? (status >= 500 ? SERVER_DOWN : status >= 400 ? same("refused") : NOT_FOLLOWED);
}

/**
 * The failure behind an answer that is not 2xx. Its message is our own advice: HubSpot's quotes values.
 * @param nowMs epoch ms, from which `Retry-After` and HubSpot's windows count
 */
export function failureOf(reply: HttpReply, write: boolean, nowMs: number): HubSpotFailure {
  const body = errorBody.safeParse(reply.json).data ?? {};
  const rule = ruleOf(reply);
  const failure = write ? rule.write : rule.read;
  const waitMs = retryAfterMs(reply.headers, nowMs) ?? rule.waitMs?.(body);
  const details = {
    code: codeOf(body, reply.status),
    status: reply.status,
    about: namesIn(body),
    ...(waitMs === undefined || (failure !== "limited" && failure !== "unavailable")
      ? {}
      : { retryAt: nowMs + waitMs }),
  };
  return new HubSpotFailure(failure, adviceOf(failure, details.code, details.about, body.correlationId), details, body);
}

/** The most telling machine-readable name in an error: of its first detail, else its sub-category, else its category. */
export function codeOf(body: ErrorBody, status: number): string {
  const code =
    body.errors?.find((error) => error.code)?.code ?? asName(body.subCategory) ?? body.category ?? body.policyName;
  return isName(code) ? code : `HTTP_${status}`;
}

/** Keys of an error's context that name things and never hold values. */
const NAMING = ["propertyName", "propertyNames", "requiredGranularScopes", "requiredScopes", "ids", "id"];

/** Names of the properties and scopes, and the ids, that an error speaks of. */
export function namesIn(body: Pick<ErrorBody, "context" | "errors">): string[] {
  const contexts = [body.context, ...(body.errors ?? []).map((error) => error.context)];
  const found = new Set<string>();
  for (const context of contexts) {
    for (const key of NAMING) for (const name of context?.[key] ?? []) if (isName(name)) found.add(name);
  }
  return [...found];
}

function asName(value: unknown): string | undefined {
  return isName(value) ? value : undefined;
}

/** Codes, property names, scopes and ids; anything longer or odder might quote a customer's data. */
function isName(value: unknown): value is string {
  return typeof value === "string" && /^[\w.:/-]{1,120}$/.test(value);
}

const ADVICE: Readonly<Record<FailureClass, string>> = {
  limited: "HubSpot is over its limit for this account; it goes on by itself.",
  refused: "HubSpot refused it. Look at the record and at the account's own rules for it in HubSpot.",
  unavailable: "HubSpot did not answer properly; it is tried again by itself.",
  unauthorised: "HubSpot did not allow it. Reconnect Tenure as a super admin and grant what is missing.",
  revoked: "Tenure is no longer installed in this HubSpot account.",
  unknown: "HubSpot may or may not have done it; it is looked up before anything is sent again.",
};

/** `HubSpot refused it. … (REQUIRED_FIELD: closedate; correlation id …)` */
export function adviceOf(
  failure: FailureClass,
  code: string,
  about: readonly string[],
  correlationId?: string,
): string {
  const named = about.length > 0 ? `${code}: ${about.slice(0, 5).join(", ")}` : code;
  const trace = correlationId && isName(correlationId) ? `; correlation id ${correlationId}` : "";
  return `${ADVICE[failure]} (${named}${trace})`;
}

/** HubSpot's way to say that a record does not exist (any more). */
export function isGone(body: Pick<ErrorBody, "category">): boolean {
  return body.category === "OBJECT_NOT_FOUND";
}

/** HubSpot's ways to say that a record holds a unique value already; not all of them name the property. */
export function isTaken({ category, errors }: Pick<ErrorBody, "category" | "errors">): boolean {
  return category === "CONFLICT" || (errors ?? []).some(({ code }) => code === "CONFLICTING_UNIQUE_VALUE");
}

/** An error of HubSpot's own in the middle of a 207: it says nothing of what was written, nor against writing it again (unverified words). */
export function isPassing({ category }: Pick<ErrorBody, "category">): boolean {
  return /^(?:INTERNAL|RATE_LIMIT|TIMEOUT)/.test(category ?? "");
}

/** HubSpot's way to say that a create names a record which does not exist (any more). */
export function isLinkGone(body: Pick<ErrorBody, "errors" | "subCategory">): boolean {
  const codes = [asName(body.subCategory), ...(body.errors ?? []).map(({ code }) => code)];
  return codes.some((code) => code?.endsWith("INVALID_OBJECT_IDS"));
}

/** An answer with a good status and a body that is not as documented: for a write, it arrived and nobody knows how. */
export function unexpected(write: boolean, path: string): CrmFailure {
  return new CrmFailure(write ? "unknown" : "unavailable", `HubSpot's answer to ${path} is not as documented.`, {
    code: "UNEXPECTED_REPLY",
  });
}
