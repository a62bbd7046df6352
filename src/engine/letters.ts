/**
 * Sends letters and short messages to clients, by us or by the CRM's own means, at most once each. Right before a letter goes out its client is decided once more and the contact is read once
 * more: conditions, caps, quiet hours, replies, opt-outs and bounces count as they are now. A client gets one letter at a time.
 */
import { type DesiredLetter, PRIORITY } from "../core/desired.ts";
import { type FactValue, type RecordRef, refKey, type TextRef } from "../core/model.ts";
import { letterHtml } from "../core/outside/letter-html.ts";
import { callUrl, mailServiceUrl } from "../core/outside/settings.ts";
import { surveyOfText } from "../core/outside/state.ts";
import { isFailure } from "../crm/failure.ts";
import type { ClientMessage } from "../crm/port.ts";
import type { Letter, Sent } from "../mailer.ts";
import { LETTERS, type Thing } from "../store/mirror.ts";
import { decideNow } from "./decider.ts";
import { type Engine, isCurrent } from "./engine.ts";
import { freshAddresses, freshContacts, freshNames } from "./fresh.ts";
import { begun, delayed, lost } from "./mirror-row.ts";
import type { Outside } from "./outside.ts";
import type { Parts } from "./parts.ts";
import { mergeRefs, mergeValues, type Names } from "./resolve.ts";

/** Letters of one turn: a mail server takes a few a second, and the turn has other work. */
const PER_TURN = 10;
/** First wait after the mail server was not there, ms; doubles up to two hours. */
const BACK_OFF_FIRST_MS = 60_000;
const BACK_OFF_MAX_MS = 7_200_000;
/** Attempts of one letter after which a person hears that the mail server does not take letters. */
const ALARM_AFTER = 2;
/** Facts of a contact that decide whether he may be written to. */
const REACH = ["optedOut", "bounced", "lastReplyAt", "f.no_letters"] as const;

interface Ready {
  row: Thing;
  wish: DesiredLetter;
}

/** Returns how many letters were handled; 0 where the CRM cannot be asked now. */
export async function sendLetters(engine: Engine): Promise<number> {
  const { outside, store } = engine;
  if (!outside || engine.crm.readyAt({ do: "read", kind: "contact" }) > engine.now()) return 0;
  const waiting = store.mirror.next("dirty", LETTERS, engine.now(), PER_TURN * 4);
  const first = [...new Map(waiting.toReversed().map((row) => [row.client, row])).values()].slice(0, PER_TURN);
  if (first.length === 0) return 0;
  decideNow(
    engine,
    first.map((row) => row.client),
  );
  const ready = store.mirror.byKeys(first.map((row) => row.key)).flatMap((row): Ready[] => {
    const isReady = row.state === "dirty" && row.desired !== null && row.notBefore <= engine.now();
    return isReady ? [{ row, wish: JSON.parse(row.desired!) as DesiredLetter }] : [];
  });
  const reachable = await stillReachable(engine, ready);
  if (reachable.length > 0) await sendAll(engine, outside, reachable);
  return first.length;
}

/** When the next letter may go out; null when none waits. */
export function nextLetterAt(engine: Engine, parts: Parts): number | null {
  const at = engine.outside ? engine.store.mirror.soonest("dirty", LETTERS, engine.now()) : null;
  if (at === null) return null;
  return Math.max(at, parts.readyAt("letters"), engine.crm.readyAt({ do: "read", kind: "contact" }));
}

/** Contacts as the CRM shows them now; whoever changed is read, and his client decided, before anything goes out. */
async function stillReachable(engine: Engine, ready: readonly Ready[]): Promise<readonly Ready[]> {
  const ids = [...new Set(ready.flatMap(({ wish }) => (wish.to ? [wish.to.id] : [])))];
  if (ids.length === 0) return ready;
  const now = await freshContacts(engine, ids);
  const known = new Map(engine.store.records.byIds("contact", ids).map((one) => [one.ref.id, one.facts]));
  const changed = ids.filter(
    (id) => REACH.some((name) => now.get(id)?.[name] !== known.get(id)?.[name]) || now.get(id) === null,
  );
  if (changed.length > 0)
    engine.store.transaction(() =>
      engine.store.records.mark(
        changed.map((id) => ({ kind: "contact", id })),
        engine.now(),
      ),
    );
  return ready.filter(({ wish }) => wish.to === null || !changed.includes(wish.to.id));
}

