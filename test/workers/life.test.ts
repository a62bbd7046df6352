import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { KEPT_AFTER_LEAVING_DAYS } from "../../src/portal.ts";
import type { PortalObject } from "../../src/runtimes/workers/portal-object.ts";
import { DAY, env, HOUR, MINUTE, WorkersWorld } from "./world.ts";
import { putBack, tablesOf } from "./world-house.ts";

let world: WorkersWorld | null = null;
afterEach(() => {
  if (world) {
    expect(world.sandbox.violations).toEqual([]);
    expect(world.sandbox.calls.limited).toBe(0);
  }
  world = null;
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function installed(hubId: number): Promise<WorkersWorld> {
  const made = new WorkersWorld({ hubId });
  world = made;
  expect((await made.install()).status).toBe(200);
  await made.runFor(10 * MINUTE);
  return made;
}

function waitingDeliveries(one: WorkersWorld): Promise<number> {
  return runInDurableObject(
    one.object,
    (_: PortalObject, state) => state.storage.sql.exec("select 1 from hint").toArray().length,
  );
}

const registry = () => env.REGISTRY.getByName("registry");
const sweepAt = () => runInDurableObject(registry(), (_, state) => state.storage.getAlarm());

/** All stretches of one sweep. Returns how many. */
async function sweep(): Promise<number> {
  for (let stretches = 1; ; stretches++) {
    expect(await runDurableObjectAlarm(registry())).toBe(true);
    if ((await sweepAt())! > Date.now()) return stretches;
  }
}

describe("a portal as an object", () => {
  test("an object that was only asked about keeps nothing and never wakes", async () => {
    const object = env.PORTAL.getByName("hubspot-4040");
    expect(await object.isInstalled()).toBe(false);
    expect(await object.applicationToken()).toBeNull();
    expect(await object.receive([])).toBe(false);
    expect(await runDurableObjectAlarm(object)).toBe(false);
    const tables = await runInDurableObject(object, (_: PortalObject, state) =>
      state.storage.sql.exec("select name from sqlite_master").toArray(),
    );
    expect(tables).toEqual([]);
  });

  test("A2.2 G11 a won deal becomes fourteen owned, linked tasks and fields on the company", async () => {
    const one = await installed(10);
    const { owner, company, deal } = await one.winDeal("Acme");
    await one.runFor(HOUR);
    const tasks = one.portal.list("tasks");
    expect(tasks).toHaveLength(14);
    for (const task of tasks) {
      expect(task.properties.hubspot_owner_id).toBe(owner);
      expect(one.portal.associationsOf("tasks", task.id, "deals").map((each) => each.id)).toEqual([deal]);
      expect(one.portal.associationsOf("tasks", task.id, "companies").map((each) => each.id)).toEqual([company]);
    }
    expect(one.portal.get("companies", company)!.properties).toMatchObject({
      tenure_phase: "days_0_30",
      tenure_progress: "0",
    });
  });

  test("G1 a webhook is answered when its hint is in the portal's storage, and brings the alarm forward", async () => {
    const one = await installed(11);
    await one.runFor(MINUTE);
    const before = (await one.alarmAt())!;
    one.portal.create("companies", { name: "Late" });
    expect(before).toBeGreaterThan(one.clock.now() + 5_000);
    await one.clock.advance(5_000);
    expect(await waitingDeliveries(one)).toBe(1);
    expect(await one.alarmAt()).toBeLessThanOrEqual(one.clock.now());
  });

  test("evicted between the webhook and the turn, it loses neither hint nor alarm", async () => {
    const one = await installed(12);
    const { company } = await one.winDeal("Acme");
    await one.clock.advance(5_000);
    expect(await waitingDeliveries(one)).toBe(1);
    await evictDurableObject(one.object);
    await one.runFor(HOUR);
    expect(one.portal.list("tasks")).toHaveLength(14);
    expect(one.portal.get("companies", company)!.properties.tenure_phase).toBe("days_0_30");
  });

  test("evicted after every turn, it still makes every task once", async () => {
    const one = await installed(13);
    await one.winDeal("Acme");
    const until = one.clock.now() + 20 * MINUTE;
    while (one.clock.now() < until) {
      await one.runFor(MINUTE / 2);
      await evictDurableObject(one.object);
    }
    expect(one.portal.list("tasks")).toHaveLength(14);
  });

  test("an alarm that fires twice changes nothing the second time", async () => {
    const one = await installed(14);
    await one.winDeal("Acme");
    await one.runFor(HOUR);
    const { writes } = one.sandbox.calls;
    expect(await one.turn()).toBe(true);
    expect(await one.turn()).toBe(true);
    expect(one.sandbox.calls.writes).toBe(writes);
    expect(one.portal.list("tasks")).toHaveLength(14);
  });

  test("two alarms at once share one turn", async () => {
    const one = await installed(15);
    await one.winDeal("Acme");
    await one.clock.advance(5_000);
    await runInDurableObject(one.object, async (object: PortalObject) => {
      await Promise.all([object.alarm(), object.alarm(), object.alarm()]);
    });
    await one.runFor(HOUR);
    expect(one.portal.list("tasks")).toHaveLength(14);
  });
});

describe("wakes", () => {
  test("the next alarm is set before the work begins: a turn that is cut off comes again", async () => {
    const one = await installed(20);
    await one.winDeal("Acme");
    await one.clock.advance(5_000);
    let during: number | null = null;
    const { fetch } = one.sandbox;
    vi.spyOn(one.sandbox, "fetch").mockImplementation(async (request: Request) => {
      during ??= await one.alarmAt();
      return fetch(request);
    });
    const begunAt = one.clock.now();
    await one.turn();
    expect(during).toBe(begunAt + MINUTE);
  });

  test("a hint that arrives while a turn is under way is not slept over", async () => {
    const one = await installed(21);
    const { company } = await one.winDeal("Acme");
    await one.runFor(HOUR);
    one.portal.update("companies", company, { name: "Acme 2" });
    await one.clock.advance(5_000);
    let sent = false;
    const { fetch } = one.sandbox;
    vi.spyOn(one.sandbox, "fetch").mockImplementation(async (request: Request) => {
      if (!sent) {
        sent = true;
        await one.object.receive([{ kind: "company", id: company, change: "changed" }] as never);
      }
      return fetch(request);
    });
    await one.turn();
    expect(sent).toBe(true);
    expect(await one.alarmAt()).toBeLessThanOrEqual(one.clock.now());
  });

  test("an alarm that the platform dropped is set again by the registry's sweep within a quarter of an hour", async () => {
    const one = await installed(22);
    await one.winDeal("Acme");
    await runInDurableObject(one.object, (_: PortalObject, state) => state.storage.deleteAlarm());
    await one.clock.advance(5_000);
    await runInDurableObject(one.object, (_: PortalObject, state) => state.storage.deleteAlarm());
    expect(await one.alarmAt()).toBeNull();
    await sweep();
    expect(await one.alarmAt()).toBe(one.clock.now());
    expect(await sweepAt()).toBe(one.clock.now() + 15 * MINUTE);
    await one.runFor(HOUR);
    expect(one.portal.list("tasks")).toHaveLength(14);
  });

  test("G2 a portal that the platform has put back knows by the sweep that it is an older copy, once", async () => {
    const one = await installed(24);
    await one.winDeal("Acme");
    await one.runFor(HOUR);
    await sweep();
    const meta = (name: string) =>
      runInDurableObject(one.object, (_: PortalObject, { storage }) =>
        storage.sql.exec("select value from meta where key = ?", name).toArray(),
      );
    const copy = await runInDurableObject(one.object, (_: PortalObject, { storage }) => tablesOf(storage.sql));
    await one.winDeal("Borg");
    await one.runFor(HOUR);
    await sweep();
    expect(one.portal.list("tasks")).toHaveLength(28);
    expect(await meta("restored")).toEqual([]);
    await runInDurableObject(one.object, (_: PortalObject, { storage }) => putBack(storage, copy));
    await evictDurableObject(one.object);
    await sweep();
    expect(await meta("restored")).toEqual([{ value: "true" }]);
    await one.runFor(HOUR);
    expect(await meta("forgetful")).toEqual([{ value: expect.stringMatching(/^\d+$/) }]);
    expect(await meta("restored")).toEqual([]);
    expect(one.portal.list("tasks")).toHaveLength(28);
    await sweep();
    expect(await meta("restored")).toEqual([]);
  });

  test("the sweep goes through more portals than one alarm may ask, in stretches", async () => {
    world = new WorkersWorld({ hubId: 23 });
    await registry().add("hubspot-23");
    for (let index = 100; index < 200; index++) await registry().add(`hubspot-9${index}`);
    expect((await registry().ids()).length).toBeGreaterThanOrEqual(101);
    expect(await sweep()).toBeGreaterThan(2);
    // None of them was ever installed: what the sweep finds empty it drops.
    expect((await registry().ids()).filter((id) => /^hubspot-9\d{3}$/.test(id))).toEqual([]);
  });
});

test("metrics tell what the last sweep heard of the portals, to the token's holder, and name no account", async () => {
  const one = await installed(6_543_210);
  const asked = (headers: Record<string, string> = {}) => one.request("/metrics", { headers });
  for (const authorization of ["", "Bearer ", "Bearer metrics-secreT"])
    expect((await asked({ authorization })).status).toBe(403);
  await runInDurableObject(one.object, (_: PortalObject, state) => {
    const values = "values ('f', 'flood', '{}', 1, 1, 1)";
    state.storage.sql.exec(`insert into finding (key, code, params, since, last_at, count) ${values}`);
  });
  await sweep();
  const answer = await asked({ authorization: "Bearer metrics-secret" });
  expect(answer.headers.get("content-type")).toContain("version=0.0.4");
  const lines = (await answer.text()).split("\n");
  expect(lines).toContain('tenure_findings_open{vendor="hubspot",code="flood"} 1');
  expect(lines.find((line) => line.startsWith('tenure_open_portals{vendor="hubspot",mode="live"}'))).toBeDefined();
  expect(lines).toContain("tenure_sweep_seconds 0");
  expect(lines.join()).not.toContain("6543210");
  // A portal that is gone tells nothing any more.
  await one.object.forget();
  await sweep();
  const after = await (await asked({ authorization: "Bearer metrics-secret" })).text();
  expect(after).not.toContain('code="flood"');
});

test("what has been kept long enough goes once a day", async () => {
  const one = await installed(25);
  const old = (change: string) =>
    runInDurableObject(
      one.object,
      (_: PortalObject, state) => state.storage.sql.exec(change, one.clock.now() - 5 * DAY).toArray().length,
    );
  await old("insert into call_log (at, method, path, status, items) values (?, 'GET', '/old', 200, 0)");
  await one.turn();
  expect(await old("select 1 from call_log where at <= ?")).toBe(1);
  await one.clock.advance(DAY);
  await one.turn();
  expect(await old("select 1 from call_log where at <= ?")).toBe(0);
});

describe("leaving", () => {
  test("G10 what HubSpot reports as uninstalled makes no call any more, and an erased portal keeps no row", async () => {
    const one = await installed(30);
    await one.winDeal("Acme");
    await one.runFor(HOUR);
    await one.object.uninstalled(false);
    expect(await one.object.isInstalled()).toBe(false);
    expect(await one.alarmAt()).toBeNull();
    const { total } = one.sandbox.calls;
    expect(await one.object.rearm()).toBe("resting");
    await one.runFor(HOUR);
    expect(one.sandbox.calls.total).toBe(total);
    await one.object.forget();
    const rows = await runInDurableObject(one.object, (_: PortalObject, state) =>
      state.storage.sql.exec("select name from sqlite_master").toArray(),
    );
    expect(rows).toEqual([]);
    expect(await one.object.rearm()).toBe("none");
  });

  test("G10 a portal that was uninstalled and never asked for is deleted by the sweep after its time, and not before", async () => {
    const one = await installed(31);
    await one.object.uninstalled(false);
    await one.clock.advance((KEPT_AFTER_LEAVING_DAYS - 1) * DAY);
    await sweep();
    expect(await registry().ids()).toContain("hubspot-31");
    expect(await one.object.rearm()).toBe("resting");
    await one.clock.advance(2 * DAY);
    await sweep();
    expect(await registry().ids()).not.toContain("hubspot-31");
    const rows = await runInDurableObject(one.object, (_: PortalObject, state) =>
      state.storage.sql.exec("select name from sqlite_master").toArray(),
    );
    expect(rows).toEqual([]);
  });
});

describe("G9 doors of the Worker", () => {
  test("a forged webhook is refused and reaches no object", async () => {
    const one = await installed(40);
    const body = JSON.stringify([
      { eventId: 1, subscriptionType: "object.creation", portalId: 40, objectId: 1, occurredAt: one.clock.now() },
    ]);
    const headers = {
      "content-type": "application/json",
      "x-hubspot-signature-v3": "AAAA",
      "x-hubspot-request-timestamp": String(one.clock.now()),
    };
    const answer = await one.request("/hubspot/webhooks", { method: "POST", headers, body });
    expect(answer.status).toBe(401);
    expect(await waitingDeliveries(one)).toBe(0);
  });

  test("a state is good once, within its time, for the browser that began", async () => {
    const one = new WorkersWorld({ hubId: 41 });
    world = one;
    const begun = await one.request("/hubspot/install");
    const cookie = begun.headers.get("set-cookie")!.split(";")[0]!;
    const back = one.portal.approve(begun.headers.get("location")!);
    expect((await one.request(back)).status).toBe(403);
    expect((await one.request(back, { headers: { cookie } })).status).toBe(200);
    // The CRM knows that its code was used, and we that the state was.
    expect((await one.request(back, { headers: { cookie } })).status).toBe(400);
    const again = one.portal.approve(begun.headers.get("location")!);
    expect((await one.request(again, { headers: { cookie } })).status).toBe(403);
    const late = await one.request("/hubspot/install");
    await one.clock.advance(16 * MINUTE);
    const lateCookie = late.headers.get("set-cookie")!.split(";")[0]!;
    expect(
      (await one.request(one.portal.approve(late.headers.get("location")!), { headers: { cookie: lateCookie } }))
        .status,
    ).toBe(403);
  });

  test("Bitrix24's library for browsers comes from the assets, and nothing else of them is public", async () => {
    const one = await installed(43);
    const answer = await one.request("/bitrix24/b24jssdk.js");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("javascript");
    expect((await answer.text()).length).toBeGreaterThan(100_000);
    expect((await one.request("/index.min.js")).status).toBe(404);
  });

  test("a portal answers only the doors it has", async () => {
    const one = await installed(42);
    const asked = (stub: typeof one.object, method: string) =>
      runInDurableObject(stub, (object: PortalObject) =>
        object.ask(method, []).then(
          () => "answered",
          (error: Error) => error.message,
        ),
      );
    expect(await asked(one.object, "constructor")).toBe('A portal has no door "constructor".');
    expect(await asked(one.object, "toString")).toBe('A portal has no door "toString".');
    expect(await asked(env.PORTAL.getByName("hubspot-4041"), "status")).toBe("This portal is not installed.");
  });
});
