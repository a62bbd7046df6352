import type { Hono } from "hono";
import { escapeHtml, htmlPage } from "../html.ts";
import { readValue } from "./computed.ts";
import { findObjectType, OBJECT_TYPES, type ObjectType } from "./object-types.ts";
import type { SandboxPortal } from "./portal.ts";
import { type HubRecord, otherEnd } from "./records.ts";
import type { HubSpotSandbox } from "./sandbox.ts";

const REFRESH_SECONDS = 10;
const PAGE = 50;

/** Pages to look around in what the CRM holds: accounts, records by type, one record with its fields and neighbours. */
export function addLookPages(app: Hono, sandbox: HubSpotSandbox): void {
  app.get("/", (c) => c.html(htmlPage("HubSpot sandbox", accounts(sandbox), REFRESH_SECONDS)));
  app.get("/look/:hubId", (c) => {
    const portal = sandbox.portal(Number(c.req.param("hubId")));
    const type = findObjectType(c.req.query("type") ?? "deals");
    if (!portal || !type) return c.html(htmlPage("HubSpot sandbox", "<p>There is no such account or object.</p>"), 404);
    const body = table(portal, type, c.req.query("q") ?? "", Number(c.req.query("page") ?? 1));
    return c.html(htmlPage(`HubSpot sandbox: account ${portal.hubId}`, body, REFRESH_SECONDS));
  });
  app.get("/look/:hubId/:type/:id", (c) => {
    const portal = sandbox.portal(Number(c.req.param("hubId")));
    const type = findObjectType(c.req.param("type"));
    const record = type && portal?.crm.store(type).all.get(c.req.param("id"));
    if (!portal || !record) return c.html(htmlPage("HubSpot sandbox", "<p>There is no such record.</p>"), 404);
    return c.html(htmlPage(`HubSpot sandbox: account ${portal.hubId}`, one(portal, record), REFRESH_SECONDS));
  });
}

function accounts(sandbox: HubSpotSandbox): string {
  const rows = sandbox.portals.map((portal) => {
    const count = (name: string) => portal.crm.store(findObjectType(name)!).all.size;
    const installed = portal.install ? "installed" : "not installed";
    return `<tr><td><a href="/look/${portal.hubId}">${portal.hubId}</a></td><td>${escapeHtml(portal.plan)}</td>
<td>${escapeHtml(portal.timeZone)}</td><td>${count("companies")}</td><td>${count("deals")}</td><td>${count("tasks")}</td><td>${installed}</td></tr>`;
  });
  const head =
    "<tr><th>Account</th><th>Plan</th><th>Time zone</th><th>Companies</th><th>Deals</th><th>Tasks</th><th>App</th></tr>";
  const { calls, violations } = sandbox;
  return `<h1>Accounts</h1><table>${head}${rows.join("")}</table>
<p class="quiet">${calls.total} calls, ${calls.limited} refused by rate limits, ${violations.length} against the contracts,
${sandbox.deliveries.counts.events} events delivered.</p>`;
}

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  "0-1": ["firstname", "lastname", "email", "hubspot_owner_id"],
  "0-2": ["name", "domain", "lifecyclestage", "hubspot_owner_id"],
  "0-3": ["dealname", "dealstage", "amount", "closedate", "hubspot_owner_id"],
  "0-5": ["subject", "hs_pipeline_stage", "hs_ticket_priority"],
  "0-27": ["hs_task_subject", "hs_timestamp", "hs_task_status", "hs_task_priority", "hubspot_owner_id"],
  "0-46": ["hs_timestamp", "hs_note_body"],
  "0-47": ["hs_meeting_title", "hs_timestamp", "hs_meeting_outcome"],
  "0-49": ["hs_email_subject", "hs_timestamp", "hs_email_direction"],
  "0-53": ["hs_number", "hs_invoice_status", "hs_amount_billed", "hs_balance_due", "hs_due_date"],
};

/** Own columns first, then what was added to the account: that is where an app's fields show up. */
function columns(portal: SandboxPortal, type: ObjectType): string[] {
  const own = COLUMNS[type.id] ?? type.defaults;
  const custom = portal.crm.book(type).custom();
  return [...own, ...custom.slice(0, 8).map((property) => property.name)];
}

function shown(portal: SandboxPortal, record: HubRecord, name: string): string {
  const value = readValue(portal.crm, record, name) ?? "";
  const owner = name === "hubspot_owner_id" ? portal.crm.people.owners.get(value) : undefined;
  if (owner)
    return escapeHtml(`${owner.firstName} ${owner.lastName}${owner.archivedAt === null ? "" : " (deactivated)"}`);
  const stage = portal.crm.pipelines[record.type.id]?.find(value)?.stage;
  return escapeHtml(stage ? stage.label : value);
}

