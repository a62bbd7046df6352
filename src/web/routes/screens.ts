/** The pages inside both CRMs, below `/screens/<session>/`. */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppDeps } from "../deps.ts";
import { frameHeaders } from "../headers.ts";
import { openScreen, over, type Page, type ScreenRoutes } from "../screen.ts";
import { enter, peekTicket, tryCookie } from "../session.ts";
import { addClientRoutes } from "./screen-clients.ts";
import { addHandOverRoutes } from "./screen-hand-over.ts";
import { addKpiRoutes } from "./screen-kpi.ts";
import { addLinkRoutes } from "./screen-links.ts";
import { addSettingsRoutes } from "./screen-settings.ts";
import { addStatusRoutes } from "./screen-status.ts";

/** The largest form: a whole configuration pasted in, bytes. */
const FORM_MAX = 1_000_000;

export function screenRoutes(deps: AppDeps): Hono {
  const routes = new Hono();
  routes.use("*", bodyLimit({ maxSize: FORM_MAX }));
  routes.get("/enter/:ticket", (c) => firstStop(c, deps));
  routes.get("/enter/:ticket/go", (c) => secondStop(c, deps));
  const open = (page: Page) => async (c: Context) => {
    const screen = await openScreen(c, deps);
    return screen instanceof Response ? screen : page(screen);
  };
  const add: ScreenRoutes = {
    get: (path, page) => void routes.get(`/:session${path}`, open(page)),
    post: (path, page) => void routes.post(`/:session${path}`, open(page)),
  };
  addClientRoutes(add);
  addStatusRoutes(add);
  addSettingsRoutes(add);
  addLinkRoutes(add);
  addKpiRoutes(add);
  addHandOverRoutes(add);
  return routes;
}

/** Sets a cookie and goes on; the ticket is not used up, so that a browser that looks ahead does no harm. */
function firstStop(c: Context, deps: AppDeps): Response | Promise<Response> {
  const ticket = c.req.param("ticket") ?? "";
  const person = peekTicket(ticket, deps.around);
  if (!person) return over(c, deps);
  frameHeaders(c, person.frames, deps.around.token());
  tryCookie(c, deps.around, deps.publicUrl.startsWith("https:"));
  return c.redirect(`/screens/enter/${ticket}/go`, 303);
}

async function secondStop(c: Context, deps: AppDeps): Promise<Response> {
  const ticket = c.req.param("ticket") ?? "";
  const person = peekTicket(ticket, deps.around);
  const url = await enter(c, deps.host, deps.around, ticket);
  if (!person || url === null) return over(c, deps);
  frameHeaders(c, person.frames, deps.around.token());
  return c.redirect(url, 303);
}
