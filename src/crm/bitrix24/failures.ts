/**
 * Bitrix24's error codes in the house's six classes. Codes come in either case, some are empty, "0" or "100", and the texts
 * beside them are localised and may quote values, so only codes and our own words leave this file. Facts sheet section 6.
 */
import { CrmFailure, type FailureClass } from "../failure.ts";

/** `renew` = not a failure yet: the access token died, one refresh and one replay are due. */
export type Verdict = FailureClass | "renew";

interface Row {
  verdict: Verdict;
  advice: string;
}

const GONE = "The record is no longer there.";
const RIGHTS =
  "The administrator whose access Tenure uses may not do this. Open Tenure once as an administrator with full CRM rights.";
const REINSTALL = "Bitrix24 says that Tenure is not installed on this portal any more.";

/** By code in upper case. What is not listed is decided by the HTTP status. */
const TABLE: Readonly<Record<string, Row>> = {
  EXPIRED_TOKEN: { verdict: "renew", advice: "The access token expired." },
  INVALID_TOKEN: {
    verdict: "renew",
    advice: "Bitrix24 does not accept the access token. Open Tenure once as an administrator.",
  },
  NO_AUTH_FOUND: {
    verdict: "renew",
    advice: "Bitrix24 does not accept the access token. Open Tenure once as an administrator.",
  },
  AUTHORIZATION_ERROR: {
    verdict: "unauthorised",
    advice: "Bitrix24 did not accept the access. Open Tenure once as an administrator.",
  },
  ERROR_OAUTH: { verdict: "revoked", advice: REINSTALL },
  APPLICATION_NOT_FOUND: { verdict: "revoked", advice: REINSTALL },
  PORTAL_DELETED: { verdict: "revoked", advice: "The portal was deleted." },
  PAYMENT_REQUIRED: {
    verdict: "unauthorised",
    advice: "The portal's subscription to applications has ended; Tenure rests until it is renewed.",
  },
  METHOD_CONFIRM_WAITING: {
    verdict: "unauthorised",
    advice:
      "An administrator has to allow this call: Bitrix24 has sent a confirmation request to the portal's administrators.",
  },
  METHOD_CONFIRM_DENIED: { verdict: "unauthorised", advice: "An administrator declined this call in Bitrix24." },
  INSUFFICIENT_SCOPE: {
    verdict: "unauthorised",
    advice: "Tenure was not granted a permission that this needs. Install the current version again.",
  },
  INVALID_CREDENTIALS: { verdict: "unauthorised", advice: RIGHTS },
  WRONG_AUTH_TYPE: { verdict: "unauthorised", advice: RIGHTS },
  USER_ACCESS_ERROR: { verdict: "unauthorised", advice: RIGHTS },
  ALLOWED_ONLY_INTRANET_USER: { verdict: "unauthorised", advice: RIGHTS },
  ACCESS_DENIED: {
    verdict: "unauthorised",
    advice: `${RIGHTS} On plans without REST access Bitrix24 gives the same answer: check that the plan allows applications.`,
  },
  QUERY_LIMIT_EXCEEDED: { verdict: "limited", advice: "Too many calls to this portal; they go on in a moment." },
  OPERATION_TIME_LIMIT: {
    verdict: "limited",
    advice: "The portal's time budget for this method is used up; it goes on at its reset.",
  },
  OVERLOAD_LIMIT: {
    verdict: "limited",
    advice: "Bitrix24 has blocked REST calls to this portal by hand; its support lifts the block.",
  },
  NOT_FOUND: { verdict: "refused", advice: GONE },
  ERROR_NOT_FOUND: { verdict: "refused", advice: GONE },
  OWNER_NOT_FOUND: { verdict: "refused", advice: GONE },
  ERROR_METHOD_NOT_FOUND: {
    verdict: "refused",
    advice: "This portal's version of Bitrix24 does not know the method yet.",
  },
  CRM_FIELD_ERROR_VALUE_NOT_VALID: { verdict: "refused", advice: "Bitrix24 does not accept the value of a field." },
  CRM_FIELD_ERROR_REQUIRED: { verdict: "refused", advice: "The portal demands a field that is empty." },
  ERROR_CORE: {
    verdict: "refused",
    advice: "Bitrix24 refused the task; a required field of the portal's own may be missing.",
  },
};

const GONE_CODES = new Set(["NOT_FOUND", "ERROR_NOT_FOUND", "OWNER_NOT_FOUND"]);

/** Does this refusal say that the thing is not there (any more)? */
export function saysGone(error: { code: string }): boolean {
  return GONE_CODES.has(error.code.toUpperCase());
}

