import { describe, expect, it } from "vitest";
import type { Fetch, HttpReply } from "../../../src/crm/http.ts";
import {
  CALLBACK_PATH,
  hubspotApp,
  INSTALL_PATH,
  OPTIONAL_SCOPES,
  REQUIRED_SCOPES,
} from "../../../src/crm/hubspot/index.ts";
import { oauthFailure } from "../../../src/crm/hubspot/oauth.ts";
import { hubspotWorld, PUBLIC_URL, START } from "./world.ts";

function reply(status: number, json: unknown): HttpReply {
  return { status, json, text: "", headers: new Headers() };
}

/** An app whose HubSpot answers what it is told, and what was asked of it. */
function stubbed(...answers: (Response | Error)[]) {
  const asked: { url: string; form: URLSearchParams }[] = [];
  const fetch: Fetch = async (request) => {
    asked.push({ url: request.url, form: new URLSearchParams(await request.text()) });
    const answer = answers.shift()!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const app = hubspotApp({ clientId: "id", clientSecret: "hush", appId: "1", publicUrl: PUBLIC_URL, fetch });
  return { app, asked };
}

const TOKEN = {
  access_token: "CJ1",
  refresh_token: "na1-1",
  expires_in: 1800,
  hub_id: 62515,
  user_id: 7,
  scopes: ["oauth"],
};

describe("asking for an install", () => {
  it("joins scopes by %20, escapes the rest, and carries the state (2.1)", () => {
    const url = stubbed().app.authoriseUrl("a b&c");
    expect(url.startsWith("https://app.hubspot.com/oauth/authorize?client_id=id&")).toBe(true);
    expect(url).not.toContain("+");
    const query = new URL(url).searchParams;
    expect(query.get("scope")).toBe(REQUIRED_SCOPES.join(" "));
    expect(query.get("optional_scope")).toBe(OPTIONAL_SCOPES.join(" "));
    expect(query.get("redirect_uri")).toBe(PUBLIC_URL + CALLBACK_PATH);
    expect(query.get("state")).toBe("a b&c");
    expect(REQUIRED_SCOPES.filter((scope) => OPTIONAL_SCOPES.includes(scope))).toEqual([]);
  });
});

describe("a code for a grant", () => {
  it("sends secrets in the body only, and keeps what came back", async () => {
    const { app, asked } = stubbed(Response.json(TOKEN));
    expect(await app.exchange("the-code", 1000)).toEqual({
      account: "62515",
      accessToken: "CJ1",
      refreshToken: "na1-1",
      issuedAt: 1000,
      expiresAt: 1000 + 1_800_000,
      scopes: ["oauth"],
      userId: "7",
      endpoint: null,
      authServer: null,
      applicationToken: null,
    });
    expect(asked[0]!.url).toBe("https://api.hubapi.com/oauth/2026-09/token");
    expect(Object.fromEntries(asked[0]!.form)).toEqual({
      client_id: "id",
      client_secret: "hush",
      grant_type: "authorization_code",
      code: "the-code",
      redirect_uri: PUBLIC_URL + CALLBACK_PATH,
    });
  });

  it("asks introspection for what the answer leaves out (2.2)", async () => {
    const { access_token, refresh_token, expires_in } = TOKEN;
    const about = { active: true, hub_id: 9, user_id: 3, scopes: ["oauth", "tickets"] };
    const { app, asked } = stubbed(Response.json({ access_token, refresh_token, expires_in }), Response.json(about));
    expect(await app.exchange("c", 0)).toMatchObject({ account: "9", userId: "3", scopes: ["oauth", "tickets"] });
    expect(asked[1]!.url).toMatch(/\/oauth\/2026-09\/token\/introspect$/);
  });

  it("sees narrower scopes than asked", async () => {
    const granted = REQUIRED_SCOPES;
    const world = await hubspotWorld({ scopesGranted: granted });
    expect([...world.grant().scopes].sort()).toEqual([...granted].sort());
    const crm = world.connect();
    expect(crm.kinds()).not.toContain("ticket");
    expect(crm.capabilities().tickets).toContain("tickets");
    expect((await hubspotWorld()).connect().kinds()).toContain("ticket");
  });

  it("refuses a code that was used (replayed code)", async () => {
    const world = await hubspotWorld();
    const code = new URL(world.portal.approve(world.app.authoriseUrl("s"))).searchParams.get("code")!;
    await world.app.exchange(code, START);
    await expect(world.app.exchange(code, START)).rejects.toMatchObject({ failure: "refused", code: "BAD_AUTH_CODE" });
    await expect(world.app.exchange("made up", START)).rejects.toMatchObject({ failure: "refused" });
  });

  it.each(["any", "install-url", "first-redirect-url"] as const)(
    "takes a Marketplace-started install whichever redirect URL HubSpot expects: %s (2.1)",
    async (marketplaceRedirectUri) => {
      const world = await hubspotWorld({ switches: { marketplaceRedirectUri } });
      const wish = { scopes: REQUIRED_SCOPES };
      const url = new URL(world.portal.marketplaceInstall(PUBLIC_URL + INSTALL_PATH, wish));
      expect(url.searchParams.has("state")).toBe(false);
      const grant = await world.app.exchangeFromMarketplace(url.searchParams.get("code")!, START);
      expect(grant.account).toBe(world.account);
      expect(world.app.marketplaceReturn(url.searchParams.get("returnUrl")!)).toBe(url.searchParams.get("returnUrl"));
      expect(world.violations()).toEqual([]);
    },
  );
});

describe("refreshing", () => {
  it("keeps a refresh token that rotates", async () => {
    const world = await hubspotWorld({ switches: { refreshTokenRotates: true } });
    const old = world.grant();
    const fresh = await world.app.refresh(old, START);
    expect(fresh.refreshToken).not.toBe(old.refreshToken);
    expect(fresh).toMatchObject({ account: old.account, scopes: old.scopes });
  });

  it("goes on with the refresh token it has where the answer brings none; an install without one is none", async () => {
    const { refresh_token: _, ...without } = TOKEN;
    const again = { ...without, access_token: "CJ2", user_id: null, scopes: null };
    const { app } = stubbed(Response.json(TOKEN), Response.json(again), Response.json(without));
    const grant = await app.exchange("c", 0);
    expect(await app.refresh(grant, 1000)).toMatchObject({
      ...grant,
      accessToken: "CJ2",
      issuedAt: 1000,
      expiresAt: 1_801_000,
    });
    await expect(app.exchange("c", 0)).rejects.toMatchObject({ failure: "unavailable", code: "UNEXPECTED_REPLY" });
  });

  it("calls an uninstalled or deleted account revoked (2.3, 2.4)", async () => {
    const uninstalled = await hubspotWorld();
    uninstalled.portal.uninstall();
    await expect(uninstalled.app.refresh(uninstalled.grant(), START)).rejects.toMatchObject({ failure: "revoked" });
    const deleted = await hubspotWorld();
    deleted.portal.deleteAccount();
    await expect(deleted.app.refresh(deleted.grant(), START)).rejects.toMatchObject({
      failure: "revoked",
      code: "BAD_HUB",
    });
  });

  it("calls a wrong secret our own configuration, never the end of the install (2.3)", async () => {
    const world = await hubspotWorld();
    const app = hubspotApp({
      clientId: "client-1",
      clientSecret: "wrong",
      appId: "1",
      publicUrl: PUBLIC_URL,
      apiUrl: world.sandbox.publicUrl,
      fetch: (request) => world.sandbox.fetch(request),
    });
    await expect(app.refresh(world.grant(), START)).rejects.toMatchObject({
      failure: "unauthorised",
      code: "BAD_CLIENT_SECRET",
    });
  });

  it("does not take a wrong secret of ours for an install that is gone (2.3, 2.4)", async () => {
    let isWrong = false;
    const world = await hubspotWorld({
      between: (fetch) => async (request) => {
        if (!isWrong || !request.url.includes("/oauth/")) return fetch(request);
        const form = new URLSearchParams(await request.text());
        form.set("client_secret", "wrong");
        return fetch(new Request(request.url, { method: "POST", body: form }));
      },
    });
    const crm = world.connect();
    isWrong = true;
    await world.advance(3_600_000);
    await expect(crm.leave()).rejects.toMatchObject({ failure: "unauthorised", code: "BAD_CLIENT_SECRET" });
    expect(world.portal.install).not.toBeNull();
    isWrong = false;
    await world.advance(3_600_000);
    await crm.leave();
    expect(world.portal.install).toBeNull();
  });

  it("has left once the install ended, even where the refresh token cannot be ended after it (2.4)", async () => {
    const world = await hubspotWorld({
      between: (fetch) => async (request) =>
        request.url.endsWith("/token/revoke")
          ? Response.json({ status: "BAD_CLIENT_SECRET", error: "invalid_client" }, { status: 400 })
          : fetch(request),
    });
    const crm = world.connect();
    await world.advance(60_000);
    await crm.leave();
    expect(world.portal.install).toBeNull();
  });

  it("does not take another account's token", async () => {
    const { app } = stubbed(Response.json(TOKEN), Response.json({ ...TOKEN, hub_id: 1 }));
    const grant = await app.exchange("c", 0);
    await expect(app.refresh(grant, 0)).rejects.toMatchObject({ failure: "unauthorised", code: "OTHER_ACCOUNT" });
  });

  it("calls silence, outages and nonsense unavailable", async () => {
    const { app } = stubbed(
      Response.json(TOKEN),
      new TypeError("fetch failed"),
      new Response("<html>", { status: 502 }),
      Response.json({ hello: 1 }),
    );
    const grant = await app.exchange("c", 0);
    for (let time = 0; time < 3; time += 1) {
      await expect(app.refresh(grant, 0)).rejects.toMatchObject({ failure: "unavailable" });
    }
  });
});

describe("what the token server's answers mean (2.3)", () => {
  it.each([
    [400, { status: "BAD_REFRESH_TOKEN", error: "invalid_grant" }, "refresh", "revoked"],
    [400, { error: "invalid_grant" }, "refresh", "revoked"],
    [400, { status: "BAD_HUB", error: "access_denied" }, "refresh", "revoked"],
    [400, { status: "BAD_AUTH_CODE", error: "invalid_grant" }, "exchange", "refused"],
    [400, { error: "invalid_grant" }, "exchange", "refused"],
    [400, { status: "BAD_CLIENT_ID", error: "invalid_client" }, "refresh", "unauthorised"],
    [401, { error: "invalid_client" }, "refresh", "unauthorised"],
    [400, { status: "BAD_REDIRECT_URI", error: "invalid_grant" }, "exchange", "unauthorised"],
    [400, { status: "BAD_GRANT_TYPE" }, "refresh", "unauthorised"],
    [400, { status: "BAD_CODE_VERIFIER" }, "exchange", "unauthorised"],
    [400, { status: "BAD_SCOPES" }, "exchange", "unauthorised"],
    [400, { status: "SOMETHING_NEW" }, "refresh", "unavailable"],
    [400, "no json", "refresh", "unavailable"],
    [403, {}, "refresh", "unavailable"],
    [423, {}, "refresh", "unavailable"],
    [429, {}, "refresh", "unavailable"],
    [477, {}, "refresh", "unavailable"],
    [503, { status: "BAD_REFRESH_TOKEN" }, "refresh", "unavailable"],
  ] as const)("%i %j at %s: %s", (status, body, step, failure) => {
    expect(oauthFailure(reply(status, body), step, 0).failure).toBe(failure);
  });
});
