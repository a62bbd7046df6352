/**
 * Who is looking: a short session, sealed with our own key, that carries portal, person and rights. It travels in the address, because frames
 * of other sites seldom keep cookies; where the browser does keep one, the session is bound to it as well. Nothing of it is stored.
 *
 * A CRM proves a person → ticket (two minutes, once) → the browser shows whether it keeps cookies → session (one hour).
 */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { LANGUAGES } from "../core/model.ts";
import type { PortalHost, Surroundings } from "../ports.ts";

/** From the CRM's proof to the first page, ms. */
const TICKET_LIVES_MS = 2 * 60_000;
/** A session ends after this, ms; opening the frame again makes a new one. */
const SESSION_LIVES_MS = 3_600_000;
const COOKIE = "tenure_screen";

const person = z.object({
  portal: z.string(),
  userId: z.string(),
  ownerId: z.string().nullable(),
  /** what the CRM itself said; null where it does not: the portal's own list is asked at every page */
  isAdmin: z.boolean().nullable(),
  /** clients that the CRM itself let this person see */
  records: z.array(z.string()),
  language: z.enum(LANGUAGES),
  /** origins that may frame the pages of this session */
  frames: z.array(z.string()),
});
/** A person as a CRM proved it. */
export type Person = z.output<typeof person>;

const ticket = z.object({ kind: z.literal("ticket"), person, id: z.string(), to: z.string(), expiresAt: z.number() });
const session = z.object({
  kind: z.literal("session"),
  person,
  nonce: z.string(),
  /** keyed hash of the cookie that has to come along; null where the browser keeps none */
  cookie: z.string().nullable(),
  expiresAt: z.number(),
});
export type Session = z.output<typeof session>;

function open<T>(schema: z.ZodType<T & { expiresAt: number }>, sealed: string, around: Surroundings): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(around.vault.open(sealed)));
    return parsed.success && around.now() < parsed.data.expiresAt ? parsed.data : null;
  } catch {
    // Not sealed by us, cut off, or by a key that is gone.
    return null;
  }
}

/** The address that lets a proven person in, once. @param to page below the session, such as `client/company:17` */
export function admit(around: Surroundings, who: Person, to: string): string {
  const id = around.token();
  const expiresAt = around.now() + TICKET_LIVES_MS;
  const sealed = around.vault.seal(
    JSON.stringify({ kind: "ticket", person: who, id, to, expiresAt } satisfies z.output<typeof ticket>),
  );
  return `/screens/enter/${sealed}`;
}

/** First stop: sets a cookie that the second stop looks for. */
export function tryCookie(c: Context, around: Surroundings, isHttps: boolean): void {
  // Partitioned: kept apart per CRM, which is what lets browsers keep it in a frame at all.
  const cross = isHttps
    ? ({ sameSite: "None", secure: true, partitioned: true } as const)
    : ({ sameSite: "Lax", secure: false } as const);
  setCookie(c, COOKIE, around.token(), { httpOnly: true, path: "/screens", maxAge: SESSION_LIVES_MS / 1000, ...cross });
}

/** Who a ticket speaks for, without using it up; null when it is not ours or too old. */
export function peekTicket(sealed: string, around: Surroundings): Person | null {
  return open(ticket, sealed, around)?.person ?? null;
}

/** Second stop: uses the ticket up. @returns the address of the page, or null when the ticket is used, old or not ours */
export async function enter(
  c: Context,
  host: PortalHost,
  around: Surroundings,
  sealed: string,
): Promise<string | null> {
  const found = open(ticket, sealed, around);
  if (!found || !(await host.useOnce(found.id, found.expiresAt))) return null;
  const cookie = getCookie(c, COOKIE);
  const made: Session = {
    kind: "session",
    person: found.person,
    nonce: around.token(),
    cookie: cookie ? around.vault.hash(`cookie:${cookie}`) : null,
    expiresAt: around.now() + SESSION_LIVES_MS,
  };
  return `/screens/${around.vault.seal(JSON.stringify(made))}/${found.to}`;
}

/** The session behind an address; null when it is over, not ours, or this browser is not the one it was made for. */
export function sessionOf(c: Context, around: Surroundings, sealed: string): Session | null {
  const found = open(session, sealed, around);
  if (!found) return null;
  if (found.cookie === null) return found;
  const cookie = getCookie(c, COOKIE);
  return cookie !== undefined && around.vault.hash(`cookie:${cookie}`) === found.cookie ? found : null;
}

/** The token that forms of a session carry. */
export function formToken(found: Session, around: Surroundings): string {
  return around.vault.hash(`form:${found.nonce}`);
}
