/** What the CRM refuses because something that it names is not there any more finds its way all the same. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keyedTasks } from "../../scripts/world/eye.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;
let owner: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

const store = () => house.host.portal(world.id).store;
const refusals = () => {
  const open = store().findings.open();
  return open.filter(({ code }) => code === "write-refused").map(({ key }) => key);
};
/** Keys of our tasks that are open in the CRM. */
const keyed = (start: string) => {
  const open = keyedTasks(world).filter(({ id, key }) => key.startsWith(start) && !world.task(id)!.done);
  return open.map(({ key }) => key);
};
/** Calls that tie tasks to records. */
const ties = () => {
  const { byPath } = house.hubspot.calls;
  const tied = Object.keys(byPath).filter((call) => call.includes("/tasks/") && call.endsWith("/associate/default"));
  const updated = house.bitrix24.calls.filter(({ method }) => method === "tasks.task.update");
  return tied.reduce((sum, call) => sum + byPath[call]!, 0) + updated.length;
};
/** An administrator says how the client does, on our screens. */
const judge = async (client: string, zone: string) => {
  const viewer = { userId: "1", ownerId: null, isAdmin: true, records: [] };
  const wish = { act: "override", zone, reason: "talked", days: "60", note: "" };
  const done = await house.host.ask(world.id, "act", [viewer, client, wish, zone]);
  expect(done).toMatchObject({ ok: true });
  await house.runFor(HOUR);
};

