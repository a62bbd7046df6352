import { expect, test } from "vitest";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { Killed } from "../support/life.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";

/** A late step is told to its owner; the connector is killed at that call. */
async function tell(when: "before" | "after" | null) {
  let kills = 0;
  const house = new House({
    async call(request, send) {
      const isTelling = decodeURIComponent(await request.clone().text()).includes("im.notify.personal.add");
      const answer = isTelling && when === "before" && kills === 0 ? null : await send();
      if (!isTelling || when === null || kills > 0) return answer!;
      kills += 1;
      house.kill();
      throw new Killed();
    },
  });
  const world = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  const ownerId = world.owner("Aigul");
  await world.install();
  await house.runFor(4 * MINUTE);
  const company = world.company({ ownerId });
  world.win(world.deal({ companyId: company, ownerId }));
  const until = house.clock.now() + 2 * HOUR;
  await house.run(until);
  if (house.isDead) {
    await house.clock.advance(MINUTE);
    house.start();
    await house.run(until);
  }
  const told = world.portal.notifications.map(({ message }) => message);
  const shown = house.host
    .portal(world.id)
    .store.findings.open()
    .map(({ code, params }) => [code, params.client]);
  const client = `company:${company}`;
  house.close();
  return { kills, told, shown, client };
}

test("a notice that went out undisturbed is not shown as doubtful", async () => {
  const { told, shown } = await tell(null);
  expect(told).toEqual([expect.stringContaining("Welcome with a concrete plan")]);
  expect(shown).toEqual([]);
});

test.each([
  ["before it went out", "before", 0],
  ["after it arrived", "after", 1],
] as const)(
  "G2 a notice at which the process was killed, %s, is not sent again, and the status page says so",
  async (_, when, times) => {
    const { kills, told, shown, client } = await tell(when);
    expect(kills).toBe(1);
    expect(told).toHaveLength(times);
    expect(shown).toEqual([["notice-unsure", client]]);
  },
);
