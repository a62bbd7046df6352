import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../src/core/settings.ts";
import { HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { type Browser, hidden, openIn, wonScene } from "./visit.ts";

let world: HubSpotWorld;
let browser: Browser;
let home: string;
beforeEach(async () => {
  world = new HubSpotWorld();
  const scene = await wonScene(world);
  browser = (await openIn(world, scene.admin.userId, "settings")).browser;
  home = browser.url;
});
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

const get = async (path: string) => (await browser.get(`${home}${path}`)).text();
const settings = () => world.host.portal(world.id).settings();
const draft = () => world.host.portal(world.id).store.meta.get<{ body: Settings }>("draft")!.body;

describe("what was learnt from the past, for an administrator", () => {
  /** The monthly fit came to these thresholds. */
  function proposed(): void {
    const { store } = world.host.portal(world.id);
    const zones = { green: [40, 60], yellow: [50, 35], red: [10, 5] };
    const fit = {
      segment: null,
      before: { yellow: 72, red: 50 },
      after: { yellow: 68, red: 44 },
      clients: 100,
      moved: 25,
      zones,
    };
    store.meta.set("risk", { ...store.meta.get<object>("risk"), thresholds: [fit] });
    store.findings.raise("fit:thresholds", "thresholds-proposed", { moved: 25, clients: 100 }, world.clock.now());
  }
  const findings = () =>
    world.host
      .portal(world.id)
      .store.findings.open()
      .map((one) => one.code);

  test("fitted thresholds are shown with old, new and effect, go through draft and publishing, and come back; before that nothing moves", async () => {
    await world.runFor(30 * MINUTE);
    expect(await get("/back-test")).not.toContain("Thresholds that would fit");
    proposed();
    const page = await get("/back-test");
    expect(page).toMatch(/72 → 68.*50 → 44.*40 → 60.*50 → 35.*10 → 5.*25 of 100/s);
    expect(settings().score.zones).toEqual({});
    const token = hidden(page, "token");
    const changes = await (await browser.post(`${home}/back-test/thresholds`, { token })).text();
    expect(changes).toContain("Yellow below");
    expect(draft().score.zones).toEqual({ yellow: 68, red: 44 });
    expect(settings().score.zones).toEqual({});
    expect(findings()).not.toContain("thresholds-proposed");
    await browser.post(`${home}/publish`, { token });
    expect(settings().score.zones).toEqual({ yellow: 68, red: 44 });
    expect(await get("/back-test")).not.toContain("Thresholds that would fit");
    await browser.post(`${home}/roll-back`, { token, to: "0" });
    expect(settings().score.zones).toEqual({});
  });

  test("fitted thresholds that nobody wants are gone until the next fit, and the history says who", async () => {
    await world.runFor(30 * MINUTE);
    proposed();
    const token = hidden(await get("/back-test"), "token");
    const page = await (await browser.post(`${home}/back-test/decline`, { token })).text();
    expect(page).not.toContain("Thresholds that would fit");
    expect(findings()).not.toContain("thresholds-proposed");
    expect(await (await browser.post(`${home}/back-test/thresholds`, { token })).text()).toContain(
      "not filled in correctly",
    );
    expect(world.host.portal(world.id).store.meta.get("draft")).toBeNull();
  });

  /** A proof was done, whose trial of the weights came out like this. */
  function tried(verdict: "better" | "not_better" | "too_few"): void {
    const { store } = world.host.portal(world.id);
    const interval = (value: number) => ({ value, low: value - 0.02, high: value + 0.02 });
    const usual = { usage: 1, communication: 1, meetings: 1, money: 1, support: 1, onboarding: 1, facts: 1 };
    const learnt = verdict === "too_few" ? null : { usage: 1.4, money: 0.6 };
    const auc = learnt && { usual: interval(0.71), learnt: interval(0.75), learntMinusUsual: interval(0.04) };
    const proof = store.meta.get<{ result: object }>("proof")!;
    const weights = { verdict, learntFrom: 60, judgedBy: 25, learnt, usual, auc };
    const months = {
      count: 7,
      judgedBy: 280,
      auc: { value: 0.798, low: 0.778, high: 0.82 },
      brier: 0.065,
      brierSkill: { value: 0.148, low: 0.112, high: 0.192 },
      calibration: { intercept: 0.22, slope: 1.07, bars: [] },
    };
    const rival = { auc: 0.61, healthMinusThis: interval(0.1), riskMinusThis: interval(0.2) };
    const beside = { recency: rival, classicRules: rival, renewalDateOnly: rival };
    const tooGood = verdict === "better" ? { auc: 0.968, most: 0.95 } : undefined;
    store.meta.set("proof", { ...proof, result: { ...proof.result, weights, months, beside, tooGood } });
  }

  test("learnt weights stand beside the usual ones with what they rank like, and are taken only where they are better", async () => {
    const token = hidden(await get("/back-test"), "token");
    await browser.post(`${home}/back-test`, { token, horizon: "30" });
    await world.runFor(20 * MINUTE);
    expect(await get("/back-test")).toContain(
      "Too few losses to say anything: 0 to learn from (50 needed), 0 to judge by (20 needed)",
    );

    tried("not_better");
    const same = await get("/back-test");
    expect(same).toContain("The usual weights stay.");
    expect(same).toMatch(/<dt>As of<\/dt><dd>\d{1,2} [A-Z][a-z]+ \d{4}<\/dd>/);
    expect(same).toMatch(/over 7 months.*\(280 lost\)<.*0\.8 .*0\.78–0\.82.*Brier skill.*0\.15.*0\.22, 1\.07/s);
    expect(same).toMatch(/AUC with the usual weights<.*0\.71.*0\.69–0\.73.*AUC with the learnt weights<.*0\.75/s);
    expect(same).toMatch(/usage<.*1\.4.*money<.*0\.6/s);
    for (const rule of ["Days since the last event", "Usual thresholds as bare alarms", "The renewal date alone"])
      expect(same).toContain(rule);
    expect(same).not.toContain("is too good");
    expect(same).not.toContain("back-test/weights");
    await browser.post(`${home}/back-test/weights`, { token });
    expect(world.host.portal(world.id).store.meta.get("draft")).toBeNull();

    tried("better");
    const better = await get("/back-test");
    expect(better).toContain("back-test/weights");
    expect(better).toContain("AUC 0.97 is too good: above 0.95, look first");
    await browser.post(`${home}/back-test/weights`, { token });
    expect(draft().score.groups).toEqual({ usage: { weight: 1.4 }, money: { weight: 0.6 } });
    expect(settings().score.groups).toEqual({});
  });
});
