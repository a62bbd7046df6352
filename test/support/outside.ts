/** What tests of letters, pages and calls need of both CRMs: contacts with addresses, mapped properties, notes; and a mail server, and receivers. */
import type { RecordRef } from "../../src/core/model.ts";
import type { Letter, Mailer, Sent } from "../../src/mailer.ts";
import type { SandboxPortal as Bitrix24Portal } from "../../src/sandbox/bitrix24/index.ts";
import type { SandboxPortal as HubSpotPortal } from "../../src/sandbox/hubspot/index.ts";
import type { World } from "./world.ts";

function hubspot(world: World): HubSpotPortal {
  return (world as unknown as { portal: HubSpotPortal }).portal;
}

function bitrix24(world: World): Bitrix24Portal {
  return (world as unknown as { portal: Bitrix24Portal }).portal;
}

export function contactWithMail(world: World, companyId: string, firstName: string, email: string): string {
  if (world.vendor === "hubspot") {
    const values = { firstname: firstName, lastname: "Petrenko", email };
    return hubspot(world).create("contacts", values, [{ objectType: "companies", id: companyId }]).id;
  }
  const fm = [{ typeId: "EMAIL", valueType: "WORK", value: email }];
  const values = { name: firstName, lastName: "Petrenko", companyIds: [Number(companyId)], fm };
  return String(bitrix24(world).create("contact", values));
}

/** Kinds of records on which a portal has properties of its own here. */
const OWN_KINDS = { company: "companies", deal: "deals" } as const;
type OwnKind = keyof typeof OWN_KINDS;

/** A property on companies that an admin may map, with the values it may take; returns its name in the settings. */
export function companyProperty(world: World, name: string, values: readonly string[]): string {
  return ownProperty(world, "company", name, values);
}

/** A property of the portal's own, with the values it may take; returns its name in the settings. */
export function ownProperty(world: World, kind: OwnKind, name: string, values: readonly string[]): string {
  if (world.vendor === "hubspot") {
    const options = values.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false }));
    const property = { name, type: "enumeration", fieldType: "select", label: name, options };
    hubspot(world).addProperty(OWN_KINDS[kind], property);
    return name;
  }
  const fieldName = `UF_CRM_${name.toUpperCase()}`;
  bitrix24(world).addUserField({ entityId: `CRM_${kind.toUpperCase()}`, fieldName, userTypeId: "string" });
  return fieldName;
}

/** A number on companies; returns its name in the settings. */
export function companyNumber(world: World, name: string): string {
  if (world.vendor === "hubspot") {
    hubspot(world).addProperty("companies", { name, type: "number", fieldType: "number", label: name });
    return name;
  }
  const fieldName = `UF_CRM_${name.toUpperCase()}`;
  bitrix24(world).addUserField({ entityId: "CRM_COMPANY", fieldName, userTypeId: "integer" });
  return fieldName;
}

/** A tick on companies; returns its name in the settings. */
export function companyFlag(world: World, name: string): string {
  if (world.vendor === "hubspot") {
    const options = ["true", "false"].map((value, displayOrder) => ({
      label: value,
      value,
      displayOrder,
      hidden: false,
    }));
    hubspot(world).addProperty("companies", {
      name,
      type: "bool",
      fieldType: "booleancheckbox",
      label: name,
      options,
    });
    return name;
  }
  const fieldName = `UF_CRM_${name.toUpperCase()}`;
  bitrix24(world).addUserField({ entityId: "CRM_COMPANY", fieldName, userTypeId: "boolean" });
  return fieldName;
}

export function setCompany(world: World, id: string, name: string, value: string | number | boolean): void {
  setOwn(world, "company", id, name, value);
}

export function setOwn(world: World, kind: OwnKind, id: string, name: string, value: string | number | boolean): void {
  if (world.vendor === "hubspot") hubspot(world).update(OWN_KINDS[kind], id, { [name]: String(value) });
  else bitrix24(world).update(kind, Number(id), { [name]: value });
}

/** The texts of every note in the CRM. */
export function notes(world: World): readonly string[] {
  if (world.vendor === "hubspot")
    return hubspot(world)
      .list("notes")
      .map((one) => one.properties.hs_note_body ?? "");
  return bitrix24(world)
    .timeline.comments.all()
    .map((one) => one.comment);
}

/** A mail server in memory. */
export class MailServer implements Mailer {
  readonly letters: Letter[] = [];
  /** what it answers to the letters to come; then it takes everything */
  readonly answers: Sent[] = [];

  async send(letter: Letter): Promise<Sent> {
    const answer = this.answers.shift() ?? { done: true as const };
    if (answer.done || answer.failure === "unknown") this.letters.push(letter);
    return answer;
  }
}

export interface Received {
  url: string;
  headers: Headers;
  body: { type: string; data: Record<string, unknown> };
  text: string;
}

/** Systems of the customer that take signed calls. */
export class Receivers {
  readonly calls: Received[] = [];
  /** what is answered to the calls to come; then everything is taken. "cut": it arrives and no answer comes back */
  readonly answers: (number | "cut")[] = [];

  readonly fetch = async (request: Request): Promise<Response> => {
    const text = await request.text();
    const body = JSON.parse(text) as Received["body"];
    this.calls.push({ url: request.url, headers: request.headers, body, text });
    const answer = this.answers.shift() ?? 200;
    if (answer === "cut") throw new TypeError("the connection was cut");
    return new Response("{}", { status: answer });
  };
}

/** The path and query of a link of ours in a text; throws where there is none. */
export function linkIn(text: string, path: string): string {
  const found = new RegExp(`https://tenure\\.test(${path}[^\\s<>"]+)`).exec(text);
  if (!found) throw new Error(`no link to ${path} in: ${text}`);
  return found[1]!;
}

export function companyRef(id: string): RecordRef {
  return { kind: "company", id };
}
