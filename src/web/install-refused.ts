/** An installation that comes to nothing: a page that says why, and a line in the log for whoever runs this. */
import type { Context } from "hono";
import type { CrmFailure } from "../crm/failure.ts";
import type { AppDeps } from "./deps.ts";
import { page } from "./pages/page.ts";

/** @param why names the page, and the line under "What happens if" in the README */
export function refuseInstall(
  c: Context,
  { around }: Pick<AppDeps, "around">,
  why: string,
  status: 400 | 403 | 500 | 503,
): Response | Promise<Response> {
  around.log("warn", "install-refused", { why, look: `see "${why}" in the README, What happens if` });
  return c.html(page(`refused-${why}`, c.req.header("accept-language")), status);
}

/** The same where the CRM, or its authorisation server, did not let it through. */
export function installFailed(
  c: Context,
  deps: Pick<AppDeps, "around">,
  { failure, code, message }: CrmFailure,
): Response | Promise<Response> {
  deps.around.log("warn", "install-failed", { failure, code, advice: message });
  if (failure === "unauthorised") return refuseInstall(c, deps, "our-configuration", 500);
  return failure === "refused" ? refuseInstall(c, deps, "used-code", 400) : refuseInstall(c, deps, "crm-away", 503);
}
