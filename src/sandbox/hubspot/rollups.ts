import type { Crm } from "./crm.ts";
import { type HubRecord, otherEnd } from "./records.ts";
import { isoInstant } from "./values.ts";

type Getter = (crm: Crm, record: HubRecord) => string | null;

const CONTACTING = ["0-47", "0-48", "0-49", "0-18"];
const LOGGED = [...CONTACTING, "0-46"];

function* activities(record: HubRecord, typeIds: readonly string[]): Generator<HubRecord> {
  for (const typeId of typeIds) {
    for (const link of record.links[typeId] ?? []) {
      const activity = otherEnd(link, record);
      if (activity.archivedAt === null) yield activity;
    }
  }
}

function instant(activity: HubRecord, name = "hs_timestamp"): number {
  return Date.parse(activity.values[name] ?? "");
}

/** The latest matching instant up to now. */
function latest(
  typeIds: readonly string[],
  match: (activity: HubRecord) => boolean = () => true,
  name?: string,
): Getter {
  return (crm, record) => {
    const now = crm.now();
    let best = Number.NEGATIVE_INFINITY;
    for (const activity of activities(record, typeIds)) {
      const at = instant(activity, name);
      if (at <= now && at > best && match(activity)) best = at;
    }
    return best === Number.NEGATIVE_INFINITY ? null : isoInstant(best);
  };
}

function count(typeIds: readonly string[], match: (activity: HubRecord, now: number) => boolean): Getter {
  return (crm, record) => {
    const now = crm.now();
    let matching = 0;
    for (const activity of activities(record, typeIds)) if (match(activity, now)) matching++;
    return matching > 0 ? String(matching) : null;
  };
}

const held = (activity: HubRecord) => !["CANCELED", "NO_SHOW"].includes(activity.values.hs_meeting_outcome ?? "");
const outgoing = (activity: HubRecord) => activity.values.hs_email_direction === "EMAIL";
const incoming = (activity: HubRecord) => activity.values.hs_email_direction === "INCOMING_EMAIL";
const openTask = (activity: HubRecord) => activity.values.hs_task_status !== "COMPLETED";

/** When the next task or meeting is due. */
function nextActivity(crm: Crm, record: HubRecord): string | null {
  const now = crm.now();
  let next = Number.POSITIVE_INFINITY;
  for (const activity of activities(record, ["0-27", "0-47"])) {
    const at = instant(activity);
    if (at > now && at < next && openTask(activity)) next = at;
  }
  return next === Number.POSITIVE_INFINITY ? null : isoInstant(next);
}

/** What contacts, companies, deals and tickets show about the activities linked to them (facts sheet 5.1 to 5.3). */
export const ACTIVITY_FIELDS: Readonly<Record<string, Getter>> = {
  notes_last_contacted: latest(CONTACTING, held),
  notes_last_updated: latest(LOGGED),
  notes_next_activity_date: nextActivity,
  hs_last_sales_activity_timestamp: latest(CONTACTING, held),
  hs_last_sales_activity_date: latest(CONTACTING, held),
  hs_latest_meeting_activity: latest(["0-47"]),
  engagements_last_meeting_booked: latest(["0-47"]),
  hs_last_booked_meeting_date: latest(["0-47"]),
  hs_last_logged_call_date: latest(["0-48"]),
  hs_last_logged_outgoing_email_date: latest(["0-49"], outgoing),
  hs_sales_email_last_replied: latest(["0-49"], incoming),
  hs_latest_sales_email_reply_date: latest(["0-49"], incoming),
  hs_last_open_task_date: latest(["0-27"], openTask),
  num_notes: count(LOGGED, () => true),
  num_contacted_notes: count(CONTACTING, held),
  hs_number_of_overdue_tasks: count(["0-27"], (task, now) => openTask(task) && instant(task) < now),
};
