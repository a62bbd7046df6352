/** The one door of escalation: which rungs are reached, who has it now, and when to look again. */
import { own } from "../own.ts";
import { ceilMinute, deadlineOf, floorMinute, type Pause, settle } from "./deadline.ts";
import { levelOf, paceOf, type Rung } from "./ladder.ts";
import { absenceChange, hasLeft, hindrance, type PassedOver, type Receiver, receiverOf, zoneOf } from "./people.ts";
import type {
  Climb,
  ClimbInput,
  Escalation,
  Handover,
  LadderState,
  LateReason,
  ReasonState,
  RungEvent,
  RungState,
} from "./types.ts";

/** Fired rungs and pauses are remembered this long after the reason has gone. */
const KEEP_MS = 400 * 86_400_000;

interface Context extends ClimbInput {
  /** every pause, also those that are over */
  pauses: readonly Pause[];
  pace: number;
}

/** A rung of one reason at this moment. */
interface Standing {
  rung: Rung;
  level: number;
  /** null: held back by the pause that lasts now */
  deadline: number | null;
}

interface ReasonClimb {
  state: ReasonState;
  reached: RungEvent[];
  held: RungEvent[];
  handovers: Handover[];
  /** by key of a rung that stands: whoever has it, also where that is not told before the morning */
  inCharge: Map<string, string>;
  cancelled: string[];
  wakes: number[];
  /** next unfired rung above `level`, for the field "next escalation" */
  nextAbove: (level: number) => number | null;
}

/** The pauses with the one that lasts now, on whole minutes; a pause that ended is closed at `now`. */
function nextPauses(pauses: readonly Pause[], pausedSince: number | null, now: number): readonly Pause[] {
  const kept = pauses.filter(({ to }) => to === null || to > now - KEEP_MS);
  const last = kept.at(-1);
  const isOpen = last !== undefined && last.to === null;
  if (pausedSince === null) {
    return isOpen ? [...kept.slice(0, -1), { from: last.from, to: Math.max(last.from, ceilMinute(now)) }] : kept;
  }
  if (isOpen) return kept;
  const from = Math.max(floorMinute(pausedSince), last?.to ?? Number.NEGATIVE_INFINITY);
  return [...kept, { from, to: null }];
}

function pausesOf(context: Context, reason: LateReason): readonly Pause[] {
  return reason.isMovedByPauses ? context.pauses.filter(({ to }) => to === null) : context.pauses;
}

