import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { UsageStatus } from "../../src/doors/usage.ts";
import { DAY, HOUR, HubSpotWorld, MINUTE, PUBLIC_URL, START } from "../support/hubspot-world.ts";

/** 2026-03-02 as days since 1970. */
const TODAY = Math.floor(START / DAY);

let world: HubSpotWorld;
let company: string;
let key: string;

beforeEach(async () => {
  world = new HubSpotWorld();
  const owner = world.portal.addOwner({ firstName: "Айгуль" }).id;
  await world.install();
  await world.runFor(10 * MINUTE);
  company = world.portal.create("companies", { name: "Acme", hubspot_owner_id: owner }).id;
  const values = { dealname: "Acme deal", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
  world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  await world.runFor(HOUR);
  key = (await world.host.ask(world.id, "makeWriteKey", ["user:1"])) as string;
});

afterEach(() => world.close());

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const bytes = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const auth = { authorization: `Basic ${btoa(`${key}:`)}` };
  return Promise.resolve(
    world.app.request(`${PUBLIC_URL}/v1/${path}`, {
      method: "POST",
      body: bytes as BodyInit,
      headers: { ...auth, ...headers },
    }),
  );
}

function usage(client = `company:${company}`): Record<string, readonly (readonly [number, number])[]> {
  return (world.host.portal(world.id).store.usageOf([client]).get(client) ?? {}) as never;
}

const status = async () => (await world.host.ask(world.id, "usageStatus", [])) as UsageStatus;
const at = (ms: number) => new Date(ms).toISOString();
const login = (user: string, messageId: string, more: object = {}) => ({
  type: "track",
  event: "Logged In",
  userId: user,
  messageId,
  context: { groupId: company },
  ...more,
});

