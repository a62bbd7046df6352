import { afterEach, expect, test, vi } from "vitest";
import { Receivers } from "../support/outside.ts";
import { HOOK, MAIL_HOOK, playOutside } from "../support/outside-scene.ts";
import { HOUR, MINUTE, WorkersWorld } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function installed(hubId: number, receivers: Receivers): Promise<WorkersWorld> {
  const world = new WorkersWorld({ hubId });
  const toCrm = globalThis.fetch as (request: Request) => Promise<Response>;
  const isHook = (url: string) => [HOOK, MAIL_HOOK].includes(url);
  vi.stubGlobal("fetch", (request: Request) => (isHook(request.url) ? receivers.fetch(request) : toCrm(request)));
  expect((await world.install()).status).toBe(200);
  await world.runFor(10 * MINUTE);
  return world;
}

test("G11 A5.8 A6.1 on Workers: a provisioning call, a letter by the customer's mail service, a survey, the client's plan page, questions (A11.6)", async () => {
  const receivers = new Receivers();
  const world = await installed(80, receivers);
  await playOutside({
    portal: world.portal,
    receivers,
    ask: (method, ...args) => world.ask(method, ...args),
    request: (path, init) => world.request(path, init),
    runFor: (ms) => world.runFor(ms),
  });
  await world.runFor(HOUR);
  expect(world.sandbox.violations).toEqual([]);
});

test("A5.8 on Workers, which speak no SMTP: letters set to be sent stay drafted tasks, and an admin hears why", async () => {
  const world = await installed(81, new Receivers());
  const settings = {
    templateRules: [{ name: "all", templateId: "day-30-60-90", options: ["letters"] }],
    plan: { channels: { email: "send", sms: "off", push: "off" } },
    messages: { fromAddress: "team@ours.example" },
  };
  await world.ask("publish", settings, "user:1");
  await world.winDeal("Acme");
  await world.runFor(HOUR);
  const drafts = world.portal.list("tasks").filter((one) => one.properties.hs_task_type === "EMAIL");
  expect(drafts.length).toBeGreaterThan(0);
  const { findings } = (await world.ask("status")) as { findings: { code: string; params: object }[] };
  expect(findings.find((one) => one.code === "letters-stay-tasks")?.params).toEqual({ why: "mail-server" });
});
