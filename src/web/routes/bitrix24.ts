/** Bitrix24's doors: installer, application frame, events, automation rules, consent. */
import { type Context, Hono } from "hono";
import { WORKFLOW_CODES } from "../../acts/workflow.ts";
import type { Language, RecordKind } from "../../core/model.ts";
import {
  type Bitrix24App,
  type Frame,
  type FrameVerdict,
  frameAncestor,
  type KnownPortal,
  parseBracketForm,
  parseFrame,
  parseInstallEvent,
  parsePayment,
  ROBOTS,
  type RobotCall,
} from "../../crm/bitrix24/index.ts";
import { isFailure } from "../../crm/failure.ts";
import type { Grant, Incoming, Refusal } from "../../crm/port.ts";
import { type PortalId, portalId } from "../../ports.ts";
import { type AdminTokens, makeAdminTokens } from "../admin-tokens.ts";
import { signedRequest } from "../body.ts";
import { REFUSED_STATUS } from "../deliveries.ts";
import type { AppDeps } from "../deps.ts";
import { frameHeaders } from "../headers.ts";
import { installFailed, refuseInstall } from "../install-refused.ts";
import { installPage } from "../pages/install.ts";
import { page } from "../pages/page.ts";
import { askOf } from "../screen.ts";
import { admit } from "../session.ts";
import { beginState, endState } from "../state.ts";

/** Frames, events and rules are forms of a few kilobytes (facts sheet 7, 13.2, 14). */
const FORM_MAX = 64 * 1024;

/** Cards that carry our tab. */
const PLACEMENTS: Readonly<Record<string, RecordKind>> = {
  CRM_DEAL_DETAIL_TAB: "deal",
  CRM_COMPANY_DETAIL_TAB: "company",
  CRM_CONTACT_DETAIL_TAB: "contact",
};

export function bitrix24Routes(deps: AppDeps, crm: Bitrix24App): Hono {
  const routes = new Hono();
  const admins = makeAdminTokens();
  // The Market looks at both addresses by HEAD and wants a 200.
  routes.get("/app", (c) => c.html(page("open-in-crm", c.req.header("accept-language"))));
  routes.get("/install", (c) => consent(c, deps, crm));
  routes.get("/oauth/callback", (c) => callback(c, deps, crm));
  routes.get("/b24jssdk.js", (c) => library(c, deps));
  routes.post(
    "/install",
    withForm(deps, (c, incoming) => install(c, deps, crm, incoming)),
  );
  routes.post(
    "/app",
    withForm(deps, (c, incoming) => openFrame(c, deps, crm, incoming)),
  );
  routes.post(
    "/events",
    withForm(deps, (c, incoming) => events(c, deps, crm, incoming)),
  );
  routes.post(
    "/bot",
    withForm(deps, (c, incoming) => bot(c, deps, crm, incoming)),
  );
  routes.post(
    "/robots/:code",
    withForm(deps, (c, incoming) => robot(c, deps, crm, admins, incoming)),
  );
  return routes;
}

type Work = (c: Context, incoming: Incoming) => Promise<Response>;

/** Reads the body within its limit; a CRM that does not answer now becomes a page that says so. */
function withForm(deps: AppDeps, work: Work) {
  return async (c: Context): Promise<Response> => {
    const incoming = await signedRequest(c, deps.publicUrl, FORM_MAX);
    if (incoming === null) return c.body(null, 413);
    try {
      return await work(c, incoming);
    } catch (error) {
      if (!isFailure(error)) throw error;
      deps.around.log("warn", "bitrix24-door-failed", {
        failure: error.failure,
        code: error.code,
        advice: error.message,
      });
      return c.html(page("refused-crm-away", c.req.header("accept-language")), 503);
    }
  };
}

/** The browser library of the vendor, as the runtime holds it. */
async function library(c: Context, deps: AppDeps): Promise<Response> {
  const source = await deps.b24jssdk?.();
  if (source === undefined) return c.body(null, 404);
  return c.body(source, 200, {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=86400",
  });
}

