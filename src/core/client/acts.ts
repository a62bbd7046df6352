/**
 * What people decided about a client on our screens, kept as `ClientState.acts`. The decision reads it in five places:
 *
 * - `externalDoneOf(acts, cycle)` goes into `PlanFacts.externalDone`: steps completed on our screens;
 * - `acts.firstValueDay` goes into the CRM's field, which is right from then on (`first-value.ts`);
 * - `overrideOn(acts, today)` replaces the zone while it lasts; the score itself stays as computed;
 * - `acts.decision` is "fight or let go" as it was said last, here or in the CRM's field (`heedCrmDecision`);
 * - `acts.signals` are reported facts for the score, `acts.start` asks for a plan that no won deal starts.
 *
 * Moves, pauses and hand-overs change the plan itself, at once, by the repairs of `core/plan`; `acts.log` holds what undo needs.
 * Everything is plain JSON. Notes are sealed by the caller: this module never sees their words.
 */
import type { Day } from "../calendar/calendar.ts";
import { own } from "../own.ts";
import { selectSteps } from "../plan/compile.ts";
import { type DatingContext, redatePlan } from "../plan/dates.ts";
import { type PlanEvent, previewRepair } from "../plan/repair.ts";
import type { Plan, PlanStep } from "../plan/types.ts";
import type { HeardAnswer, ReportedSignal } from "./reported.ts";
import { isWithdrawable, reportedFirst, withoutReport, withReport } from "./reported.ts";

export const OVERRIDE_ZONES = ["green", "yellow", "red"] as const;
export type OverrideZone = (typeof OVERRIDE_ZONES)[number];

/** Why a person knows better than the score. */
export const OVERRIDE_REASONS = ["talked", "agreed", "season", "wrong_data", "other"] as const;
export type OverrideReason = (typeof OVERRIDE_REASONS)[number];

export const CHOICES = ["fight", "let_go", "undecided"] as const;
export type Choice = (typeof CHOICES)[number];

/** Why a client is fought for or let go (A8.21). */
export const CHOICE_REASONS = [
  "valuable",
  "strategic",
  "fixable",
  "too_costly",
  "poor_fit",
  "low_payment",
  "other",
] as const;
export type ChoiceReason = (typeof CHOICE_REASONS)[number];

interface Authored {
  /** sealed text of the person, or null */
  note: string | null;
  /** `user:<id>` */
  by: string;
  /** epoch ms */
  at: number;
}

export interface Override extends Authored {
  zone: OverrideZone;
  reason: OverrideReason;
  /** the last day on which it counts */
  untilDay: Day;
}

export interface FightDecision extends Authored {
  choice: Choice;
  /** null: said in the CRM's field, or taken back */
  reason: ChoiceReason | null;
  /** the day on which it is to be looked at again; null as above */
  reviewDay: Day | null;
}

/** A plan that was asked for by a person, a workflow or a robot. */
export interface StartRequest {
  dealId: string | null;
  /** null: by the rules */
  templateId: string | null;
  /** null: by the template's roles */
  ownerId: string | null;
  at: number;
}

export interface SuggestionAnswer {
  answer: "accepted" | "rejected";
  at: number;
  by: string;
}

/** What a repair changed on one plan, as it was before. */
export interface PlanBefore {
  plan: Pick<Plan, "state" | "stateReason" | "pausedDay" | "closedDay">;
  /** of each step what the act changed */
  steps: Readonly<Record<string, StepBefore>>;
  phases: Readonly<Record<string, Day>>;
}

type StepBefore = Partial<Pick<PlanStep, "pinnedAt" | "shiftDays" | "notBeforeDay" | "pickedOwnerId" | "owner">>;

/** Plans of clients that became one may share a cycle: under which client it began; entries of earlier versions lack it. */
interface OfPlan {
  of?: string;
}

/** One act that can be taken back. */
export type ActEntry = { at: number; by: string } & (
  | ({ did: "complete"; step: string } & OfPlan)
  | ({ did: "plan"; cycle: number; code: PlanEvent["do"]; before: PlanBefore } & OfPlan)
  /** entries of earlier versions lack the day that was said */
  | { did: "first_value"; before: Day | null; day?: Day }
  | { did: "override"; before: Override | null }
  | { did: "decide"; before: FightDecision | null }
  | { did: "answer"; id: string; before: SuggestionAnswer | null }
  | { did: "hear"; letter: string }
  | { did: "report" }
  | { did: "withdraw"; before: ReportedSignal }
  | { did: "hand_over"; batch: string; before: HeldBy }
);

