import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fieldById } from "../../src/core/fields.ts";
import { findObjectType } from "../../src/sandbox/hubspot/object-types.ts";
import { firstDue } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
let world: World;
let company: string;
let deal: string;

const ref = () => ({ kind: "company", id: company }) as const;

function hasProperty({ portal }: HubSpotPortalWorld, name: string): boolean {
  const property = portal.crm.book(findObjectType("companies")!).get(name);
  return property !== null;
}

/** Somebody in the account deletes a field of ours from companies, and the CRM tells nobody. */
function deleteField(id: string): void {
  if (world instanceof HubSpotPortalWorld && hasProperty(world, `tenure_${id}`))
    world.portal.archiveProperty("companies", `tenure_${id}`);
  if (!(world instanceof Bitrix24PortalWorld)) return;
  const field = world.portal.userField("CRM_COMPANY", `UF_CRM_TENURE_${id.toUpperCase()}`);
  if (field) world.portal.removeUserField(field);
}

/** The next step is done, as long as there is one: what follows is a write of `progress`. */
function complete(): void {
  const open = world.tasksOf(deal).filter((one) => !one.done);
  if (open.length > 0) world.editTask(firstDue(open).id, { done: true });
}

afterEach(() => {
  // That a field is gone, we learn by naming it.
  expect(world.violations().filter((rule) => !/unknown field|does not exist/.test(rule))).toEqual([]);
  expect(world.limited()).toBe(0);
  house.close();
});

describe.each(VENDORS)("%s: a field of ours that somebody deleted in the CRM", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    const owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    company = world.company({ ownerId: owner });
    deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
  });

  test("is missed by the next write, and seen to by itself: made again, or left out with a finding where its name is taken", async () => {
    const before = world.fields(ref());
    deleteField("progress");
    complete();
    await house.runFor(40 * MINUTE);
    const codes = house.host
      .portal(world.id)
      .store.findings.open()
      .map(({ code }) => code);
    expect(codes).not.toContain("write-refused");
    expect(world.fields(ref()).next_step).not.toBe(before.next_step);
    // HubSpot keeps the name of a deleted property in its recycle bin.
    if (vendor === "hubspot") expect(codes).toContain("field-left-out");
    else expect(Number(world.fields(ref()).progress)).toBeGreaterThan(0);
  });

  test("is seen to at most every ten minutes, however often it is deleted", async () => {
    const { store } = house.host.portal(world.id);
    const looks = new Set<number>();
    const until = house.clock.now() + 2 * HOUR;
    while (house.clock.now() < until) {
      deleteField("progress");
      complete();
      await house.runFor(4 * MINUTE);
      looks.add(store.meta.get<{ at: number }>("about")!.at);
    }
    expect(looks.size).toBeGreaterThan(1);
    expect(looks.size).toBeLessThanOrEqual(13);
  });

  test.runIf(vendor === "bitrix24")("gets the label of the language that the settings name", async () => {
    const portal = house.host.portal(world.id);
    portal.publish({ language: "ru" }, "user:test");
    portal.changed();
    deleteField("progress");
    complete();
    await house.runFor(40 * MINUTE);
    const { portal: theirs } = world as Bitrix24PortalWorld;
    const label = Object.values(theirs.userField("CRM_COMPANY", "UF_CRM_TENURE_PROGRESS")!.editFormLabel);
    expect(label).toContain(fieldById("progress").label.ru);
  });
});
