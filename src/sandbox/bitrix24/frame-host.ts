import type { Hono } from "hono";
import { escapeHtml, htmlPage } from "../html.ts";
import type { Bitrix24Sandbox } from "./index.ts";
import type { User } from "./org.ts";
import type { SandboxPortal } from "./portal.ts";
import { sliderPage } from "./slider-page.ts";
import { ACCESS_LIFE_S } from "./tokens.ts";

/**
 * What the slider around an app's frame does: posts the form into the frame as the CRM does and answers the messages of the vendor's
 * browser library (`command:params:callback:appSid` in, `callback:json` out). Facts sheet section 13.
 */
const HOST_SCRIPT = `
const frame = document.getElementById("app");
const reply = (event, key, data) => event.source.postMessage(key + ":" + JSON.stringify(data ?? {}), event.origin);
const ask = (path) => fetch(path, { method: "POST" }).then((response) => response.json());
const commands = {
  getInitData: () => ask(host.path + "/init?" + host.query + "&sid=" + host.init.APP_SID).then((auth) => ({ ...host.init, ...auth })),
  refreshAuth: () => ask(host.path + "/init?" + host.query),
  setInstall: () => ({}),
  setInstallFinish: () => ask(host.path + "/finish").then(() => { setTimeout(() => location.reload(), 50); return {}; }),
  setAppOption: () => ({}),
  setUserOption: () => ({}),
  resizeWindow: ({ height }) => { if (Number(height) > 0) frame.style.height = Number(height) + "px"; return {}; },
  reloadWindow: () => { setTimeout(() => location.reload(), 50); return {}; },
  setTitle: ({ title }) => { document.querySelector("h1").textContent = title; return {}; },
  closeApplication: () => { location.href = host.home; return {}; },
};
addEventListener("message", async (event) => {
  if (event.source !== frame.contentWindow) return;
  if (typeof event.data === "object" && event.data !== null) { reply(event, event.data.callback, {}); return; }
  const parts = String(event.data).split(":");
  const command = commands[parts[0]];
  const sid = parts.pop();
  const key = parts.pop();
  const text = parts.slice(1).join(":");
  if (sid !== host.init.APP_SID) return;
  let params = {};
  try { params = text === "" ? {} : JSON.parse(text); } catch { params = { value: text }; }
  reply(event, key, command ? await command(params) : {});
});
document.getElementById("post").submit();
`;

function hostPage(portal: SandboxPortal, user: User, request: Request, placement: string, id: string | null): string {
  const { sandbox, app } = portal;
  const here = new URL(request.url);
  const options = id === null ? null : { ID: id, URI: `/crm/deal/details/${id}/` };
  const appSid = sandbox.word(32);
  const protocol = here.protocol === "https:" ? 1 : 0;
  const { url, fields } = app.frameForm(user.id, placement, options, appSid, here.host, protocol);
  const base = here.pathname.replace(/\/frame\/.*$/, "");
  const query = new URLSearchParams({ placement, ...(id === null ? {} : { id }) }).toString();
  const host = {
    path: `${base}/frame/${portal.memberId}/${user.id}`,
    home: `${base}/`,
    query,
    init: {
      LANG: portal.language,
      DOMAIN: here.host,
      PROTOCOL: protocol,
      PATH: "/rest",
      APP_SID: appSid,
      AUTH_ID: fields.AUTH_ID,
      REFRESH_ID: fields.REFRESH_ID,
      AUTH_EXPIRES: String(ACCESS_LIFE_S),
      MEMBER_ID: portal.memberId,
      IS_ADMIN: user.admin,
      PLACEMENT: placement,
      PLACEMENT_OPTIONS: options ?? {},
      INSTALL: !app.finished,
      FIRST_RUN: false,
      APP_OPTIONS: app.options,
      USER_OPTIONS: {},
    },
  };
  const inputs = Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join("");
  const name = `${here.host}|${protocol}|${appSid}`;
  const data = JSON.stringify(host).replaceAll("<", "\\u003c");
  return sliderPage(
    portal,
    user,
    { placement, id, home: host.home },
    `<iframe id="app" title="App" name="${escapeHtml(name)}"></iframe>`,
    `<form id="post" method="post" action="${escapeHtml(url)}" target="${escapeHtml(name)}">${inputs}</form>
<script>const host = ${data};${HOST_SCRIPT}</script>`,
  );
}

/** `/frame/{memberId}/{userId}?placement=…&id=…` and what its script asks for. */
export function addFramePages(app: Hono, sandbox: Bitrix24Sandbox): void {
  const find = (memberId: string, userId: string) => {
    const portal = sandbox.portal(memberId);
    const user = portal?.org.users.get(Number(userId));
    return portal && user ? { portal, user } : null;
  };
  app.get("/frame/:memberId/:userId", (context) => {
    const found = find(context.req.param("memberId"), context.req.param("userId"));
    if (!found) return context.html(htmlPage("Bitrix24 sandbox", "<p>There is no such portal or person.</p>"), 404);
    const { portal, user } = found;
    if (!portal.app.present && user.admin) portal.app.begin(user.id);
    if (!portal.app.present || (!portal.app.finished && !user.admin)) {
      const text = "<p>The application is not fully installed. Please contact the administrator.</p>";
      return context.html(htmlPage("Bitrix24 sandbox", text), 403);
    }
    const placement = context.req.query("placement") ?? "DEFAULT";
    return context.html(hostPage(portal, user, context.req.raw, placement, context.req.query("id") ?? null));
  });
  app.post("/frame/:memberId/:userId/finish", (context) => {
    const found = find(context.req.param("memberId"), context.req.param("userId"));
    found?.portal.finishInstall();
    return context.json({ finished: found?.portal.app.finished ?? false });
  });
  app.post("/frame/:memberId/:userId/init", (context) => {
    const found = find(context.req.param("memberId"), context.req.param("userId"));
    if (!found) return context.json({}, 404);
    const pair = sandbox.tokens.issuePair(found.portal, found.user.id);
    return context.json({
      AUTH_ID: pair.access.token,
      REFRESH_ID: pair.refresh.token,
      AUTH_EXPIRES: String(ACCESS_LIFE_S),
    });
  });
}
