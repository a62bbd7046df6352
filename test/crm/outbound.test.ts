import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { CrmFailure } from "../../src/crm/failure.ts";
import { callOut, type OutboundRules, outboundSecret, outboundUrl } from "../../src/crm/outbound.ts";

const NOW = Date.UTC(2026, 2, 2, 9, 0, 0, 250);
const SECRET = outboundSecret(new Uint8Array(32).fill(5));
const CALL = {
  url: "https://hooks.customer.com/tenure?x=1",
  key: "client:company:17/cycle:1/provision",
  secret: SECRET,
  body: { event: "kickoff", client: "company:17" },
};

interface Seen {
  url: string;
  method: string;
  redirect: string;
  headers: Record<string, string>;
  body: string;
}

function receiver(answer: () => Response | Promise<Response>): { rules: OutboundRules; seen: Seen[] } {
  const seen: Seen[] = [];
  const fetch = async (request: Request) => {
    const { url, method, redirect, headers } = request;
    seen.push({ url, method, redirect, headers: Object.fromEntries(headers), body: await request.text() });
    return answer();
  };
  return { rules: { fetch, now: () => NOW }, seen };
}

async function failureOf(rules: OutboundRules, call = CALL): Promise<CrmFailure> {
  const error = await callOut(rules, call).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CrmFailure);
  return error as CrmFailure;
}

describe("a call out", () => {
  test("carries a signature that Standard Webhooks' own library accepts, and the same key for every attempt", async () => {
    const { rules, seen } = receiver(() => new Response(null, { status: 204 }));
    expect((await callOut(rules, CALL)).status).toBe(204);
    await callOut({ ...rules, now: () => NOW + 60_000 }, CALL);
    const [first, second] = seen as [Seen, Seen];
    expect(first.url).toBe(CALL.url);
    expect(first.method).toBe("POST");
    expect(first.redirect).toBe("manual");
    expect(first.headers["content-type"]).toBe("application/json");
    expect(first.headers["idempotency-key"]).toBe(CALL.key);
    expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
    expect(first.headers["webhook-timestamp"]).toBe("1772442000");
    // The library compares with the machine's clock, so the moment is signed again with its own sign().
    const expected = new Webhook(SECRET).sign(CALL.key, new Date(1_772_442_000_000), first.body);
    expect(first.headers["webhook-signature"]).toBe(expected);
    expect(JSON.parse(first.body)).toEqual(CALL.body);
  });

  test("another secret makes another signature", async () => {
    const { rules, seen } = receiver(() => new Response("ok"));
    await callOut(rules, CALL);
    await callOut(rules, { ...CALL, secret: outboundSecret(new Uint8Array(32).fill(6)) });
    expect(seen[0]!.headers["webhook-signature"]).not.toBe(seen[1]!.headers["webhook-signature"]);
  });

  const answers: [number, Record<string, string>, string, number | undefined][] = [
    [301, { location: "http://169.254.169.254/" }, "refused", undefined],
    [400, {}, "refused", undefined],
    [410, {}, "refused", undefined],
    [429, { "retry-after": "7" }, "limited", NOW + 7000],
    [500, {}, "unavailable", undefined],
    [503, { "retry-after": "60" }, "unavailable", NOW + 60_000],
  ];
  for (const [status, headers, failure, retryAt] of answers) {
    test(`is ${failure} when the receiver answers ${status}`, async () => {
      const { rules, seen } = receiver(() => new Response("text", { status, headers }));
      expect(await failureOf(rules)).toMatchObject({ failure, retryAt, status, code: `HTTP_${status}` });
      expect(seen).toHaveLength(1);
    });
  }

  test("that gets no answer may have arrived", async () => {
    const { rules } = receiver(() => Promise.reject(new TypeError("fetch failed")));
    expect(await failureOf(rules)).toMatchObject({ failure: "unknown" });
  });

  test("tells nobody the path, which is a secret of many a chat", async () => {
    const { rules } = receiver(() => Promise.reject(new TypeError("fetch failed")));
    const failure = await failureOf(rules, { ...CALL, url: "https://hooks.customer.com/services/T0/B0/abc" });
    expect(failure.message).toContain("POST hooks.customer.com/");
    expect(failure.message).not.toContain("services");
  });

  test("reads no more of an answer than it needs", async () => {
    const { rules } = receiver(() => new Response("x".repeat(100_000)));
    expect(await failureOf(rules)).toMatchObject({ code: "REPLY_TOO_LARGE" });
  });
});

describe("G9 an address that leads inside is never called", () => {
  const refused = [
    "http://hooks.customer.com/",
    "https://localhost/",
    "https://127.0.0.1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.8/",
    "https://8.8.8.8/",
    "https://db.internal/",
    "https://intranet/",
    "https://hooks.customer.com:8443/",
    "https://user:pass@hooks.customer.com/",
    "https://hooks.customer.com@127.0.0.1/",
    "file:///etc/passwd",
    "ftp://hooks.customer.com/",
    "javascript:alert(1)",
    "",
  ];
  for (const url of refused) {
    test(`"${url}"`, async () => {
      const { rules, seen } = receiver(() => new Response("inside"));
      expect(await failureOf(rules, { ...CALL, url })).toMatchObject({
        failure: "refused",
        code: "ADDRESS_NOT_PUBLIC",
      });
      expect(seen).toEqual([]);
    });
  }

  test("a stand-in is called only where it is allowed, and only at its own origin", () => {
    const allow = ["http://127.0.0.1:4000"];
    expect(outboundUrl("http://127.0.0.1:4000/hook#x", allow)).toBe("http://127.0.0.1:4000/hook");
    expect(outboundUrl("http://127.0.0.1:4001/hook", allow)).toBeNull();
    expect(outboundUrl("http://127.0.0.1:4000/hook")).toBeNull();
  });
});
