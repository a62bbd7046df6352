import type { lookup } from "node:dns";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { send } from "../../../src/crm/http.ts";
import { makePublicFetch } from "../../../src/runtimes/node/public-fetch.ts";

let server: Server;
let port = 0;
let served: { method: string; url: string; body: string; host: string }[] = [];

beforeAll(async () => {
  server = createServer((request, reply) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      served.push({ method: request.method!, url: request.url!, body, host: request.headers.host! });
      if (request.url === "/hang") return;
      if (request.url === "/away") return reply.writeHead(302, { location: "http://127.0.0.1/" }).end();
      if (request.url === "/packed" && request.headers["accept-encoding"] === "gzip")
        return reply.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("stored, packed"));
      if (request.url === "/cut")
        return reply.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("stored, packed").subarray(0, 20));
      if (request.url === "/none") return reply.writeHead(204).end();
      const [, status] = /^\/status\/(\d+)$/.exec(request.url!) ?? [];
      if (status) return reply.writeHead(Number(status)).end("ok");
      reply.writeHead(201, { "x-answer": "yes", "set-cookie": ["a=1", "b=2"] }).end("stored");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function resolvesTo(...addresses: string[]): typeof lookup {
  return ((
    _name: string,
    _options: unknown,
    done: (error: null, found: { address: string; family: number }[]) => void,
  ) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    )) as unknown as typeof lookup;
}

describe("G9 a name is connected to only where it is public", () => {
  const inside: [string, string[]][] = [
    ["loopback", ["127.0.0.1"]],
    ["a cloud's metadata", ["169.254.169.254"]],
    ["one public and one private address", ["8.8.8.8", "10.0.0.1"]],
    ["IPv6 loopback", ["::1"]],
  ];
  for (const [what, addresses] of inside) {
    test(`a name that resolves to ${what} is as good as unknown`, async () => {
      served = [];
      const fetch = makePublicFetch({ lookup: resolvesTo(...addresses) });
      await expect(fetch(new Request(`http://hooks.customer.com:${port}/`))).rejects.toMatchObject({
        code: "ENOTFOUND",
      });
      expect(served).toEqual([]);
    });
  }

  test("a bare address is checked too", async () => {
    served = [];
    await expect(makePublicFetch()(new Request(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({
      code: "ENOTFOUND",
    });
    expect(served).toEqual([]);
  });

  test("where the address is allowed, the call goes there with its own name, and the answer comes back whole", async () => {
    served = [];
    const fetch = makePublicFetch({ lookup: resolvesTo("127.0.0.1"), isAllowed: (address) => address === "127.0.0.1" });
    const reply = await fetch(
      new Request(`http://hooks.customer.com:${port}/in?x=1`, { method: "POST", body: "hello" }),
    );
    expect(reply.status).toBe(201);
    expect(reply.headers.get("x-answer")).toBe("yes");
    expect(await reply.text()).toBe("stored");
    expect(served).toEqual([{ method: "POST", url: "/in?x=1", body: "hello", host: `hooks.customer.com:${port}` }]);
    expect((await fetch(new Request(`http://hooks.customer.com:${port}/none`))).status).toBe(204);
  });

  test("a redirect is handed back", async () => {
    const fetch = makePublicFetch({ isAllowed: () => true });
    expect((await fetch(new Request(`http://127.0.0.1:${port}/away`))).status).toBe(302);
  });

  test("whatever status an answer has, it ends in the call and never in the process", async () => {
    const fetch = makePublicFetch({ isAllowed: () => true });
    const url = (status: number) => `http://127.0.0.1:${port}/status/${status}`;
    expect((await fetch(new Request(url(205)))).status).toBe(205);
    for (const status of [600, 999]) {
      await expect(send(fetch, { method: "POST", url: url(status), write: true })).rejects.toMatchObject({
        failure: "unknown",
      });
      await expect(send(fetch, { method: "GET", url: url(status), write: false })).rejects.toMatchObject({
        failure: "unavailable",
      });
    }
  });

  test("a connection is kept for the next call to the same name, where that is wanted; another name gets its own, checked", async () => {
    let connections = 0;
    const count = () => {
      connections += 1;
    };
    server.on("connection", count);
    let address = "127.0.0.1";
    const resolve = (...asked: unknown[]) =>
      (resolvesTo(address) as unknown as (...asked: unknown[]) => void)(...asked);
    const lookup = resolve as unknown as ReturnType<typeof resolvesTo>;
    const isAllowed = (one: string) => one === "127.0.0.1";
    const call = async (fetch: ReturnType<typeof makePublicFetch>, name: string) =>
      (await fetch(new Request(`http://${name}:${port}/`))).text();
    const kept = makePublicFetch({ lookup, isAllowed, keepAlive: true });
    await call(kept, "a.customer.com");
    await call(kept, "a.customer.com");
    expect(connections).toBe(1);
    const fresh = makePublicFetch({ lookup, isAllowed });
    await call(fresh, "a.customer.com");
    await call(fresh, "a.customer.com");
    expect(connections).toBe(3);
    address = "10.0.0.1";
    await expect(call(kept, "b.customer.com")).rejects.toMatchObject({ code: "ENOTFOUND" });
    server.off("connection", count);
  });

  test("an answer may come packed; one of which the end is missing is none", async () => {
    const fetch = makePublicFetch({ isAllowed: () => true });
    const packed = await fetch(new Request(`http://127.0.0.1:${port}/packed`));
    expect(await packed.text()).toBe("stored, packed");
    const cut = await fetch(new Request(`http://127.0.0.1:${port}/cut`));
    await expect(cut.text()).rejects.toThrow();
  });

  test("a connection that is not there after ten seconds is given up, and a write on it is known not to have arrived", async () => {
    vi.useFakeTimers();
    const fetch = makePublicFetch({ lookup: (() => undefined) as unknown as typeof lookup });
    const call = { method: "POST", url: "http://hooks.customer.com/", write: true } as const;
    const asked = expect(send(fetch, call)).rejects.toMatchObject({ failure: "unavailable", code: "CONNECT_TIMEOUT" });
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    await asked;
  });

  test("it gives up when it is told to", async () => {
    const fetch = makePublicFetch({ isAllowed: () => true });
    const deadline = new AbortController();
    const hanging = fetch(new Request(`http://127.0.0.1:${port}/hang`, { signal: deadline.signal }));
    setTimeout(() => deadline.abort(), 20);
    await expect(hanging).rejects.toMatchObject({ name: "AbortError" });
  });
});
