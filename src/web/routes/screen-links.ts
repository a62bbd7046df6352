/** Links that clients hold, the key that calls are signed with, and calls that failed: for administrators. */
import { sentencePage } from "../pages/layout.ts";
import { backTo, formatOf, namesOrNone, type Screen, type ScreenRoutes } from "../screen.ts";
import { linksPage } from "../settings/links-page.ts";
import { deed, forAdmins } from "./admins.ts";

const CLIENT = /^(?:company|contact|deal):[\w-]{1,40}$/;

export function addLinkRoutes(add: ScreenRoutes): void {
  add.get(
    "/settings/links",
    forAdmins((screen) => show(screen, null)),
  );
  add.post(
    "/settings/links/show",
    deed(async (screen) => show(screen, await screen.ask("callSecret"))),
  );
  add.post(
    "/settings/links/rotate",
    deed(async (screen) => show(screen, await screen.ask("rotateCallSecret", screen.actor))),
  );
  add.post(
    "/settings/links/revoke",
    deed(async (screen, { client = "" }) => {
      const isDone =
        CLIENT.test(client) && (await screen.ask("revokeLinks", screen.viewer, client as `${string}:${string}`));
      return backTo(screen, "settings/links", isDone ? "done" : "invalid");
    }),
  );
  add.post(
    "/settings/links/retry",
    deed(async (screen, { client = "", step = "" }) => {
      const isDone =
        CLIENT.test(client) && (await screen.ask("retryCall", screen.viewer, client as `${string}:${string}`, step));
      return backTo(screen, "settings/links", isDone ? "done" : "invalid");
    }),
  );
}

async function show(screen: Screen, secret: string | null): Promise<Response> {
  const view = await screen.ask("settings", screen.language);
  if (!view) return screen.c.html(sentencePage(await screen.frame(), "not-ready"), 503);
  const after = screen.c.req.query("after") ?? "";
  const [links, calls] = await Promise.all([
    screen.ask("openLinks", screen.viewer, CLIENT.test(after) ? after : ""),
    screen.ask("failedCalls"),
  ]);
  const keys = new Set([...links.lines, ...calls].map((one) => one.client));
  const names = await namesOrNone(screen.ask, [...keys]);
  return screen.c.html(
    linksPage({ links, calls, secret, names, format: formatOf(screen, view) }, await screen.frame()),
  );
}