describe("A8.24 usage at the door", () => {
  test("logins, uses of the main function and distinct users become counts per client and day", async () => {
    await world.host.ask(world.id, "publish", [{ usage: { core: ["Report Created"] } }, "user:1"]);
    const now = world.clock.now();
    const batch = [
      login("anna", "m1"),
      login("anna", "m2"),
      login("boris", "m3"),
      { ...login("anna", "m4"), event: "Report Created" },
      { ...login("anna", "m5"), event: "Settings Opened" },
      login("anna", "m6", { timestamp: at(now - DAY) }),
    ];
    const answer = await post("batch", { batch, sentAt: at(now) });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ success: true });
    expect(usage()).toEqual({
      logins: [
        [TODAY - 1, 1],
        [TODAY, 3],
      ],
      core_uses: [[TODAY, 1]],
      active_users: [
        [TODAY - 1, 1],
        [TODAY, 2],
      ],
    });
  });

  test("A8.16 A8.3 deals that the client creates and minutes inside count under the names that signs read", async () => {
    const events = { "Deal Created": "deals", "Session Ended": "minutes" };
    await world.host.ask(world.id, "publish", [{ usage: { events } }, "user:1"]);
    const session = (messageId: string, properties: object) => ({
      ...login("anna", messageId),
      event: "Session Ended",
      properties,
    });
    await post("track", { ...login("anna", "m1"), event: "deal created" });
    const told = [{ minutes: 12.4 }, { minutes: "8" }, {}, { minutes: -5 }, { minutes: 1e9 }, { minutes: 0 }];
    await post("batch", { batch: told.map((one, i) => session(`s${i}`, one)) });
    expect(usage()).toMatchObject({ deals: [[TODAY, 1]], minutes: [[TODAY, 12 + 8 + 1 + 1 + 1440]] });
  });

  test("a doubled, a late and an out-of-order delivery count once, on their own days", async () => {
    const now = world.clock.now();
    await post("track", login("anna", "m2", { timestamp: at(now) }));
    await post("track", login("anna", "m1", { timestamp: at(now - 3 * DAY) }));
    await post("track", login("anna", "m2", { timestamp: at(now) }));
    await post("batch", { batch: [login("anna", "m1"), login("anna", "m3"), login("anna", "m3")] });
    expect(usage().logins).toEqual([
      [TODAY - 3, 1],
      [TODAY, 2],
    ]);
    expect(await status()).toMatchObject({ counted: 3, doubled: 3 });
  });

  test("a user named once with the client is that client's from then on, and before", async () => {
    await post("track", { event: "Logged In", userId: "anna", messageId: "m1" });
    expect(usage()).toEqual({});
    await post("identify", {
      userId: "anna",
      messageId: "m2",
      traits: { company: { id: company }, email: "anna@acme.example" },
    });
    await post("track", { event: "Logged In", userId: "anna", messageId: "m3" });
    expect(usage().logins).toEqual([[TODAY, 2]]);
  });

  test("an id of the product's own is found by the mapped property", async () => {
    const settings = { mapped: { company: ["customer_id"] }, usage: { clientProperty: "customer_id" } };
    world.portal.addProperty("companies", {
      name: "customer_id",
      type: "string",
      fieldType: "text",
      label: "Customer id",
    });
    await world.host.ask(world.id, "publish", [settings, "user:1"]);
    world.portal.update("companies", company, { customer_id: "acme-7" });
    await world.runFor(HOUR);
    await post("group", { groupId: "acme-7", userId: "anna", messageId: "m0" });
    await post("track", login("anna", "m1", { context: { groupId: "acme-7" } }));
    // The CRM's own number means nothing once the product's ids are used.
    await post("track", login("carl", "m2"));
    expect(usage().logins).toEqual([[TODAY, 1]]);
  });

  test("counts of nobody wait seven days and are dropped, counted", async () => {
    await post("track", login("anna", "m1", { context: { groupId: "999" } }));
    world.host.portal(world.id).upkeep();
    expect((await status()).dropped).toBe(0);
    await world.clock.advanceTo(START + 8 * DAY);
    world.host.portal(world.id).upkeep();
    expect((await status()).dropped).toBe(2);
    const left = world.host.portal(world.id).store.db.all("select * from usage");
    expect(left).toEqual([]);
  });

  test("the client is decided again when the day is over, not for every event", async () => {
    const { store } = world.host.portal(world.id);
    await world.runFor(HOUR);
    const before = store.clients.get(`company:${company}`)!.dueAt!;
    await post("track", login("anna", "m1"));
    const midnightInKyiv = Date.UTC(2026, 2, 2, 22);
    expect(store.clients.get(`company:${company}`)!.dueAt).toBe(Math.min(before, midnightInKyiv));
  });

  test("a first value that the product shows is the client's day of first value (A10.1)", async () => {
    await world.host.ask(world.id, "publish", [{ usage: { firstValue: ["Report Created"] } }, "user:1"]);
    await world.clock.advanceTo(START + 2 * DAY);
    await post("track", { ...login("anna", "m1"), event: "Report Created" });
    await world.runFor(HOUR);
    expect(world.portal.get("companies", company)!.properties.tenure_ttfv_days).toBe("2");
  });
});

test("A8.24 companies that become one keep their usage together, and their users", async () => {
  const other = world.portal.create("companies", { name: "Acme East" }).id;
  world.portal.create("deals", { dealname: "East", pipeline: "default", dealstage: "closedwon" }, [
    { objectType: "companies", id: other },
  ]);
  await world.runFor(HOUR);
  await post("track", login("anna", "m1"));
  await post("track", login("boris", "m2", { context: { groupId: other } }));
  const survivor = world.portal.merge("companies", company, other).id;
  await world.runFor(HOUR);
  await post("track", { event: "Logged In", userId: "boris", messageId: "m3" });
  expect(usage(`company:${survivor}`).logins).toEqual([[TODAY, 3]]);
});

