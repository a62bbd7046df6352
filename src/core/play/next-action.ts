/** The next best action (A11.2): a short ranked list per client, from signs, gaps in adoption and the zone, each with its reason. */

export interface ActionRule {
  id: string;
  textId: string;
  /** any of these signs calls for it */
  signs: readonly string[];
  /** used feature and unused feature: "uses the sales module, telephony not set" */
  gap: { uses: string; lacks: string } | null;
  /** what it is worth, 0..100, before the client's own answers */
  worth: number;
}

export interface ActionAnswer {
  actionId: string;
  day: number;
  answer: "accepted" | "rejected";
}

export interface ActionMoment {
  signs: Readonly<Record<string, number>>;
  /** ids of features that the client uses, and does not use */
  uses: readonly string[];
  lacks: readonly string[];
  answers: readonly ActionAnswer[];
  nowDay: number;
}

export interface ProposedAction {
  actionId: string;
  textId: string;
  worth: number;
  /** the sign or gap behind it */
  reason: { code: "sign" | "gap"; names: readonly string[]; sinceDay: number | null };
}

/** Days for which a rejected action is not proposed again, an accepted one neither. */
const REJECTED_DAYS = 60;
const ACCEPTED_DAYS = 30;
const SHOWN = 3;

export const DEFAULT_ACTIONS: readonly ActionRule[] = [
  rule("talk_termination", ["termination_asked"], 100),
  rule("solve_complaint", ["complaint"], 95),
  rule("meet_new_contact", ["contact_left", "decision_maker_changed"], 90),
  rule("show_value", ["suppliers_reviewed", "competitor_tried", "restructuring", "terms_asked"], 85),
  rule("finish_setup", ["setup_unfinished", "implementation_stuck"], 80),
  rule("check_in", ["usage_drop", "no_login", "deals_drop"], 75),
  rule("train_core", ["core_unused", "time_drop"], 70),
  rule("agree_payment", ["payment_delay", "paying_later"], 65),
  rule(
    "change_meeting_format",
    ["meetings_moved", "no_show", "no_reply", "interaction_drop", "reply_slow", "reply_short"],
    60,
  ),
  rule("review_package", ["volume_down", "extras_refused", "turnover_drop"], 55),
];

function rule(id: string, signs: readonly string[], worth: number): ActionRule {
  return { id, textId: `action.${id}`, signs, gap: null, worth };
}

/** A rule for a gap in adoption: the client uses one thing and could use another. */
export function gapRule(uses: string, lacks: string, worth = 40): ActionRule {
  return { id: `train_${lacks}`, textId: "action.train_gap", signs: [], gap: { uses, lacks }, worth };
}

/** At most three, most worth first. What a person rejected stays away for 60 days; several signs for one action make it worth more. */
export function nextActions(rules: readonly ActionRule[], moment: ActionMoment): ProposedAction[] {
  return rules
    .flatMap((r) => propose(r, moment))
    .sort((a, b) => b.worth - a.worth || (a.actionId < b.actionId ? -1 : 1))
    .slice(0, SHOWN);
}

function propose(r: ActionRule, moment: ActionMoment): ProposedAction[] {
  if (isAnswered(r.id, moment)) return [];
  const firing = r.signs.filter((sign) => moment.signs[sign] !== undefined);
  if (firing.length > 0) {
    const sinceDay = Math.min(...firing.map((sign) => moment.signs[sign]!));
    const worth = Math.min(100, r.worth + 3 * (firing.length - 1));
    return [{ actionId: r.id, textId: r.textId, worth, reason: { code: "sign", names: firing, sinceDay } }];
  }
  if (r.gap && moment.uses.includes(r.gap.uses) && moment.lacks.includes(r.gap.lacks)) {
    const names = [r.gap.uses, r.gap.lacks];
    return [{ actionId: r.id, textId: r.textId, worth: r.worth, reason: { code: "gap", names, sinceDay: null } }];
  }
  return [];
}

function isAnswered(actionId: string, { answers, nowDay }: ActionMoment): boolean {
  return answers.some(
    (a) => a.actionId === actionId && nowDay - a.day < (a.answer === "rejected" ? REJECTED_DAYS : ACCEPTED_DAYS),
  );
}
