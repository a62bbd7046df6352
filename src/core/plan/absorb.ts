import { dayOf } from "../calendar/zone.ts";
import type { PlanDeed } from "../deed.ts";
import { own } from "../own.ts";
import type { Plan, PlanContext, PlanFacts, PlanLog, PlanStep, TaskFact, Touch } from "./types.ts";

/** Key of a step's task, message or call among everything we keep for the client. */
export function stepKey(plan: Plan, key: string): string {
  return `${plan.cycle}/${key}`;
}

/** Key of a touchpoint's task. */
export function touchKey(plan: Plan, touch: Pick<Touch, "key" | "number">): string {
  return `${plan.cycle}/touch/${touch.key}/${touch.number}`;
}

/** What a person changed on one of our tasks. */
interface Edit {
  pinnedAt?: number;
  ownerId?: string;
}

function editOf(fact: TaskFact, pinnedAt: number | null): Edit {
  const edit: Edit = {};
  if (fact.wrote === null) return edit;
  if (fact.dueAt !== null && fact.wrote.dueAt !== null && fact.dueAt !== fact.wrote.dueAt && fact.dueAt !== pinnedAt) {
    edit.pinnedAt = fact.dueAt;
  }
  if (fact.ownerId !== null && fact.wrote.ownerId !== null && fact.ownerId !== fact.wrote.ownerId) {
    edit.ownerId = fact.ownerId;
  }
  return edit;
}

interface Absorbing {
  plan: Plan;
  facts: PlanFacts;
  context: PlanContext;
  today: number;
  log: PlanLog[];
}

function note(at: Absorbing, code: PlanDeed, key: string, params: PlanLog["params"] = {}): void {
  at.log.push({ code, key, day: at.today, params });
}

function noteInCrm(at: Absorbing, code: PlanDeed, key: string, params: PlanLog["params"] = {}): void {
  at.log.push({ code, key, day: at.today, params, inCrm: true });
}

/** When a step was finished outside its task: by a callback, by an answered call, by a message that went out. Epoch ms, or null. */
function finishedAt(at: Absorbing, step: PlanStep): number | null {
  const key = stepKey(at.plan, step.key);
  const external = own(at.facts.externalDone, step.key);
  if (external !== undefined) return external;
  const call = at.facts.calls[key];
  if (call?.state === "done") return call.at;
  const message = at.facts.messages[key];
  if (message) return message.at;
  const repaired = at.facts.tasks[`${key}/failed`];
  if (call?.state === "failed" && repaired?.status === "done") return repaired.completedAt ?? call.at;
  return null;
}

function absorbStep(at: Absorbing, step: PlanStep): PlanStep {
  const fact = at.facts.tasks[stepKey(at.plan, step.key)];
  const finished = finishedAt(at, step);
  if (step.state === "done") {
    if (finished !== null || !fact || fact.gone || fact.status === "done") return step;
    noteInCrm(at, "step_reopened", step.key);
    return { ...step, state: "open", doneDay: null };
  }
  if (step.state === "gone" || step.state === "skipped") return step;
  let next = step;
  if (fact && !fact.gone) next = absorbEdit(at, step, fact);
  const doneAt = fact?.status === "done" ? (fact.completedAt ?? at.context.now) : finished;
  if (doneAt !== null) {
    const doneDay = dayOf(doneAt, at.context.calendar.zone);
    const say = finished === null ? noteInCrm : note;
    say(at, "step_done", step.key, { doneDay, dueDay: step.dueDay });
    return { ...next, state: "done", doneDay };
  }
  if (fact?.gone) {
    noteInCrm(at, "step_gone", step.key);
    return { ...next, state: "gone" };
  }
  return next;
}

function absorbEdit(at: Absorbing, step: PlanStep, fact: TaskFact): PlanStep {
  const edit = editOf(fact, step.pinnedAt);
  let next = step;
  if (edit.pinnedAt !== undefined) {
    noteInCrm(at, "date_edited", step.key, {
      fromDay: step.dueDay,
      toDay: dayOf(edit.pinnedAt, at.context.calendar.zone),
    });
    next = { ...next, pinnedAt: edit.pinnedAt };
  }
  if (edit.ownerId !== undefined && edit.ownerId !== step.pickedOwnerId) {
    noteInCrm(at, "owner_edited", step.key, { ownerId: edit.ownerId });
    next = { ...next, pickedOwnerId: edit.ownerId };
  }
  return next;
}

function absorbTouch(at: Absorbing, touch: Touch): Touch {
  const fact = at.facts.tasks[touchKey(at.plan, touch)];
  if (!fact || touch.state !== "open") return touch;
  if (fact.status === "done") {
    noteInCrm(at, "touch_done", touch.key, { number: touch.number });
    return { ...touch, state: "done" };
  }
  if (fact.gone) {
    noteInCrm(at, "touch_gone", touch.key, { number: touch.number });
    return { ...touch, state: "gone" };
  }
  const { pinnedAt, ownerId } = editOf(fact, touch.pinnedAt);
  let next = touch;
  if (pinnedAt !== undefined) next = { ...next, pinnedAt, dueDay: dayOf(pinnedAt, at.context.calendar.zone) };
  if (ownerId !== undefined && ownerId !== touch.pickedOwnerId) next = { ...next, pickedOwnerId: ownerId };
  return next;
}

/**
 * Takes over what people did in the CRM: completed, re-opened, deleted tasks, their own dates and owners (they win), and what finished by
 * callback, call or message. Entries of the log name every change.
 */
export function absorbFacts(plan: Plan, facts: PlanFacts, context: PlanContext): { plan: Plan; log: PlanLog[] } {
  const today = dayOf(context.now, context.calendar.zone);
  const at: Absorbing = { plan, facts, context, today, log: [] };
  if (plan.state === "closed") return { plan, log: [] };
  const touches = plan.touches.map((touch) => absorbTouch(at, touch));
  const steps = plan.state === "graduated" ? plan.steps : plan.steps.map((step) => absorbStep(at, step));
  const isSame =
    steps.every((step, i) => step === plan.steps[i]) && touches.every((touch, i) => touch === plan.touches[i]);
  return { plan: isSame ? plan : { ...plan, steps, touches }, log: at.log };
}