/** By owner id: who holds this client in that person's place since a hand-over. */
export type HeldBy = Readonly<Record<string, string>>;

export interface Acts {
  override: Override | null;
  decision: FightDecision | null;
  /** as said on our screens; null also once it stands in the CRM's field */
  firstValueDay: Day | null;
  /** said on our screens and taken back: the CRM's field may hold it still, and it is nobody's word there */
  firstValueTakenBack?: Day;
  /** steps completed on our screens: `<cycle>/<step>` -> epoch ms */
  completed: Readonly<Record<string, number>>;
  /** by the id of the suggestion */
  answers: Readonly<Record<string, SuggestionAnswer>>;
  /** oldest first */
  signals: readonly ReportedSignal[];
  /** by the id of the letter */
  heard?: Readonly<Record<string, HeardAnswer>>;
  start: StartRequest | null;
  heldBy?: HeldBy;
  /** newest last */
  log: readonly ActEntry[];
}

export const NO_ACTS: Acts = {
  override: null,
  decision: null,
  firstValueDay: null,
  completed: {},
  answers: {},
  signals: [],
  start: null,
  log: [],
};

/** How many acts can be taken back: more than a person remembers, little enough to store. */
const LOG_MAX = 20;

/** The part of a client's state that acts work on; everything else in it is left as it is. */
export interface ActState {
  plans: readonly Plan[];
  acts?: Acts | undefined;
}

/** Something that a person does. Plan events are those of `core/plan/repair.ts` that screens offer. */
export type Deed =
  | { do: "complete"; step: string }
  | { do: "plan"; cycle: number; event: PlanEvent }
  | { do: "first_value"; day: Day }
  | { do: "override"; override: Pick<Override, "zone" | "reason" | "untilDay" | "note"> | null }
  | { do: "decide"; decision: Pick<FightDecision, "choice" | "reason" | "reviewDay" | "note"> | null }
  | { do: "answer"; id: string; answer: SuggestionAnswer["answer"] }
  /** `fact`: what is reported by a yes; null: nothing, as where the letter's intent says it already */
  | { do: "hear"; letter: string; fact: string | null; isSo: boolean }
  | { do: "report"; signal: Pick<ReportedSignal, "id" | "day" | "contact"> }
  /** the report of that fact at that time */
  | { do: "withdraw"; id: string; at: number }
  /** `batch`: what was handed over in one go, and can be taken back in one */
  | { do: "hand_over"; fromOwnerId: string; toOwnerId: string; batch: string };

export interface ActMeta {
  /** epoch ms */
  at: number;
  /** `user:<id>` */
  by: string;
}

/** How a plan is dated, by its template version. */
export type ContextOf = (plan: Plan) => DatingContext;

/** A deed that cannot be carried out as things stand. */
export class DeedRefused extends Error {
  /** nothing: it would change nothing · not-open: its step or plan is not there, or is closed */
  readonly why: "nothing" | "not-open";

  constructor(why: DeedRefused["why"]) {
    super(why === "nothing" ? "Nothing changes by that." : "This step or plan is not open any more.");
    this.name = "DeedRefused";
    this.why = why;
  }
}

