/** The plan's wishes in the mirror's words. */

import { endOfWork } from "../calendar/work-time.ts";
import type { ClientFacts, DecideConfig } from "../decision.ts";
import { type Desired, type DesiredTask as MirrorTask, PRIORITY } from "../desired.ts";
import { parseRef, type RecordKind, type RecordRef, refKey } from "../model.ts";
import type { OutsideState } from "../outside/state.ts";
import { outsideWishes } from "../outside/wishes.ts";
import type { DesiredTask, Plan, PlanDesired } from "../plan/types.ts";
import { clientRecord, planKey, recordsOf } from "./plan-facts.ts";
import { tell } from "./tell.ts";

/** Tasks due within this time are written before others, ms. */
const SOON_MS = 3 * 86_400_000;
/** How many contacts a task is linked to: the people a team really talks to. */
const CONTACTS_MAX = 5;

/** Whoever makes up a client. */
const OWN_KINDS: readonly RecordKind[] = ["company", "contact", "deal"];

/** Is nothing of the client there any more? Then it asks for nothing; with its records, what it asked for comes back. */
export function isAllGone(key: string, facts: ClientFacts): boolean {
  return clientRecord(key, facts)?.gone === true && livingOf(facts).length === 0;
}

function livingOf(facts: ClientFacts): readonly RecordRef[] {
  return OWN_KINDS.flatMap((kind) => recordsOf(facts, kind)).map(({ ref }) => ref);
}

/**
 * What a task of this plan is linked to: its deal, the client's company, the deal's contacts, less what is known to be gone; where that is
 * all of it, what else of the client is there.
 */
export function planLinks(
  key: string,
  plan: Pick<Plan, "dealId"> | undefined,
  facts: ClientFacts,
): readonly RecordRef[] {
  const deal = recordsOf(facts, "deal").find((one) => one.ref.id === plan?.dealId);
  const own = parseRef(key);
  const contacts = (deal?.links ?? []).filter((ref) => ref.kind === "contact").slice(0, CONTACTS_MAX);
  const named = [...(deal ? [deal.ref] : []), ...(own.kind === "deal" ? [] : [own]), ...contacts];
  const gone = new Set(facts.records.filter((one) => one.gone).map((one) => refKey(one.ref)));
  const links = new Map(named.filter((ref) => !gone.has(refKey(ref))).map((ref) => [refKey(ref), ref]));
  if (links.size > 0) return [...links.values()];
  const living = livingOf(facts).slice(0, CONTACTS_MAX);
  return living.length > 0 ? living : [own];
}

export function planWishes(
  key: string,
  plan: Plan,
  desired: PlanDesired,
  facts: ClientFacts,
  config: DecideConfig,
  now: number,
  outside?: OutsideState,
): readonly Desired[] {
  const links = planLinks(key, plan, facts);
  const wishes: Desired[] = desired.tasks.map((task) => {
    const base = { key: planKey(plan, task.key), notBefore: 0, target: links[0]! };
    if (task.status === "done" && !isOpenThere(base.key, facts))
      return { ...base, kind: "task", priority: PRIORITY.task, keep: true };
    const priority = task.dueAt <= now + SOON_MS ? PRIORITY.soon : PRIORITY.task;
    return { ...base, kind: "task", priority, task: mirrorTask(task, plan, links) };
  });
  for (const { key: name, ownerId, text } of desired.notices) {
    const dueAt = endOfWork(now, config.calendar);
    wishes.push(
      tell({ key: planKey(plan, name), ownerId, text, links, dueAt, priority: PRIORITY.soon }, facts, config),
    );
  }
  wishes.push(...outsideWishes(plan, desired, links, outside, facts, config));
  return wishes;
}

/** A step that was done elsewhere (by a callback, on our screens): its task is closed too, unless a person opened it again. */
function isOpenThere(key: string, facts: ClientFacts): boolean {
  const thing = facts.things.find((one) => one.key === key);
  return thing?.there === true && thing.holds?.status === "open" && !thing.edited.includes("status");
}

function mirrorTask(task: DesiredTask, plan: Plan, links: readonly RecordRef[]): MirrorTask {
  const template = `${plan.templateId}@${plan.templateVersion}`;
  const body = task.body ?? { id: "empty" };
  return {
    subject: task.subject,
    body: { ...body, params: { ...body.params, template } },
    dueAt: task.dueAt,
    reminderAt: task.reminderAt,
    ownerId: task.ownerId,
    priority: task.priority,
    type: task.type,
    status: task.status,
    links,
    ...(task.checklist.length > 0 && { checklist: task.checklist }),
    ...(task.accomplices.length > 0 && { accomplices: task.accomplices }),
    ...(task.auditors.length > 0 && { auditors: task.auditors }),
  };
}
