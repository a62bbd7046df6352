/** What goes out to clients: letters, which are activities of type e-mail, and business processes that an administrator made. */
import type { Activity } from "../activities.ts";
import { entriesOf, isObject, listOf } from "../brackets.ts";
import type { Call } from "../call.ts";
import { methodSpec } from "../contract.ts";
import { ENTITY_TYPES } from "../crm-types.ts";
import { classic, RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";

const OUTGOING = 2;
const ADDRESS = /^[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+$/;

/** Besides the documented list the method's own notes and the vendor's tutorial name COMPLETED. */
export function checkFields(call: Call, fields: Record<string, unknown>): void {
  const known = methodSpec("crm.activity.add", false)!.fields!;
  for (const name of Object.keys(fields))
    if (name !== "COMPLETED" && !known.has(name)) call.violation(`field ${name} is not part of crm.activity.add`);
}

/** Who a letter, call or meeting was with. @throws RestError as the documentation lists */
export function checkCommunications(fields: Record<string, unknown>, typeId: number): void {
  const list = listOf(fields.COMMUNICATIONS).filter(isObject);
  if (list.length === 0) throw classic("The field COMMUNICATIONS is not defined or invalid");
  if (typeId === 2 && list.length > 1)
    throw classic("The only one communication is allowed for activity of specified type");
}

/** Sends a letter that is outgoing and completed; a draft (COMPLETED=N) is only kept. @throws RestError as the documentation lists */
export function sendLetter(call: Call, fields: Record<string, unknown>, activity: Activity): void {
  const isOut = Number(fields.DIRECTION) === OUTGOING && fields.COMPLETED === "Y";
  if (activity.typeId !== 4 || !isOut) return;
  const { FROM: from, TO: to } = letterEnds(call, fields);
  call.portal.letters.push({
    activityId: activity.id,
    from,
    to,
    subject: String(fields.SUBJECT),
    body: String(fields.DESCRIPTION ?? ""),
    at: call.now,
  });
}

/** @throws RestError when the letter could not be sent */
export function letterEnds(call: Call, fields: Record<string, unknown>): { FROM: string; TO: string[] } {
  const settings = isObject(fields.SETTINGS) ? fields.SETTINGS : {};
  const from = String(settings.MESSAGE_FROM ?? "");
  const address = /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
  // Whether any address of the sender is taken or only a connected mailbox is unverified: the stricter is assumed.
  if (!ADDRESS.test(address) || !call.portal.mailboxes.has(address))
    throw classic('Email send error. "From" is not found');
  const to = listOf(fields.COMMUNICATIONS)
    .filter(isObject)
    .map((each) => String(each.VALUE ?? ""));
  if (to.some((one) => !ADDRESS.test(one))) throw classic("Email send error. Invalid email is specified");
  return { FROM: from, TO: to };
}

const DOCUMENTS: Readonly<Record<string, [name: string, typeId: number]>> = {
  CCrmDocumentDeal: ["DEAL", 2],
  CCrmDocumentContact: ["CONTACT", 3],
  CCrmDocumentCompany: ["COMPANY", 4],
};

/** Starts a process on a record. @throws RestError as the documentation lists */
export function startWorkflow(call: Call, params: Params): { result: string } {
  const template = call.portal.workflows.get(Number(params.TEMPLATE_ID));
  if (!template) throw new RestError(400, "ERROR_WRONG_WORKFLOW_ID", "Template not found");
  const [module, kind, element] = listOf(params.DOCUMENT_ID).map(String);
  const [name, typeId] = DOCUMENTS[kind ?? ""] ?? [];
  const id = Number(new RegExp(`^${name}_(\\d+)$`).exec(element ?? "")?.[1]);
  if (module !== "crm" || name === undefined) throw classic("Incorrect document type!");
  if (!ENTITY_TYPES.has(typeId!) || !call.portal.crm.table(typeId!).get(id)) throw classic("Wrong DOCUMENT_ID!");
  if (template.on !== kind) throw classic("Template type and DOCUMENT_ID mismatch!");
  const values = Object.fromEntries(entriesOf(params.PARAMETERS).map(([key, value]) => [key, String(value)]));
  for (const key of Object.keys(values))
    if (!template.parameters.includes(key)) call.violation(`process ${template.id} has no parameter ${key}`);
  call.portal.workflowRuns.push({ template: template.id, document: element!, values, at: call.now });
  return { result: `wf.${call.portal.workflowRuns.length}` };
}

export function listWorkflows(call: Call): { result: unknown[]; total: number } {
  const all = [...call.portal.workflows.values()].map(({ id, name }) => ({ ID: String(id), NAME: name }));
  return { result: all, total: all.length };
}