// ---------------------------------------------------------------- install

/**
 * An administrator begins outside the portal, or somebody looks at the address: `?domain=` goes to that portal's consent page. A self-hosted
 * portal may have any name, and anybody may have put one into a link: there the browser goes only when the person says so.
 */
async function consent(c: Context, deps: AppDeps, crm: Bitrix24App): Promise<Response> {
  const domain = c.req.query("domain");
  if (!domain) return c.html(page("open-in-crm", c.req.header("accept-language")));
  const state = beginState(c, deps.around, "bitrix24", deps.publicUrl.startsWith("https:"));
  try {
    const to = crm.authoriseUrl(state, domain);
    return crm.isCloud(domain) ? c.redirect(to) : c.html(page("is-yours", c.req.header("accept-language"), to));
  } catch (error) {
    if (!isFailure(error, "refused")) throw error;
    return refuseInstall(c, deps, "return-url", 400);
  }
}

async function callback(c: Context, deps: AppDeps, crm: Bitrix24App): Promise<Response> {
  const { code, state, server_domain: server } = c.req.query();
  if (!code) return refuseInstall(c, deps, "no-code", 400);
  const check = endState(c, deps.around, "bitrix24", state);
  if (!check.ok) return refuseInstall(c, deps, `state-${check.why}`, 403);
  try {
    const grant = await crm.exchange(code, deps.around.now(), server);
    if (!(await deps.host.useOnce(check.id, check.expiresAt)))
      return refuseInstall(c, deps, "state-used-or-expired", 403);
    if (!(await keepOfAdmin(deps, crm, grant))) return refuseInstall(c, deps, "denied", 403);
  } catch (failure) {
    if (!isFailure(failure)) throw failure;
    return installFailed(c, deps, failure);
  }
  return c.html(page("installed", c.req.header("accept-language")));
}

/**
 * Everybody in a portal can get a token of this application for himself, by opening it or by consent; the portal's own access is an
 * administrator's. @returns false, and keeps nothing, where the grant is somebody else's
 */
async function keepOfAdmin(deps: AppDeps, crm: Bitrix24App, grant: Grant): Promise<boolean> {
  const { userId, admin } = await crm.who(grant);
  if (admin) await keep(deps, { ...grant, userId });
  return admin;
}

async function keep(deps: AppDeps, grant: Grant): Promise<void> {
  await deps.host.install("bitrix24", grant);
  deps.around.log("info", "installed", { portal: portalId("bitrix24", grant.account), scopes: grant.scopes.length });
}

/** The installer's frame, or the event that tells of an install without one. */
async function install(c: Context, deps: AppDeps, crm: Bitrix24App, incoming: Incoming): Promise<Response> {
  const event = parseInstallEvent(incoming.body);
  if (event) return installEvent(c, deps, crm, incoming);
  const frame = parseFrame(incoming);
  if (!frame) return c.html(page("open-in-crm", c.req.header("accept-language")), 400);
  // The authorisation server is asked every time: an application that was removed and added again has another token.
  const verdict = await crm.verifyFrame(frame, null, deps.around.now());
  if (!verdict.ok) return refuseFrame(c, deps, verdict.reason);
  const nonce = deps.around.token();
  frameHeaders(c, [frameAncestor(verdict.grant.endpoint!)], nonce);
  const language = languageOf(frame);
  const isKept = await keepOfAdmin(deps, crm, verdict.grant);
  return isKept ? c.html(installPage(language, nonce)) : c.html(page("refused-denied", language), 403);
}

/** ONAPPINSTALL, ONAPPUPDATE: fresh tokens, believed only when the authorisation server knows them as an administrator's. */
async function installEvent(c: Context, deps: AppDeps, crm: Bitrix24App, incoming: Incoming): Promise<Response> {
  const event = parseInstallEvent(incoming.body)!;
  if (event.event === "ONAPPUNINSTALL") return recordEvents(c, deps, crm, incoming);
  const grant = await crm.verifyInstall(event, deps.around.now());
  if (grant && (await keepOfAdmin(deps, crm, grant))) return c.body(null, 200);
  deps.around.log("warn", "install-refused", {
    why: grant ? "no-administrator" : "not-trusted",
    look: "the authorisation server does not know this token as one of an administrator",
  });
  return c.body(null, 401);
}