function title(record: HubRecord): string {
  const { values } = record;
  const name = values.dealname ?? values.name ?? values.hs_task_subject ?? values.subject ?? values.hs_meeting_title;
  const person = [values.firstname, values.lastname].filter(Boolean).join(" ");
  return escapeHtml(
    name || person || values.hs_email_subject || values.hs_number || `${record.type.name} ${record.id}`,
  );
}

function link(portal: SandboxPortal, record: HubRecord): string {
  return `<a href="/look/${portal.hubId}/${record.type.plural}/${record.id}">${title(record)}</a>`;
}

function table(portal: SandboxPortal, type: ObjectType, query: string, page: number): string {
  const tabs = OBJECT_TYPES.map((other) => {
    const size = portal.crm.store(other).all.size;
    return size > 0
      ? `<a href="?type=${other.plural}">${escapeHtml(other.plural.replaceAll("_", " "))} (${size})</a>`
      : "";
  });
  const wanted = query.toLowerCase();
  const found = [...portal.crm.store(type).all.values()]
    .filter((record) => record.archivedAt === null)
    .filter(
      (record) => wanted === "" || Object.values(record.values).some((value) => value.toLowerCase().includes(wanted)),
    )
    .reverse();
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  const current = Math.min(Math.max(1, Math.trunc(page) || 1), pages);
  const names = columns(portal, type);
  const rows = found.slice((current - 1) * PAGE, current * PAGE).map((record) => {
    const cells = names.map((name) => `<td>${shown(portal, record, name)}</td>`).join("");
    return `<tr><td>${link(portal, record)}</td>${cells}</tr>`;
  });
  const head = names.map((name) => `<th>${escapeHtml(portal.crm.book(type).get(name)?.label ?? name)}</th>`).join("");
  const turn = (to: number, text: string) =>
    to >= 1 && to <= pages
      ? `<a href="?type=${type.plural}&amp;q=${encodeURIComponent(query)}&amp;page=${to}">${text}</a>`
      : "";
  return `<nav><a href="/">All accounts</a>${tabs.join("")}</nav><h1>${escapeHtml(type.plural.replaceAll("_", " "))}</h1>
<form><input type="hidden" name="type" value="${type.plural}"><label>Search <input name="q" value="${escapeHtml(query)}"></label>
<button>Search</button></form>
<table><tr><th>Record</th>${head}</tr>${rows.join("")}</table>
<nav>${turn(current - 1, "Newer")} ${turn(current + 1, "Older")} <span class="quiet">page ${current} of ${pages}</span></nav>`;
}

function one(portal: SandboxPortal, record: HubRecord): string {
  const fields = portal.crm
    .book(record.type)
    .list()
    .map((property) => ({ property, value: shown(portal, record, property.name) }))
    .filter(({ value }) => value !== "")
    .sort((a, b) => Number(a.property.hubspotDefined) - Number(b.property.hubspotDefined));
  const rows = fields.map(
    ({ property, value }) =>
      `<tr><th>${escapeHtml(property.label)}</th><td>${value}</td><td class="quiet">${escapeHtml(property.groupName)}</td></tr>`,
  );
  const neighbours = OBJECT_TYPES.map((type) => {
    const links = portal.crm.linksOf(record, type).map((edge) => otherEnd(edge, record));
    if (links.length === 0) return "";
    const items = links.slice(-PAGE).map((other) => {
      const due = other.values.hs_timestamp
        ? ` <span class="quiet">${escapeHtml(other.values.hs_timestamp)}</span>`
        : "";
      const gone = other.archivedAt === null ? "" : ' <span class="quiet">(deleted)</span>';
      const status = other.values.hs_task_status ? ` ${escapeHtml(other.values.hs_task_status)}` : "";
      return `<li>${link(portal, other)}${status}${due}${gone}</li>`;
    });
    return `<h2>${escapeHtml(type.plural.replaceAll("_", " "))} (${links.length})</h2><ul>${items.join("")}</ul>`;
  });
  const gone = record.archivedAt === null ? "" : "<p><strong>In the recycle bin</strong></p>";
  return `<nav><a href="/">All accounts</a><a href="/look/${portal.hubId}?type=${record.type.plural}">${escapeHtml(record.type.plural)}</a></nav>
<h1>${title(record)}</h1>${gone}<table>${rows.join("")}</table>${neighbours.join("")}`;
}
