import type { Clock } from "../clock.ts";
import { type AccessToken, type Code, grantable, type Install } from "./install.ts";
import type { HubSpotSandboxOptions, HubSpotSwitches } from "./options.ts";
import type { SandboxPortal } from "./portal.ts";

/** What `authorize` asks for, checked. */
export interface Asked {
  redirectUri: string;
  scopes: string[];
  optional: string[];
  state: string | null;
  challenge: Code["challenge"];
  /** preselected account */
  hubId: number | null;
}

const CODE_LIFE_MS = 10 * 60_000;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The authorisation server: codes, refresh tokens, access tokens (facts sheet 2). */
export class OAuthServer {
  readonly #options: HubSpotSandboxOptions;
  readonly #switches: HubSpotSwitches;
  readonly #clock: Clock;
  readonly #codes = new Map<string, Code>();
  readonly #refresh = new Map<string, Install>();
  readonly #access = new Map<string, AccessToken>();

  constructor(options: HubSpotSandboxOptions, switches: HubSpotSwitches) {
    this.#options = options;
    this.#switches = switches;
    this.#clock = options.clock;
  }

  #secret(length: number): string {
    let text = "";
    for (let index = 0; index < length; index++) text += LETTERS[Math.floor(this.#options.random() * 64)];
    return text;
  }

  /** @throws Error with the sentence that the consent page shows */
  asked(url: URL): Asked {
    const query = url.searchParams;
    if (query.get("client_id") !== this.#options.clientId) throw new Error("The client ID is not known.");
    const redirectUri = query.get("redirect_uri") ?? "";
    if (!this.#options.redirectUrls.includes(redirectUri)) {
      throw new Error("The redirect URL does not match any of the app's redirect URLs.");
    }
    const scopes = words(query.get("scope"));
    const optional = words(query.get("optional_scope"));
    if (scopes.length === 0) throw new Error("No scopes were asked for.");
    const declared = this.#options.declaredScopes;
    const stray = declared ? [...scopes, ...optional].find((scope) => !declared.includes(scope)) : undefined;
    if (stray) throw new Error(`The scope ${stray} is not declared in the app's configuration.`);
    const challenge = query.get("code_challenge");
    const hubId = /^\/oauth\/(\d+)\/authorize$/.exec(url.pathname)?.[1];
    return {
      redirectUri,
      scopes,
      optional,
      state: query.get("state"),
      challenge: challenge ? { value: challenge, method: query.get("code_challenge_method") ?? "plain" } : null,
      hubId: hubId ? Number(hubId) : null,
    };
  }

  /** Required scopes that the account cannot grant; they block the install. */
  blocked(asked: Asked, portal: SandboxPortal): string[] {
    return asked.scopes.filter((scope) => !grantable(scope, portal.plan, portal.scopesAvailable));
  }

  /** A code for what the account grants: all required scopes and the optional ones it can give. */
  code(asked: Asked, portal: SandboxPortal, userId: number, only: readonly string[] | null, marketplace = false): Code {
    const optional = asked.optional.filter((scope) => grantable(scope, portal.plan, portal.scopesAvailable));
    const scopes = [...new Set([...asked.scopes, ...optional])];
    const code: Code = {
      code: this.#secret(36),
      hubId: portal.hubId,
      userId,
      scopes: only ? scopes.filter((scope) => only.includes(scope)) : scopes,
      redirectUri: asked.redirectUri,
      marketplace,
      expiresAt: this.#clock.now() + CODE_LIFE_MS,
      used: false,
      challenge: asked.challenge,
    };
    this.#codes.set(code.code, code);
    return code;
  }

  findCode(code: string): Code | null {
    const found = this.#codes.get(code);
    return found && !found.used && found.expiresAt > this.#clock.now() ? found : null;
  }

  redirectFits(code: Code, redirectUri: string): boolean {
    if (!code.marketplace) return redirectUri === code.redirectUri;
    if (this.#switches.marketplaceRedirectUri === "any") return this.#options.redirectUrls.includes(redirectUri);
    const expected =
      this.#switches.marketplaceRedirectUri === "install-url" ? code.redirectUri : this.#options.redirectUrls[0];
    return redirectUri === expected;
  }

  /** Ends the code and makes the install. */
  redeem(code: Code, portal: SandboxPortal): AccessToken & { refreshToken: string } {
    code.used = true;
    const install: Install = {
      hubId: portal.hubId,
      userId: code.userId,
      userEmail: portal.crm.people.byUser(code.userId)?.email ?? "",
      scopes: code.scopes,
      refreshToken: `na1-${this.#secret(48)}`,
      createdAt: this.#clock.now(),
    };
    this.#refresh.set(install.refreshToken, install);
    portal.install = install;
    return { ...this.#issue(install), refreshToken: install.refreshToken };
  }

  refreshInstall(refreshToken: string): Install | null {
    return this.#refresh.get(refreshToken) ?? null;
  }

  renew(install: Install): AccessToken & { refreshToken: string } {
    if (this.#switches.refreshTokenRotates) {
      this.#refresh.delete(install.refreshToken);
      install.refreshToken = `na1-${this.#secret(48)}`;
      this.#refresh.set(install.refreshToken, install);
    }
    return { ...this.#issue(install), refreshToken: install.refreshToken };
  }

  #issue(install: Install): AccessToken {
    const { hubId, userId, scopes } = install;
    const expiresAt = this.#clock.now() + (this.#options.accessTokenSeconds ?? 1_800) * 1_000;
    const access = { token: `CJ${this.#secret(62)}`, hubId, userId, scopes, expiresAt };
    this.#access.set(access.token, access);
    if (this.#access.size > 1_000) this.#sweep();
    return access;
  }

  #sweep(): void {
    for (const [token, access] of this.#access) {
      if (access.expiresAt < this.#clock.now() - 86_400_000) this.#access.delete(token);
    }
  }

  access(token: string): AccessToken | null {
    return this.#access.get(token) ?? null;
  }

  /** True when there was such a token. Access tokens that are out live on until they expire. */
  revoke(token: string): boolean {
    const install = this.#refresh.get(token);
    if (install) {
      this.#refresh.delete(token);
      return true;
    }
    return this.#access.delete(token);
  }

  /** After an uninstall: no refresh token of the account works any more. */
  forget(hubId: number): void {
    for (const [token, install] of this.#refresh) if (install.hubId === hubId) this.#refresh.delete(token);
    if (this.#switches.accessTokensSurviveUninstall) return;
    for (const [token, access] of this.#access) if (access.hubId === hubId) this.#access.delete(token);
  }

  get lifeSeconds(): number {
    return this.#options.accessTokenSeconds ?? 1_800;
  }
}

function words(text: string | null): string[] {
  return (text ?? "").split(/[ ,]+/).filter((word) => word !== "");
}
