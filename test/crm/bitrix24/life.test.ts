import { describe, expect, it } from "vitest";
import { FIELDS } from "../../../src/core/fields.ts";
import { ROBOTS } from "../../../src/crm/bitrix24/index.ts";
import { FIELD_PREFIX } from "../../../src/crm/bitrix24/shape.ts";
import { doneOf, fieldsItem, Scene, taskItem } from "../contract/scene.ts";
import { type Bitrix24World, bitrix24World, PUBLIC_URL } from "./world.ts";

/** Binding needs a few calls in a row: waits until the budget has them. */
async function bind(world: Bitrix24World, publicUrl = PUBLIC_URL): Promise<void> {
  const scene = new Scene(world);
  const crm = world.connect();
  await scene.patiently(() => crm.bind(publicUrl));
}

const bound = (world: Bitrix24World) =>
  world.portal.events.bindings.map(({ event, handler, offline }) => `${event} ${handler} ${offline}`).sort();

describe("tying a portal to us", () => {
  it("binds every event of the sheet, four places and the robots, and a second time changes nothing", async () => {
    const world = await bitrix24World();
    const events = bound(world);
    for (const name of [
      "ONCRMDEALADD",
      "ONCRMDEALUPDATE",
      "ONCRMDEALDELETE",
      "ONCRMDEALMOVETOCATEGORY",
      "ONCRMDYNAMICITEMUPDATE",
      "ONTASKUPDATE",
      "ONCRMACTIVITYADD",
      "ONCRMCOMPANYUSERFIELDDELETE",
      "ONAPPUPDATE",
      "ONAPPUNINSTALL",
    ]) {
      expect(events).toContain(`${name} ${PUBLIC_URL}/bitrix24/events false`);
    }
    expect(world.portal.app.placements.map(({ placement }) => placement).sort()).toEqual([
      "CRM_COMPANY_DETAIL_TAB",
      "CRM_CONTACT_DETAIL_TAB",
      "CRM_DEAL_DETAIL_TAB",
      "LEFT_MENU",
    ]);
    expect([...world.portal.app.robots.keys()].sort()).toEqual(ROBOTS.map(({ code }) => `tenure_${code}`).sort());
    await bind(world);
    expect(bound(world)).toEqual(events);
    expect(world.portal.app.placements).toHaveLength(4);
    expect(world.violations()).toEqual([]);
  });

  it("moves everything to a new address of ours", async () => {
    const world = await bitrix24World();
    const there = world.portal.app.placements.length;
    await bind(world, "https://app.example.com/new");
    expect(
      world.portal.events.bindings.filter(({ handler }) => handler !== "https://app.example.com/new/bitrix24/events"),
    ).toEqual([]);
    expect(world.portal.app.placements.map(({ handler }) => handler)).toEqual(
      Array(there).fill("https://app.example.com/new/bitrix24/app"),
    );
    expect(world.portal.app.robots.get("tenure_start_plan")?.handler).toBe(
      "https://app.example.com/new/bitrix24/robots/start_plan",
    );
  });

  it("works without robots and placements where the portal has none", async () => {
    const world = await bitrix24World({ portal: { scopes: ["crm", "task", "user_brief"] }, bound: false });
    await bind(world).catch((error: unknown) => {
      throw error;
    });
    expect(bound(world).length).toBeGreaterThan(15);
    expect(world.portal.app.placements).toEqual([]);
  });

  it("takes everything off again when it leaves (G10)", async () => {
    const world = await bitrix24World();
    const crm = world.connect();
    await new Scene(world).patiently(() => crm.leave());
    expect(bound(world)).toEqual([]);
    expect(world.portal.app.placements).toEqual([]);
    expect(world.portal.app.robots.size).toBe(0);
    expect(crm.capabilities().uninstall).not.toBe(true);
  });
});

