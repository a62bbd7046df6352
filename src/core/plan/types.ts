/** What the plan engine takes and gives. Plain JSON data throughout; days are integers in the portal's zone, instants epoch ms. */

import type { Day, WorkCalendar } from "../calendar/calendar.ts";
import type { QuietHours } from "../calendar/work-time.ts";
import type { PlanDeed } from "../deed.ts";
import type { ClientKey, FactValue, TextRef } from "../model.ts";
import type { Template } from "./template.ts";

// ---------------------------------------------------------------- the plan, as stored

/** waiting: not to be seen in the CRM yet (closed gate, undecided condition) · open · done · skipped: its condition did not hold · gone: deleted by a person, never comes back */
export type StepState = "waiting" | "open" | "done" | "skipped" | "gone";

/** Who got a step, and why that one. `role` is the role that named the owner, or `fallback`. */
export interface OwnerChoice {
  ownerId: string;
  role: string;
  /** roles that were tried first and why they named nobody: `deal_owner:inactive`, `check_in:unset` */
  missed: readonly string[];
}

export interface PlanStep {
  key: string;
  state: StepState;
  /** the day it was first dated to; shows drift, never changes */
  plannedDay: Day;
  dueDay: Day;
  doneDay: Day | null;
  /** a person's own due date, epoch ms; it stays */
  pinnedAt: number | null;
  owner: OwnerChoice;
  /** a person gave the task to this owner; it stays while that owner is active */
  pickedOwnerId: string | null;
  /** not due before this day: set by a resume, a moved start, an opened gate */
  notBeforeDay: Day | null;
  /** calendar days added by pauses */
  shiftDays: number;
  /** the gate has opened on this day; null while closed or without a gate */
  gateDay: Day | null;
  /** its task has been asked for at least once; create-ahead never takes it back */
  isAsked: boolean;
}

export interface PhaseState {
  key: string;
  enteredDay: Day | null;
  leftDay: Day | null;
  /** latest finish; passing it is raised once */
  latestDay: Day;
  isLateRaised: boolean;
}

/** One dated contact after graduation. */
export interface Touch {
  key: string;
  /** 1 for the first of its kind */
  number: number;
  dueDay: Day;
  state: "open" | "done" | "gone";
  owner: OwnerChoice;
  /** a person gave the task to this owner; it stays while that owner is active. Absent where nobody did */
  pickedOwnerId?: string;
  pinnedAt: number | null;
}

export type PlanState = "running" | "paused" | "graduated" | "closed";

export interface Plan {
  client: ClientKey;
  /** 1 for the first plan of a client */
  cycle: number;
  dealId: string | null;
  templateId: string;
  templateVersion: number;
  /** the rule that chose the template */
  templateReason: TextRef;
  state: PlanState;
  /** why it is paused or closed: `deal_open`, `deal_lost`, `client_left`, `by_person`, `merged`, … */
  stateReason: string | null;
  /** epoch ms of the start (deal won) and its local day */
  startAt: number;
  startDay: Day;
  /** the deal's won instant as last acted upon, epoch ms */
  wonAt: number | null;
  /** the client's own target, for steps counted back from it */
  targetDay: Day | null;
  lengthDays: number;
  /** extra days per phase key, by complexity or by a person's word */
  extensions: Readonly<Record<string, number>>;
  /** phases whose extra days a person set; no property changes them. Absent: none */
  extendedByHand?: readonly string[];
  /** which properties make which phases longer, as last acted upon. Absent: none */
  extendedFor?: readonly TextRef[];
  options: readonly string[];
  /** a running number of the portal's plans; round robin takes turns by it */
  sequence: number;
  pausedDay: Day | null;
  graduatedDay: Day | null;
  closedDay: Day | null;
  steps: readonly PlanStep[];
  phases: readonly PhaseState[];
  touches: readonly Touch[];
  /** codes that are raised once per plan */
  raised: readonly string[];
}

/** What a new plan is made from. */
export interface PlanInputs {
  client: ClientKey;
  cycle: number;
  dealId: string | null;
  /** epoch ms: the deal entered the won stage */
  startAt: number;
  targetDay?: Day | null;
  /** the segment's length; default: the template's own */
  lengthDays?: number;
  options?: readonly string[];
  sequence?: number;
  /** owns every step as if picked by hand: whoever asked for the plan named this owner */
  ownerId?: string | null;
  templateReason: TextRef;
}

