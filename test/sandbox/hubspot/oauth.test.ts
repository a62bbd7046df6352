import { describe, expect, test } from "vitest";
import { authorizeUrl, CLIENT, caller, exchange, form, REDIRECT, SCOPES, world } from "./kit.ts";

const TOKEN = "/oauth/2026-09/token";

function codeOf(location: string): string {
  return new URL(location).searchParams.get("code")!;
}

async function installed(made = world()) {
  const { body } = await exchange(made.sandbox, codeOf(made.portal.approve(authorizeUrl())));
  return { ...made, token: body };
}

describe("the token endpoint", () => {
  test("a code becomes tokens that name the account and the granted scopes", async () => {
    const { token, portal } = await installed();
    expect(token).toMatchObject({ token_type: "bearer", token_use: "access_token", expires_in: 1_800, hub_id: 62_515 });
    expect(token.scopes).toEqual(expect.arrayContaining([...SCOPES, "tickets"]));
    expect(token.user_id).toBe(portal.adminUserId());
  });

  test.each([
    ["an unknown code", { code: "nope" }, "BAD_AUTH_CODE", "invalid_grant"],
    ["another redirect", { redirect_uri: "https://evil.example/cb" }, "BAD_REDIRECT_URI", "invalid_grant"],
    ["a wrong secret", { client_secret: "x" }, "BAD_CLIENT_SECRET", "invalid_client"],
    ["a wrong client", { client_id: "x" }, "BAD_CLIENT_ID", "invalid_client"],
    ["no grant type", { grant_type: "" }, "BAD_GRANT_TYPE", "unsupported_grant_type"],
  ])("%s is refused with the documented status", async (_, fields, status, error) => {
    const { sandbox, portal } = world();
    const answer = await exchange(sandbox, codeOf(portal.approve(authorizeUrl())), fields);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ status, error });
  });

  test("a code works once and for ten minutes", async () => {
    const { sandbox, portal, clock } = world();
    const code = codeOf(portal.approve(authorizeUrl()));
    expect((await exchange(sandbox, code)).status).toBe(200);
    expect((await exchange(sandbox, code)).body.status).toBe("BAD_AUTH_CODE");
    const late = codeOf(portal.approve(authorizeUrl()));
    await clock.advance(10 * 60_000);
    expect((await exchange(sandbox, late)).body.status).toBe("BAD_AUTH_CODE");
  });

  test("PKCE: the verifier has to fit the challenge", async () => {
    const { sandbox, portal } = world();
    // RFC 7636, appendix B
    const challenge = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
    const url = authorizeUrl(challenge);
    expect((await exchange(sandbox, codeOf(portal.approve(url)))).body.status).toBe("BAD_CODE_VERIFIER");
    const verifier = { code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" };
    expect((await exchange(sandbox, codeOf(portal.approve(url)), verifier)).status).toBe(200);
  });

  test.each([
    [false, true],
    [true, false],
  ])("refreshing with rotation %s keeps the refresh token: %s", async (refreshTokenRotates, same) => {
    const { sandbox, token } = await installed(world({ switches: { refreshTokenRotates } }));
    const fields = { ...CLIENT, grant_type: "refresh_token", refresh_token: token.refresh_token };
    const renewed = await form(sandbox, TOKEN, fields);
    expect(renewed.body.access_token).not.toBe(token.access_token);
    expect(renewed.body.refresh_token === token.refresh_token).toBe(same);
    expect((await form(sandbox, TOKEN, fields)).status).toBe(same ? 200 : 400);
  });

  test("an access token ends after its life with EXPIRED_AUTHENTICATION", async () => {
    const { sandbox, token, clock } = await installed();
    const call = caller(sandbox, token.access_token);
    expect((await call("GET", "/account-info/2026-09/details")).status).toBe(200);
    await clock.advance(1_800_000);
    const late = await call("GET", "/account-info/2026-09/details");
    expect([late.status, late.body.category]).toEqual([401, "EXPIRED_AUTHENTICATION"]);
    const stranger = await caller(sandbox, "nope")("GET", "/account-info/2026-09/details");
    expect([stranger.status, stranger.body.category]).toEqual([401, "INVALID_AUTHENTICATION"]);
  });

  test("introspection describes live tokens and nothing else", async () => {
    const { sandbox, token, clock } = await installed();
    const ask = (value: string) => form(sandbox, `${TOKEN}/introspect`, { ...CLIENT, token: value });
    await clock.advance(46_000);
    expect((await ask(token.access_token)).body).toMatchObject({
      active: true,
      token_use: "access_token",
      hub_id: 62_515,
      app_id: 424_242,
      expires_in: 1_754,
    });
    expect((await ask(token.refresh_token)).body).toMatchObject({ active: true, token_use: "refresh_token" });
    expect((await ask("nope")).body).toEqual({ active: false });
  });

  test("revoking ends refreshing; access tokens that are out live on", async () => {
    const { sandbox, token } = await installed();
    await form(sandbox, `${TOKEN}/revoke`, { ...CLIENT, token: token.refresh_token });
    const fields = { ...CLIENT, grant_type: "refresh_token", refresh_token: token.refresh_token };
    expect((await form(sandbox, TOKEN, fields)).body).toMatchObject({
      error: "invalid_grant",
      status: "BAD_REFRESH_TOKEN",
    });
    expect((await caller(sandbox, token.access_token)("GET", "/account-info/2026-09/details")).status).toBe(200);
  });

  test("a deleted account answers BAD_HUB", async () => {
    const { sandbox, portal, token } = await installed();
    portal.deleteAccount();
    const fields = { ...CLIENT, grant_type: "refresh_token", refresh_token: token.refresh_token };
    expect((await form(sandbox, TOKEN, fields)).body).toMatchObject({ error: "access_denied", status: "BAD_HUB" });
  });

  test("secrets in the query string are a violation", async () => {
    const { sandbox } = world();
    await form(sandbox, `${TOKEN}?client_secret=x`, CLIENT);
    expect(sandbox.violations.map((violation) => violation.rule)).toEqual(["secrets or fields in the query string"]);
  });
});

