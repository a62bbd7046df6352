/** What people write down of a client (A3.2, A3.3, A3.4): in the client's fields, named in the task that asks for it, quoted where it is needed. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

const KPIS = "Reply to a request: 4 hours, target 40 minutes";

let house: House;
let world: World;
let owner: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

describe.each(VENDORS)("%s: what steps collect", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  });

  test("A3.2 A3.3 A3.4 the tasks name the fields, and the before/after task quotes the KPIs once they are agreed", async () => {
    const id = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: id, ownerId: owner });
    await house.runFor(5 * MINUTE);
    world.win(deal);
    await house.runFor(HOUR);
    const task = (subject: string) => world.tasksOf(deal).find((one) => one.subject.startsWith(subject))!;
    expect(task("Kickoff").body).toContain("Takes 45 minutes");
    expect(task("Kickoff").body).toContain("Client’s goals, Success criteria, Use case");
    expect(task("Agree on 2–3 KPIs").body).toContain("KPIs: baseline → target");
    expect(task("Before/after").body).not.toContain("Agreed KPIs");

    world.setField({ kind: "company", id }, "kpis", KPIS);
    world.editTask(task("Agree on 2–3 KPIs").id, { done: true });
    await house.runFor(HOUR);
    expect(task("Before/after").body).toContain(KPIS);
  });
});
