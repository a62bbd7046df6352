import { addCompany, type DemoClient } from "./demo-client.ts";
import { MANAGERS } from "./demo-names.ts";
import type { SandboxPortal } from "./portal.ts";
import type { Source } from "./records.ts";

export interface DemoOptions {
  /** default 150 */
  clients?: number;
  /** default 5 */
  managers?: number;
  random: () => number;
  /** epoch ms; history reaches back from here */
  now: number;
}

const DAY = 86_400_000;

/**
 * A lively account: clients with names in several languages, contacts, deals in all stages with earlier won ones among
 * them, and six to twelve months of meetings, e-mails, tickets and invoices. Some clients thrive, some fade.
 */
export function seedDemo(portal: SandboxPortal, options: DemoOptions): void {
  const { random, now, clients = 150, managers = 5 } = options;
  const owners = Array.from({ length: managers }, (_, index) => {
    const [firstName, lastName] = MANAGERS[index % MANAGERS.length]!;
    const email = `${firstName}.${lastName}${index < MANAGERS.length ? "" : index}@portal-${portal.hubId}.example`;
    return portal.addOwner({ firstName, lastName, email: email.toLowerCase() }).id;
  });
  portal.addTeam(
    "Customer success",
    owners.map((ownerId) => ({ ownerId })),
  );
  const renewals = portal.addPipeline("deals", "Renewals", [
    { label: "Coming up", probability: "0.7" },
    { label: "Negotiation", probability: "0.8" },
    { label: "Renewed", probability: "1.0" },
    { label: "Lost", probability: "0.0" },
  ]);
  for (let index = 0; index < clients; index++) {
    const client: DemoClient = {
      index,
      ownerId: owners[index % owners.length]!,
      wonAt: index % 4 === 0 ? null : now - Math.round((10 + random() * 355) * DAY),
      mood: random(),
      renewals,
    };
    addCompany(portal, client, random, now);
  }
}

/** Of every ten clients so many are looked after; their late tasks are done but for a few. */
const CARED_FOR = 0.75;
const DONE = 0.92;

/**
 * What the team did until now with tasks that an app has made for clients of before: most late ones are done, some clients were forgotten.
 * Clients that are looked after had their first result days after the first task; `resultField` is the app's date field for that on companies.
 */
export function catchUp(portal: SandboxPortal, resultField: string, random: () => number): void {
  const now = portal.crm.now();
  for (const company of portal.ids("company")) {
    const tasks = portal.associationsOf("company", company, "task").map(({ id }) => id);
    if (tasks.length === 0 || random() >= CARED_FOR) continue;
    const dueAt = (task: string) => Date.parse(portal.value("task", task, "hs_timestamp") ?? "");
    for (const task of tasks) {
      if (dueAt(task) >= now || random() >= DONE) continue;
      portal.update("task", task, { hs_task_status: "COMPLETED" }, ownerOf(portal, "task", task));
    }
    const resultAt = Math.min(...tasks.map(dueAt)) + (1 + Math.floor(random() * 8)) * DAY;
    if (resultAt >= now) continue;
    const day = new Date(resultAt).toISOString().slice(0, 10);
    portal.update("company", company, { [resultField]: day }, ownerOf(portal, "company", company));
  }
}

type Act = (portal: SandboxPortal, random: () => number) => boolean;

function pick<Item>(items: readonly Item[], random: () => number): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

function person(portal: SandboxPortal, ownerId: string | undefined): Source {
  const userId = portal.crm.people.owners.get(ownerId ?? "")?.userId ?? portal.adminUserId();
  return { changeSource: "CRM_UI", sourceId: `userId:${userId}`, userId };
}

const OPEN_STAGES = new Set([
  "appointmentscheduled",
  "qualifiedtobuy",
  "presentationscheduled",
  "decisionmakerboughtin",
  "contractsent",
]);

