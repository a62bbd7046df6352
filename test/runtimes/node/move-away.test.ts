import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, House } from "../../support/house.ts";
import { installed, VENDORS } from "../../support/world.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenure-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each(VENDORS)(
  "%s: a portal that leaves a connector while it works makes no call from that moment on, and is known to have left",
  async (vendor) => {
    const house = new House({ folder });
    const people = await installed(house, vendor);
    const owner = people.owner("Aigul");
    await house.runFor(HOUR);
    people.deal({ companyId: people.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    // What the CRM tells of it has arrived; no turn has taken it up.
    await house.clock.advanceTo(house.clock.now() + 60_000);
    expect(house.registry.hasHints(people.id)).toBe(true);
    const calls = () => house.hubspot.calls.total + house.bitrix24.calls.length;
    const before = calls();
    await house.host.moveAway(people.id);
    await house.runFor(HOUR);
    expect(calls()).toBe(before);
    expect([house.host.has(people.id), house.host.hasMoved(people.id)]).toEqual([false, true]);
    house.close();
  },
);
