/** What every route of a screen starts with: the session, who is looking, and a typed way to ask the portal. */
import type { Context } from "hono";
import type { Language } from "../core/model.ts";
import { isFailure } from "../crm/failure.ts";
import type { PortalDoor } from "../portal-door.ts";
import { type PortalHost, type PortalId, parsePortalId } from "../ports.ts";
import type { Viewer } from "../views/viewer.ts";
import type { AppDeps } from "./deps.ts";
import { type Format, formatIn } from "./format.ts";
import { frameHeaders } from "./headers.ts";
import type { Frame } from "./pages/layout.ts";
import { overPage } from "./pages/over.ts";
import { languageOf } from "./pages/page.ts";
import { formToken, type Session, sessionOf } from "./session.ts";

/** The portal's door as seen across its edge: every answer is awaited. */
export type AskPortal = <M extends keyof PortalDoor>(
  method: M,
  ...args: Parameters<PortalDoor[M]>
) => Promise<Awaited<ReturnType<PortalDoor[M]>>>;

export function askOf(host: PortalHost, portal: PortalId): AskPortal {
  return async (method, ...args) => (await host.ask(portal, method, args)) as never;
}

export interface Screen {
  c: Context;
  deps: AppDeps;
  session: Session;
  viewer: Viewer;
  ask: AskPortal;
  language: Language;
  /** who goes into the history */
  actor: string;
  frame(said?: string | null): Promise<Frame>;
}

/** A page's own work; the session was opened before. */
export type Page = (screen: Screen) => Response | Promise<Response>;

export interface ScreenRoutes {
  get(path: string, page: Page): void;
  post(path: string, page: Page): void;
}

/** The screen behind a request, or the answer that there is none. */
export async function openScreen(c: Context, deps: AppDeps): Promise<Screen | Response> {
  const sealed = c.req.param("session") ?? "";
  const session = sessionOf(c, deps.around, sealed);
  if (!session || !(await deps.host.has(session.person.portal))) return over(c, deps);
  const { person } = session;
  const nonce = deps.around.token();
  frameHeaders(c, person.frames, nonce);
  const ask = askOf(deps.host, person.portal);
  // A right that was taken away is gone with the next click.
  const { isAdmin, ownerId } = await ask("viewer", person.userId, person.isAdmin);
  return {
    c,
    deps,
    session,
    viewer: { userId: person.userId, ownerId: ownerId ?? person.ownerId, isAdmin, records: person.records },
    ask,
    language: person.language,
    actor: `user:${person.userId}`,
    frame: async (said = c.req.query("said") ?? null) => ({
      base: `/screens/${sealed}`,
      language: person.language,
      nonce,
      token: formToken(session, deps.around),
      once: deps.around.token(),
      isAdmin,
      said,
      people: await ask("people"),
      isFitted: parsePortalId(person.portal).vendor === "bitrix24",
    }),
  };
}

/** The session is over, or the link was used before. */
export function over(c: Context, deps: AppDeps, status: 401 | 403 = 401): Response | Promise<Response> {
  const nonce = deps.around.token();
  // Whoever framed us may show this page: it holds nothing.
  c.header(
    "content-security-policy",
    `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors *`,
  );
  c.header("cache-control", "no-store");
  return c.html(overPage(languageOf(c.req.header("accept-language")), nonce), status);
}

/** A form without the token of this session: nothing is done, and the person is told how to go on. */
export function strangeForm({ c, deps }: Screen): Response | Promise<Response> {
  return over(c, deps, 403);
}

/** The form of a mutating request; null when it carries no token of this session. */
export async function listsOf(screen: Screen): Promise<FormData | null> {
  // A body that is no form carries no token either.
  const form = await screen.c.req.formData().catch(() => null);
  return form?.get("token") === formToken(screen.session, screen.deps.around) ? form : null;
}

/** The same, for forms without fields of the same name. */
export async function formOf(screen: Screen): Promise<Readonly<Record<string, string>> | null> {
  const form = await listsOf(screen);
  if (!form) return null;
  return Object.fromEntries([...form].filter((field): field is [string, string] => typeof field[1] === "string"));
}

/** Back to a page of the session, with what became of the click. */
export function backTo(screen: Screen, page: string, said: string): Response {
  const url = `/screens/${screen.c.req.param("session")}/${page}`;
  return screen.c.redirect(`${url}${url.includes("?") ? "&" : "?"}said=${encodeURIComponent(said)}`, 303);
}

export function formatOf(screen: Screen, where: { zone: string; currency?: string }): Format {
  return formatIn(screen.language, where.zone, where.currency ?? "");
}

/** Names where the CRM tells them in time; screens live without. */
export async function namesOrNone(ask: AskPortal, keys: readonly string[]): Promise<Record<string, string>> {
  if (keys.length === 0) return {};
  try {
    return await ask("names", keys);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return {};
  }
}
