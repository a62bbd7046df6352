import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Delivery, PortalHost } from "../../src/ports.ts";
import type { Place } from "../../src/runtimes/move.ts";
import { withNeighbour } from "../../src/runtimes/neighbour.ts";
import { operationsRoutes } from "../../src/runtimes/operations.ts";

const MOVE_KEY = Buffer.alloc(32, 9).toString("base64");
const OTHER_KEY = Buffer.alloc(32, 8).toString("base64");
const URL_THERE = "https://there.test";

interface Side extends PortalHost {
  taken: Delivery[];
}

/** A side where the named portals live, and the others have moved away from. */
function side(lives: readonly string[], moved: readonly string[] = []): Side {
  const taken: Delivery[] = [];
  return {
    taken,
    async deliver(deliveries) {
      taken.push(...deliveries.filter((one) => lives.includes(one.portal)));
      return { unknown: deliveries.map((one) => one.portal).filter((id) => !lives.includes(id)) };
    },
    install: async (vendor, grant) => void taken.push({ portal: `${vendor}-${grant.account}`, hints: [] }),
    has: (id) => lives.includes(id),
    hasMoved: (id) => moved.includes(id),
    applicationToken: async (id) => (lives.includes(id) ? `token of ${id}` : null),
    async ask(id, method, args) {
      if (method === "broken") throw new Error("a sentence for people");
      return { id, method, args };
    },
    useOnce: async () => true,
  };
}

let now: number;
let here: Side;
let there: Side;
let sent: Request[];
let both: PortalHost;

const hint = { kind: "deal", id: "5", change: "changed" } as const;
const delivery = (portal: string): Delivery => ({ portal, hints: [hint] });

function open(moveKey = MOVE_KEY) {
  const door = operationsRoutes({ place: {} as Place, here: there, moveKey: MOVE_KEY, now: () => now });
  const fetch = async (request: Request) => {
    sent.push(request.clone());
    return door.request(request.url.replace("/operations", ""), request);
  };
  return { door, host: withNeighbour(here, { url: URL_THERE, moveKey, fetch, now: () => now }) };
}

beforeEach(() => {
  now = Date.UTC(2026, 2, 2, 9);
  here = side(["hubspot-1"], ["hubspot-3"]);
  there = side(["hubspot-2", "bitrix24-b"]);
  sent = [];
  both = open().host;
});

describe("portals on both sides of one address", () => {
  test("each side gets its own, and a delivery for this side alone asks nobody", async () => {
    expect(await both.deliver([delivery("hubspot-1")])).toEqual({ unknown: [] });
    expect(sent).toHaveLength(0);
    expect(await both.deliver([delivery("hubspot-1"), delivery("hubspot-2")])).toEqual({ unknown: [] });
    expect(here.taken.map((one) => one.portal)).toEqual(["hubspot-1", "hubspot-1"]);
    expect(there.taken).toEqual([delivery("hubspot-2")]);
  });

  test("what nobody knows is named, what is on its way is not answered", async () => {
    expect(await both.deliver([delivery("hubspot-4")])).toEqual({ unknown: ["hubspot-4"] });
    await expect(both.deliver([delivery("hubspot-1"), delivery("hubspot-3")])).rejects.toThrow("on its way");
  });

  test("questions, tokens and a second install reach the side where the portal lives", async () => {
    expect(await both.ask("bitrix24-b", "card", [{ n: 1 }])).toEqual({
      id: "bitrix24-b",
      method: "card",
      args: [{ n: 1 }],
    });
    expect(await both.applicationToken("bitrix24-b")).toBe("token of bitrix24-b");
    expect([await both.has("hubspot-1"), await both.has("hubspot-2"), await both.has("hubspot-9")]).toEqual([
      true,
      true,
      false,
    ]);
    await expect(both.ask("bitrix24-b", "broken", [])).rejects.toThrow("a sentence for people");
    await both.install("bitrix24", { account: "b" } as never);
    expect(there.taken.map((one) => one.portal)).toEqual(["bitrix24-b"]);
    await both.install("bitrix24", { account: "new" } as never);
    expect(here.taken.map((one) => one.portal)).toEqual(["bitrix24-new"]);
    await expect(both.install("hubspot", { account: "3" } as never)).rejects.toThrow("on its way");
  });
});

describe("G9 the neighbour's door", () => {
  test("is not looked for where a redirect points", async () => {
    const fetch = async (request: Request) => {
      sent.push(request);
      return new Response(null, { status: 301, headers: { location: "https://elsewhere.test/" } });
    };
    const host = withNeighbour(here, { url: URL_THERE, moveKey: MOVE_KEY, fetch, now: () => now });
    await expect(host.has("hubspot-2")).rejects.toThrow("answered 301, a redirect: set NEIGHBOUR_URL");
    expect(sent.map(({ redirect }) => redirect)).toEqual(["manual"]);
  });

  test("opens to nobody without the key, and what travels says nothing to others", async () => {
    await expect(open(OTHER_KEY).host.has("hubspot-2")).rejects.toThrow("compare MOVE_KEY");
    await both.ask("bitrix24-b", "answer", ["a person's text"]);
    const text = await sent.at(-1)!.text();
    expect(text).not.toContain("person");
    expect(atob(text.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))).not.toContain("person");
  });

  test("takes no question that was kept for longer than a minute, changed, or made up", async () => {
    const { door, host } = open();
    await host.deliver([delivery("hubspot-2")]);
    const genuine = sent.at(-1)!;
    const body = await genuine.text();
    const again = (text: string) =>
      door.request(`${URL_THERE}/host`, { method: "POST", headers: genuine.headers, body: text });
    expect((await again(body)).status).toBe(200);
    expect(there.taken).toHaveLength(2);
    now += 61_000;
    expect((await again(body)).status).toBe(409);
    now -= 61_000;
    const changed = body.slice(0, 40) + (body[40] === "A" ? "B" : "A") + body.slice(41);
    for (const odd of [changed, "", "{}", JSON.stringify({ at: now, method: "has", args: [] })])
      expect((await again(odd)).status).toBe(409);
    expect(there.taken).toHaveLength(2);
  });
});

test("a side that says nothing is away: before HubSpot gives up a delivery, and for a person after a minute", async () => {
  vi.useFakeTimers();
  try {
    const fetch = (request: Request) =>
      new Promise<Response>((_, gone) => request.signal.addEventListener("abort", () => gone(new Error("gone"))));
    const { deliver, ask } = withNeighbour(here, { url: URL_THERE, moveKey: MOVE_KEY, fetch, now: () => now });
    const ended: string[] = [];
    deliver([delivery("hubspot-2")]).catch(() => ended.push("delivery"));
    ask("hubspot-2", "status", []).catch(() => ended.push("ask"));
    await vi.advanceTimersByTimeAsync(4_900);
    expect(ended).toEqual(["delivery"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ended).toEqual(["delivery", "ask"]);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
