/** What the client card shows. Plain data, no names: those are asked for apart, so that the card never waits for a CRM. */
import type { Day } from "../core/calendar/calendar.ts";
import { type Acts, lastAct, overrideOn } from "../core/client/acts.ts";
import { leftDayOf } from "../core/client/left.ts";
import { type HeardIntent, heardIntents, type LetterLabels, letterLabels, toneKey } from "../core/client/text-facts.ts";
import { type ClientKey, type Language, parseRef, type TextRef } from "../core/model.ts";
import { currentPlan } from "../core/plan/life-cycle.ts";
import { ownerReason } from "../core/plan/owners.ts";
import { milestonesOf } from "../core/plan/view.ts";
import type { ContactTime } from "../core/play/contact-time.ts";
import type { Portal } from "../portal-open.ts";
import {
  type ClientReading,
  isLost,
  type PlanReading,
  readClient,
  readPlan,
  strategicOf,
  taskRef,
} from "./client-reading.ts";
import { type ReportsView, reportsView } from "./client-reports.ts";
import { type SignsView, signsView } from "./client-signs.ts";
import { contactTimeOf } from "./contact-time.ts";
import { type DeedView, deedViews, ownerOfActor } from "./history.ts";
import { type Suggestion, suggestionsOf } from "./next-actions.ts";
import { type ScoreView, scoreView } from "./score-view.ts";
import { sayRef, sayStep } from "./texts.ts";
import { maySeeClient, type Viewer } from "./viewer.ts";

export interface StepView {
  /** `<cycle>/<step>` */
  id: string;
  title: string;
  phase: string;
  state: "waiting" | "open" | "done" | "skipped" | "gone";
  dueDay: Day;
  plannedDay: Day;
  doneDay: Day | null;
  ownerId: string;
  isLate: boolean;
  /** the date is a person's own */
  isPinned: boolean;
  /** a milestone of the calendar, which only moves with the start */
  isFixed: boolean;
  /** the task in the CRM, where there is one */
  url: string | null;
}

export interface PlanCard {
  cycle: number;
  title: string;
  /** why this template */
  reason: string;
  /** which phases have more days, and why */
  extensions: readonly string[];
  state: "running" | "paused" | "graduated" | "closed";
  stateReason: string | null;
  stage: string;
  startDay: Day;
  pausedDay: Day | null;
  graduatedDay: Day | null;
  forecastDay: Day;
  atRiskDay30: boolean;
  progress: number;
  doneSteps: number;
  totalSteps: number;
  overdue: number;
  oldestDueDay: Day | null;
  next: StepView | null;
  nextTouchpointDay: Day | null;
  firstValueDay: Day | null;
  phases: readonly {
    key: string;
    title: string;
    /** what the phase is for, where the template says it */
    goal: string | null;
    enteredDay: Day | null;
    leftDay: Day | null;
    latestDay: Day;
  }[];
  milestones: readonly { key: string; title: string; day: Day; state: "reached" | "missed" | "ahead" }[];
  steps: readonly StepView[];
}

export interface ActsCard {
  override: { zone: string; reason: string; note: string | null; by: string; untilDay: Day } | null;
  /** what people said last; `reviewDay` null: in the CRM's field */
  decision: {
    choice: string;
    reason: string | null;
    note: string | null;
    by: string;
    at: number;
    reviewDay: Day | null;
  } | null;
  /** what undo would take back, or null */
  last: { code: string; by: string; at: number } | null;
}

export interface ClientCard {
  key: ClientKey;
  url: string;
  today: Day;
  zone: string;
  currency: string;
  ownerId: string | null;
  /** why this owner and no other, where the usual one could not be taken */
  ownerReason: string | null;
  /** the same of open steps whose reason is another: each once, with the steps it is about */
  stepOwnerReasons: readonly { reason: string; steps: number }[];
  /** with the hours in which somebody may be called, minutes after midnight in the portal's zone */
  contactTime: ContactTime & { startMinute: number; endMinute: number };
  /** the day on which the client left or will leave, as a person noted it; `isOver`: nothing is under way that is to win it back */
  leaving: { day: Day; isOver: boolean } | null;
  escalation: { ownerId: string; level: number | null; since: number | null; reason: string | null } | null;
  class: string | null;
  value: number | null;
  strategic: string | null;
  score: ScoreView;
  plan: PlanCard | null;
  acts: ActsCard;
  suggestions: readonly Suggestion[];
  signs: SignsView;
  reports: ReportsView;
  /** what letters seem to say, for a person to confirm or deny; the words are in the CRM, at `url` */
  heard: readonly (HeardIntent & { url: string })[];
  /** labels of the letters of the last month, where an administrator consented; `about`: under which an answer about the tone is kept */
  letters: readonly (LetterLabels & { about: string; url: string })[];
  history: readonly DeedView[];
  /** everything has arrived in the CRM */
  isSettled: boolean;
}

