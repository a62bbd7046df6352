import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatDay } from "../../src/core/calendar/day.ts";
import { DAY, HOUR, HubSpotWorld, MINUTE, START } from "../support/hubspot-world.ts";
import { Browser, hidden, openIn, type Scene, wonScene } from "./visit.ts";

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

const client = () => `client/company:${scene.company}`;
const task = (title: string) =>
  world.portal.list("tasks").find((one) => one.properties.hs_task_subject!.includes(title))!;

describe("who is looking", () => {
  test("a link lets one person in, once", async () => {
    const { response, browser } = await openIn(world, scene.owner.userId, client());
    expect(response.status).toBe(200);
    expect(response.headers.get("content-security-policy")).toContain(
      "frame-ancestors http://hubspot.sandbox https://app.hubspot.com https://*.hubspot.com",
    );
    expect(response.headers.get("x-frame-options")).toBeNull();
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    const used = world.logs.filter((line) => JSON.stringify(line).includes("/screens/k1"));
    expect(used).toEqual([]);
    expect(browser.url).toContain("/screens/");
  });

  test("a link that was used is used, and one that is old is old", async () => {
    const { response } = await openIn(world, scene.owner.userId, "board");
    expect(response.status).toBe(200);
    const browser = new Browser(world);
    const reply = await openUrl("board");
    expect((await browser.get(reply)).status).toBe(200);
    expect((await new Browser(world).get(reply)).status).toBe(401);
    const late = await openUrl("board");
    await world.runFor(3 * MINUTE);
    expect((await new Browser(world).get(late)).status).toBe(401);
  });

  test("a session ends after an hour", async () => {
    const { browser } = await openIn(world, scene.owner.userId, "board");
    const { url } = browser;
    await world.runFor(59 * MINUTE);
    expect((await browser.get(url)).status).toBe(200);
    await world.runFor(MINUTE);
    const over = await browser.get(url);
    expect(over.status).toBe(401);
    expect(await over.text()).toContain("This view has ended");
  });

  test("where the browser keeps a cookie, the address alone opens nothing; where it keeps none, it does", async () => {
    const { browser } = await openIn(world, scene.owner.userId, "board");
    expect((await new Browser(world).get(browser.url)).status).toBe(401);
    const bare = await openIn(world, scene.owner.userId, "board", new Browser(world, false));
    expect(bare.response.status).toBe(200);
    expect((await new Browser(world, false).get(bare.browser.url)).status).toBe(200);
  });

  test("G9 a session that somebody else sealed, cut or stretched opens nothing", async () => {
    const { browser } = await openIn(world, scene.owner.userId, "board", new Browser(world, false));
    const sealed = browser.url.split("/")[4]!;
    for (const wrong of [
      sealed.slice(0, -4),
      `${sealed}AAAA`,
      sealed.replace("k1.", "k2."),
      "x",
      `${sealed[0]}${sealed.slice(1).replace("A", "B")}`,
    ]) {
      if (wrong !== sealed)
        expect((await new Browser(world, false).get(browser.url.replace(sealed, wrong))).status).toBe(401);
    }
  });

  test("a portal that left lets nobody in any more", async () => {
    const { browser } = await openIn(world, scene.admin.userId, "board");
    world.host.forget(world.id);
    expect((await browser.get(browser.url)).status).toBe(401);
  });

  async function openUrl(to: string): Promise<string> {
    const request = await world.portal.cardRequest("https://tenure.test/hubspot/frame/open", {
      userId: scene.owner.userId,
      method: "POST",
      body: { to },
    });
    return ((await (await world.app.fetch(request)).json()) as { url: string }).url;
  }
});

