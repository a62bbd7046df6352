/** What a person reads on a client's card beside the score: records behind signs, when to call, why whom, what a phase is for. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reportSignal } from "../../src/core/client/acts.ts";
import { loadState } from "../../src/core/client/state.ts";
import { propertyOfField } from "../../src/crm/hubspot/values.ts";
import { DAY, HOUR, HubSpotWorld, MINUTE, PUBLIC_URL } from "../support/hubspot-world.ts";
import { hidden, openIn, type Scene, wonScene } from "./visit.ts";

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

async function card(language = "en"): Promise<string> {
  const { response } = await openIn(world, scene.owner.userId, `client/company:${scene.company}`, undefined, language);
  expect(response.status).toBe(200);
  return response.text();
}

function meeting(at: number, outcome: string): string {
  const when = new Date(at).toISOString();
  const values = { hs_timestamp: when, hs_meeting_start_time: when, hs_meeting_outcome: outcome };
  return world.portal.create("meetings", values, [{ objectType: "companies", id: scene.company }]).id;
}

describe("records behind a sign", () => {
  test.each([
    ["en", "Meeting, 2 Mar"],
    ["ru", "Встреча, 2 мар."],
    ["uk", "Зустріч, 2 бер."],
    ["ro", "Întâlnire, 2 mar."],
  ])("A8.9 in %s each is called by its kind and day, and leads into the CRM", async (language, name) => {
    const id = meeting(world.clock.now() - HOUR, "NO_SHOW");
    await world.runFor(3 * HOUR);
    expect(await card(language)).toMatch(new RegExp(`<a href="[^"]*/record/0-47/${id}"[^>]*>${name}</a>`));
  });

  test("A8.8 an open set-up step by the task that it is in the CRM", async () => {
    const step = world.portal.list("tasks").find((one) => one.properties.hs_task_subject!.includes("Welcome"))!;
    await world.runFor(3 * DAY);
    const page = await card();
    const fires = page.slice(page.indexOf("Signs that fire"), page.indexOf("Signs that do not fire"));
    expect(fires).toContain(`/record/0-27/${step.id}`);
    expect(fires).toContain(`>Task: ${step.properties.hs_task_subject}<`);
  });
});

describe("A11.3 when to contact", () => {
  test("too little is known: working hours, and what a habit would need", async () => {
    const page = await card();
    expect(page).toContain("Best time to contact</dt><dd>working hours, 09:00–18:00");
    expect(page).toContain("a habit shows from 12 letters, calls and meetings on; so far: 0");
  });

  test("a habit is named with what it stands on", async () => {
    // Tuesdays at 10 in Kyiv, before the winter's clocks change.
    for (let week = 1; week <= 12; week++) meeting(Date.UTC(2026, 1, 24 - 7 * week, 8, 10), "COMPLETED");
    await world.runFor(3 * HOUR);
    const page = await card();
    expect(page).toContain("Best time to contact</dt><dd>Tuesday, 10:00");
    expect(page).toContain("by letters, calls and meetings with this client, 12 in all");
  });
});

describe("A1.1 why whom", () => {
  test("nothing is said while the deal's owner has it", async () => {
    expect(await card()).not.toContain("because others were not available");
  });

  test("the owner left: who took over, and why", async () => {
    world.portal.archiveOwner(scene.owner.id);
    await world.runFor(2 * DAY);
    const { response } = await openIn(world, scene.admin.userId, `client/company:${scene.company}`);
    const page = await response.text();
    expect(page).toMatch(
      /<dt>Owner<\/dt><dd>[^<]+<br><span class="soft small">Owner by role “the substitute from the settings”, because others were not available: the deal’s owner \(not active\), the client’s owner \(not active\)/,
    );
  });

  test("steps of an empty role say so once, with how many they are", async () => {
    await world.host.ask(world.id, "publish", [
      { plan: { roles: { csm: { ownerIds: [], pick: "first" } } } },
      "user:1",
    ]);
    await world.runFor(30 * MINUTE);
    const page = await card();
    expect(page).toContain("Owners of steps");
    expect(page.split("customer success manager (nobody named)")).toHaveLength(2);
    expect(page).toMatch(/customer success manager \(nobody named\) \(open steps: \d+\)/);
  });
});