/** What a manual block is worth waiting for, ms: nothing that we do lifts it. */
export const OVERLOAD_PAUSE_MS = 3_600_000;

export interface Refusal {
  status: number;
  /** as sent; may be empty */
  code: string;
  /** part of a batch that was answered: rights are then a matter of this one item */
  inner: boolean;
  write: boolean;
  /** a page in place of the portal's JSON: a firewall's, a gateway's, a hosting's */
  page?: boolean;
}

/** What an answer means. An empty or unknown code is decided by the status; a 5xx of a write may have arrived. */
export function verdictOf({ status, code, inner, write, page = false }: Refusal): Verdict {
  const row = TABLE[code.toUpperCase()];
  if (row) {
    if (inner && row.verdict === "unauthorised") return "refused";
    return row.verdict;
  }
  if (/^(INTERNAL_SERVER_ERROR|ERROR_UNEXPECTED_ANSWER)$/i.test(code) || status >= 500)
    return write ? "unknown" : "unavailable";
  if (status === 429) return "limited";
  // Whether a record is there, and what an administrator may do, only the portal itself may say.
  if (page && status >= 400 && status !== 401 && status !== 408) return "unavailable";
  if (status === 401 || status === 403) return inner ? "refused" : "unauthorised";
  // An error that nobody knows at a status of success may have come with the work done.
  if (status === 408 || (status < 400 && !inner)) return write ? "unknown" : "unavailable";
  return "refused";
}

/** The failure to throw or to report. `about` names methods, scopes or fields. */
export function failureOf(
  refusal: Refusal,
  verdict: FailureClass,
  details: { retryAt?: number | undefined; about?: readonly string[] } = {},
): CrmFailure {
  const code = refusal.code === "" ? "EMPTY" : refusal.code.toUpperCase();
  return new CrmFailure(verdict, TABLE[code]?.advice ?? adviceFor(verdict, code), {
    code,
    status: refusal.status,
    ...(details.retryAt === undefined ? {} : { retryAt: details.retryAt }),
    ...(details.about === undefined ? {} : { about: details.about }),
  });
}

function adviceFor(verdict: FailureClass, code: string): string {
  switch (verdict) {
    case "refused":
      return `Bitrix24 refused this (${code}); its own log of REST calls in the portal names the reason.`;
    case "unknown":
      return `Bitrix24 failed while it worked on this (${code}); whether it arrived is looked up.`;
    case "unavailable":
      return `Bitrix24 does not answer properly at the moment (${code}).`;
    case "limited":
      return `Bitrix24 asks to wait (${code}).`;
    default:
      return `Bitrix24 did not accept the access (${code}). Open Tenure once as an administrator.`;
  }
}

/**
 * Failures of the token endpoint (facts sheet section 2.3; some come with HTTP 200). `invalid_grant` is a dead install;
 * `invalid_client` and `wrong_client` are also what a wrong secret of ours gives, and that must never end every install at once.
 */
export function oauthFailure(status: number, code: string, exchanging: boolean): CrmFailure {
  const upper = code.toUpperCase();
  const details = { code: upper === "" ? `HTTP_${status}` : upper, status };
  if (upper === "INVALID_GRANT") {
    return exchanging
      ? new CrmFailure(
          "refused",
          "The authorisation code was used already or is older than 30 seconds. Start the installation again.",
          details,
        )
      : new CrmFailure("revoked", REINSTALL, details);
  }
  if (["ERROR_OAUTH", "APPLICATION_NOT_FOUND", "PORTAL_DELETED"].includes(upper))
    return new CrmFailure("revoked", REINSTALL, details);
  if (upper === "PAYMENT_REQUIRED") return new CrmFailure("unauthorised", TABLE.PAYMENT_REQUIRED!.advice, details);
  if (["INVALID_CLIENT", "WRONG_CLIENT", "INSUFFICIENT_SCOPE", "INVALID_SCOPE"].includes(upper)) {
    return new CrmFailure(
      "unauthorised",
      "Bitrix24 does not accept the application's id, secret or scopes, or the application is not installed there.",
      details,
    );
  }
  if (status === 429 || upper === "QUERY_LIMIT_EXCEEDED")
    return new CrmFailure("limited", "The authorisation server asks to wait.", details);
  if (status >= 500 || status === 0 || upper === "")
    return new CrmFailure("unavailable", "The authorisation server does not answer properly.", details);
  return new CrmFailure(
    exchanging ? "refused" : "unauthorised",
    "The authorisation server refused the request.",
    details,
  );
}
