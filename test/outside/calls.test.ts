import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { companyProperty, contactWithMail, type Received, Receivers, setCompany } from "../support/outside.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

const FIVE = ["create_accounts", "set_permissions", "create_api_keys", "create_channel", "add_to_lists"];
const VIEWER = { userId: "1", ownerId: null, isAdmin: true, records: [] };
const URL = "https://hooks.customer.com/tenure";

let house: House;
let world: World;
let receivers: Receivers;
let company: string;
let property: string;

async function start(
  vendor: (typeof VENDORS)[number],
  calls: object = { url: URL },
  options = ["provisioning", "technical"],
): Promise<void> {
  receivers = new Receivers();
  house = new House({ outside: { outbound: { fetch: receivers.fetch } } });
  world = await installed(house, vendor);
  const owner = world.owner("Boris");
  property = companyProperty(world, "setup_form", ["done", "open"]);
  await house.runFor(2 * HOUR);
  const settings = {
    mapped: { company: [property] },
    form: { property, value: "done" },
    templateRules: [{ name: "all", templateId: "day-30-60-90", options }],
    calls,
  };
  await house.host.ask(world.id, "publish", [settings, "user:1"]);
  company = world.company({ name: "Acme", ownerId: owner });
  const contact = contactWithMail(world, company, "Oksana", "o@acme.example");
  const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: owner });
  await house.runFor(5 * MINUTE);
  world.win(deal);
  await house.runFor(10 * MINUTE);
}

async function completeForm(): Promise<void> {
  setCompany(world, company, property, "done");
  // A property of the customer's own is no event on HubSpot: the next look at changes finds it.
  await house.runFor(30 * MINUTE);
}

afterEach(() => {
  expectClean(house, world);
  house.close();
});

const actions = () => receivers.calls.map((one) => one.body.data.action);
const failedTasks = () => world.tasks().filter((one) => one.subject.includes("failed"));
const rows = () =>
  house.host
    .portal(world.id)
    .store.mirror.page("", 500)
    .filter((row) => row.kind === "call");