/** Carries out a deed. @throws DeedRefused */
export function act<S extends ActState>(state: S, deed: Deed, meta: ActMeta, contextOf: ContextOf): S & { acts: Acts } {
  const acts = state.acts ?? NO_ACTS;
  switch (deed.do) {
    case "complete":
      return complete(state, acts, deed.step, meta);
    case "plan":
      return repair(state, acts, deed.cycle, deed.event, meta, contextOf);
    case "first_value":
      return keep(state, sayFirstValue(acts, deed.day), {
        did: "first_value",
        before: acts.firstValueDay,
        day: deed.day,
        ...meta,
      });
    case "override": {
      const override = deed.override && { ...deed.override, ...meta };
      return keep(state, { ...acts, override }, { did: "override", before: acts.override, ...meta });
    }
    case "decide": {
      const decision = deed.decision && { ...deed.decision, ...meta };
      return keep(state, { ...acts, decision }, { did: "decide", before: acts.decision, ...meta });
    }
    case "answer": {
      const answers = { ...acts.answers, [deed.id]: { answer: deed.answer, ...meta } };
      return keep(
        state,
        { ...acts, answers },
        { did: "answer", id: deed.id, before: acts.answers[deed.id] ?? null, ...meta },
      );
    }
    case "hear":
      return hear(state, acts, deed, meta);
    case "report": {
      const signals = reportedFirst(acts.signals, { ...deed.signal, value: null, ...meta });
      if (!signals) throw new DeedRefused("nothing");
      return keep(state, { ...acts, signals }, { did: "report", ...meta });
    }
    case "withdraw": {
      const before = acts.signals.find(({ id, at }) => id === deed.id && at === deed.at);
      if (!before || !isWithdrawable(before)) throw new DeedRefused("nothing");
      return keep(state, withoutReport(acts, before), { did: "withdraw", before, ...meta });
    }
    case "hand_over":
      return handOver(state, acts, deed, meta);
  }
}

function sayFirstValue({ firstValueTakenBack, ...acts }: Acts, day: Day): Acts {
  const isAgain = firstValueTakenBack === undefined || firstValueTakenBack === day;
  return { ...acts, firstValueDay: day, ...(!isAgain && { firstValueTakenBack }) };
}

function handOver<S extends ActState>(
  state: S,
  acts: Acts,
  { fromOwnerId, toOwnerId, batch }: Extract<Deed, { do: "hand_over" }>,
  meta: ActMeta,
): S & { acts: Acts } {
  const before = acts.heldBy ?? {};
  if (fromOwnerId === toOwnerId || before[fromOwnerId] === toOwnerId) throw new DeedRefused("nothing");
  // Whatever the giver held for others goes with the rest; what comes home again needs no holder.
  const held = Object.entries(before).map(([owner, holder]) => [owner, holder === fromOwnerId ? toOwnerId : holder]);
  const all = [...held.filter(([owner]) => owner !== fromOwnerId), [fromOwnerId, toOwnerId]];
  const heldBy = Object.fromEntries(all.filter(([owner, holder]) => owner !== holder));
  return keep(state, { ...acts, heldBy }, { did: "hand_over", batch, before, ...meta });
}

/** Who holds the client where the CRM names this owner. */
export function holderOf(acts: Acts | undefined, ownerId: string | null): string | null {
  return ownerId === null ? null : (acts?.heldBy?.[ownerId] ?? ownerId);
}

/** Takes a client's part of a hand-over back; null where it is not the last hand-over of this client, or forgotten. */
export function undoHandOver<S extends ActState>(state: S, batch: string): (S & { acts: Acts }) | null {
  const acts = state.acts ?? NO_ACTS;
  const entry = acts.log.findLast((one) => one.did === "hand_over");
  if (entry?.did !== "hand_over" || entry.batch !== batch) return null;
  return { ...state, acts: { ...acts, heldBy: entry.before, log: acts.log.filter((one) => one !== entry) } };
}

function keep<S extends ActState>(state: S, acts: Acts, entry: ActEntry): S & { acts: Acts } {
  return { ...state, acts: { ...acts, log: [...acts.log, entry].slice(-LOG_MAX) } };
}

function complete<S extends ActState>(state: S, acts: Acts, step: string, meta: ActMeta): S & { acts: Acts } {
  const [cycle, key] = split(step);
  const plan = planOf(state, cycle);
  if (plan.steps.find((one) => one.key === key)?.state !== "open") throw new DeedRefused("not-open");
  return keep(
    state,
    { ...acts, completed: { ...acts.completed, [step]: meta.at } },
    { did: "complete", step, of: plan.client, ...meta },
  );
}

function split(step: string): [cycle: number, key: string] {
  const slash = step.indexOf("/");
  return [Number(step.slice(0, slash)), step.slice(slash + 1)];
}

/** The plan of a cycle; after a merge the one that goes on. */
export function planOfCycle(state: Pick<ActState, "plans">, cycle: number): Plan | null {
  const own = state.plans.filter((one) => one.cycle === cycle);
  return own.find((one) => one.state !== "closed") ?? own[0] ?? null;
}