function refuseFrame(c: Context, deps: AppDeps, why: string): Response | Promise<Response> {
  deps.around.log("warn", "frame-refused", {
    why,
    look: "compare BITRIX24_CLIENT_ID with the application in the vendor's cabinet",
  });
  return c.html(page("open-in-crm", c.req.header("accept-language")), 401);
}

function languageOf({ language }: Pick<Frame, "language">): Language {
  if (language === "ua") return "uk";
  return language === "ru" || language === "ro" ? language : "en";
}

// ---------------------------------------------------------------- frame

/** Our page or a tab on a card: who looks is proven, then a session of our own begins. */
async function openFrame(c: Context, deps: AppDeps, crm: Bitrix24App, incoming: Incoming): Promise<Response> {
  const frame = parseFrame(incoming);
  if (!frame) return c.html(page("open-in-crm", c.req.header("accept-language")), 400);
  const portal = portalId("bitrix24", frame.memberId);
  const isKnown = await deps.host.has(portal);
  const ask = askOf(deps.host, portal);
  const facts = isKnown ? await ask("portalFacts") : null;
  const known =
    facts?.applicationToken && facts.endpoint && facts.authServer
      ? { applicationToken: facts.applicationToken, endpoint: facts.endpoint, authServer: facts.authServer }
      : null;
  const verdict = await proveFrame(crm, frame, known, deps.around.now());
  if (!verdict.ok) return refuseFrame(c, deps, verdict.reason);
  const { grant, first } = verdict;
  const who = await crm.who(grant);
  if (first && !who.admin) return c.html(page("refused-denied", languageOf(frame)), 403);
  const isOwnAgain = facts?.isLent && who.admin && grant.refreshToken !== "";
  if (first || isOwnAgain) await keep(deps, { ...grant, userId: who.userId });
  const viewer = await ask("viewer", who.userId, who.admin);
  const { to, records } = await whereTo(crm, frame, grant, ask);
  const frames = [frameAncestor(grant.endpoint!)];
  const person = {
    portal,
    userId: who.userId,
    ownerId: viewer.ownerId ?? who.userId,
    isAdmin: who.admin,
    records,
    language: languageOf(frame),
    frames,
  };
  frameHeaders(c, frames, deps.around.token());
  return c.redirect(admit(deps.around, person, to), 303);
}

/** A token that is not the one we know may have come with an update of which no event told us: the authorisation server knows. */
async function proveFrame(
  crm: Bitrix24App,
  frame: Frame,
  known: KnownPortal | null,
  now: number,
): Promise<FrameVerdict> {
  const verdict = await crm.verifyFrame(frame, known, now);
  const isOther = !verdict.ok && verdict.reason === "mismatch";
  return isOther ? crm.verifyFrame(frame, null, now) : verdict;
}

/** A tab opens its client when this person may see both the record and the client; asked with this person's own token. */
async function whereTo(
  crm: Bitrix24App,
  frame: Frame,
  grant: Grant,
  ask: ReturnType<typeof askOf>,
): Promise<{ to: string; records: string[] }> {
  const kind = PLACEMENTS[frame.placement];
  if (!kind || frame.recordId === null) return { to: "board", records: [] };
  const key = await ask("clientOf", kind, frame.recordId);
  if (key === null) return { to: "no-client", records: [] };
  const ref = { kind, id: frame.recordId };
  const colon = key.indexOf(":");
  const client = { kind: key.slice(0, colon) as RecordKind, id: key.slice(colon + 1) };
  const isSame = client.kind === ref.kind && client.id === ref.id;
  const maySee = (await crm.maySee(grant, ref)) && (isSame || (await crm.maySee(grant, client)));
  return { to: `client/${key}`, records: maySee ? [key] : [] };
}

