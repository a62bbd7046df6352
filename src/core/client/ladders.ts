/** What is late about a client, and who hears of it: the plan's view turned into reasons, the ladders' rungs into wishes. */
import type { Day } from "../calendar/calendar.ts";
import { endOfWork } from "../calendar/work-time.ts";
import { dayOf, instantOf } from "../calendar/zone.ts";
import type { ClientFacts, DecideConfig } from "../decision.ts";
import { type Desired, PRIORITY } from "../desired.ts";
import { climb } from "../escalate/climb.ts";
import { hasLeft, type PassedOver, type WhoClient } from "../escalate/people.ts";
import { sayPassed } from "../escalate/say.ts";
import type { Climb, LadderClient, LateReason, RungEvent } from "../escalate/types.ts";
import type { ClientKey, RecordRef, TextRef } from "../model.ts";
import { own } from "../own.ts";
import type { PlanAnswer } from "../plan/types.ts";
import { questionReasons } from "../question/wishes.ts";
import { holderOf } from "./acts.ts";
import { clientRecord, number, recordsOf, text } from "./plan-facts.ts";
import { planLinks } from "./plan-tasks.ts";
import type { ClientState } from "./state.ts";
import { tell } from "./tell.ts";

/** Keys count days of UTC: those of ladders that are being climbed have to stay. */
const DAY_MS = 86_400_000;

export interface LadderInput {
  key: ClientKey;
  state: ClientState;
  /** null: the client has no plan; a red zone climbs all the same (A4.3) */
  current: PlanAnswer | null;
  who: WhoClient;
  facts: ClientFacts;
  config: DecideConfig;
  isLetGo: boolean;
  /** nothing is late any more */
  hasLeft: boolean;
  /** a red zone since then, with its main reason */
  red: { since: number; text: TextRef } | null;
  now: number;
}

export interface LadderAnswer {
  climbed: Climb;
  wishes: readonly Desired[];
}

export function climbLadders(input: LadderInput): LadderAnswer {
  const { key, state, current, facts, config, now } = input;
  const climbed = climb(state.ladder, {
    client: ladderClient(input),
    reasons: input.hasLeft ? [] : lateReasons(input),
    people: config.people,
    clock: config.calendar,
    config: { ...config.settings.ladders, since: config.settings.ladders.since ?? config.liveSince },
    now,
  });
  const links = planLinks(key, current?.plan, facts);
  const held = climbed.held.filter((rung) => !isForNobody(rung, facts, config, now));
  const wishes = held.flatMap((rung) => rungWish(rung, links, facts, config));
  for (const one of climbed.handovers) {
    const note = noteOf(one.passed, config);
    wishes.push(
      tell(
        {
          key: `ladder:${one.key}`,
          ownerId: one.ownerId,
          text: config.canNotify ? { ...one.text, params: { ...one.text.params, ...note } } : one.text,
          links,
          dueAt: endOfWork(one.at, config.calendar),
          priority: PRIORITY.escalation,
          body: { id: "rung.handover", params: { ...one.text.params, reason: one.text.id, ...note } },
        },
        facts,
        config,
      ),
    );
  }
  return { climbed, wishes };
}

/** What stands nowhere yet is not begun for somebody who has left: it waits for the working hours in which it is handed on. */
function isForNobody(
  { key, ownerId }: RungEvent,
  facts: ClientFacts,
  { people, zone }: DecideConfig,
  now: number,
): boolean {
  if (!hasLeft(ownerId, people, now, zone) || ownerId === people.fallbackOwnerId) return false;
  const thing = facts.things.find((one) => one.key === `ladder:${key}`);
  return thing === undefined || !(thing.there || thing.gone);
}

/** Who was passed over, as a parameter of the texts that say it. */
function noteOf(passed: readonly PassedOver[], config: DecideConfig): { note?: string } {
  const note = sayPassed(passed, config.language);
  return note === null ? {} : { note };
}

/** What a rung says: not that something is late, where it is told before that. */
function saidBy({ at, dueAt, text }: RungEvent, zone: string): TextRef {
  const id = own(SOON, text.id);
  if (id === undefined || at > dueAt) return text;
  return { id, params: { ...text.params, due: dayOf(dueAt, zone) } };
}

const SOON: Readonly<Record<string, string>> = {
  "late.task": "soon.task",
  "late.phase": "soon.phase",
  "late.plan": "soon.plan",
};

