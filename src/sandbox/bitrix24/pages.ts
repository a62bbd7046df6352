import { Hono } from "hono";
import { escapeHtml, htmlPage } from "../html.ts";
import { ENTITY_TYPES, type EntityType } from "./crm-types.ts";
import type { MultiField } from "./crm-values.ts";
import { addFramePages } from "./frame-host.ts";
import type { Bitrix24Sandbox } from "./index.ts";
import type { SandboxPortal } from "./portal.ts";
import type { Row } from "./types.ts";

const REFRESH_SECONDS = 10;
const SHOWN = 100;

type Cells = readonly unknown[];

const table = (head: readonly string[], rows: readonly Cells[]): string =>
  `<table><tr>${head.map((text) => `<th>${escapeHtml(text)}</th>`).join("")}</tr>${rows
    .map(
      (cells) =>
        `<tr>${cells.map((cell) => `<td>${cell instanceof Html ? cell.text : escapeHtml(cell)}</td>`).join("")}</tr>`,
    )
    .join("")}</table>`;

/** Text that is already safe. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const link = (href: string, text: unknown): Html => new Html(`<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`);

function person(portal: SandboxPortal, id: unknown): string {
  const user = portal.org.users.get(Number(id));
  return user ? `${user.name} ${user.lastName}${user.active ? "" : " (dismissed)"}` : "";
}

const when = (portal: SandboxPortal, at: unknown): string =>
  typeof at === "number" ? portal.server.iso(at).slice(0, 16).replace("T", " ") : "";

function fieldValue(portal: SandboxPortal, type: EntityType, row: Row, name: string): string {
  const field = portal.userField(type.userFieldEntity, name);
  const value = row[name];
  if (value === null || value === undefined) return "";
  if (field?.userTypeId === "enumeration") return field.list.find((each) => each.id === value)?.value ?? String(value);
  if (field && ["date", "datetime"].includes(field.userTypeId)) return when(portal, value);
  return Array.isArray(value) ? value.join(", ") : String(value);
}

function records(portal: SandboxPortal, type: EntityType, base: string): string {
  const own = portal.userFieldsOf(type.userFieldEntity).map((field) => field.fieldName);
  const staged = type.byName.has("stageId");
  const head = ["Id", "Name", ...(staged ? ["Stage", "Amount"] : []), "Responsible", "Changed", ...own, "Open our app"];
  const rows = portal.crm.table(type.id).all().reverse().slice(0, SHOWN);
  const place = `CRM_${type.name}_DETAIL_TAB`;
  return table(
    head,
    rows.map((row) => [
      link(`${base}/look/${portal.memberId}/${type.name}/${row.id}`, row.id),
      row.title ?? `${row.name ?? ""} ${row.lastName ?? ""}`,
      ...(staged ? [row.stageId, `${row.opportunity} ${row.currencyId}`] : []),
      person(portal, row.assignedById),
      when(portal, row.updatedTime),
      ...own.map((name) => fieldValue(portal, type, row, name)),
      link(`${base}/frame/${portal.memberId}/${portal.org.firstAdminId()}?placement=${place}&id=${row.id}`, "tab"),
    ]),
  );
}

function tasks(portal: SandboxPortal): string {
  const states: Record<number, string> = {
    2: "pending",
    3: "in progress",
    4: "awaits acceptance",
    5: "completed",
    6: "deferred",
  };
  const rows = portal.tasks.tasks.all().reverse().slice(0, SHOWN);
  return table(
    ["Id", "Title", "State", "Deadline", "Responsible", "Linked to", "Checklist"],
    rows.map((task) => [
      task.id,
      task.title,
      states[task.status],
      when(portal, task.deadline),
      person(portal, task.responsibleId),
      task.crm.join(", "),
      portal.tasks.itemsOf(task.id).filter((item) => item.parentId !== 0).length,
    ]),
  );
}

function customFields(portal: SandboxPortal): string {
  return table(
    ["Id", "Object", "Code", "Type", "Label", "In filter"],
    portal.userFields.map((field) => [
      field.id,
      field.entityId,
      field.fieldName,
      field.userTypeId,
      field.editFormLabel.en ?? Object.values(field.editFormLabel)[0],
      field.showFilter,
    ]),
  );
}

function timeline(portal: SandboxPortal): string {
  const entries = [
    ...portal.timeline.comments.all().map((each) => ({
      at: each.created,
      what: "comment",
      on: `${each.entityTypeId}/${each.entityId}`,
      text: each.comment,
    })),
    ...portal.timeline.activities.all().map((each) => ({
      at: each.created,
      what: each.providerId,
      on: `${each.ownerTypeId}/${each.ownerId}`,
      text: each.subject,
    })),
    ...portal.timeline.logMessages.all().map((each) => ({
      at: each.created,
      what: "log",
      on: `${each.entityTypeId}/${each.entityId}`,
      text: `${each.title}: ${each.text}`,
    })),
    ...portal.notifications.map((each) => ({
      at: each.createdAt,
      what: "notification",
      on: person(portal, each.userId),
      text: each.message,
    })),
  ].sort((a, b) => b.at - a.at);
  return table(
    ["When", "What", "On", "Text"],
    entries.slice(0, SHOWN).map((each) => [when(portal, each.at), each.what, each.on, each.text]),
  );
}

function people(portal: SandboxPortal, base: string): string {
  return table(
    ["Id", "Name", "Departments", "Admin", "Active", "Look as this person"],
    [...portal.org.users.values()].map((user) => [
      user.id,
      `${user.name} ${user.lastName}`,
      user.departmentIds.map((id) => portal.org.departments.get(id)?.name).join(", "),
      user.admin ? "yes" : "",
      user.active ? "yes" : "no",
      link(
        `${base}/frame/${portal.memberId}/${user.id}`,
        portal.app.present ? "open the app" : user.admin ? "install the app" : "",
      ),
    ]),
  );
}

function journal(portal: SandboxPortal): string {
  const { sandbox } = portal;
  const mine = sandbox.calls
    .filter((each) => each.portal === portal.memberId)
    .slice(-SHOWN)
    .reverse();
  const sent = sandbox.deliveries
    .filter((each) => each.portal === portal.memberId)
    .slice(-SHOWN)
    .reverse();
  return `<h2>Calls</h2>${table(
    ["When", "Method", "Commands", "Status", "Error"],
    mine.map((each) => [when(portal, each.at), each.method, each.commands, each.status, each.error]),
  )}
<h2>Events and callbacks</h2>${table(
    ["When", "Event", "Status"],
    sent.map((each) => [when(portal, each.at), each.event, each.status === 0 ? "lost" : each.status]),
  )}`;
}

function one(portal: SandboxPortal, type: EntityType, row: Row): string {
  const cells = Object.entries(row).map(([name, value]) => {
    const def = type.byName.get(name);
    if (name === "fm") return [name, ((value as MultiField[] | null) ?? []).map((each) => each.value).join(", ")];
    if (def?.kind === "instant" || def?.kind === "day") return [name, when(portal, value)];
    return [
      name,
      portal.userField(type.userFieldEntity, name)
        ? fieldValue(portal, type, row, name)
        : Array.isArray(value)
          ? value.join(", ")
          : value,
    ];
  });
  return table(
    ["Field", "Value"],
    cells.filter(([, value]) => value !== null && value !== ""),
  );
}

const SECTIONS: Record<string, (portal: SandboxPortal, base: string) => string> = {
  people,
  tasks,
  fields: customFields,
  timeline,
  journal,
};

function navigation(portal: SandboxPortal, base: string): string {
  const names = [...[...ENTITY_TYPES.values()].map((type) => type.name), ...Object.keys(SECTIONS)];
  const links = names.map(
    (name) =>
      `<a href="${escapeHtml(`${base}/look/${portal.memberId}/${name}`)}">${escapeHtml(name.toLowerCase())}</a>`,
  );
  return `<nav><a href="${escapeHtml(base)}/">all portals</a>${links.join("")}</nav>`;
}

/** Pages to look around in, and the page that hosts our frame. */
export function pages(sandbox: Bitrix24Sandbox): Hono {
  const app = new Hono({ strict: false });
  const base = sandbox.options.publicUrl ? new URL(sandbox.options.publicUrl).pathname.replace(/\/$/, "") : "";
  app.get("/", (context) => {
    const rows = sandbox.portals.map((portal) => [
      link(`${base}/look/${portal.memberId}/people`, portal.domain),
      portal.plan,
      portal.timeZone,
      portal.crm.table(4).size,
      portal.crm.table(2).size,
      portal.tasks.tasks.size,
      portal.app.running ? "installed" : portal.app.present ? "being installed" : "not installed",
    ]);
    const head = ["Portal", "Plan", "Time zone", "Companies", "Deals", "Tasks", "App"];
    const counts = `${sandbox.calls.length} calls, ${sandbox.violations.length} against the contract, ${sandbox.deliveries.length} events and callbacks sent`;
    return context.html(
      htmlPage(
        "Bitrix24 sandbox",
        `<h1>Portals</h1>${table(head, rows)}<p class="quiet">${counts}.</p>`,
        REFRESH_SECONDS,
      ),
    );
  });
  app.get("/look/:memberId/:section", (context) => {
    const portal = sandbox.portal(context.req.param("memberId"));
    const name = context.req.param("section");
    const type = [...ENTITY_TYPES.values()].find((each) => each.name === name);
    const section = type ? (each: SandboxPortal) => records(each, type, base) : SECTIONS[name];
    if (!portal || !section) return context.html(htmlPage("Bitrix24 sandbox", "<p>There is no such page.</p>"), 404);
    const body = `${navigation(portal, base)}<h1>${escapeHtml(name.toLowerCase())}</h1>${section(portal, base)}`;
    return context.html(htmlPage(`Bitrix24 sandbox: ${portal.domain}`, body, REFRESH_SECONDS));
  });
  app.get("/look/:memberId/:type/:id", (context) => {
    const portal = sandbox.portal(context.req.param("memberId"));
    const type = [...ENTITY_TYPES.values()].find((each) => each.name === context.req.param("type"));
    const row = type && portal?.crm.table(type.id).get(Number(context.req.param("id")));
    if (!portal || !type || !row)
      return context.html(htmlPage("Bitrix24 sandbox", "<p>There is no such record.</p>"), 404);
    return context.html(
      htmlPage(
        `Bitrix24 sandbox: ${portal.domain}`,
        navigation(portal, base) + one(portal, type, row),
        REFRESH_SECONDS,
      ),
    );
  });
  addFramePages(app, sandbox);
  return app;
}