describe("automation rules", () => {
  it("reach us with their record and properties, and get their answer", async () => {
    const world = await bitrix24World();
    const dealId = await world.people.deal({});
    const token = world.portal.fireRobot("tenure_record_signal", Number(dealId), { signal: "complaint", value: "3" });
    await world.advance(10_000);
    const incoming = world.received.find(({ url }) => url.endsWith("/bitrix24/robots/record_signal"))!;
    const verified = world.app.verifyRobot(incoming, (account) => world.applicationTokenOf(account));
    expect(verified).toEqual({
      ok: true,
      call: {
        account: world.account,
        code: "record_signal",
        target: { kind: "deal", id: dealId },
        properties: { signal: "complaint", value: "3" },
        eventToken: token,
        access: { token: expect.stringMatching(/^\w+$/), leftMs: expect.any(Number) },
      },
    });
    const crm = world.connect();
    await world.advance(10_000);
    expect(await crm.answerRobot({ eventToken: token, values: { score: 72, zone: "green" }, log: "done" })).toBe(true);
    expect(world.portal.app.runs[0]).toMatchObject({ waiting: false, returned: { score: "72", zone: "green" } });
    expect(await crm.answerRobot({ eventToken: "no such run", values: {} })).toBe(false);
  });

  it("are refused without the portal's application token (G9)", async () => {
    const world = await bitrix24World();
    world.portal.fireRobot("tenure_start_plan", Number(await world.people.deal({})));
    await world.advance(10_000);
    const incoming = world.received.find(({ url }) => url.includes("/robots/"))!;
    expect(world.app.verifyRobot(incoming, () => "another")).toEqual({ ok: false, reason: "mismatch" });
    expect(world.app.verifyRobot(incoming, () => null)).toEqual({ ok: false, reason: "unknown-portal" });
    expect(world.app.verifyRobot({ ...incoming, body: new TextEncoder().encode("code=tenure_x") }, () => "t")).toEqual({
      ok: false,
      reason: "malformed",
    });
  });
});

