/** The daily look at what no listing of changes shows: a task that was deleted, of which nobody told. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectClean, firstDue } from "../support/expect.ts";
import { DAY, HOUR, House } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;
let company: string;
let deal: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** A person deletes a task, and no event tells of it. */
function deleteUnheard(): string {
  const { id } = firstDue(world.tasksOf(deal));
  house.faults[world.vendor].delivery = () => "drop";
  world.deleteTask(id);
  delete house.faults[world.vendor].delivery;
  return id;
}

const rowOf = (id: string) => house.host.portal(world.id).store.mirror.byExternal("task", [id])[0]!;

describe.each(VENDORS)("G2 G4 %s: a deleted task of which nobody told is seen by the next day", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor, undefined, true);
    const owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    company = world.company({ ownerId: owner });
    deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
  });

  test("of a client as it was", async () => {
    const id = deleteUnheard();
    await house.runFor(2 * DAY);
    expect(rowOf(id)).toMatchObject({ client: `company:${company}`, state: "gone" });
  });

  test("of a client whose company was deleted right after it, and whose deal takes its place", async () => {
    const id = deleteUnheard();
    world.remove({ kind: "company", id: company });
    await house.runFor(2 * DAY);
    expect(rowOf(id)).toMatchObject({ state: "gone" });
  });
});
