/**
 * Questions of clients: answered from the admin's list and from the client's own plan, else handed to a person as one task. The words of a
 * question go to the CRM with that task and nowhere else; what stays here is a topic, a confidence and a pointer.
 */
import { dayOf } from "../core/calendar/zone.ts";
import type { Language, RecordRef } from "../core/model.ts";
import { NOTHING_OUTSIDE } from "../core/outside/state.ts";
import { type ShownPlan, sayChoice, sayQuestion, topicOf } from "../core/question/answer.ts";
import { type Found, findAnswer, sameQuestion } from "../core/question/match.ts";
import { QUESTION_MAX } from "../core/question/settings.ts";
import { type AskedQuestion, mayAsk, mayPass, UNANSWERED, withQuestion } from "../core/question/state.ts";
import { answerDueAt, answererOf, isOpen, questionKey } from "../core/question/wishes.ts";
import { isModelPaused, pauseModel } from "../engine/letter-labels.ts";
import type { Claims } from "../links.ts";
import { botOf, sayByBot } from "../portal-bot.ts";
import { choiceByModel } from "../portal-letters.ts";
import type { Portal } from "../portal-open.ts";
import type { WaitingAnswer } from "../portal-outside.ts";
import type { Surroundings } from "../ports.ts";
import { clientOf } from "../views/client-of.ts";
import { readClient } from "../views/client-reading.ts";
import { keep, type Opened, openLink, type PlanPage, planPage, shownPlan } from "./pages.ts";
import { publicOwner } from "./public-names.ts";

/** Questions that all clients of a portal together may put to the model, per `WINDOW_MS`. */
const MODEL_MAX = 6;
/** Messages of people whom no client is known for, that are answered per portal and `WINDOW_MS`. */
const STRANGERS_MAX = 20;
/** Messages remembered, so that none is answered twice. */
const SEEN_MAX = 300;
const WINDOW_MS = 60_000;

export interface QuestionReply {
  /** `busy`: no more of this client today */
  state: "told" | "passed" | "waiting" | "full" | "busy";
  text: string;
}

export interface AskedPage {
  page: PlanPage;
  /** null where nothing was asked, or may be */
  reply: QuestionReply | null;
}

/** What somebody wrote to our bot in a chat of the CRM. */
export interface ChatMessage {
  botId: string;
  messageId: string;
  dialogId: string;
  text: string;
  /** the records that the CRM tied the chat to, the closest first; null: not a chat with a client */
  records: readonly RecordRef[] | null;
}

export interface QuestionsDoor {
  /** @param toPerson the client wants a person, whatever the list says. Null: the link no longer counts */
  ask(claims: Claims, text: string, toPerson: boolean): Promise<AskedPage | null>;
  /** answers in the chat; false: nothing was said there */
  chatMessage(message: ChatMessage): Promise<boolean>;
}

export function questionsDoor(portal: Portal, around: Surroundings): QuestionsDoor {
  return {
    async ask(claims, text, toPerson) {
      const opened = openLink(portal, claims, around.now());
      const page = await planPage(portal, opened, around.now());
      if (!opened || !page) return null;
      const question = text.trim().slice(0, QUESTION_MAX);
      if (!page.asks || sameQuestion(question) === "") return { page, reply: null };
      const reply = await answerTo(portal, around, opened, page, question, toPerson);
      return reply && { page, reply };
    },
    chatMessage: (message) => answerChat(portal, around, message),
  };
}

/** Null: the client is another one by now, or has left. */
async function answerTo(
  portal: Portal,
  around: Surroundings,
  opened: Opened,
  page: PlanPage,
  question: string,
  toPerson: boolean,
): Promise<QuestionReply | null> {
  const asked = opened.reading.state.outside?.questions ?? [];
  if (!mayAsk(asked, around.now())) return { state: "busy", text: "" };
  const found = toPerson ? null : await choose(portal, around, question, page.steps);
  // The model and the names took their time: somebody else may have asked, a link may have been revoked, the client merged.
  const now = openAgain(portal, opened, around.now());
  if (!now) return null;
  return (found && tell(portal, around, now, found, page)) ?? pass(portal, around, now, question, page.language);
}