describe("a portal that changes under us", () => {
  it("is followed to its new address without losing a write", async () => {
    const world = await bitrix24World();
    const scene = new Scene(world);
    const target = { kind: "company" as const, id: await world.people.company() };
    await world.advance(30_000);
    world.portal.changeAddress("acme-group.bitrix24.sandbox");
    const item = taskItem("c/1/a", target, world.now());
    doneOf((await scene.writeOnce("task", "create", [item])).get(item.key));
    expect(await world.people.tasksOn(target)).toHaveLength(1);
    expect(world.grant().endpoint).toBe("https://acme-group.bitrix24.sandbox/rest/");
    expect(scene.crm.recordUrl(target)).toBe(`https://acme-group.bitrix24.sandbox/crm/company/details/${target.id}/`);
  });

  it("keeps working with the other methods while one is parked, and goes on with it at its reset (G5)", async () => {
    const world = await bitrix24World({ sandbox: { operatingLimitS: 30, costs: { "crm.item.update": 2 } } });
    const scene = new Scene(world);
    await scene.ensureSchema();
    const targets = [];
    for (let index = 0; index < 20; index += 1)
      targets.push({ kind: "company" as const, id: await world.people.company() });
    await world.advance(60_000);
    const items = targets.map((target, index) => fieldsItem(target, { score: index }));
    const outcomes = [...(await scene.writeOnce("fields", "update", items, "company")).values()];
    const limited = outcomes.filter((outcome) => !outcome.done);
    expect(outcomes.filter(({ done }) => done)).toHaveLength(15);
    expect(
      limited.every((outcome) => !outcome.done && outcome.failure === "limited" && outcome.retryAt > world.now()),
    ).toBe(true);
    const parkedUntil = scene.crm.readyAt({ do: "write", kind: "fields", verb: "update" });
    expect(parkedUntil).toBeGreaterThan(world.now() + 8 * 60_000);
    expect(scene.crm.readyAt({ do: "read", kind: "company" })).toBeLessThan(world.now() + 5_000);
    expect(
      (
        await scene.read(
          "company",
          targets.map(({ id }) => id),
        )
      ).records.size,
    ).toBe(20);
    await scene.createTasks([taskItem("c/1/a", targets[0]!, world.now())]);
    const before = world.now();
    const settled = await scene.write("fields", "update", items, "company");
    expect([...settled.values()].every(({ done }) => done)).toBe(true);
    expect(world.now() - before).toBeGreaterThan(8 * 60_000);
  });

  const DEAD: [string, string][] = [
    ["PORTAL_DELETED", "revoked"],
    ["ERROR_OAUTH", "revoked"],
    ["APPLICATION_NOT_FOUND", "revoked"],
    ["PAYMENT_REQUIRED", "unauthorised"],
    ["ACCESS_DENIED", "unauthorised"],
    ["OVERLOAD_LIMIT", "limited"],
  ];
  for (const [code, failure] of DEAD) {
    it(`that answers ${code} to everything is ${failure}`, async () => {
      for (const portalDeletedStatus of [500, 410] as const) {
        const world = await bitrix24World({ switches: { portalDeletedStatus } });
        const crm = world.connect();
        await world.advance(30_000);
        world.portal.deadCode = code;
        await expect(crm.read("company", ["1"])).rejects.toMatchObject({ failure, code });
        world.portal.deadCode = null;
        if (failure === "limited") expect(crm.readyAt({ do: "changes" })).toBeGreaterThan(world.now() + 3_000_000);
      }
    });
  }

  it("on a plan without REST says so in words for an admin", async () => {
    const world = await bitrix24World();
    const crm = world.connect();
    await world.advance(30_000);
    Object.assign(world.portal, { plan: "free-no-rest" });
    await expect(crm.account()).rejects.toMatchObject({
      failure: "unauthorised",
      message: expect.stringContaining("plan"),
    });
  });

  it("that waits for an administrator's confirmation gets an advice, not a retry", async () => {
    const world = await bitrix24World();
    const crm = world.connect();
    await world.advance(30_000);
    world.portal.requireConfirmation("crm.category.list");
    await expect(crm.stages()).rejects.toMatchObject({
      failure: "refused",
      code: "METHOD_CONFIRM_WAITING",
      message: expect.stringContaining("administrator"),
    });
  });

  it("refreshes a token that died early once, for all calls that hold it", async () => {
    const world = await bitrix24World();
    const crm = world.connect();
    const ids = [await world.people.company(), await world.people.company(), await world.people.company()];
    await world.advance(30_000);
    await crm.account();
    world.sandbox.tokens.expire(world.portal);
    const refreshes = () => world.sandbox.calls.filter(({ method }) => method === "refresh_token").length;
    const before = refreshes();
    const answers = await Promise.all(ids.map((id) => crm.read("company", [id])));
    expect(answers.map(({ records }) => records.length)).toEqual([1, 1, 1]);
    expect(refreshes() - before).toBe(1);
  });

  it("whose administrator lost the rights does not look as if everything had been deleted", async () => {
    const world = await bitrix24World();
    const crm = world.connect();
    const companyId = await world.people.company({ ownerId: world.people.owners.anna });
    const item = taskItem("c/1/a", { kind: "company", id: companyId }, world.now(), {
      ownerId: world.people.owners.anna,
    });
    const taskId = (await new Scene(world).createTasks([item])).get(item.key)!;
    await world.advance(30_000);
    const admin = world.portal.org.users.get(world.adminId)!;
    Object.assign(admin, { admin: false, sees: "none" });
    Object.assign(world.portal.tasks.tasks.get(Number(taskId))!, { createdBy: Number(world.people.owners.anna) });
    await expect(crm.read("company", [companyId])).rejects.toMatchObject({
      failure: "unauthorised",
      code: "RIGHTS_LOST",
    });
    await expect(crm.read("task", [taskId])).rejects.toMatchObject({ failure: "unauthorised", code: "RIGHTS_LOST" });
  });
});

