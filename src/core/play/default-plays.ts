/**
 * The plays that come with Tenure; each may be switched off. Every sign has one. A new one gets `version: PLAYS_VERSION + 1`, so that an update
 * starts nothing for signs that fired before it.
 */
import type { Play, PlayRole, PlayTask } from "./play.ts";

const OFFERS = ["extra_training", "process_review", "joint_plan", "tariff_review"];

function task(
  key: string,
  roles: readonly PlayRole[],
  dueWorkingDays: number,
  priority: PlayTask["priority"] = "medium",
): PlayTask {
  return { key, textId: `play.${key}`, roles, dueWorkingDays, priority };
}

function play(id: string, trigger: Play["trigger"], tasks: readonly PlayTask[], more: Partial<Play> = {}): Play {
  return { id, version: 1, trigger, tasks, offers: [], cleanup: "close", pauseDays: 30, enabled: true, ...more };
}

const VERSION_1: readonly Play[] = [
  // A8.18: yellow = what the manager does; red = who joins
  play("zone_yellow", { zone: "yellow" }, [task("yellow_call", ["owner"], 2), task("yellow_review", ["owner"], 5)], {
    offers: OFFERS,
  }),
  play(
    "zone_red",
    { zone: "red" },
    [task("red_call", ["owner"], 1, "high"), task("red_join", ["manager", "executive"], 2, "high")],
    { offers: OFFERS, cleanup: "keep" },
  ),
  // A8.16: "Client activity fell. Check-in needed."
  play("usage_drop", { signs: ["usage_drop"] }, [task("check_in", ["csm", "owner"], 1)]),
  play("deals_drop", { signs: ["deals_drop"] }, [task("check_in_deals", ["csm", "owner"], 1)]),
  play("no_login", { signs: ["no_login"] }, [task("wake_up", ["csm", "owner"], 1)]),
  // A8.17: a key employee changed: training again
  play(
    "contact_left",
    { signs: ["contact_left"] },
    [task("new_contact", ["owner"], 2, "high"), task("retraining", ["trainer", "csm", "owner"], 10)],
    {
      cleanup: "keep",
    },
  ),
  // A8.14: renew the relation
  play(
    "decision_maker_changed",
    { signs: ["decision_maker_changed"] },
    [task("renew_relation", ["owner"], 3, "high"), task("show_value", ["owner"], 10)],
    {
      cleanup: "keep",
    },
  ),
  play(
    "suppliers_reviewed",
    { signs: ["suppliers_reviewed"] },
    [task("show_value_now", ["owner", "manager"], 2, "high")],
    { offers: OFFERS, cleanup: "keep" },
  ),
  play("restructuring", { signs: ["restructuring"] }, [task("review_format", ["owner"], 5)], { cleanup: "keep" }),
  play(
    "competitor_tried",
    { signs: ["competitor_tried"] },
    [task("compare_honestly", ["owner", "manager"], 2, "high")],
    {
      cleanup: "keep",
    },
  ),
  play("payment_delay", { signs: ["payment_delay"] }, [task("ask_payment", ["finance", "owner"], 1)]),
  play("meetings_moved", { signs: ["meetings_moved"] }, [task("fix_meeting", ["owner"], 2)]),
  // A4.6: no answer, or nobody came: somebody acts, whatever the reason
  play("no_show", { signs: ["no_show"] }, [task("rebook_meeting", ["owner"], 1)]),
  play("no_reply", { signs: ["no_reply"] }, [task("call_silent", ["owner"], 1)]),
  play("complaint", { signs: ["complaint"] }, [task("solve_complaint", ["support", "owner"], 1, "high")], {
    cleanup: "keep",
  }),
  play(
    "termination_asked",
    { signs: ["termination_asked"] },
    [task("termination_talk", ["manager", "owner"], 1, "high")],
    { cleanup: "keep" },
  ),
  play("setup_unfinished", { signs: ["setup_unfinished"] }, [task("finish_setup", ["csm", "owner"], 3)]),
  play("implementation_stuck", { signs: ["implementation_stuck"] }, [
    task("restart_implementation", ["csm", "owner"], 2, "high"),
  ]),
];

/** Signs of one subject share a play, as they share an answer in a win-back. None joins a play of version 1: what runs there stays as it was. */
const VERSION_2: readonly Play[] = [
  // A8.3
  play("core_unused", { signs: ["core_unused", "time_drop"] }, [task("train_core", ["trainer", "csm", "owner"], 5)]),
  // A8.6, A8.9
  play("interaction_drop", { signs: ["interaction_drop", "reply_slow", "reply_short"] }, [
    task("agree_rhythm", ["owner"], 3),
  ]),
  play("agreed_step_overdue", { signs: ["agreed_step_overdue"] }, [task("renew_agreements", ["owner"], 2)]),
  // A8.10
  play("tone_change", { signs: ["tone_change"] }, [task("ask_what_is_wrong", ["owner"], 1, "high")]),
  play(
    "management_asked",
    { signs: ["management_asked"] },
    [task("management_talk", ["manager", "executive", "owner"], 1, "high")],
    { cleanup: "keep" },
  ),
  // A3.7
  play("ticket_open", { signs: ["ticket_open"] }, [task("solve_ticket", ["support", "owner"], 1, "high")]),
  // A8.15
  play("terms_asked", { signs: ["terms_asked"] }, [task("terms_talk", ["owner", "manager"], 2, "high")], {
    offers: OFFERS,
    cleanup: "keep",
  }),
  // A8.11
  play("paying_later", { signs: ["paying_later"] }, [task("payment_schedule", ["finance", "owner"], 4)]),
  play(
    "volume_down",
    { signs: ["volume_down", "extras_refused", "turnover_drop"] },
    [task("review_package", ["owner"], 5)],
    { offers: OFFERS },
  ),
].map((one) => ({ ...one, version: 2 }));

export const DEFAULT_PLAYS: readonly Play[] = [...VERSION_1, ...VERSION_2];

export const PLAYS_VERSION = Math.max(...DEFAULT_PLAYS.map(({ version }) => version));
