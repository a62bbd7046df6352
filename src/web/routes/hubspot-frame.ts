/** What our cards and pages inside HubSpot ask (proxied and signed by HubSpot), and what its workflows tell us to do. */
import { type Context, Hono } from "hono";
import { WORKFLOW_CODES, type WorkflowCode } from "../../acts/workflow.ts";
import { LANGUAGES, type Language, type RecordKind } from "../../core/model.ts";
import type { HubSpotApp } from "../../crm/hubspot/index.ts";
import { portalId } from "../../ports.ts";
import type { Viewer } from "../../views/viewer.ts";
import { signedRequest } from "../body.ts";
import type { AppDeps } from "../deps.ts";
import { cardOf, homeOf, settingsOf } from "../hubspot-replies.ts";
import { layoutWords } from "../pages/layout.words.ts";
import { type AskPortal, askOf, namesOrNone } from "../screen.ts";
import { admit } from "../session.ts";

/** HubSpot sends at most 1 MB; our cards send a few hundred bytes. */
const BODY_MAX = 20_000;

/** Records that carry our cards, by HubSpot's type id and by its name. */
const KINDS: Readonly<Record<string, RecordKind>> = { "0-1": "contact", "0-2": "company", "0-3": "deal" };

/** Pages that a card may open in a frame. */
const OPENABLE =
  /^(?:client\/(?:company|contact|deal):[\w-]{1,40}|board|undecided|hand-over|kpi|review|history|status|settings(?:\/[a-z-]{1,20})?)$/;

/** A person before one of our cards, proven by HubSpot. */
interface Visit {
  c: Context;
  deps: AppDeps;
  portal: string;
  viewer: Viewer;
  ask: AskPortal;
  language: Language;
  body: Readonly<Record<string, unknown>>;
}

export function hubspotFrameRoutes(deps: AppDeps, crm: HubSpotApp): Hono {
  const routes = new Hono();
  const open = (work: (visit: Visit) => Promise<Response>) => async (c: Context) => {
    const visit = await visitOf(c, deps, crm);
    return visit instanceof Response ? visit : work(visit);
  };
  routes.get("/frame/card", open(card));
  routes.post("/frame/act", open(act));
  routes.post(
    "/frame/open",
    open((visit) => openPage(visit, crm)),
  );
  routes.get("/frame/home", open(home));
  routes.get("/frame/settings", open(settings));
  routes.post("/actions/:code", (c) => workflow(c, deps, crm));
  return routes;
}

async function visitOf(c: Context, deps: AppDeps, crm: HubSpotApp): Promise<Visit | Response> {
  c.header("cache-control", "no-store");
  const incoming = await signedRequest(c, deps.publicUrl, BODY_MAX);
  if (incoming === null) return c.body(null, 413);
  const verified = await crm.verifyFrame(incoming, deps.around.now());
  if (!verified.ok) {
    deps.around.log("warn", "frame-refused", {
      why: verified.reason,
      look: "compare HUBSPOT_CLIENT_SECRET, HUBSPOT_APP_ID and PUBLIC_URL with the app in HubSpot",
    });
    return c.body(null, 401);
  }
  const language = languageOf(c.req.query("language"));
  const portal = portalId("hubspot", verified.viewer.account);
  if (!(await deps.host.has(portal))) return refuse(c, language, "left");
  const ask = askOf(deps.host, portal);
  const viewer = await ask("viewer", verified.viewer.userId, null);
  return { c, deps, portal, viewer, ask, language: language ?? (await ask("language")), body: jsonOf(incoming.body) };
}

function languageOf(text: string | undefined): Language | null {
  const code = (text ?? "").slice(0, 2).toLowerCase();
  return LANGUAGES.find((language) => language === code) ?? null;
}

