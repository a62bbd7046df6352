import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CrmApp, Grant, Wiring } from "../../../src/crm/port.ts";
import type { About } from "../../../src/portal-open.ts";
import { Rest } from "../../../src/portal-rest.ts";
import { FolderHouse, HOUR, MINUTE } from "./folder-house.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let house: FolderHouse;
beforeEach(() => {
  house = new FolderHouse();
});
afterEach(() => {
  house.remove();
  expect(house.sandbox.violations).toEqual([]);
});

const file = () => join(house.dataDir, "portals", `${house.id}.sqlite`);
const calls = () => house.sandbox.calls.total;
const meta = (name: string) => house.host.portal(house.id).store.meta.get(name);

/** Runs a quarter of an hour. Whoever was away is careful for some seconds of it, and decides about everybody afterwards. */
async function wasCareful(): Promise<boolean> {
  const seen: boolean[] = [];
  for (let second = 0; second < 16 * 60; second++) {
    await house.runFor(1_000);
    if (house.host.openCount() > 0) seen.push(meta("careful") !== null);
  }
  expect(seen).not.toHaveLength(0);
  return seen.some(Boolean);
}

/** One client with its plan, and hours in which nothing happened. */
async function quietPortal(): Promise<void> {
  await house.install();
  await house.runFor(15 * MINUTE);
  house.winDeal("First");
  await house.runFor(3 * HOUR);
  expect(house.tasks()).toBe(14);
}

describe("a quiet portal", () => {
  test("is asked for changes while its file is closed, and every call of that is in the log afterwards", async () => {
    await quietPortal();
    expect(house.host.openCount()).toBe(0);
    const before = calls();
    await house.runFor(45 * MINUTE);
    expect(house.host.openCount()).toBe(0);
    expect(calls() - before).toBeGreaterThanOrEqual(9);
    const { searches } = house.host
      .portal(house.id)
      .store.journal.newestCalls(1_000)
      .filter(({ at }) => at >= house.clock.now() - 45 * MINUTE)
      .reduce((sum, { path }) => ({ searches: sum.searches + (path.endsWith("/search") ? 1 : 0) }), { searches: 0 });
    // Deals, companies and tasks, three times each.
    expect(searches).toBe(9);
  });

  test("rests also while one kind may not be listed, and asks for that more and more rarely", async () => {
    await quietPortal();
    const { sandbox } = house;
    const send = sandbox.fetch.bind(sandbox);
    let asked = 0;
    vi.spyOn(sandbox, "fetch").mockImplementation(async (request) => {
      if (!/objects.*emails.*search/.test(request.url)) return send(request);
      asked += 1;
      return Response.json({ status: "error", category: "MISSING_SCOPES", message: "no" }, { status: 403 });
    });
    await house.runFor(6 * HOUR);
    expect(asked).toBeGreaterThan(3);
    asked = 0;
    let closed = 0;
    for (let minute = 0; minute < 6 * 60; minute++) {
      await house.runFor(MINUTE);
      if (house.host.openCount() === 0) closed += 1;
    }
    // Every two hours; it would be 72 times.
    expect(asked).toBeGreaterThanOrEqual(2);
    expect(asked).toBeLessThanOrEqual(4);
    expect(closed).toBeGreaterThan(4 * 60);
    const open = house.host.portal(house.id).store.findings.open();
    expect(open.map(({ key }) => key)).toContain("part:changes/email");
  });

  test("of the portal that worked with its file nothing is held while it rests, nor are handles, however often it was opened", async () => {
    await quietPortal();
    const handles = () => (existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0);
    const before = handles();
    const worked: WeakRef<object>[] = [];
    for (let round = 0; round < 4; round++) {
      worked.push(new WeakRef(house.host.portal(house.id)), new WeakRef(house.host.portal(house.id).store.db));
      // The connector's loop comes by every minute.
      for (let minute = 0; minute < 22; minute++) await house.runFor(MINUTE);
      expect(house.host.openCount()).toBe(0);
      expect(handles()).toBeLessThanOrEqual(before);
    }
    // What a WeakRef was asked for stays until the turn of the event loop is over.
    await new Promise(setImmediate);
    collect();
    expect(worked.filter((one) => one.deref() !== undefined)).toHaveLength(0);
  });

  test("a won deal of which no event came gets its tasks within sixteen minutes", async () => {
    await quietPortal();
    house.isDeaf = true;
    house.winDeal("Second");
    await house.runFor(16 * MINUTE);
    expect(house.tasks()).toBe(28);
  });

  test("a won deal of which an event came gets them at once", async () => {
    await quietPortal();
    house.winDeal("Second");
    await house.runFor(MINUTE);
    expect(house.tasks()).toBe(28);
  });

  test("somebody who was deactivated is known to be after an hour", async () => {
    await quietPortal();
    const [owner] = (meta("about") as { owners: { id: string; active: boolean }[] }).owners;
    await house.runFor(20 * MINUTE);
    house.isDeaf = true;
    house.portal.archiveOwner(owner!.id);
    await house.runFor(75 * MINUTE);
    const { owners } = meta("about") as { owners: { id: string; active: boolean }[] };
    expect(owners.find((one) => one.id === owner!.id)?.active).toBe(false);
  });

  test("its access is renewed meanwhile", async () => {
    await quietPortal();
    await house.runFor(5 * HOUR);
    expect(house.host.openCount()).toBe(0);
    house.winDeal("Second");
    await house.runFor(MINUTE);
    expect(house.tasks()).toBe(28);
  });

  test("a grant that must not be lost is on disk before anything else happens, a mere access token is not worth opening the file", async () => {
    const grant = { account: "1", accessToken: "a", refreshToken: "r", issuedAt: 0, expiresAt: 1_000, scopes: [] };
    const kept: unknown[] = [];
    const refreshed = { refreshToken: "r" };
    const app = {
      refresh: async (old: Grant, now: number) => ({
        ...old,
        ...refreshed,
        accessToken: `a${now}`,
        issuedAt: now,
        expiresAt: now + 1_000,
      }),
      connect: ({ tokens }: Wiring) => ({
        reconcileEveryMs: 2_000,
        readyAt: () => 0,
        changedSince: async () => {
          await tokens.access();
          return { ids: [], after: null, through: 0 };
        },
      }),
    };
    let now = 5_000;
    const cursor = { since: 0, after: null, nextAt: 0, seen: 0, endedAt: 0, found: 0, calm: 0 };
    const rest = new Rest({
      app: app as unknown as CrmApp,
      around: { now: () => now, chance: () => 0 },
      about: { at: 5_000 } as About,
      cursors: new Map([["deal", cursor]]),
      drainAt: null,
      grant: grant as unknown as Grant,
      untilMs: 60_000,
      onGrant: (one) => void kept.push(one.refreshToken),
    });
    // 7 s, and then together with the looks of others, which begin every 3 s.
    expect(await rest.look()).toBe(9_000);
    expect([kept, rest.end().grant.accessToken]).toEqual([[], "a5000"]);
    now = 9_000;
    refreshed.refreshToken = "another";
    expect(await rest.look()).toBe(12_000);
    expect(kept).toEqual(["another"]);
    now = 60_000;
    expect(await rest.look()).toBeNull();
  });
});

