import { describe, expect, test } from "vitest";
import { world } from "./world.ts";

const BASE = "https://acme.bitrix24.sandbox/rest/";

describe("the REST door", () => {
  test.each([
    ["a JSON body", (token: string) => new Request(`${BASE}profile`, json({ auth: token }))],
    ["a double slash", (token: string) => new Request(`${BASE}/profile`, json({ auth: token }))],
    ["an extension", (token: string) => new Request(`${BASE}profile.json`, json({ auth: token }))],
    ["capitals", (token: string) => new Request(`${BASE}Profile`, json({ auth: token }))],
    ["a form body", (token: string) => new Request(`${BASE}profile`, form(`auth=${token}`))],
    ["the token in the query", (token: string) => new Request(`${BASE}profile?auth=${token}`)],
    [
      "telemetry in the query",
      (token: string) => new Request(`${BASE}profile?bx24_request_id=1`, json({ auth: token })),
    ],
  ])("takes %s", async (_, request) => {
    const { sandbox, token } = await world();
    const response = await sandbox.fetch(request(token));
    const body = (await response.json()) as { result: { ID: string; ADMIN: boolean }; time: Record<string, unknown> };
    expect(body.result).toMatchObject({ ID: "1", ADMIN: true });
    expect(Object.keys(body.time)).toEqual(
      expect.arrayContaining(["start", "finish", "duration", "operating", "operating_reset_at"]),
    );
    expect(sandbox.violations).toEqual([]);
  });

  test.each([
    ["no token", "profile", {}, "", 401, "NO_AUTH_FOUND", 0],
    ["a made-up token", "profile", {}, "zzz", 401, "invalid_token", 0],
    ["an unknown method", "crm.magic", {}, null, 404, "ERROR_METHOD_NOT_FOUND", 1],
    ["a method without its scope", "timeman.settings", {}, null, 403, "insufficient_scope", 1],
    ["a missing parameter", "crm.item.get", { entityTypeId: 2 }, null, 400, "100", 1],
    ["a parameter of the wrong type", "crm.item.get", { entityTypeId: "deal", id: 1 }, null, 400, "100", 1],
    ["an entity type that is not there", "crm.item.get", { entityTypeId: 5, id: 1 }, null, 400, "NOT_FOUND", 0],
    ["a record that is not there", "crm.item.get", { entityTypeId: 2, id: 9 }, null, 400, "NOT_FOUND", 0],
    ["a classic record that is not there", "crm.deal.get", { id: 9 }, null, 400, "", 0],
    [
      "a bad status filter",
      "crm.item.list",
      { entityTypeId: 2, filter: { magic: 1 } },
      null,
      400,
      "INVALID_ARG_VALUE",
      1,
    ],
    [
      "a bad filter value",
      "crm.item.list",
      { entityTypeId: 2, filter: { ">createdTime": "soon" } },
      null,
      400,
      "INVALID_ARG_VALUE",
      1,
    ],
    ["a bad order", "crm.item.list", { entityTypeId: 2, order: { id: "UP" } }, null, 400, "INVALID_ARG_VALUE", 1],
  ])(
    "%s is refused, and recorded where the contract forbids it",
    async (_, method, params, token, status, error, violations) => {
      const { call, sandbox, token: own } = await world();
      const answer = await call(method as string, params as Record<string, unknown>, (token ?? own) as string);
      expect([answer.status, answer.body.error]).toEqual([status, error]);
      expect(sandbox.violations).toHaveLength(violations as number);
    },
  );

  test("an expired token is 401 expired_token; a token of an uninstalled app ERROR_OAUTH; a dismissed user's AUTHORIZATION_ERROR", async () => {
    const expired = await world();
    await expired.clock.advance(3_600_000);
    expect((await expired.call("profile")).body.error).toBe("expired_token");
    const gone = await world();
    gone.portal.uninstall();
    const answer = await gone.call("profile");
    expect([answer.status, answer.body.error]).toEqual([401, "ERROR_OAUTH"]);
    const dismissed = await world();
    const token = dismissed.sandbox.tokens.issueAccess(dismissed.portal, 2).token;
    dismissed.portal.org.users.get(2)!.active = false;
    expect((await dismissed.call("profile", {}, token)).body.error).toBe("AUTHORIZATION_ERROR");
  });

  test("a plan without REST refuses everything with ACCESS_DENIED", async () => {
    const { call } = await world({}, { plan: "free-no-rest" });
    const { status, body } = await call("crm.item.list", { entityTypeId: 2 });
    expect([status, body.error]).toEqual([403, "ACCESS_DENIED"]);
  });

  test.each([
    ["PORTAL_DELETED", 500],
    ["OVERLOAD_LIMIT", 503],
    ["APPLICATION_NOT_FOUND", 401],
    ["PAYMENT_REQUIRED", 401],
    ["user_access_error", 403],
  ])("a portal that answers %s does so with %i", async (code, status) => {
    const { call, portal } = await world();
    portal.deadCode = code;
    const answer = await call("profile");
    expect([answer.status, answer.body.error]).toEqual([status, code]);
  });

  test("a method that waits for an administrator answers METHOD_CONFIRM_WAITING, then works or METHOD_CONFIRM_DENIED", async () => {
    const { call, portal } = await world();
    portal.requireConfirmation("user.get");
    const waiting = await call("user.get");
    expect([waiting.status, waiting.body.error]).toEqual([401, "METHOD_CONFIRM_WAITING"]);
    portal.decideConfirmation("user.get", true);
    expect((await call("user.get")).status).toBe(200);
    portal.decideConfirmation("user.get", false);
    expect((await call("user.get")).body.error).toBe("METHOD_CONFIRM_DENIED");
  });

  test("the old address answers 302 to the new one, and the new one answers", async () => {
    const { sandbox, portal, token, call } = await world();
    portal.changeAddress("acme-new.bitrix24.sandbox");
    const response = await sandbox.fetch(new Request(`${BASE}crm.item.get?x=1`, json({ auth: token })));
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("https://acme-new.bitrix24.sandbox/rest/crm.item.get?x=1");
    expect((await call("profile")).body.result.ID).toBe("1");
  });

  test("a token works on its own portal only", async () => {
    const { sandbox, token } = await world();
    sandbox.addPortal({ domain: "other.bitrix24.sandbox" });
    const response = await sandbox.fetch(
      new Request("https://other.bitrix24.sandbox/rest/profile", json({ auth: token })),
    );
    expect(response.status).toBe(401);
  });

  test("in a framed browser the door allows cross-origin calls", async () => {
    const { sandbox } = await world();
    const response = await sandbox.fetch(new Request(`${BASE}profile`, { method: "OPTIONS" }));
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const refused = await sandbox.fetch(new Request(`${BASE}profile`, json({})));
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
  });

  test.each([
    ["limited", 503, "QUERY_LIMIT_EXCEEDED", 0],
    ["unavailable", 500, "INTERNAL_SERVER_ERROR", 0],
    ["cut-before", 0, "", 0],
    ["cut-after", 0, "", 1],
  ] as const)("the fault dial: %s", async (fault, status, error, written) => {
    const held = await world({ faults: { call: () => fault } });
    const request = () => held.call("crm.item.add", { entityTypeId: 2, fields: { title: "x" } });
    if (status === 0) await expect(request()).rejects.toThrow(TypeError);
    else expect(await request()).toMatchObject({ status, body: { error } });
    expect(held.portal.crm.table(2).size).toBe(written);
  });

  test("a write cut off may land later", async () => {
    const held = await world({ faults: { call: ({ write }) => (write ? "late-write" : null) } });
    await expect(held.call("crm.item.add", { entityTypeId: 2, fields: { title: "x" } })).rejects.toThrow(TypeError);
    expect(held.portal.crm.table(2).size).toBe(0);
    await held.clock.advance(20_000);
    expect(held.portal.crm.table(2).size).toBe(1);
  });
});

function json(body: unknown): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

function form(body: string): RequestInit {
  return { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } };
}