function jsonOf(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Refusals are answers too: HubSpot shows the card's own sentence instead of an error. */
function refuse(c: Context, language: Language | null, why: string): Response {
  const words = layoutWords(language ?? "en") as Readonly<Record<string, string>>;
  return c.json({ ok: false, why, text: words[`said.${why}`] ?? words["said.unknown"]! });
}

/** The client of the record on which a card is shown. */
async function clientAsked({ c, ask }: Visit): Promise<string | null> {
  const kind = KINDS[c.req.query("objectType") ?? ""];
  const id = c.req.query("objectId") ?? "";
  return kind && /^\d{1,19}$/.test(id) ? ask("clientOf", kind, id) : null;
}

async function card(visit: Visit): Promise<Response> {
  const { c, ask, viewer, language, deps } = visit;
  const key = await clientAsked(visit);
  if (key === null) return refuse(c, language, "unknown");
  const answer = await ask("card", viewer, key, language);
  if (!answer.ok) return refuse(c, language, answer.why);
  return c.json({ ok: true, card: cardOf(answer.card, await ask("people"), language, deps.around.token()) });
}

async function act(visit: Visit): Promise<Response> {
  const { c, ask, viewer, language, body } = visit;
  const key = await clientAsked(visit);
  if (key === null || typeof body.once !== "string") return refuse(c, language, key === null ? "unknown" : "invalid");
  const answer = await ask("act", viewer, key, body.act, body.once.slice(0, 80));
  return answer.ok ? c.json(answer) : refuse(c, language, answer.why);
}

async function openPage(visit: Visit, crm: HubSpotApp): Promise<Response> {
  const { c, deps, portal, viewer, language, body } = visit;
  const to = typeof body.to === "string" ? body.to : "";
  if (!OPENABLE.test(to)) return refuse(c, language, "invalid");
  const frames = [
    ...new Set([new URL(crm.authoriseUrl("x")).origin, "https://app.hubspot.com", "https://*.hubspot.com"]),
  ];
  const person = {
    portal,
    userId: viewer.userId,
    ownerId: viewer.ownerId,
    isAdmin: null,
    records: [],
    language,
    frames,
  };
  return c.json({ ok: true, url: `${deps.publicUrl}${admit(deps.around, person, to)}` });
}

async function home({ c, ask, viewer, language }: Visit): Promise<Response> {
  const everything = { zone: null, ownerId: null, phase: null, only: null, capacity: 10, page: 0 } as const;
  const [view, worst, { mode }] = await Promise.all([
    ask("board", viewer, { ...everything, order: "health" }, language),
    ask("board", viewer, { ...everything, order: "triage" }, language),
    ask("status"),
  ]);
  if (!view || !worst) return refuse(c, language, "not-ready");
  const rows = worst.rows.slice(0, 10);
  const names = await namesOrNone(
    ask,
    rows.map((row) => row.key),
  );
  return c.json({ ok: true, home: homeOf(view, rows, names, await ask("people"), mode, viewer.isAdmin, language) });
}

async function settings({ c, ask, viewer, language }: Visit): Promise<Response> {
  return c.json({ ok: true, settings: settingsOf(await ask("status"), viewer.isAdmin, language) });
}

// ---------------------------------------------------------------- workflow actions

/** The largest call of a workflow, bytes. */
const ACTION_MAX = 1_000_000;
/** HubSpot reads Retry-After in milliseconds here (facts sheet 10). */
const AGAIN_MS = 60_000;

async function workflow(c: Context, deps: AppDeps, crm: HubSpotApp): Promise<Response> {
  const code = WORKFLOW_CODES.find((one) => one === c.req.param("code"));
  const incoming = await signedRequest(c, deps.publicUrl, ACTION_MAX);
  if (!code || incoming === null) return c.body(null, code ? 413 : 404);
  const verified = await crm.verifyAction(incoming, deps.around.now());
  if (!verified.ok) {
    deps.around.log("warn", "action-refused", {
      why: verified.reason,
      look: "compare HUBSPOT_CLIENT_SECRET and PUBLIC_URL with the action's URL in HubSpot",
    });
    return c.body(null, verified.reason === "malformed" ? 400 : 401);
  }
  const { account, callbackId, record, inputFields, fetchOptions } = verified.call;
  const portal = portalId("hubspot", account);
  if (!(await deps.host.has(portal))) return c.body(null, 404);
  const ask = askOf(deps.host, portal);
  if (fetchOptions) return c.json({ options: await ask("templateOptions", fetchOptions.q), searchable: false });
  if (callbackId === null) return c.body(null, 400);
  if (record === null) return c.json(failed("no-client"));
  const inputs = Object.fromEntries(Object.entries(inputFields).map(([name, value]) => [name, String(value ?? "")]));
  const answer = await ask("workflow", { code: code satisfies WorkflowCode, record, inputs, once: callbackId });
  if (answer.ok) return c.json({ outputFields: { ...answer.outputs, hs_execution_state: "SUCCESS" } });
  if (answer.why === "later") return c.body(null, 429, { "retry-after": String(AGAIN_MS) });
  return c.json(failed(answer.why));
}

function failed(why: string): { outputFields: Readonly<Record<string, string>> } {
  return { outputFields: { hs_execution_state: "FAIL_CONTINUE", why } };
}