async function sendAll(engine: Engine, outside: Outside, ready: readonly Ready[]): Promise<void> {
  const names = await freshNames(
    engine,
    ready.flatMap(({ wish }) => linksOfLetter(engine, wish)),
  );
  const addresses = await freshAddresses(
    engine,
    ready.flatMap(({ wish }) => (wish.to ? [wish.to.id] : [])),
  );
  await outside.learnPeople(ready.map(({ row }) => row));
  for (const { row, wish } of ready) {
    if (!isCurrent(engine)) return;
    const sent = await sendOne(engine, outside, row, wish, names, addresses.get(wish.to?.id ?? "") ?? null);
    engine.store.transaction(() => settle(engine, row, wish, sent));
  }
}

/** The contact written to stands before the other contacts, so that the letter is to him. */
function linksOf(wish: DesiredLetter): readonly RecordRef[] {
  const others = wish.links.filter((link) => link.kind !== "contact");
  return wish.to ? [...others, wish.to] : others;
}

function linksOfLetter(engine: Engine, wish: DesiredLetter): readonly RecordRef[] {
  const needs = [wish.subject, wish.body].flatMap((text) => engine.texts.needs(text, wish.language));
  return mergeRefs(needs, linksOf(wish));
}

async function sendOne(
  engine: Engine,
  outside: Outside,
  row: Thing,
  wish: DesiredLetter,
  names: Names,
  address: string | null,
): Promise<Sent> {
  const merge = mergeValues(linksOf(wish), names);
  const say = (text: TextRef) => {
    const made = outside.merge(row, text, engine.texts.names(text, wish.language));
    return { text: engine.texts.render(text, wish.language, { ...merge, ...made }), made };
  };
  try {
    // The words of a sequence are the CRM's.
    const isOurs = wish.via?.way !== "sequence";
    const subject = isOurs ? say(wish.subject).text : "";
    const body = isOurs ? say(wish.body) : { text: "", made: {} };
    begin(engine, row);
    if (wish.via) return await sendByCrm(engine, messageOf(engine, outside, row, wish, subject, body, address));
    if (wish.channel !== "email") return await sendShort(outside, row, wish, body.text);
    if (address === null || wish.to === null) return no("no-address", "The contact has no e-mail address.");
    const letter = letterOf(engine, outside, row, wish, subject, body, address);
    const url = mailServiceUrl(outside.calls);
    if (url !== null) return await sendCall(outside, row, url, { type: "message.email", data: letter });
    if (!outside.mailer) return no("no-mailer", "No mail server is configured.");
    return await outside.mailer.send(letter);
  } catch (error) {
    if (isFailure(error)) throw error;
    return no("text-unresolved", (error as Error).message);
  }
}

function no(code: string, advice: string): Sent {
  return { done: false, failure: "refused", code, advice };
}

function begin(engine: Engine, row: Thing): void {
  engine.store.transaction(() => engine.store.mirror.put([begun(row, {})]));
}

