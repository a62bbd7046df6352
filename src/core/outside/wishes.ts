/** Letters, calls and their traces, as the mirror keeps them; and what became of them, as the plan wants to know it. */
import type { ClientFacts, ClientRecord, DecideConfig } from "../decision.ts";
import { type Desired, PRIORITY, type ThingFacts } from "../desired.ts";
import { type FactValue, LANGUAGES, type Language, parseRef, type RecordRef, type TextRef } from "../model.ts";
import type { DesiredCall, DesiredMessage, Plan, PlanDesired, PlanFacts } from "../plan/types.ts";
import type { OutsideState } from "./state.ts";

/** Keys of letters and calls carry the client under which their plan began, like those of tasks. */
export function messageKey(plan: Pick<Plan, "client">, key: string): string {
  return `mail:${plan.client}:${key}`;
}

function callKey(plan: Pick<Plan, "client">, key: string): string {
  return `call:${plan.client}:${key}`;
}

// ---------------------------------------------------------------- who gets a letter, in which language

/** Opted out in the CRM, ticked there by a person, or unsubscribed on our page. */
function isOut({ ref, facts }: ClientRecord, outside: OutsideState | undefined): boolean {
  return facts.optedOut === true || facts["f.no_letters"] === true || outside?.stopped[ref.id] !== undefined;
}

/** The CRM says that the address is dead, or the last letter to the contact came back. */
function isBounced({ ref, facts }: ClientRecord, all: ClientFacts): boolean {
  if (facts.bounced === true) return true;
  const letters = all.records.filter(
    (one) =>
      one.ref.kind === "email" &&
      !one.gone &&
      one.facts.direction === "out" &&
      one.links.some((link) => link.kind === "contact" && link.id === ref.id),
  );
  const at = (one: ClientRecord) => (typeof one.facts.at === "number" ? one.facts.at : 0);
  return letters.sort((a, b) => at(a) - at(b)).at(-1)?.facts.bounced === true;
}

/** Whoever letters of a plan may go to: the contacts of its deal in the deal's order, also where they are another client's, and the client's others. */
function contactsOf(
  plan: Plan,
  facts: ClientFacts,
): { named: readonly ClientRecord[]; others: readonly ClientRecord[] } {
  const own = facts.records.filter((one) => one.ref.kind === "contact" && !one.gone);
  const deal = facts.records.find((one) => one.ref.kind === "deal" && one.ref.id === plan.dealId);
  const elsewhere = (facts.dealContacts ?? []).filter((one) => !one.gone);
  const known = new Map([...own, ...elsewhere].map((one) => [one.ref.id, one]));
  const named = (deal?.links ?? []).flatMap(({ kind, id }) => (kind === "contact" ? (known.get(id) ?? []) : []));
  return { named, others: own.filter((one) => !named.includes(one)) };
}

/** The contact a letter goes to: the first of the deal's that may be written to, then any of the client's, by id. */
function recipientOf(plan: Plan, facts: ClientFacts, outside: OutsideState | undefined): RecordRef | null {
  const mayBeWritten = (one: ClientRecord) => !isOut(one, outside) && !isBounced(one, facts);
  const { named, others } = contactsOf(plan, facts);
  const first = named.find(mayBeWritten);
  if (first) return first.ref;
  const rest = others.filter(mayBeWritten).map((one) => one.ref);
  return rest.sort((a, b) => (a.id < b.id ? -1 : 1))[0] ?? null;
}

/** Everybody unsubscribed, or everybody's letters come back: nobody is left to write to. */
export function contactFacts(
  plan: Plan,
  facts: ClientFacts,
  outside: OutsideState | undefined,
): Pick<PlanFacts["client"], "isOptedOut" | "isBounced"> {
  const { named, others } = contactsOf(plan, facts);
  const contacts = [...named, ...others];
  return {
    isOptedOut: contacts.length > 0 && contacts.every((one) => isOut(one, outside)),
    isBounced: contacts.length > 0 && contacts.every((one) => isBounced(one, facts)),
  };
}

/** The client's language where a property tells it, else the portal's. */
export function clientLanguage(facts: ClientFacts, config: Pick<DecideConfig, "language" | "settings">): Language {
  const name = config.settings.messages.languageProperty;
  if (name === null) return config.language;
  for (const record of facts.records) {
    const code = String(record.facts[`x.${name}`] ?? "")
      .slice(0, 2)
      .toLowerCase();
    const known = LANGUAGES.find((one) => one === code);
    if (known && !record.gone) return known;
  }
  return config.language;
}

// ---------------------------------------------------------------- wishes

/** A deal won a moment ago may show its contact late: for so long a message waits for somebody to greet, ms. Tasks do not. */
const CONTACT_WAIT_MS = 60_000;

/** @param to whom they are to now */
function messagesFrom(plan: Plan, to: RecordRef | null, facts: ClientFacts): number {
  const deal = facts.records.find((one) => one.ref.kind === "deal" && one.ref.id === plan.dealId);
  const isDeals = deal === undefined || deal.links.some(({ kind, id }) => kind === "contact" && id === to?.id);
  return isDeals ? 0 : plan.startAt + CONTACT_WAIT_MS;
}

/** The letters and calls of one plan. */
export function outsideWishes(
  plan: Plan,
  desired: PlanDesired,
  links: readonly RecordRef[],
  outside: OutsideState | undefined,
  facts: ClientFacts,
  config: DecideConfig,
): Desired[] {
  const to = desired.messages.length > 0 ? recipientOf(plan, facts, outside) : null;
  return [
    ...desired.messages.map((message) => ({
      ...messageWish(message, plan, to, links, clientLanguage(facts, config)),
      notBefore: messagesFrom(plan, to, facts),
    })),
    ...desired.calls.map((call) => callWish(call, plan, links)),
  ];
}