function openAgain(portal: Portal, { key, plan, reading }: Opened, nowMs: number): Opened | null {
  const again = portal.isInstalled() ? readClient(portal, key, nowMs) : null;
  const same = again?.state.plans.find((one) => one.cycle === plan.cycle && one.client === plan.client);
  const isRevoked = (again?.state.outside?.revision ?? 0) !== (reading.state.outside?.revision ?? 0);
  return again && same && !isRevoked ? { key, reading: again, plan: same } : null;
}

// ---------------------------------------------------------------- in a chat of the CRM

async function answerChat(portal: Portal, around: Surroundings, message: ChatMessage): Promise<boolean> {
  const { isOn, inChats } = portal.settings().questions;
  const isOurs = portal.isInstalled() && portal.about() !== null && botOf(portal) === message.botId;
  if (!isOn || !inChats || !isOurs || portal.mode() !== "live") return false;
  const question = message.text.slice(0, QUESTION_MAX);
  if (sameQuestion(question) === "" || !isNew(portal, message.messageId)) return false;
  const opened = openChat(portal, message.records ?? [], around.now());
  const text = opened
    ? await sayToClient(portal, around, opened, question)
    : await sayToStranger(portal, around, question);
  if (text === "") return false;
  await sayByBot(portal, around, message.dialogId, text);
  return true;
}

/** A message that comes twice is answered once. */
function isNew(portal: Portal, messageId: string): boolean {
  const { meta } = portal.store;
  const seen = meta.get<readonly string[]>("botSeen") ?? [];
  if (seen.includes(messageId)) return false;
  meta.set("botSeen", [...seen, messageId].slice(-SEEN_MAX));
  return true;
}

/** The client that the chat's records lead to, with the plan that is open. */
function openChat(portal: Portal, records: readonly RecordRef[], nowMs: number): Opened | null {
  for (const { kind, id } of records) {
    const key = clientOf(portal, kind, id);
    const reading = key && readClient(portal, key, nowMs);
    const plan = reading ? reading.state.plans.findLast((one) => one.state !== "closed") : undefined;
    if (key && reading && plan) return { key, reading, plan };
  }
  return null;
}

async function sayToClient(portal: Portal, around: Surroundings, opened: Opened, question: string): Promise<string> {
  const page = await shownPlan(portal, opened, around.now());
  return (await answerTo(portal, around, opened, page, question, false))?.text ?? "";
}

/** Somebody of whom no plan is known: the list alone, and the people who look after the chat. */
async function sayToStranger(portal: Portal, around: Surroundings, question: string): Promise<string> {
  if (!mayOnceMore(strangers, portal, STRANGERS_MAX, around.now())) return "";
  const { language } = portal.engine().config();
  const { answers } = portal.settings().questions;
  const found = await choose(portal, around, question, []);
  return (found && sayChoice(found.choice, answers, null, language)) ?? sayQuestion("question.colleague", language);
}

// ---------------------------------------------------------------- choosing, telling, passing on

type Chosen = Found & { by: "rules" | "model" };

async function choose(
  portal: Portal,
  around: Surroundings,
  question: string,
  steps: ShownPlan["steps"],
): Promise<Chosen | null> {
  const { answers, byModel } = portal.settings().questions;
  const titles = steps.map((step) => step.title);
  const found = findAnswer(question, answers, titles);
  if (found) return { ...found, by: "rules" };
  const { model } = portal.settings().texts;
  const engine = portal.engine();
  if (
    !byModel ||
    !model ||
    !around.outbound ||
    isModelPaused(engine) ||
    !mayOnceMore(modelAsked, portal, MODEL_MAX, around.now())
  )
    return null;
  try {
    const chosen = await choiceByModel(model, around, question, answers, titles);
    portal.store.findings.close("text-model", around.now());
    return chosen.found && { ...chosen.found, by: "model" };
  } catch (error) {
    pauseModel(engine, error);
    return null;
  }
}

