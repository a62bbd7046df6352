/** The same people do the same things, and what the CRM tells of it reaches the connector in one way or another. */
import { createHash } from "node:crypto";
import { seededRandom } from "../../src/core/seeded-random.ts";
import { signHubSpot } from "../../src/crm/hubspot/index.ts";
import { HOUR, House, HUBSPOT, MINUTE, PUBLIC_URL } from "./house.ts";
import { installed, type VendorName, type World } from "./world.ts";

export const VARIATIONS = [
  "in order",
  "shuffled",
  "tripled",
  "a fifth lost",
  "late writes",
  "stale reads",
  "restored",
] as const;
export type Variation = (typeof VARIATIONS)[number];

export interface Storm {
  /** events that the CRM told of what people did */
  events: number;
  /** per deal: its tasks and the plan's fields, without ids and times of writing */
  outcome: Readonly<Record<string, unknown>>;
  violations: readonly string[];
  limited: number;
  broken: readonly string[];
  /** texts of customers and colleagues that turned up in our databases or logs (G8) */
  leaked: readonly string[];
}

/** Fields that the plan fills; those of the score fold in when something was seen. */
const PLAN_FIELDS = [
  "plan",
  "phase",
  "progress",
  "next_step",
  "next_step_due",
  "overdue",
  "oldest_due",
  "plan_started",
  "phase_2_entered",
  "graduated_on",
  "next_touchpoint",
  "forecast_finish",
];

/** Longer than two listings of changes and two look-ups of what may have arrived, ms. */
const SETTLED_MS = 75 * MINUTE;

const BROKEN = new Set(["turn-failed", "client-undecided", "idle-turn", "wake-in-the-past"]);

export async function storm(vendor: VendorName, deals: number, variation: Variation): Promise<Storm> {
  const captured: Request[] = [];
  let isCapturing = false;
  const stale = variation === "stale reads" ? staleReads() : undefined;
  const house = new House({
    intercept: async (request) => {
      if (!isCapturing) return null;
      captured.push(request);
      return new Response(null, { status: 200 });
    },
    ...(stale && { call: (request: Request, send: () => Promise<Response>) => stale(house, request, send) }),
  });
  const world = await installed(house, vendor, 15 * MINUTE, true);
  const owners = ["Aigul", "Bogdan", "Carmen"].map((name) => world.owner(name));
  await house.runFor(2 * HOUR);
  const told = async (act: () => Promise<void>): Promise<readonly string[]> => {
    captured.splice(0);
    isCapturing = true;
    await act();
    await house.clock.advance(5_000);
    isCapturing = false;
    return eventsOf(vendor, captured);
  };
  const made: Made[] = [];
  const events = await told(() => sell(house, world, deals, owners, made));
  if (variation === "late writes")
    house.faults[vendor].call = ({ index, write }) => (write && index % 7 === 0 ? "late-write" : null);
  await deliverAll(house, vendor, vary(events, variation));
  if (variation === "restored") await restoreLater(house, world);
  await house.runFor(SETTLED_MS);
  const edits = await told(() => work(house, world, made, owners));
  await deliverAll(house, vendor, vary(edits, variation));
  await house.runFor(SETTLED_MS);
  const answer: Storm = {
    events: events.length + edits.length,
    outcome: Object.fromEntries(made.map((one) => [one.deal, outcomeOf(world, one)])),
    violations: world.violations(),
    limited: variation === "late writes" ? 0 : world.limited(),
    broken: house.logs.filter(({ event }) => BROKEN.has(event)).map((line) => JSON.stringify(line).slice(0, 300)),
    leaked: leakedIn(house, world),
  };
  house.close();
  return answer;
}

interface Made {
  deal: string;
  company: string;
}

/** What people sell, with little time between: the connector hears of it only afterwards. */
async function sell(house: House, world: World, deals: number, owners: readonly string[], made: Made[]): Promise<void> {
  for (let n = 0; n < deals; n++) {
    const owner = owners[n % owners.length]!;
    const company = world.company({ ownerId: owner, name: `Kundin ${n} Sarl` });
    const contact = world.contact({ companyId: company, firstName: "Irina", lastName: `Lupu-${n}` });
    const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: owner, amount: 1_000 + n });
    made.push({ deal, company });
    if (n % 10 === 9) await house.clock.advance(100);
  }
  for (const [n, { deal, company }] of made.entries()) {
    world.rename({ kind: "deal", id: deal }, `Auftrag ${n} Lupu`);
    if (n % 5 !== 4) world.win(deal);
    if (n % 7 === 3) world.reopen(deal);
    if (n % 7 === 3) world.win(deal);
    if (n % 11 === 5) world.lose(deal);
    if (n % 4 === 1) world.assign({ kind: "deal", id: deal }, owners[(n + 1) % owners.length]!);
    if (n % 6 === 2) world.assign({ kind: "company", id: company }, owners[(n + 2) % owners.length]!);
    world.rename({ kind: "company", id: company }, `Kundin ${n} International Sarl`);
    if (n % 10 === 9) await house.clock.advance(100);
  }
}

/**
 * What they do once the plans stand: they edit a task, and at the same moment give the client to somebody else, so that we write the very
 * task whose event may have been lost.
 */
