import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectClean, firstDue } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type VendorName, type World } from "../support/world.ts";

let house: House;
let world: World;
let owner: string;
let other: string;
let company: string;
let deal: string;
/** listings of changes are answered 503 */
let cannotList: boolean;

/** Just behind a listing of changes: the next one is minutes away. */
async function afterLook(): Promise<void> {
  const { meta } = house.host.portal(world.id).store;
  const nextAt = Math.max(
    ...["deal", "task", "company"].map((kind) => meta.get<{ nextAt: number }>(`cursor:${kind}`)!.nextAt),
  );
  await house.run(nextAt + 2 * MINUTE);
}

/** People do something of which the CRM tells nothing; then something of which it tells, and from then on nothing, not even of what we write. */
async function unheardThen(unheard: () => void, heard: () => void, events = 1): Promise<void> {
  const faults = house.faults[world.vendor];
  faults.delivery = () => "drop";
  unheard();
  await house.runFor(MINUTE);
  let told = 0;
  faults.delivery = () => (told++ < events ? null : "drop");
  heard();
  await house.runFor(MINUTE);
}

const complete = () => world.editTask(firstDue(world.tasksOf(deal)).id, { done: true });

function handOver(): void {
  world.assign({ kind: "deal", id: deal }, other);
  world.assign({ kind: "company", id: company }, other);
}

const openOwners = () =>
  new Set(
    world
      .tasksOf(deal)
      .filter((one) => !one.done)
      .map((one) => one.ownerId),
  );

afterEach(() => {
  expectClean(house, world);
  house.close();
});

async function begin(vendor: VendorName): Promise<void> {
  cannotList = false;
  house = new House({
    call: async (request, send) => {
      const body = cannotList ? decodeURIComponent(await request.clone().text()) : "";
      const isListing =
        request.url.endsWith("/search") || /filter\[[^\]]*(updatedTime|CHANGED_DATE|LAST_UPDATED)/.test(body);
      return isListing && cannotList ? new Response("{}", { status: 503 }) : send();
    },
  });
  world = await installed(house, vendor, 15 * MINUTE, true);
  owner = world.owner("Aigul");
  other = world.owner("Bogdan");
  await house.runFor(2 * HOUR);
  company = world.company({ ownerId: owner });
  deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
  await house.runFor(HOUR);
  await afterLook();
}

