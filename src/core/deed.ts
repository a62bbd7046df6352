/** Everything that is ever written into the history, by code; screens have words for each of them. */

/** What a plan notes of its own life. */
export const PLAN_DEEDS = [
  "step_done",
  "step_reopened",
  "step_gone",
  "date_edited",
  "owner_edited",
  "owner_changed",
  "touch_done",
  "touch_gone",
  "gate_opened",
  "condition_true",
  "condition_false",
  "message_skipped",
  "phase_late",
  "phase_extended",
  "graduated",
  "plan_paused",
  "plan_closed",
  "plan_resumed",
  "client_left",
  "client_stays",
  "start_moved",
] as const;
export type PlanDeed = (typeof PLAN_DEEDS)[number];

type Dashed<T extends string> = T extends `${infer Head}_${infer Tail}` ? `${Head}-${Dashed<Tail>}` : T;

export type DeedCode =
  | "plan-started"
  | `plan-${Dashed<PlanDeed>}`
  | "play-started"
  | "play-ended"
  // people, on our screens and through the CRM's automation
  | "act-complete"
  | "act-move"
  | "act-unpin"
  | "act-pause"
  | "act-resume"
  | "act-first_value"
  | "act-override"
  | "act-override-ended"
  | `act-decide-${"fight" | "let_go" | "undecided"}`
  | `act-answer-${"accepted" | "rejected"}`
  | `act-hear-${"yes" | "no"}`
  | "act-hand-over"
  | "act-signal"
  | "act-signal-withdrawn"
  | "act-start"
  | "act-undo"
  | "act-recompute"
  // the client and other systems
  | "survey-answered"
  | "question-passed"
  | "letters-stopped"
  | "step-reported"
  | "links-revoked"
  // what goes out beside the CRM
  | `letter-${"sent" | "refused" | "unknown"}`
  | `call-${"done" | "failed" | "retried"}`
  // the portal
  | "mode"
  | "adopted"
  | "adoption-undone"
  | "handed-over"
  | "hand-over-undone"
  | "flood-released"
  | "published"
  | "rolled-back"
  | "access"
  | "back-test"
  | "thresholds-declined"
  | "leaving"
  | "write-key-made"
  | "write-key-revoked"
  | "call-secret-rotated";

/** The history's code of what a plan noted. */
export function planDeed<T extends PlanDeed>(code: T): `plan-${Dashed<T>}` {
  return `plan-${code.replaceAll("_", "-")}` as `plan-${Dashed<T>}`;
}

/** Something that happened to a client or the portal, as it goes into the history. */
export interface NewDeed {
  code: DeedCode;
  params: Readonly<Record<string, unknown>>;
  /** people in the CRM, which does not tell who; without it: Tenure itself */
  actor?: "crm";
}
