/** A CRM that answers without a word about what it was asked to write: nothing is sent for ever behind everybody's back. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findingText } from "../../src/web/pages/findings.words.ts";
import { expectClean } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;
let owner: string;
let isMute: boolean;
/** when calls were answered without a word, epoch ms */
let muted: number[];

const MUTE = {
  hubspot: { status: "COMPLETE", results: [], startedAt: "2026-03-02T09:00:00Z", completedAt: "2026-03-02T09:00:00Z" },
  bitrix24: { result: { result: [], result_error: [], result_total: [], result_next: [], result_time: [] } },
};

/** Does this call change, or make, a task? */
async function isTaskWrite(request: Request): Promise<boolean> {
  if (/objects.*tasks\/batch\/(update|create)$/.test(request.url)) return true;
  if (!request.url.includes("/rest/")) return false;
  return /tasks\.task\.(update|add)/.test(decodeURIComponent(await request.clone().text()));
}

afterEach(() => {
  expectClean(house, world);
  house.close();
});

const unsure = () => {
  const open = house.host.portal(world.id).store.findings.open();
  return open.filter(({ code }) => code === "write-unsure");
};

describe.each(VENDORS)("G2 %s: a write of which the CRM says nothing and which never lands", (vendor) => {
  beforeEach(async () => {
    isMute = false;
    muted = [];
    house = new House({
      call: async (request, send) => {
        if (!isMute || !(await isTaskWrite(request))) return send();
        muted.push(house.clock.now());
        return Response.json(MUTE[vendor]);
      },
    });
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  }, 60_000);

  test("a change is shown to a person after a few rounds, tried more and more rarely, and no more shown once it landed", async () => {
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const other = world.owner("Bogdan");
    await house.runFor(2 * HOUR);
    isMute = true;
    world.assign({ kind: "deal", id: deal }, other);
    world.assign({ kind: "company", id: company }, other);
    await house.runFor(3 * MINUTE);
    expect(unsure()).toEqual([]);
    await house.runFor(HOUR);
    const shown = unsure();
    expect(shown.length).toBeGreaterThan(0);
    for (const one of shown) expect(findingText(one, "en")).not.toMatch(/[{}]/);
    await house.runFor(5 * HOUR);
    const before = muted.length;
    await house.runFor(10 * HOUR);
    // Each task once an hour, and HubSpot's by themselves; it would be 400 times and more.
    expect(muted.length - before).toBeGreaterThan(5);
    expect(muted.length - before).toBeLessThanOrEqual(14 * 11);
    isMute = false;
    await house.runFor(3 * HOUR);
    expect(unsure()).toEqual([]);
    const open = world.tasksOf(deal).filter(({ done }) => !done);
    expect(new Set(open.map(({ ownerId }) => ownerId))).toEqual(new Set([other]));
  });

  test("a new task is shown likewise, is made once, and nothing is shown of one that nobody wishes any more", async () => {
    isMute = true;
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    const lost = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
    expect(world.taskCount()).toBe(0);
    expect(unsure()).toHaveLength(28);
    world.lose(lost);
    await house.runFor(3 * HOUR);
    expect(unsure()).toHaveLength(14);
    isMute = false;
    await house.runFor(3 * HOUR);
    expect(unsure()).toEqual([]);
    expect(world.tasksOf(deal)).toHaveLength(14);
    expect(world.taskCount()).toBe(14);
  });
});

describe("G2 hubspot: keys that archived tasks still hold, which no look finds", () => {
  beforeEach(async () => {
    isMute = false;
    house = new House({
      call: async (request, send) => {
        if (!isMute || !/tasks\/batch\/create$/.test(request.url)) return send();
        const { inputs } = (await request.clone().json()) as { inputs: readonly { objectWriteTraceId: string }[] };
        const errors = inputs.map(({ objectWriteTraceId }) => ({
          status: "error",
          category: "CONFLICT",
          message: "taken",
          context: { objectWriteTraceId: [objectWriteTraceId] },
        }));
        const at = "2026-03-02T09:00:00Z";
        const answer = {
          status: "COMPLETE",
          results: [],
          numErrors: errors.length,
          errors,
          startedAt: at,
          completedAt: at,
        };
        return Response.json(answer, { status: 207 });
      },
    });
    world = await installed(house, "hubspot");
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  }, 60_000);

  test("new tasks refused as there already are shown to a person after a few rounds, and made once their keys are free", async () => {
    isMute = true;
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
    expect(unsure()).toHaveLength(14);
    isMute = false;
    await house.runFor(3 * HOUR);
    expect(unsure()).toEqual([]);
    expect(world.tasksOf(deal)).toHaveLength(14);
  });
});
