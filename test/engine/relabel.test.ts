import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/core/settings.ts";
import { House } from "../support/house.ts";
import { HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";

test("fields in the CRM are called anew when an administrator changes the portal's language", async () => {
  const world = new HubSpotWorld();
  await world.install();
  await world.runFor(10 * MINUTE);
  const label = () => world.portal.properties("companies").find(({ name }) => name === "tenure_score")!.label;
  expect(label()).toBe("Health score");
  await world.host.ask(world.id, "publish", [{ ...DEFAULT_SETTINGS, language: "ro" }, "user:1"]);
  await world.runFor(HOUR);
  expect(label()).toBe("Scor de sănătate");
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

test("choices in Bitrix24 are called anew as well; names of fields it keeps in every language", async () => {
  const house = new House();
  const world = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  await world.install();
  await house.runFor(HOUR);
  const words = () =>
    world.portal.userFields
      .find(({ entityId, fieldName }) => entityId === "CRM_COMPANY" && fieldName === "UF_CRM_TENURE_ZONE")!
      .list.map(({ value }) => value);
  expect(words()).toEqual(["Green", "Yellow", "Red", "Learning"]);
  await house.host.ask(world.id, "publish", [{ ...DEFAULT_SETTINGS, language: "ro" }, "user:1"]);
  await house.runFor(HOUR);
  expect(words()).toEqual(["Verde", "Galben", "Roșu", "În învățare"]);
  expect(house.bitrix24.violations).toEqual([]);
  house.close();
});
