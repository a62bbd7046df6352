import { describe, expect, it } from "vitest";
import { failureOf, oauthFailure, saysGone, type Verdict, verdictOf } from "../../../src/crm/bitrix24/failures.ts";

/** status, code, part of a batch, write → class; facts sheet section 6 */
const TABLE: [number, string, boolean, boolean, Verdict][] = [
  [401, "expired_token", false, true, "renew"],
  [401, "invalid_token", false, false, "renew"],
  [401, "NO_AUTH_FOUND", false, false, "renew"],
  [401, "ERROR_OAUTH", false, false, "revoked"],
  [401, "APPLICATION_NOT_FOUND", false, true, "revoked"],
  [500, "PORTAL_DELETED", false, true, "revoked"],
  [410, "PORTAL_DELETED", false, false, "revoked"],
  [401, "AUTHORIZATION_ERROR", false, false, "unauthorised"],
  [401, "PAYMENT_REQUIRED", false, true, "unauthorised"],
  [401, "METHOD_CONFIRM_WAITING", false, true, "unauthorised"],
  [403, "METHOD_CONFIRM_DENIED", false, true, "unauthorised"],
  [403, "insufficient_scope", false, true, "unauthorised"],
  [403, "INSUFFICIENT_SCOPE", false, true, "unauthorised"],
  [403, "ACCESS_DENIED", false, false, "unauthorised"],
  [200, "ACCESS_DENIED", true, true, "refused"],
  [403, "user_access_error", false, false, "unauthorised"],
  [403, "allowed_only_intranet_user", false, false, "unauthorised"],
  [200, "METHOD_CONFIRM_WAITING", true, true, "refused"],
  [429, "OPERATION_TIME_LIMIT", false, true, "limited"],
  [200, "OPERATION_TIME_LIMIT", true, true, "limited"],
  [503, "QUERY_LIMIT_EXCEEDED", false, true, "limited"],
  [503, "OVERLOAD_LIMIT", false, true, "limited"],
  [429, "", false, true, "limited"],
  [400, "NOT_FOUND", false, true, "refused"],
  [400, "", false, true, "refused"],
  [400, "0", false, true, "refused"],
  [400, "100", false, false, "refused"],
  [200, "", true, true, "refused"],
  [400, "ERROR_CORE", false, true, "refused"],
  [404, "ERROR_METHOD_NOT_FOUND", false, true, "refused"],
  [400, "ERROR_BATCH_LENGTH_EXCEEDED", false, true, "refused"],
  [500, "INTERNAL_SERVER_ERROR", false, true, "unknown"],
  [500, "INTERNAL_SERVER_ERROR", false, false, "unavailable"],
  [200, "INTERNAL_SERVER_ERROR", true, true, "unknown"],
  [200, "ERROR_UNEXPECTED_ANSWER", true, false, "unavailable"],
  [502, "", false, true, "unknown"],
  [504, "", false, false, "unavailable"],
  [401, "SOMETHING_NEW", false, true, "unauthorised"],
  [403, "", false, true, "unauthorised"],
];

describe("Bitrix24's errors in the house's classes", () => {
  for (const [status, code, inner, write, verdict] of TABLE) {
    it(`calls ${status} "${code}"${inner ? " inside a batch" : ""} of a ${write ? "write" : "read"} ${verdict}`, () => {
      expect(verdictOf({ status, code, inner, write })).toBe(verdict);
    });
  }

  it.each([400, 403, 404, 413])("a page at %i is not the portal's word: it is tried again", (status) => {
    const page = { status, code: "", inner: false, page: true };
    expect([true, false].map((write) => verdictOf({ ...page, write }))).toEqual(["unavailable", "unavailable"]);
    expect(verdictOf({ ...page, write: true, page: false })).toBe(status === 403 ? "unauthorised" : "refused");
  });

  it("names an empty code, keeps the vendor's text out, and gives advice in our own words", () => {
    const failure = failureOf({ status: 400, code: "", inner: false, write: true }, "refused", {
      about: ["crm.item.update"],
    });
    expect(failure).toMatchObject({ code: "EMPTY", status: 400, about: ["crm.item.update"] });
    expect(failure.message.length).toBeGreaterThan(20);
  });

  it("knows which refusals mean that the thing is not there", () => {
    expect(["NOT_FOUND", "ERROR_NOT_FOUND", "OWNER_NOT_FOUND", "not_found"].map((code) => saysGone({ code }))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["100", "EMPTY", "ACCESS_DENIED", "ERROR_METHOD_NOT_FOUND"].map((code) => saysGone({ code }))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  const OAUTH: [number, string, boolean, string][] = [
    [400, "invalid_grant", false, "revoked"],
    [400, "invalid_grant", true, "refused"],
    [401, "invalid_client", false, "unauthorised"],
    [200, "WRONG_CLIENT", false, "unauthorised"],
    [403, "PAYMENT_REQUIRED", false, "unauthorised"],
    [401, "ERROR_OAUTH", false, "revoked"],
    [503, "", false, "unavailable"],
    [503, "INTERNAL_SERVER_ERROR", false, "unavailable"],
    [200, "", false, "unavailable"],
    [429, "", false, "limited"],
    [400, "invalid_request", true, "refused"],
  ];
  for (const [status, code, exchanging, failure] of OAUTH) {
    it(`calls ${status} "${code}" of the token endpoint ${failure}${exchanging ? " when a code is exchanged" : ""}`, () => {
      expect(oauthFailure(status, code, exchanging).failure).toBe(failure);
    });
  }
});
