import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseDay } from "../../src/core/calendar/day.ts";
import { calculatorsOf } from "../../src/web/pages/kpi.ts";
import { HOUR, HubSpotWorld } from "../support/hubspot-world.ts";
import { openIn, type Scene, wonScene } from "./visit.ts";

let world: HubSpotWorld;
let scene: Scene;
beforeEach(async () => {
  world = new HubSpotWorld();
  scene = await wonScene(world);
});
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

const page = async (userId: number, to: string, query = "") => {
  const { browser } = await openIn(world, userId, to);
  return (await browser.get(`${browser.url}${query}`)).text();
};
/** The tile of one figure. */
const tile = (html: string, name: string) =>
  [...html.matchAll(/<li class="tile">[\s\S]*?<\/li>/g)]
    .map((one) => one[0])
    .find((one) => one.includes(`<strong>${name}</strong>`))!;

describe("key figures", () => {
  test("A10.1 a client still waiting for first value is counted apart; the figure comes with the first value", async () => {
    const before = tile(await page(scene.admin.userId, "kpi"), "Time to first value");
    expect(before).toContain("still running: 1");
    expect(before).toContain("target &lt; 7");
    world.portal.update("companies", scene.company, { tenure_first_value_on: "2026-03-02" });
    await world.runFor(HOUR);
    const after = tile(await page(scene.admin.userId, "kpi"), "Time to first value");
    expect(after).toContain("0 days");
    expect(after).toContain("Only 1 client;");
    expect(after).toContain("mean 0 days, 9 in 10 within 0 days");
  });

  test("A10.1 where nobody is through yet a month and a segment say who is waiting", async () => {
    const html = await page(scene.admin.userId, "kpi");
    const segments = /<section class="card" aria-labelledby="segments">[\s\S]*?<\/section>/.exec(html)![0];
    expect(segments).toContain("Time to first value");
    expect(segments).toContain("still running: 1");
    world.portal.update("companies", scene.company, { tenure_first_value_on: "2026-03-02" });
    await world.runFor(HOUR);
    const month = /<section class="card" aria-label="Time to first value">[\s\S]*?<\/section>/;
    expect(month.exec(await page(scene.admin.userId, "kpi"))![0]).toContain("mean 0 days, 9 in 10 within 0 days");
  });

  test("A10.7 adoption and retention stand by month of signing as well", async () => {
    const html = await page(scene.admin.userId, "kpi");
    const months = html.slice(html.indexOf("By month of signing"), html.indexOf("By segment"));
    expect(months).toContain('aria-label="90-day retention"');
    expect(months).toContain('aria-label="Features used in 30 days"');
  });

  test("A0.2 beside the target for completion stands the sources' higher one", async () => {
    const completion = tile(await page(scene.admin.userId, "kpi"), "Completion rate");
    expect(completion).toMatch(/target &gt; 80\s%\s\(at best 90\s%\)/);
  });

  test("people see figures of the clients they may see", async () => {
    expect(await page(scene.owner.userId, "kpi")).toContain("1 client<");
    expect(await page(scene.other.userId, "kpi")).toContain("0 clients");
  });

  test("A10.10 A10.11 the calculators show the sources' examples exactly", async () => {
    const html = await page(scene.owner.userId, "kpi");
    for (const text of [
      "<dd>20</dd>",
      "<dd>3,600,000</dd>",
      "<strong>30 : 1</strong>",
      "<dd>29 : 1</dd>",
      "<strong>100 – 1,500</strong>",
      "<dd>1,000 – 15,000</dd>",
    ])
      expect(html).toContain(text);
    expect(html).toContain("Counts the whole lifetime value of every saved client.");
    const own = await page(scene.owner.userId, "kpi", "?clients=100&ltv=1000&before=20&after=10&cost=5000");
    expect(own).toContain("<dd>10</dd>");
    expect(own).toContain("<strong>2 : 1</strong>");
  });

  test("A10.12 the profit that less churn is said to bring is a cited range, whatever is typed in", async () => {
    for (const query of ["", "?clients=100&before=20&after=10"])
      expect(await page(scene.owner.userId, "kpi", query)).toMatch(
        /5 points less churn is said to raise profit by 25–95\u00a0%/,
      );
  });

  test("numbers that make no sense are the examples", () => {
    expect(calculatorsOf({ clients: "-5", ltv: "many", before: "101" })).toEqual(calculatorsOf({}));
  });
});

describe("the monthly review", () => {
  test("A10.14 a month that is over, with its figures; later months than that are not asked for", async () => {
    const html = await page(scene.admin.userId, "review");
    expect(html).toContain("Review of February 2026");
    expect(html).toContain("Earlier month");
    expect(html).not.toContain("Later month");
    const before = await page(scene.admin.userId, "review", "?month=2026-01");
    expect(before).toContain("Review of January 2026");
    expect(before).toContain("Later month");
    expect(await page(scene.admin.userId, "review", "?month=2031-01")).toContain("Review of February 2026");
  });

  test("A10.14 topics, steps and phases are called as in the review's task, never by their codes", async () => {
    const { db } = world.host.portal(world.id).store;
    const inFebruary = parseDay("2026-02-10");
    const kpi = {
      signedDay: parseDay("2026-01-05"),
      questions: [{ topic: "billing_issue", day: inFebruary }],
      reopened: [{ step: "kickoff", day: inFebruary }],
    };
    db.run(sql`update client_state set state = json_patch(state, ${JSON.stringify({ kpi })})`);
    const html = await page(scene.admin.userId, "review");
    expect(html).toContain("invoices and payment");
    expect(html).not.toContain("billing_issue");
    expect(html).not.toMatch(/<dd>kickoff/);
  });
});
