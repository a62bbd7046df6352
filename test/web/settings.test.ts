import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/core/settings.ts";
import { minuteOf, valueAt } from "../../src/web/settings/field.ts";
import { settingLabels } from "../../src/web/settings/labels.words.ts";
import { SECTIONS } from "../../src/web/settings/sections.ts";
import { HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
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

const draft = () => world.host.portal(world.id).store.meta.get<{ body: typeof DEFAULT_SETTINGS }>("draft")!.body;

/** Submits a section's form as it stands, with some fields changed. */
async function save(path: string, change: Readonly<Record<string, string>>): Promise<string> {
  const form = fieldsOf(await get(path), `action="${new URL(home).pathname}${path.split("?")[0]}`);
  return (await browser.post(`${home}${path}`, { ...form, ...change })).text();
}

describe("the settings", () => {
  test("every section and page opens, and a form sent back unchanged changes nothing", async () => {
    for (const { id } of SECTIONS) {
      expect(await get(`/${id}`)).toContain('<main id="main">');
      expect(await save(`/${id}`, {})).toContain("Saved to the draft.");
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
      for (const { path, fields } of section.lists ?? []) {
        expect(valueAt(DEFAULT_SETTINGS, path), path).not.toBeUndefined();
        for (const field of fields)
          for (const language of ["en", "ru", "uk", "ro"] as const)
            expect(settingLabels(language)).toHaveProperty([field.label ?? `${path}.*.${field.path}`]);
      }
    }
  });

  test("every setting can be set on a form, but for what only the file carries and says why", () => {
    const shown = SECTIONS.flatMap(({ fields, lists = [] }) => [...fields, ...lists].map((one) => one.path));
    const tables = [
      "triggers",
      "templateRules",
      "people.managerOf",
      "people.absences",
      "ladders.ladders",
      "signs",
      "kpi.targets",
      "texts.model",
    ];
    /** templates have pages of their own; when Tenure went live is no choice */
    const elsewhere = ["templates", "ladders.since"];
    const known = [...shown, ...tables, ...elsewhere];
    const isKnown = (path: string) => known.some((one) => path === one || path.startsWith(`${one}.`));
    const missing: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (isKnown(path)) return;
      const inner = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
      if (inner.length === 0 && path !== "mapped" && !shown.some((one) => one.startsWith(`${path}.`)))
        missing.push(path);
      for (const [key, one] of inner) walk(one, path === "" ? key : `${path}.${key}`);
    };
    walk(DEFAULT_SETTINGS, "");
    expect(missing).toEqual([]);
  });

  test("a change is drafted, shown with its effect on real clients, published, and rolled back", async () => {
    const page = await save("/calendar", { "calendar.endMinute": "17:00" });
    expect(page).toContain("Saved to the draft.");
    expect(settings().calendar.endMinute).toBe(1080);
    const changes = await get("/changes");
    expect(changes).toContain('<del class="del">18:00</del>');
    expect(changes).toContain('<ins class="add">17:00</ins>');
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
    expect(page).toContain("<strong>Further days off</strong>: A day that exists, like 2026-12-31");
    expect(page).toContain("2026-02-30");
    expect(await save("/score", { "score.zones.red": "90" })).toContain("</strong>: Red has to begin below yellow");
    expect(await save("/calendar", { "calendar.startMinute": "19:00" })).toContain(
      "The working day has to end after it begins",
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

  test("A2.1 won deals are switched off where something else starts plans; without anything nothing is saved", async () => {
    const form = async (change: Readonly<Record<string, string>>) => {
      const { "t.won": won, ...rest } = fieldsOf(await get("/start"), `action="${new URL(home).pathname}/start`);
      expect(won).toBe("on");
      return (await browser.post(`${home}/start`, { ...rest, ...change })).text();
    };
    expect(await form({})).not.toContain("Saved to the draft.");
    expect(world.host.portal(world.id).store.meta.get("draft")).toBeNull();
    expect(await form({ "t.name": "onboard", "t.value": "yes" })).toContain("Saved to the draft.");
    expect(draft().triggers).toEqual([{ on: "property", name: "onboard", value: "yes" }]);
    expect(await get("/start")).not.toMatch(/name="t.won"[^>]* checked/);
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

  test("A10.4 A12.4 the optional steps of a rule are ticked under it, shown again, and taken out", async () => {
    const page = await get("/start");
    expect(page).toContain("Optional steps: Enterprise (&gt; 100)");
    expect(page).toContain("Letters of the first month and surveys");
    await save("/start", { "r.2.option.weekly_check_ins": "on", "r.2.option.technical": "on" });
    const standard = DEFAULT_SETTINGS.templateRules[2]!.options!;
    expect(draft().templateRules[2]!.options).toEqual([...standard, "weekly_check_ins", "technical"]);
    expect(await get("/start")).toMatch(/name="r.2.option.technical" value="on" checked/);
    const changes = await get("/changes");
    expect(changes).toContain("Optional steps");
    expect(changes).toContain("Technical work and security review");
    // the plan for small clients offers no technical steps: they go with the template that had them
    await save("/start", { "r.2.template": "smb" });
    expect(draft().templateRules[2]!.options).toEqual(standard);
    expect(await get("/start")).not.toContain('name="r.2.option.technical"');
  });

  test("an optional step that the template does not have is named as a problem", async () => {
    expect(await save("/start", { "r.1.option.spa_day": "on" })).toContain(
      "The template has no optional steps called “spa_day”",
    );
    expect(world.host.portal(world.id).store.meta.get("draft")).toBeNull();
  });

  test("A4.3 A3.2 roles, who joins, and leaders of teams are entries: added, changed, taken out", async () => {
    await save("/people", {
      "plan.roles.0.name": "trainer",
      "plan.roles.0.pick": "round_robin",
      "plan.roles.0.ownerIds": scene.other.id,
      "people.rules.0.who": "executive",
      "people.rules.0.ownerId": scene.admin.id,
      "people.rules.0.class": "A",
      "people.managerOfTeam.0.team": "7",
      "people.managerOfTeam.0.ownerId": scene.other.id,
    });
    expect(draft().plan.roles).toEqual({ trainer: { pick: "round_robin", ownerIds: [scene.other.id] } });
    expect(draft().people.rules).toEqual([{ who: "executive", ownerId: scene.admin.id, class: "A" }]);
    expect(draft().people.managerOfTeam).toEqual({ 7: scene.other.id });
    const page = await get("/people");
    expect(page).toContain("<summary>trainer</summary>");
    await save("/people", { "people.rules.0.class": "", "plan.roles.0.drop": "on", "people.managerOfTeam.0.team": "" });
    expect(draft().people.rules).toEqual([{ who: "executive", ownerId: scene.admin.id }]);
    expect(draft().plan.roles).toEqual({});
    expect(draft().people.managerOfTeam).toEqual({});
  });

  test("a role that is filled on the form gets the steps that templates give it", async () => {
    await save("/people", {
      "plan.roles.0.name": "csm",
      "plan.roles.0.pick": "first",
      "plan.roles.0.ownerIds": scene.other.id,
    });
    const before = world.portal.list("tasks").filter((one) => one.properties.hubspot_owner_id === scene.other.id);
    await browser.post(`${home}/publish`, { token: hidden(await get("/changes"), "token") });
    await world.runFor(HOUR);
    const after = world.portal.list("tasks").filter((one) => one.properties.hubspot_owner_id === scene.other.id);
    expect(before).toEqual([]);
    expect(after.length).toBeGreaterThan(0);
  });

  test("A8.5 a segment has thresholds of its own, single signals are switched off, a CRM property becomes a signal", async () => {
    await save("/score", {
      "score.segments.0.name": "large",
      "score.segments.0.classes": "A",
      "score.segments.0.zones.yellow": "80",
      "score.signals.0.id": "logins",
      "score.signals.0.isOff": "on",
      "score.mapped.0.id": "x_late",
      "score.mapped.0.on": "company",
      "score.mapped.0.property": "late_days",
      "score.mapped.0.as": "fact",
      "score.mapped.0.match.above": "10",
      "score.learningDays": "30",
      "score.renewals.types": "renewal\nextension",
    });
    const { score } = draft();
    expect(score.segments).toMatchObject([{ name: "large", classes: ["A"], templates: [], zones: { yellow: 80 } }]);
    expect(score.signals).toEqual({ logins: { isOff: true } });
    expect(score.mapped).toMatchObject([{ id: "x_late", property: "late_days", as: "fact", match: { above: 10 } }]);
    expect(score.learningDays).toBe(30);
    expect(score.renewals.types).toEqual(["renewal", "extension"]);
    const wrong = await save("/score", { "score.segments.0.zones.red": "90" });
    expect(wrong).toContain("score.segments.0.zones");
    expect(wrong).toContain('value="90"');
  });

  test("A4.5 a chat is named on a form; its address is sealed, never shown again, and stays when left empty", async () => {
    const url = "https://hooks.slack.com/services/T0/B0/verysecret";
    const chat = { "channels.webhooks.0.id": "team", "channels.webhooks.0.kind": "slack" };
    expect(await save("/channels", { ...chat, "channels.webhooks.0.url": "http://127.0.0.1/" })).toContain(
      "channels.webhooks.0.url",
    );
    expect(await save("/channels", { ...chat, "channels.webhooks.0.url": url })).toContain("Saved to the draft.");
    const sealed = draft().channels.webhooks[0]!.url;
    expect(sealed).toMatch(/^sealed:/);
    expect(draft().channels.webhooks[0]!.events).toEqual(["escalation", "digest"]);
    for (const path of ["/channels", "/changes", "/file"]) expect(await get(path)).not.toContain("verysecret");
    expect(await get("/changes")).toContain("•••••••");
    await save("/channels", { "channels.webhooks.0.includeNames": "on" });
    expect(draft().channels.webhooks[0]).toMatchObject({ url: sealed, includeNames: true });
  });

  test("a threshold is tried on the portal's real clients before anybody feels it", async () => {
    const page = await save("/signs", { "s.usage_drop": "0.6", next: "changes" });
    expect(browser.url).toContain("/settings/changes");
    expect(page).toContain("Decided for 1 of 1 clients");
    expect(settings().signs).toEqual({});
  });

  test("A10 every key figure has a target of its own; an empty one takes the default back", async () => {
    await save("/kpi", { "k.nps.op": ">=", "k.nps.value": "40", "k.nps.yellow": "20", "k.adoption_30.value": "60" });
    expect(draft().kpi.targets.nps).toEqual({ op: ">=", value: 40, yellow: 20 });
    expect(draft().kpi.targets.adoption_30).toEqual({ op: ">", value: 60, yellow: 60 });
    await save("/kpi", { "k.nps.value": "", "k.adoption_30.value": "" });
    expect(world.host.portal(world.id).store.meta.get("draft")).toBeNull();
  });

  test("A5.9 a message is seen as the client will see it, in any language, with what is drafted; nothing is sent", async () => {
    await save("/messages", { "messages.portalName": "Firma <i>GmbH</i>" });
    const english = await get("/letters?id=welcome&language=en");
    expect(english).toContain("Welcome to Firma &lt;i&gt;GmbH&lt;/i&gt;, there!");
    expect(english).toContain("kickoff call with your manager");
    expect(english).not.toContain("{{");
    expect(await get("/letters?id=welcome&language=ro")).toContain("Bună ziua, stimați colegi,");
    expect(await get("/letters?id=nonsense")).toContain('<main id="main">');
  });

  test("A11.4 letters are read only after an administrator's consent", async () => {
    expect(settings().texts.consent).toBe(false);
    await save("/signs", { "texts.consent": "on" });
    expect(draft().texts.consent).toBe(true);
    await save("/signs", { "tm.url": "https://api.models.dev/v1", "tm.name": "small", "tm.key": "very-secret-key" });
    const { model } = draft().texts;
    expect(model).toMatchObject({ url: "https://api.models.dev/v1", name: "small" });
    for (const path of ["/signs", "/changes", "/file"]) expect(await get(path)).not.toContain("very-secret-key");
    await save("/signs", { "tm.name": "large" });
    expect(draft().texts.model).toEqual({ ...model, name: "large" });
    await save("/signs", { "tm.url": "" });
    expect(draft().texts.model).toBeNull();
  });

  test("A11.6 answers to clients' questions are entries of a form, and travel in the file", async () => {
    const first = "questions.answers.0";
    await save("/questions", {
      "questions.isOn": "on",
      "questions.answererId": scene.other.id,
      [`${first}.topic`]: "Invoices",
      [`${first}.language`]: "uk",
      [`${first}.asked`]: "Де рахунки, де акти?\nЯк отримати рахунок?",
      [`${first}.answer`]: "У розділі <Оплата>.\nЗавжди.",
    });
    const answers = [
      {
        topic: "Invoices",
        language: "uk",
        asked: ["Де рахунки, де акти?", "Як отримати рахунок?"],
        answer: "У розділі <Оплата>.\nЗавжди.",
      },
    ];
    expect(draft().questions).toMatchObject({ isOn: true, answererId: scene.other.id, answers, answerDays: 1 });
    expect(await get("/questions")).toContain("У розділі &lt;Оплата&gt;");
    expect(await save("/questions", { [`${first}.answer`]: "" })).toContain("questions.answers.0.answer");
    await browser.post(`${home}/publish`, { token: hidden(await get("/changes"), "token") });
    const file = await get("/file/download");
    expect(file).toContain("Як отримати рахунок?");
    await save("/questions", { [`${first}.drop`]: "on" });
    expect(draft().questions.answers).toEqual([]);
    const token = hidden(await get("/file"), "token");
    expect((await browser.post(`${home}/file`, { token, yaml: file })).status).toBe(200);
    expect(settings().questions.answers).toEqual(answers);
  });

  test("one file carries the whole configuration from one account to the next", async () => {
    await save("/calendar", { "calendar.endMinute": "17:00" });
    await browser.post(`${home}/publish`, { token: hidden(await get("/changes"), "token") });
    const file = await get("/file/download");
    expect(file).toContain("endMinute: 1020");
    await browser.post(`${home}/roll-back`, { token: hidden(await get(""), "token"), version: "0" });
    const token = hidden(await get("/file"), "token");
    const page = await (await browser.post(`${home}/file`, { token, yaml: file })).text();
    expect(page).toContain('<ins class="add">17:00</ins>');
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
    expect(await saved.text()).toContain("Template: Onboarding 30/60/90, 2");
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
    const escalations = (html: string) => html.split(">escalation</td>").length - 1;
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

  test("rights: a named administrator sees the settings from the next visit on, and not one page more once it is taken back", async () => {
    const token = hidden(await get("/access"), "token");
    await browser.post(`${home}/access`, { token, admins: String(scene.other.userId) });
    expect((await openIn(world, scene.owner.userId, "settings")).response.status).toBe(403);
    const named = await openIn(world, scene.other.userId, "settings");
    expect(named.response.status).toBe(200);
    await browser.post(`${home}/access`, { token, admins: "31337" });
    expect((await openIn(world, scene.other.userId, "settings")).response.status).toBe(403);
    expect((await named.browser.get(named.browser.url)).status).toBe(403);
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
