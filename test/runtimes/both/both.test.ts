/** One app, one address, portals on both runtimes: what is delivered for either reaches it, and a portal moves there and back while it works. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { signHubSpot } from "../../../src/crm/hubspot/index.ts";
import { compare } from "../../../src/runtimes/move.ts";
import { exportPortal, importPortal } from "../../../src/runtimes/move-lines.ts";
import { HOUR, MINUTE, PUBLIC_URL } from "../../support/times.ts";
import { addPortal, VENDORS, type World } from "../../support/world.ts";
import { BothHouse } from "./house.ts";

let both: BothHouse;
beforeEach(async () => {
  both = await BothHouse.open();
});
afterEach(async () => {
  await both.close();
});

async function lines(of: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of of) all.push(line);
  return all;
}

async function* flow(all: readonly string[]): AsyncGenerator<string> {
  yield* all;
}

/** Moves a portal; `meanwhile` happens when it has left and not arrived. */
async function move(world: World, to: "node" | "worker", meanwhile: () => Promise<void> = async () => undefined) {
  const places = both.places();
  const [from, target] = to === "worker" ? [places.node, places.worker] : [places.worker, places.node];
  const exported = await lines(exportPortal(from, world.id, true));
  await meanwhile();
  expect(await importPortal(target, flow(exported))).toBe(world.id);
  if (to === "worker") both.knowAtWorker(world.id);
  return compare(await from.digest(world.id), await target.digest(world.id));
}

/** A company whose deal is won. Returns the deal. */
function win(world: World, name: string): string {
  const owner = world.owner(name);
  return world.deal({ companyId: world.company({ name, ownerId: owner }), ownerId: owner, outcome: "won" });
}

async function deliver(worlds: readonly World[], objectId: number): Promise<number> {
  const events = worlds.map((world, eventId) => ({
    eventId,
    portalId: Number(world.id.split("-")[1]),
    subscriptionType: "object.creation",
    objectTypeId: "0-3",
    changeSource: "CRM_UI",
    objectId,
  }));
  const url = `${PUBLIC_URL}/hubspot/webhooks`;
  const body = JSON.stringify(events);
  const headers = await signHubSpot("secret-1", { method: "POST", url, body }, both.node.clock.now());
  return (await both.node.app.request(url, { method: "POST", body, headers })).status;
}

const waitingOnNode = (world: World) => both.node.registry.take(world.id, 50).length;

describe("one target URL in front of portals on both runtimes", { timeout: 240_000 }, () => {
  test("an array mixed over portals is split: each side has its own on disk before the answer", async () => {
    const [mine, theirs] = [addPortal(both.node, "hubspot"), addPortal(both.node, "hubspot")];
    for (const world of [mine, theirs]) await world.install();
    await both.runFor(10 * MINUTE);
    expect(await move(theirs, "worker")).toEqual([]);
    await both.runFor(10 * MINUTE);
    expect([waitingOnNode(mine), await both.waitingAtWorker(theirs.id)]).toEqual([0, 0]);

    expect(await deliver([mine, theirs], 5)).toBe(204);
    expect([waitingOnNode(mine), await both.waitingAtWorker(theirs.id)]).toEqual([1, 1]);
    expect(waitingOnNode(theirs)).toBe(0);
    // Sent again, as HubSpot does when it has not read the answer: the same hints again.
    expect(await deliver([mine, theirs], 5)).toBe(204);

    // The Worker is away: nothing is promised, and whatever comes again is taken then.
    both.isWorkerAway = true;
    expect(await deliver([theirs], 6)).toBe(500);
    expect(await deliver([mine], 6)).toBe(204);
    both.isWorkerAway = false;
    const before = await both.waitingAtWorker(theirs.id);
    expect(await deliver([theirs], 6)).toBe(204);
    expect(await both.waitingAtWorker(theirs.id)).toBe(before + 1);

    // A portal that is nowhere: HubSpot is not to send it for ever.
    const { unknown } = await both.node.host.deliver([{ portal: "hubspot-404", hints: [] }]);
    expect(unknown).toEqual(["hubspot-404"]);
    expect(await deliver([{ ...mine, id: "hubspot-404" } as World], 7)).toBe(204);
  });
});

describe.each(VENDORS)("%s: from Node to a Worker and back, in one run", { timeout: 240_000 }, (vendor) => {
  test("nothing is doubled, missing or lost, also not what happens meanwhile", async () => {
    const world = addPortal(both.node, vendor);
    await world.install();
    await both.runFor(10 * MINUTE);
    const first = win(world, "First");
    await both.runFor(30 * MINUTE);
    expect(world.taskCount()).toBe(14);

    let during = "";
    const differences = await move(world, "worker", async () => {
      // Neither side has it: what the CRM sends now is not answered 2xx.
      during = win(world, "During");
      await both.runFor(2 * MINUTE);
      expect(world.tasksOf(during)).toEqual([]);
    });
    expect(differences).toEqual([]);
    expect(both.node.registry.ids()).toEqual([]);
    await both.runFor(HOUR);
    expect(world.tasksOf(during)).toHaveLength(14);

    // Life goes on at the Worker, through the same address.
    const there = win(world, "There");
    const done = world.tasksOf(first)[0]!;
    world.editTask(done.id, { done: true });
    await both.runFor(30 * MINUTE);
    expect(world.tasksOf(there)).toHaveLength(14);
    expect(await both.host.has(world.id)).toBe(true);
    expect(await both.host.ask(world.id, "status", [])).toMatchObject({ mode: "live" });

    let back = "";
    expect(
      await move(world, "node", async () => {
        back = win(world, "Back");
        await both.runFor(2 * MINUTE);
      }),
    ).toEqual([]);
    expect(both.node.registry.ids()).toEqual([world.id]);
    await both.runFor(HOUR);
    win(world, "Home");
    await both.runFor(30 * MINUTE);
    expect(world.tasksOf(back)).toHaveLength(14);
    expect(world.taskCount()).toBe(70);
    expect(world.task(done.id)!.done).toBe(true);
    expect(both.node.host.portal(world.id).store.meta.get("epoch")).toBe(2);
    expect({ violations: world.violations(), limited: world.limited() }).toEqual({ violations: [], limited: 0 });
  });
});