/** The same. @throws DeedRefused when there is none */
function planOf(state: ActState, cycle: number): Plan {
  const plan = planOfCycle(state, cycle);
  if (!plan) throw new DeedRefused("not-open");
  return plan;
}

function repair<S extends ActState>(
  state: S,
  acts: Acts,
  cycle: number,
  event: PlanEvent,
  meta: ActMeta,
  contextOf: ContextOf,
): S & { acts: Acts } {
  const plan = planOf(state, cycle);
  const { after } = previewRepair(plan, event, contextOf(plan));
  if (JSON.stringify(after) === JSON.stringify(plan)) throw new DeedRefused("nothing");
  const plans = state.plans.map((one) => (one === plan ? after : one));
  return keep({ ...state, plans }, acts, {
    did: "plan",
    cycle,
    of: plan.client,
    code: event.do,
    before: beforeOf(plan, after),
    ...meta,
  });
}

/** Only what differs, so that an undo leaves everything else as it has become since. */
function beforeOf(before: Plan, after: Plan): PlanBefore {
  const { state, stateReason, pausedDay, closedDay } = before;
  const steps: Record<string, StepBefore> = {};
  before.steps.forEach(({ key, pinnedAt, shiftDays, notBeforeDay, pickedOwnerId, owner }) => {
    const now = after.steps.find((step) => step.key === key);
    if (!now) return;
    const was: StepBefore = {
      ...(now.pinnedAt !== pinnedAt && { pinnedAt }),
      ...(now.shiftDays !== shiftDays && { shiftDays }),
      ...(now.notBeforeDay !== notBeforeDay && { notBeforeDay }),
      ...(now.pickedOwnerId !== pickedOwnerId && { pickedOwnerId, owner }),
    };
    if (Object.keys(was).length > 0) steps[key] = was;
  });
  const phases: Record<string, Day> = {};
  for (const { key, latestDay } of before.phases) {
    if (after.phases.find((phase) => phase.key === key)?.latestDay !== latestDay) phases[key] = latestDay;
  }
  return { plan: { state, stateReason, pausedDay, closedDay }, steps, phases };
}

/** The last act, or null. */
export function lastAct(acts: Acts | undefined): ActEntry | null {
  return acts?.log.at(-1) ?? null;
}

/** Takes the last act back; null where there is none. Steps that were finished since stay finished. */
export function undoLast<S extends ActState>(
  state: S,
  contextOf: ContextOf,
): { state: S & { acts: Acts }; entry: ActEntry } | null {
  const acts = state.acts ?? NO_ACTS;
  const entry = lastAct(acts);
  if (!entry) return null;
  const rest = { ...acts, log: acts.log.slice(0, -1) };
  return { state: { ...state, ...undone(state, rest, entry, contextOf) }, entry };
}

function undone(
  state: ActState,
  acts: Acts,
  entry: ActEntry,
  contextOf: ContextOf,
): { plans: readonly Plan[]; acts: Acts } {
  const { plans } = state;
  const isIts = (plan: Plan, cycle: number, { of }: OfPlan) =>
    plan.cycle === cycle && (of === undefined || plan.client === of);
  switch (entry.did) {
    case "complete": {
      const { [entry.step]: _done, ...completed } = acts.completed;
      const [cycle, key] = split(entry.step);
      const reopened = plans.map((plan) => (isIts(plan, cycle, entry) ? reopen(plan, key) : plan));
      return { plans: reopened, acts: { ...acts, completed } };
    }
    case "plan":
      return {
        plans: plans.map((plan) => (isIts(plan, entry.cycle, entry) ? restore(plan, entry, contextOf) : plan)),
        acts,
      };
    case "first_value":
      return { plans, acts: withoutFirstValue(acts, entry) };
    case "override":
      return { plans, acts: { ...acts, override: entry.before } };
    case "decide":
      return { plans, acts: { ...acts, decision: decisionBefore(acts, entry) } };
    case "answer": {
      const { [entry.id]: _now, ...answers } = acts.answers;
      return { plans, acts: { ...acts, answers: entry.before ? { ...answers, [entry.id]: entry.before } : answers } };
    }
    case "hear":
      return { plans, acts: unheard(acts, entry.letter) };
    case "report":
      return { plans, acts: withoutReport(acts, entry) };
    case "withdraw":
      return { plans, acts: { ...acts, signals: withReport(acts.signals, entry.before) } };
    case "hand_over":
      return { plans, acts: { ...acts, heldBy: entry.before } };
  }
}

