/**
 * Letters by HubSpot's own means, and their end. Enrolling a contact in a sequence (facts sheet 8): HubSpot writes the letters and stops at a reply by itself; the sender is a person of the
 * account with a connected inbox and a paid seat, named by user id and e-mail address.
 */
import { z } from "zod";
import { CrmFailure, isFailure } from "../failure.ts";
import type { ClientMessage } from "../port.ts";
import type { Client } from "./client.ts";
import { API_VERSION } from "./limits.ts";
import { adviceOf, codeOf, errorBody, namesIn } from "./refusals.ts";

/** One look at the sender, one enrolment. */
export const ENROL_CALLS = 2;

const senderReply = z.looseObject({
  email: z.string().nullish(),
  userId: z.union([z.number(), z.string()]).transform(String).nullish(),
  archived: z.boolean().optional(),
});
const enrolment = z.looseObject({ id: z.string().min(1) });

/** HubSpot offers apps neither one-to-one letters nor short messages. */
export function noWay(message: Exclude<ClientMessage, { way: "sequence" }>): CrmFailure {
  return new CrmFailure(
    "refused",
    `HubSpot lets no app send a ${message.way === "letter" ? "letter" : "short message"}.`,
    {
      code: "NO_WAY",
    },
  );
}

/** @throws CrmFailure `refused` when the sender may not send, the contact is enrolled already, or one of them is gone */
export async function enrol(client: Client, message: ClientMessage & { way: "sequence" }): Promise<string> {
  const { contactId, ownerId, sequence } = message;
  client.room({ general: ENROL_CALLS });
  const sender = await senderOf(client, ownerId);
  const path = `/automation/sequences/${API_VERSION}/enrollments?userId=${encodeURIComponent(sender.userId)}`;
  const json = { sequenceId: sequence, contactId, senderEmail: sender.email };
  try {
    const { id } = await client.ask({ method: "POST", path, json, write: true, items: 1 }, enrolment);
    return id;
  } catch (error) {
    throw explained(error);
  }
}

async function senderOf(client: Client, ownerId: string): Promise<{ userId: string; email: string }> {
  const path = `/crm/owners/${API_VERSION}/${encodeURIComponent(ownerId)}`;
  const found = await client.ask({ method: "GET", path, items: 1 }, senderReply).catch((error: unknown) => {
    if (isFailure(error, "refused")) return null;
    throw error;
  });
  if (!found?.email || !found.userId || found.archived) throw noSender("NO_SENDER");
  return { userId: found.userId, email: found.email };
}

function noSender(code: string): CrmFailure {
  return new CrmFailure(
    "refused",
    "The step's owner cannot send from a sequence: HubSpot wants an active user with a connected inbox and a paid Sales or Service seat.",
    { code },
  );
}

/** The codes of this endpoint are undocumented (unverified): what is not known keeps HubSpot's own code and our general advice. */
function explained(error: unknown): unknown {
  if (!isFailure(error, "refused")) return error;
  if (/INBOX|SENDER|SEAT/.test(error.code)) return noSender(error.code);
  const advice = /ENROLLED/.test(error.code)
    ? "The contact is enrolled in a sequence already; HubSpot allows one at a time."
    : error.status === 404
      ? "The sequence, or the contact, is not there: look at the sequence's number in the settings."
      : error.message;
  return new CrmFailure("refused", advice, { code: error.code, about: error.about });
}

/** Opts an address out of every subscription type; a running sequence ends by that (unverified). The address stands in no log. */
export async function unsubscribe(client: Client, address: string): Promise<void> {
  const path = (who: string) => `/communication-preferences/${API_VERSION}/statuses/${who}/unsubscribe-all`;
  const call = {
    method: "POST",
    path: `${path(encodeURIComponent(address))}?channel=EMAIL`,
    logged: path("-"),
    write: true,
    items: 1,
  } as const;
  const { json } = await client.call(call).catch((error: unknown) => {
    // Said twice does no harm, so an answer that was lost is asked for again.
    if (!isFailure(error, "unknown")) throw error;
    throw new CrmFailure("unavailable", error.message, { code: error.code });
  });
  const { errors } = optOut.safeParse(json).data ?? {};
  const [error] = errors ?? [];
  if (!error) return;
  const code = codeOf(error, 207);
  throw new CrmFailure("refused", adviceOf("refused", code, namesIn(error), error.correlationId), { code });
}

/** A batch of one: a 2xx whose errors say that nothing came of it. */
const optOut = z.looseObject({ errors: z.array(errorBody).nullish() });