describe("killed while it rests", () => {
  test("a portal that had just been looked at is not due again: what a pass moved is on disk when it ends", async () => {
    await quietPortal();
    while (house.host.nextWakeAt()! <= house.clock.now()) await house.host.turnDue();
    await house.clock.advanceTo(house.host.nextWakeAt()!);
    const before = calls();
    await house.host.turnDue();
    expect(calls()).toBeGreaterThan(before);
    const next = house.host.nextWakeAt()!;
    expect(next).toBeGreaterThan(house.clock.now());
    house.kill();
    house.start();
    expect(house.host.nextWakeAt()).toBe(next);
  });

  /** The connector's loop comes by every minute. */
  async function restAndDie(): Promise<void> {
    for (let minute = 0; minute < 3; minute++) await house.runFor(MINUTE);
    expect(house.host.openCount()).toBe(0);
    house.kill();
  }

  test("it goes on without looking at everything again", async () => {
    await quietPortal();
    await house.runFor(2 * HOUR);
    await restAndDie();
    await house.clock.advanceTo(house.clock.now() + 2 * MINUTE);
    house.start();
    const before = calls();
    expect(await wasCareful()).toBe(false);
    // What was seen since its file was closed is looked at once more: all kinds, and the portal itself.
    expect(calls() - before).toBeLessThanOrEqual(20);
  });

  test("G2 an older copy of its file is not taken for the one that rested: no task is made twice", async () => {
    await quietPortal();
    expect(house.host.openCount()).toBe(0);
    copyFileSync(file(), join(house.root, "older.sqlite"));
    house.winDeal("Second");
    await house.runFor(2 * HOUR);
    expect(house.tasks()).toBe(28);
    await restAndDie();
    for (const ending of ["", "-wal", "-shm"]) rmSync(`${file()}${ending}`, { force: true });
    copyFileSync(join(house.root, "older.sqlite"), file());
    house.start();
    expect(await wasCareful()).toBe(true);
    expect(house.tasks()).toBe(28);
  });
});
