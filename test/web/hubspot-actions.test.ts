import { afterEach, beforeEach, expect, test } from "vitest";
import { HubSpotWorld, MINUTE, PUBLIC_URL } from "../support/hubspot-world.ts";
import { type Scene, wonScene } from "./visit.ts";

let world: HubSpotWorld;
let scene: Scene;
beforeEach(async () => {
  world = new HubSpotWorld();
  scene = await wonScene(world);
});
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

const fire = (
  code: string,
  inputFields: Record<string, string> = {},
  more: { objectId?: string; callbackId?: string } = {},
) =>
  world.portal.fireAction({
    actionUrl: `${PUBLIC_URL}/hubspot/actions/${code}`,
    objectType: "deals",
    objectId: scene.deal,
    inputFields,
    ...more,
  });
const state = () =>
  world.host.portal(world.id).store.clients.get(`company:${scene.company}`)!.state as {
    plans: { state: string }[];
    acts?: { signals: { id: string; value: number | null }[] };
  };

test("pause plan pauses the plan and tells the workflow", async () => {
  const answer = await fire("pause_plan");
  expect(answer).toMatchObject({
    status: 200,
    outputFields: { hs_execution_state: "SUCCESS", plan: expect.stringContaining("paused") },
  });
  expect(state().plans[0]!.state).toBe("paused");
});

test("the same callback a second time does nothing twice", async () => {
  await fire("record_signal", { signal: "complaint" }, { callbackId: "ap-1-2-3-0" });
  await fire("record_signal", { signal: "complaint" }, { callbackId: "ap-1-2-3-0" });
  await fire("record_signal", { signal: "terms_asked", value: "3" }, { callbackId: "ap-1-2-4-0" });
  expect(state().acts?.signals).toMatchObject([
    { id: "complaint", value: null },
    { id: "terms_asked", value: 3 },
  ]);
});

test("recompute health marks the client's records to be read again", async () => {
  const reads = () =>
    Object.entries(world.sandbox.calls.byPath)
      .filter(([path]) => path.includes("batch/read"))
      .reduce((sum, [, n]) => sum + n, 0);
  const before = reads();
  expect(await fire("recompute_health")).toMatchObject({ status: 200 });
  await world.runFor(5 * MINUTE);
  expect(reads()).toBeGreaterThan(before);
});

test("A2.1 start plan starts one for a deal that was won before the install, by the named template", async () => {
  const old = new HubSpotWorld({ seed: 9 });
  const owner = old.portal.addOwner({});
  const company = old.portal.create("companies", { name: "Early", hubspot_owner_id: owner.id }).id;
  const deal = old.portal.create(
    "deals",
    { dealname: "Early deal", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner.id },
    [{ objectType: "companies", id: company }],
  ).id;
  await old.runFor(MINUTE);
  await old.install();
  await old.runFor(30 * MINUTE);
  expect(old.portal.list("tasks")).toEqual([]);
  const answer = await old.portal.fireAction({
    actionUrl: `${PUBLIC_URL}/hubspot/actions/start_plan`,
    objectType: "deals",
    objectId: deal,
    inputFields: { template: "smb" },
  });
  expect(answer).toMatchObject({ status: 200, outputFields: { hs_execution_state: "SUCCESS" } });
  await old.runFor(10 * MINUTE);
  expect(old.portal.list("tasks").length).toBeGreaterThan(3);
  expect(old.portal.get("companies", company)!.properties.tenure_plan).toContain("Small business");
  old.close();
});

test("what cannot be done is said and lets the workflow go on", async () => {
  expect(await fire("start_plan", { template: "no-such-template" })).toMatchObject({
    status: 200,
    outputFields: { hs_execution_state: "FAIL_CONTINUE", why: "invalid" },
  });
  expect(await fire("record_signal", { signal: "Bad Signal!" })).toMatchObject({ outputFields: { why: "invalid" } });
  const open = world.portal.create(
    "deals",
    { dealname: "Open", pipeline: "default", dealstage: "appointmentscheduled" },
    [{ objectType: "companies", id: scene.company }],
  ).id;
  await world.runFor(5 * MINUTE);
  expect(await fire("start_plan", {}, { objectId: open })).toMatchObject({ outputFields: { why: "not-won" } });
  expect((await fire("drop_everything")).status).toBe(404);
});

test("G9 an unsigned call is refused", async () => {
  const body = JSON.stringify({
    callbackId: "x",
    origin: { portalId: world.portal.hubId },
    object: { objectId: Number(scene.deal), objectType: "DEAL" },
  });
  expect((await world.app.request(`${PUBLIC_URL}/hubspot/actions/pause_plan`, { method: "POST", body })).status).toBe(
    401,
  );
  expect(state().plans[0]!.state).toBe("running");
});

test("the workflow editor gets the templates to choose from", async () => {
  const response = await world.portal.fetchOptions(`${PUBLIC_URL}/hubspot/actions/start_plan`, {
    inputFieldName: "template",
    q: "enterprise",
  });
  const { options } = (await response.json()) as { options: { value: string }[] };
  expect(options.map((one) => one.value)).toEqual(["enterprise"]);
});