// ---------------------------------------------------------------- events and rules

/** The account that a form claims to come from. */
function accountOf(incoming: Incoming): string | null {
  const auth = parseBracketForm(incoming.body)?.auth;
  const account = typeof auth === "object" && typeof auth.member_id === "string" ? auth.member_id : "";
  return /^[A-Za-z0-9_-]{1,64}$/.test(account) ? account : null;
}

/** The shared token of the account that a form claims to come from. */
async function tokenOf(deps: AppDeps, incoming: Incoming): Promise<(account: string) => string | null> {
  const account = accountOf(incoming);
  if (account === null) return () => null;
  const token = await deps.host.applicationToken(portalId("bitrix24", account));
  return (asked) => (asked === account ? token : null);
}

async function events(c: Context, deps: AppDeps, crm: Bitrix24App, incoming: Incoming): Promise<Response> {
  const paid = parsePayment(incoming.body);
  if (paid !== null) return paymentEvent(c, deps, portalId("bitrix24", paid));
  return parseInstallEvent(incoming.body) ? installEvent(c, deps, crm, incoming) : recordEvents(c, deps, crm, incoming);
}

/** Somebody paid, or a period ended: the portal is asked, the event is not believed. */
async function paymentEvent(c: Context, deps: AppDeps, portal: PortalId): Promise<Response> {
  if (!(await deps.host.has(portal))) return c.body(null, 404);
  await askOf(deps.host, portal)("lookAgain", "account");
  return c.body(null, 200);
}

function refuseForm(c: Context, deps: AppDeps, event: string, why: Refusal): Response {
  deps.around.log("warn", event, { why, look: "only a portal that installed the application knows its token" });
  return c.body(null, REFUSED_STATUS[why]);
}

/** The hot path: limit, shared token, light parse, one insert, answer. */
async function recordEvents(c: Context, deps: AppDeps, crm: Bitrix24App, incoming: Incoming): Promise<Response> {
  const { around, host } = deps;
  let verified = await crm.verify(incoming, around.now(), await tokenOf(deps, incoming));
  if (!verified.ok && verified.reason === "unknown-portal" && (await recover(deps, crm, incoming)))
    verified = await crm.verify(incoming, around.now(), await tokenOf(deps, incoming));
  if (!verified.ok) return refuseForm(c, deps, "webhook-refused", verified.reason);
  const { unknown } = await host.deliver(
    await Promise.all(
      verified.accounts.map(async ({ account, hints, uninstalled }) => {
        const portal = portalId("bitrix24", account);
        return { portal, hints, ...(uninstalled && (await isGone(deps, portal)) && { uninstalled }) };
      }),
    ),
  );
  for (const one of verified.accounts) {
    const portal = portalId("bitrix24", one.account);
    if (one.schemaTouched && !unknown.includes(portal)) await askOf(host, portal)("lookAgain", "schema");
  }
  if (unknown.length > 0)
    around.log("info", "webhook-unknown-portal", { portals: unknown, look: "the application was removed there" });
  const odd = verified.accounts.flatMap((one) => one.unknown);
  if (odd.length > 0)
    around.log("info", "webhook-unknown-event", {
      events: [...new Set(odd)].slice(0, 5),
      look: "compare the events in bind.ts",
    });
  return c.body(null, 200);
}

/**
 * Everybody in a portal knows its application token, from his own frames, and can write that we were uninstalled: the portal is asked with
 * our own access. Where it does not say, the next turns find out: nothing is let in any more.
 */
async function isGone({ around, host }: AppDeps, portal: PortalId): Promise<boolean> {
  if (!(await host.has(portal))) return true;
  const ask = askOf(host, portal);
  const isThere = await ask("isStillThere");
  if (isThere === false) return true;
  around.log("warn", "uninstall-not-believed", { portal, look: "the portal lets us in, or does not say" });
  await ask("lookAgain", "account");
  return false;
}