describe("A11.4 labels of letters", () => {
  const letters = () => {
    const angry = world.people.letter(scene.company, "in", "This is terrible, we are very disappointed and angry.");
    const calm = world.people.letter(scene.company, "in", "Thank you, great work!");
    return { angry, calm };
  };

  test("without consent there are none", async () => {
    letters();
    await world.runFor(3 * HOUR);
    expect(await card()).not.toContain("negative tone");
  });

  test("each with its confidence and a way to the letter; a denied tone counts no more, and no word of a letter is shown", async () => {
    await world.host.ask(world.id, "publish", [{ texts: { consent: true } }, "user:1"]);
    const { angry, calm } = letters();
    await world.runFor(3 * HOUR);
    const { browser, response } = await openIn(world, scene.owner.userId, `client/company:${scene.company}`);
    const page = await response.text();
    expect(page).toMatch(new RegExp(`/record/0-49/${angry}"[^>]*>Letter, 2 Mar</a>: negative tone \\(\\d+\u00a0%\\)`));
    expect(page).toMatch(
      new RegExp(`/record/0-49/${calm}"[^>]*>Letter, 2 Mar</a>: friendly tone \\(\\d+\u00a0%\\), thanks`),
    );
    expect(page).not.toContain("disappointed");
    const token = hidden(page, "token");
    const wish = { token, once: "1", act: "hear", letter: `mood:${angry}`, says: "no" };
    const denied = await (await browser.post(`${browser.url}/act`, wish)).text();
    expect(denied).not.toContain("Letters in a negative tone");
    expect(denied).toContain("tone denied: it does not count");
    expect(denied).toContain("Undo the last action: answer about a letter");
  });
});

test("A11.1 a tone that a person confirmed joins the score's account, once per letter, and leaves it when taken back", async () => {
  await world.host.ask(world.id, "publish", [{ texts: { consent: true } }, "user:1"]);
  const letter = world.people.letter(scene.company, "in", "This is awful and useless, we are so upset.");
  const complaint = world.people.letter(scene.company, "in", "I want to file a complaint, your support is terrible.");
  await world.runFor(3 * HOUR);
  const { browser, response } = await openIn(world, scene.owner.userId, `client/company:${scene.company}`);
  const before = await response.text();
  expect(before).toMatch(/Letter, 2 Mar<\/a>: negative tone \(\d+\u00a0%\), complaint/);
  expect(before).not.toContain("Letter in a negative tone");
  const token = hidden(before, "token");
  const url = `${browser.url}/act`;
  const act = (fields: Record<string, string>) => browser.post(url, { token, ...fields });
  await act({ once: "1", act: "hear", letter: `mood:${letter}`, says: "yes" });
  await act({ once: "2", act: "hear", letter: `mood:${complaint}`, says: "yes" });
  await world.runFor(20 * MINUTE);
  const { clients } = world.host.portal(world.id).store;
  const facts = () => loadState(clients.get(`company:${scene.company}`)!.state).state.acts!.signals.map(({ id }) => id);
  expect(facts()).toEqual(["angry_letter"]);
  const page = await card();
  const line = />Letter in a negative tone<br>.*?Reported 2 March 2026/s;
  expect(page).toMatch(line);
  await act({ once: "3", act: "undo" });
  await act({ once: "4", act: "undo" });
  expect(facts()).toEqual([]);
  expect(await card()).not.toMatch(line);
});

