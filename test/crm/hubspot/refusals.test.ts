import { describe, expect, it } from "vitest";
import type { HttpReply } from "../../../src/crm/http.ts";
import { failureOf } from "../../../src/crm/hubspot/refusals.ts";

const NOW = 1_000_000_000_000;

function reply(status: number, json: unknown = {}, headers: Record<string, string> = {}): HttpReply {
  return { status, json, text: JSON.stringify(json), headers: new Headers(headers) };
}

describe("what HubSpot's answers mean (4.1, 4.2)", () => {
  it.each([
    [400, {}, "refused", "refused", undefined],
    [401, { category: "EXPIRED_AUTHENTICATION" }, "unauthorised", "unauthorised", undefined],
    [403, { category: "MISSING_SCOPES" }, "unauthorised", "unauthorised", undefined],
    [404, { category: "OBJECT_NOT_FOUND" }, "refused", "refused", undefined],
    [408, {}, "unknown", "unavailable", undefined],
    [409, { category: "CONFLICT" }, "refused", "refused", undefined],
    [414, {}, "refused", "refused", undefined],
    [418, {}, "refused", "refused", undefined],
    [423, {}, "limited", "limited", 2_000],
    [429, { policyName: "TEN_SECONDLY_ROLLING" }, "limited", "limited", 10_000],
    [429, { policyName: "SECONDLY" }, "limited", "limited", 1_000],
    [429, { policyName: "DAILY" }, "limited", "limited", 3_600_000],
    [429, "a page", "limited", "limited", 10_000],
    [477, {}, "unavailable", "unavailable", 3_600_000],
    [500, {}, "unknown", "unavailable", undefined],
    [502, "<html>", "unknown", "unavailable", undefined],
    [503, {}, "unknown", "unavailable", undefined],
    [504, {}, "unknown", "unavailable", undefined],
    [521, {}, "unknown", "unavailable", undefined],
    [526, {}, "unknown", "unavailable", undefined],
    [302, {}, "unavailable", "unavailable", 60_000],
  ] as const)("%i %j: %s for a write, %s for a read, wait %s ms", (status, body, write, read, waitMs) => {
    for (const [isWrite, failure] of [
      [true, write],
      [false, read],
    ] as const) {
      const answer = failureOf(reply(status, body), isWrite, NOW);
      expect(answer.failure).toBe(failure);
      expect(answer.retryAt).toBe(waitMs === undefined ? undefined : NOW + waitMs);
      expect(answer.status).toBe(status);
    }
  });

  it.each([400, 403, 404, 405, 413])("a page at %i is not HubSpot's word: it is tried again", (status) => {
    const page: HttpReply = { status, json: undefined, text: "<html>Blocked</html>", headers: new Headers() };
    for (const isWrite of [true, false]) {
      expect(failureOf(page, isWrite, NOW)).toMatchObject({
        failure: "unavailable",
        retryAt: NOW + 60_000,
        code: `HTTP_${status}`,
      });
    }
    const empty: HttpReply = { ...page, text: "" };
    expect(failureOf(empty, true, NOW).failure).toBe(status === 403 ? "unauthorised" : "refused");
  });

  it("waits as long as Retry-After says", () => {
    expect(failureOf(reply(429, {}, { "retry-after": "7" }), true, NOW).retryAt).toBe(NOW + 7_000);
    expect(failureOf(reply(477, {}, { "retry-after": "86400" }), true, NOW).retryAt).toBe(NOW + 86_400_000);
    expect(failureOf(reply(503, {}, { "retry-after": "30" }), false, NOW).retryAt).toBe(NOW + 30_000);
    expect(failureOf(reply(503, {}, { "retry-after": "30" }), true, NOW).retryAt).toBeUndefined();
  });

  it("names the missing scopes", () => {
    const errors = [{ message: "…", context: { requiredGranularScopes: ["tickets", "crm.objects.deals.read"] } }];
    expect(failureOf(reply(403, { category: "MISSING_SCOPES", errors }), false, NOW).about).toEqual([
      "tickets",
      "crm.objects.deals.read",
    ]);
  });

  it("names the property that a customer's rule asks for, and gives HubSpot's correlation id (1)", () => {
    const errors = [
      { message: "closedate is needed", code: "REQUIRED_FIELD", context: { propertyName: ["closedate"] } },
    ];
    const failure = failureOf(reply(400, { category: "VALIDATION_ERROR", correlationId: "a436-1", errors }), true, NOW);
    expect(failure).toMatchObject({ code: "REQUIRED_FIELD", about: ["closedate"] });
    expect(failure.message).toContain("REQUIRED_FIELD: closedate; correlation id a436-1");
  });

  it("keeps what HubSpot quotes of a customer out of message and code (G8)", () => {
    const body = {
      message: "Contact already exists: ottilie@brandvold.example",
      category: "ottilie@brandvold.example",
      subCategory: "Ottilie Brandvold",
      errors: [
        {
          message: "Ottilie",
          code: "was Ottilie Brandvold",
          context: { propertyName: ["Ottilie B."], value: ["Ottilie"] },
        },
      ],
    };
    const failure = failureOf(reply(409, body), true, NOW);
    expect(`${failure.message} ${failure.code} ${failure.about.join()}`).not.toMatch(/ottilie/i);
    expect(failure.code).toBe("HTTP_409");
  });

  it("bears any body", () => {
    for (const body of [
      null,
      7,
      [],
      { errors: "x" },
      { errors: [{ context: 5 }] },
      { context: { ids: "x" }, category: 3 },
    ]) {
      expect(failureOf(reply(400, body), true, NOW).failure).toBe("refused");
    }
  });
});