function messageWish(
  { key, channel, subject, body, ownerId, via }: DesiredMessage,
  plan: Plan,
  to: RecordRef | null,
  links: readonly RecordRef[],
  language: Language,
) {
  const template = `${plan.templateId}@${plan.templateVersion}`;
  const full = { ...body, params: { ...body.params, template } };
  return {
    key: messageKey(plan, key),
    kind: "message" as const,
    target: to ?? links[0]!,
    priority: PRIORITY.soon,
    message: { channel, subject, body: full, to, ownerId, links, language, ...(via && { via }) },
  };
}

function callWish({ key, action, ownerId }: DesiredCall, plan: Plan, links: readonly RecordRef[]): Desired {
  const step = key.slice(key.indexOf("/") + 1);
  const { cycle, dealId, templateId, lengthDays } = plan;
  return {
    key: callKey(plan, key),
    kind: "call",
    target: links[0]!,
    priority: PRIORITY.soon,
    notBefore: 0,
    call: { action, ownerId, links, cycle, step, dealId, plan: { template: templateId, days: lengthDays } },
  };
}

/**
 * The traces in the timeline: every letter that we sent (the CRM logs its own), every answer, every goodbye. They stay wished, so that they
 * stay.
 */
export function traceWishes(key: string, outside: OutsideState | undefined, facts: ClientFacts): Desired[] {
  const target = parseRef(key);
  const note = (name: string, on: RecordRef, text: TextRef, at: number): Desired => ({
    key: name,
    kind: "note",
    target: on,
    priority: PRIORITY.field,
    notBefore: 0,
    note: { text, at },
  });
  const letters = facts.things.flatMap((thing) => {
    const sent = sentLetter(thing);
    if (!sent) return [];
    const { subject, body } = sent;
    const params = { ...subject.params, ...body.params, subject: subject.id, body: body.id };
    return [note(`note:${thing.key}`, sent.to, { id: "message.logged", params }, sent.at)];
  });
  const answers = (outside?.answers ?? []).map((one) =>
    note(`answer:${one.id}`, target, { id: `survey.note.${one.kind}`, params: { score: one.score } }, one.at),
  );
  const goodbyes = Object.entries(outside?.stopped ?? {}).map(([id, at]) =>
    note(`stopped:contact:${id}`, { kind: "contact", id }, { id: "message.stopped" }, at),
  );
  return [...letters, ...answers, ...goodbyes];
}

interface SentLetter {
  to: RecordRef;
  subject: TextRef;
  body: TextRef;
  at: number;
}

function sentLetter({ kind, there, wrote }: ThingFacts): SentLetter | null {
  if (kind !== "message" || !there || !wrote || wrote.channel !== "email" || (wrote.via ?? null) !== null) return null;
  const { to, subject, body, at } = wrote;
  if (typeof to !== "string" || typeof subject !== "string" || typeof body !== "string" || typeof at !== "number")
    return null;
  return { to: parseRef(to), subject: JSON.parse(subject) as TextRef, body: JSON.parse(body) as TextRef, at };
}

// ---------------------------------------------------------------- what became of them

function instant(thing: ThingFacts): number | null {
  const at = thing.wrote?.at;
  return typeof at === "number" ? at : null;
}

/** What became of the letters of one plan, by the plan's own key; and when letters went out to this client, from any plan. */
export function messageFacts(
  plan: Plan,
  things: readonly ThingFacts[],
  isBounced: boolean,
): Pick<PlanFacts, "messages" | "sentAt"> {
  const letters = things.filter((thing) => thing.kind === "message");
  const sentAt = letters.flatMap((thing) => (thing.there ? (instant(thing) ?? []) : [])).sort((a, b) => a - b);
  const prefix = messageKey(plan, "");
  const messages: Record<string, PlanFacts["messages"][string]> = {};
  for (const thing of letters) {
    const at = instant(thing);
    if (at === null || !thing.key.startsWith(prefix)) continue;
    if (!thing.there && !thing.gone && !thing.refused) continue;
    const outcome = thing.refused ? "refused" : thing.gone ? "unknown" : "sent";
    const cameBack = outcome === "sent" && isBounced && at === sentAt.at(-1);
    messages[thing.key.slice(prefix.length)] = { outcome: cameBack ? "bounced" : outcome, at };
  }
  return { messages, sentAt };
}

/** The state of each call of one plan. */
export function callFacts(plan: Plan, things: readonly ThingFacts[]): PlanFacts["calls"] {
  const prefix = callKey(plan, "");
  const calls: Record<string, PlanFacts["calls"][string]> = {};
  for (const thing of things) {
    if (thing.kind !== "call" || !thing.key.startsWith(prefix)) continue;
    const state = thing.refused ? "failed" : thing.there ? "done" : "pending";
    calls[thing.key.slice(prefix.length)] = { state, at: instant(thing) ?? plan.startAt };
  }
  return calls;
}

/** `form.completed`, from the property that the settings name, on whichever record carries it. */
export function formCompleted(facts: ClientFacts, config: Pick<DecideConfig, "settings">): boolean | null {
  const { property, value } = config.settings.form;
  if (property === null) return null;
  const found = facts.records
    .filter((one) => !one.gone && ["deal", "company", "contact"].includes(one.ref.kind))
    .map((one) => one.facts[`x.${property}`])
    .filter((one): one is Exclude<FactValue, null> => one !== null && one !== undefined);
  if (value !== null) return found.some((one) => String(one).toLowerCase() === value.toLowerCase());
  return found.some((one) => one !== false && !["", "false", "no", "n", "0"].includes(String(one).toLowerCase()));
}
