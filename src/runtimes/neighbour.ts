/**
 * Two runtimes behind one address: CRMs call one target URL per app, portals live on Node or on Workers. Whoever stands behind that address
 * keeps what is its own and asks the other, its neighbour, for the rest. The rule has no table: a portal belongs to the side where it lives.
 *
 * What travels is plain data, sealed under the key of moves and dated, so that only the two sides can write or read it. A delivery is
 * answered only when both sides have it on disk; one that failed half-way is delivered again, and the same hint twice is the same hint.
 */
import { Hono } from "hono";
import { z } from "zod";
import { type Fetch, within } from "../crm/http.ts";
import type { Grant, Vendor } from "../crm/port.ts";
import { type PortalHost, type PortalId, portalId } from "../ports.ts";
import { transportKey } from "./move.ts";
import { moveToken } from "./move-token.ts";

/** Below `/operations`. */
export const NEIGHBOUR_DOOR = "/host";
/** A question that is older was kept by somebody and sent again, ms. */
const QUESTION_LIVES_MS = 60_000;
/** A side that says nothing for this long is away, ms: HubSpot waits five seconds for the answer to a delivery. */
const ANSWER_WITHIN_MS = 4_000;
/** What a person asks may call the CRM meanwhile, ms. */
const ASK_WITHIN_MS = 60_000;

/** What one side asks the other; `useOnce` stays with the side that people reach. */
type Question = "deliver" | "install" | "has" | "hasMoved" | "applicationToken" | "ask";

const question = z.object({
  at: z.number(),
  method: z.enum(["deliver", "install", "has", "hasMoved", "applicationToken", "ask"]),
  args: z.array(z.unknown()),
});
const answer = z.union([z.object({ answer: z.unknown() }), z.object({ error: z.string() })]);

/** Answers the neighbour for the portals that live here. */
export function neighbourRoutes(here: PortalHost, moveKey: string, now: () => number): Hono {
  const transport = transportKey(moveKey);
  return new Hono().post("/", async (c) => {
    const { at, method, args } = question.parse(JSON.parse(transport.open(await c.req.text())));
    if (Math.abs(now() - at) > QUESTION_LIVES_MS) throw new Error("This question is too old: compare the clocks.");
    const asked = here[method] as (...args: readonly unknown[]) => unknown;
    const said = await Promise.resolve(asked.call(here, ...args)).then(
      (value) => ({ answer: value ?? null }),
      (error: Error) => ({ error: error.message }),
    );
    return c.text(transport.seal(JSON.stringify(said)));
  });
}

export interface NeighbourOptions {
  /** the other side's own address */
  url: string;
  moveKey: string;
  fetch: Fetch;
  now: () => number;
}

/** Asks the other side. @throws Error when it does not answer, or its answer is an error */
function asker({ url, moveKey, fetch, now }: NeighbourOptions) {
  const transport = transportKey(moveKey);
  const headers = { authorization: `Bearer ${moveToken(moveKey)}`, "content-type": "text/plain" };
  return async (method: Question, args: readonly unknown[]): Promise<unknown> => {
    const body = transport.seal(JSON.stringify({ at: now(), method, args }));
    const sealed = await within(method === "ask" ? ASK_WITHIN_MS : ANSWER_WITHIN_MS, async (signal) => {
      const door = `${url}/operations${NEIGHBOUR_DOOR}`;
      const reply = await fetch(new Request(door, { method: "POST", headers, body, signal, redirect: "manual" }));
      if (reply.status < 400 && !reply.ok)
        throw new Error(`The neighbour answered ${reply.status}, a redirect: set NEIGHBOUR_URL to its own address.`);
      if (!reply.ok) throw new Error(`The neighbour answered ${reply.status}: compare MOVE_KEY on both sides.`);
      return reply.text();
    });
    const said = answer.parse(JSON.parse(transport.open(sealed)));
    if ("error" in said) throw new Error(said.error);
    return said.answer;
  };
}

/** Both sides as one host. */
export function withNeighbour(here: PortalHost, options: NeighbourOptions): PortalHost {
  const ask = asker(options);
  return {
    async deliver(deliveries) {
      const mine = await here.deliver(deliveries);
      const away = deliveries.filter((one) => mine.unknown.includes(one.portal));
      if (away.length === 0) return { unknown: [] };
      const { unknown } = (await ask("deliver", [away])) as { unknown: readonly PortalId[] };
      await noneOnItsWay(here, unknown);
      return { unknown };
    },
    async install(vendor: Vendor, grant: Grant) {
      const id = portalId(vendor, grant.account);
      if (!(await here.has(id)) && (await ask("has", [id]))) await ask("install", [vendor, grant]);
      else if (!(await here.has(id)) && (await here.hasMoved(id))) throw onItsWay(id);
      else await here.install(vendor, grant);
    },
    async has(id) {
      return (await here.has(id)) || (await ask("has", [id])) === true;
    },
    hasMoved: (id) => here.hasMoved(id),
    async applicationToken(id) {
      return (await here.applicationToken(id)) ?? ((await ask("applicationToken", [id])) as string | null);
    },
    async ask(id, method, args) {
      return (await here.has(id)) ? here.ask(id, method, args) : ask("ask", [id, method, args]);
    },
    useOnce: (id, expiresAt) => here.useOnce(id, expiresAt),
  };
}

/** Between two places: whoever delivers is to try again. */
function onItsWay(id: PortalId): Error {
  return new Error(
    `${id} left here and has not arrived at the neighbour: it is on its way, or NEIGHBOUR_URL is wrong.`,
  );
}

async function noneOnItsWay(here: PortalHost, unknown: Iterable<PortalId>): Promise<void> {
  for (const id of unknown) if (await here.hasMoved(id)) throw onItsWay(id);
}
