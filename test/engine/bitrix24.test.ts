/** What only a Bitrix24 portal does to us, end to end. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Grant } from "../../src/crm/port.ts";
import { makeVault } from "../../src/runtimes/vault.ts";
import type { StatusView } from "../../src/views/status.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, KEYS, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";

let house: House;
let world: Bitrix24PortalWorld;
let owner: string;

beforeEach(() => {
  house = new House();
  world = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  owner = world.owner("Aigul");
});
afterEach(() => house.close());

describe("several pipelines", () => {
  test("a won deal that goes on to the success stage of another pipeline is not won anew: no plan starts, none moves", async () => {
    const { id: pipeline } = world.portal.catalog.addCategory(2, "Renewals");
    const old = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(DAY);
    await world.install();
    await house.runFor(HOUR);
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const due = () => world.tasksOf(deal).map(({ id, dueAt }) => [id, dueAt]);
    expect(due()).toHaveLength(14);
    await house.runFor(DAY);
    const before = due();
    for (const one of [old, deal]) world.portal.moveDealToCategory(Number(one), pipeline, `C${pipeline}:WON`);
    await house.runFor(20 * MINUTE);
    expect(world.tasksOf(old)).toEqual([]);
    expect(due()).toEqual(before);
    expectClean(house, world);
  });
});

/** A company with a plan in a portal that came to rest. */
async function running(): Promise<{ company: string }> {
  await world.install();
  await house.runFor(HOUR);
  const company = world.company({ ownerId: owner });
  world.deal({ companyId: company, ownerId: owner, outcome: "won" });
  await house.runFor(HOUR);
  return { company };
}

const findings = () => house.host.portal(world.id).store.findings.open();
const fieldsOf = (company: string) => world.fields({ kind: "company", id: company });

describe("a method that used up its operating time", () => {
  test("rests until its reset while tasks are made and records read, and then catches up", async () => {
    await running();
    const { costs } = house.bitrix24;
    costs["crm.item.update"] = 240;
    const companies = Array.from({ length: 6 }, () => world.company({ ownerId: owner }));
    const deals = companies.map((companyId) => world.deal({ companyId, ownerId: owner, outcome: "won" }));
    await house.runFor(8 * MINUTE);
    const filled = () => companies.filter((company) => fieldsOf(company).plan_started !== undefined).length;
    expect(deals.map((deal) => world.tasksOf(deal).length)).toEqual(Array(6).fill(14));
    expect(filled()).toBeLessThan(6);
    delete costs["crm.item.update"];
    await house.runFor(30 * MINUTE);
    expect(filled()).toBe(6);
    expect(deals.map((deal) => world.tasksOf(deal).length)).toEqual(Array(6).fill(14));
    expect(world.violations()).toEqual([]);
    expect(findings()).toEqual([]);
  });
});

describe("what the portal pays", () => {
  const payment = async () => ((await house.host.ask(world.id, "status", [])) as StatusView).payment;

  test("an unpaid portal rests with a finding that says so, and goes on by itself once it is paid", async () => {
    await running();
    expect(await payment()).toMatchObject({ status: "free", expired: false });
    world.portal.setPayment("T", true, 0);
    await house.runFor(30 * MINUTE);
    expect(findings().map(({ code, params }) => [code, params.code])).toContainEqual(["unpaid", "PAYMENT_REQUIRED"]);
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    const asked = house.bitrix24.calls.length;
    await house.runFor(30 * MINUTE);
    expect(house.bitrix24.calls.length - asked).toBeLessThanOrEqual(10);
    expect(world.tasksOf(deal)).toEqual([]);
    world.portal.setPayment("P", false, 30);
    await house.runFor(HOUR);
    expect(await payment()).toEqual({ status: "paid", expired: false, daysLeft: 30 });
    expect(findings()).toEqual([]);
    expect(world.tasksOf(deal)).toHaveLength(14);
  });

  test("the event brings the portal's own word within minutes; what it says itself is not believed", async () => {
    await running();
    const event = (name: string, account: string) =>
      house.app.request(`${PUBLIC_URL}/bitrix24/events`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `event=${name}&data[STATUS]=P&data[PAYMENT_EXPIRED]=Y&data[DAYS]=0&auth[member_id]=${account}`,
      });
    const looks = () => house.bitrix24.commandCounts.get("app.info") ?? 0;
    const before = looks();
    const answers = await Promise.all(Array.from({ length: 20 }, () => event("ONAPPPAYMENT", world.portal.memberId)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await event("ONAPPPAYMENT", "somebody-else")).status).toBe(404);
    expect((await event("ONCRMDEALUPDATE", world.portal.memberId)).status).toBe(401);
    await house.runFor(15 * MINUTE);
    expect(looks() - before).toBe(1);
    expect(await payment()).toMatchObject({ status: "free", expired: false });
    world.portal.setPayment("P", false, 30);
    await house.runFor(15 * MINUTE);
    expect(await payment()).toEqual({ status: "paid", expired: false, daysLeft: 30 });
  });
});