export type CardAnswer = { ok: true; card: ClientCard } | { ok: false; why: "unknown" | "not-yours" | "not-ready" };

/** @param open opens a sealed note */
export function clientCard(
  portal: Portal,
  viewer: Viewer,
  key: ClientKey,
  language: Language,
  nowMs: number,
  open: (sealed: string) => string,
): CardAnswer {
  if (portal.about() === null) return { ok: false, why: "not-ready" };
  const reading = readClient(portal, key, nowMs);
  // Clients that are not there and clients of others look the same from outside: nobody learns which numbers exist.
  if (!reading) return { ok: false, why: viewer.isAdmin ? "unknown" : "not-yours" };
  if (!maySeeClient(portal, viewer, reading.stored)) return { ok: false, why: "not-yours" };
  const plan = currentPlan(reading.state.plans);
  const planned = plan ? readPlan(reading, plan, nowMs) : null;
  const { stored, facts, today, config, things } = reading;
  const { calendar } = config.settings;
  const leftDay = leftDayOf(key, reading.state.plans, facts);
  const letterUrl = ({ recordId: id }: { recordId: string }) => portal.crm().recordUrl({ kind: "email", id });
  const score = scoreView(portal, reading, planned?.answer ?? null, language, nowMs);
  return {
    ok: true,
    card: {
      key,
      url: portal.crm().recordUrl(parseRef(key)),
      today,
      zone: config.zone,
      currency: portal.about()!.account.currency,
      ownerId: stored.ownerId,
      ...ownersOf(portal, planned, language),
      contactTime: { ...contactTimeOf(reading), startMinute: calendar.startMinute, endMinute: calendar.endMinute },
      leaving: leftDay === null ? null : { day: leftDay, isOver: isLost(reading) },
      escalation: escalationOf(portal, reading, score.mainReason, language),
      class: stored.class,
      value: stored.value,
      strategic: strategicOf(reading),
      score,
      plan: planned ? planCard(portal, reading, planned, language) : null,
      acts: actsCard(portal, reading.acts, today, open),
      suggestions: isLost(reading) ? [] : suggestionsOf(portal, reading, language),
      signs: signsView(portal, reading, planned?.answer ?? null, language, nowMs),
      reports: reportsView(portal, reading),
      heard: heardIntents(facts, reading.acts, config.zone, today).map((one) => ({ ...one, url: letterUrl(one) })),
      letters: !config.settings.texts.consent
        ? []
        : letterLabels(facts, reading.acts, config.zone, today).map((one) => ({
            ...one,
            about: toneKey(one.recordId),
            url: letterUrl(one),
          })),
      history: deedViews(portal, portal.store.journal.deeds(30, key), language),
      isSettled: things.every((thing) => thing.state === "clean" || thing.state === "gone"),
    },
  };
}

/** Why whom (A1.1): said only where a role was empty, its holder is gone, or nobody of the deal could be taken. */
function ownersOf(
  portal: Portal,
  planned: PlanReading | null,
  language: Language,
): Pick<ClientCard, "ownerReason" | "stepOwnerReasons"> {
  const said = (ref: TextRef | null) => ref && sayRef(portal, ref, language);
  const own = said(planned?.view.ownerReason ?? null);
  const open = planned?.plan.state === "running" ? planned.plan.steps.filter((step) => step.state === "open") : [];
  const others = Map.groupBy(open, (step) => said(ownerReason(step.owner)));
  return {
    ownerReason: own,
    stepOwnerReasons: [...others].flatMap(([reason, steps]) =>
      reason === null || reason === own ? [] : [{ reason, steps: steps.length }],
    ),
  };
}