describe.each(VENDORS)("%s: provisioning", (vendor) => {
  test("A6.1 the completed form sets off five signed calls, each once and in order, and the steps are done", async () => {
    await start(vendor);
    await house.runFor(HOUR);
    expect(receivers.calls).toEqual([]);
    await completeForm();
    expect(actions()).toEqual(FIVE);
    const secret = (await house.host.ask(world.id, "callSecret", [])) as string;
    for (const call of receivers.calls)
      expect(verified(call, secret)).toMatchObject({ data: { client: `company:${company}`, cycle: 1 } });
    const keys = receivers.calls.map((one) => one.headers.get("idempotency-key"));
    expect(new Set(keys).size).toBe(5);
    expect(keys).toEqual(receivers.calls.map((one) => one.headers.get("webhook-id")));
    // Ids only: names and addresses are the receiver's to read, unless the admin wants them sent.
    expect(receivers.calls.map((one) => one.text).join()).not.toContain("Oksana");
    expect(rows().map((row) => row.state)).toEqual(Array(5).fill("clean"));
    await house.runFor(HOUR);
    expect(receivers.calls).toHaveLength(5);
    expect(failedTasks()).toEqual([]);
  });

  test("A6.1 a call that may have arrived is made again under the same key, and the next one waits for it", async () => {
    await start(vendor);
    receivers.answers.push("cut", 503, 200);
    await completeForm();
    expect(actions()).toEqual(["create_accounts", "create_accounts", "create_accounts", ...FIVE.slice(1)]);
    const keys = receivers.calls.slice(0, 3).map((one) => one.headers.get("webhook-id"));
    expect(new Set(keys).size).toBe(1);
    const bodies = receivers.calls.slice(0, 3).map((one) => one.body.data);
    expect(bodies[1]).toEqual(bodies[0]);
    expect(failedTasks()).toEqual([]);
  });

  test("A6.1 a call that is refused becomes a task, and a person may have it made again", async () => {
    await start(vendor);
    receivers.answers.push(422);
    await completeForm();
    expect(actions()).toEqual(["create_accounts"]);
    expect(failedTasks()).toHaveLength(1);
    expect(await house.host.ask(world.id, "retryCall", [VIEWER, `company:${company}`, "1/create_accounts"])).toBe(true);
    await house.runFor(10 * MINUTE);
    expect(actions()).toEqual(["create_accounts", ...FIVE]);
    expect(failedTasks()).toEqual([]);
  });

  test("A6.1 the failed call's task, done by hand, lets the others go on", async () => {
    await start(vendor);
    receivers.answers.push(400);
    await completeForm();
    world.editTask(failedTasks()[0]!.id, { done: true });
    await house.runFor(HOUR);
    expect(actions()).toEqual(FIVE);
  });

  test("A6.2 each connector is optional: what is off is passed over, what has an address of its own goes there", async () => {
    const actionSettings = {
      create_api_keys: { isOff: true },
      create_channel: { url: "https://chat.customer.com/new" },
    };
    await start(vendor, { url: URL, actions: actionSettings, includeContact: true });
    await completeForm();
    expect(actions()).toEqual(FIVE.filter((one) => one !== "create_api_keys"));
    expect(receivers.calls.map((one) => one.url)).toEqual([URL, URL, "https://chat.customer.com/new", URL]);
    expect(receivers.calls[0]!.text).toContain("Oksana");
    expect(receivers.calls[0]!.text).toContain("o@acme.example");
  });

  test("A6.3 another system reports its step as done, once, by the link it was given", async () => {
    await start(vendor);
    await completeForm();
    const { external } = receivers.calls[0]!.body.data as { external: { step: string; doneUrl: string }[] };
    const imported = external.find((one) => one.step === "data_import")!;
    expect(imported.doneUrl).toContain(`${PUBLIC_URL}/v1/done/`);
    const task = () => world.tasks().find((one) => one.subject.includes("Data import"))!;
    expect(task().done).toBe(false);
    const answer = await house.app.request(imported.doneUrl, { method: "POST" });
    expect(answer.status).toBe(200);
    await house.runFor(10 * MINUTE);
    expect(task().done).toBe(true);
    const again = await house.app.request(imported.doneUrl, { method: "POST" });
    expect(await again.json()).toEqual({ success: true, repeated: true });
    expect((await house.app.request(`${imported.doneUrl}x`, { method: "POST" })).status).toBe(404);
  });
});

describe("calls that cannot be made", () => {
  test("a receiver that stays away for two days is given up, and a person takes over", async () => {
    await start("hubspot");
    receivers.answers.push(...Array<number>(20).fill(503));
    await completeForm();
    // Each wait is jumped over: the connector is asked again when it said it wanted to be.
    for (let jumps = 0; jumps < 40 && failedTasks().length === 0; jumps++) {
      await house.clock.advanceTo(house.clock.now() + 90 * MINUTE);
      await house.runFor(5 * MINUTE);
    }
    expect(actions()).toEqual(Array(8).fill("create_accounts"));
    expect(failedTasks()).toHaveLength(1);
    expect(house.clock.now()).toBeGreaterThan(Date.UTC(2026, 2, 3, 9));
    expect(house.clock.now()).toBeLessThan(Date.UTC(2026, 2, 2, 9) + 4 * DAY);
  });

  test.each([
    ["an address inside a network", "https://127.0.0.1/hook"],
    ["a name without a public ending", "https://intranet/hook"],
    ["plain http", "http://hooks.customer.com/x"],
  ])("G9 %s is never called: the step becomes a task", async (_, url) => {
    await start("hubspot", { url });
    await completeForm();
    expect(receivers.calls).toEqual([]);
    expect(failedTasks()).toHaveLength(1);
  });

  test("without any address the step becomes a task", async () => {
    await start("hubspot", {});
    await completeForm();
    expect(failedTasks()).toHaveLength(1);
  });
});

function verified(call: Received, secret: string): unknown {
  const headers = Object.fromEntries(call.headers);
  const stamped = Number(call.headers.get("webhook-timestamp")) * 1000;
  // The library compares with the real clock; the signature itself is what is checked here.
  const signature = new Webhook(secret).sign(headers["webhook-id"]!, new Date(stamped), call.text);
  expect(headers["webhook-signature"]).toBe(signature);
  return call.body;
}