/** A reminder is a notice where the CRM has notices; elsewhere the task's own reminder does it. */
function rungWish(rung: RungEvent, links: readonly RecordRef[], facts: ClientFacts, config: DecideConfig): Desired[] {
  if (rung.action === "remind" && !config.canNotify) return [];
  const isTask = rung.action === "task" || rung.action === "pause_offer";
  const note = noteOf(rung.passed, config);
  const isNotice = config.canNotify && !isTask;
  const text = saidBy(rung, config.zone);
  const telling = {
    key: `ladder:${rung.key}`,
    ownerId: rung.ownerId,
    // A notice has no body: it says everything in its one line.
    text: isNotice ? { ...text, params: { ...text.params, ...note } } : text,
    links,
    dueAt: endOfWork(rung.at, config.calendar),
    priority: rung.level > 0 ? PRIORITY.escalation : PRIORITY.soon,
    isTask,
    body: { id: `rung.${rung.action}`, params: { ...text.params, reason: text.id, ...note } },
  };
  return [tell(telling, facts, config)];
}

/** What of the client decides who joins in (A4.3, A9.1). */
export function whoClient(
  key: ClientKey,
  ownerId: string | null,
  abc: WhoClient["class"],
  facts: ClientFacts,
  config: DecideConfig,
): WhoClient {
  const client = clientRecord(key, facts);
  const { segmentProperty, regionProperty } = config.settings.people;
  /** As the rules write it: options that look like numbers are read as such. */
  const written = (property: string) => text(String(client?.facts[`x.${property}`] ?? ""));
  return { ownerId, class: abc, segment: written(segmentProperty), region: written(regionProperty) };
}

/** No plan has this number. */
const NO_CYCLE = 0;

function ladderClient({ key, current, who, facts, config, isLetGo }: LadderInput): LadderClient {
  const plan = current?.plan;
  return {
    ...who,
    key: plan?.client ?? key,
    cycle: plan?.cycle ?? NO_CYCLE,
    isVip: clientRecord(key, facts)?.facts["f.importance_strategic"] === "high",
    isLetGo,
    pausedSince: plan?.state === "paused" && plan.pausedDay !== null ? instantOf(plan.pausedDay, 0, config.zone) : null,
  };
}

function lateReasons(input: LadderInput): LateReason[] {
  const { state, facts, current } = input;
  if (current === null) return zoneReasons(input);
  const asked = questionReasons(state.outside?.questions ?? [], facts);
  const reasons = [...taskReasons(current), ...zoneReasons(input), ...asked];
  if (current.plan.state === "running" || current.plan.state === "paused")
    reasons.push(
      ...phaseReasons(current, input),
      ...valueReasons(current, input),
      ...planReasons(current, input),
      ...contactReasons(current, input),
      ...ownerReasons(current, input),
    );
  return reasons;
}

function taskReasons({ plan, desired }: PlanAnswer): LateReason[] {
  return desired.tasks
    .filter((task) => task.status === "open")
    .map((task) => {
      const step = plan.steps.find((one) => `${plan.cycle}/${one.key}` === task.key);
      return {
        kind: "task",
        key: task.key.slice(task.key.indexOf("/") + 1),
        dueAt: task.dueAt,
        ownerId: task.ownerId,
        isMovedByPauses: step?.pinnedAt === null,
        text: { id: "late.task", params: { ...task.subject.params, step: task.subject.id } },
      };
    });
}

function phaseReasons({ plan, view }: PlanAnswer, { config }: LadderInput): LateReason[] {
  return view.phases
    .filter((phase) => phase.enteredDay !== null && phase.leftDay === null)
    .map((phase) => ({
      kind: "phase",
      key: phase.key,
      dueAt: endOfDay(phase.latestDay, config),
      ownerId: null,
      isMovedByPauses: true,
      text: {
        id: "late.phase",
        params: { phase: `template:${plan.templateId}:${plan.templateVersion}:phase:${phase.key}` },
      },
    }));
}

/**
 * A3.6: day 60 has come and the client has got nothing out of it yet. It climbs as a late phase does; the key cannot be a phase's, whose
 * names have no hyphen.
 */
function valueReasons({ view }: PlanAnswer, { config }: LadderInput): LateReason[] {
  return view.signals
    .filter(({ code }) => code === "first_value_missing")
    .map(({ day }) => ({
      kind: "phase",
      key: "first-value",
      dueAt: instantOf(day, 0, config.zone),
      ownerId: null,
      isMovedByPauses: false,
      text: { id: "late.first_value" },
    }));
}