describe("A8.14 what people learned", () => {
  test("is reported on the card, stands there with author and date, and is withdrawn", async () => {
    const contact = world.people.contact({ firstName: "Vera", lastName: "Ryabova", companyId: scene.company });
    await world.runFor(3 * HOUR);
    const { browser, response } = await openIn(world, scene.owner.userId, `client/company:${scene.company}`);
    const page = await response.text();
    expect(page).toContain("Report something you learned");
    expect(page).toContain('<option value="suppliers_reviewed">Suppliers are reviewed</option>');
    expect(page).toContain(`<option value="${contact}">Vera Ryabova</option>`);
    expect(page).not.toContain('value="low_survey"');
    const url = `${browser.url}/act`;
    const act = async (once: string, fields: Record<string, string>) =>
      (await browser.post(url, { token: hidden(page, "token"), once, ...fields })).text();
    const wish = { act: "report", fact: "contact_left", day: "2026-02-27", contact };
    const reported = await act("1", wish);
    expect(reported).toMatch(/The main contact left \(<a href="[^"]*"[^>]*>Vera Ryabova<\/a>\)/);
    expect(reported).toMatch(/reported by .*, 2 Mar[^;]*; learned on 27 Feb/);
    expect(reported).toContain("Undo the last action: report about the client");
    expect(reported).toContain("Signal reported: The main contact left");
    const withdrawn = await act("2", { act: "withdraw", fact: "contact_left", at: hidden(reported, "at") });
    expect(withdrawn).not.toContain("learned on 27 Feb");
    expect(withdrawn).toContain("Report withdrawn: The main contact left");
    expect(await act("3", { act: "undo" })).toContain("learned on 27 Feb");
  });

  test.each([
    ["ru", "Сообщить, что стало известно", "Ключевой контакт ушёл"],
    ["uk", "Повідомити, що стало відомо", "Ключовий контакт пішов"],
    ["ro", "Raportați ceva aflat", "Contactul principal a plecat"],
  ])("is asked for in %s", async (language, ask, fact) => {
    const page = await card(language);
    expect(page).toContain(ask);
    expect(page).toContain(`<option value="contact_left">${fact}</option>`);
  });
});

test("A4.3 why a red client was escalated is said in the reader's language, and so is its main reason", async () => {
  const { clients } = world.host.portal(world.id).store;
  const client = clients.get(`company:${scene.company}`)!;
  const notice = { id: "notice_given", value: null, at: world.clock.now(), by: "workflow" };
  const state = reportSignal(loadState(client.state).state, notice);
  clients.put([{ ...client, state, dueAt: world.clock.now() }]);
  await world.runFor(2 * DAY);
  const reason = (page: string) => /<dt>(?:Escalated to|Эскалация)<\/dt>.*/.exec(page)?.[0];
  expect(reason(await card("en"))).toMatch(/Red zone: Reported 2 March 2026: notice of termination/);
  expect(reason(await card("ru"))).toMatch(/Красная зона: Сообщено 2 марта 2026 г\.: уведомление о расторжении/);
});

describe("A8.25 a client whose leaving is noted", () => {
  const note = async (day: string) => {
    world.portal.update("companies", scene.company, { [propertyOfField("churned_on")]: day });
    await world.runFor(HOUR);
  };
  /** a sign that a suggestion answers */
  const complain = () => {
    const { clients } = world.host.portal(world.id).store;
    const client = clients.get(`company:${scene.company}`)!;
    const said = { id: "complaint", value: null, at: world.clock.now(), by: "workflow" };
    clients.put([{ ...client, state: reportSignal(loadState(client.state).state, said), dueAt: world.clock.now() }]);
  };

  test("the card says when it left, and suggests nothing any more", async () => {
    complain();
    await world.runFor(HOUR);
    expect(await card()).toContain("Solve the complaint first");
    await note("2026-03-02");
    const page = await card();
    expect(page).toContain("Left on 2 March 2026<");
    expect(page).not.toContain("Solve the complaint first");
    expect(page).not.toContain("Fight or let go");
    const { browser } = await openIn(world, scene.owner.userId, "board");
    expect(await (await browser.get(browser.url)).text()).toContain("left on 2 March 2026");
  });

  test("as long as the day lies ahead it is still looked after", async () => {
    complain();
    await note("2026-03-20");
    const page = await card("uk");
    expect(page).toContain("Клієнт піде 20 березня 2026 р.<");
    expect(page).toContain("Спершу розв’язати скаргу");
  });
});

test("A3.1 each phase of the plan says what it is for", async () => {
  expect(await card()).toContain("Goal: Show first results, form the habit of use");
  expect(await card("ro")).toContain("Scop: Integrare în procese, pregătirea colaborării pe termen lung");
});

test.each([
  ["en", "Offer training on what is not used yet: “call notes”", "uses “sales reports”, but not “call notes”"],
  ["ru", "обучение тому, что ещё не используется: «call notes»", "использует «sales reports», но не «call notes»"],
  ["uk", "навчання тому, що ще не використовується: «call notes»", "використовує «sales reports», але не «call notes»"],
  ["ro", "instruire pentru ce nu se folosește încă: „call notes”", "folosește „sales reports”, dar nu „call notes”"],
])("A11.2 in %s a gap in use is said by the features' names", async (language, action, because) => {
  const events = { "sales.report_opened": "sales_reports", "call.note_saved": "call_notes" };
  await world.host.ask(world.id, "publish", [{ usage: { events } }, "user:1"]);
  const key = (await world.host.ask(world.id, "makeWriteKey", ["user:1"])) as string;
  const event = { event: "sales.report_opened", userId: "anna", messageId: "m1", context: { groupId: scene.company } };
  await world.app.request(`${PUBLIC_URL}/v1/track`, {
    method: "POST",
    body: JSON.stringify({ type: "track", ...event }),
    headers: { authorization: `Basic ${btoa(`${key}:`)}` },
  });
  await world.runFor(30 * MINUTE);
  const page = await card(language);
  expect(page).toContain(action);
  expect(page).toContain(because);
});
