import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/core/settings.ts";
import { minuteOf, valueAt } from "../../src/web/settings/field.ts";
import { settingLabels } from "../../src/web/settings/labels.words.ts";
import { SECTIONS } from "../../src/web/settings/sections.ts";
import { HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { type Browser, fieldsOf, hidden, openIn, type Scene, wonScene } from "./visit.ts";

let world: HubSpotWorld;
let scene: Scene;
let browser: Browser;
let home: string;
beforeEach(async () => {
  world = new HubSpotWorld();
  scene = await wonScene(world);
  browser = (await openIn(world, scene.admin.userId, "settings")).browser;
  home = browser.url;
});
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

const get = async (path: string) => (await browser.get(`${home}${path}`)).text();
const settings = () => world.host.portal(world.id).settings();

/** Submits a section's form as it stands, with some fields changed. */
async function save(path: string, change: Readonly<Record<string, string>>): Promise<string> {
  const form = fieldsOf(await get(path), `action="${new URL(home).pathname}${path.split("?")[0]}`);
  return (await browser.post(`${home}${path}`, { ...form, ...change })).text();
}

describe("the settings", () => {
  test("every section and page opens, and a form sent back unchanged changes nothing", async () => {
    for (const { id } of SECTIONS) {
      expect(await get(`/${id}`)).toContain('<main id="main">');
      expect(await save(`/${id}`, {})).toContain("Saved.");
      expect(world.host.portal(world.id).store.meta.get("draft"), id).toBeNull();
    }
    for (const path of ["/templates", "/templates/day-30-60-90/1", "/access", "/file", "/fake-client", "/changes"])
      expect((await browser.get(`${home}${path}`)).status).toBe(200);
  });

  test("every field stands in the settings and has a label in every language", () => {
    for (const section of SECTIONS) {
      for (const field of section.fields) {
        if (!field.path.startsWith("mapped.") && field.kind !== "number")
          expect(valueAt(DEFAULT_SETTINGS, field.path), field.path).not.toBeUndefined();
        for (const language of ["en", "ru", "uk", "ro"] as const)
          expect(settingLabels(language)).toHaveProperty([field.path]);
      }
    }
  });

  test("a change is drafted, shown with its effect on real clients, published, and rolled back", async () => {
    const page = await save("/calendar", { "calendar.endMinute": "17:00" });
    expect(page).toContain("Saved.");
    expect(settings().calendar.endMinute).toBe(1080);
    const changes = await get("/changes");
    expect(changes).toContain('<del class="del">1080</del>');
    expect(changes).toContain('<ins class="add">1020</ins>');
    expect(changes).toContain("Decided for 1 of 1 clients");
    expect(changes).toContain(`client/company:${scene.company}`);
    await browser.post(`${home}/publish`, { token: hidden(changes, "token") });
    expect(settings().calendar.endMinute).toBe(1020);
    await world.runFor(10 * MINUTE);
    const due = world.portal
      .list("tasks")
      .map((task) => new Date(task.properties.hs_timestamp!).toISOString().slice(11, 16));
    expect(due).toContain("15:00");
    expect(due).not.toContain("16:00");
    await browser.post(`${home}/roll-back`, { token: hidden(await get(""), "token"), version: "0" });
    expect(settings()).toEqual(DEFAULT_SETTINGS);
    expect(await get("")).toContain("in force");
  });

  test("nonsense is named and not kept", async () => {
    const page = await save("/calendar", { "calendar.startMinute": "19:00", "calendar.extraHolidays": "2026-02-30" });
    expect(page).toContain("This cannot be saved yet");
    expect(page).toContain("calendar.extraHolidays");
    expect(page).toContain("2026-02-30");
    expect(await save("/calendar", { "calendar.startMinute": "19:00" })).toContain(
      "the working day has to end after it begins",
    );
    expect(world.host.portal(world.id).store.meta.get("draft")).toBeNull();
  });

  test("A8.5 thresholds of signs are edited; what equals the default is not stored", async () => {
    await save("/signs", { "s.usage_drop": "0.6" });
    const draft = world.host.portal(world.id).store.meta.get<{ body: { signs: unknown } }>("draft")!;
    expect(draft.body.signs).toEqual({ usage_drop: 0.6 });
    await save("/signs", { "s.usage_drop": "0.7" });
    expect(world.host.portal(world.id).store.meta.get("draft")).toBeNull();
  });

  test("A4.2 rungs of a ladder are changed, added and removed; known ones keep their ids", async () => {
    await save("/ladders", {
      "l.task.4.drop": "on",
      "l.task.5.count": "100",
      "l.task.5.unit": "work",
      "l.task.5.who": "executive",
      "l.task.5.action": "notify",
    });
    const { body } = world.host.portal(world.id).store.meta.get<{ body: typeof DEFAULT_SETTINGS }>("draft")!;
    expect(body.ladders.ladders.task.map((rung) => rung.id)).toEqual(["soon", "due", "owner", "manager", "own_1"]);
    expect(body.ladders.ladders.task.at(-1)).toEqual({
      id: "own_1",
      after: { workMinutes: 6000 },
      who: "executive",
      action: "notify",
    });
    expect(body.ladders.ladders.silence).toEqual(DEFAULT_SETTINGS.ladders.ladders.silence);
  });

  test("A7.3 a template rule is added; managers and absences are named", async () => {
    await save("/start", {
      "r.3.name": "Big deals",
      "r.3.fact": "deal.amount",
      "r.3.is": ">=",
      "r.3.value": "50000",
      "r.3.template": "enterprise",
      "r.3.length": "60",
    });
    await save("/people", {
      [`m.${scene.owner.id}`]: scene.other.id,
      "a.0.owner": scene.owner.id,
      "a.0.from": "2026-03-09",
      "a.0.to": "2026-03-20",
    });
    const { body } = world.host.portal(world.id).store.meta.get<{ body: typeof DEFAULT_SETTINGS }>("draft")!;
    expect(body.templateRules[3]).toEqual({
      name: "Big deals",
      when: { fact: "deal.amount", is: ">=", value: 50_000 },
      templateId: "enterprise",
      lengthDays: 60,
    });
    expect(body.templateRules.slice(0, 3)).toEqual(
      DEFAULT_SETTINGS.templateRules.map(({ options: _options, ...rule }) => expect.objectContaining(rule)),
    );
    expect(body.people.managerOf).toEqual({ [scene.owner.id]: scene.other.id });
    expect(body.people.absences).toEqual([{ ownerId: scene.owner.id, from: "2026-03-09", to: "2026-03-20" }]);
  });

  test("one file carries the whole configuration from one account to the next", async () => {
    await save("/calendar", { "calendar.endMinute": "17:00" });
    await browser.post(`${home}/publish`, { token: hidden(await get("/changes"), "token") });
    const file = await get("/file/download");
    expect(file).toContain("endMinute: 1020");
    await browser.post(`${home}/roll-back`, { token: hidden(await get(""), "token"), version: "0" });
    const token = hidden(await get("/file"), "token");
    const page = await (await browser.post(`${home}/file`, { token, yaml: file })).text();
    expect(page).toContain('<ins class="add">1020</ins>');
    expect(settings().calendar.endMinute).toBe(1080);
    const wrong = await browser.post(`${home}/file`, { token, yaml: "calendar:\n  endMinute: late\n" });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain("calendar.endMinute");
    expect(await (await browser.post(`${home}/file`, { token, yaml: "a: &a [*a]\n- b" })).text()).toContain(
      "This cannot be saved yet",
    );
  });

  test("an own template is made from a built-in one with a higher version; the built-in one itself stays", async () => {
    const page = await get("/templates/day-30-60-90/1");
    const yaml = /<textarea[^>]*>([\s\S]*?)<\/textarea>/
      .exec(page)![1]!
      .replaceAll("&quot;", '"')
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&");
    const url = `${home}/templates/day-30-60-90/1`;
    const token = hidden(page, "token");
    expect(await (await browser.post(url, { token, yaml })).text()).toContain("is built in: choose a higher one");
    const saved = await browser.post(url, { token, yaml: yaml.replace(/^version: 1$/m, "version: 2") });
    expect(await saved.text()).toContain("templates.day-30-60-90@2");
    expect(await (await browser.post(url, { token, yaml: "id: x" })).text()).toContain("This cannot be saved yet");
  });

  test("A12.1 a fake client lives through ninety days and leaves nothing behind", async () => {
    const { store } = world.host.portal(world.id);
    const rows = () =>
      ["client", "mirror", "record", "history", "finding", "score_change"].map(
        (table) => store.db.get<{ n: number }>(`select count(*) as n from ${table}` as never).n,
      );
    const before = rows();
    const tasks = world.portal.list("tasks").length;
    const page = await get(`/fake-client?run=1&owner=${scene.owner.id}&headcount=50&lateEvery=0`);
    expect(page).toMatch(/\d+ tasks, \d+ messages and escalations, \d+ writes in all/);
    expect(page).toContain("Kickoff");
    const escalations = (html: string) => html.split("<td>escalation</td>").length - 1;
    const lazy = await get(`/fake-client?run=1&owner=${scene.owner.id}&headcount=50&lateEvery=1&lateDays=20`);
    expect(escalations(lazy)).toBeGreaterThan(escalations(page) + 5);
    await world.runFor(10 * MINUTE);
    expect(rows()).toEqual(before);
    expect(world.portal.list("tasks")).toHaveLength(tasks);
  });

  test("a proof on the past is asked for, runs by itself and says when there are too few losses", async () => {
    const token = hidden(await get("/back-test"), "token");
    expect(await (await browser.post(`${home}/back-test`, { token, horizon: "5" })).text()).toContain(
      "not filled in correctly",
    );
    const begun = await (await browser.post(`${home}/back-test`, { token, horizon: "30" })).text();
    expect(begun).toContain("Under way since");
    expect(begun).toContain('http-equiv="refresh"');
    await world.runFor(20 * MINUTE);
    expect(await get("/back-test")).toContain("Not enough losses yet: 0 of the 20 needed");
  });

  test("rights: a named administrator sees the settings from the next visit on", async () => {
    const token = hidden(await get("/access"), "token");
    await browser.post(`${home}/access`, { token, admins: String(scene.other.userId) });
    expect((await openIn(world, scene.other.userId, "settings")).response.status).toBe(200);
    expect((await openIn(world, scene.owner.userId, "settings")).response.status).toBe(403);
    await browser.post(`${home}/access`, { token, admins: "31337" });
    expect((await openIn(world, scene.other.userId, "settings")).response.status).toBe(403);
  });

  test("set-up: four steps lead to the changes", async () => {
    expect(await get("")).toContain("/settings/start?setup=1");
    await save("/start?setup=1", { "plan.onLost": "pause" });
    expect(browser.url).toContain("/settings/people?setup=1");
    await save("/people?setup=1", {});
    await save("/calendar?setup=1", {});
    await save("/signs?setup=1", {});
    expect(browser.url).toContain("/settings/changes");
  });

  test("G10 leaving takes a deliberate click, hands the history over, and takes out what is ours", async () => {
    const token = hidden(await get("/leave"), "token");
    expect(JSON.parse(await get("/leave/history")).deeds.length).toBeGreaterThan(0);
    await browser.post(`${home}/leave`, { token });
    expect(world.host.portal(world.id).store.meta.get("leaving")).toBeNull();
    const status = await (await browser.post(`${home}/leave`, { token, sure: "on" })).text();
    expect(status).toContain("Tenure is leaving");
    expect(status).toContain('<meta http-equiv="refresh"');
    await world.runFor(10 * MINUTE);
    expect(world.portal.list("tasks")).toEqual([]);
  });

  test("a key for product usage is shown once, and can be revoked", async () => {
    const page = await (
      await browser.post(`${home}/usage-key`, { token: hidden(await get("/usage"), "token") })
    ).text();
    const key = /<pre[^>]*>([^<]+)<\/pre>/.exec(page)![1]!;
    expect(key.startsWith(`${world.id}.`)).toBe(true);
    expect(await get("/usage")).not.toContain(key);
    await browser.post(`${home}/usage-key/revoke`, { token: hidden(await get("/usage"), "token"), id: key.slice(-6) });
    expect(await get("/usage")).not.toContain(`…${key.slice(-6)}`);
  });
});

test("times of day are read as people type them; the last minute means the end of the day", () => {
  expect([minuteOf("00:00"), minuteOf("09:30"), minuteOf("23:59"), minuteOf("9")]).toEqual([0, 570, 1440, null]);
});