/** The end of a latest finish: of the next working day where it is a day off, as steps are due. */
function endOfDay(day: Day, { calendar, zone }: DecideConfig): number {
  return instantOf(calendar.rollForward(day), calendar.endMinute, zone);
}

function planReasons({ plan }: PlanAnswer, { config }: LadderInput): LateReason[] {
  const last = Math.max(...plan.phases.map((phase) => phase.latestDay));
  if (!Number.isFinite(last)) return [];
  const dueAt = endOfDay(last, config);
  return [{ kind: "plan", key: "plan", dueAt, ownerId: null, isMovedByPauses: true, text: { id: "late.plan" } }];
}

/** Contact of any kind with the client: calls, meetings held, mails, done plan steps, and what the CRM rolls up. Epoch ms, or null. */
export function lastContactAt(key: ClientKey, facts: ClientFacts, current: PlanAnswer, zone: string): number | null {
  const instants: (number | null)[] = [];
  for (const one of [clientRecord(key, facts), ...recordsOf(facts, "contact")]) {
    instants.push(number(one?.facts.lastContactAt), number(one?.facts.lastReplyAt));
  }
  for (const one of recordsOf(facts, "call")) instants.push(number(one.facts.at));
  for (const one of recordsOf(facts, "email")) instants.push(number(one.facts.at));
  for (const one of recordsOf(facts, "meeting"))
    if (one.facts.outcome === "held") instants.push(number(one.facts.startAt));
  const { steps, startAt } = current.plan;
  for (const { state, doneDay } of steps)
    if (state === "done" && doneDay !== null) {
      // Of a step the day alone is known: on the first one it was done after the start.
      instants.push(doneDay === dayOf(startAt, zone) ? startAt : instantOf(doneDay, 0, zone));
    }
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** A step that is due within so many days is in nobody's way, days: the time after which a silent client is first asked after. */
const SOON_DAYS = 5;

/** Until when the plan itself has somebody get in contact: it is on time, and its next step is due soon. Null: it is not, or not soon. */
function expectedContact({ plan }: PlanAnswer, { config, now }: Pick<LadderInput, "config" | "now">): number | null {
  const today = dayOf(now, config.zone);
  const ahead = plan.steps.filter(({ state }) => state === "open" || state === "waiting").map(({ dueDay }) => dueDay);
  const next = Math.min(...ahead);
  return next >= today && next <= today + SOON_DAYS ? instantOf(next, config.calendar.endMinute, config.zone) : null;
}

/** Before the first contact the first-contact ladder counts from the start (A1.4); after it, silence counts from the last one. */
function contactReasons(current: PlanAnswer, { key, facts, config, now }: LadderInput): LateReason[] {
  const { plan } = current;
  const last = lastContactAt(key, facts, current, config.zone);
  if (last === null || last < plan.startAt) {
    const params = { since: plan.startDay };
    return [
      {
        kind: "no_contact",
        key: "first",
        dueAt: plan.startAt,
        ownerId: null,
        isMovedByPauses: false,
        text: { id: "late.no_contact", params },
      },
    ];
  }
  const expectedBy = expectedContact(current, { config, now });
  return [
    {
      kind: "silence",
      key: `since-${Math.floor(last / DAY_MS)}`,
      dueAt: last,
      ownerId: null,
      isMovedByPauses: false,
      text: { id: "late.silence", params: { since: dayOf(last, config.zone) } },
      ...(expectedBy !== null && { expectedBy }),
    },
  ];
}

/** A1.5: the client's own record has no owner; a fallback keeps the tasks owned meanwhile. */
function ownerReasons({ plan }: PlanAnswer, { key, state, facts, config }: LadderInput): LateReason[] {
  const ownerId = holderOf(state.acts, text(clientRecord(key, facts)?.facts.ownerId));
  if (ownerId !== null && config.ownerTable[ownerId]?.isActive) return [];
  return [
    {
      kind: "owner_missing",
      key: "owner",
      dueAt: plan.startAt,
      ownerId: null,
      isMovedByPauses: false,
      text: { id: "late.owner_missing" },
    },
  ];
}

function zoneReasons({ red }: LadderInput): LateReason[] {
  if (!red) return [];
  const key = `red-${Math.floor(red.since / DAY_MS)}`;
  return [
    {
      kind: "zone",
      key,
      dueAt: red.since,
      ownerId: null,
      isMovedByPauses: false,
      text: { id: "late.zone", params: { ...red.text.params, why: red.text.id } },
    },
  ];
}