function withoutFirstValue(acts: Acts, { before, day }: ActEntry & { did: "first_value" }): Acts {
  return { ...acts, firstValueDay: before, ...(day !== undefined && { firstValueTakenBack: day }) };
}

/** What was said in the CRM's field since stays. Nothing before: undecided, so that what we wrote there is not taken for a word of people. */
function decisionBefore({ decision }: Acts, entry: ActEntry & { did: "decide" }): FightDecision | null {
  if (decision?.at !== entry.at) return decision;
  const { at, by } = entry;
  return entry.before ?? { choice: "undecided", reason: null, reviewDay: null, note: null, at, by };
}

function reopen(plan: Plan, key: string): Plan {
  return {
    ...plan,
    steps: plan.steps.map((one) =>
      one.key === key && one.state === "done" ? { ...one, state: "open", doneDay: null } : one,
    ),
  };
}

/** In which state an act leaves the plan; of any other state than that somebody, or something, else has said more since. */
const LEAVES: Partial<Record<PlanEvent["do"], Plan["state"]>> = { pause: "paused", resume: "running" };

function restore(plan: Plan, { code, before }: ActEntry & { did: "plan" }, contextOf: ContextOf): Plan {
  const steps = plan.steps.map((step) => {
    const was = own(before.steps, step.key);
    return was && step.state !== "done" && step.state !== "gone" ? { ...step, ...was } : step;
  });
  const phases = plan.phases.map((phase) => ({
    ...phase,
    latestDay: own(before.phases, phase.key) ?? phase.latestDay,
  }));
  const back = { ...plan, ...(plan.state === LEAVES[code] && before.plan), steps, phases };
  const context = contextOf(back);
  // A plan that stands still is dated as of the day it stopped.
  const today = back.pausedDay ?? back.closedDay ?? context.today;
  return redatePlan(back, { ...context, template: selectSteps(context.template, back.options), today });
}

/** A letter's intent counts once a person confirmed it: then it is a reported fact like any other. */
function hear<S extends ActState>(
  state: S,
  acts: Acts,
  { letter, fact, isSo }: Extract<Deed, { do: "hear" }>,
  meta: ActMeta,
): S & { acts: Acts } {
  const heard = { ...acts.heard, [letter]: { isSo, ...meta } };
  const reported = isSo && fact !== null ? [{ id: fact, value: null, ...meta }] : [];
  const signals = withReport(acts.signals, ...reported);
  return keep(state, { ...acts, heard, signals }, { did: "hear", letter, ...meta });
}

function unheard(acts: Acts, letter: string): Acts {
  const { [letter]: answer, ...heard } = acts.heard ?? {};
  return { ...(answer?.isSo ? withoutReport(acts, answer) : acts), heard };
}

/** Keeps a reported fact. */
export function reportSignal<S extends ActState>(state: S, signal: ReportedSignal): S & { acts: Acts } {
  const acts = state.acts ?? NO_ACTS;
  return { ...state, acts: { ...acts, signals: withReport(acts.signals, signal) } };
}

/** Asks for a plan; the next decision starts it where none runs. */
export function requestStart<S extends ActState>(state: S, start: StartRequest): S & { acts: Acts } {
  return { ...state, acts: { ...(state.acts ?? NO_ACTS), start } };
}

// ---------------------------------------------------------------- what the decision reads

/** Steps of one plan that were completed on our screens, for `PlanFacts.externalDone`. */
export function externalDoneOf(acts: Acts | undefined, cycle: number): Readonly<Record<string, number>> {
  const own: Record<string, number> = {};
  for (const [step, at] of Object.entries(acts?.completed ?? {})) {
    const [of, key] = split(step);
    if (of === cycle) own[key] = at;
  }
  return own;
}

/** The override that counts today, or null. Its last day counts. */
export function overrideOn(acts: Acts | undefined, today: Day): Override | null {
  const override = acts?.override ?? null;
  return override !== null && today <= override.untilDay ? override : null;
}