/** The ladder's state as the fields on the record will tell it. @param main why the zone is what it is, in this reader's language */
function escalationOf(
  portal: Portal,
  { stored, things, config }: ClientReading,
  main: string | null,
  language: Language,
): ClientCard["escalation"] {
  if (stored.escalationOwnerId === null) return null;
  const fields = things.find((thing) => thing.key === `fields:${stored.key}`)?.desired;
  const { escalation_level, escalation_since, escalation_reason } = (fields ? JSON.parse(fields) : {}) as Record<
    string,
    unknown
  >;
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  const kept = escalation_reason as TextRef | string | null | undefined;
  // The record keeps what made the zone red in the portal's language only.
  const isForeign = language !== config.language && main !== null && typeof kept === "object" && kept?.params?.said;
  const reason = isForeign ? { ...kept, params: { ...kept.params, said: main } } : kept;
  return {
    ownerId: stored.escalationOwnerId,
    level: number(escalation_level),
    since: number(escalation_since),
    reason: typeof reason === "object" && reason !== null ? sayRef(portal, reason, language) : (reason ?? null),
  };
}

function planCard(portal: Portal, reading: ClientReading, of: PlanReading, language: Language): PlanCard {
  const { plan, view, context } = of;
  const { template } = context;
  const steps = stepViews(portal, reading, of, language);
  const say = (texts: Readonly<Partial<Record<Language, string>>>) =>
    texts[language] ?? texts.en ?? Object.values(texts)[0] ?? "";
  return {
    cycle: plan.cycle,
    title: say(template.title),
    reason: sayRef(portal, plan.templateReason, language),
    extensions: (plan.extendedFor ?? []).map((one) => sayRef(portal, one, language)),
    state: plan.state,
    stateReason: plan.stateReason,
    stage: view.stage,
    startDay: plan.startDay,
    pausedDay: plan.pausedDay,
    graduatedDay: view.graduatedDay,
    forecastDay: view.forecastDay,
    atRiskDay30: view.atRiskDay30,
    progress: view.progress,
    doneSteps: view.doneSteps,
    totalSteps: view.totalSteps,
    overdue: view.overdue,
    oldestDueDay: view.oldestDueDay,
    next: steps.find((step) => step.id === `${plan.cycle}/${view.nextStep?.key}`) ?? null,
    nextTouchpointDay: view.nextTouchpointDay,
    firstValueDay: view.firstValueDay,
    phases: plan.phases.map(({ key, enteredDay, leftDay, latestDay }) => {
      const { title, goal } = template.phases.find((phase) => phase.key === key) ?? {};
      return { key, title: title ? say(title) : key, goal: goal ? say(goal) : null, enteredDay, leftDay, latestDay };
    }),
    milestones: milestonesOf(plan, of.facts, context).map((one) => {
      const title = template.milestones.find((milestone) => milestone.key === one.key)?.title;
      return { ...one, title: title ? say(title) : one.key };
    }),
    steps,
  };
}

function stepViews(
  portal: Portal,
  reading: ClientReading,
  { plan, context }: PlanReading,
  language: Language,
): StepView[] {
  const { template, today } = context;
  const crm = portal.crm();
  return plan.steps.map((step, at): StepView => {
    const definition = template.steps[at]!;
    const id = `${plan.cycle}/${step.key}`;
    const task = taskRef(reading, plan, step.key);
    const { state } = step;
    return {
      id,
      title: sayStep(portal, template, step.key, language),
      phase: definition.phase,
      state,
      dueDay: step.dueDay,
      plannedDay: step.plannedDay,
      doneDay: step.doneDay,
      ownerId: step.owner.ownerId,
      isLate: state === "open" && plan.state === "running" && definition.kind !== "message" && step.dueDay < today,
      isPinned: step.pinnedAt !== null,
      isFixed: definition.fixed,
      url: task && crm.recordUrl(task),
    };
  });
}

function actsCard(portal: Portal, acts: Acts, today: Day, open: (sealed: string) => string): ActsCard {
  const override = overrideOn(acts, today);
  // Taken back, or emptied in the CRM: nobody decided.
  const decision = acts.decision?.choice === "undecided" && acts.decision.reason === null ? null : acts.decision;
  const last = lastAct(acts);
  const note = (sealed: string | null) => (sealed === null ? null : open(sealed));
  return {
    override: override && {
      zone: override.zone,
      reason: override.reason,
      note: note(override.note),
      by: ownerOfActor(portal, override.by),
      untilDay: override.untilDay,
    },
    decision: decision && { ...decision, by: ownerOfActor(portal, decision.by), note: note(decision.note) },
    last: last && { code: last.did === "plan" ? last.code : last.did, by: ownerOfActor(portal, last.by), at: last.at },
  };
}
