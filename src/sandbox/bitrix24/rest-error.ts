/** A refusal as the vendor words it: HTTP status, code (possibly the empty string) and a description. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly validation: readonly { field: string; message: string }[] | null;

  constructor(
    status: number,
    code: string,
    description: string,
    validation: readonly { field: string; message: string }[] | null = null,
  ) {
    super(description);
    this.status = status;
    this.code = code;
    this.validation = validation;
  }
}

export const notFound = (what = "Item not found") => new RestError(400, "NOT_FOUND", what);
export const denied = (text = "Access denied") => new RestError(400, "ACCESS_DENIED", text);
export const forbidden = (text = "Access denied!") => new RestError(403, "ACCESS_DENIED", text);
/** Classic CRM methods answer with an empty code; only the text tells. */
export const classic = (text: string) => new RestError(400, "", text);
export const missing = (name: string) =>
  new RestError(400, "100", `Could not find value for parameter {${name}} (internal error)`);
export const illTyped = (name: string, type: string, value: unknown) =>
  new RestError(
    400,
    "100",
    `Invalid value {${typeof value === "string" ? value : JSON.stringify(value)}} to match with parameter {${name}}. Should be value of type ${type}. (internal error)`,
  );