describe.each(VENDORS)("G2 G4 %s: an edit whose event was lost, on a record that we wrote right after it", (vendor) => {
  beforeEach(() => begin(vendor), 60_000);

  test("a date that a person gave a task is seen, though we gave the task another owner a moment later", async () => {
    const task = firstDue(world.tasksOf(deal));
    const dueAt = Date.UTC(2026, 2, 20, 11, 30);
    await unheardThen(() => world.editTask(task.id, { dueAt }), handOver, 2);
    expect(world.task(task.id)).toMatchObject({ dueAt, ownerId: other });
    await afterLook();
    const [row] = house.host.portal(world.id).store.mirror.byExternal("task", [task.id]);
    expect(row!.theirs).toMatchObject({ dueAt });
    expect(world.task(task.id)).toMatchObject({ dueAt, ownerId: other });
  });

  test("an owner that a person gave a task stays, though we were about to give it another ourselves", async () => {
    const third = world.owner("Carmen");
    await house.runFor(2 * HOUR);
    await afterLook();
    const task = firstDue(world.tasksOf(deal));
    await unheardThen(() => world.editTask(task.id, { ownerId: third }), handOver, 2);
    await house.runFor(5 * MINUTE);
    expect(world.task(task.id)).toMatchObject({ ownerId: third });
    expect(openOwners()).toEqual(new Set([third, other]));
  });

  test("a date that a person gave a task stays, though we were about to give it another ourselves", async () => {
    const viewer = { userId: "1", ownerId: null, isAdmin: true, records: [] };
    const act = async (wish: { act: string; cycle: string }) => {
      const done = await house.host.ask(world.id, "act", [viewer, `company:${company}`, wish, wish.act]);
      expect(done).toMatchObject({ ok: true });
    };
    await act({ act: "pause", cycle: "1" });
    await house.runFor(3 * DAY);
    await afterLook();
    // The first of them is a milestone, which stays where it is.
    const [, task, next] = world
      .tasksOf(deal)
      .filter(({ done, dueAt: at }) => !done && at! > house.clock.now() + 5 * DAY);
    const dueAt = Date.UTC(2026, 2, 27, 11, 30);
    house.faults[vendor].delivery = () => "drop";
    world.editTask(task!.id, { dueAt });
    await house.runFor(MINUTE);
    await act({ act: "resume", cycle: "1" });
    await house.runFor(5 * MINUTE);
    expect(world.task(next!.id)!.dueAt).toBeGreaterThan(next!.dueAt!);
    expect(world.task(task!.id)).toMatchObject({ dueAt });
  });

  test("a task that somebody gave away stays there, though its owner left at the same moment and we gave the others to whoever stands in", async () => {
    const third = world.owner("Carmen");
    await house.runFor(2 * HOUR);
    const task = firstDue(world.tasksOf(deal));
    const { at } = house.host.portal(world.id).store.meta.get<{ at: number }>("about")!;
    await house.run(at + HOUR - MINUTE / 2);
    house.faults[world.vendor].delivery = () => "drop";
    world.editTask(task.id, { ownerId: third });
    world.deactivate(owner);
    await house.runFor(MINUTE / 2);
    // The team is looked at once an hour, when there is something to do.
    delete house.faults[world.vendor].delivery;
    world.rename({ kind: "company", id: company }, "Renamed Sarl");
    await house.runFor(3 * MINUTE);
    expect(world.tasksOf(deal).filter(({ ownerId }) => ownerId === owner)).toEqual([]);
    expect(world.task(task.id)).toMatchObject({ ownerId: third });
    await house.runFor(2 * HOUR);
    expect(world.task(task.id)).toMatchObject({ ownerId: third });
  });

  test("another owner of the deal is seen, though we wrote its fields a moment later", async () => {
    await unheardThen(handOver, complete);
    expect(openOwners()).toEqual(new Set([owner]));
    await afterLook();
    await house.runFor(5 * MINUTE);
    expect(openOwners()).toEqual(new Set([other]));
  });

  test("a leaving that somebody noted is seen, though we wrote beside it a moment later and were started again before we looked", async () => {
    const viewer = { userId: "1", ownerId: null, isAdmin: true, records: [] };
    await house.runFor(3 * HOUR);
    await afterLook();
    house.faults[vendor].delivery = () => "drop";
    world.setField(
      { kind: "company", id: company },
      "churned_on",
      new Date(house.clock.now()).toISOString().slice(0, 10),
    );
    const wish = { act: "decide", choice: "fight", reason: "other", days: 30 };
    expect(await house.host.ask(world.id, "act", [viewer, `company:${company}`, wish, "1"])).toMatchObject({
      ok: true,
    });
    await house.runFor(MINUTE);
    expect(world.fields({ kind: "company", id: company }).decision?.toLowerCase()).toBe("fight");
    house.restart();
    await afterLook();
    await house.runFor(5 * MINUTE);
    expect(world.tasksOf(deal).filter(({ done }) => !done)).toEqual([]);
  });

  test("a field of ours that somebody overwrote is put back, though we wrote its neighbours a moment later", async () => {
    const ref = { kind: "company", id: company } as const;
    const { plan, progress } = world.fields(ref);
    await unheardThen(() => world.setField(ref, "plan", "Something else"), complete);
    await afterLook();
    await house.runFor(5 * MINUTE);
    expect(world.fields(ref)).toMatchObject({ plan });
    expect(world.fields(ref).progress).not.toBe(progress);
  });

  test("what we wrote ourselves is listed, and not read back", async () => {
    complete();
    await house.runFor(MINUTE / 2);
    // One after the other, so that the budget has room for what we write at once: HubSpot dates a company anew with each of its tasks.
    world.assign({ kind: "deal", id: deal }, other);
    await house.runFor(MINUTE / 2);
    world.assign({ kind: "company", id: company }, other);
    await house.runFor(MINUTE);
    const { meta } = house.host.portal(world.id).store;
    await afterLook();
    for (const [kind, seen] of [
      ["deal", 1],
      ["company", 1],
      ["task", 14],
    ] as const)
      expect({ kind, ...meta.get<{ seen: number; marked: number }>(`found:${kind}`) }).toMatchObject({
        kind,
        seen,
        marked: 0,
      });
  });
});

describe.each(VENDORS)("G2 G4 %s: what people did while the connector was down, and of which nobody told", (vendor) => {
  beforeEach(() => begin(vendor), 60_000);

  /** Down, while people do something that is told to nobody. */
  async function missing(act: () => void): Promise<void> {
    house.faults[vendor].delivery = () => "drop";
    house.kill();
    act();
    await house.clock.advance(10_000);
    delete house.faults[vendor].delivery;
    house.start();
  }

  test("a task that was completed meanwhile keeps its owner when the first word is of another owner", async () => {
    const task = firstDue(world.tasksOf(deal));
    await missing(complete);
    handOver();
    await house.runFor(2 * MINUTE);
    expect(openOwners()).toEqual(new Set([other]));
    expect(world.task(task.id)).toMatchObject({ done: true, ownerId: owner });
  });

  test("where changes cannot be listed, people's words are followed all the same", async () => {
    await missing(() => undefined);
    cannotList = true;
    handOver();
    await house.runFor(10 * MINUTE);
    expect(openOwners()).toEqual(new Set([other]));
  });

  test("a quiet portal is not woken by a start", async () => {
    const { wakeAt } = (await house.host.turn(world.id))!;
    const calls = world.calls();
    await missing(() => undefined);
    await house.run(wakeAt! - 1);
    expect(world.calls()).toBe(calls);
  });
});
