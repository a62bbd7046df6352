import { expect, test } from "vitest";
import { findingText } from "../../src/web/pages/findings.words.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { Killed } from "../support/life.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";

/** Late steps are told to their owner; the connector is killed at that call, or the line goes dead at each. */
async function tell(when: "before" | "after" | "outage" | null, clients = 1) {
  let kills = 0;
  const house = new House({
    async call(request, send) {
      const isTelling = decodeURIComponent(await request.clone().text()).includes("im.notify.personal.add");
      const answer = isTelling && when === "before" && kills === 0 ? null : await send();
      if (isTelling && when === "outage") throw new TypeError("the line went dead");
      if (!isTelling || when === null || kills > 0) return answer!;
      kills += 1;
      house.kill();
      throw new Killed();
    },
  });
  const world = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  const owners = Array.from({ length: clients }, (_, n) => world.owner(`Aigul ${n}`));
  await world.install();
  await house.runFor(4 * MINUTE);
  const companies = owners.map((ownerId) => {
    const companyId = world.company({ ownerId });
    world.win(world.deal({ companyId, ownerId }));
    return companyId;
  });
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
    .map(({ code, params, count }) => ({ code, about: params.client, count }));
  house.close();
  return { kills, told, shown, keys: companies.map((id) => `company:${id}`) };
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
    const { kills, told, shown, keys } = await tell(when);
    expect(kills).toBe(1);
    expect(told).toHaveLength(times);
    expect(shown).toEqual([{ code: "notice-unsure", about: keys[0], count: 1 }]);
  },
);

test("notices that were lost in one outage are one finding with their number, and five of the clients", async () => {
  const { shown, keys } = await tell("outage", 8);
  expect(shown).toEqual([{ code: "notice-unsure", about: expect.any(String), count: 8 }]);
  const named = String(shown[0]!.about).split(",");
  expect(named).toHaveLength(5);
  expect(keys).toEqual(expect.arrayContaining(named));
  expect(findingText({ code: "notice-unsure", params: { client: "company:1,contact:2" } }, "en")).toContain(
    "Client 1, Contact 2",
  );
});
