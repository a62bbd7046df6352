/** Key figures (A10) and the back-test (A8.22) as both CRMs show them: earlier customers are taken on, a month passes, some left before. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fill, shownIn } from "../../scripts/world/by-hand.ts";
import type { ClientLinks } from "../../src/doors/pages.ts";
import type { AdoptionAnswer } from "../../src/views/adoption.ts";
import type { Figure, KpiAnswer, KpiView } from "../../src/views/kpi.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, PUBLIC_URL, START } from "../support/house.ts";
import type { HubSpotWorld } from "../support/hubspot-world.ts";
import { companyRef } from "../support/outside.ts";
import { addPortal, VENDORS, type World } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";
import { Browser, openIn } from "../web/visit.ts";
import { ADMIN, send, usesOf } from "./signs.ts";

const EVENTS = { "Logged In": "logins", "Report Created": "reports", "Note Taken": "notes" };

/** A page of ours as an administrator opens it inside the CRM. */
async function pageOf(house: House, world: World, to: string): Promise<string> {
  if (world instanceof HubSpotPortalWorld) {
    const admin = [...world.portal.crm.people.owners.values()].find((one) => one.superAdmin)!;
    const { browser } = await openIn({ app: house.app, portal: world.portal } as HubSpotWorld, admin.userId, to);
    return (await browser.get(browser.url)).text();
  }
  const { portal, adminId } = world as Bitrix24PortalWorld;
  const { url, fields } = portal.app.frameForm(adminId, "DEFAULT", null, "sid", portal.domain, 1);
  const browser = new Browser(house);
  browser.url = PUBLIC_URL;
  await browser.post(url, { ...fields });
  return (await browser.get(new URL(to, `${browser.url}/`.replace(/\/[^/]*\/$/, "/")).href)).text();
}

