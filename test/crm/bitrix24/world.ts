/** The contract suite's world over the Bitrix24 sandbox. */
import type { RecordKind, RecordRef } from "../../../src/core/model.ts";
import { seededRandom } from "../../../src/core/seeded-random.ts";
import { type Bitrix24App, type Bitrix24Crm, bitrix24App, parseFrame } from "../../../src/crm/bitrix24/index.ts";
import { FIELD_PREFIX } from "../../../src/crm/bitrix24/shape.ts";
import { fromMarkup } from "../../../src/crm/bitrix24/text.ts";
import type { Fetch } from "../../../src/crm/http.ts";
import type { Grant, Incoming, Wiring } from "../../../src/crm/port.ts";
import { makeTokens } from "../../../src/crm/tokens.ts";
import {
  Bitrix24Sandbox,
  type Bitrix24SandboxOptions,
  type Bitrix24Switches,
  type PortalOptions,
  type SandboxPortal,
} from "../../../src/sandbox/bitrix24/index.ts";
import { VirtualClock } from "../../../src/sandbox/clock.ts";
import type { Faults } from "../../../src/sandbox/faults.ts";
import { strangeAnswer } from "../../sandbox/bitrix24/conforms.ts";
import type { ContractWorld, Mishap, Outbox, People, SeenTask } from "../contract.ts";

/** 2026-11-02, a Monday, 09:00 UTC. */
export const START = Date.UTC(2026, 10, 2, 9);
export const PUBLIC_URL = "https://app.example.com";
export const CLIENT_ID = "app.5f1e2d3c4b5a69.78901234";
export const SECRET = "s3cr3t-of-the-application";

export interface Bitrix24World extends ContractWorld {
  sandbox: Bitrix24Sandbox;
  portal: SandboxPortal;
  clock: VirtualClock;
  app: Bitrix24App;
  connect(): Bitrix24Crm;
  grant(): Grant;
  wiring(more?: Partial<Wiring>): Wiring;
  /** requests that reached us: frames, events, robot callbacks */
  received: Incoming[];
  adminId: number;
}

export interface WorldOptions {
  /** stands between the adapter and the sandbox */
  between?: (fetch: Fetch) => Fetch;
  switches?: Partial<Bitrix24Switches>;
  portal?: Partial<PortalOptions>;
  sandbox?: Partial<Bitrix24SandboxOptions>;
  /** false: the app is installed, but nothing is bound */
  bound?: boolean;
}

