import { describe, expect, test } from "vitest";
import { type World, world } from "./world.ts";

const HOST = "http://oauth.bitrix24.sandbox";
const EAST = "http://oauth-east.bitrix24.sandbox";

async function ask(held: World, query: Record<string, string>, method: "GET" | "POST" = "GET", host = HOST) {
  const text = new URLSearchParams({ client_id: "app.123.456", client_secret: "secret", ...query }).toString();
  const request =
    method === "GET"
      ? new Request(`${host}/oauth/token/?${text}`)
      : new Request(`${host}/oauth/token/`, {
          method,
          body: text,
          headers: { "content-type": "application/x-www-form-urlencoded" },
        });
  const response = await held.sandbox.fetch(request);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function code(held: World): Promise<string> {
  const response = await held.sandbox.fetch(
    new Request(`https://acme.bitrix24.sandbox/oauth/authorize/?client_id=app.123.456&state=xyz`),
  );
  expect(response.status).toBe(302);
  const back = new URL(response.headers.get("location")!);
  expect(back.searchParams.get("state")).toBe("xyz");
  expect(back.searchParams.get("domain")).toBe("acme.bitrix24.sandbox");
  expect(back.searchParams.get("server_domain")).toBe("oauth.bitrix24.sandbox");
  return back.searchParams.get("code")!;
}

const appInfo = async (held: World, token: string, host = HOST) => {
  const response = await held.sandbox.fetch(new Request(`${host}/rest/app.info?auth=${token}`));
  return { status: response.status, body: (await response.json()) as { error?: string; result?: unknown } };
};

describe("authorisation servers", () => {
  test("a code is good once and for 30 seconds; `domain` of the reply is the server, the portal is in client_endpoint", async () => {
    const held = await world();
    const first = await code(held);
    const { status, body } = await ask(held, { grant_type: "authorization_code", code: first });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      domain: "oauth.bitrix24.sandbox",
      client_endpoint: "https://acme.bitrix24.sandbox/rest/",
      server_endpoint: "http://oauth.bitrix24.sandbox/rest/",
      member_id: held.portal.memberId,
      expires_in: 3600,
      status: "F",
    });
    expect(body).not.toHaveProperty("user_id");
    expect((await ask(held, { grant_type: "authorization_code", code: first })).body.error).toBe("invalid_grant");
    const second = await code(held);
    await held.clock.advance(30_000);
    expect((await ask(held, { grant_type: "authorization_code", code: second })).body.error).toBe("invalid_grant");
  });

  test.each([
    ["GET", false, 400],
    ["POST", false, 400],
    ["GET", true, 200],
  ] as const)(
    "a refresh by %s gives a new pair; the old refresh token afterwards (stays usable: %s) answers %i",
    async (method, oldRefreshTokenStaysUsable, expected) => {
      const held = await world({ switches: { oldRefreshTokenStaysUsable } });
      const query = { grant_type: "refresh_token", refresh_token: held.refreshToken };
      const { status, body } = await ask(held, query, method);
      expect(status).toBe(200);
      expect(body.user_id).toBe(1);
      expect(body.refresh_token).not.toBe(held.refreshToken);
      expect((await held.call("profile", {}, String(body.access_token))).status).toBe(200);
      expect((await ask(held, query, method)).status).toBe(expected);
    },
  );

  test.each([
    ["another client id", { client_id: "app.9" }, 200, "WRONG_CLIENT"],
    ["a wrong secret", { client_secret: "no" }, 401, "invalid_client"],
    ["no grant", {}, 400, "invalid_request"],
    ["a made-up refresh token", { grant_type: "refresh_token", refresh_token: "x" }, 400, "invalid_grant"],
  ])("%s is refused as the vendor does", async (_, query, status, error) => {
    const held = await world();
    const answer = await ask(held, query as Record<string, string>);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  test("refresh tokens die after 180 days, with the app, with an unpaid subscription, and with their user", async () => {
    const query = (held: World) => ({ grant_type: "refresh_token", refresh_token: held.refreshToken });
    const old = await world();
    await old.clock.advance(180 * 86_400_000);
    expect((await ask(old, query(old))).body.error).toBe("invalid_grant");
    const gone = await world({ switches: { uninstalledRefreshError: "invalid_client" } });
    gone.portal.uninstall();
    expect((await ask(gone, query(gone))).body.error).toBe("invalid_client");
    const unpaid = await world();
    unpaid.portal.setPayment("S", true, 0);
    expect((await ask(unpaid, query(unpaid))).body.error).toBe("PAYMENT_REQUIRED");
    const dismissed = await world();
    dismissed.portal.dismissUser(1);
    expect((await ask(dismissed, query(dismissed))).body.error).toBe("invalid_grant");
    const kept = await world();
    kept.portal.dismissUser(1, { preserve: true });
    const answer = await ask(kept, query(kept));
    expect(answer.status).toBe(200);
    expect((await kept.call("user.get", {}, String(answer.body.access_token))).body.total).toBe(3);
  });

  test.each([
    [false, 400],
    [true, 200],
  ])("the other region's server knows the portal: %s", async (oauthHostsServeBothRegions, status) => {
    const held = await world({ switches: { oauthHostsServeBothRegions } });
    const answer = await ask(held, { grant_type: "refresh_token", refresh_token: held.refreshToken }, "POST", EAST);
    expect(answer.status).toBe(status);
  });

  test("app.info at the authorisation server tells whose token it is, and refuses foreign, expired and dead ones", async () => {
    const held = await world();
    const { body } = await appInfo(held, held.token);
    expect(body.result).toMatchObject({
      client_id: "app.123.456",
      user_id: 1,
      install: {
        installed: true,
        member_id: held.portal.memberId,
        client_endpoint: "https://acme.bitrix24.sandbox/rest/",
      },
    });
    expect((await appInfo(held, "made-up")).body.error).toBe("invalid_token");
    expect((await appInfo(held, held.token, EAST)).body.error).toBe("invalid_token");
    await held.clock.advance(3_600_000);
    expect((await appInfo(held, held.token)).body.error).toBe("expired_token");
  });
});
