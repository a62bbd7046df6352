import { describe, expect, it } from "vitest";
import { isFailure } from "../../../src/crm/failure.ts";
import type { Crm } from "../../../src/crm/port.ts";
import { type HubSpotWorld, hubspotWorld } from "./world.ts";

async function whenThereIsRoom<T>(world: HubSpotWorld, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isFailure(error, "limited")) throw error;
      await world.clock.advanceTo(error.retryAt!);
    }
  }
}

/** Every page to the end, doing something between the pages. */
async function listAll(world: HubSpotWorld, crm: Crm, sinceMs: number, between: () => void = () => {}) {
  const ids: string[] = [];
  let after: string | null = null;
  let through = 0;
  let pages = 0;
  for (;;) {
    const page = await whenThereIsRoom(world, () => crm.changedSince("deal", sinceMs, after));
    for (const id of page.ids) expect(page.modifiedAt?.[id]).toBeGreaterThan(0);
    ids.push(...page.ids);
    ({ after, through } = page);
    pages += 1;
    if (after === null) break;
    between();
  }
  return { ids, through, pages };
}

function rows(count: number, at: number, spreadMs: number) {
  return Array.from({ length: count }, (_, index) => ({
    properties: { dealname: `D${index}`, dealstage: "appointmentscheduled" },
    at: at + index * spreadMs,
  }));
}

describe("listing what changed, past what search gives (4.3)", () => {
  it("lists 12,000 records, each in few pages", async () => {
    const world = await hubspotWorld();
    const at = world.now() - 86_400_000;
    const made = world.portal.importRecords("deals", rows(12_000, at, 1_000));
    const { ids, pages } = await listAll(world, world.connect(), at);
    expect(new Set(ids)).toEqual(new Set(made));
    expect(pages).toBeLessThanOrEqual(62);
    expect(world.limitedByUs()).toBe(0);
    expect(world.violations()).toEqual([]);
  });

  it("lists 1,500 records that one import made in the same millisecond", async () => {
    const world = await hubspotWorld();
    const at = world.now() - 86_400_000;
    const before = world.portal.importRecords("deals", rows(3, at - 5, 1));
    const made = world.portal.importRecords("deals", rows(1_500, at, 0));
    const later = world.portal.importRecords("deals", rows(250, at + 10, 1));
    const { ids } = await listAll(world, world.connect(), at - 5);
    expect(new Set(ids)).toEqual(new Set([...before, ...made, ...later]));
  });

  it("loses no record when listed ones change between the pages", async () => {
    const world = await hubspotWorld({ switches: { searchLagMs: 0 } });
    const at = world.now() - 86_400_000;
    const made = world.portal.importRecords("deals", rows(900, at, 1_000));
    let next = 0;
    const { ids } = await listAll(world, world.connect(), at, () => {
      for (let count = 0; count < 30; count += 1) world.portal.update("deals", made[next++]!, { amount: "1" });
    });
    expect(new Set(ids)).toEqual(new Set(made));
  });

  it("trusts the listing only up to a minute before it began", async () => {
    const world = await hubspotWorld();
    const crm = world.connect();
    await world.clock.advance(1_000);
    const since = world.now() - 3_600_000;
    const { through } = await listAll(world, crm, since);
    expect(through).toBe(world.now() - 60_000);
  });

  it("refuses a place to go on from that it did not make", async () => {
    const world = await hubspotWorld();
    await expect(world.connect().changedSince("deal", 0, "200")).rejects.toMatchObject({ code: "BAD_CURSOR" });
    await expect(world.connect().changedSince("deal", 0, "{")).rejects.toMatchObject({ code: "BAD_CURSOR" });
  });
});

describe("a connection that was just opened", () => {
  it("lists in one call, and shows what changed once a read fetched the definitions", async () => {
    const world = await hubspotWorld();
    const at = world.now() - 86_400_000;
    const [id] = world.portal.importRecords("deals", rows(1, at, 0));
    const crm = world.connect();
    const list = () => whenThereIsRoom(world, () => crm.changedSince("deal", at, null, true));
    await world.clock.advanceTo(world.now() + 60_000);
    await list();
    const before = world.calls();
    const lean = await list();
    expect(world.calls() - before).toBe(1);
    expect([lean.ids, lean.shown]).toEqual([[id], undefined]);
    await whenThereIsRoom(world, () => crm.read("deal", [id!]));
    expect(Object.keys((await list()).shown ?? {})).toEqual([id]);
  });
});