// ---------------------------------------------------------------- facts, as read from the CRM

/** A task of ours: what the CRM holds now, and what we last wrote. A difference is a person's edit. */
export interface TaskFact {
  status: "open" | "done";
  /** epoch ms */
  completedAt: number | null;
  dueAt: number | null;
  ownerId: string | null;
  /** deleted in the CRM */
  gone: boolean;
  /** null: nothing was written yet */
  wrote: { dueAt: number | null; ownerId: string | null } | null;
}

export type MessageOutcome = "sent" | "unknown" | "refused" | "bounced";

export interface MessageFact {
  outcome: MessageOutcome;
  /** epoch ms */
  at: number;
}

export interface PlanFacts {
  /** null where the client's plan has no deal */
  deal: { outcome: "open" | "won" | "lost" | "gone"; wonAt: number | null; ownerId: string | null } | null;
  /** another plan of the client runs, or is paused */
  isOtherUnderWay?: boolean;
  /** the client left, by a person's word, after this plan began */
  hasLeft?: boolean;
  client: {
    ownerId: string | null;
    class: "A" | "B" | "C" | null;
    /** first value reached, from the CRM or usage */
    firstValueDay: Day | null;
    /** epoch ms of the client's last answer on any channel */
    lastReplyAt: number | null;
    isOptedOut: boolean;
    isBounced: boolean;
    /** by owner id: who holds this client in that person's place */
    heldBy?: Readonly<Record<string, string>>;
  };
  /** every owner of the portal that may hold tasks */
  owners: Readonly<Record<string, { isActive: boolean }>>;
  /** by desired key (`1/kickoff`, `1/touch/business_review/3`, `1/welcome_mail/check`) */
  tasks: Readonly<Record<string, TaskFact>>;
  messages: Readonly<Record<string, MessageFact>>;
  /** outbound calls by desired key */
  calls: Readonly<Record<string, { state: "pending" | "done" | "failed"; at: number }>>;
  /** external callbacks by step key: epoch ms at which the step was reported done */
  externalDone: Readonly<Record<string, number>>;
  /** the client's meetings that are scheduled or held */
  meetings: readonly { startAt: number; outcome: "scheduled" | "held" }[];
  /** instants of messages that went out to this client in the last 7 days, from any plan */
  sentAt: readonly number[];
  /** everything else that conditions and gates may ask for: `company.headcount`, `form.completed`, `x.…` */
  values: Readonly<Record<string, FactValue>>;
}

// ---------------------------------------------------------------- configuration

export type Channel = "email" | "sms" | "push";

/** `task`: drafted as a CRM task · `send`: sent by us · `crm`: sent by the CRM's own means · `off`: not at all */
export const CHANNEL_MODES = ["task", "send", "crm", "off"] as const;
export type ChannelMode = (typeof CHANNEL_MODES)[number];

/** What the CRM itself can do for a channel: send a letter, enrol in a sequence that says this text, start a process with the text. */
export type CrmMeans =
  | { way: "letter" }
  | { way: "sequence"; of: Readonly<Record<string, string>> }
  | { way: "process"; ref: string };

/** By which means of the CRM a message goes out; `ref` names the sequence or process there. Null: the CRM has none for it. */
export interface CrmWay {
  way: CrmMeans["way"];
  ref: string | null;
}

export interface PlanConfig {
  /** a task is created this many calendar days before it is due; null: the whole plan at once */
  createAheadDays: number | null;
  /** due time of tasks, minutes after local midnight; null: end of the working day */
  dueMinute: number | null;
  /** a task whose step says nothing has its reminder this many working days before it is due; null: none, notices do it */
  reminderDays: number | null;
  /** owns what nobody else can own */
  fallbackOwnerId: string;
  /** who fills the portal's own roles */
  roles: Readonly<Record<string, { ownerIds: readonly string[]; pick: "first" | "round_robin" }>>;
  /** the deal leaves the won stage but is not lost */
  onReopened: "pause" | "close" | "ignore";
  onLost: "pause" | "close" | "ignore";
  /** the plan follows a changed won date */
  followDealDate: boolean;
  /** how each channel goes out; sms and push are off by default */
  channels: Readonly<Record<Channel, ChannelMode>>;
  /** what `crm` means for a channel in this portal's CRM; absent: nothing, such messages stay tasks */
  crmMeans: Readonly<Partial<Record<Channel, CrmMeans>>>;
  maxMessagesPerWeek: number;
  quietHours: QuietHours;
  /** messages go out on working days only */
  isWorkdaysOnly: boolean;
  /** a message later than this is skipped instead of sent */
  maxMessageLateDays: number;
  /** touchpoint tasks are created this many days ahead */
  touchpointAheadDays: number;
  /** working days before a meeting step by which the meeting has to be in the calendar */
  meetingMissingDays: number;
}

