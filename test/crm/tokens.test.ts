import { beforeEach, describe, expect, it } from "vitest";
import { CrmFailure } from "../../src/crm/failure.ts";
import type { Grant } from "../../src/crm/port.ts";
import { makeTokens } from "../../src/crm/tokens.ts";

const LIFE_MS = 1_800_000;

function grantOf(accessToken: string, issuedAt: number, refreshToken = "r"): Grant {
  return {
    account: "42",
    accessToken,
    refreshToken,
    issuedAt,
    expiresAt: issuedAt + LIFE_MS,
    scopes: [],
    userId: null,
    endpoint: null,
    authServer: null,
    applicationToken: null,
  };
}

describe("a portal's tokens", () => {
  let now = 0;
  let stored = grantOf("t0", 0);
  let refreshes = 0;
  let answer: () => Promise<Grant>;
  const tokens = () =>
    makeTokens({
      load: () => stored,
      save: (grant) => {
        stored = grant;
      },
      refresh: () => {
        refreshes += 1;
        return answer();
      },
      now: () => now,
    });

  beforeEach(() => {
    now = 0;
    stored = grantOf("t0", 0);
    refreshes = 0;
    answer = async () => grantOf(`t${refreshes}`, now);
  });

  it("hands out the stored token until three quarters of its life have passed", async () => {
    const mine = tokens();
    now = LIFE_MS * 0.75 - 1;
    expect(await mine.access()).toBe("t0");
    expect(refreshes).toBe(0);
    now += 1;
    expect(await mine.access()).toBe("t1");
    expect(stored.accessToken).toBe("t1");
  });

  it("refreshes once for fifty callers at the same moment", async () => {
    const mine = tokens();
    now = LIFE_MS;
    const given = await Promise.all(Array.from({ length: 50 }, () => mine.access()));
    expect(new Set(given)).toEqual(new Set(["t1"]));
    expect(refreshes).toBe(1);
  });

  it("renews a dead token once for everybody who holds it", async () => {
    const mine = tokens();
    const given = await Promise.all([mine.renew("t0"), mine.renew("t0"), mine.access()]);
    expect(given.slice(0, 2)).toEqual(["t1", "t1"]);
    expect(await mine.renew("t0")).toBe("t1");
    expect(refreshes).toBe(1);
  });

  it("goes on with a token that still lives when the refresh is not to be had, without asking again at every call", async () => {
    const mine = tokens();
    answer = async () => {
      throw new CrmFailure("unavailable", "down", { code: "502" });
    };
    now = LIFE_MS * 0.8;
    expect(await mine.access()).toBe("t0");
    expect(await mine.access()).toBe("t0");
    expect(refreshes).toBe(1);
    now = LIFE_MS;
    await expect(mine.access()).rejects.toMatchObject({ failure: "unavailable" });
    now += 60_000;
    answer = async () => grantOf("fresh", now);
    expect(await mine.access()).toBe("fresh");
  });

  it("waits as long as the CRM said before it asks again", async () => {
    const mine = tokens();
    now = LIFE_MS;
    answer = async () => {
      throw new CrmFailure("limited", "slow", { code: "429", retryAt: LIFE_MS + 20_000 });
    };
    await expect(mine.access()).rejects.toMatchObject({ failure: "limited" });
    now = LIFE_MS + 19_999;
    await expect(mine.access()).rejects.toMatchObject({ failure: "limited" });
    expect(refreshes).toBe(1);
  });

  it("says revoked even while the old token lives", async () => {
    const mine = tokens();
    answer = async () => {
      throw new CrmFailure("revoked", "gone", { code: "BAD_REFRESH_TOKEN" });
    };
    now = LIFE_MS * 0.8;
    await expect(mine.access()).rejects.toMatchObject({ failure: "revoked" });
  });

  it("does not take the end of an old access for the end of the install where a newer one arrived meanwhile", async () => {
    const mine = tokens();
    now = LIFE_MS;
    answer = async () => {
      stored = grantOf("installed-anew", now, "r2");
      throw new CrmFailure("revoked", "gone", { code: "BAD_REFRESH_TOKEN" });
    };
    expect(await mine.access()).toBe("installed-anew");
    expect(refreshes).toBe(1);
  });

  it("keeps the grant of a new install that arrived while the old one was being refreshed", async () => {
    const mine = tokens();
    now = LIFE_MS;
    answer = async () => {
      stored = grantOf("installed-anew", now, "r2");
      return grantOf("stale", now, "r");
    };
    expect(await mine.access()).toBe("installed-anew");
    expect(stored.accessToken).toBe("installed-anew");
  });
});
