/** A letter drafted for a client from what the CRM tells (A11.5). Nothing is sent or kept: a person copies it, or does not. */
import { dayOf } from "../core/calendar/zone.ts";
import { number, recordsOf } from "../core/client/plan-facts.ts";
import type { ClientKey, Language } from "../core/model.ts";
import { currentPlan } from "../core/plan/life-cycle.ts";
import { type CitedFact, citedFacts, type DraftSource, plainDraft } from "../core/text/letter-draft.ts";
import { isFailure } from "../crm/failure.ts";
import { draftByModel } from "../portal-letters.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { type ClientReading, readClient, readPlan, taskRef } from "./client-reading.ts";
import { suggestionsOf } from "./next-actions.ts";
import { sayStep } from "./texts.ts";
import { maySeeClient, type Viewer } from "./viewer.ts";

export interface LetterDraft {
  language: Language;
  text: string;
  /** what it stands on, with the record that says so */
  facts: readonly { text: string; url: string | null }[];
  /** `failed`: a model is set and did not give a letter that stands on the facts */
  by: "tenure" | "model" | "failed";
}

export type DraftAnswer = { ok: true; draft: LetterDraft } | { ok: false; why: "not-yours" | "not-ready" | "no-facts" };

export async function letterDraft(
  portal: Portal,
  around: Surroundings,
  viewer: Viewer,
  key: ClientKey,
  language: Language,
): Promise<DraftAnswer> {
  if (portal.about() === null) return { ok: false, why: "not-ready" };
  const now = around.now();
  const reading = readClient(portal, key, now);
  if (!reading || !maySeeClient(portal, viewer, reading.stored)) return { ok: false, why: "not-yours" };
  const facts = citedFacts(sourceOf(portal, reading, language, now), language);
  if (facts.length === 0) return { ok: false, why: "no-facts" };
  const firstName = await firstNameOf(portal, reading);
  const { text, used, by } = await worded(portal, around, facts, language, firstName);
  const url = ({ source }: CitedFact) => source && portal.crm().recordUrl(source);
  return { ok: true, draft: { language, text, facts: used.map((one) => ({ text: one.text, url: url(one) })), by } };
}

async function worded(
  portal: Portal,
  around: Surroundings,
  facts: readonly CitedFact[],
  language: Language,
  firstName: string | null,
): Promise<{ text: string; used: readonly CitedFact[]; by: LetterDraft["by"] }> {
  const { model } = portal.settings().texts;
  const own = { text: plainDraft(facts, language, firstName), used: facts };
  if (!model) return { ...own, by: "tenure" };
  try {
    return { ...(await draftByModel(model, around, facts, language, firstName)), by: "model" };
  } catch (error) {
    around.log("warn", "draft-model-failed", { code: isFailure(error) ? error.code : "failed" });
    return { ...own, by: "failed" };
  }
}

/** Only what the client knows of himself: steps that he sees, meetings with him, what he uses. Never the score. */
function sourceOf(portal: Portal, reading: ClientReading, language: Language, now: number): DraftSource {
  const { facts, config, state } = reading;
  const plan = currentPlan(state.plans);
  const ahead = recordsOf(facts, "meeting")
    .map((one) => ({ ref: one.ref, at: number(one.facts.startAt) ?? 0, isOn: one.facts.outcome === "scheduled" }))
    .filter(({ at, isOn }) => isOn && at > now)
    .sort((a, b) => a.at - b.at)[0];
  const gap = suggestionsOf(portal, reading, language).find(({ because }) => because.code === "gap")?.because.names;
  return {
    ...(plan ? planSource(portal, reading, language, now) : { done: [], next: null, progress: null }),
    meeting: ahead ? { day: dayOf(ahead.at, config.zone), source: ahead.ref } : null,
    gap: gap?.[0] && gap[1] ? { uses: gap[0], lacks: gap[1] } : null,
  };
}

function planSource(
  portal: Portal,
  reading: ClientReading,
  language: Language,
  now: number,
): Pick<DraftSource, "done" | "next" | "progress"> {
  const { plan, context, view } = readPlan(reading, currentPlan(reading.state.plans)!, now);
  const { template } = context;
  const seen = plan.steps
    .map((step, at) => ({ step, definition: template.steps[at]! }))
    .filter(({ definition }) => definition.client && definition.kind !== "message");
  const say = (key: string) => sayStep(portal, template, key, language);
  const taskOf = (key: string) => taskRef(reading, plan, key);
  const done = seen
    .flatMap(({ step }) => (step.state === "done" && step.doneDay !== null ? [{ step, day: step.doneDay }] : []))
    .sort((a, b) => b.day - a.day)
    .map(({ step, day }) => ({ title: say(step.key), day, source: taskOf(step.key) }));
  const open = seen
    .filter(({ step }) => step.state === "open" && step.dueDay >= reading.today)
    .sort((a, b) => a.step.dueDay - b.step.dueDay)[0];
  const isRunning = plan.state === "running";
  return {
    done,
    next:
      isRunning && open ? { title: say(open.step.key), day: open.step.dueDay, source: taskOf(open.step.key) } : null,
    progress:
      isRunning && view.doneSteps > 0
        ? {
            done: view.doneSteps,
            total: view.totalSteps,
            source: plan.dealId ? { kind: "deal", id: plan.dealId } : null,
          }
        : null,
  };
}

/** Read now and kept nowhere; null where the CRM does not tell. */
async function firstNameOf(portal: Portal, { facts }: ClientReading): Promise<string | null> {
  const contact = recordsOf(facts, "contact")[0]?.ref;
  if (!contact || !portal.isInstalled()) return null;
  try {
    return (await portal.crm().names([contact])).get(`contact:${contact.id}`)?.firstName ?? null;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return null;
  }
}
