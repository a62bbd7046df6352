import { describe, expect, it } from "vitest";
import type { CallSeen } from "../../../src/crm/port.ts";
import { Scene } from "../contract/scene.ts";
import { bitrix24World } from "./world.ts";

describe("the account", () => {
  it("takes the base currency and its rates from the portal, and counts foreign amounts by them", async () => {
    const world = await bitrix24World({ portal: { currency: "EUR" } });
    const dealId = await world.people.deal({ amount: 108 });
    world.portal.update("deal", Number(dealId), { currencyId: "USD" });
    const scene = new Scene(world);
    expect(await scene.patiently(() => scene.crm.account())).toMatchObject({ currency: "EUR" });
    // 108 US dollars at 1.08 dollars a euro; the portal tells rates with four digits
    expect((await scene.readOne("deal", dealId)).facts.amount).toBeCloseTo(100, 1);
  });

  it("without a zone of the administrator takes the server's offset; without the currency methods the currency of the newest deals", async () => {
    const world = await bitrix24World({
      portal: { currency: "EUR", serverTimeZone: "Europe/Moscow" },
      switches: { currencyMethods: false },
    });
    Object.assign(world.portal.org.users.get(world.adminId)!, { timeZone: "" });
    const dealId = await world.people.deal({ amount: 10 });
    const scene = new Scene(world);
    expect(await scene.patiently(() => scene.crm.account())).toMatchObject({
      zone: "Etc/GMT-3",
      currency: "EUR",
      language: "en",
      test: false,
    });
    expect((await scene.readOne("deal", dealId)).facts.amount).toBe(10);
  });

  it("writes a request log without tokens and values", async () => {
    const world = await bitrix24World();
    const seen: CallSeen[] = [];
    const crm = world.app.connect(world.wiring({ onCall: (call) => seen.push(call) }));
    await world.advance(30_000);
    await crm.account();
    await crm.read("company", [await world.people.company()]);
    expect(seen.length).toBeGreaterThan(2);
    for (const { method, path, status } of seen) expect([method, path, status]).toEqual(["POST", "/rest/batch", 200]);
    expect(seen.at(-1)?.items).toBe(1);
  });
});