describe("the client card", () => {
  test("A4.4 names the client, its plan and who has it; what the CRM holds is escaped", async () => {
    const { response } = await openIn(world, scene.owner.userId, client());
    const page = await response.text();
    expect(page).toContain("Acme &lt;b&gt;&amp; Sons&lt;/b&gt;");
    expect(page).not.toContain("<b>& Sons");
    expect(page).toContain("Welcome with a concrete plan");
    expect(page).toContain("0 of ");
  });

  test("names are shown and stored nowhere", async () => {
    await openIn(world, scene.owner.userId, client());
    const { db } = world.host.portal(world.id).store;
    const tables = db.all<{ name: string }>("select name from sqlite_master where type = 'table'" as never);
    for (const { name } of tables)
      expect(JSON.stringify(db.all(`select * from "${name}"` as never))).not.toContain("Acme");
  });

  test("people without rights see neither the client nor whether it exists", async () => {
    const stranger = await openIn(world, scene.other.userId, client());
    expect(stranger.response.status).toBe(403);
    const nobody = await stranger.browser.get(stranger.browser.url.replace(scene.company, "31337"));
    expect(nobody.status).toBe(403);
    const bare = (page: string) => page.replace(/nonce="[^"]*"/g, "");
    expect(bare(await nobody.text())).toBe(bare(await stranger.response.text()));
  });

  test("a form without the session's token does nothing", async () => {
    const { browser } = await openIn(world, scene.owner.userId, client());
    const answer = await browser.post(`${browser.url}/act`, { act: "pause", cycle: "1", once: "1", token: "wrong" });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("Open Tenure again from your CRM");
    expect(world.portal.get("companies", scene.company)!.properties.tenure_phase).toBe("days_0_30");
  });

  test("a body that is no form is answered as one without a token", async () => {
    const { browser } = await openIn(world, scene.owner.userId, client(), new Browser(world, false));
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    expect((await world.app.request(`${browser.url}/act`, init)).status).toBe(403);
  });

  test("A4.4 a step completed here counts at once", async () => {
    const { browser, response } = await openIn(world, scene.owner.userId, client());
    const page = await response.text();
    const fields = { token: hidden(page, "token"), once: hidden(page, "once"), act: "complete", step: "1/welcome" };
    const after = await (await browser.post(`${browser.url}/act`, fields)).text();
    expect(after).toContain("Done. The CRM follows within a minute.");
    expect(after).toContain("1 of ");
    await world.runFor(5 * MINUTE);
    expect(world.portal.get("companies", scene.company)!.properties.tenure_next_step).toContain("Kickoff");
    expect(await (await browser.get(`${browser.url}`)).text()).toContain(
      "Completed here: Welcome with a concrete plan",
    );
  });

  test("A2.5 a move is previewed, applied, written, and can be undone", async () => {
    const { browser, response } = await openIn(world, scene.owner.userId, client());
    const card = browser.url;
    const page = await response.text();
    const day = formatDay(Math.floor(START / DAY) + 21);
    const before = task("Kickoff").properties.hs_timestamp;
    const fields = { token: hidden(page, "token"), once: "o", step: "1/kickoff", day };
    const preview = await (await browser.post(`${card}/move`, fields)).text();
    expect(preview).toContain("Kickoff");
    expect(preview).toMatch(/steps? moves?/);
    expect(task("Kickoff").properties.hs_timestamp).toBe(before);
    const apply = {
      token: fields.token,
      once: "p",
      act: "move",
      step: "1/kickoff",
      day,
      seen: hidden(preview, "seen"),
    };
    await browser.post(`${card}/act`, apply);
    await world.runFor(5 * MINUTE);
    expect(task("Kickoff").properties.hs_timestamp!.slice(0, 10)).toBe(day);
    await browser.post(`${card}/act`, { token: fields.token, once: "q", act: "undo" });
    await world.runFor(5 * MINUTE);
    expect(task("Kickoff").properties.hs_timestamp).toBe(before);
  });

  test("a plan that changed since the preview is previewed again", async () => {
    const { browser, response } = await openIn(world, scene.owner.userId, client());
    const card = browser.url;
    const token = hidden(await response.text(), "token");
    const day = formatDay(Math.floor(START / DAY) + 21);
    const preview = await (await browser.post(`${card}/move`, { token, once: "o", step: "1/kickoff", day })).text();
    await browser.post(`${card}/act`, { token, once: "x", act: "pause", cycle: "1" });
    const page = await (
      await browser.post(`${card}/act`, {
        token,
        once: "p",
        act: "move",
        step: "1/kickoff",
        day,
        seen: hidden(preview, "seen"),
      })
    ).text();
    expect(page).toContain("The plan has changed since you looked");
  });

  test("A8.21 fight or let go is kept with reason and review day; its note is sealed in the store", async () => {
    const { browser, response } = await openIn(world, scene.owner.userId, client());
    const token = hidden(await response.text(), "token");
    await browser.post(`${browser.url}/act`, {
      token,
      once: "1",
      act: "decide",
      choice: "let_go",
      reason: "too_costly",
      days: "30",
      note: "Ask Ms Weaver",
    });
    const page = await (await browser.get(browser.url)).text();
    expect(page).toContain("Let go</strong>: Costs more than it brings");
    expect(page).toContain("Ask Ms Weaver");
    expect(page).toContain("1 April 2026");
    const { state } = world.host.portal(world.id).store.clients.get(`company:${scene.company}`)!;
    expect(JSON.stringify(state)).not.toContain("Weaver");
  });

  test("an override names its zone, its end and its author, and ends by hand", async () => {
    const { browser, response } = await openIn(world, scene.owner.userId, client());
    const token = hidden(await response.text(), "token");
    const url = `${browser.url}/act`;
    const overridden = await (
      await browser.post(url, {
        token,
        once: "1",
        act: "override",
        zone: "red",
        reason: "talked",
        days: "14",
        note: "",
      })
    ).text();
    expect(overridden).toContain("until 16 March 2026");
    expect(overridden).toContain('<span class="badge red">');
    const ended = await (await browser.post(url, { token, once: "2", act: "override_end" })).text();
    expect(overridden).toContain("End this now");
    expect(ended).not.toContain("End this now");
  });

  test("A8.10 what a letter seems to say is asked once: confirmed it is a sign, denied it is nothing, and undo asks again", async () => {
    await world.host.ask(world.id, "publish", [{ texts: { consent: true } }, "user:1"]);
    const letter = world.people.letter(scene.company, "in", "We want to cancel our contract at the end of the month.");
    await world.runFor(3 * HOUR);
    const { browser, response } = await openIn(world, scene.owner.userId, client());
    const page = await response.text();
    const asks = "What letters seem to say";
    expect(page).toContain(asks);
    expect(page).toContain(`record/0-49/${letter}`);
    const token = hidden(page, "token");
    const url = `${browser.url}/act`;
    const act = async (once: string, fields: Record<string, string>) =>
      (await browser.post(url, { token, once, ...fields })).text();
    expect(await act("1", { act: "hear", letter, says: "no" })).not.toContain(asks);
    expect(await act("2", { act: "undo" })).toContain(asks);
    const confirmed = await act("3", { act: "hear", letter, says: "yes" });
    expect(confirmed).not.toContain(asks);
    expect(confirmed).toContain("intent confirmed");
    expect(await act("4", { act: "hear", letter: "777", says: "yes" })).not.toContain(asks);
    await world.runFor(30 * MINUTE);
    const signs = await (await browser.get(browser.url)).text();
    expect(signs).toContain("Signs that fire");
    expect(signs.slice(signs.indexOf("Signs that fire"))).toMatch(/terminat/i);
    expect(signs).toContain("Termination was asked about: cases in 90 days 1; a sign from 1; since ");
    expect(signs).toMatch(/Signs that do not fire, and why.*(No data|History too short): .*Payment is late/s);
  });

  test("A11.5 a letter is drafted in the client's language from facts with their records; nothing is sent or kept", async () => {
    await world.host.ask(world.id, "publish", [{ language: "ru" }, "user:1"]);
    await world.runFor(MINUTE);
    const { browser } = await openIn(world, scene.owner.userId, client());
    const sent = world.people.writes();
    const draft = await (await browser.get(`${browser.url}/letter`)).text();
    expect(draft).toContain("Draft of a letter to Acme");
    expect(draft).toMatch(/<textarea id="letter"[^>]*lang="ru">Здравствуйте/);
    expect(draft).toContain("Следующий шаг вашего плана");
    expect(draft).toContain("record/0-27/");
    const other = await (await browser.get(`${browser.url.split("?")[0]}?in=ro`)).text();
    expect(other).toContain("Bună ziua");
    expect(world.people.writes()).toBe(sent);
    const stranger = await openIn(world, scene.other.userId, "board");
    const refused = await (
      await stranger.browser.get(stranger.browser.url.replace(/board.*/, `${client()}/letter`))
    ).text();
    expect(refused).not.toContain('id="letter"');
  });

  test("first value is told once, stands in the CRM's field, and is mended there", async () => {
    const { browser, response } = await openIn(world, scene.owner.userId, client());
    const page = await response.text();
    expect(page).toContain("First value reached");
    await browser.post(`${browser.url}/act`, {
      token: hidden(page, "token"),
      once: "1",
      act: "first_value",
      day: "2026-03-02",
    });
    await world.runFor(5 * MINUTE);
    const after = await (await browser.get(browser.url)).text();
    expect(after).toContain("<dt>First value</dt><dd>2 March 2026</dd>");
    const told = () => {
      const { tenure_first_value_on: on, tenure_ttfv_days: days } = world.portal.get(
        "companies",
        scene.company,
      )!.properties;
      return [on, days];
    };
    expect(told()).toEqual(["2026-03-02", "0"]);
    world.portal.update("companies", scene.company, { tenure_first_value_on: "2026-03-04" });
    await world.runFor(5 * MINUTE);
    expect(told()).toEqual(["2026-03-04", "2"]);
    expect(await (await browser.get(browser.url)).text()).toContain("<dt>First value</dt><dd>4 March 2026</dd>");
  });
});

