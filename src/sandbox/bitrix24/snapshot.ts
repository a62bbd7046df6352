import { ENTITY_TYPES } from "./crm-types.ts";
import type { MultiField } from "./crm-values.ts";
import type { SandboxPortal } from "./portal.ts";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Everything a portal holds, as plain data. */
export function snapshotOf(portal: SandboxPortal): Record<string, unknown> {
  const records: Record<string, unknown> = {};
  const bins: Record<string, unknown> = {};
  for (const type of ENTITY_TYPES.values()) {
    records[type.name] = plain(portal.crm.table(type.id).all());
    bins[type.name] = plain(
      portal.crm.recycleBin.filter((each) => each.entityTypeId === type.id).map((each) => each.row),
    );
  }
  return {
    domain: portal.domain,
    records,
    recycleBins: { ...bins, tasks: plain(portal.tasks.recycleBin) },
    tasks: plain(portal.tasks.tasks.all()),
    checklists: plain(portal.tasks.checklist.all()),
    taskMessages: plain(portal.tasks.messages.all()),
    activities: plain(portal.timeline.activities.all()),
    comments: plain(portal.timeline.comments.all()),
    logMessages: plain(portal.timeline.logMessages.all()),
    userFields: plain(portal.userFields),
    categories: plain(portal.catalog.categories),
    statuses: plain(portal.catalog.statuses),
    users: plain([...portal.org.users.values()]),
    departments: plain([...portal.org.departments.values()]),
    notifications: plain(portal.notifications),
    chatMessages: plain(portal.chatMessages),
    cardConfigurations: plain([...portal.cardConfigurations]),
    app: {
      present: portal.app.present,
      finished: portal.app.finished,
      placements: plain(portal.app.placements),
      robots: plain([...portal.app.robots.values()]),
      triggers: plain([...portal.app.triggers]),
      options: plain(portal.app.options),
      badges: plain([...portal.app.badges]),
      bindings: plain(portal.events.bindings),
      bots: plain(portal.bots.registered),
    },
  };
}

const TEXT_FIELDS = [
  "title",
  "name",
  "lastName",
  "secondName",
  "companyTitle",
  "post",
  "comments",
  "sourceDescription",
  "additionalInfo",
  "bankingDetails",
  "originId",
];

/** Names, addresses, numbers and texts of the customer, four characters and longer. */
export function stringsOf(portal: SandboxPortal): string[] {
  const found = new Set<string>();
  const add = (value: unknown): void => {
    if (typeof value === "string" && value.trim().length >= 4) found.add(value.trim());
  };
  for (const user of portal.org.users.values())
    for (const value of [user.name, user.lastName, user.email, user.phone]) add(value);
  for (const type of ENTITY_TYPES.values()) {
    const texts = portal
      .userFieldsOf(type.userFieldEntity)
      .filter((field) => !field.viaApp && ["string", "url", "address"].includes(field.userTypeId))
      .map((field) => field.fieldName);
    for (const row of portal.crm.table(type.id).rows.values()) {
      for (const name of TEXT_FIELDS) add(row[name]);
      for (const name of texts) add(row[name]);
      for (const each of (row.fm as MultiField[] | null) ?? []) add(each.value);
    }
  }
  for (const task of portal.tasks.tasks.rows.values()) {
    if (task.byPerson.title) add(task.title);
    if (task.byPerson.description) add(task.description);
  }
  for (const activity of portal.timeline.activities.rows.values()) {
    if (activity.viaApp) continue;
    add(activity.subject);
    add(activity.description);
  }
  for (const comment of portal.timeline.comments.rows.values()) if (!comment.viaApp) add(comment.comment);
  return [...found];
}
