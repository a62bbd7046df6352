import { instantOf } from "../calendar/zone.ts";
import { stepKey } from "./absorb.ts";
import { modeOf } from "./channel.ts";
import { holds } from "./condition.ts";
import { type MessageDecision, messageDecision } from "./message.ts";
import type { Template, TemplateStep } from "./template.ts";
import type { Plan, PlanContext, PlanFacts, PlanStep } from "./types.ts";

const HOUR_MS = 3_600_000;

interface MailContext extends PlanContext {
  template: Template;
  today: number;
}

/** When a message step's predecessor really went out; null while it has not. Epoch ms. */
function sentAt(key: string, plan: Plan, facts: PlanFacts): number | null {
  const full = stepKey(plan, key);
  const task = facts.tasks[full];
  return facts.messages[full]?.at ?? (task?.status === "done" ? task.completedAt : null);
}

/** The instant from which a message may go out; null while the message it follows has not gone out. */
export function sendInstant(
  step: PlanStep,
  definition: TemplateStep,
  plan: Plan,
  facts: PlanFacts,
  context: MailContext,
): number | null {
  const after = definition.message?.afterMessage;
  const before = after ? plan.steps.find(({ key }) => key === after.step) : undefined;
  if (after && before && before.state !== "skipped" && before.state !== "gone") {
    const at = sentAt(after.step, plan, facts);
    return at === null ? null : at + after.hours * HOUR_MS;
  }
  return instantOf(step.dueDay, definition.when.minute ?? context.calendar.startMinute, context.calendar.zone);
}

/** The first message of this cycle that went out; answers since then end the sequence. */
function sequenceStart(plan: Plan, facts: PlanFacts): number {
  const own = Object.entries(facts.messages).filter(([key]) => key.startsWith(`${plan.cycle}/`));
  return Math.min(Number.POSITIVE_INFINITY, ...own.map(([, { at }]) => at));
}

/** One open message step, decided now. `alsoSent`: instants of messages decided earlier in this turn. Null: it waits for another message. */
export function decideMessage(
  step: PlanStep,
  definition: TemplateStep,
  plan: Plan,
  facts: PlanFacts,
  context: MailContext,
  alsoSent: readonly number[],
): MessageDecision | null {
  const message = definition.message;
  const sendAt = sendInstant(step, definition, plan, facts, context);
  if (!message || sendAt === null) return null;
  const mode = modeOf(message, context.config);
  const { condition } = definition;
  const decision = messageDecision({
    channel: message.channel,
    sendAt,
    now: context.now,
    isWanted: !condition || holds(condition, { plan, template: context.template, facts, today: context.today }),
    stopOnReply: message.stopOnReply,
    lastReplyAt: facts.client.lastReplyAt,
    sequenceStartAt: sequenceStart(plan, facts),
    isOptedOut: facts.client.isOptedOut,
    isBounced: facts.client.isBounced,
    sentAt: [...facts.sentAt, ...alsoSent],
    config: context.config,
    calendar: context.calendar,
  });
  if (mode !== "task") return decision;
  // A draft is sent by a person: caps, quiet hours and lateness are theirs to judge, the condition and the client's wishes are not.
  if (decision.do === "hold") return decision.reason === "not_yet" ? decision : { do: "send" };
  return decision.do === "skip" && decision.reason === "too_late" ? { do: "send" } : decision;
}