async function work(house: House, world: World, made: readonly Made[], owners: readonly string[]): Promise<void> {
  for (const [n, { deal, company }] of made.entries()) {
    // The next step of the plan: that its date was seen shows in the fields.
    const [task] = [...world.tasksOf(deal)].sort((a, b) => a.dueAt! - b.dueAt! || (a.subject < b.subject ? -1 : 1));
    if (!task) continue;
    world.editTask(task.id, n % 4 === 0 ? { subject: `Von Hand ${n}` } : { dueAt: Date.UTC(2026, 2, 9, 8 + (n % 6)) });
    if (n % 5 === 2) continue;
    const owner = owners[(n + 1) % owners.length]!;
    world.assign({ kind: "deal", id: deal }, owner);
    world.assign({ kind: "company", id: company }, owner);
    if (n % 10 === 9) await house.clock.advance(100);
  }
}

/** One event each. */
async function eventsOf(vendor: VendorName, requests: readonly Request[]): Promise<readonly string[]> {
  const bodies = await Promise.all(requests.map((request) => request.text()));
  if (vendor === "bitrix24") return bodies;
  return bodies.flatMap((body) => (JSON.parse(body) as unknown[]).map((event) => JSON.stringify(event)));
}

function vary(events: readonly string[], variation: Variation): readonly string[] {
  const random = seededRandom(99);
  if (variation === "shuffled") return shuffled(events, random);
  if (variation === "tripled") return shuffled([...events, ...events, ...events], random);
  if (variation === "a fifth lost") return events.filter(() => random() >= 0.2);
  return events;
}

function shuffled(events: readonly string[], random: () => number): readonly string[] {
  const mixed = [...events];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other]!, mixed[at]!];
  }
  return mixed;
}

/** As the CRM sends them, signed anew; the connector works in between. */
async function deliverAll(house: House, vendor: VendorName, events: readonly string[]): Promise<void> {
  const size = vendor === "hubspot" ? 100 : 1;
  for (let at = 0; at < events.length; at += size) {
    const response = await house.app.fetch(await requestOf(house, vendor, events.slice(at, at + size)));
    if (response.status >= 300) throw new Error(`a delivery was answered ${response.status}`);
    if (vendor === "hubspot" || at % 50 === 49) await house.runFor(1_000);
  }
}

async function requestOf(house: House, vendor: VendorName, events: readonly string[]): Promise<Request> {
  const url = `${PUBLIC_URL}/${vendor}/${vendor === "hubspot" ? "webhooks" : "events"}`;
  if (vendor === "bitrix24")
    return new Request(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: events[0]!,
    });
  const body = `[${events.join(",")}]`;
  const headers = await signHubSpot(HUBSPOT.clientSecret, { method: "POST", url, body }, house.clock.now());
  return new Request(url, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body });
}

/** A copy is taken, an hour passes in which everything is written, and the copy comes back. */
async function restoreLater(house: House, world: World): Promise<void> {
  await house.runFor(3_000);
  const copy = house.files.bytes(world.id);
  await house.runFor(HOUR);
  house.restore(world.id, copy);
  // Its refresh token was used since: an administrator opens the application.
  if (world.vendor === "bitrix24") await world.install();
}

/** Reads of records; on Bitrix24 a batch of nothing but lists. */
function isRead(url: string, body: string): boolean {
  const { pathname } = new URL(url);
  if (pathname.endsWith("/batch/read")) return true;
  return (
    /\/batch(\.json)?$/.test(pathname) &&
    /(crm\.item|tasks\.task)\.list/.test(body) &&
    !/userfield|fields/.test(body) &&
    !/\.(add|update|delete|complete|bind)/.test(body)
  );
}

/** Answers of reads that come from a copy behind the CRM: up to 20 s old. */
function staleReads() {
  const seen = new Map<string, { at: number; body: string; status: number; headers: Headers }>();
  const random = seededRandom(5);
  return async (house: House, request: Request, send: () => Promise<Response>): Promise<Response> => {
    const text = await request.clone().text();
    if (!isRead(request.url, text)) return send();
    const key = createHash("sha256").update(request.url).update(text).digest("hex");
    const held = seen.get(key);
    if (held && held.at > house.clock.now() - 20_000 && random() < 0.7)
      return new Response(held.body, { status: held.status, headers: held.headers });
    const response = await send();
    const body = await response.text();
    seen.set(key, { at: house.clock.now(), body, status: response.status, headers: response.headers });
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

function outcomeOf(world: World, { deal, company }: Made): unknown {
  const tasks = world
    .tasksOf(deal)
    .map(({ subject, dueAt, ownerId, done, links }) => [subject, dueAt, ownerId, done, links.join("+")].join(" | "));
  const plan = (ref: { kind: "deal" | "company"; id: string }) =>
    Object.fromEntries(Object.entries(world.fields(ref)).filter(([name]) => PLAN_FIELDS.includes(name)));
  return {
    tasks: tasks.sort(),
    company: plan({ kind: "company", id: company }),
    deal: plan({ kind: "deal", id: deal }),
  };
}

/** Whatever we keep, searched for whatever the CRM's people would recognise. */
function leakedIn(house: House, world: World): readonly string[] {
  const kept = [house.files.bytes(world.id), Buffer.from(JSON.stringify(house.logs))].map((bytes) =>
    bytes.toString("latin1"),
  );
  return world.strings().filter((text) => {
    const bytes = Buffer.from(text).toString("latin1");
    return kept.some((one) => one.includes(bytes));
  });
}