describe("uninstalling", () => {
  test.each([
    [true, 200],
    [false, 401],
  ])(
    "by the app: 204, then refreshing fails; access tokens survive: %s",
    async (accessTokensSurviveUninstall, status) => {
      const { sandbox, portal, token } = await installed(world({ switches: { accessTokensSurviveUninstall } }));
      const call = caller(sandbox, token.access_token);
      expect((await call("DELETE", "/appinstalls/2026-09/external-install")).status).toBe(204);
      expect(portal.install).toBeNull();
      const fields = { ...CLIENT, grant_type: "refresh_token", refresh_token: token.refresh_token };
      expect((await form(sandbox, TOKEN, fields)).body.status).toBe("BAD_REFRESH_TOKEN");
      expect((await call("GET", "/account-info/2026-09/details")).status).toBe(status);
    },
  );
});

describe("the consent page", () => {
  test("shows accounts and scopes, and connects by its form", async () => {
    const { sandbox, portal } = world();
    const url = authorizeUrl();
    const html = await (await sandbox.fetch(new Request(url))).text();
    expect(html).toContain("crm.objects.deals.write");
    expect(html).toContain('name="hubId" value="62515"');
    const action = /action="([^"]+)"/.exec(html)![1]!.replaceAll("&#38;", "&");
    const body = new URLSearchParams({ hubId: String(portal.hubId), decision: "connect" });
    const answer = await sandbox.fetch(new Request(new URL(action, url), { method: "POST", body }));
    expect(answer.status).toBe(302);
    const location = new URL(answer.headers.get("location")!);
    expect(location.origin + location.pathname).toBe(REDIRECT);
    expect(location.searchParams.get("state")).toBe("s1");
    expect((await exchange(sandbox, location.searchParams.get("code")!)).status).toBe(200);
  });

  test("cancelling comes back with an error and the state", async () => {
    const { sandbox, portal } = world();
    const body = new URLSearchParams({ decision: "cancel" });
    const answer = await sandbox.fetch(new Request(authorizeUrl(), { method: "POST", body }));
    const location = new URL(answer.headers.get("location")!);
    expect(location.searchParams.get("error")).toBe("access_denied");
    expect(location.searchParams.get("state")).toBe("s1");
    expect(portal.deny(authorizeUrl())).toBe(location.href);
  });

  test.each([
    ["an unknown client", { client_id: "x" }, "client ID"],
    ["a strange redirect", { redirect_uri: "https://evil.example/" }, "redirect URL"],
    ["an undeclared scope", { scope: "oauth files" }, "files"],
  ])("%s gets a page that says so", async (_, more, words) => {
    const { sandbox, portal } = world({ declaredScopes: [...SCOPES, "tickets"] });
    const url = authorizeUrl({ optional_scope: "tickets", ...more });
    const answer = await sandbox.fetch(new Request(url));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(words);
    expect(() => portal.approve(url)).toThrow(words);
  });

  test("optional scopes that the plan lacks are dropped, required ones block the install", async () => {
    const { sandbox, portal } = world({}, { plan: "free" });
    const { body } = await exchange(sandbox, codeOf(portal.approve(authorizeUrl())));
    expect(body.scopes).toContain("tickets");
    expect(body.scopes).not.toContain("automation");
    expect(() => portal.approve(authorizeUrl({ scope: "oauth automation" }))).toThrow("automation");
  });

  test("an account can be preselected", async () => {
    const { sandbox } = world();
    sandbox.addPortal({ hubId: 777 });
    const url = authorizeUrl().replace("/oauth/authorize", "/oauth/777/authorize");
    const html = await (await sandbox.fetch(new Request(url))).text();
    expect(html).toContain('value="777"');
    expect(html).not.toContain('value="62515"');
  });
});

describe("an install that starts on the Marketplace", () => {
  const INSTALL = "https://app.example.com/hubspot/install";

  test.each([
    ["install-url", INSTALL, 200],
    ["install-url", REDIRECT, 400],
    ["first-redirect-url", REDIRECT, 200],
    ["any", REDIRECT, 200],
  ] as const)(
    "brings a code without state; with redirect rule %s, %s answers %i",
    async (marketplaceRedirectUri, redirect_uri, status) => {
      const { sandbox, portal } = world({ switches: { marketplaceRedirectUri } });
      const url = new URL(portal.marketplaceInstall(INSTALL, { scopes: SCOPES }));
      expect(url.searchParams.get("state")).toBeNull();
      expect(new URL(url.searchParams.get("returnUrl")!).host).toBe("app.hubspot.com");
      const answer = await exchange(sandbox, url.searchParams.get("code")!, { redirect_uri });
      expect(answer.status).toBe(status);
    },
  );

  test("with partner sign-in there are two steps", () => {
    const { portal } = world();
    const first = new URL(portal.marketplaceInstall(INSTALL, { scopes: SCOPES, step: "authorize" }));
    expect([...first.searchParams.keys()]).toEqual(["step", "returnUrl"]);
    const second = new URL(portal.marketplaceInstall(INSTALL, { scopes: SCOPES, step: "finalize", state: "s9" }));
    expect([...second.searchParams.keys()]).toEqual(["step", "code", "state", "returnUrl"]);
  });
});