/** A portal with the app installed through its frame and bound, on a virtual clock. */
export async function bitrix24World(options: WorldOptions = {}): Promise<Bitrix24World> {
  const clock = new VirtualClock(START);
  const received: Incoming[] = [];
  const faults: Faults = {};
  const sandbox = new Bitrix24Sandbox({
    clock,
    random: seededRandom(23),
    clientId: CLIENT_ID,
    clientSecret: SECRET,
    appCode: "maker.tenure",
    installUrl: `${PUBLIC_URL}/bitrix24/install`,
    appUrl: `${PUBLIC_URL}/bitrix24/app`,
    eventsUrl: `${PUBLIC_URL}/bitrix24/events`,
    deliver: async (request) => {
      const body = new Uint8Array(await request.arrayBuffer());
      received.push({ method: request.method, url: request.url, headers: request.headers, body });
      return new Response("<p>ok</p>", { status: 200 });
    },
    faults,
    switches: options.switches ?? {},
    ...options.sandbox,
  });
  const portal = sandbox.addPortal({
    domain: "acme.bitrix24.sandbox",
    timeZone: "Europe/Bucharest",
    currency: "USD",
    language: "en",
    ...options.portal,
  });
  const strange: string[] = [];
  const held: Fetch = async (request) => {
    const sent = request.clone();
    const answer = await sandbox.fetch(request);
    const method = /\/rest\/(api\/)?([\w.]+)$/.exec(new URL(request.url).pathname);
    const isJson = sent.headers.get("content-type") === "application/json";
    if (method && isJson && answer.status !== 302) {
      const named = method[1] ? `${method[2]}@v3` : method[2]!;
      strange.push(...strangeAnswer(named, (await sent.json()) as object, await answer.clone().json()));
    }
    return answer;
  };
  const app = bitrix24App({
    clientId: CLIENT_ID,
    clientSecret: SECRET,
    appCode: "maker.tenure",
    publicUrl: PUBLIC_URL,
    oauthUrl: `${sandbox.oauthUrl("west")}, ${sandbox.oauthUrl("east")}`,
    allowHttp: true,
    fetch: options.between?.(held) ?? held,
  });
  const admin = portal.addUser({ admin: true, timeZone: "Europe/Bucharest" });
  const people = peopleOf(portal);
  const now = () => clock.now();
  await portal.install(admin.id);
  const frame = parseFrame(received.shift()!);
  if (!frame) throw new Error("the installer frame was not understood");
  const verdict = await app.verifyFrame(frame, null, now());
  if (!verdict.ok) throw new Error(`the installer frame was not believed: ${verdict.reason}`);
  let { grant } = verdict;
  const tokens = makeTokens({
    load: () => grant,
    save: (fresh) => {
      grant = fresh;
    },
    refresh: (old) => app.refresh(old, now()),
    now,
  });
  const wiring = (more: Partial<Wiring> = {}): Wiring => ({
    account: grant.account,
    tokens,
    now,
    chance: () => 0.5,
    onEndpoint: (endpoint) => {
      grant = { ...grant, endpoint };
    },
    ...more,
  });
  if (options.bound !== false) {
    const installing = app.connect(wiring());
    await clock.advance(10_000);
    await installing.bind(PUBLIC_URL);
  }
  portal.finishInstall();
  // The installation's own traffic and events are no business of the behaviours.
  await clock.advance(60_000);
  received.length = 0;
  const called = sandbox.calls.length;
  const rest = () => sandbox.calls.slice(called).filter(({ kind }) => kind === "rest");
  let byMishap = 0;
  return {
    sandbox,
    portal,
    clock,
    app,
    received,
    adminId: admin.id,
    grant: () => grant,
    wiring,
    connect: () => app.connect(wiring()),
    account: portal.memberId,
    expected: { zone: "Europe/Bucharest", currency: "USD" },
    settledMs: 30_000,
    now,
    advance: (byMs) => clock.advance(byMs),
    people,
    outbox: outboxOf(portal),
    mishap: (kind, on) =>
      arm(faults, kind, on, () => {
        byMishap += kind === "limited" ? 1 : 0;
      }),
    async deliveries() {
      return received.splice(0).filter(({ url }) => url === `${PUBLIC_URL}/bitrix24/events`);
    },
    applicationTokenOf: (account) => (account === portal.memberId ? portal.app.applicationToken : null),
    calls: () => rest().length,
    violations: () => [...sandbox.violations.map(({ path, rule }) => `${path}: ${rule}`), ...strange],
    limitedByUs: () => limitedCalls(sandbox) - byMishap,
    async close() {},
  };
}

function outboxOf(portal: SandboxPortal): Outbox {
  return {
    prepare() {
      portal.mailboxes.add("anna@ours.example");
      const process = String(portal.addWorkflow("SMS to the contact", "CCrmDocumentContact", ["Text"]));
      return { from: "anna@ours.example", sequence: "1", process };
    },
    sent: () => [
      ...portal.letters.map(({ activityId, subject, body }) => ({
        way: "letter" as const,
        contactId: String(portal.timeline.activities.get(activityId)!.ownerId),
        says: `${subject}: ${body}`,
      })),
      ...portal.workflowRuns.map(({ document, values }) => ({
        way: "process" as const,
        contactId: document.replace("CONTACT_", ""),
        says: values.Text ?? "",
      })),
    ],
  };
}

/** Answers "over the limit", of requests and of commands in batches. */
function limitedCalls(sandbox: Bitrix24Sandbox): number {
  return sandbox.calls.filter(({ error }) => error === "QUERY_LIMIT_EXCEEDED" || error === "OPERATION_TIME_LIMIT")
    .length;
}

/** The next call of that sort meets the mishap, once. */
function arm(faults: Faults, mishap: Mishap, on: "write" | "read", met: () => void): void {
  faults.call = ({ write }) => {
    if (write !== (on === "write")) return null;
    delete faults.call;
    met();
    return mishap;
  };
}

const SHORT: Readonly<Record<string, RecordKind>> = { D: "deal", CO: "company", C: "contact" };
const TYPE: Partial<Record<RecordKind, number>> = { deal: 2, contact: 3, company: 4 };
const BINDING: Partial<Record<RecordKind, string>> = { deal: "D", company: "CO", contact: "C" };
type SandboxKind = "deal" | "company" | "contact" | "task";

