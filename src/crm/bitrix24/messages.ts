/**
 * Messages to clients by Bitrix24's own means. A letter is an activity of type e-mail: outgoing and completed, it is sent, and stands in the
 * contact's timeline. There is no method that sends an SMS through the portal's provider, so a process that an administrator made ("send
 * SMS to the contact") is started on the contact with the text as its parameter.
 */
import { CrmFailure, isFailure } from "../failure.ts";
import type { ClientMessage } from "../port.ts";
import type { Client } from "./client.ts";
import { ACTIVITY_TYPE, ENTITY_TYPE } from "./kinds.ts";
import { idOf, isoOf, textOf } from "./values.ts";

const OUTGOING = 2;
/** of DESCRIPTION: 1 plain text, 2 HTML, 3 BB codes */
const HTML = 2;
/** What the process calls the text. */
const TEXT = "Text";

/** The method behind each way, for the limits. */
export const SEND_METHODS = { letter: "crm.activity.add", process: "bizproc.workflow.start" } as const;

/** @throws CrmFailure */
export async function sendMessage(client: Client, message: ClientMessage, nowMs: number): Promise<string> {
  switch (message.way) {
    case "letter":
      return sendLetter(client, message, nowMs);
    case "process":
      return startProcess(client, message);
    case "sequence":
      throw new CrmFailure("refused", "Bitrix24 offers applications no e-mail sequences.", { code: "NO_WAY" });
  }
}

/** What the letter looks like at its receiver (own design or the portal's signature around it) is unverified. */
async function sendLetter(client: Client, message: ClientMessage & { way: "letter" }, nowMs: number): Promise<string> {
  const { contactId, address, ownerId, from, subject, html } = message;
  const at = isoOf(nowMs);
  const fields = {
    OWNER_TYPE_ID: ENTITY_TYPE.contact,
    OWNER_ID: Number(contactId),
    TYPE_ID: ACTIVITY_TYPE.email,
    DIRECTION: OUTGOING,
    COMPLETED: "Y",
    SUBJECT: subject,
    DESCRIPTION: html,
    DESCRIPTION_TYPE: HTML,
    START_TIME: at,
    END_TIME: at,
    RESPONSIBLE_ID: Number(ownerId),
    COMMUNICATIONS: [{ VALUE: address, ENTITY_ID: Number(contactId), ENTITY_TYPE_ID: ENTITY_TYPE.contact }],
    SETTINGS: { MESSAGE_FROM: `${from.name.replaceAll(/[<>"]/g, "")} <${from.address}>`.trim() },
  };
  const { result } = await client.call({ method: SEND_METHODS.letter, params: { fields } }, true).catch(explained);
  if (result === false || result === 0) throw notSent("NOT_SENT");
  const id = idOf(result);
  if (id === null)
    throw new CrmFailure("unknown", "Bitrix24 did not say whether the letter was sent.", { code: "UNREADABLE" });
  return id;
}

function explained(error: unknown): never {
  // Errors of letters come without a code, with a localised text beside it.
  if (isFailure(error, "refused")) throw notSent(error.code);
  throw error;
}

function notSent(code: string): CrmFailure {
  return new CrmFailure(
    "refused",
    "Bitrix24 did not send the letter. The sender's address in the settings has to be a mailbox of the portal that the step's owner may use.",
    { code },
  );
}

async function startProcess(client: Client, message: ClientMessage & { way: "process" }): Promise<string> {
  const params = {
    TEMPLATE_ID: Number(message.process),
    DOCUMENT_ID: ["crm", "CCrmDocumentContact", `CONTACT_${message.contactId}`],
    PARAMETERS: { [TEXT]: message.text },
  };
  const { result } = await client.call({ method: SEND_METHODS.process, params }, true);
  const id = textOf(result);
  if (id === null)
    throw new CrmFailure("unknown", "Bitrix24 did not say whether the process was started.", { code: "UNREADABLE" });
  return id;
}
