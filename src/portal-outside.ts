/** One portal's way to the world outside the CRM: links with its signature, calls with its secret, answers that wait for the CRM. */

import { planOfCycle } from "./core/client/acts.ts";
import { loadState } from "./core/client/state.ts";
import type { DecideConfig } from "./core/decision.ts";
import type { FindingCode } from "./core/finding.ts";
import type { TextRef } from "./core/model.ts";
import { mailServiceUrl } from "./core/outside/settings.ts";
import { type SurveyKind, surveyOfText } from "./core/outside/state.ts";
import type { Plan, PlanConfig } from "./core/plan/types.ts";
import type { Settings } from "./core/settings.ts";
import { callOut, outboundSecret } from "./crm/outbound.ts";
import type { Capabilities } from "./crm/port.ts";
import type { Outside } from "./engine/outside.ts";
import { type LinkKind, linkUrl } from "./links.ts";
import { textReader } from "./portal-letters.ts";
import type { Portal } from "./portal-open.ts";
import { openSecret } from "./portal-secrets.ts";
import type { Surroundings } from "./ports.ts";
import type { Thing } from "./store/mirror.ts";
import { knownOwnerNames, learnOwnerNames } from "./views/names.ts";

/** A letter's way out stays open longer than anything else, days. */
const STOP_DAYS = 730;
/** Links of a plan live at least as long as the longest built-in plan, days. */
const PLAN_DAYS = 90;

/** The words of survey answers and of questions, sealed, until their note or task is in the CRM. */
export interface WaitingAnswer {
  /** key of the note or task in the mirror */
  note: string;
  sealed: string;
  /** epoch ms */
  at: number;
}

/** What the CRM's own means are here, as far as the settings name what they need; and for letters, what is missing. */
function crmMeansOf(settings: Settings, can: Capabilities): { means: PlanConfig["crmMeans"]; missing: string | null } {
  const { sequences, smsProcess, fromAddress } = settings.messages;
  const hasSequences = Object.keys(sequences).length > 0;
  const canWrite = can.letters === true && fromAddress !== null;
  const canEnrol = can.sequences === true && hasSequences;
  const missing =
    can.letters === true
      ? fromAddress === null && "from-address"
      : can.sequences === true
        ? !hasSequences && "sequences"
        : can.sequences;
  const email = canWrite ? { email: { way: "letter" } as const } : {};
  const enrolment = canEnrol ? { email: { way: "sequence", of: sequences } as const } : {};
  const canText = can["short-messages"] === true && smsProcess !== null;
  const sms = canText ? { sms: { way: "process", ref: smsProcess } as const } : {};
  return { means: { ...enrolment, ...email, ...sms }, missing: missing || null };
}

/** Channels that cannot go out here and now stay tasks; the reason is shown. What goes out by the CRM is judged by `crmMeansOf`. */
function possibleChannels(
  channels: PlanConfig["channels"],
  settings: Settings,
  around: Pick<Surroundings, "mailer" | "outbound">,
): { channels: PlanConfig["channels"]; missing: string | null } {
  const { calls, messages } = settings;
  const takes = (channel: "sms" | "push") => Boolean(around.outbound && (calls.actions[channel]?.url ?? calls.url));
  const hasMail = Boolean(around.mailer ?? (around.outbound && mailServiceUrl(calls)));
  const canMail = hasMail && messages.fromAddress !== null;
  const can = { email: canMail, sms: takes("sms"), push: takes("push") };
  const missing = channels.email !== "send" || canMail ? null : hasMail ? "from-address" : "mail-server";
  const real = (channel: keyof typeof can) =>
    channels[channel] === "send" && !can[channel] ? "task" : channels[channel];
  return { channels: { email: real("email"), sms: real("sms"), push: real("push") }, missing };
}

/** The secret shared with the receivers of this portal's calls, made when it is first asked for. */
export function callSecret(portal: Portal, around: Surroundings): string {
  const sealed = portal.store.meta.get<string>("callSecret");
  if (sealed !== null) return around.vault.open(sealed);
  return newCallSecret(portal, around);
}

export function newCallSecret(portal: Portal, around: Surroundings): string {
  const made = outboundSecret(new TextEncoder().encode(around.token()).slice(0, 32));
  portal.store.meta.set("callSecret", around.vault.seal(made));
  return made;
}

/** The last day on which links of a plan open anything. */
export function lastLinkDay(plan: Plan, settings: Settings): number {
  return plan.startDay + Math.max(plan.lengthDays, PLAN_DAYS) + settings.pages.lifeDays;
}