function peopleOf(portal: SandboxPortal): People {
  const [anna, boris, gone] = ["Anna", "Boris", "Gone"].map((name) => String(portal.addUser({ name }).id));
  portal.dismissUser(Number(gone));
  let made = 0;
  const iso = (instantMs: number) => portal.server.iso(instantMs);
  const move = (dealId: string, stageId: string) => portal.update("deal", Number(dealId), { stageId });
  return {
    owners: { anna: anna!, boris: boris!, gone: gone! },
    async company({ name, ownerId, headcount, industry } = {}) {
      made += 1;
      const fields: Record<string, unknown> = { title: name ?? `Company ${made}` };
      if (ownerId) fields.assignedById = Number(ownerId);
      if (industry) fields.industry = "FINANCE";
      if (headcount !== undefined)
        fields.employees = headcount < 50 ? "EMPLOYEES_1" : headcount < 250 ? "EMPLOYEES_2" : "EMPLOYEES_3";
      return String(portal.create("company", fields));
    },
    async contact({ firstName, lastName, email, companyId } = {}) {
      made += 1;
      const fields: Record<string, unknown> = { name: firstName ?? "Pat", lastName: lastName ?? `No ${made}` };
      if (companyId) fields.companyIds = [Number(companyId)];
      if (email) fields.fm = [{ typeId: "EMAIL", valueType: "WORK", value: email }];
      return String(portal.create("contact", fields));
    },
    async deal({ name, companyId, contactIds = [], amount, ownerId, outcome = "open" }) {
      made += 1;
      const fields: Record<string, unknown> = { title: name ?? `Deal ${made}` };
      if (outcome !== "open") fields.stageId = outcome === "won" ? "WON" : "LOSE";
      if (companyId) fields.companyId = Number(companyId);
      if (contactIds.length > 0) fields.contactIds = contactIds.map(Number);
      if (amount !== undefined) fields.opportunity = amount;
      if (ownerId) fields.assignedById = Number(ownerId);
      return String(portal.create("deal", fields));
    },
    win: async (dealId) => move(dealId, "WON"),
    lose: async (dealId) => move(dealId, "LOSE"),
    reopen: async (dealId) => move(dealId, "NEW"),
    linkDeal: async (dealId, companyId) => portal.update("deal", Number(dealId), { companyId: Number(companyId) }),
    async editTask(id, { subject, dueAt, ownerId, done }) {
      const fields: Record<string, unknown> = {};
      if (subject !== undefined) fields.TITLE = subject;
      if (dueAt !== undefined) fields.DEADLINE = iso(dueAt);
      if (ownerId !== undefined) fields.RESPONSIBLE_ID = Number(ownerId);
      if (Object.keys(fields).length > 0) portal.update("task", Number(id), fields);
      if (done !== undefined) portal.update("task", Number(id), { STATUS: done ? 5 : 2 });
    },
    async ownTask(target) {
      const fields = {
        TITLE: "My own",
        DESCRIPTION: "Not a plan step.",
        RESPONSIBLE_ID: Number(anna),
        UF_CRM_TASK: [`${BINDING[target.kind]}_${target.id}`],
      };
      return String(portal.create("task", fields));
    },
    setField: async ({ kind, id }, fieldId, value) => {
      portal.update(kind as SandboxKind, Number(id), { [FIELD_PREFIX + fieldId.toUpperCase()]: value });
    },
    remove: async ({ kind, id }) => portal.remove(kind as SandboxKind, Number(id)),
    merge: async () => {
      throw new Error("Bitrix24 has no merge");
    },
    seeTask: async (id) => seen(portal, Number(id)),
    tasksOn: async ({ kind, id }) =>
      portal.tasks.tasks
        .all()
        .filter(({ crm }) => crm.includes(`${BINDING[kind]}_${id}`))
        .map((task) => seen(portal, task.id)!),
    seeFields: async ({ kind, id }) => {
      const row = portal.crm.table(TYPE[kind]!).get(Number(id)) ?? {};
      const ours = Object.entries(row).filter(
        ([name, value]) =>
          name.startsWith(FIELD_PREFIX) && value !== null && value !== undefined && value !== "" && value !== false,
      );
      return Object.fromEntries(
        ours.map(([name, value]) => [name.slice(FIELD_PREFIX.length).toLowerCase(), String(value)]),
      );
    },
  };
}

function seen(portal: SandboxPortal, id: number): SeenTask | null {
  const task = portal.tasks.tasks.get(id);
  if (!task) return null;
  const links: RecordRef[] = task.crm.flatMap((binding) => {
    const [short, linked] = binding.split("_");
    const kind = SHORT[short!];
    return kind ? [{ kind, id: linked! }] : [];
  });
  return {
    id: String(task.id),
    subject: fromMarkup(task.title),
    body: fromMarkup(task.description),
    dueAt: task.deadline,
    ownerId: String(task.responsibleId),
    priority: (["low", "medium", "high"] as const)[task.priority] ?? null,
    done: task.status === 5,
    links,
  };
}