describe("G9 A8.24 who may send", () => {
  test("the key may stand in the body, a revoked or unknown one is turned away", async () => {
    const body = { ...login("anna", "m1"), writeKey: key };
    expect((await post("track", body, { authorization: "" })).status).toBe(200);
    expect((await post("track", login("anna", "m2"), { authorization: "" })).status).toBe(401);
    const other = `Basic ${btoa(`${world.id}.guessed:`)}`;
    expect((await post("track", login("anna", "m3"), { authorization: other })).status).toBe(401);
    expect((await post("track", login("anna", "m4"), { authorization: `Basic ${btoa("hubspot-1.x:")}` })).status).toBe(
      401,
    );
    const { keys } = await status();
    const second = (await world.host.ask(world.id, "makeWriteKey", ["user:1"])) as string;
    await world.host.ask(world.id, "revokeWriteKey", [keys[0]!.id, "user:1"]);
    expect((await post("track", login("anna", "m5"))).status).toBe(401);
    key = second;
    expect((await post("track", login("anna", "m6"))).status).toBe(200);
    expect(usage().logins).toEqual([[TODAY, 2]]);
  });

  test.each([
    ["broken JSON", "track", "{", 400],
    ["a list", "track", [1], 400],
    ["a batch without a list", "batch", { batch: 1 }, 400],
    ["a call over 32 KB", "track", { event: "x".repeat(33 * 1024) }, 400],
    ["a batch over 500 KB", "batch", { batch: [], filler: "x".repeat(501 * 1024) }, 400],
  ])("%s is turned away", async (_, path, body, expected) => {
    expect((await post(path, body)).status).toBe(expected);
  });

  test("one call over 32 KB does not spoil its batch, and packed batches are read", async () => {
    const batch = [login("anna", "m1", { properties: { filler: "x".repeat(33 * 1024) } }), login("anna", "m2")];
    const packed = new Uint8Array(gzipSync(JSON.stringify({ batch })));
    expect((await post("batch", packed, { "content-encoding": "gzip" })).status).toBe(200);
    expect(usage().logins).toEqual([[TODAY, 1]]);
    expect((await status()).odd).toBe(1);
    // A small packet that unpacks to more than the limit.
    const bomb = new Uint8Array(gzipSync(JSON.stringify({ batch: [], filler: "x".repeat(5_000_000) })));
    expect((await post("batch", bomb, { "content-encoding": "gzip" })).status).toBe(400);
  });

  test("G8 nothing of a person is kept: no id, name, address or property", async () => {
    const body = login("anna@acme.example", "m1", {
      traits: { name: "Anna Petrova" },
      properties: { plan: "secret-plan" },
    });
    await post("track", body);
    await post("identify", { userId: "anna@acme.example", traits: { companyId: company, phone: "+380441234567" } });
    const { db } = world.host.portal(world.id).store;
    const tables = ["meta", "usage", "seen", "client", "history"];
    const everything = tables.map((table) => JSON.stringify(db.all(`select * from ${table}`))).join();
    for (const word of ["anna", "Petrova", "secret-plan", "380441234567", key]) expect(everything).not.toContain(word);
    expect(JSON.stringify(world.logs)).not.toContain("anna");
  });

  test("a key that was taken from a page cannot keep the process busy: beyond a thousand calls at once it is told to wait", async () => {
    const statuses: number[] = [];
    for (let calls = 0; calls < 1_001; calls++) statuses.push((await post("page", "{}")).status);
    expect(statuses.filter((one) => one !== 200)).toEqual([429]);
    const refused = await post("page", "{}");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    await world.runFor(1_000);
    expect((await post("page", "{}")).status).toBe(200);
  });

  test("browsers on the customer's pages may send", async () => {
    const asked = await world.app.request(`${PUBLIC_URL}/v1/track`, {
      method: "OPTIONS",
      headers: { origin: "https://app.acme.example", "access-control-request-method": "POST" },
    });
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
  });
});