describe("our fields", () => {
  it("are typed, rounded as defined, in the filters, and labelled in four languages", async () => {
    const world = await bitrix24World();
    await new Scene(world).ensureSchema();
    const field = (name: string) => world.portal.userField("CRM_COMPANY", FIELD_PREFIX + name)!;
    expect(field("SCORE")).toMatchObject({
      userTypeId: "double",
      settings: { PRECISION: 0 },
      multiple: false,
      editInList: false,
    });
    expect(field("SCORE").showFilter).not.toBe("N");
    expect(field("SCORE").editFormLabel).toMatchObject({
      en: "Health score",
      ru: "Оценка здоровья",
      ua: "Оцінка здоров’я",
      ro: "Scor de sănătate",
    });
    expect(field("ZONE").list.map(({ xmlId }) => xmlId)).toEqual(["green", "yellow", "red", "learning"]);
    expect(field("ESCALATION_OWNER").userTypeId).toBe("employee");
    expect(field("DECISION").editInList).toBe(true);
  });

  it("leave out by rank what the portal has no room for, and a field of another type under our name", async () => {
    const world = await bitrix24World();
    const mine = FIELDS.filter(({ on }) => on.includes("company"));
    world.portal.addUserField({ entityId: "CRM_COMPANY", fieldName: `${FIELD_PREFIX}SCORE`, userTypeId: "string" });
    const room = mine.filter(({ rank }) => rank === 1).length - 1;
    for (let index = 0; index < 1016 - room - 1; index += 1) {
      world.portal.addUserField({ entityId: "CRM_COMPANY", fieldName: `UF_CRM_${index}`, userTypeId: "string" });
    }
    const { ready, left } = await new Scene(world).ensureSchema();
    const score = { field: "score", on: "company", why: "other-type" };
    expect(left.filter(({ on }) => on === "company")).toContainEqual(score);
    expect(
      left
        .filter(({ on, why }) => on === "company" && why === "no-room")
        .map(({ field }) => field)
        .sort(),
    ).toEqual(
      mine
        .filter(({ rank }) => rank > 1)
        .map(({ id }) => id)
        .sort(),
    );
    expect([...ready.company!].sort()).toEqual(
      mine
        .filter(({ rank, id }) => rank === 1 && id !== "score")
        .map(({ id }) => id)
        .sort(),
    );
  });

  it("notice that an admin deleted one: the write is a finding, and the schema brings it back", async () => {
    const world = await bitrix24World();
    const scene = new Scene(world);
    await scene.ensureSchema();
    const target = { kind: "company" as const, id: await world.people.company() };
    world.portal.removeUserField(world.portal.userField("CRM_COMPANY", `${FIELD_PREFIX}SCORE`)!);
    const item = fieldsItem(target, { score: 5, zone: "red" });
    expect((await scene.write("fields", "update", [item], "company")).get(item.key)).toMatchObject({
      failure: "refused",
      code: "FIELD_MISSING",
      about: ["score"],
    });
    await scene.ensureSchema();
    expect(doneOf((await scene.write("fields", "update", [item], "company")).get(item.key)).echo).toMatchObject({
      score: 5,
      zone: "red",
    });
  });

  it("get an option back that an admin deleted", async () => {
    const world = await bitrix24World();
    const scene = new Scene(world);
    await scene.ensureSchema();
    const zone = world.portal.userField("CRM_COMPANY", `${FIELD_PREFIX}ZONE`)!;
    zone.list = zone.list.filter(({ xmlId }) => xmlId !== "red");
    scene.reconnect();
    await scene.ensureSchema();
    expect(zone.list.map(({ xmlId }) => xmlId).sort()).toEqual(["green", "learning", "red", "yellow"]);
  });
});

describe("choices", () => {
  const zoneOf = (world: Awaited<ReturnType<typeof bitrix24World>>) =>
    world.portal.userField("CRM_COMPANY", `${FIELD_PREFIX}ZONE`)!;

  it("follow the portal's language and keep what records hold; words and options of others stay; the second time nothing is written", async () => {
    const world = await bitrix24World();
    const scene = new Scene(world);
    await scene.ensureSchema();
    const target = { kind: "company" as const, id: await world.people.company() };
    await scene.write("fields", "update", [fieldsItem(target, { zone: "red" })], "company");
    const zone = zoneOf(world);
    const theirs = { id: 9_001, value: "Parked", xmlId: "parked", sort: 900, def: false };
    zone.list = [...zone.list.map((one) => (one.xmlId === "yellow" ? { ...one, value: "Amber" } : one)), theirs];
    const ids = zone.list.map(({ id }) => id);
    scene.reconnect();
    await scene.ensureSchema("ro");
    expect(zone.list.map(({ value }) => value)).toEqual(["Verde", "Amber", "Roșu", "În învățare", "Parked"]);
    expect(zone.list.map(({ id }) => id)).toEqual(ids);
    const held = world.portal.crm.table(4).get(Number(target.id))![`${FIELD_PREFIX}ZONE`];
    expect(zone.list.find(({ id }) => id === held)?.value).toBe("Roșu");
    // every write makes a new list
    const written = zone.list;
    scene.reconnect();
    await scene.ensureSchema("ro");
    expect(zone.list).toBe(written);
  });

  it("are known by their words where the portal gave them codes of its own, and get ours", async () => {
    const world = await bitrix24World();
    const scene = new Scene(world);
    await scene.ensureSchema();
    const zone = zoneOf(world);
    const ids = zone.list.map(({ id }) => id);
    zone.list = zone.list.map((one) => ({ ...one, xmlId: `md5-${one.id}` }));
    scene.reconnect();
    await scene.ensureSchema();
    expect(zone.list.map(({ id }) => id)).toEqual(ids);
    expect(zone.list.map(({ xmlId }) => xmlId)).toEqual(["green", "yellow", "red", "learning"]);
  });
});

