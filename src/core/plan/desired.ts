import type { Day, WorkCalendar } from "../calendar/calendar.ts";
import { dayOf, instantOf } from "../calendar/zone.ts";
import type { TextRef } from "../model.ts";
import { stepKey, touchKey } from "./absorb.ts";
import { crmWayOf, modeOf } from "./channel.ts";
import { decideMessage } from "./mail.ts";
import { chooseHelpers, ownerReason } from "./owners.ts";
import type { SettleContext } from "./settle.ts";
import type { TemplateStep, Touchpoint } from "./template.ts";
import { checkRefs, messageRef, stepBody, stepTitle, touchRef } from "./texts.ts";
import { DEFAULT_TOUCHPOINT } from "./touchpoints.ts";
import type {
  DesiredCall,
  DesiredMessage,
  DesiredNotice,
  DesiredTask,
  OwnerChoice,
  Plan,
  PlanDesired,
  PlanFacts,
  PlanStep,
  Touch,
} from "./types.ts";

const calendarOf = (context: SettleContext, ownerId: string): WorkCalendar =>
  context.calendarOf?.(ownerId) ?? context.calendar;

/** The instant at which a task is due: a person's own, else the step's minute, the portal's, or the end of the owner's working day. */
function dueInstant(
  dueDay: Day,
  pinnedAt: number | null,
  minute: number | undefined,
  context: SettleContext,
  calendar: WorkCalendar,
): number {
  if (pinnedAt !== null) return pinnedAt;
  return instantOf(dueDay, minute ?? context.config.dueMinute ?? calendar.endMinute, calendar.zone);
}

/** The step's own reminder, else the usual one; nobody is reminded before the plan began. */
function reminderInstant(
  { dueDay }: PlanStep,
  own: number | undefined,
  usual: number | null,
  startDay: Day,
  calendar: WorkCalendar,
): number | null {
  const reminderDays = own ?? usual;
  if (reminderDays === null) return null;
  const day = reminderDays === 0 ? dueDay : calendar.addWorkingDays(dueDay, -reminderDays);
  return own === undefined && day < startDay ? null : instantOf(day, calendar.startMinute, calendar.zone);
}

/** True where the step is to be seen as a task in the CRM: a message only where its channel drafts tasks. */
export function isTaskStep(definition: TemplateStep, context: SettleContext): boolean {
  if (definition.kind === "provision") return false;
  if (definition.kind !== "message") return true;
  return definition.message !== undefined && modeOf(definition.message, context.config) === "task";
}

/** True where an open step's task exists, or is due to be created. */
export function isDueToAppear(
  step: PlanStep,
  definition: TemplateStep,
  plan: Plan,
  facts: PlanFacts,
  context: SettleContext,
): boolean {
  if (!isTaskStep(definition, context)) return false;
  if (step.isAsked) return true;
  if (step.state !== "open" || plan.state !== "running") return false;
  if (definition.kind === "message" && (definition.condition || definition.message?.afterMessage)) {
    return decideMessage(step, definition, plan, facts, context, [])?.do === "send";
  }
  const { createAheadDays } = context.config;
  return createAheadDays === null || step.dueDay - createAheadDays <= context.today;
}

function stepTask(
  step: PlanStep,
  definition: TemplateStep,
  plan: Plan,
  facts: PlanFacts,
  context: SettleContext,
): DesiredTask {
  const { template, config } = context;
  const { ownerId } = step.owner;
  const calendar = calendarOf(context, ownerId);
  return {
    key: stepKey(plan, step.key),
    subject: stepTitle(definition, plan, template),
    body: stepBody(definition, plan, template),
    dueDay: step.dueDay,
    dueAt: dueInstant(step.dueDay, step.pinnedAt, definition.when.minute, context, calendar),
    reminderAt: reminderInstant(step, definition.reminderDays, config.reminderDays, plan.startDay, calendar),
    ownerId,
    ownerRole: step.owner.role,
    ownerReason: ownerReason(step.owner),
    priority: definition.priority,
    type: definition.kind === "message" ? "email" : definition.type,
    status: step.state === "done" ? "done" : "open",
    checklist: checkRefs(definition, template),
    accomplices: chooseHelpers(definition.accomplices, ownerId, plan, facts, config),
    auditors: chooseHelpers(definition.auditors, ownerId, plan, facts, config),
  };
}

/** A plain task that is not a step of the template. */
function extraTask(
  key: string,
  subject: TextRef,
  body: TextRef | null,
  due: { day: Day; pinnedAt: number | null },
  owner: OwnerChoice,
  kind: Pick<DesiredTask, "priority" | "type">,
  context: SettleContext,
): DesiredTask {
  const calendar = calendarOf(context, owner.ownerId);
  return {
    key,
    subject,
    body,
    dueDay: due.day,
    dueAt: dueInstant(due.day, due.pinnedAt, undefined, context, calendar),
    reminderAt: null,
    ownerId: owner.ownerId,
    ownerRole: owner.role,
    ownerReason: ownerReason(owner),
    priority: kind.priority,
    type: kind.type,
    status: "open",
    checklist: [],
    accomplices: [],
    auditors: [],
  };
}

