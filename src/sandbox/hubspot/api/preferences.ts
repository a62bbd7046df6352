/** Whether a person wants e-mail at all (communication preferences). */
import { type Answer, type Call, ok, type Route } from "../call.ts";
import { notFound } from "../errors.ts";
import { objectTypeOf } from "../object-types.ts";

const PATH = "/communication-preferences/2026-09/statuses/{subscriberIdString}/unsubscribe-all";

function contactsOf(call: Call): { id: string; values: Record<string, string> }[] {
  const address = decodeURIComponent(call.params.subscriberIdString ?? "").toLowerCase();
  const all = [...call.crm.store(objectTypeOf("contact")).all.values()];
  const found = all.filter(({ archivedAt, values }) => archivedAt === null && values.email?.toLowerCase() === address);
  if (found.length === 0) throw notFound();
  return found as { id: string; values: Record<string, string> }[];
}

function frame(call: Call, results: unknown[]): Answer {
  const at = new Date(call.crm.now()).toISOString();
  return ok({ status: "COMPLETE", startedAt: at, completedAt: at, results });
}

/** Every subscription type of the account; sandbox accounts have one. Sets the contact's `hs_email_optout`, as a click in a letter would. */
function unsubscribeAll(call: Call): Answer {
  for (const { id } of contactsOf(call)) call.portal.update("contacts", id, { hs_email_optout: "true" });
  const status = {
    channel: "EMAIL",
    source: "API",
    status: "UNSUBSCRIBED",
    subscriberIdString: decodeURIComponent(call.params.subscriberIdString!),
    subscriptionId: 1,
    setStatusSuccessReason: "UNSUBSCRIBE_FROM_ALL_OCCURRED",
    timestamp: new Date(call.crm.now()).toISOString(),
  };
  return frame(call, [status]);
}

function wideStatus(call: Call): Answer {
  const isOut = contactsOf(call).some(({ values }) => values.hs_email_optout === "true");
  const subscriberIdString = decodeURIComponent(call.params.subscriberIdString!);
  const timestamp = new Date(call.crm.now()).toISOString();
  const wide = {
    channel: "EMAIL",
    status: "UNSUBSCRIBED",
    subscriberIdString,
    timestamp,
    wideStatusType: "PORTAL_WIDE",
  };
  return frame(call, isOut ? [wide] : []);
}

const scopes = () => ["communication_preferences.read_write"];

export const PREFERENCE_ROUTES: readonly Route[] = [
  { method: "GET", path: PATH, scopes, handle: wideStatus },
  { method: "POST", path: PATH, scopes, handle: unsubscribeAll },
];
