import { describe, expect, test } from "vitest";
import { usageBatch, usageEvent } from "../../../src/core/usage/event.ts";
import { signalsOf, usageSettings } from "../../../src/core/usage/settings.ts";

const NOW = Date.UTC(2026, 2, 10, 12);
const MINUTE = 60_000;
const DAY = 86_400_000;
const never = () => false;

describe("A8.24 a call in the Segment format", () => {
  test.each([
    ["its timestamp, where nothing else is said", { timestamp: "2026-03-09T10:00:00Z" }, Date.UTC(2026, 2, 9, 10)],
    // The sender's clock is an hour fast: sent at 13:05 by it, which is 12:00 here, so 13:00 by it is 11:55 here.
    ["corrected by sentAt", { timestamp: "2026-03-10T13:00:00Z", sentAt: "2026-03-10T13:05:00Z" }, NOW - 5 * MINUTE],
    [
      "as corrected on the way, where both stamps came along",
      { originalTimestamp: "2026-03-10T13:00:00Z", timestamp: "2026-03-10T11:00:00Z", sentAt: "2026-03-10T13:05:00Z" },
      Date.UTC(2026, 2, 10, 11),
    ],
    ["now, where it says nothing", {}, NOW],
    ["now, where it says the future", { timestamp: "2027-01-01T00:00:00Z" }, NOW],
    ["now, where it says nonsense", { timestamp: "yesterday" }, NOW],
  ])("happened at %s", (_, stamps, expected) => {
    expect(usageEvent({ event: "Logged In", userId: "u1", ...stamps }, "track", null, NOW)?.at).toBe(expected);
  });

  test.each([
    ["groupId of a group call", { groupId: 17 }, ["17"]],
    ["the context", { context: { groupId: "company:17" } }, ["company:17"]],
    ["properties", { properties: { companyId: "17" } }, ["17"]],
    ["traits", { traits: { company: { id: "acme" } } }, ["acme"]],
    ["the context's traits", { context: { traits: { account_id: "a-1" } } }, ["a-1"]],
    ["PostHog's groups", { properties: { $groups: { company: "c9" } } }, ["c9"]],
    ["nothing", { properties: { companyId: "  " } }, []],
  ])("names its client in %s", (_, body, expected) => {
    expect(usageEvent({ userId: "u1", ...body }, "track", null, NOW)?.clientIds).toEqual(expected);
  });

  test("that is older than the score looks back, or of no known type, counts nothing", () => {
    expect(usageEvent({ userId: "u", timestamp: NOW - 401 * DAY }, "track", null, NOW)).toBeNull();
    expect(usageEvent({ userId: "u", timestamp: NOW - 399 * DAY }, "track", null, NOW)).not.toBeNull();
    expect(usageEvent({ userId: "u", type: "purge" }, null, null, NOW)).toBeNull();
    expect(usageEvent("text", "track", null, NOW)).toBeNull();
  });

  test("of a batch takes the batch's clock and context, and odd ones do not spoil the others", () => {
    const batch = [{ type: "track", event: "A", userId: "u", timestamp: "2026-03-10T10:00:00Z" }, { type: "odd" }, 7];
    const body = { batch, sentAt: "2026-03-10T10:30:00Z", context: { groupId: "17" } };
    const answer = usageBatch(body, NOW, never)!;
    expect(answer.odd).toBe(2);
    expect(answer.events).toMatchObject([{ name: "A", at: NOW - 30 * MINUTE, clientIds: ["17"] }]);
    expect(usageBatch({ batch: "none" }, NOW, never)).toBeNull();
  });
});

describe("A8.24 the admin's list of events", () => {
  const settings = usageSettings.parse({
    events: { "Logged In": "logins", "Report Shared": "shares" },
    core: ["Report Created", "Logged In"],
    firstValue: ["Report Created"],
  });
  test.each([
    ["logged in", ["logins", "core_uses"]],
    ["Report Created", ["core_uses", "first_value"]],
    ["REPORT SHARED", ["shares"]],
    ["Something else", []],
  ])("says what %s counts for", (name, expected) => {
    expect(signalsOf(name, settings)).toEqual(expected);
  });

  test("knows the usual names of a login before anybody edits it", () => {
    expect(signalsOf("Signed In", usageSettings.parse({}))).toEqual(["logins"]);
  });
});
