import { afterEach, beforeEach, expect, test } from "vitest";
import { metricsText } from "../../../src/runtimes/node/metrics.ts";
import { type Caller, healthRoutes } from "../../../src/web/routes/health.ts";
import { expectClean } from "../../support/expect.ts";
import { DAY, House, MINUTE } from "../../support/house.ts";
import { installed, VENDORS, type World } from "../../support/world.ts";

let house: House;
let worlds: World[];
beforeEach(async () => {
  house = new House();
  worlds = [];
  for (const vendor of VENDORS) worlds.push(await installed(house, vendor));
});
afterEach(() => {
  for (const world of worlds) expectClean(house, world);
  house.close();
});

const metrics = (metricsToken: string | null = null, publicUrl = "http://localhost:3000") =>
  metricsText(house.host, house.registry, { metricsToken, publicUrl }, () => house.clock.now());
const NEAR: Caller = { authorisation: null, address: "::ffff:127.0.0.1", isForwarded: false };
const storeOf = (world: World) => house.host.portal(world.id).store;

test("metrics tell, by CRM, what waits, what needs a person and what was called, and name no account", async () => {
  const [hubspot, bitrix24] = worlds as [World, World];
  storeOf(hubspot).findings.raise("one", "flood", {}, house.clock.now());
  storeOf(hubspot).findings.raise("two", "flood", {}, house.clock.now());
  const now = house.clock.now();
  const call = (at: number, status: number) => ({ at, method: "GET", path: "/x", status, items: 1 });
  storeOf(bitrix24).journal.prune(now + 1);
  storeOf(bitrix24).journal.called([call(now - 61_000, 200), call(now - 59_000, 200), call(now, 503), call(now, 0)]);
  const text = (await metrics()(NEAR))!;
  const lines = text.split("\n");
  for (const vendor of VENDORS) {
    expect(lines).toContain(`tenure_portals_by_vendor{vendor="${vendor}"} 1`);
    expect(lines).toContain(`tenure_open_portals{vendor="${vendor}",mode="live"} 1`);
  }
  expect(lines).toContain('tenure_findings_open{vendor="hubspot",code="flood"} 2');
  const called = lines.filter((line) => line.startsWith('tenure_calls_last_minute{vendor="bitrix24"'));
  expect(called.sort()).toEqual([
    'tenure_calls_last_minute{vendor="bitrix24",answer="2xx"} 1',
    'tenure_calls_last_minute{vendor="bitrix24",answer="5xx"} 1',
    'tenure_calls_last_minute{vendor="bitrix24",answer="none"} 1',
  ]);
  for (const { id } of worlds) expect(text).not.toContain(id.slice(id.indexOf("-") + 1));
});

test("writes that wait are counted by their urgency", async () => {
  const [hubspot] = worlds as [World];
  house.host.portal(hubspot.id).store.meta.set("mode", "observe");
  const owner = hubspot.owner("Aigul");
  hubspot.deal({ companyId: hubspot.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
  await house.runFor(10 * MINUTE);
  const waiting = storeOf(hubspot).mirror.waitingByPriority();
  expect(waiting.length).toBeGreaterThan(0);
  const text = (await metrics()(NEAR))!;
  for (const { priority, n } of waiting)
    expect(text).toContain(`tenure_writes_waiting{vendor="hubspot",priority="${priority}"} ${n}\n`);
});

test("only the token's holder reads them; without a token nobody does where a proxy may stand in front", async () => {
  expect(await metrics("secret")(NEAR)).toBeNull();
  expect(await metrics("secret")({ ...NEAR, authorisation: "Bearer wrong!" })).toBeNull();
  expect(await metrics("secret")({ ...NEAR, address: "203.0.113.9", authorisation: "Bearer secret" })).toContain(
    "tenure_portals 2",
  );
  const asked = async (address: string | null, headers: Record<string, string> = {}, publicUrl?: string) => {
    const routes = healthRoutes({ isReady: () => true, metrics: metrics(null, publicUrl) });
    const around = address === null ? {} : { incoming: { socket: { remoteAddress: address } } };
    return (await routes.request("/metrics", { headers }, around)).status;
  };
  for (const near of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) expect(await asked(near), near).toBe(200);
  for (const far of ["203.0.113.9", "::ffff:10.0.0.1", "10.127.0.1", null])
    expect(await asked(far), `${far}`).toBe(403);
  for (const name of ["x-forwarded-for", "forwarded", "x-real-ip"])
    expect(await asked("127.0.0.1", { [name]: "127.0.0.1" }), name).toBe(403);
  // nginx says nothing of itself unless it is told to.
  for (const url of ["https://tenure.example.com", "https://localhost.example.com", "http://10.0.0.5:3000"])
    expect(await asked("127.0.0.1", {}, url), url).toBe(403);
  for (const url of ["http://127.0.0.1:3000", "http://[::1]:3000", "https://localhost"])
    expect(await asked("127.0.0.1", {}, url), url).toBe(200);
});

test("calls are logged by method and path, kept for three days and gone after four, with no value in them", async () => {
  for (const world of worlds) {
    const owner = world.owner("Aigul");
    const company = world.company({ name: "Zirka Trading", ownerId: owner });
    const contactIds = [world.contact({ firstName: "Oksana", companyId: company })];
    world.deal({ companyId: company, contactIds, ownerId: owner, outcome: "won" });
  }
  await house.runFor(20 * MINUTE);
  for (const world of worlds) {
    const portal = house.host.portal(world.id);
    const calls = portal.store.journal.newestCalls(10_000);
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter(({ path }) => /[?=@]/.test(path))).toEqual([]);
    const words = world.strings().filter((word) => word.length > 3);
    expect(words.length).toBeGreaterThan(3);
    const said = JSON.stringify(calls.map(({ method, path }) => `${method} ${path}`));
    expect(words.filter((word) => said.includes(word))).toEqual([]);
    const { journal } = portal.store;
    const now = house.clock.now();
    journal.prune(now + 1);
    const call = (daysAgo: number) => ({
      at: now - daysAgo * DAY,
      method: "GET",
      path: `/${daysAgo}`,
      status: 200,
      items: 1,
    });
    journal.called([call(4.1), call(3.9), call(3), call(0)]);
    portal.upkeep();
    expect(journal.newestCalls(10).map(({ path }) => path)).toEqual(["/0", "/3", "/3.9"]);
    expect(journal.newestCalls(2).map(({ path }) => path)).toEqual(["/0", "/3"]);
  }
});