/**
 * A portal whose access died, though nobody uninstalled us: an event of it that proves itself by the application token and brings an
 * administrator's access gives us an hour. True when it did.
 */
async function recover(deps: AppDeps, crm: Bitrix24App, incoming: Incoming): Promise<boolean> {
  const { around } = deps;
  const account = accountOf(incoming);
  if (account === null) return false;
  // Rejects where we hold nothing of that portal.
  const ask = askOf(deps.host, portalId("bitrix24", account));
  const lost = await ask("lostToken").catch(() => null);
  if (lost === null || !(await crm.verify(incoming, around.now(), () => lost)).ok) return false;
  if (!(await ask("mayRecover"))) return false;
  try {
    const grant = await crm.lent(incoming, around.now());
    return grant !== null && (await keepOfAdmin(deps, crm, grant));
  } catch (error) {
    if (!isFailure(error)) throw error;
    around.log("warn", "access-not-recovered", { failure: error.failure, code: error.code });
    return false;
  }
}

/**
 * Everybody in a portal knows its application token, from his own frames. What the portal's automation sends carries in addition the access
 * of the administrator under whom our robots are registered, which no other browser is given: the portal is asked whose it is.
 * @throws CrmFailure when the portal does not say
 */
async function isByAutomation(
  deps: AppDeps,
  crm: Bitrix24App,
  admins: AdminTokens,
  { account, access }: RobotCall,
): Promise<boolean> {
  if (access === null) return false;
  const portal = portalId("bitrix24", account);
  const now = deps.around.now();
  return admins.isAdmins(deps.around.vault.hash(`${portal} ${access.token}`), now + access.leftMs, now, async () => {
    const facts = await askOf(deps.host, portal)("portalFacts");
    try {
      const { admin, userId } = await crm.who({ endpoint: facts.endpoint, accessToken: access.token });
      // Rules go on under whoever installed us, whatever became of that person's rights.
      return admin || userId === facts.userId;
    } catch (error) {
      if (isFailure(error, "unauthorised") || isFailure(error, "revoked")) return false;
      throw error;
    }
  });
}

async function robot(
  c: Context,
  deps: AppDeps,
  crm: Bitrix24App,
  admins: AdminTokens,
  incoming: Incoming,
): Promise<Response> {
  const verified = crm.verifyRobot(incoming, await tokenOf(deps, incoming));
  if (!verified.ok) return refuseForm(c, deps, "robot-refused", verified.reason);
  const { account, code, target, properties, eventToken } = verified.call;
  if (!(await isByAutomation(deps, crm, admins, verified.call))) {
    const look = "automation carries the access of the administrator who installed: open Tenure as an administrator";
    deps.around.log("warn", "robot-refused", { why: "no-administrator", portal: portalId("bitrix24", account), look });
    return c.body(null, 401);
  }
  const known = WORKFLOW_CODES.find((one) => one === code && one === c.req.param("code"));
  if (!known) return c.body(null, 404);
  if (target === null) return c.body(null, 200);
  // A run is told apart by its token, or by everything it says where it has none.
  const once = eventToken ?? deps.around.vault.hash(new TextDecoder().decode(incoming.body));
  const ask = askOf(deps.host, portalId("bitrix24", account));
  const declared = Object.keys(ROBOTS.find((one) => one.code === known)?.returns ?? {});
  await ask("robot", { code: known, record: target, inputs: properties, once }, eventToken, declared);
  return c.body(null, 200);
}

/** Somebody wrote to our bot in a chat of the portal. */
async function bot(c: Context, deps: AppDeps, crm: Bitrix24App, incoming: Incoming): Promise<Response> {
  const verified = crm.verifyBotMessage(incoming, await tokenOf(deps, incoming));
  if (!verified.ok) return refuseForm(c, deps, "bot-message-refused", verified.reason);
  if (verified.message === null) return c.body(null, 200);
  const { account, ...message } = verified.message;
  await askOf(deps.host, portalId("bitrix24", account))("chatMessage", message);
  return c.body(null, 200);
}
