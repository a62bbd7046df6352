import { afterEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

describe.each(VENDORS)("%s: a client who does not answer", (vendor) => {
  test("A4.6 three letters that nobody answered within a week become one task, which goes when an answer comes", async () => {
    house = new House();
    world = await installed(house, vendor);
    const owner = world.owner("Aigul");
    const company = world.company({ ownerId: owner });
    world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
    const open = () => world.tasks().filter(({ subject, done }) => subject.includes("No answer to several") && !done);
    for (const text of ["Hello", "Shall we speak?", "Are you there?"]) {
      world.letter(company, "out", text);
      await house.runFor(HOUR);
    }
    await house.runFor(7 * DAY - 4 * HOUR);
    expect(open()).toEqual([]);
    await house.runFor(DAY + 4 * HOUR);
    expect(open()).toMatchObject([{ ownerId: owner }]);
    world.letter(company, "in", "Sorry, we were away.");
    await house.runFor(DAY);
    expect(open()).toEqual([]);
  });
});
