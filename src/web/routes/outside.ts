/**
 * What clients and other systems open by a signed link: `GET|POST /c/survey/:token`, `GET|POST /c/plan/:token`, `GET|POST /c/stop/:token`, and
 * `POST /v1/done/:token`. Nothing is done by opening a page; a link says who it is for and proves it.
 */
import { type Context, Hono } from "hono";
import type { Language } from "../../core/model.ts";
import type { SurveyKind } from "../../core/outside/state.ts";
import { type Claims, type LinkKind, readLink } from "../../links.ts";
import { readBytes } from "../body.ts";
import type { AppDeps } from "../deps.ts";
import { frameHeaders } from "../headers.ts";
import { type Limiter, makeLimiter } from "../limiter.ts";
import { type OutsideFrame, planPage, saidPage, stopPage, surveyPage } from "../pages/outside.ts";
import { languageOf } from "../pages/page.ts";
import { type AskPortal, askOf } from "../screen.ts";

/** A form of ours: a number and a few lines, bytes. */
const FORM_MAX = 20_000;
/** Knocks per link: a person reloads a few times, a program is told to wait. */
const BURST = 20;
const PER_MINUTE = 20;
/** Questions per link: a person thinks between two of them. */
const QUESTIONS_BURST = 6;
const QUESTIONS_PER_MINUTE = 3;

interface Visit {
  c: Context;
  deps: AppDeps;
  claims: Claims;
  ask: AskPortal;
  frame: (language: Language, portalName: string) => OutsideFrame;
}

type Work = (visit: Visit) => Promise<Response>;

/** Below `/c`. */
export function outsideRoutes(deps: AppDeps): Hono {
  const routes = new Hono();
  const limiter = makeLimiter(BURST, PER_MINUTE);
  const asking = makeLimiter(QUESTIONS_BURST, QUESTIONS_PER_MINUTE);
  const open = (kinds: readonly LinkKind[], work: Work, by: Limiter = limiter) => {
    return (c: Context) => visit(c, deps, by, kinds, work);
  };
  routes.get("/survey/:token", open(["nps", "ces"], showSurvey));
  routes.post("/survey/:token", open(["nps", "ces"], takeAnswer));
  routes.get("/plan/:token", open(["plan"], showPlan));
  routes.post("/plan/:token", open(["plan"], takeQuestion, asking));
  routes.get("/stop/:token", open(["stop"], showStop));
  routes.post("/stop/:token", open(["stop"], stop));
  return routes;
}

/** Below `/v1`. */
export function doneRoutes(deps: AppDeps): Hono {
  const routes = new Hono();
  const limiter = makeLimiter(BURST, PER_MINUTE);
  routes.post("/done/:token", async (c) => {
    const token = c.req.param("token");
    const claims = readLink(token, deps.around.vault, deps.around.now());
    if (claims?.kind !== "done" || !(await deps.host.has(claims.portal)))
      return c.json({ success: false, code: "unknown_link" }, 404);
    // Only links of ours are remembered: what strangers make up would fill the memory.
    if (!limiter.take(token, deps.around.now())) return c.json({ success: false, code: "too_often" }, 429);
    const became = await askOf(deps.host, claims.portal)("stepDone", claims);
    if (became === "over") return c.json({ success: false, code: "unknown_link" }, 404);
    if (became === "not-open") return c.json({ success: false, code: "step_not_open" }, 409);
    return c.json({ success: true, repeated: became === "again" });
  });
  return routes;
}

async function visit(
  c: Context,
  deps: AppDeps,
  limiter: Limiter,
  kinds: readonly LinkKind[],
  work: Work,
): Promise<Response> {
  const nonce = deps.around.token();
  frameHeaders(c, [], nonce);
  c.header("referrer-policy", "no-referrer");
  c.header("x-robots-tag", "noindex");
  const frame = (language: Language, portalName: string): OutsideFrame => ({ language, nonce, portalName });
  const strange = frame(languageOf(c.req.header("accept-language")), "");
  const token = c.req.param("token") ?? "";
  const now = deps.around.now();
  const claims = readLink(token, deps.around.vault, now);
  if (!claims || !kinds.includes(claims.kind) || !(await deps.host.has(claims.portal)))
    return c.html(saidPage(strange, "over"), 410);
  if (!limiter.take(token, now)) return c.html(saidPage(strange, "busy"), 429);
  return work({ c, deps, claims, ask: askOf(deps.host, claims.portal), frame });
}

/** What a form of ours says; null when it is larger than any of them. */
async function formOf(c: Context): Promise<URLSearchParams | null> {
  const bytes = await readBytes(c.req.raw, FORM_MAX);
  return bytes && new URLSearchParams(new TextDecoder().decode(bytes));
}

/** An answer as a link or a form brings it; null for everything else. */
function scoreOf(text: unknown): number | null {
  return typeof text === "string" && /^\d{1,2}$/.test(text) ? Number(text) : null;
}

async function showSurvey({ c, claims, ask, frame }: Visit): Promise<Response> {
  const view = await ask("surveyPage", claims);
  const own = frame(view.language, view.portalName);
  if (view.state !== "open") return c.html(saidPage(own, view.state), view.state === "over" ? 410 : 200);
  return c.html(surveyPage(own, claims.kind as SurveyKind, scoreOf(c.req.query("a")), false));
}

async function takeAnswer({ c, claims, ask, frame }: Visit): Promise<Response> {
  const view = await ask("surveyPage", claims);
  const own = frame(view.language, view.portalName);
  if (view.state !== "open") return c.html(saidPage(own, view.state), view.state === "over" ? 410 : 200);
  const form = await formOf(c);
  if (!form) return c.body(null, 413);
  const score = scoreOf(form.get("a"));
  const words = form.get("words") ?? "";
  const isTaken = score !== null && (await ask("answerSurvey", claims, score, words));
  if (!isTaken) return c.html(surveyPage(own, claims.kind as SurveyKind, null, true), 400);
  return c.html(saidPage(own, "thanks"));
}

async function showPlan({ c, claims, ask, frame }: Visit): Promise<Response> {
  const view = await ask("planPage", claims);
  if (!view) return c.html(saidPage(frame(languageOf(c.req.header("accept-language")), ""), "over"), 410);
  return c.html(planPage(frame(view.language, view.portalName), view));
}

async function takeQuestion({ c, claims, ask, frame }: Visit): Promise<Response> {
  const form = await formOf(c);
  if (!form) return c.body(null, 413);
  const question = form.get("question") ?? "";
  const asked = await ask("ask", claims, question, form.get("person") === "yes");
  if (!asked) return c.html(saidPage(frame(languageOf(c.req.header("accept-language")), ""), "over"), 410);
  const { page, reply } = asked;
  const status = reply === null ? 400 : reply.state === "busy" ? 429 : 200;
  return c.html(planPage(frame(page.language, page.portalName), page, { question, reply }), status);
}

async function showStop({ c, claims, ask, frame }: Visit): Promise<Response> {
  const { language, portalName } = await ask("surveyPage", claims);
  return c.html(stopPage(frame(language, portalName)));
}

/** The button of the page, or the mail program itself (RFC 8058). */
async function stop({ c, claims, ask, frame }: Visit): Promise<Response> {
  await ask("stopLetters", claims);
  const { language, portalName } = await ask("surveyPage", claims);
  return c.html(saidPage(frame(language, portalName), "stopped"));
}
