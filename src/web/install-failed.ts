import type { CrmFailure } from "../crm/failure.ts";
import type { Surroundings } from "../ports.ts";

/** The page and status for an installation that the CRM, or its authorisation server, did not let through; the log says more. */
export function installFailed(
  { log }: Pick<Surroundings, "log">,
  { failure, code, message }: CrmFailure,
): { why: "our-configuration" | "used-code" | "crm-away"; status: 400 | 500 | 503 } {
  log("warn", "install-failed", { failure, code, advice: message });
  if (failure === "unauthorised") return { why: "our-configuration", status: 500 };
  return failure === "refused" ? { why: "used-code", status: 400 } : { why: "crm-away", status: 503 };
}
