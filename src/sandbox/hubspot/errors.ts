/** One entry of `errors[]` in HubSpot's error body (facts sheet 4.2). */
export interface ErrorDetail {
  message: string;
  code?: string;
  in?: string;
  subCategory?: string;
  context?: Record<string, string[]>;
}

export interface ErrorBody {
  status: "error";
  message: string;
  category: string;
  subCategory?: string;
  errors?: ErrorDetail[];
  context?: Record<string, string[]>;
  links?: Record<string, string>;
}

/** What an API handler throws to answer with an error body. `rule` is set when the caller broke a written contract. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly rule: string | null;

  constructor(status: number, body: Omit<ErrorBody, "status">, rule: string | null = null) {
    super(body.message);
    this.status = status;
    this.body = { status: "error", ...body };
    this.rule = rule;
  }
}

/** 400 for a request that no account would take; recorded as a violation. */
export function contractBroken(rule: string, code?: string): Refusal {
  const errors = code ? [{ message: rule, code }] : undefined;
  return new Refusal(400, { message: `Invalid input: ${rule}`, category: "VALIDATION_ERROR", errors }, rule);
}

/** 404 of a record, property or path entry that is not there. */
export function notFound(message = "resource not found"): Refusal {
  return new Refusal(404, { message, category: "OBJECT_NOT_FOUND" });
}

/** 400 for values; with a `rule` when they would be wrong in every account. */
export function invalid(message: string, errors?: ErrorDetail[], rule: string | null = null): Refusal {
  return new Refusal(400, { message, category: "VALIDATION_ERROR", errors }, rule);
}

/** 409 for what exists already. */
export function conflict(message: string, subCategory?: string): Refusal {
  return new Refusal(409, { message, category: "CONFLICT", ...(subCategory ? { subCategory } : {}) });
}

/** 403 of facts sheet 2.3: names the scopes that are missing. */
export function missingScopes(scopes: readonly string[]): Refusal {
  return new Refusal(403, {
    message: "This app hasn't been granted all required scopes to make this call.",
    category: "MISSING_SCOPES",
    errors: [
      {
        message: "One or more of the following scopes are required.",
        context: { requiredGranularScopes: [...scopes] },
      },
    ],
    links: { scopes: "https://developers.hubspot.com/scopes" },
  });
}