/** A salesperson closes a deal. */
const winDeal: Act = (portal, random) => {
  const open = portal.ids("deal").filter((id) => OPEN_STAGES.has(portal.value("deal", id, "dealstage") ?? ""));
  const deal = pick(open, random);
  if (!deal) return false;
  portal.update("deal", deal, { dealstage: "closedwon" }, ownerOf(portal, "deal", deal));
  return true;
};

function ownerOf(portal: SandboxPortal, objectType: string, id: string): Source {
  return person(portal, portal.value(objectType, id, "hubspot_owner_id") ?? undefined);
}

/** An open task, one that is due within a week where there is any. */
function openTask(portal: SandboxPortal, random: () => number): string | undefined {
  const soon = portal.crm.now() + 7 * DAY;
  const open = portal.ids("task").filter((id) => portal.value("task", id, "hs_task_status") !== "COMPLETED");
  const near = open.filter((id) => Date.parse(portal.value("task", id, "hs_timestamp") ?? "") < soon);
  return pick(near.length > 0 ? near : open, random);
}

const completeTask: Act = (portal, random) => {
  const task = openTask(portal, random);
  if (!task) return false;
  portal.update("task", task, { hs_task_status: "COMPLETED" }, ownerOf(portal, "task", task));
  return true;
};

const moveTask: Act = (portal, random) => {
  const task = openTask(portal, random);
  if (!task) return false;
  const due = Date.parse(portal.value("task", task, "hs_timestamp")!) + Math.ceil(random() * 4) * DAY;
  portal.update("task", task, { hs_timestamp: String(due) }, ownerOf(portal, "task", task));
  return true;
};

const reassignTask: Act = (portal, random) => {
  const task = openTask(portal, random);
  const owners = [...portal.crm.people.owners.values()].filter((owner) => owner.archivedAt === null);
  const owner = pick(owners, random);
  if (!task || !owner) return false;
  portal.update("task", task, { hubspot_owner_id: owner.id }, ownerOf(portal, "task", task));
  return true;
};

/** Logs something that just happened with a client: a meeting, an answer, a complaint. */
const logActivity: Act = (portal, random) => {
  const company = pick(portal.ids("company"), random);
  if (!company) return false;
  const now = portal.crm.now();
  const contacts = portal
    .associationsOf("company", company, "contact")
    .map(({ id }) => ({ objectType: "contact", id }));
  const to = [{ objectType: "company", id: company }, ...contacts.slice(0, 1)];
  const source = ownerOf(portal, "company", company);
  const name = portal.value("company", company, "name") ?? "";
  const kind = random();
  if (kind < 0.4) {
    const outcome = random() < 0.8 ? "COMPLETED" : "NO_SHOW";
    const values = { hs_timestamp: String(now), hs_meeting_title: `Call with ${name}`, hs_meeting_outcome: outcome };
    portal.create("meeting", values, to, { source });
  } else if (kind < 0.8) {
    const direction = random() < 0.6 ? "INCOMING_EMAIL" : "EMAIL";
    const values = {
      hs_timestamp: String(now),
      hs_email_subject: `Re: ${name}`,
      hs_email_direction: direction,
      hs_email_status: "SENT",
    };
    portal.create("email", values, to, { source });
  } else {
    const values = {
      subject: `Question from ${name}`,
      hs_pipeline: "0",
      hs_pipeline_stage: "1",
      hs_ticket_priority: "MEDIUM",
    };
    portal.create("ticket", values, to, { source });
  }
  return true;
};

const ACTS: readonly (readonly [number, Act])[] = [
  [0.1, winDeal],
  [0.45, completeTask],
  [0.55, moveTask],
  [0.6, reassignTask],
  [1, logActivity],
];

/** One plausible thing that a person does in the account. Answers its name. */
export function demoStep(portal: SandboxPortal, random: () => number): string {
  const chance = random();
  const chosen = ACTS.find(([until]) => chance < until)![1];
  if (chosen(portal, random)) return chosen.name;
  logActivity(portal, random);
  return logActivity.name;
}
