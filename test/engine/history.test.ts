import { afterEach, expect, test } from "vitest";
import type { Language } from "../../src/core/model.ts";
import { deedViews } from "../../src/views/history.ts";
import { House } from "../support/house.ts";
import { installed } from "../support/world.ts";

let house: House;
afterEach(() => house.close());

test("A2.4 the history says of a plan whether it was completed, or closed with its deal", async () => {
  house = new House();
  const world = await installed(house, "hubspot");
  const portal = house.host.portal(world.id);
  const said = (reason: string, language: Language) =>
    deedViews(
      portal,
      [{ seq: 1, at: 0, actor: "tenure", client: "company:1", code: "plan-plan-closed", params: { reason } }],
      language,
    )[0]!.text;
  expect([said("completed", "en"), said("completed", "uk")]).toEqual(["Completed", "Завершено"]);
  expect(said("deal_lost", "en")).toBe("Closed with the deal");
});
