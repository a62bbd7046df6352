/** What HubSpot and this portal's scopes allow, or the reason why not in words for an admin. */
import { CrmFailure } from "../failure.ts";
import type { Capabilities } from "../port.ts";
import { OBJECT_TYPES } from "./kinds.ts";
import type { KeyMode } from "./schema.ts";

/** HubSpot lets no app send a notification to a person; the engine makes a task instead. */
export const NO_NOTICES = new CrmFailure(
  "refused",
  "HubSpot lets no app notify a person; Tenure gives that person a task instead.",
  { code: "NO_NOTICES" },
);

function scoped(scopes: readonly string[], needed: readonly string[], what: string): true | string {
  const missing = needed.filter((scope) => !scopes.includes(scope));
  return missing.length === 0 || `Reconnect Tenure and grant ${missing.join(", ")} to use ${what}.`;
}

const KEYS: Readonly<Record<KeyMode, true | string>> = {
  unique: true,
  property: "This account takes no unique task property; tasks carry their key in a plain one, which works as well.",
  mark: "This account takes no task property of ours; tasks carry their key as a short line under their text.",
};

/** @param keyMode null before it was looked at */
export function capabilitiesOf(scopes: readonly string[], keyMode: KeyMode | null): Capabilities {
  return {
    "unique-task-key":
      keyMode === null ? "Not known before Tenure has set up its fields in this account." : KEYS[keyMode],
    managers: "HubSpot's API knows no managers; name them on Tenure's settings page.",
    notices: NO_NOTICES.message,
    checklists: "HubSpot's tasks have no checklists; the items stand under the task's text.",
    "offline-events": "HubSpot keeps no queue of missed events for this app; Tenure asks what changed instead.",
    tickets: scoped(scopes, OBJECT_TYPES.ticket.scopes, "tickets"),
    invoices: scoped(scopes, OBJECT_TYPES.invoice.scopes, "invoices"),
    emails: scoped(scopes, OBJECT_TYPES.email.scopes, "one-to-one e-mails"),
    surveys: scoped(scopes, OBJECT_TYPES.survey.scopes, "survey answers"),
    sequences: scoped(scopes, ["automation.sequences.enrollments.write"], "sequences"),
    "opt-outs": scoped(
      scopes,
      ["communication_preferences.read_write"],
      "HubSpot's own opt-out; a field keeps it meanwhile",
    ),
    letters:
      "HubSpot lets no app send a one-to-one letter; letters go out by a sequence, by a mail server, or as tasks.",
    "short-messages": "HubSpot lets no app send short messages; they go out through a provider's webhook, or as tasks.",
    "chat-bot":
      "HubSpot lets an app answer only in a channel that the app itself brings along; questions are answered on the client's plan page.",
    uninstall: true,
  };
}
