/**
 * Win-back in three steps (A9): the management meets the client, a personal plan with dates from the signs that fire, raised support until
 * things are stable. It ends by itself: after N green evaluations in a row, on its end date, by the decision to let go, or when the client leaves.
 */
import type { Zone } from "../score/input.ts";
import type { PlayRole, StoppedBy } from "./play.ts";

export interface WinBackConfig {
  /** evaluations in a row that must be green, at least `everyDays` apart */
  greenEvaluations: number;
  everyDays: number;
  /** the latest end */
  maxDays: number;
}

export const DEFAULT_WIN_BACK: WinBackConfig = { greenEvaluations: 4, everyDays: 7, maxDays: 60 };

export interface WinBack {
  startedDay: number;
  untilDay: number;
  /** green evaluations in a row so far, and the day of the last one that counted */
  greens: number;
  lastGreenDay: number | null;
  endedDay: number | null;
  endedBy: "stable" | "end_date" | StoppedBy | null;
}

export function startWinBack(nowDay: number, config: WinBackConfig): WinBack {
  return {
    startedDay: nowDay,
    untilDay: nowDay + config.maxDays,
    greens: 0,
    lastGreenDay: null,
    endedDay: null,
    endedBy: null,
  };
}

/** Takes in one evaluation. Evaluations closer together than `everyDays` count as one; anything but green starts the count anew. */
export function stepWinBack(
  before: WinBack,
  zone: Zone,
  stoppedBy: StoppedBy | null,
  nowDay: number,
  config: WinBackConfig,
): WinBack {
  if (before.endedDay !== null) return before;
  if (stoppedBy !== null) return { ...before, endedDay: nowDay, endedBy: stoppedBy };
  const counted = zone === "green" ? countGreen(before, nowDay, config) : { ...before, greens: 0, lastGreenDay: null };
  if (counted.greens >= config.greenEvaluations) return { ...counted, endedDay: nowDay, endedBy: "stable" };
  if (nowDay >= before.untilDay) return { ...counted, endedDay: nowDay, endedBy: "end_date" };
  return counted;
}

function countGreen(before: WinBack, nowDay: number, config: WinBackConfig): WinBack {
  const isNew = before.lastGreenDay === null || nowDay - before.lastGreenDay >= config.everyDays;
  return isNew ? { ...before, greens: before.greens + 1, lastGreenDay: nowDay } : before;
}

/** The support level that holds while it runs (A9.3). */
export function supportLevel(winBack: WinBack): "standard" | "raised" {
  return winBack.endedDay === null ? "raised" : "standard";
}

/** The next day on which it can change without new facts; null when it has ended. */
export function nextWinBackDay(winBack: WinBack, config: WinBackConfig): number | null {
  if (winBack.endedDay !== null) return null;
  return winBack.lastGreenDay === null
    ? winBack.untilDay
    : Math.min(winBack.untilDay, winBack.lastGreenDay + config.everyDays);
}

export interface PlanItem {
  key: string;
  textId: string;
  roles: readonly PlayRole[];
  /** working days after the start */
  dueWorkingDays: number;
  /** the firing signs that it answers; none: it is of the plan's frame and about all of them */
  signs: readonly string[];
}

/** What answers which sign, in the order of urgency; signs of one subject share an answer. */
const ANSWERS: readonly { key: string; signs: readonly string[]; roles: readonly PlayRole[]; days: number }[] = [
  { key: "answer_complaint", signs: ["complaint", "tone_change"], roles: ["support", "owner"], days: 3 },
  {
    key: "answer_termination",
    signs: ["termination_asked", "terms_asked", "management_asked"],
    roles: ["manager", "owner"],
    days: 3,
  },
  { key: "answer_contact", signs: ["contact_left", "decision_maker_changed"], roles: ["owner"], days: 5 },
  { key: "answer_payment", signs: ["payment_delay", "paying_later"], roles: ["finance", "owner"], days: 4 },
  {
    key: "answer_suppliers",
    signs: ["suppliers_reviewed", "competitor_tried", "restructuring"],
    roles: ["owner", "manager"],
    days: 5,
  },
  { key: "answer_setup", signs: ["setup_unfinished", "implementation_stuck"], roles: ["csm", "owner"], days: 5 },
  {
    key: "answer_usage",
    signs: ["usage_drop", "no_login", "core_unused", "time_drop", "deals_drop"],
    roles: ["trainer", "csm", "owner"],
    days: 7,
  },
  { key: "answer_volume", signs: ["volume_down", "extras_refused", "turnover_drop"], roles: ["owner"], days: 7 },
  {
    key: "answer_meetings",
    signs: [
      "meetings_moved",
      "no_show",
      "no_reply",
      "interaction_drop",
      "reply_slow",
      "reply_short",
      "agreed_step_overdue",
    ],
    roles: ["owner"],
    days: 4,
  },
];

/** The personal plan: meeting of the management first (A9.1), one dated and owned item per subject that fires (A9.2), a review at the end. */
export function winBackItems(firing: readonly string[]): PlanItem[] {
  const answers = ANSWERS.flatMap(({ key, signs, roles, days }): PlanItem[] => {
    const answered = signs.filter((sign) => firing.includes(sign));
    return answered.length === 0
      ? []
      : [{ key, textId: `win_back.${key}`, roles, dueWorkingDays: days, signs: answered }];
  });
  const frame = (key: string, roles: readonly PlayRole[], dueWorkingDays: number): PlanItem => ({
    key,
    textId: `win_back.${key}`,
    roles,
    dueWorkingDays,
    signs: [],
  });
  return [
    frame("management_meeting", ["executive", "manager", "owner"], 2),
    ...answers.sort((a, b) => a.dueWorkingDays - b.dueWorkingDays || (a.key < b.key ? -1 : 1)),
    frame("review", ["manager", "owner"], 20),
  ];
}
