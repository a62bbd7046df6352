/** Calls of Tenure's server through HubSpot's signing proxy. */
import { hubspot } from "@hubspot/ui-extensions";
import type { Refused } from "./contract.ts";

/** HubSpot gives up after 15 s; a person gives up earlier. */
const TIMEOUT_MS = 8000;

/** Where Tenure's server is: a variable of the project's profile. Null when the build has none. */
export function baseUrlOf(variables: Readonly<Record<string, unknown>> | undefined): string | null {
  const url = variables?.PUBLIC_URL;
  return typeof url === "string" && url.startsWith("https://") ? url.replace(/\/+$/, "") : null;
}

/**
 * One call. HubSpot itself repeats it once after a lost connection or a 5xx, so a body has to say by `once` what it repeats.
 * @returns null when nothing readable came back
 */
export async function ask<Reply extends { ok: boolean }>(
  base: string,
  path: string,
  query: Readonly<Record<string, string>>,
  body?: object,
): Promise<Reply | Refused | null> {
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const options = body === undefined ? ({ method: "GET" } as const) : ({ method: "POST", body: { ...body } } as const);
  try {
    const response = await hubspot.fetch(`${base}${path}?${search.join("&")}`, { ...options, timeout: TIMEOUT_MS });
    const reply: unknown = await response.json();
    return typeof reply === "object" && reply !== null && "ok" in reply ? (reply as Reply) : null;
  } catch {
    return null;
  }
}
