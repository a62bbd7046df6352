/** A portal's access token: refreshed by the clock ahead of its end, and once however many callers ask at the same moment. */
import { CrmFailure, isFailure } from "./failure.ts";
import type { Grant, Tokens } from "./port.ts";

export interface TokensOptions {
  /** the stored grant; asked each time, so that a re-install is seen at once */
  load(): Grant;
  /** stores what a refresh returned, before anybody uses it */
  save(grant: Grant): void;
  /** @throws CrmFailure as `CrmApp.refresh` does */
  refresh(grant: Grant): Promise<Grant>;
  /** epoch ms */
  now(): number;
}

/** Share of a token's life after which it is refreshed: early enough that a bad quarter of an hour of the CRM is not noticed. */
const REFRESH_AT_SHARE = 0.75;
/** How long a failed refresh is not tried again, ms, where the CRM named no time: a dead server is not hammered by every call. */
const REFRESH_PAUSE_MS = 5_000;

/** @returns the tokens of one portal; keep one instance per portal, else refreshes are not shared */
export function makeTokens(options: TokensOptions): Tokens {
  const { load, save, refresh, now } = options;
  let flight: Promise<string> | null = null;
  let failed: { error: unknown; until: number; refreshToken: string } | null = null;

  async function refreshOnce(): Promise<string> {
    const old = load();
    try {
      const fresh = await refresh(old);
      const stored = load();
      // Somebody installed anew while the refresh was under way: theirs is the newer grant.
      if (stored.refreshToken !== old.refreshToken) return stored.accessToken;
      save(fresh);
      failed = null;
      return fresh.accessToken;
    } catch (error) {
      // The old access ended because there is a newer one.
      const { accessToken } = load();
      if (accessToken !== old.accessToken) return accessToken;
      const retryAt = error instanceof CrmFailure ? error.retryAt : undefined;
      failed = { error, until: retryAt ?? now() + REFRESH_PAUSE_MS, refreshToken: old.refreshToken };
      throw error;
    }
  }

  function shared(): Promise<string> {
    flight ??= refreshOnce().finally(() => {
      flight = null;
    });
    return flight;
  }

  function onHold(): boolean {
    return failed !== null && now() < failed.until && failed.refreshToken === load().refreshToken;
  }

  async function access(): Promise<string> {
    const grant = load();
    if (now() < refreshDueAt(grant)) return grant.accessToken;
    const alive = now() < grant.expiresAt;
    if (onHold()) {
      if (alive && isTemporary(failed!.error)) return grant.accessToken;
      throw failed!.error;
    }
    try {
      return await shared();
    } catch (error) {
      if (alive && isTemporary(error)) return grant.accessToken;
      throw error;
    }
  }

  async function renew(deadToken: string): Promise<string> {
    const { accessToken } = load();
    if (accessToken !== deadToken) return accessToken;
    if (!flight && onHold()) throw failed!.error;
    return shared();
  }

  return { grant: load, access, renew };
}

/** When a grant's access token is due for a refresh, epoch ms. */
function refreshDueAt(grant: Pick<Grant, "issuedAt" | "expiresAt">): number {
  return grant.issuedAt + REFRESH_AT_SHARE * (grant.expiresAt - grant.issuedAt);
}

function isTemporary(error: unknown): boolean {
  return isFailure(error, "unavailable") || isFailure(error, "limited") || isFailure(error, "unknown");
}