function letterOf(
  engine: Engine,
  outside: Outside,
  row: Thing,
  wish: DesiredLetter,
  subject: string,
  body: Body,
  to: string,
): Letter {
  const { text, html, stop } = pageOf(engine, outside, row, wish, body);
  const from = senderOf(outside);
  const { address } = from;
  return {
    from,
    to,
    replyTo: outside.messages.replyTo,
    subject: oneLine(subject),
    text,
    html,
    messageId: `${engine.hash(`letter:${row.key}`)}@${address.slice(address.indexOf("@") + 1)}`,
    headers: { "List-Unsubscribe": `<${stop}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
  };
}

function senderOf({ messages }: Outside): { name: string; address: string } {
  return { name: messages.fromName || messages.portalName, address: messages.fromAddress ?? "" };
}

/** A subject is one line, whatever its text holds. */
function oneLine(subject: string): string {
  return subject.replaceAll(/\s+/g, " ");
}

type Body = { text: string; made: Readonly<Record<string, string>> };

/** The letter with its way out, as text and as HTML. */
function pageOf(
  engine: Engine,
  outside: Outside,
  row: Thing,
  wish: DesiredLetter,
  body: Body,
): { text: string; html: string; stop: string } {
  const stop = outside.stopLink(row.client, wish.to!.id);
  const footer = engine.texts.render({ id: "message.footer" }, wish.language, { "stop.link": stop });
  const text = `${body.text}\n\n${footer}`;
  const kind = surveyOfText(wish.body.id);
  const url = body.made["survey.link"];
  return { text, html: letterHtml(text, kind && url ? { url, kind } : null), stop };
}

/** The message as the CRM takes it, or why it cannot. */
function messageOf(
  engine: Engine,
  outside: Outside,
  row: Thing,
  wish: DesiredLetter,
  subject: string,
  body: Body,
  address: string | null,
): ClientMessage | Sent {
  const { to, ownerId, via } = wish;
  if (to === null) return no("no-contact", "Nobody of this client may be written to.");
  if (via!.way === "process") return { way: "process", contactId: to.id, process: via!.ref!, text: body.text };
  if (address === null) return no("no-address", "The contact has no e-mail address.");
  if (via!.way === "sequence") return { way: "sequence", contactId: to.id, ownerId, sequence: via!.ref! };
  return {
    way: "letter",
    contactId: to.id,
    address,
    ownerId,
    from: senderOf(outside),
    subject: oneLine(subject),
    html: pageOf(engine, outside, row, wish, body).html,
  };
}

/** What the CRM refuses becomes a task with the draft, and an admin hears why. @throws CrmFailure `revoked` */
async function sendByCrm(engine: Engine, message: ClientMessage | Sent): Promise<Sent> {
  if (!("way" in message)) return message;
  const finding = `crm-message:${message.way}`;
  try {
    await engine.crm.send(message);
    engine.store.findings.close(finding, engine.now());
    return { done: true };
  } catch (error) {
    if (!isFailure(error) || error.failure === "revoked") throw error;
    const { failure, code } = error;
    if (failure === "unknown") return { done: false, failure };
    // A dead token heals by itself or by an admin; a missing right does not.
    const isWaiting = failure === "limited" || failure === "unavailable" || error.status === 401;
    if (isWaiting) return { done: false, failure: "unavailable", code, retryAt: error.retryAt };
    engine.store.findings.raise(finding, "crm-message-refused", { advice: error.message, code }, engine.now());
    return no(code, error.message);
  }
}

/** SMS and push go out through the customer's own provider, as a signed call; the receiver finds the number in the CRM. */
async function sendShort(outside: Outside, row: Thing, wish: DesiredLetter, text: string): Promise<Sent> {
  const url = callUrl(wish.channel, outside.calls);
  if (!outside.callOut || url === null)
    return no("no-provider", `No address takes messages of the channel ${wish.channel}.`);
  const data = {
    portal: outside.portal,
    client: row.client,
    contact: wish.to?.id ?? null,
    language: wish.language,
    text,
  };
  return sendCall(outside, row, url, { type: `message.${wish.channel}`, data });
}

async function sendCall(outside: Outside, row: Thing, url: string, body: unknown): Promise<Sent> {
  if (!outside.callOut) return no("no-provider", "This connector makes no calls to other systems.");
  try {
    await outside.callOut(url, row.key, body);
    return { done: true };
  } catch (error) {
    if (isFailure(error, "refused")) return no(error.code ?? "refused", error.message);
    if (isFailure(error, "unknown")) return { done: false, failure: "unknown" };
    return { done: false, failure: "unavailable", code: isFailure(error) ? (error.code ?? error.failure) : "failed" };
  }
}

function settle(engine: Engine, before: Thing, wish: DesiredLetter, sent: Sent): void {
  const [row] = engine.store.mirror.byKeys([before.key]);
  if (!row) return;
  const at = engine.now();
  const { mirror, clients, journal, findings } = engine.store;
  const trace: Record<string, FactValue> = {
    at,
    channel: wish.channel,
    via: wish.via?.way ?? null,
    subject: JSON.stringify(wish.subject),
    body: JSON.stringify(wish.body),
    to: wish.to ? refKey(wish.to) : null,
  };
  if (sent.done) {
    const id = engine.hash(`letter:${row.key}`);
    mirror.put([
      { ...row, state: "clean", sending: null, externalId: id, sent: row.desired, ours: trace, wroteAt: at },
    ]);
  } else if (sent.failure === "refused") {
    mirror.put([{ ...row, state: "refused", sending: null, ours: { ...trace, code: sent.code } }]);
    engine.log("letter-refused", { client: row.client, code: sent.code, advice: sent.advice });
  } else if (sent.failure === "unknown") mirror.put([{ ...lost(row, at), ours: trace }]);
  else {
    const wait = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** Math.min(row.attempts, 16));
    const later = delayed(row, Math.max(at + wait, sent.retryAt ?? 0), at);
    if (later) mirror.put([{ ...later, priority: PRIORITY.soon }]);
    if (row.attempts >= ALARM_AFTER && !wish.via) findings.raise("mail-server", "mail-server", { code: sent.code }, at);
    return;
  }
  if (!wish.via) findings.close("mail-server", at);
  const code = sent.done ? "letter-sent" : (`letter-${sent.failure}` as const);
  const params = { step: row.key.slice(row.key.lastIndexOf(":") + 1), channel: wish.channel };
  journal.did({ at, actor: "tenure", client: row.client, code, params });
  clients.bringForward([row.client], at);
}
