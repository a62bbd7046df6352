/** OAuth state: sealed by us, short-lived, bound to the browser and the CRM that began, good for one install. To begin stores nothing. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { Vendor } from "../crm/port.ts";
import type { Surroundings } from "../ports.ts";

const COOKIE = "tenure_state";
/** How long a person may take on the consent page, ms. */
const STATE_LIVES_MS = 15 * 60_000;

const begun = z.object({ kind: z.literal("state"), id: z.string(), vendor: z.string(), expiresAt: z.number() });

/** Begins: ties a fresh state to this browser. */
export function beginState(c: Context, around: Surroundings, vendor: Vendor, isHttps: boolean): string {
  const expiresAt = around.now() + STATE_LIVES_MS;
  const claims = { kind: "state", id: around.token(), vendor, expiresAt } satisfies z.output<typeof begun>;
  const state = around.vault.seal(JSON.stringify(claims));
  // None + Secure: the way back from the CRM is a cross-site navigation, inside a frame for some.
  const cross = isHttps ? ({ sameSite: "None", secure: true } as const) : ({ sameSite: "Lax", secure: false } as const);
  setCookie(c, COOKIE, state, { httpOnly: true, path: "/", maxAge: STATE_LIVES_MS / 1000, ...cross });
  return state;
}

export type StateCheck =
  /** to be used once, when the CRM has accepted the code: `PortalHost.useOnce` */
  { ok: true; id: string; expiresAt: number } | { ok: false; why: "missing" | "other-browser" | "used-or-expired" };

/** Ends: only for the browser that began, at the CRM where it began, within its time. */
export function endState(c: Context, around: Surroundings, vendor: Vendor, state: string | undefined): StateCheck {
  if (!state) return { ok: false, why: "missing" };
  const cookie = getCookie(c, COOKIE);
  deleteCookie(c, COOKIE, { path: "/" });
  if (cookie !== state) return { ok: false, why: "other-browser" };
  const claims = claimsOf(state, around);
  const isLive = claims !== null && claims.vendor === vendor && around.now() < claims.expiresAt;
  return isLive ? { ok: true, id: claims.id, expiresAt: claims.expiresAt } : { ok: false, why: "used-or-expired" };
}

function claimsOf(state: string, around: Surroundings): z.output<typeof begun> | null {
  try {
    return begun.safeParse(JSON.parse(around.vault.open(state))).data ?? null;
  } catch {
    // Not sealed by us, cut off, or by a key that is gone.
    return null;
  }
}
