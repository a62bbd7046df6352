import { test } from "vitest";
import type { SandboxPortal } from "../../src/sandbox/hubspot/index.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { Receivers } from "../support/outside.ts";
import { playOutside } from "../support/outside-scene.ts";
import { addPortal } from "../support/world.ts";

test("G11 A5.8 A6.1 on Node: a provisioning call, a letter by the customer's mail service, a survey, the client's plan page, questions (A11.6)", async () => {
  const receivers = new Receivers();
  const house = new House({ outside: { outbound: { fetch: receivers.fetch } } });
  const world = addPortal(house, "hubspot");
  await world.install();
  await house.runFor(10 * MINUTE);
  await playOutside({
    portal: (world as unknown as { portal: SandboxPortal }).portal,
    receivers,
    ask: (method, ...args) => house.host.ask(world.id, method, args),
    request: async (path, init) => house.app.request(`https://tenure.test${path}`, init),
    runFor: (ms) => house.runFor(ms),
  });
  await house.runFor(HOUR);
  house.close();
});
