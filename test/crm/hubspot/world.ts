/** The contract suite's world over the HubSpot sandbox. */
import type { RecordKind, RecordRef } from "../../../src/core/model.ts";
import { seededRandom } from "../../../src/core/seeded-random.ts";
import type { Fetch } from "../../../src/crm/http.ts";
import { CALLBACK_PATH, hubspotApp, INSTALL_PATH } from "../../../src/crm/hubspot/index.ts";
import { fromHtml, withoutMark } from "../../../src/crm/hubspot/texts.ts";
import type { Grant, Incoming, Wiring } from "../../../src/crm/port.ts";
import { makeTokens } from "../../../src/crm/tokens.ts";
import { VirtualClock } from "../../../src/sandbox/clock.ts";
import {
  HubSpotSandbox,
  type HubSpotSandboxOptions,
  type HubSpotSwitches,
  PERSON,
  type PlainRecord,
  type PortalOptions,
  type SandboxPortal,
} from "../../../src/sandbox/hubspot/index.ts";
import { divergence } from "../../sandbox/hubspot/conforms.ts";
import type { ContractWorld, Mishap, Outbox, People, SeenTask } from "../contract.ts";

export const START = Date.UTC(2026, 10, 2, 9);
export const PUBLIC_URL = "https://app.example.com";
const SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
const APP_ID = 424_242;
const PATHS: Partial<Record<RecordKind, string>> = {
  deal: "deals",
  company: "companies",
  contact: "contacts",
  task: "tasks",
};

export interface HubSpotWorld extends ContractWorld {
  sandbox: HubSpotSandbox;
  portal: SandboxPortal;
  clock: VirtualClock;
  app: ReturnType<typeof hubspotApp>;
  grant(): Grant;
  wiring(more?: Partial<Wiring>): Wiring;
}

export interface WorldOptions {
  /** stands between the adapter and the sandbox */
  between?: (fetch: Fetch) => Fetch;
  switches?: Partial<HubSpotSwitches>;
  portal?: PortalOptions;
  sandbox?: Partial<HubSpotSandboxOptions>;
  scopesGranted?: readonly string[];
  /** what the portal is like before the app comes, or what the app did there already */
  prepare?: (world: HubSpotWorld) => Promise<void> | void;
}

/** A portal with the app installed, on a virtual clock. */
export async function hubspotWorld(options: WorldOptions = {}): Promise<HubSpotWorld> {
  const clock = new VirtualClock(START);
  const sent: Incoming[] = [];
  const sandbox = new HubSpotSandbox({
    clock,
    random: seededRandom(11),
    clientId: "client-1",
    clientSecret: SECRET,
    appId: APP_ID,
    redirectUrls: [PUBLIC_URL + CALLBACK_PATH, PUBLIC_URL + INSTALL_PATH],
    webhookUrl: `${PUBLIC_URL}/hubspot/webhooks`,
    deliver: async (request) => {
      const body = new Uint8Array(await request.arrayBuffer());
      sent.push({ method: request.method, url: request.url, headers: request.headers, body });
      return new Response(null, { status: 200 });
    },
    switches: options.switches ?? {},
    ...options.sandbox,
  });
  const portal = sandbox.addPortal({ timeZone: "Europe/Bucharest", currency: "RON", ...options.portal });
  const divergences: string[] = [];
  const held: Fetch = async (request) => {
    const answer = await sandbox.fetch(request);
    const text = await answer.clone().text();
    const { pathname } = new URL(request.url);
    const problem = divergence(request.method, pathname, answer.status, text === "" ? null : JSON.parse(text));
    if (problem) divergences.push(problem);
    return answer;
  };
  const app = hubspotApp({
    clientId: "client-1",
    clientSecret: SECRET,
    appId: String(APP_ID),
    publicUrl: PUBLIC_URL,
    apiUrl: sandbox.publicUrl,
    authUrl: sandbox.publicUrl,
    fetch: options.between?.(held) ?? held,
  });
  const now = () => clock.now();
  const approved = portal.approve(
    app.authoriseUrl("s"),
    options.scopesGranted ? { scopesGranted: options.scopesGranted } : {},
  );
  let grant = await app.exchange(new URL(approved).searchParams.get("code")!, now());
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
    ...more,
  });
  const world: HubSpotWorld = {
    sandbox,
    portal,
    clock,
    app,
    grant: () => grant,
    wiring,
    connect: () => app.connect(wiring()),
    account: String(portal.hubId),
    expected: { zone: "Europe/Bucharest", currency: "RON" },
    settledMs: 120_000,
    now,
    advance: (byMs) => clock.advance(byMs),
    people: peopleOf(portal),
    outbox: outboxOf(portal),
    mishap: (kind, on) => arm(sandbox, kind, on),
    async deliveries() {
      return sent.splice(0);
    },
    applicationTokenOf: () => null,
    calls: () => sandbox.calls.total + sandbox.calls.faulted,
    violations: () => [
      ...sandbox.violations.map(({ method, path, rule }) => `${method} ${path}: ${rule}`),
      ...divergences,
    ],
    limitedByUs: () => sandbox.calls.limited,
    async close() {},
  };
  await options.prepare?.(world);
  return world;
}

/** The next call of that sort meets the mishap, once. */
function arm(sandbox: HubSpotSandbox, mishap: Mishap, on: "write" | "read"): void {
  sandbox.faults = {
    call: ({ write }) => {
      if (write !== (on === "write")) return null;
      sandbox.faults = undefined;
      return mishap;
    },
  };
}

