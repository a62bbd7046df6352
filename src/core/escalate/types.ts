/** What climbing takes and gives. State is plain JSON; instants are epoch milliseconds. */
import type { WorkCalendar } from "../calendar/calendar.ts";
import type { ClientKey, TextRef } from "../model.ts";
import type { Pause } from "./deadline.ts";
import type { LadderConfig, LadderKind, RungAction, Who } from "./ladder.ts";
import type { PassedOver, People, WhoClient } from "./people.ts";

/** The client as ladders see it. */
export interface LadderClient extends WhoClient {
  key: ClientKey;
  cycle: number;
  isVip: boolean;
  /** decided to let go: reminders go on, escalations end (A8.21) */
  isLetGo: boolean;
  /** when the pause that lasts now began; null: not paused */
  pausedSince: number | null;
}

/** Something that is late, or will be: an open task, a running phase, a plan, a silence, a red zone. Absent from the next call = gone. */
export interface LateReason {
  kind: LadderKind;
  /**
   * which one, within client, cycle and kind: a step key, a phase key. Rungs fire once per key for ever, so whatever can come back as a new
   * case (a silence, a red zone) carries its first day in the key
   */
  key: string;
  /** from when its lateness counts: due instant, last contact, start of the red zone, start of the onboarding */
  dueAt: number;
  /** what it is about is expected until then: no further rung is reached before. Absent: nothing is */
  expectedBy?: number;
  /** when it was opened; reminders that fell before that are not sent. Absent: always there */
  openedAt?: number;
  /** whose it is; null: the client's owner */
  ownerId: string | null;
  /** `dueAt` itself moves with pauses (steps and phases of a plan), so pauses that are over are not taken off again */
  isMovedByPauses: boolean;
  /** shown as the escalation reason */
  text: TextRef;
}

export interface RungState {
  /** when it was reached */
  at: number;
  ownerId: string;
  /** the owner for whom the receiver was found; another owner means another receiver */
  basisId: string | null;
  /** the reason holds and the rung's deadline has passed */
  isHeld: boolean;
  passed: readonly PassedOver[];
}

export interface ReasonState {
  rungs: Readonly<Record<string, RungState>>;
  /** null while the reason holds */
  goneAt: number | null;
}

export interface LadderState {
  pauses: readonly Pause[];
  /** by `<cycle>/<kind>/<key>`; kept after the reason has gone, so that nothing fires twice */
  reasons: Readonly<Record<string, ReasonState>>;
}

export const EMPTY_LADDER_STATE: LadderState = { pauses: [], reasons: {} };

export interface RungEvent {
  /** `<client>/<cycle>/<kind>/<reason key>/<rung>`, the same for ever */
  key: string;
  kind: LadderKind;
  reasonKey: string;
  rung: string;
  action: RungAction;
  who: Who;
  /** 0 reminder, 1 owner, 2 manager, 3 head, 4 executive */
  level: number;
  ownerId: string;
  /** when it was to be told: its deadline, moved on by pauses, days off and quiet hours. The same however late it is noticed */
  at: number;
  dueAt: number;
  text: TextRef;
  passed: readonly PassedOver[];
}

/** Somebody left or went away while it was his to answer; the next one takes it. */
export interface Handover {
  /** key of the rung plus `/to/<owner id>` */
  key: string;
  rungKey: string;
  fromOwnerId: string;
  ownerId: string;
  level: number;
  at: number;
  text: TextRef;
  passed: readonly PassedOver[];
}

export interface Escalation {
  ownerId: string;
  /** 1 owner, 2 manager, 3 head, 4 executive */
  level: number;
  /** when its reason first escalated */
  since: number;
  /** key of the rung that stands highest */
  key: string;
  text: TextRef;
  /** who would have been it, and why not */
  passed: readonly PassedOver[];
  /** when the next rung above this level is reached; null: none, or paused */
  nextAt: number | null;
}

export interface Climb {
  state: LadderState;
  /** reached in this call, in order of time; each key once ever */
  reached: readonly RungEvent[];
  /** every rung that stands now, new and old: what the CRM should hold */
  held: readonly RungEvent[];
  handovers: readonly Handover[];
  /** keys of rungs that stood and stand no more: their tasks are closed, their messages not sent */
  cancelled: readonly string[];
  escalation: Escalation | null;
  /** earliest instant at which the answer changes without new facts; null: never */
  wakeAt: number | null;
}

export interface ClimbInput {
  client: LadderClient;
  reasons: readonly LateReason[];
  people: People;
  /** the working time that ladders run in: the portal's, or the team's that has the client; without anybody's personal absences */
  clock: WorkCalendar;
  config: LadderConfig;
  now: number;
}