export function makeOutside(portal: Portal, around: Surroundings, settings: Settings, publicUrl: string): Outside {
  const { store } = portal;
  const today = () => Math.floor(around.now() / 86_400_000);
  const stateOf = (client: string) => loadState(store.clients.get(client)?.state ?? null).state;
  const link = (kind: LinkKind, plan: Plan, revision: number, about = "") => {
    const untilDay = lastLinkDay(plan, settings);
    const { client, cycle } = plan;
    const claims = { portal: portal.id(), kind, client, cycle, untilDay, revision, about };
    return linkUrl(publicUrl, claims, around.vault);
  };
  const makers: Readonly<Record<string, (thing: Thing, text: TextRef) => string | null>> = {
    "plan.link": (thing, text) =>
      settings.pages.plan ? linkFor(thing, text, (plan, revision) => link("plan", plan, revision)) : null,
    "survey.link": (thing, text) => {
      const kind = surveyOf(text);
      if (!kind || !settings.pages.surveys) return null;
      return linkFor(thing, text, (plan, revision) => link(kind, plan, revision));
    },
    "done.link": (thing, text) => linkFor(thing, text, (plan, revision, step) => link("done", plan, revision, step)),
    "owner.name": (thing) => knownOwnerNames(portal)[ownerOf(portal, thing)] ?? null,
    "answer.text": (thing) => answerText(portal, around, thing.key),
    "question.text": (thing) => answerText(portal, around, thing.key),
  };
  const linkFor = (
    thing: Thing,
    text: TextRef,
    make: (plan: Plan, revision: number, step: string) => string,
  ): string | null => {
    const state = stateOf(thing.client);
    const [, keyCycle, step = ""] = /:(\d+)\/([^/]+)[^:]*$/.exec(thing.key) ?? [];
    const cycle = Number(keyCycle ?? text.params?.cycle ?? state.plans.at(-1)?.cycle ?? 0);
    const plan = planOfCycle(state, cycle);
    return plan && make(plan, state.outside?.revision ?? 0, step);
  };
  return {
    messages: settings.messages,
    calls: settings.calls,
    mailer: around.mailer ?? null,
    callOut: callerOf(portal, around),
    post: posterOf(portal, around),
    merge(thing, text, names) {
      const values: Record<string, string> = {};
      for (const name of names) {
        const value = makers[name]?.(thing, text) ?? null;
        if (value !== null) values[name] = value;
      }
      return values;
    },
    stopLink(client, contactId) {
      const claims = {
        portal: portal.id(),
        kind: "stop",
        client,
        cycle: 0,
        untilDay: today() + STOP_DAYS,
        revision: 0,
      } as const;
      return linkUrl(publicUrl, { ...claims, about: contactId }, around.vault);
    },
    doneLink(client, cycle, step) {
      const state = stateOf(client);
      const plan = planOfCycle(state, cycle);
      return plan && link("done", plan, state.outside?.revision ?? 0, step);
    },
    externalSteps(client, cycle) {
      const state = stateOf(client);
      const plan = planOfCycle(state, cycle);
      if (!plan) return [];
      const template = portal.engine().config().templates.get(`${plan.templateId}@${plan.templateVersion}`);
      const isExternal = new Set(template?.steps.filter((step) => step.kind === "external").map((step) => step.key));
      const revision = state.outside?.revision ?? 0;
      return plan.steps
        .filter((step) => isExternal.has(step.key) && step.state !== "done" && step.state !== "gone")
        .map((step) => ({ step: step.key, doneUrl: link("done", plan, revision, step.key) }));
    },
    async learnPeople(rows) {
      const owners = rows.map((row) => ownerOf(portal, row)).filter((id) => id !== "");
      await learnOwnerNames(portal, owners, around.now());
    },
    portal: portal.id(),
    readLetters: textReader(settings.texts.model, around),
  };
}

function surveyOf(text: TextRef): SurveyKind | null {
  return surveyOfText(text.id) ?? surveyOfText(String(text.params?.body ?? ""));
}

function ownerOf(portal: Portal, thing: Thing): string {
  const wish = JSON.parse(thing.desired ?? "null") as { ownerId?: unknown } | null;
  if (typeof wish?.ownerId === "string") return wish.ownerId;
  return portal.store.clients.get(thing.client)?.ownerId ?? "";
}

/** The words of an answer or a question that the CRM has not got yet. */
function answerText(portal: Portal, around: Surroundings, note: string): string | null {
  const waiting = portal.store.meta.get<WaitingAnswer[]>("answers") ?? [];
  const found = waiting.find((one) => one.note === note);
  return found ? around.vault.open(found.sealed) : null;
}

/** Words that the CRM has acknowledged are forgotten here. */
export function forgetAnswers(portal: Portal): void {
  const waiting = portal.store.meta.get<WaitingAnswer[]>("answers") ?? [];
  if (waiting.length === 0) return;
  const rows = new Map(portal.store.mirror.byKeys(waiting.map((one) => one.note)).map((row) => [row.key, row]));
  const isIn = (one: WaitingAnswer) => {
    const row = rows.get(one.note);
    return row !== undefined && row.state === "clean" && row.externalId !== null;
  };
  const left = waiting.filter((one) => !isIn(one));
  if (left.length < waiting.length) portal.store.meta.set("answers", left);
}

function callerOf(portal: Portal, around: Surroundings): Outside["callOut"] {
  const { outbound } = around;
  if (!outbound) return null;
  return async (url, key, body) => {
    const rules = { ...outbound, now: () => around.now() };
    await callOut(rules, { url, key, secret: callSecret(portal, around), body });
  };
}

function posterOf(portal: Portal, around: Surroundings): Outside["post"] {
  const call = callerOf(portal, around);
  return call && ((address, key, body) => call(openSecret(address, around.vault), key, body));
}

/** The configuration with what this runtime can really do. */
export function withPossible(
  config: DecideConfig,
  around: Surroundings,
  can: Capabilities,
): { config: DecideConfig; missing: { finding: FindingCode; why: string } | null } {
  const { channels, missing } = possibleChannels(config.plan.channels, config.settings, around);
  const crm = crmMeansOf(config.settings, can);
  const plan = { ...config.plan, channels, crmMeans: crm.means };
  const isByCrm = channels.email === "crm";
  const why = isByCrm ? crm.missing : missing;
  const finding = isByCrm ? "crm-letters-stay-tasks" : "letters-stay-tasks";
  return { config: { ...config, plan }, missing: why === null ? null : { finding, why } };
}
