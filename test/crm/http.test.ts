import { describe, expect, it, vi } from "vitest";
import { CrmFailure } from "../../src/crm/failure.ts";
import { addressOf, type Fetch, type HttpCall, retryAfterMs, send } from "../../src/crm/http.ts";

const CALL: HttpCall = { method: "POST", url: "https://crm.example/tasks?auth=secret-token", write: true };

async function failureOf(fetch: Fetch, call: HttpCall): Promise<CrmFailure> {
  try {
    await send(fetch, call);
  } catch (error) {
    if (error instanceof CrmFailure) return error;
    throw error;
  }
  throw new Error("the call was expected to fail");
}

function cut(code?: string): Fetch {
  return async () => {
    const cause = Object.assign(new Error("https://crm.example/tasks?auth=secret-token"), code ? { code } : {});
    throw new TypeError("fetch failed for https://crm.example/tasks?auth=secret-token", { cause });
  };
}

describe("one call over http", () => {
  it("keeps a timer only until the answer is whole, or the call broke", async () => {
    vi.useFakeTimers();
    try {
      const during: number[] = [];
      const seen = (answer: () => Response) => async () => {
        during.push(vi.getTimerCount());
        return answer();
      };
      await send(
        seen(() => Response.json({})),
        CALL,
      );
      await failureOf(
        seen(() => {
          throw new TypeError("fetch failed");
        }),
        CALL,
      );
      expect(during).toEqual([1, 1]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("sends JSON without following redirects and returns status, headers and body", async () => {
    let seen: Request | null = null;
    const reply = await send(
      async (request) => {
        seen = request;
        return Response.json({ ok: true }, { status: 207, headers: { "x-left": "9" } });
      },
      { ...CALL, json: { a: "ö" }, headers: { authorization: "Bearer x" } },
    );
    expect(reply).toMatchObject({ status: 207, json: { ok: true } });
    expect(reply.headers.get("x-left")).toBe("9");
    expect(seen!.redirect).toBe("manual");
    expect(seen!.headers.get("content-type")).toBe("application/json");
    expect(await seen!.text()).toBe('{"a":"ö"}');
  });

  it("sends forms with every reserved character escaped", async () => {
    let body = "";
    await send(
      async (request) => {
        body = await request.text();
        return new Response(null, { status: 204 });
      },
      { ...CALL, form: { code: "a b&c=d+e" } },
    );
    expect(body).toBe("code=a+b%26c%3Dd%2Be");
  });

  it("hands over an answer that is not JSON as text", async () => {
    const reply = await send(async () => new Response("<h1>Bad gateway</h1>", { status: 502 }), CALL);
    expect(reply).toMatchObject({ status: 502, json: undefined, text: "<h1>Bad gateway</h1>" });
  });

  it.each([
    { what: "a write cut on the way", fetch: cut(), write: true, failure: "unknown", code: "CONNECTION_LOST" },
    { what: "a read cut on the way", fetch: cut(), write: false, failure: "unavailable", code: "CONNECTION_LOST" },
    {
      what: "a write reset by the peer",
      fetch: cut("ECONNRESET"),
      write: true,
      failure: "unknown",
      code: "ECONNRESET",
    },
    {
      what: "a write never sent",
      fetch: cut("ECONNREFUSED"),
      write: true,
      failure: "unavailable",
      code: "ECONNREFUSED",
    },
  ] as const)("calls $what $failure", async ({ fetch, write, failure, code }) => {
    expect(await failureOf(fetch, { ...CALL, write })).toMatchObject({ failure, code });
  });

  it("gives up at the deadline", async () => {
    const hanging: Fetch = (request) =>
      new Promise((_, reject) => {
        request.signal.addEventListener("abort", () => reject(request.signal.reason));
      });
    const failure = await failureOf(hanging, { ...CALL, deadlineMs: 1 });
    expect(failure).toMatchObject({ failure: "unknown", code: "TIMEOUT" });
  });

  it("stops reading an answer that is too large", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(1000));
      },
    });
    const failure = await failureOf(async () => new Response(endless), { ...CALL, write: false, maxBytes: 5000 });
    expect(failure).toMatchObject({ failure: "unavailable", code: "REPLY_TOO_LARGE" });
    expect(sent).toBeLessThan(10);
  });

  it("never lets a secret of the address or the runtime's message out (G8)", async () => {
    const failure = await failureOf(cut("ECONNRESET"), CALL);
    expect(JSON.stringify([failure.message, failure.stack, failure.cause, failure])).not.toContain("secret-token");
    expect(failure.message).toContain("POST crm.example/tasks");
  });

  it("keeps characters whole that arrive in two pieces", async () => {
    const bytes = new TextEncoder().encode('{"n":"日本"}');
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, 7));
        controller.enqueue(bytes.slice(7));
        controller.close();
      },
    });
    expect((await send(async () => new Response(pieces), CALL)).json).toEqual({ n: "日本" });
  });
});

describe("addresses and waits", () => {
  it("names a call by method, host and path only", () => {
    expect(addressOf({ method: "GET", url: "https://u:p@crm.example/a/b?auth=1#x" })).toBe("GET crm.example/a/b");
    expect(addressOf({ method: "GET", url: "nonsense?auth=1" })).not.toContain("auth");
  });

  it.each([
    ["12", 12_000],
    ["0.5", 500],
    ["Thu, 01 Jan 1970 00:01:00 GMT", 59_000],
    ["soon", null],
    ["", null],
  ])("reads Retry-After %j as %j ms", (value, expected) => {
    expect(retryAfterMs(new Headers({ "retry-after": value }), 1000)).toBe(expected);
  });
});