/** What a failed call or a message of unknown outcome becomes: a task for a person (A6.1, section 5 of the design). */
function repairTasks(
  step: PlanStep,
  definition: TemplateStep,
  plan: Plan,
  facts: PlanFacts,
  context: SettleContext,
): DesiredTask[] {
  const key = stepKey(plan, step.key);
  const kind = { priority: "high", type: "todo" } as const;
  const title = stepTitle(definition, plan, context.template);
  const about = { step: title.id };
  const task = (suffix: string, id: string, since: number, body: TextRef | null = null) => {
    const calendar = calendarOf(context, step.owner.ownerId);
    const day = calendar.addWorkingDays(dayOf(since, calendar.zone), 1);
    const fact = facts.tasks[`${key}/${suffix}`];
    if (fact?.gone) return [];
    const made = extraTask(
      `${key}/${suffix}`,
      { id, params: about },
      body,
      { day, pinnedAt: null },
      step.owner,
      kind,
      context,
    );
    return [{ ...made, status: fact?.status ?? "open" } as DesiredTask];
  };
  const call = facts.calls[key];
  if (definition.kind === "provision" && call?.state === "failed") return task("failed", "plan.call_failed", call.at);
  const message = facts.messages[key];
  if (message && message.outcome !== "sent") {
    // What was refused never reached the client: whoever takes over has the draft at hand.
    const draft = message.outcome === "refused" ? stepBody(definition, plan, context.template) : null;
    return task("check", `plan.message_${message.outcome}`, message.at, draft);
  }
  return [];
}

function touchTask(touch: Touch, plan: Plan, context: SettleContext): DesiredTask {
  const rule: Touchpoint =
    Object.values(context.template.touchpoints)
      .flat()
      .find(({ key }) => key === touch.key) ?? DEFAULT_TOUCHPOINT;
  const due = { day: touch.dueDay, pinnedAt: touch.pinnedAt };
  const body = rule.body ? touchRef(rule.key, "body", context.template) : null;
  const subject =
    rule === DEFAULT_TOUCHPOINT ? { id: "plan.touch_check_in" } : touchRef(rule.key, "title", context.template);
  const task = extraTask(touchKey(plan, touch), subject, body, due, touch.owner, rule, context);
  return { ...task, status: touch.state === "done" ? "done" : "open" };
}

function collectMessages(plan: Plan, facts: PlanFacts, context: SettleContext): DesiredMessage[] {
  const messages: DesiredMessage[] = [];
  if (plan.state !== "running") return messages;
  const sent: number[] = [];
  plan.steps.forEach((step, at) => {
    const definition = context.template.steps[at]!;
    if (!definition.message || step.state !== "open" || isTaskStep(definition, context)) return;
    if (decideMessage(step, definition, plan, facts, context, sent)?.do !== "send") return;
    sent.push(context.now);
    const { text, channel } = definition.message;
    messages.push({
      key: stepKey(plan, step.key),
      channel,
      subject: messageRef(text, "subject", plan, context.template),
      body: messageRef(text, "body", plan, context.template),
      ownerId: step.owner.ownerId,
      via: context.config.channels[channel] === "crm" ? crmWayOf(definition.message, context.config) : null,
      sendAt: instantOf(step.dueDay, definition.when.minute ?? context.calendar.startMinute, context.calendar.zone),
    });
  });
  return messages;
}

/** True where a meeting step has no meeting in the calendar though it is due within the configured working days (A3.13). */
export function isMeetingMissing(
  step: PlanStep,
  definition: TemplateStep,
  plan: Plan,
  facts: PlanFacts,
  context: SettleContext,
): boolean {
  if (!definition.meeting || step.state !== "open" || plan.state !== "running") return false;
  if (context.today < meetingCheckDay(step, context)) return false;
  return !facts.meetings.some(({ startAt }) => startAt >= plan.startAt);
}

/** The day from which a missing meeting is missed. */
export function meetingCheckDay(step: PlanStep, context: SettleContext): Day {
  return calendarOf(context, step.owner.ownerId).addWorkingDays(step.dueDay, -context.config.meetingMissingDays);
}

/** Everything the CRM should hold for this plan. */
export function collectDesired(plan: Plan, facts: PlanFacts, context: SettleContext): PlanDesired {
  const tasks: DesiredTask[] = [];
  const calls: DesiredCall[] = [];
  const notices: DesiredNotice[] = [];
  const isLive = plan.state !== "closed";
  plan.steps.forEach((step, at) => {
    const definition = context.template.steps[at]!;
    if (!isLive && step.state !== "done") return;
    tasks.push(...repairTasks(step, definition, plan, facts, context));
    if (step.state === "gone" || step.state === "skipped") return;
    if (step.isAsked) tasks.push(stepTask(step, definition, plan, facts, context));
    if (definition.kind === "provision" && definition.action && step.state === "open" && plan.state === "running") {
      calls.push({ key: stepKey(plan, step.key), action: definition.action, ownerId: step.owner.ownerId });
    }
    if (isMeetingMissing(step, definition, plan, facts, context)) {
      const params = { "plan.date": step.dueDay, step: stepTitle(definition, plan, context.template).id };
      const text = { id: "plan.meeting_missing", params };
      notices.push({ key: `${stepKey(plan, step.key)}/meeting`, ownerId: step.owner.ownerId, text });
    }
  });
  for (const touch of plan.touches) {
    if (touch.state === "done" || (touch.state === "open" && isLive)) tasks.push(touchTask(touch, plan, context));
  }
  return { tasks, messages: collectMessages(plan, facts, context), calls, notices };
}
