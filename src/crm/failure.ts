/**
 * The one error vocabulary of the house for everything a CRM can answer.
 *
 * | class | means | what the engine does |
 * | --- | --- | --- |
 * | limited | over a limit, nothing was done | waits until `retryAt` |
 * | refused | the CRM said no to this content | a finding for a person, never retried blindly |
 * | unavailable | temporary, nothing was done | backs off |
 * | unauthorised | token or scope missing, install still alive | refresh once, else a finding |
 * | revoked | the install is gone | stops all work for the portal |
 * | unknown | it may have arrived | looked up before anything is sent again |
 */
export type FailureClass = "limited" | "refused" | "unavailable" | "unauthorised" | "revoked" | "unknown";

export interface FailureDetails {
  /** stable, machine-readable, for tables and findings: the CRM's own code where it has one */
  code: string;
  /** epoch ms, for `limited` and `unavailable` */
  retryAt?: number;
  /** HTTP status, where there was one */
  status?: number;
  /** names of the properties, scopes or ids concerned; never values */
  about?: readonly string[];
  cause?: unknown;
}

/** A call to a CRM that did not succeed. `message` is advice in plain words, free of customer data. */
export class CrmFailure extends Error {
  readonly failure: FailureClass;
  readonly code: string;
  readonly retryAt: number | undefined;
  readonly status: number | undefined;
  readonly about: readonly string[];

  constructor(failure: FailureClass, advice: string, details: FailureDetails) {
    super(advice, { cause: details.cause });
    this.name = "CrmFailure";
    this.failure = failure;
    this.code = details.code;
    this.retryAt = details.retryAt;
    this.status = details.status;
    this.about = details.about ?? [];
  }
}

export function isFailure(error: unknown, failure?: FailureClass): error is CrmFailure {
  return error instanceof CrmFailure && (failure === undefined || error.failure === failure);
}

/** What happened to a call, and whether the same call may be sent again, and when. */
export interface RetryQuestion {
  failure: FailureClass;
  /** does the call change anything in the CRM? */
  write: boolean;
  /** attempts already made, at least 1 */
  attempts: number;
  retryAt?: number | undefined;
  now: number;
  /** a number in [0, 1) for the jitter */
  chance: number;
}

export type RetryAnswer =
  | { again: true; at: number }
  | { again: false; why: "refused" | "revoked" | "look-up" | "person" };

/** First wait after a temporary failure, ms; doubles up to `BACK_OFF_MAX_MS`. Short enough that a blip costs a person nothing. */
const BACK_OFF_FIRST_MS = 2_000;
/** Longest wait between attempts, ms: a CRM that was down all night is noticed within five minutes. */
const BACK_OFF_MAX_MS = 300_000;

/**
 * The one retry decision of the house. The server's own timing wins; a write that may have arrived is never sent again
 * before it was looked up; reads whose outcome is unknown are simply read again.
 */
export function decideRetry(question: RetryQuestion): RetryAnswer {
  const { failure, write, attempts, retryAt, now, chance } = question;
  if (failure === "refused") return { again: false, why: "refused" };
  if (failure === "revoked") return { again: false, why: "revoked" };
  if (failure === "unauthorised") return { again: false, why: "person" };
  if (failure === "unknown" && write) return { again: false, why: "look-up" };
  if (retryAt !== undefined) return { again: true, at: Math.max(now, retryAt) };
  const wait = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** Math.min(attempts - 1, 16));
  return { again: true, at: now + Math.round(wait / 2 + (wait / 2) * chance) };
}
