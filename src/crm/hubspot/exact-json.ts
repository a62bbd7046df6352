/** JSON of requests that HubSpot sends us, in which ids are numbers. */

/** Numbers of fewer digits are exact, and bodies without longer ones are read as always. */
const MAY_BE_LONG = /\d{16}/;

/** JSON in which a whole number beyond 2^53 stays the text of its digits: as a number it would be the id of another record. @throws SyntaxError */
export function parseExact(text: string): unknown {
  return MAY_BE_LONG.test(text) ? JSON.parse(text, kept) : JSON.parse(text);
}

/** @param context what ECMAScript's "JSON.parse source text access" adds */
function kept(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value);
  return isRounded && context?.source !== undefined && /^\d+$/.test(context.source) ? context.source : value;
}
