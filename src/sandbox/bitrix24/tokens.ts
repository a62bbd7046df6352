import type { SandboxPortal } from "./portal.ts";

export interface AccessToken {
  token: string;
  portal: SandboxPortal;
  userId: number;
  expiresAt: number;
  scopes: readonly string[];
  /** the app was uninstalled */
  dead: boolean;
}

export interface RefreshToken {
  token: string;
  portal: SandboxPortal;
  userId: number;
  expiresAt: number;
  used: boolean;
  /** the app was uninstalled */
  dead: boolean;
}

export interface Code {
  code: string;
  portal: SandboxPortal;
  userId: number;
  expiresAt: number;
  used: boolean;
}

const ACCESS_S = 3600;
const REFRESH_MS = 180 * 86_400_000;
const CODE_MS = 30_000;

/** Everything the two authorisation servers have handed out. Facts sheet section 2. */
export class TokenStore {
  #access = new Map<string, AccessToken>();
  #refresh = new Map<string, RefreshToken>();
  #codes = new Map<string, Code>();
  #forEvents = new Map<string, AccessToken>();
  #now: () => number;
  #word: (length: number) => string;

  constructor(now: () => number, word: (length: number) => string) {
    this.#now = now;
    this.#word = word;
  }

  access(token: string): AccessToken | undefined {
    return this.#access.get(token);
  }

  refresh(token: string): RefreshToken | undefined {
    return this.#refresh.get(token);
  }

  issueAccess(portal: SandboxPortal, userId: number): AccessToken {
    const access = {
      token: this.#word(70),
      portal,
      userId,
      expiresAt: this.#now() + ACCESS_S * 1000,
      scopes: portal.scopes,
      dead: false,
    };
    this.#access.set(access.token, access);
    return access;
  }

  /** A pair of one user, as the frame, ONAPPINSTALL and the token endpoint hand it out. */
  issuePair(portal: SandboxPortal, userId: number): { access: AccessToken; refresh: RefreshToken } {
    const access = this.issueAccess(portal, userId);
    const refresh = {
      token: this.#word(70),
      portal,
      userId,
      expiresAt: this.#now() + REFRESH_MS,
      used: false,
      dead: false,
    };
    this.#refresh.set(refresh.token, refresh);
    return { access, refresh };
  }

  /** The token that travels with events of a user; one lives half an hour before a new one is made. */
  forEvent(portal: SandboxPortal, userId: number): AccessToken {
    const key = `${portal.memberId}/${userId}`;
    const held = this.#forEvents.get(key);
    if (held && held.expiresAt - this.#now() > (ACCESS_S * 1000) / 2 && !held.dead) return held;
    const fresh = this.issueAccess(portal, userId);
    this.#forEvents.set(key, fresh);
    return fresh;
  }

  issueCode(portal: SandboxPortal, userId: number): Code {
    const code = { code: this.#word(32), portal, userId, expiresAt: this.#now() + CODE_MS, used: false };
    this.#codes.set(code.code, code);
    return code;
  }

  code(code: string): Code | undefined {
    return this.#codes.get(code);
  }

  /** Every token of a portal dies at once. */
  revoke(portal: SandboxPortal): void {
    for (const held of this.#access.values()) if (held.portal === portal) held.dead = true;
    for (const held of this.#refresh.values()) if (held.portal === portal) held.dead = true;
    for (const held of this.#codes.values()) if (held.portal === portal) held.used = true;
  }

  /** Tokens of a dismissed user move to the portal's system user. */
  moveUser(portal: SandboxPortal, userId: number, toUserId: number): void {
    for (const map of [this.#access, this.#refresh] as Map<string, { portal: SandboxPortal; userId: number }>[]) {
      for (const [key, held] of map) {
        if (held.portal !== portal || held.userId !== userId) continue;
        if (toUserId === null) map.delete(key);
        else held.userId = toUserId;
      }
    }
  }

  /** Makes every access token of a portal look an hour old. */
  expire(portal: SandboxPortal): void {
    for (const held of this.#access.values()) {
      if (held.portal === portal) held.expiresAt = Math.min(held.expiresAt, this.#now());
    }
  }
}

export const ACCESS_LIFE_S = ACCESS_S;
