import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/core/settings.ts";
import { HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";

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