function outboxOf(portal: SandboxPortal): Outbox {
  return {
    prepare: () => ({ from: "anna@ours.example", sequence: portal.addSequence("Win back", 1).id, process: "1" }),
    sent: () =>
      portal.enrolments.map(({ contactId, sequenceId }) => ({
        way: "sequence",
        contactId,
        says: portal.sequences.get(sequenceId)!.name,
      })),
  };
}

function peopleOf(portal: SandboxPortal): People {
  const [anna, boris, gone] = ["Anna", "Boris", "Gone"].map(
    (firstName) => portal.addOwner({ firstName, lastName: "Owner" }).id,
  );
  portal.archiveOwner(gone!);
  let made = 0;
  const stage = (dealId: string, dealstage: string) => {
    portal.update("deals", dealId, { dealstage });
  };
  return {
    owners: { anna: anna!, boris: boris!, gone: gone! },
    async company({ name, ownerId, headcount, industry } = {}) {
      made += 1;
      const properties: Record<string, string> = { name: name ?? `Company ${made}` };
      if (ownerId) properties.hubspot_owner_id = ownerId;
      if (industry) properties.industry = "BANKING";
      if (headcount !== undefined) properties.numberofemployees = String(headcount);
      return portal.create("companies", properties).id;
    },
    async contact({ firstName, lastName, email, companyId } = {}) {
      made += 1;
      const properties = {
        email: email ?? `person${made}@client.example`,
        firstname: firstName ?? "Pat",
        lastname: lastName ?? `No ${made}`,
      };
      return portal.create("contacts", properties, companyId ? [{ objectType: "companies", id: companyId }] : []).id;
    },
    async deal({ name, companyId, contactIds = [], amount, ownerId, outcome = "open" }) {
      made += 1;
      const dealstage = outcome === "won" ? "closedwon" : outcome === "lost" ? "closedlost" : "appointmentscheduled";
      const properties: Record<string, string> = { dealname: name ?? `Deal ${made}`, pipeline: "default", dealstage };
      if (amount !== undefined) properties.amount = String(amount);
      if (ownerId) properties.hubspot_owner_id = ownerId;
      const links = [
        ...(companyId ? [{ objectType: "companies", id: companyId }] : []),
        ...contactIds.map((id) => ({ objectType: "contacts", id })),
      ];
      return portal.create("deals", properties, links).id;
    },
    win: async (dealId) => stage(dealId, "closedwon"),
    lose: async (dealId) => stage(dealId, "closedlost"),
    reopen: async (dealId) => stage(dealId, "appointmentscheduled"),
    linkDeal: async (dealId, companyId) => portal.associate("deals", dealId, "companies", companyId),
    async editTask(id, { subject, dueAt, ownerId, done }) {
      const properties: Record<string, string> = {};
      if (subject !== undefined) properties.hs_task_subject = subject;
      if (dueAt !== undefined) properties.hs_timestamp = String(dueAt);
      if (ownerId !== undefined) properties.hubspot_owner_id = ownerId;
      if (done !== undefined) properties.hs_task_status = done ? "COMPLETED" : "NOT_STARTED";
      portal.update("tasks", id, properties);
    },
    async ownTask(target) {
      const properties = { hs_timestamp: String(START), hs_task_subject: "My own", hs_task_body: "Not a plan step." };
      return portal.create("tasks", properties, [{ objectType: PATHS[target.kind]!, id: target.id }]).id;
    },
    setField: async (ref, fieldId, value) => {
      portal.update(PATHS[ref.kind]!, ref.id, { [`tenure_${fieldId}`]: String(value) }, PERSON);
    },
    remove: async ({ kind, id }) => portal.remove(PATHS[kind]!, id),
    merge: async (kind, intoId, losingId) => portal.merge(PATHS[kind]!, intoId, losingId).id,
    seeTask: async (id) => {
      const record = portal.get("tasks", id);
      return record && !record.archived ? seen(portal, record) : null;
    },
    tasksOn: async ({ kind, id }) => {
      const linked = portal.associationsOf(PATHS[kind]!, id, "tasks");
      return linked.map((other) => seen(portal, portal.get("tasks", other.id)!));
    },
    seeFields: async ({ kind, id }) => {
      const values = Object.entries(portal.get(PATHS[kind]!, id)?.properties ?? {});
      const ours = values.filter(([name, value]) => name.startsWith("tenure_") && value !== "");
      return Object.fromEntries(ours.map(([name, value]) => [name.slice("tenure_".length), value]));
    },
  };
}

function seen(portal: SandboxPortal, { id, properties }: PlainRecord): SeenTask {
  const links: RecordRef[] = [];
  for (const kind of ["company", "contact", "deal"] as const) {
    for (const other of portal.associationsOf("tasks", id, PATHS[kind]!)) links.push({ kind, id: other.id });
  }
  const dueAt = Date.parse(properties.hs_timestamp ?? "");
  return {
    id,
    subject: properties.hs_task_subject ?? "",
    body: withoutMark(fromHtml(properties.hs_task_body ?? "")),
    dueAt: Number.isNaN(dueAt) ? null : dueAt,
    ownerId: properties.hubspot_owner_id ?? null,
    priority: (properties.hs_task_priority?.toLowerCase() as SeenTask["priority"]) ?? null,
    done: properties.hs_task_status === "COMPLETED",
    links,
  };
}
