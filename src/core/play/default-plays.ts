/** The plays that come with Tenure; each may be changed, switched off or replaced. */
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

export const DEFAULT_PLAYS: readonly Play[] = [
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
  play("usage_drop", { sign: "usage_drop" }, [task("check_in", ["csm", "owner"], 1)]),
  play("deals_drop", { sign: "deals_drop" }, [task("check_in_deals", ["csm", "owner"], 1)]),
  play("no_login", { sign: "no_login" }, [task("wake_up", ["csm", "owner"], 1)]),
  // A8.17: a key employee changed: training again
  play(
    "contact_left",
    { sign: "contact_left" },
    [task("new_contact", ["owner"], 2, "high"), task("retraining", ["trainer", "csm", "owner"], 10)],
    {
      cleanup: "keep",
    },
  ),
  // A8.14: renew the relation
  play(
    "decision_maker_changed",
    { sign: "decision_maker_changed" },
    [task("renew_relation", ["owner"], 3, "high"), task("show_value", ["owner"], 10)],
    {
      cleanup: "keep",
    },
  ),
  play(
    "suppliers_reviewed",
    { sign: "suppliers_reviewed" },
    [task("show_value_now", ["owner", "manager"], 2, "high")],
    { offers: OFFERS, cleanup: "keep" },
  ),
  play("restructuring", { sign: "restructuring" }, [task("review_format", ["owner"], 5)], { cleanup: "keep" }),
  play("competitor_tried", { sign: "competitor_tried" }, [task("compare_honestly", ["owner", "manager"], 2, "high")], {
    cleanup: "keep",
  }),
  play("payment_delay", { sign: "payment_delay" }, [task("ask_payment", ["finance", "owner"], 1)]),
  play("meetings_moved", { sign: "meetings_moved" }, [task("fix_meeting", ["owner"], 2)]),
  // A4.6: no answer, or nobody came: somebody acts, whatever the reason
  play("no_show", { sign: "no_show" }, [task("rebook_meeting", ["owner"], 1)]),
  play("no_reply", { sign: "no_reply" }, [task("call_silent", ["owner"], 1)]),
  play("complaint", { sign: "complaint" }, [task("solve_complaint", ["support", "owner"], 1, "high")], {
    cleanup: "keep",
  }),
  play(
    "termination_asked",
    { sign: "termination_asked" },
    [task("termination_talk", ["manager", "owner"], 1, "high")],
    { cleanup: "keep" },
  ),
  play("setup_unfinished", { sign: "setup_unfinished" }, [task("finish_setup", ["csm", "owner"], 3)]),
  play("implementation_stuck", { sign: "implementation_stuck" }, [
    task("restart_implementation", ["csm", "owner"], 2, "high"),
  ]),
];
