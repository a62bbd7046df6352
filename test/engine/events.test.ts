import { beforeAll, describe, expect, test } from "vitest";
import { type Storm, storm, VARIATIONS } from "../support/event-storm.ts";
import { VENDORS } from "../support/world.ts";

/** `TENURE_EVENTS=430 npm test events.test` plays 430 deals per CRM, on HubSpot some ten thousand events; the usual run is a small one. */
const DEALS = { hubspot: Number(process.env.TENURE_EVENTS ?? 16), bitrix24: Number(process.env.TENURE_EVENTS ?? 8) };

describe.each(VENDORS)("G2 G8 %s: the same acts of people, told in one way or another", (vendor) => {
  let first: Storm;

  beforeAll(async () => {
    first = await storm(vendor, DEALS[vendor], "in order");
  }, 3_600_000);

  test.each(VARIATIONS)(
    "events %s: the same tasks and plan fields in the end, and no name in store or logs",
    { timeout: 3_600_000 },
    async (variation) => {
      const played = variation === "in order" ? first : await storm(vendor, DEALS[vendor], variation);
      expect(played.events).toBeGreaterThan(6 * DEALS[vendor]);
      expect(
        Object.values(played.outcome).filter((one) => (one as { tasks: unknown[] }).tasks.length > 0).length,
      ).toBeGreaterThan(DEALS[vendor] / 2);
      expect(played.outcome).toEqual(first.outcome);
      expect({
        violations: played.violations,
        limited: played.limited,
        broken: played.broken,
        leaked: played.leaked,
      }).toEqual({ violations: [], limited: 0, broken: [], leaked: [] });
    },
  );
});
