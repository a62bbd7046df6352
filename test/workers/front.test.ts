/** One address in front of portals on both runtimes: the Worker itself, its objects, and a Node side behind the real door for neighbours. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Grant } from "../../src/crm/port.ts";
import type { Delivery, PortalHost } from "../../src/ports.ts";
import type { Place } from "../../src/runtimes/move.ts";
import { operationsRoutes } from "../../src/runtimes/operations.ts";
import type { Env } from "../../src/runtimes/workers/env.ts";
import workers from "../../src/runtimes/workers.ts";
import type { SandboxPortal } from "../../src/sandbox/hubspot/index.ts";
import { MOVE_KEY } from "../runtimes/move-contract.ts";
import { env, HOUR, MINUTE, WorkersWorld } from "./world.ts";

const NODE = "https://node.tenure.test";
/** The Worker's own settings, with a neighbour. */
const FRONT: Env = { ...env, NEIGHBOUR_URL: NODE };

let hubId = 900;
let world: WorkersWorld;
let away: SandboxPortal;
let taken: Delivery[];
let grants: Grant[];
let asked: string[];
let isUp: boolean;

beforeEach(() => {
  hubId += 2;
  world = new WorkersWorld({ hubId });
  away = world.sandbox.addPortal({ timeZone: "Europe/Kyiv", hubId: hubId + 1 });
  [taken, grants, asked, isUp] = [[], [], [], true];
  const id = `hubspot-${away.hubId}`;
  const there = {
    async deliver(deliveries) {
      taken.push(...deliveries.filter((one) => one.portal === id));
      return { unknown: deliveries.map((one) => one.portal).filter((one) => one !== id) };
    },
    install: async (_vendor, grant) => void grants.push(grant),
    has: (one) => one === id,
    hasMoved: () => false,
    applicationToken: async () => null,
    async ask(one, method) {
      asked.push(`${one} ${method}`);
      return null;
    },
    useOnce: async () => false,
  } satisfies PortalHost;
  const now = () => world.clock.now();
  const door = operationsRoutes({ place: {} as Place, here: there, moveKey: MOVE_KEY, now });
  world.front = async (request) => workers.fetch(request as Parameters<typeof workers.fetch>[0], FRONT);
  world.beside = (request) => {
    if (new URL(request.url).origin !== NODE) return null;
    if (!isUp) return Promise.reject(new TypeError("nobody answers"));
    return Promise.resolve(door.request(request.url.replace("/operations", ""), request));
  };
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function win(portal: SandboxPortal, name: string): void {
  const owner = portal.addOwner({ firstName: "Айгуль" }).id;
  const company = portal.create("companies", { name, hubspot_owner_id: owner }).id;
  const values = { dealname: name, pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
  portal.create("deals", values, [{ objectType: "companies", id: company }]);
}

describe("the Worker in front of portals on both runtimes", () => {
  test("an install, and the events of both portals, come to where each lives", async () => {
    expect((await world.install()).status).toBe(200);
    expect((await world.install(away)).status).toBe(200);
    expect(grants.map((grant) => grant.account)).toEqual([String(away.hubId)]);
    expect(await env.PORTAL.getByName(`hubspot-${away.hubId}`).isInstalled()).toBe(false);
    await world.runFor(10 * MINUTE);
    win(world.portal, "Here");
    win(away, "There");
    await world.runFor(HOUR);
    expect(world.portal.list("tasks")).toHaveLength(14);
    const hints = taken.flatMap((one) => one.hints).map((hint) => `${hint.kind} ${hint.id}`);
    const deal = away.list("deals")[0]!;
    expect(hints).toContain(`deal ${deal.id}`);
    expect(new Set(taken.map((one) => one.portal))).toEqual(new Set([`hubspot-${away.hubId}`]));
    expect(world.sandbox.violations).toEqual([]);
  });

  test("G1 while the other side is away its events are not answered as taken, and come again; the own ones go on", async () => {
    await world.install();
    await world.install(away);
    await world.runFor(10 * MINUTE);
    taken.length = 0;
    isUp = false;
    win(world.portal, "Here");
    win(away, "There");
    await world.runFor(5 * MINUTE);
    expect(world.portal.list("tasks")).toHaveLength(14);
    expect(taken).toEqual([]);
    isUp = true;
    await world.runFor(3 * HOUR);
    expect(taken.flatMap((one) => one.hints).map((hint) => hint.id)).toContain(away.list("deals")[0]!.id);
  });
});