describe("board, history, status", () => {
  test("A8.19 the board lists clients with owner, plan and next step, by name", async () => {
    const page = await (await openIn(world, scene.owner.userId, "board")).response.text();
    expect(page).toContain("Acme &lt;b&gt;");
    expect(page).toContain("1 client");
    const other = await (await openIn(world, scene.other.userId, "board")).response.text();
    expect(other).toContain("No client here");
    expect(other).not.toContain("Acme");
  });

  test("while the first import runs the board says how far it is, and looks again by itself", async () => {
    const board = async () => (await openIn(world, scene.owner.userId, "board")).response.text();
    expect(await board()).not.toContain("The first import runs");
    world.host.portal(world.id).store.meta.set("importedAt", null);
    const page = await board();
    expect(page).toContain("The first import runs");
    expect(page).toMatch(/<progress max="\d+" value="\d+"/);
    expect(page).toContain('http-equiv="refresh"');
  });

  test("where nobody is red or yellow the triage says so, and promises nothing", async () => {
    const { browser } = await openIn(world, scene.owner.userId, "board");
    const page = await (await browser.get(`${browser.url}?order=triage`)).text();
    expect(page).toContain("Nobody is red or yellow at present.");
    expect(page).not.toContain("are expected to save");
  });

  test("history tells who did what; others' clients stay out of it", async () => {
    const { browser, response } = await openIn(world, scene.owner.userId, client());
    const page = await response.text();
    await browser.post(`${browser.url}/act`, { token: hidden(page, "token"), once: "1", act: "pause", cycle: "1" });
    const history = await (await openIn(world, scene.owner.userId, "history")).response.text();
    expect(history).toContain("Plan paused");
    expect(history).toContain("Plan started");
    expect(await (await openIn(world, scene.other.userId, "history")).response.text()).toContain(
      "Nothing has happened yet",
    );
  });

  test("what somebody did in the CRM is signed so, what Tenure did by Tenure", async () => {
    world.portal.update("tasks", task("Welcome").id, { hs_task_status: "COMPLETED" });
    await world.runFor(10 * MINUTE);
    const history = await (await openIn(world, scene.owner.userId, "history")).response.text();
    const who = (what: string) =>
      history
        .split("<tr ")
        .find((row) => row.includes(what))
        ?.split(/<td[^>]*>/)[2];
    expect(who("Done: Welcome with a concrete plan")).toBe("in the CRM</td>");
    expect(who("Plan started")).toBe("Tenure</td>");
  });

  test("each reader's board gives the main reason in that reader's language", async () => {
    await world.runFor(6 * DAY);
    const board = async (language: string) =>
      (await openIn(world, scene.owner.userId, "board", new Browser(world), language)).response.text();
    expect(world.portal.get("companies", scene.company)!.properties.tenure_main_reason).toMatch(/^Onboarding: 0 steps/);
    expect(await board("en")).toContain("Onboarding: 0 steps done");
    expect(await board("uk")).toContain("Онбординг: виконано кроків 0");
    expect(await board("uk")).not.toContain("steps done");
  });

  test("status and its buttons are for administrators", async () => {
    expect((await openIn(world, scene.owner.userId, "status")).response.status).toBe(403);
    const { browser } = await openIn(world, scene.owner.userId, client());
    const page = await (await browser.get(browser.url)).text();
    const url = browser.url.replace(client(), "status/mode");
    expect((await browser.post(url, { token: hidden(page, "token"), once: "1", mode: "paused" })).status).toBe(403);
    expect(world.host.portal(world.id).mode()).toBe("live");
  });

  test("pausing all writes pauses all writes, and going live lets them go", async () => {
    const { browser, response } = await openIn(world, scene.admin.userId, "status");
    const token = hidden(await response.text(), "token");
    const status = browser.url;
    const paused = await (await browser.post(`${status}/mode`, { token, once: "1", mode: "paused" })).text();
    expect(paused).toContain("Nothing is written to the CRM until you go live again");
    world.portal.update("deals", scene.deal, { dealstage: "closedlost" });
    await world.runFor(30 * MINUTE);
    expect(world.portal.get("companies", scene.company)!.properties.tenure_phase).toBe("days_0_30");
    await browser.get(status);
    await browser.post(`${status}/mode`, { token, once: "2", mode: "live" });
    await world.runFor(HOUR);
    expect(world.portal.get("companies", scene.company)!.properties.tenure_phase).toBe("closed");
  });

  test("earlier customers are adopted after a preview, and the adoption can be taken back", async () => {
    const old = new HubSpotWorld({ seed: 5 });
    const owner = old.portal.addOwner({});
    const company = old.portal.create("companies", { name: "Early", hubspot_owner_id: owner.id }).id;
    const values = { dealname: "Early deal", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner.id };
    old.portal.create("deals", values, [{ objectType: "companies", id: company }]);
    await old.runFor(DAY);
    await old.install();
    await old.runFor(HOUR);
    expect(old.portal.list("tasks")).toEqual([]);
    const { browser, response } = await openIn(old, old.portal.adminUserId(), "status");
    const token = hidden(await response.text(), "token");
    const status = browser.url;
    const preview = await (await browser.get(`${status}/adoption?since=2026-03-01`)).text();
    expect(preview).toMatch(/Plans to be made: 1, with tasks: \d+/);
    expect(old.portal.list("tasks")).toEqual([]);
    await browser.post(`${status}/adopt`, {
      token,
      once: "2",
      since: "2026-03-01",
      plans: hidden(preview, "plans"),
      tasks: hidden(preview, "tasks"),
    });
    await old.runFor(30 * MINUTE);
    expect(old.portal.list("tasks").length).toBeGreaterThan(5);
    await browser.get(status);
    await browser.post(`${status}/adoption-undo`, { token, once: "3" });
    await old.runFor(HOUR);
    expect(old.portal.list("tasks")).toEqual([]);
    expect(old.portal.get("companies", company)!.properties.tenure_phase).toBe("closed");
    old.close();
  });

  test("what hit many things alike is shown as three of them, the rest on a click, and counted", async () => {
    const { findings } = world.host.portal(world.id).store;
    for (let n = 0; n < 120; n += 1)
      findings.raise(`refused:${n}`, "write-refused", { client: `company:${n}`, kind: "task" }, world.clock.now());
    const { response } = await openIn(world, scene.admin.userId, "status");
    const page = await response.text();
    expect(page).toContain('<span class="badge red">120</span>');
    expect(page).toContain("<summary>117 more of this sort</summary>");
    const card = page.slice(page.indexOf('id="findings"')).split("</section>")[0]!;
    expect(card.match(/Client \d+/g)).toHaveLength(103);
  });

  test("the request log shows calls without values", async () => {
    const { browser } = await openIn(world, scene.admin.userId, "status");
    const page = await (await browser.get(`${browser.url}/calls`)).text();
    expect(page).toContain("/crm/objects/");
    expect(page).not.toContain("Acme");
  });
});
