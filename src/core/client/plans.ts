/** The plans of one client: started by won deals, carried on, merged, and never started for the past. */

import { dayOf } from "../calendar/zone.ts";
import type { ClientFacts, ClientRecord, DecideConfig } from "../decision.ts";
import { type NewDeed, planDeed } from "../deed.ts";
import { advancePlan } from "../plan/advance.ts";
import { extensionLog } from "../plan/complexity.ts";
import { isUnderWay, mergePlans, startDecision } from "../plan/life-cycle.ts";
import { startPlan } from "../plan/start.ts";
import type { Plan, PlanAnswer, PlanContext } from "../plan/types.ts";
import type { StartRequest } from "./acts.ts";
import { chooseFor } from "./choose.ts";
import { isEndedByLeaving, notedLeaving } from "./left.ts";
import { clientRecord, number, planFacts, recordsOf } from "./plan-facts.ts";
import type { ClientState } from "./state.ts";
import { type ClientTrigger, clientTriggers, fires } from "./triggers.ts";

export interface PlansAnswer {
  plans: readonly Plan[];
  past: readonly string[];
  answers: readonly PlanAnswer[];
  /** when what waited for a plan that ended now may begin, epoch ms */
  wakeAt: number | null;
  deeds: NewDeed[];
}

/** What a decision came to is shown for so long before what follows from it, ms. */
export const NEXT_PLAN_MS = 60_000;

/** Carries all plans of a client on to `now`, and starts one where a deal asks for it. */
export function advancePlans(
  key: string,
  state: ClientState,
  isMerged: boolean,
  facts: ClientFacts,
  config: DecideConfig,
  now: number,
): PlansAnswer {
  const deeds: PlansAnswer["deeds"] = [];
  const today = dayOf(now, config.zone);
  const known = isMerged ? mergePlans(state.plans, today) : state.plans;
  const renamed = known.map((plan) => followMerge(plan, facts));
  const { plans, past } = startAll(key, { ...state, plans: renamed }, facts, config, now, deeds);
  let isOtherUnderWay = plans.some(isUnderWay);
  const left = notedLeaving(key, facts);
  const answers = plans.map((plan) => {
    const hasLeft = isEndedByLeaving(plan, plans, left, today);
    const told = { ...planFacts(key, plan, state, facts, config), isOtherUnderWay, hasLeft };
    const answer = advancePlan(plan, told, contextOf(plan, config, now));
    // Of those that wait for a free place one gets it.
    isOtherUnderWay ||= isUnderWay(answer.plan);
    return answer;
  });
  for (const answer of answers) {
    for (const entry of answer.log)
      deeds.push({
        code: planDeed(entry.code),
        params: { ...entry.params, step: entry.key },
        ...(entry.inCrm && { actor: "crm" }),
      });
  }
  const isEnded = plans.some((plan, at) => isUnderWay(plan) && !isUnderWay(answers[at]!.plan));
  const wakeAt = isEnded ? now + NEXT_PLAN_MS : null;
  return { plans: answers.map((answer) => answer.plan), past, answers, wakeAt, deeds };
}

/** A deal that was merged away lives on under another id. */
function followMerge(plan: Plan, facts: ClientFacts): Plan {
  const survivor = plan.dealId === null ? undefined : facts.survivors.get(plan.dealId);
  return survivor === undefined ? plan : { ...plan, dealId: survivor };
}

export function contextOf(
  plan: Pick<Plan, "templateId" | "templateVersion">,
  config: DecideConfig,
  now: number,
): PlanContext {
  const template = config.templates.get(`${plan.templateId}@${plan.templateVersion}`);
  if (!template)
    throw new Error(`The template ${plan.templateId}@${plan.templateVersion} of a running plan is no longer known.`);
  return { template, calendar: config.calendar, calendarOf: config.calendarOf, config: config.plan, now };
}