function standings(context: Context, reason: LateReason, known: ReasonState | undefined): Standing[] {
  const { config, clock, pace } = context;
  const pauses = pausesOf(context, reason);
  const origin = Math.max(reason.dueAt, config.since ?? Number.NEGATIVE_INFINITY);
  const all = config.ladders[reason.kind].map((rung) => {
    const isBefore = "workMinutes" in rung.after && rung.after.workMinutes < 0;
    const deadline = deadlineOf(rung.after, isBefore ? reason.dueAt : origin, pauses, clock, pace);
    const isClimbed = known !== undefined && own(known.rungs, rung.id) !== undefined;
    const waits = reason.expectedBy !== undefined && deadline !== null && !isClimbed;
    return { rung, level: levelOf(rung), deadline: waits ? Math.max(deadline, reason.expectedBy!) : deadline };
  });
  const order = (standing: Standing) => standing.deadline ?? Number.POSITIVE_INFINITY;
  return all.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

/** A reminder is pointless once the next rung is due, once the thing it announces is due, or when it fell before the thing was opened. */
function isOvertaken(reason: LateReason, all: readonly Standing[], at: number, now: number): boolean {
  const { rung, deadline } = all[at]!;
  if (rung.action !== "remind" || deadline === null) return false;
  const isBefore = "workMinutes" in rung.after && rung.after.workMinutes < 0;
  if (isBefore && now >= ceilMinute(reason.dueAt)) return true;
  if (reason.openedAt !== undefined && deadline < floorMinute(reason.openedAt)) return true;
  return all.some((other, place) => place > at && other.deadline !== null && other.deadline <= now);
}

function ownerOf(context: Context, reason: LateReason): string | null {
  return reason.ownerId ?? context.client.ownerId;
}

function receive(context: Context, reason: LateReason, rung: Rung, at: number): Receiver {
  return receiverOf(rung.who, ownerOf(context, reason), context.client, context.people, at, context.clock.zone);
}

/** The first instant at or after `at` at which the receiver of a rung may be told. */
function tellAt(context: Context, reason: LateReason, rung: Rung, at: number): number | null {
  const { ownerId } = receive(context, reason, rung, at);
  const zone = zoneOf(ownerId, context.people, context.clock.zone);
  return settle(at, pausesOf(context, reason), context.clock, context.config.quietHours, zone);
}

function eventOf(context: Context, reason: LateReason, standing: Standing, state: RungState): RungEvent {
  const { rung, level } = standing;
  return {
    key: rungKey(context, reason, rung),
    kind: reason.kind,
    reasonKey: reason.key,
    rung: rung.id,
    action: rung.action,
    who: rung.who,
    level,
    ownerId: state.ownerId,
    at: state.at,
    dueAt: reason.dueAt,
    text: reason.text,
    passed: state.passed,
  };
}

function rungKey(context: Context, reason: LateReason, rung: { id: string }): string {
  return `${context.client.key}/${stateKey(context, reason)}/${rung.id}`;
}

function stateKey(context: Context, reason: LateReason): string {
  return `${context.client.cycle}/${reason.kind}/${reason.key}`;
}

/** A rung that nobody has climbed yet: reached now, or the instant at which it will be; null: not by waiting alone. */
function tryRung(
  context: Context,
  reason: LateReason,
  all: readonly Standing[],
  at: number,
): { state: RungState } | { tellAt: number } | null {
  const { rung, level, deadline } = all[at]!;
  const { now, client } = context;
  if (deadline === null || (client.isLetGo && level > 0)) return null;
  if (isOvertaken(reason, all, at, now)) return null;
  const reachedAt = tellAt(context, reason, rung, deadline);
  const next = reachedAt === null ? null : tellAt(context, reason, rung, Math.max(reachedAt, now));
  if (reachedAt === null || next === null) return null;
  if (next > now) return { tellAt: next };
  const { ownerId, passed } = receive(context, reason, rung, now);
  return { state: { at: reachedAt, ownerId, basisId: ownerOf(context, reason), isHeld: true, passed } };
}

/** Gives a standing rung to the next person where its holder left, is away, or the owner changed; says when to look again. */
function handOver(
  context: Context,
  reason: LateReason,
  standing: Standing,
  state: RungState,
): { state: RungState; handover: Handover | null; wakeAt: number | null } {
  const { people, clock, now } = context;
  const basisId = ownerOf(context, reason);
  const isGood = state.basisId === basisId && hindrance(state.ownerId, people, now, clock.zone) === null;
  if (isGood) return { state, handover: null, wakeAt: absenceChange(state.ownerId, people, now, clock.zone) };
  const allowedAt = tellAt(context, reason, standing.rung, now);
  if (allowedAt !== now) return { state, handover: null, wakeAt: allowedAt };
  const next = receive(context, reason, standing.rung, now);
  const changed: RungState = { ...state, basisId, ownerId: next.ownerId, passed: next.passed };
  if (next.ownerId === state.ownerId) return { state: changed, handover: null, wakeAt: next.changesAt };
  const key = rungKey(context, reason, standing.rung);
  const handover: Handover = {
    key: `${key}/to/${next.ownerId}`,
    rungKey: key,
    fromOwnerId: state.ownerId,
    ownerId: next.ownerId,
    level: standing.level,
    at: now,
    text: reason.text,
    passed: withLeaver(next.passed, state, context),
  };
  return { state: changed, handover, wakeAt: next.changesAt };
}

function inChargeOf(context: Context, reason: LateReason, rung: Rung, { ownerId }: RungState): string {
  const { people, clock, now } = context;
  return hasLeft(ownerId, people, now, clock.zone) ? receive(context, reason, rung, now).ownerId : ownerId;
}

/** The leaver is named first, unless the search for the next one met him anyway. */
function withLeaver(passed: readonly PassedOver[], state: RungState, context: Context): readonly PassedOver[] {
  const why = hindrance(state.ownerId, context.people, context.now, context.clock.zone);
  if (why === null || passed.some(({ ownerId }) => ownerId === state.ownerId)) return passed;
  return [{ ownerId: state.ownerId, via: "structure", why }, ...passed];
}

function climbReason(context: Context, reason: LateReason, known: ReasonState | undefined): ReasonClimb {
  const { now, client } = context;
  const all = standings(context, reason, known);
  const rungs: Record<string, RungState> = { ...known?.rungs };
  const out: ReasonClimb = {
    state: { rungs, goneAt: null },
    reached: [],
    held: [],
    handovers: [],
    inCharge: new Map(),
    cancelled: [],
    wakes: [],
    nextAbove: () => null,
  };
  const ahead: { level: number; at: number }[] = [];
  all.forEach((standing, place) => {
    const { rung, level, deadline } = standing;
    const before = known && own(known.rungs, rung.id);
    if (!before) {
      const tried = tryRung(context, reason, all, place);
      if (tried && "tellAt" in tried) ahead.push({ level, at: tried.tellAt });
      if (!tried || "tellAt" in tried) return;
      rungs[rung.id] = tried.state;
      out.reached.push(eventOf(context, reason, standing, tried.state));
    }
    const state = rungs[rung.id]!;
    const isHeld = deadline !== null && deadline <= now && !(client.isLetGo && level > 0);
    if (isHeld) {
      const isHandedOn = level > 0;
      const {
        state: kept,
        handover,
        wakeAt,
      } = isHandedOn ? handOver(context, reason, standing, state) : { state, handover: null, wakeAt: null };
      rungs[rung.id] = { ...kept, isHeld: true };
      if (handover) out.handovers.push(handover);
      if (wakeAt !== null) out.wakes.push(wakeAt);
      const event = eventOf(context, reason, standing, kept);
      out.held.push(event);
      out.inCharge.set(event.key, inChargeOf(context, reason, rung, kept));
    } else {
      if (state.isHeld) out.cancelled.push(rungKey(context, reason, rung));
      rungs[rung.id] = { ...state, isHeld: false };
      if (deadline !== null && deadline > now) ahead.push({ level, at: deadline });
    }
  });
  out.wakes.push(...ahead.map(({ at }) => at));
  out.nextAbove = (level) => earliest(ahead.filter((one) => one.level > level).map(({ at }) => at));
  return out;
}

function earliest(instants: readonly number[]): number | null {
  return instants.length === 0 ? null : instants.reduce((least, at) => Math.min(least, at));
}

/** A reason that no longer holds: its standing rungs are taken back, and remembered. */
function leave(context: Context, key: string, known: ReasonState): { state: ReasonState; cancelled: string[] } {
  if (known.goneAt !== null) return { state: known, cancelled: [] };
  const held = Object.entries(known.rungs).filter(([, rung]) => rung.isHeld);
  const rungs = Object.fromEntries(Object.entries(known.rungs).map(([id, rung]) => [id, { ...rung, isHeld: false }]));
  return {
    state: { rungs, goneAt: context.now },
    cancelled: held.map(([id]) => `${context.client.key}/${key}/${id}`),
  };
}

function highest(climbs: readonly ReasonClimb[]): Escalation | null {
  const standing = climbs.flatMap((climbed) => climbed.held.map((event) => ({ event, climbed })));
  const escalated = standing.filter(({ event }) => event.level > 0);
  escalated.sort(({ event: a }, { event: b }) => b.level - a.level || a.at - b.at || (a.key < b.key ? -1 : 1));
  const top = escalated[0];
  if (!top) return null;
  const { event, climbed } = top;
  const since = Math.min(...climbed.held.filter(({ level }) => level > 0).map(({ at }) => at));
  const { level, key, text, passed } = event;
  const ownerId = top.climbed.inCharge.get(key)!;
  return { ownerId, level, since, key, text, passed, nextAt: climbed.nextAbove(level) };
}

function byTime(a: RungEvent, b: RungEvent): number {
  return a.at - b.at || (a.key < b.key ? -1 : 1);
}

/**
 * Moves a client along its ladders to `now`. Pure and incremental: called again with the state it returned it changes nothing, called again with
 * the earlier state it returns the same keys. Of two reasons with the same kind and key the first counts.
 */
export function climb(state: LadderState, input: ClimbInput): Climb {
  const { client, config, now } = input;
  const pauses = nextPauses(state.pauses, client.pausedSince, now);
  const context: Context = { ...input, pauses, pace: paceOf(client, config.pace) };
  const reasons: Record<string, ReasonState> = {};
  const climbs: ReasonClimb[] = [];
  const here = new Set<string>();
  for (const reason of input.reasons) {
    const key = stateKey(context, reason);
    if (here.has(key)) continue;
    here.add(key);
    const climbed = climbReason(context, reason, state.reasons[key]);
    if (Object.keys(climbed.state.rungs).length > 0) reasons[key] = climbed.state;
    climbs.push(climbed);
  }
  const cancelled = climbs.flatMap((climbed) => climbed.cancelled);
  for (const [key, known] of Object.entries(state.reasons)) {
    if (here.has(key)) continue;
    if (known.goneAt !== null && known.goneAt <= now - KEEP_MS) continue;
    const left = leave(context, key, known);
    reasons[key] = left.state;
    cancelled.push(...left.cancelled);
  }
  return {
    state: { pauses, reasons },
    reached: climbs.flatMap(({ reached }) => reached).sort(byTime),
    held: climbs.flatMap(({ held }) => held).sort(byTime),
    handovers: climbs.flatMap(({ handovers }) => handovers),
    cancelled,
    escalation: highest(climbs),
    wakeAt: earliest(climbs.flatMap(({ wakes }) => wakes).filter((at) => at > now)),
  };
}