export interface PlanContext {
  template: Template;
  /** the portal's calendar */
  calendar: WorkCalendar;
  /** an owner's own calendar (zone, absences); default: the portal's. Days are shared; only its working days are asked */
  calendarOf?: (ownerId: string) => WorkCalendar;
  config: PlanConfig;
  /** epoch ms */
  now: number;
}

// ---------------------------------------------------------------- the answer

export interface DesiredTask {
  /** `<cycle>/<step>`; stable for the life of the client */
  key: string;
  subject: TextRef;
  body: TextRef | null;
  dueDay: Day;
  dueAt: number;
  reminderAt: number | null;
  ownerId: string;
  ownerRole: string;
  ownerReason: TextRef | null;
  priority: "low" | "medium" | "high";
  type: "todo" | "call" | "email" | "meeting";
  status: "open" | "done";
  checklist: readonly TextRef[];
  accomplices: readonly string[];
  auditors: readonly string[];
}

export interface DesiredMessage {
  key: string;
  channel: Channel;
  subject: TextRef;
  body: TextRef;
  ownerId: string;
  /** by the CRM's own means; null: by us */
  via: CrmWay | null;
  /** send at or after this instant; the condition is asked again by calling `advancePlan` then */
  sendAt: number;
}

export interface DesiredCall {
  key: string;
  action: string;
  ownerId: string;
}

export interface DesiredNotice {
  key: string;
  ownerId: string;
  text: TextRef;
}

/** A task whose key leaves `tasks`: open ones are withdrawn from the CRM, done ones stay there. */
export interface PlanDesired {
  tasks: readonly DesiredTask[];
  /** messages that are to go out now */
  messages: readonly DesiredMessage[];
  calls: readonly DesiredCall[];
  notices: readonly DesiredNotice[];
}

/** Option codes of the field `phase`. */
export type StageCode = "days_0_30" | "days_31_60" | "days_61_90" | "graduated" | "paused" | "closed";

/** raised while it holds; the signal and escalation rules take it from here */
export type PlanSignal =
  | "first_value_missing"
  | "meeting_missing"
  | "phase_late"
  | "owner_fallback"
  | "conflict"
  | "message_unknown"
  | "provisioning_failed";

export interface PlanView {
  ownerId: string;
  ownerReason: TextRef | null;
  stage: StageCode;
  phase: string | null;
  phases: readonly PhaseState[];
  startDay: Day;
  stage2Day: Day | null;
  stage3Day: Day | null;
  graduatedDay: Day | null;
  /** 0–100 */
  progress: number;
  doneSteps: number;
  totalSteps: number;
  nextStep: { key: string; title: TextRef; dueDay: Day } | null;
  overdue: number;
  oldestDueDay: Day | null;
  forecastDay: Day;
  atRiskDay30: boolean;
  nextTouchpointDay: Day | null;
  firstValueDay: Day | null;
  /** the day on which the last step of the milestone `go_live` was done; else, or where the template has none, of graduation */
  goLiveDay: Day | null;
  templateReason: TextRef;
  signals: readonly { code: PlanSignal; key: string | null; day: Day }[];
  /** signals that the running phases ask to be watched */
  monitors: readonly string[];
  /** steps expected by now in the plan as first dated; for the onboarding layer of the score */
  expectedSteps: number;
}

/** Something that happened in this call, for the plan's history. */
export interface PlanLog {
  code: PlanDeed;
  key: string | null;
  day: Day;
  params: Readonly<Record<string, FactValue>>;
  /** somebody did it in the CRM, which does not tell who */
  inCrm?: true;
}

export interface PlanAnswer {
  plan: Plan;
  desired: PlanDesired;
  view: PlanView;
  log: readonly PlanLog[];
  /** earliest instant at which the answer changes without new facts; null: never */
  wakeAt: number | null;
}
