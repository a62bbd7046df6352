import { clientMoments, type DemoClient, type Moment, talk } from "./demo-client.ts";
import { MANAGERS } from "./demo-names.ts";
import type { SandboxPortal } from "./portal.ts";
import type { Row } from "./types.ts";

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
 * A lively portal: an administrator, a customer success department with its head, clients with names in several
 * languages, contacts, deals in all stages and a renewals pipeline, and up to a year of talks and invoices.
 */
export function seedDemo(portal: SandboxPortal, options: DemoOptions): void {
  const { random, now, clients = 150, managers = 5 } = options;
  if (portal.org.users.size === 0) portal.addUser({ admin: true, name: "Marta", lastName: "Keller" });
  const department = portal.addDepartment({ name: "Customer success" });
  const team = Array.from({ length: managers }, (_, index) => {
    const [name, lastName] = MANAGERS[index % MANAGERS.length]!;
    return portal.addUser({ name, lastName, departmentIds: [department.id], workPosition: "Customer success manager" })
      .id;
  });
  portal.setHead(department.id, team[0] ?? null);
  portal.setHead(1, portal.org.firstAdminId());
  const renewalsId = portal.catalog.addCategory(2, "Renewals").id;
  const moments: Moment[] = [];
  for (let index = 0; index < clients; index++) {
    const client: DemoClient = {
      index,
      managerId: team[index % team.length] ?? portal.org.firstAdminId(),
      wonAt: index % 4 === 0 ? null : now - Math.round((10 + random() * 355) * DAY),
      mood: random(),
      renewalsId,
    };
    moments.push(...clientMoments(portal, client, random, now));
  }
  moments.sort((a, b) => a.at - b.at);
  for (const moment of moments) portal.sandbox.history(moment.at, () => moment.happens());
}

/** Of every ten clients so many are looked after; their late tasks are done but for a few. */
const CARED_FOR = 0.75;
const DONE = 0.92;

/**
 * What the team did until now with tasks that an app has made for clients of before: most late ones are done, some clients were forgotten.
 * Clients that are looked after had their first result days after the first task; `resultField` is the app's date field for that on companies.
 */
export function catchUp(portal: SandboxPortal, resultField: string, random: () => number): void {
  const now = portal.sandbox.now();
  for (const company of portal.crm.table(4).all()) {
    const tasks = portal.tasks.tasks.all().filter((task) => task.crm.includes(`CO_${company.id}`));
    if (tasks.length === 0 || random() >= CARED_FOR) continue;
    for (const task of tasks) {
      if ((task.deadline ?? now) >= now || task.status === 5 || random() >= DONE) continue;
      portal.update("task", task.id, { STATUS: 5 }, task.responsibleId);
    }
    const resultAt = Math.min(...tasks.map((task) => task.deadline ?? now)) + (1 + Math.floor(random() * 8)) * DAY;
    if (resultAt >= now) continue;
    portal.update(
      "company",
      company.id,
      { [resultField]: new Date(resultAt).toISOString().slice(0, 10) },
      keeper(company),
    );
  }
}

type Act = (portal: SandboxPortal, random: () => number) => boolean;

function pick<Item>(items: readonly Item[], random: () => number): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

const keeper = (row: Row): number => row.assignedById as number;

const winDeal: Act = (portal, random) => {
  const open = portal.crm
    .table(2)
    .all()
    .filter((deal) => deal.closed === "N");
  const deal = pick(open, random);
  if (!deal) return false;
  const stageId = portal.catalog.closingStage(2, deal.categoryId as number, "S");
  portal.update("deal", deal.id, { stageId }, keeper(deal));
  return true;
};

function openTask(portal: SandboxPortal, random: () => number) {
  const open = portal.tasks.tasks.all().filter((task) => task.status !== 5);
  const near = open.filter((task) => task.deadline !== null && task.deadline < portal.sandbox.now() + 7 * DAY);
  return pick(near.length > 0 ? near : open, random);
}

const completeTask: Act = (portal, random) => {
  const task = openTask(portal, random);
  if (!task) return false;
  portal.update("task", task.id, { STATUS: 5 }, task.responsibleId);
  return true;
};

const moveTask: Act = (portal, random) => {
  const task = openTask(portal, random);
  if (!task) return false;
  const from = task.deadline ?? portal.sandbox.now();
  portal.update(
    "task",
    task.id,
    { DEADLINE: portal.server.iso(from + Math.ceil(random() * 4) * DAY) },
    task.responsibleId,
  );
  return true;
};

const reassignTask: Act = (portal, random) => {
  const task = openTask(portal, random);
  const people = [...portal.org.users.values()].filter((user) => user.active && !user.system && !user.admin);
  const user = pick(people, random);
  if (!task || !user) return false;
  portal.update("task", task.id, { RESPONSIBLE_ID: user.id }, task.responsibleId);
  return true;
};

const talkToClient: Act = (portal, random) => {
  const company = pick(portal.crm.table(4).all(), random);
  if (!company) return false;
  const owner = { ownerTypeId: 4, ownerId: company.id };
  talk(portal, keeper(company), owner, String(company.title), random(), random() < 0.6);
  return true;
};

const commentDeal: Act = (portal, random) => {
  const deal = pick(portal.crm.table(2).all(), random);
  if (!deal) return false;
  portal.create(
    "comment",
    { entityType: "deal", entityId: deal.id, comment: "Spoke on the phone, all well." },
    keeper(deal),
  );
  return true;
};

const ACTS: readonly (readonly [number, Act])[] = [
  [0.1, winDeal],
  [0.45, completeTask],
  [0.55, moveTask],
  [0.6, reassignTask],
  [0.9, talkToClient],
  [1, commentDeal],
];

/** One plausible thing that a person does in the portal. Answers its name. */
export function demoStep(portal: SandboxPortal, random: () => number): string {
  const chance = random();
  const chosen = ACTS.find(([until]) => chance < until)![1];
  if (chosen(portal, random)) return chosen.name;
  talkToClient(portal, random);
  return talkToClient.name;
}