const modelAsked = new WeakMap<Portal, readonly number[]>();
const strangers = new WeakMap<Portal, readonly number[]>();

/** Counts what all clients of a portal together may cause within `WINDOW_MS`. */
function mayOnceMore(done: WeakMap<Portal, readonly number[]>, portal: Portal, most: number, nowMs: number): boolean {
  const recent = (done.get(portal) ?? []).filter((at) => at > nowMs - WINDOW_MS);
  if (recent.length >= most) return false;
  done.set(portal, [...recent, nowMs]);
  return true;
}

/** Null where what was chosen says nothing: a contact whose name nobody knows now. */
function tell(
  portal: Portal,
  around: Surroundings,
  opened: Opened,
  { choice, confidence, by }: Chosen,
  page: PlanPage,
): QuestionReply | null {
  const { answers } = portal.settings().questions;
  const text = sayChoice(choice, answers, page, page.language);
  if (text === null) return null;
  const at = around.now();
  const topic = topicOf(choice, answers);
  const id = around.vault.hash(`question:${opened.key}:${at}:${topic}`);
  portal.store.transaction(() =>
    remember(portal, opened, { id, at, topic, by, confidence, cycle: opened.plan.cycle }, at),
  );
  return { state: "told", text };
}

async function pass(
  portal: Portal,
  around: Surroundings,
  opened: Opened,
  question: string,
  language: Language,
): Promise<QuestionReply> {
  const { reading, plan, key } = opened;
  const { config, facts } = reading;
  const now = around.now();
  const asked = reading.state.outside?.questions ?? [];
  const base = around.vault.hash(`question:${key}:${plan.cycle}:${sameQuestion(question)}`);
  const before = asked.filter((one) => one.id === base || one.id.startsWith(`${base}-`));
  const open = before.find((one) => isOpen(one, facts));
  const say = async (state: "passed" | "waiting" | "full", ownerId: string, dueAt: number): Promise<QuestionReply> => {
    const name = await publicOwner(portal, ownerId, now);
    const values = { day: dayOf(dueAt, config.zone), ...(name !== null && { name }) };
    return { state, text: sayQuestion(`question.${state}`, language, values) };
  };
  if (open?.passed) return say("waiting", open.passed.ownerId, open.passed.dueAt);
  const ownerId = answererOf(reading.stored.ownerId ?? config.plan.fallbackOwnerId, config, now);
  const dueAt = answerDueAt(config, now);
  if (!mayPass(asked, plan.cycle, now)) return say("full", ownerId, dueAt);
  const id = before.length === 0 ? base : `${base}-${before.length + 1}`;
  portal.store.transaction(() => {
    const made = { id, at: now, topic: UNANSWERED, by: "person" as const, confidence: 0, cycle: plan.cycle };
    const waiting = portal.store.meta.get<WaitingAnswer[]>("answers") ?? [];
    const words = { note: questionKey({ id }), sealed: around.vault.seal(question), at: now };
    portal.store.meta.set("answers", [...waiting, words]);
    remember(portal, opened, { ...made, passed: { ownerId, dueAt } }, now);
    portal.store.journal.did({ at: now, actor: "client", client: key, code: "question-passed", params: {} });
  });
  return say("passed", ownerId, dueAt);
}

function remember(portal: Portal, { reading }: Opened, question: AskedQuestion, nowMs: number): void {
  keep(
    portal,
    reading.stored,
    ({ outside = NOTHING_OUTSIDE }) => ({
      outside: { ...outside, questions: withQuestion(outside.questions ?? [], question) },
    }),
    nowMs,
  );
}