describe.each(VENDORS)("G2 %s: what is not there any more", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor, 15 * MINUTE, true);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  }, 60_000);

  test("a company in the recycle bin is named by no further task of its client", async () => {
    const company = world.company({ ownerId: owner });
    const contact = world.contact({ companyId: company });
    const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const before = new Set(world.tasksOf(deal).map(({ id }) => id));
    world.remove({ kind: "company", id: company });
    // Nobody owns the client any more: a day later somebody is asked to take it over.
    await house.runFor(3 * DAY);
    const later = world.tasksOf(deal).filter(({ id }) => !before.has(id));
    if (vendor === "hubspot") expect(later.length).toBeGreaterThan(0);
    for (const { links } of later) expect(links).not.toContain(`company:${company}`);
    expect(refusals()).toEqual([]);
  });

  test("a client of which nothing is left is asked about no more; what comes back from the recycle bin is", async () => {
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    await judge(`company:${company}`, "yellow");
    const calls = keyed("play:");
    expect(calls).toHaveLength(2);
    world.remove({ kind: "deal", id: deal });
    await house.runFor(HOUR);
    world.remove({ kind: "company", id: company });
    await house.runFor(HOUR);
    expect(keyed("")).toEqual([]);
    expect(refusals()).toEqual([]);
    await judge(`company:${company}`, "red");
    await house.runFor(2 * DAY);
    expect(keyed("")).toEqual([]);
    expect(refusals()).toEqual([]);
    if (!world.restore({ kind: "company", id: company })) return;
    await house.runFor(HOUR);
    expect(keyed("play:").join()).toContain("zone_red");
    expect(refusals()).toEqual([]);
  });

  test("where the company and its deal are gone, the client's tasks hang on its contact", async () => {
    const company = world.company({ ownerId: owner });
    const contact = world.contact({ companyId: company });
    const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    world.remove({ kind: "deal", id: deal });
    world.remove({ kind: "company", id: company });
    await house.runFor(HOUR);
    await judge(`company:${company}`, "yellow");
    const ids = keyed("play:").map((key) => keyedTasks(world).find((one) => one.key === key)!.id);
    // HubSpot unties the contact from its company, so that nothing of this client is left.
    expect(ids).toHaveLength(vendor === "hubspot" ? 0 : 2);
    for (const id of ids) expect(world.task(id)!.links).toEqual([`contact:${contact}`]);
    expect(refusals()).toEqual([]);
  });

  test("a task that loses one of its records is not tied to the others once more", async () => {
    const company = world.company({ ownerId: owner });
    const contact = world.contact({ companyId: company });
    const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: owner });
    await house.runFor(HOUR);
    world.win(deal);
    await house.runFor(HOUR);
    const [before, { id }] = [ties(), world.tasksOf(deal)[0]!];
    world.remove({ kind: "contact", id: contact });
    await house.runFor(HOUR);
    const row = store().mirror.byExternal("task", [id])[0]!;
    expect(row).toMatchObject({ state: "clean", sent: row.desired });
    expect(row.sent).not.toContain("contact");
    expect(ties()).toBe(before);
  });

  test("a task that a person deleted, of which no event told, is not taken for refused when it is to be tied to one more record", async () => {
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    house.faults[vendor].delivery = () => "drop";
    const [{ id, key }] = keyedTasks(world) as [{ id: string; key: string }];
    world.deleteTask(id);
    await house.runFor(MINUTE);
    house.faults[vendor].delivery = () => null;
    world.linkDeal(deal, company);
    await house.runFor(2 * HOUR);
    expect(world.task(id)).toBeNull();
    const row = store()
      .mirror.ofClients([`company:${company}`])
      .get(`company:${company}`)
      ?.find((one) => one.key === key);
    expect(row).toMatchObject({ state: "gone" });
    expect(refusals()).toEqual([]);
    for (const { links } of world.tasksOf(deal)) expect(links).toContain(`company:${company}`);
  });

  test("a digest for somebody who left over the weekend reaches whoever stands in", async () => {
    const boss = world.owner("Carmen");
    await house.host.ask(world.id, "publish", [
      { digest: { escalationsPerDay: 0, remindersPerDay: 0 }, people: { headIds: [boss] } },
      "user:test",
    ]);
    await house.runFor(2 * HOUR);
    const company = world.company({ ownerId: owner });
    world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const ofOwner = () => store().held.dueOf(owner, Number.POSITIVE_INFINITY);
    while (ofOwner().length === 0) await house.runFor(10 * MINUTE);
    await house.run(store().held.nextDueAt()! - 5 * MINUTE);
    // The connector asks for the portal's people every hour: it sends the digest before it knows.
    world.deactivate(owner);
    await house.runFor(3 * HOUR);
    const digests = store()
      .mirror.page("", 10_000)
      .filter(({ key }) => key.startsWith(`digest:${owner}/`));
    expect(digests.map(({ state, desired }) => [state, JSON.parse(desired!).ownerId])).toEqual([["clean", boss]]);
    expect(refusals().filter((key) => key.includes("digest"))).toEqual([]);
  });

  /** The digest of what was held back for the owner of this one client, which nothing tells us was deleted meanwhile. */
  const digestWithout = async (remove: (ids: { company: string; deal: string }) => void) => {
    await house.host.ask(world.id, "publish", [{ digest: { escalationsPerDay: 0, remindersPerDay: 0 } }, "user:test"]);
    await house.runFor(2 * HOUR);
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    while (store().held.dueOf(owner, Number.POSITIVE_INFINITY).length === 0) await house.runFor(10 * MINUTE);
    await house.run(store().held.nextDueAt()! - MINUTE);
    house.faults[vendor].delivery = () => "drop";
    remove({ company, deal });
    await house.runFor(4 * HOUR);
  };
  const digests = () => {
    const all = store().mirror.page("", 10_000);
    return all.filter(({ key }) => key.startsWith("digest:"));
  };

  test("a digest about nobody who is there any more is not made, and nobody is asked about it", async () => {
    await digestWithout(({ company, deal }) => {
      world.remove({ kind: "deal", id: deal });
      world.remove({ kind: "company", id: company });
    });
    expect(digests().length).toBeGreaterThan(0);
    expect(digests().filter(({ state }) => state === "refused")).toEqual([]);
    expect(refusals()).toEqual([]);
  });

  test("a digest about a client whose company is gone hangs on what is left of it", async () => {
    await digestWithout(({ company }) => world.remove({ kind: "company", id: company }));
    expect(refusals()).toEqual([]);
    expect(digests().map(({ state }) => state)).toEqual(["clean"]);
  });
});