describe.each(VENDORS)("%s: key figures", (vendor) => {
  let house: House;
  let world: World;
  const id: Record<"old" | "middle" | "recent", string[]> = { old: [], middle: [], recent: [] };
  let fresh: string;
  let before: KpiView;
  let now: KpiView;
  let pages: { kpi: string; proof: string };

  const view = async () => {
    const answer = await house.host.ask(world.id, "kpi", [ADMIN, "en"] as never);
    return (answer as KpiAnswer<KpiView> & { ok: true }).view;
  };
  const leaves = (company: string, day: string) => {
    expect(fill(world, companyRef(company), "churned_on", day)).toBe(true);
  };

  beforeAll(async () => {
    house = new House({ looks: "seldom" });
    world = addPortal(house, vendor);
    const owner = world.owner("Aigul");
    const won = (many: number, daysAgo: number) => world.importWon(many, owner, START - daysAgo * DAY);
    const middle = won(4, 100);
    const companies = (clients: typeof middle) => clients.map(({ company }) => company);
    Object.assign(id, { old: companies(won(10, 400)), middle: companies(middle), recent: companies(won(1, 10)) });
    await house.runFor(HOUR);
    await world.install();
    await house.runFor(2 * HOUR);
    await house.host.ask(world.id, "publish", [{ usage: { events: EVENTS }, pages: { plan: true } }, "user:1"]);
    const since = START - 410 * DAY;
    const counted = (await house.host.ask(world.id, "previewAdoption", [since])) as AdoptionAnswer & { ok: true };
    await house.host.ask(world.id, "adopt", [since, "user:1", counted.view]);
    await house.runFor(HOUR);
    const key = (await house.host.ask(world.id, "makeWriteKey", ["user:1"])) as string;
    await send(world, key, usesOf(id.old[0]!, "Logged In", -1, 5));
    fresh = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: fresh, ownerId: owner, outcome: "won" });
    await house.runFor(DAY);
    await send(world, key, usesOf(fresh, "Report Created", 0, 1));
    // Everything is done in time, go-live on the twentieth day.
    await house.run(START + 20 * DAY);
    for (const one of [deal, middle[2]!.deal])
      for (const task of world.tasksOf(one)) world.editTask(task.id, { done: true });
    await house.runFor(HOUR);
    for (const [company, ces] of [
      [fresh, "5"],
      [id.recent[0]!, "3"],
    ] as const) {
      const links = (await house.host.ask(world.id, "clientLinks", [
        ADMIN,
        `company:${company}`,
      ] as never)) as ClientLinks;
      const sent = await house.app.request(links.ces, { method: "POST", body: new URLSearchParams({ a: ces }) });
      expect(sent.status).toBe(200);
    }
    // Left: one within its first year; of those of 22 November one on its 90th day, the other on the day after.
    leaves(id.old[0]!, "2026-01-10");
    leaves(id.middle[0]!, "2026-02-20");
    leaves(id.middle[1]!, "2026-02-21");
    await house.run(START + 31 * DAY);
    before = await view();
    leaves(id.old[1]!, "2026-03-10");
    await house.runFor(2 * HOUR);
    now = await view();
    await house.host.ask(world.id, "backTest", [90, "user:1"]);
    await house.runFor(HOUR);
    pages = { kpi: await pageOf(house, world, "kpi"), proof: await pageOf(house, world, "settings/back-test") };
  }, 120_000);
  afterAll(() => {
    expectClean(house, world);
    house.close();
  });

  const words = (page: string) => page.replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  const figure = (id: Figure["id"], of: KpiView = now) => of.figures.find((one) => one.id === id)!;

  const cohort = (of: keyof KpiView["cohorts"], month: string) => now.cohorts[of].find(({ group }) => group === month)!;

  test("A10.2 completion counts those whose time is over; those under way stand apart", () => {
    expect(figure("completion")).toMatchObject({
      value: 100 / 14,
      n: 14,
      apart: { running: 2 },
      target: { op: ">", value: 80 },
      beside: { stretch: 90 },
      colour: "red",
    });
  });

  test("A10.3 who leaves on day 90 left early, on day 91 not, and of who is younger nothing is said", () => {
    expect(figure("early_churn")).toMatchObject({
      value: 100 / 14,
      n: 14,
      apart: { running: 2 },
      target: { op: "<", value: 5 },
      colour: "yellow",
    });
  });

  test("A10.5 how easy the start was is the mean of the answers given", () => {
    expect(figure("ces")).toMatchObject({ value: 4, n: 2, target: { op: ">", value: 4 }, colour: "yellow" });
  });

  test("A10.6 time to onboard stands by month of signing, with the band of the sources", () => {
    expect(cohort("time_to_onboard", "2026-03")).toMatchObject({
      value: 20,
      n: 1,
      beside: { bandFrom: 14, bandTo: 30 },
      colour: "green",
    });
    expect(cohort("time_to_onboard", "2026-02")).toMatchObject({ value: null, n: 0, apart: { running: 1 } });
  });

  test("A10.7 retention and adoption stand by month of signing", () => {
    expect(now.cohorts.retention_90.map(({ group, value, n }) => [group, value, n])).toEqual([
      ["2025-01", 100, 10],
      ["2025-11", 75, 4],
      ["2026-02", null, 0],
      ["2026-03", null, 0],
    ]);
    expect(cohort("adoption_30", "2026-03")).toMatchObject({ value: 50, n: 1 });
    expect(cohort("adoption_30", "2025-11")).toMatchObject({ value: null, apart: { unknown: 4 } });
  });

  test("A10.8 churn of the month, first year, lifetime value and NPS have target, colour, formula and a word on small numbers", () => {
    const small = (n: number) => `Only ${n} clients; below 20 the figure can change by chance`;
    expect(figure("monthly_churn")).toMatchObject({
      value: 100 / 12,
      n: 12,
      target: { op: "<", value: 5 },
      colour: "red",
      warning: small(12),
    });
    expect(figure("first_year_retention")).toMatchObject({
      value: 90,
      n: 10,
      target: { op: ">", value: 85 },
      colour: "green",
      warning: small(10),
    });
    expect(figure("clv_growth")).toMatchObject({ value: null, target: { op: ">=", value: 15 }, warning: "No data" });
    expect(figure("nps")).toMatchObject({ value: null, target: { op: ">", value: 50 }, warning: "No data" });
    for (const { formula } of now.figures) expect(formula.length).toBeGreaterThan(20);
  });

  test("A10.9 one in five lost within a year is said to be systemic, one in ten is not", () => {
    const systemic = "20 % of the clients of a year ago have left (10 clients). From 20 % on it is systemic";
    const said = ({ alerts }: KpiView) => alerts.map((one) => one.replaceAll("\u00a0", " "));
    expect(figure("churn_12_months", before)).toMatchObject({ value: 10, n: 10, colour: "green" });
    expect(said(before)).not.toContain(systemic);
    expect(figure("churn_12_months")).toMatchObject({ value: 20, n: 10, colour: "red" });
    expect(said(now)).toContain(systemic);
  });

  test("A10.10 the calculator shows the source's example: 20 clients, 3,600,000, 30 : 1, 29 : 1 net, and the range", () => {
    for (const text of ["<dd>20</dd>", "<dd>3,600,000</dd>", "<strong>30 : 1</strong>", "<dd>29 : 1</dd>"])
      expect(pages.kpi).toContain(text);
    expect(words(pages.kpi)).toContain("10 : 1 to 30 : 1");
  });

  test("A10.11 the calculator shows what weak onboarding costs: 100–1,500 a client, 1,000–15,000 a month", () => {
    for (const text of ["<strong>100 – 1,500</strong>", "<dd>1,000 – 15,000</dd>"]) expect(pages.kpi).toContain(text);
  });

  test("A10.12 what less churn does to profit is a range with its source", () => {
    expect(words(pages.kpi)).toContain("5 points less churn is said to raise profit by 25–95 %");
    expect(words(pages.kpi)).toContain("Bain");
  });

  test("A10.15 before and after are the portal's own, measured, with nothing promised", () => {
    expect(now.beforeAfter.map((one) => [one.id, one.before.n, one.after.n, one.isSmall])).toEqual([
      ["ttfv", 15, 1, true],
      ["early_churn", 15, 1, true],
      ["first_year_retention", 15, 1, true],
      ["completion", 14, 0, true],
    ]);
    expect(now.beforeAfter[1]!.before.value).toBeCloseTo(100 / 14);
    expect(now.beforeAfter.map(({ change }) => change)).toEqual([null, null, null, null]);
    expect(words(pages.kpi)).not.toMatch(/\b(16|21|67) %|3\.5×/);
  });

  test("A10.17 the figures come out of the fields on the records alone", () => {
    const everybody = [...id.old, ...id.middle, ...id.recent, fresh].map((company) => {
      const field = (name: string) => shownIn(world, companyRef(company), name);
      const dayOf = (name: string) => (field(name) ? Date.parse(field(name)) / DAY : null);
      const started = dayOf("plan_started")!;
      const left = dayOf("churned_on");
      return { started, left, ces: field("ces"), completed: field("completed"), onboarded: field("days_to_onboard") };
    });
    const ripe = everybody.filter(({ started }) => now.today - started > 90);
    const early = ripe.filter(({ started, left }) => left !== null && left - started <= 90);
    expect((100 * early.length) / ripe.length).toBe(figure("early_churn").value);
    expect(100 - (100 * early.length) / ripe.length).toBe(figure("retention_90").value);
    const isDone = ({ completed }: { completed: string }) => completed === "true";
    expect((100 * ripe.filter(isDone).length) / ripe.length).toBe(figure("completion").value);
    const answers = everybody.flatMap(({ ces }) => (ces ? [Number(ces)] : []));
    expect(answers.reduce((sum, one) => sum + one, 0) / answers.length).toBe(figure("ces").value);
    expect(everybody.filter(({ onboarded }) => onboarded === "20")).toHaveLength(1);
    const march = Date.UTC(2026, 2, 1) / DAY;
    const there = everybody.filter(({ started, left }) => started < march && (left ?? now.today) >= march);
    const lost = there.filter(({ left }) => left !== null && left < march + 31);
    expect((100 * lost.length) / there.length).toBe(figure("monthly_churn").value);
  });

  test("A8.22 the proof on the portal's own past says in numbers that there is too little of it", () => {
    expect(words(pages.proof)).toContain("Not enough losses yet: 4 of the 20 needed");
    for (const measure of ["AUC of the risk", "Losses in the top tenth", "Right among those you can take on"])
      expect(words(pages.proof)).toContain(measure);
    expect(words(pages.proof)).toContain("AUC of the risk –");
  });
});