describe("an update of the application takes off everything that was bound", () => {
  test.each(["told", "lost"])("it is bound again when the event that says so is %s", async (event) => {
    await running();
    const bound = () => [world.portal.events.bindings.length, world.portal.app.placements.length];
    const before = bound();
    if (event === "lost") house.faults.bitrix24.delivery = () => "drop";
    world.portal.updateApp("2");
    expect(bound()).toEqual([0, 0]);
    await house.runFor(MINUTE);
    delete house.faults.bitrix24.delivery;
    await house.runFor(event === "lost" ? 70 * MINUTE : 10 * MINUTE);
    expect(bound()).toEqual(before);
    expectClean(house, world);
  });
});

describe("our fields", () => {
  test("one that an administrator deleted comes back with its values within minutes", async () => {
    const { company } = await running();
    const before = fieldsOf(company);
    expect(before.plan_started).toBeDefined();
    const field = world.portal.userField("CRM_COMPANY", "UF_CRM_TENURE_PLAN_STARTED")!;
    world.portal.removeUserField(field);
    world.portal.events.userField("DELETE", field.entityId, field.id, field.fieldName, world.portal.actor());
    expect(fieldsOf(company).plan_started).toBeUndefined();
    await house.runFor(30 * MINUTE);
    expect(fieldsOf(company)).toEqual(before);
    expect(findings()).toEqual([]);
    expectClean(house, world);
  });
});

describe("access that was lost though nobody uninstalled us", () => {
  const grant = () => {
    const sealed = house.host.portal(world.id).store.meta.get<string>("grant")!;
    return JSON.parse(makeVault(KEYS).open(sealed)) as Grant;
  };
  const isInstalled = () => house.host.portal(world.id).isInstalled();

  /** A copy from before the last refresh is put back: its refresh token is a used one. */
  async function lose(): Promise<void> {
    const copy = house.files.bytes(world.id);
    await house.runFor(2 * HOUR);
    house.restore(world.id, copy);
    await house.runFor(HOUR);
    expect(isInstalled()).toBe(false);
  }

  const event = (token: string, changed: Record<string, string> = {}) =>
    house.app.request(`${PUBLIC_URL}/bitrix24/events`, {
      method: "POST",
      body: new URLSearchParams({
        event: "ONCRMDEALUPDATE",
        "data[FIELDS][ID]": "1",
        "auth[member_id]": world.portal.memberId,
        "auth[application_token]": world.portal.app.applicationToken,
        "auth[access_token]": token,
        "auth[expires_in]": "3600",
        "auth[server_endpoint]": world.portal.serverEndpoint,
        ...changed,
      }),
    });
  const tokenOf = (userId: number) => house.bitrix24.tokens.issueAccess(world.portal, userId).token;

  test("comes back with the next event, for an hour each, until an administrator opens Tenure", async () => {
    const { company } = await running();
    await lose();
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    expect(world.tasksOf(deal)).toHaveLength(14);
    expect(grant()).toMatchObject({ refreshToken: "", userId: String(world.adminId) });
    expect(findings().map(({ code }) => code)).toEqual(["access-lent"]);
    await house.runFor(HOUR);
    expect(isInstalled()).toBe(false);
    world.rename({ kind: "company", id: company }, "Andere AG");
    await house.runFor(10 * MINUTE);
    expect(isInstalled()).toBe(true);
    expect((await world.portal.openFrame(Number(owner))).response.status).toBe(303);
    expect(grant().refreshToken).toBe("");
    expect((await world.portal.openFrame(world.adminId)).response.status).toBe(303);
    expect(grant().refreshToken).not.toBe("");
    await house.runFor(3 * HOUR);
    expect(isInstalled()).toBe(true);
    expect(findings()).toEqual([]);
    expect(world.tasks()).toHaveLength(28);
    expectClean(house, world);
  });

  test("G9 is lent by an administrator's token of this very portal only, and tried once a minute", async () => {
    await running();
    await lose();
    const other = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
    const [ordinary, foreign, admin] = [
      tokenOf(Number(owner)),
      house.bitrix24.tokens.issueAccess(other.portal, other.adminId).token,
      tokenOf(world.adminId),
    ];
    const asked = () => house.bitrix24.calls.filter(({ method }) => method === "app.info").length;
    for (const [token, changed] of [
      [ordinary, {}],
      [foreign, {}],
      [admin, { "auth[application_token]": "00000000000000000000000000000000" }],
      [admin, { "auth[access_token]": "" }],
    ] as const) {
      await house.runFor(2 * MINUTE);
      expect((await event(token, changed)).status).toBe(404);
      expect(isInstalled()).toBe(false);
    }
    const before = asked();
    for (let times = 0; times < 5; times++) await event(admin);
    expect(asked()).toBe(before);
    await house.runFor(2 * MINUTE);
    expect((await event(admin)).status).toBe(200);
    expect(isInstalled()).toBe(true);
  });

  test("nobody who does not know the portal's token keeps it from coming back", async () => {
    await running();
    await lose();
    const forged = { "auth[application_token]": "00000000000000000000000000000000" };
    expect((await event(tokenOf(world.adminId), forged)).status).toBe(404);
    expect((await event(tokenOf(world.adminId))).status).toBe(200);
    expect(isInstalled()).toBe(true);
  });

  test("is not looked for once we were uninstalled", async () => {
    await running();
    const admin = tokenOf(world.adminId);
    world.uninstall();
    await house.runFor(5 * MINUTE);
    expect((await event(admin)).status).toBe(404);
    expect(isInstalled()).toBe(false);
  });
});