function startAll(
  key: string,
  state: ClientState,
  facts: ClientFacts,
  config: DecideConfig,
  now: number,
  deeds: PlansAnswer["deeds"],
): { plans: readonly Plan[]; past: readonly string[] } {
  let { plans } = state;
  const past = new Set(state.past);
  const asked = askedStart(state, facts);
  /** @returns whether a plan began */
  const begin = (deal: ClientRecord | undefined, startAt: number, request: StartRequest | null): boolean => {
    const dealId = deal?.ref.id ?? null;
    const decision = startDecision(plans, { dealId, onSecondDeal: config.settings.plan.onSecondDeal });
    if (!decision.start) return false;
    const plan = start(key, deal, decision.cycle, startAt, request, state, facts, config, now);
    plans = [...plans, plan];
    deeds.push({ code: "plan-started", params: { deal: dealId, template: plan.templateId, cycle: plan.cycle } });
    const { template } = contextOf(plan, config, now);
    for (const params of extensionLog(template, {}, plan.extensions))
      deeds.push({ code: "plan-phase-extended", params: { ...params, step: null } });
    return true;
  };
  for (const deal of startingDeals(facts, config)) {
    if (plans.some((plan) => plan.dealId === deal.ref.id)) continue;
    const wonAt = number(deal.facts.wonAt) ?? now;
    const request = asked?.dealId === deal.ref.id ? asked : null;
    if (wonAt < config.startsFrom && !request) past.add(deal.ref.id);
    else if (begin(deal, request?.at ?? wonAt, request)) past.delete(deal.ref.id);
  }
  const fired = triggered(key, facts, config).filter((one) => !past.has(nameOf(one)) && !past.has(formerName(one)));
  for (const trigger of fired) past.add(nameOf(trigger));
  // What was so before everything had been read once is the past.
  if (fired.length > 0 && config.importedAt !== null) begin(undefined, now, null);
  return { plans, past: [...past].sort() };
}

/** The triggers that the client's own record fires now. */
function triggered(key: string, facts: ClientFacts, config: DecideConfig): ClientTrigger[] {
  const client = clientRecord(key, facts);
  if (!client || client.gone) return [];
  return clientTriggers(config.settings).filter((one) => fires(one, client));
}

/** What is kept of a trigger that has fired. */
function nameOf(trigger: ClientTrigger): string {
  return trigger.on === "property" ? `trigger:property:${trigger.name}=${trigger.value}` : formerName(trigger);
}

/** Clients of before are remembered without the property: whatever of that value has fired for them stays the past. */
function formerName({ on, value }: ClientTrigger): string {
  return `trigger:${on}:${value}`;
}

/** Won deals that may start a plan: all of them, the first one only, or none, as the triggers say. */
function startingDeals(facts: ClientFacts, config: DecideConfig): readonly ClientRecord[] {
  const trigger = config.settings.triggers.find((one) => one.on === "deal_won");
  if (!trigger) return [];
  const won = wonDeals(facts);
  return trigger.firstDealOnly ? won.slice(0, 1) : won;
}

/** What a person, a workflow or a robot asked for, with the won deal it is about: where none was named, the newest. */
function askedStart(state: ClientState, facts: ClientFacts): StartRequest | null {
  const request = state.acts?.start;
  if (!request) return null;
  const named = request.dealId === null ? null : (facts.survivors.get(request.dealId) ?? request.dealId);
  return { ...request, dealId: named ?? wonDeals(facts).at(-1)?.ref.id ?? null };
}

/** Oldest first, so that the first sale starts the first plan whatever order the events came in. */
function wonDeals(facts: ClientFacts): readonly ClientRecord[] {
  const won = recordsOf(facts, "deal").filter((one) => one.facts.outcome === "won");
  const at = (one: ClientRecord) => number(one.facts.wonAt) ?? Number.MAX_SAFE_INTEGER;
  return won.sort((a, b) => at(a) - at(b) || (a.ref.id < b.ref.id ? -1 : 1));
}

function start(
  key: string,
  deal: ClientRecord | undefined,
  cycle: number,
  startAt: number,
  request: StartRequest | null,
  state: ClientState,
  facts: ClientFacts,
  config: DecideConfig,
  now: number,
): Plan {
  const choice = chooseFor(key, deal, facts, config);
  const wanted = request?.templateId;
  const template = (wanted ? config.newest.get(wanted) : undefined) ?? choice.template;
  const dealId = deal?.ref.id ?? null;
  const bare = { client: key, dealId, cycle } as Plan;
  const inputs = {
    client: key,
    cycle,
    dealId,
    startAt,
    ownerId: request?.ownerId ?? null,
    sequence: sequenceOf(dealId ?? key),
    ...choice.inputs,
  };
  const context = contextOf({ templateId: template.id, templateVersion: template.version }, config, now);
  return startPlan(inputs, planFacts(key, bare, state, facts, config), context);
}

/** Round robin takes turns by this number: it depends on the deal alone, so that the order of events does not matter. */
function sequenceOf(dealId: string): number {
  let sum = 0;
  for (const letter of dealId) sum = (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0;
  return sum;
}
