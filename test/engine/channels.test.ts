import { afterEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal, VENDORS, type World } from "../support/world.ts";

const SLACK = "https://hooks.slack.com/services/T0/B0/slack-secret";
const SYSTEM = "https://system.example.com/escalations";
/** The manager hears at once that nobody has talked to the client. */
const LADDERS = {
  no_contact: [{ id: "manager", after: { days: 0 }, who: "manager", action: "notify" }],
  task: [],
  phase: [],
  plan: [],
  silence: [],
  zone: [],
  owner_missing: [],
};

let house: House;
let world: World;
let calls: { url: string; key: string | null; body: Record<string, unknown> }[];
let answer: (url: string) => Response | Promise<Response>;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

interface Scene {
  company: string;
  manager: string;
  publish(webhooks: readonly object[]): Promise<unknown>;
}

async function scene(vendor: (typeof VENDORS)[number], webhooks: readonly object[], digest = {}): Promise<Scene> {
  calls = [];
  answer = () => new Response("ok");
  const fetch = async (request: Request) => {
    const body = (await request.json()) as Record<string, unknown>;
    calls.push({ url: request.url, key: request.headers.get("webhook-id"), body });
    return answer(request.url);
  };
  house = new House({ outside: { outbound: { fetch } } });
  world = addPortal(house, vendor);
  const owner = world.owner("Aigul");
  const manager = world.owner("Marta");
  await world.install();
  await house.runFor(15 * MINUTE);
  const people = { managerOf: { [owner]: manager } };
  const publish = (hooks: readonly object[]) => {
    const settings = { people, digest, ladders: { ladders: LADDERS }, channels: { webhooks: hooks } };
    return house.host.ask(world.id, "publish", [settings, "user:test"]);
  };
  await publish(webhooks);
  const company = world.company({ name: "Zirka Trading", ownerId: owner });
  world.deal({ companyId: company, ownerId: owner, outcome: "won" });
  await house.runFor(30 * MINUTE);
  return { company, manager, publish };
}

const findings = () => house.host.portal(world.id).store.findings.open();
const slack = { id: "team", kind: "slack", url: SLACK };

describe.each(VENDORS)("%s: channels beside the CRM", (vendor) => {
  test("A4.3 a manager's escalation reaches chat and system once, with a link and without a name", async () => {
    const { company, manager } = await scene(vendor, [slack, { id: "erp", kind: "generic", url: SYSTEM }]);
    expect(calls.map(({ url }) => url).sort()).toEqual([SLACK, SYSTEM]);
    const text = String(calls.find(({ url }) => url === SLACK)!.body.text);
    expect(text).toContain("Escalation, level 2: No contact with the client since");
    expect(text).toContain("|Open in the CRM>");
    const { type, data } = calls.find(({ url }) => url === SYSTEM)!.body;
    expect(type).toBe("tenure.escalation");
    expect(data).toMatchObject({ client: `company:${company}`, owner: manager, level: 2 });
    expect(JSON.stringify(calls)).not.toContain("Zirka");
    await house.runFor(2 * HOUR);
    expect(calls).toHaveLength(2);
  });

  test("names are read when the message goes out, where the admin wants them; the store has none, and no address either", async () => {
    await scene(vendor, [{ ...slack, includeNames: true }]);
    expect(String(calls[0]!.body.text)).toContain("Zirka Trading");
    // One of the two CRMs tells an app no names of the team.
    if (vendor === "hubspot") expect(String(calls[0]!.body.text)).toContain("→ Marta");
    const { store } = house.host.portal(world.id);
    const kept = JSON.stringify([store.mirror.page("channel:", 50), store.newestConfig()]);
    expect(kept).not.toContain("Zirka");
    expect(kept).not.toContain("slack-secret");
    expect(kept).toContain("sealed:");
  });

  test("a message that has to wait when the portal leaves keeps nobody from leaving", async () => {
    const made = scene(vendor, [slack]);
    answer = async () => {
      await house.host.ask(world.id, "leave", ["user:1"]);
      return new Response("slow down", { status: 429 });
    };
    await made;
    await house.runFor(HOUR);
    expect(calls).toHaveLength(1);
    expect(house.host.has(world.id)).toBe(false);
  });

  test("what may have arrived is not sent again, and an admin sees it", async () => {
    const made = scene(vendor, [slack]);
    answer = () => new Response("bad gateway", { status: 502 });
    await made;
    await house.runFor(3 * HOUR);
    expect(calls).toHaveLength(1);
    expect(findings()).toMatchObject([{ key: "channel:team", code: "channel-unsure" }]);
  });

  test("a channel that says no is a finding, which the next message that arrives ends", async () => {
    const made = scene(vendor, [slack]);
    answer = () => new Response("invalid_token", { status: 403 });
    const { publish } = await made;
    expect(findings()).toMatchObject([{ key: "channel:team", code: "channel-failed", params: { code: "HTTP_403" } }]);
    answer = () => new Response("ok");
    await publish([slack]);
    const owner = world.owner("Boris");
    const company = world.company({ ownerId: owner });
    world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(30 * MINUTE);
    expect(findings().filter(({ key }) => key === "channel:team")).toEqual([]);
  });

  test("a receiver that asks for patience gets the message later, under the same key", async () => {
    const made = scene(vendor, [slack]);
    answer = () => new Response("slow down", { status: 429, headers: { "retry-after": "120" } });
    await made;
    expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
    answer = () => new Response("ok");
    const before = calls.length;
    await house.runFor(3 * HOUR);
    expect(calls).toHaveLength(before + 1);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
  });

  test("an address that leads inside is refused when it is drafted, and never called", async () => {
    const { publish } = await scene(vendor, []);
    const inside = { ...slack, url: "https://169.254.169.254/latest" };
    expect(await house.host.ask(world.id, "saveDraft", [{ channels: { webhooks: [inside] } }, "user:test"])).toEqual({
      ok: false,
      problems: [{ path: "channels.webhooks.0.url", code: "dead_address", params: {} }],
    });
    await publish([inside]);
    const owner = world.owner("Boris");
    const company = world.company({ ownerId: owner });
    world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(30 * MINUTE);
    expect(calls).toEqual([]);
    expect(findings().map(({ params }) => params.code)).toContain("ADDRESS_NOT_PUBLIC");
  });
});

test("the day's digest goes to the channels that take it", async () => {
  // Nobody is told one by one: everything waits for the digest at noon in Kyiv.
  await scene("hubspot", [{ ...slack, events: ["digest"] }], { escalationsPerDay: 0, digestMinute: 720 });
  expect(calls).toEqual([]);
  await house.runFor(30 * MINUTE);
  expect(calls).toHaveLength(1);
  expect(String(calls[0]!.body.text)).toMatch(/^\*Held back today: 1\*\n• No contact with the client since .* — http/);
});