describe("the offline queue", () => {
  it("keeps changes until they are confirmed, where the plan has it", async () => {
    const world = await bitrix24World({ portal: { plan: "professional" } });
    const crm = world.connect();
    await world.advance(30_000);
    await crm.account();
    expect(crm.capabilities()["offline-events"]).toBe(true);
    const dealId = await world.people.deal({});
    await world.people.win(dealId);
    const first = await crm.drain();
    expect(first.hints).toContainEqual({ kind: "deal", id: dealId, change: "changed" });
    await first.confirm();
    await world.advance(5_000);
    expect((await crm.drain()).hints).toEqual([]);
    expect(world.portal.events.offline).toEqual([]);
  });

  it("is not bound, and said so, where the plan lacks it", async () => {
    const world = await bitrix24World();
    const crm = world.connect();
    expect(crm.capabilities()["offline-events"]).toMatch(/not asked/);
    await world.advance(30_000);
    await crm.account();
    expect(crm.capabilities()["offline-events"]).toMatch(/plan/);
    expect(world.portal.events.bindings.some(({ offline }) => offline)).toBe(false);
  });
});

describe("meetings, calls, e-mails and invoices", () => {
  it("are hinted at, read under their own kind, linked and listed", async () => {
    const world = await bitrix24World();
    const scene = new Scene(world);
    const companyId = await world.people.company();
    const dealId = await world.people.deal({ companyId });
    await scene.hints();
    const at = world.portal.server.iso(world.now());
    const owner = {
      ownerTypeId: 2,
      ownerId: Number(dealId),
      responsibleId: world.adminId,
      startTime: world.now(),
      endTime: world.now() + 900_000,
      completed: true,
      subject: `x ${at}`,
    };
    const call = String(world.portal.create("activity", { ...owner, typeId: 2, direction: 1 }));
    const meeting = String(world.portal.create("activity", { ...owner, typeId: 1 }));
    const invoice = String(
      world.portal.create("invoice", { title: "No 7", companyId: Number(companyId), opportunity: 500 }),
    );
    const { hints } = await scene.hints();
    expect(hints).toContainEqual({ kind: "call", id: call, change: "created" });
    expect(hints).toContainEqual({ kind: "meeting", id: meeting, change: "created" });
    expect(hints).toContainEqual({ kind: "invoice", id: invoice, change: "created" });
    expect((await scene.readOne("call", call)).facts).toMatchObject({ direction: "in", durationMs: 900_000 });
    expect((await scene.read("meeting", [call, meeting])).missing).toEqual([call]);
    expect((await scene.readOne("meeting", meeting)).links).toEqual([{ kind: "deal", id: dealId }]);
    expect(await scene.readOne("invoice", invoice)).toMatchObject({
      facts: { status: "draft", amount: 500, balance: 500 },
      links: [{ kind: "company", id: companyId }],
    });
    expect((await scene.patiently(() => scene.crm.changedSince("call", 0, null))).ids).toEqual([call]);
    const linked = await scene.patiently(() => scene.crm.linked("meeting", [{ kind: "deal", id: dealId }]));
    expect(linked.get(`deal:${dealId}`)).toEqual([meeting]);
    for (const [kind, target, ids] of [
      ["deal", `company:${companyId}`, [dealId]],
      ["invoice", `company:${companyId}`, [invoice]],
    ] as const) {
      expect(
        (await scene.patiently(() => scene.crm.linked(kind, [{ kind: "company", id: companyId }]))).get(target),
      ).toEqual(ids);
    }
    expect(world.violations()).toEqual([]);
  });

  it("lists contacts of a company and deals of a contact", async () => {
    const world = await bitrix24World();
    const scene = new Scene(world);
    const companyId = await world.people.company();
    const contactId = await world.people.contact({ companyId });
    const dealId = await world.people.deal({ contactIds: [contactId] });
    expect(
      (await scene.patiently(() => scene.crm.linked("contact", [{ kind: "company", id: companyId }]))).get(
        `company:${companyId}`,
      ),
    ).toEqual([contactId]);
    expect(
      (await scene.patiently(() => scene.crm.linked("deal", [{ kind: "contact", id: contactId }]))).get(
        `contact:${contactId}`,
      ),
    ).toEqual([dealId]);
    expect(world.violations()).toEqual([]);
  });
});
