/** OAuth state: one-time, short-lived, bound to the browser that began. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { PortalHost, Surroundings } from "../ports.ts";

const COOKIE = "tenure_state";
/** How long a person may take on the consent page, ms. */
const STATE_LIVES_MS = 15 * 60_000;

/** Begins: keeps a fresh state and ties it to this browser. */
export async function beginState(
  c: Context,
  host: PortalHost,
  around: Surroundings,
  isHttps: boolean,
): Promise<string> {
  const state = around.token();
  await host.keepState(state, around.now() + STATE_LIVES_MS);
  // None + Secure: the way back from the CRM is a cross-site navigation, inside a frame for some.
  const cross = isHttps ? ({ sameSite: "None", secure: true } as const) : ({ sameSite: "Lax", secure: false } as const);
  setCookie(c, COOKIE, state, { httpOnly: true, path: "/", maxAge: STATE_LIVES_MS / 1000, ...cross });
  return state;
}

export type StateCheck = "ok" | "missing" | "other-browser" | "used-or-expired";

/** Ends: true only for the browser that began, once, within its time. */
export async function endState(c: Context, host: PortalHost, state: string | undefined): Promise<StateCheck> {
  if (!state) return "missing";
  const cookie = getCookie(c, COOKIE);
  deleteCookie(c, COOKIE, { path: "/" });
  if (cookie !== state) return "other-browser";
  return (await host.takeState(state)) ? "ok" : "used-or-expired";
}
