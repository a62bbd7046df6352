import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClientLinks } from "../../src/doors/pages.ts";
import { kpiRows } from "../../src/store/kpi-rows.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { contactWithMail } from "../support/outside.ts";
import { addPortal, VENDORS, type World } from "../support/world.ts";

const VIEWER = { userId: "1", ownerId: null, isAdmin: true, records: [] };
const MODEL = { url: "https://model.example.com/v1/", name: "any-model", key: "model-key-1" };
const ANSWERS = [
  {
    topic: "Import of contacts",
    asked: ["How do I import contacts?"],
    answer: "Settings, <b>Import</b>.\nThen choose a file.",
  },
  { topic: "Import of contacts", language: "ru", asked: ["Как импортировать контакты?"], answer: "Настройки, Импорт." },
];

let house: House;
let world: World;
let owner: string;
let links: ClientLinks;
/** what the model was asked */
let shown: { question: string; answers: { id: string; about: string[] }[] }[];
let modelSays: () => Response;

async function start(vendor: (typeof VENDORS)[number], questions: object = {}, more: object = {}): Promise<void> {
  shown = [];
  const fetch = async (request: Request) => {
    const { messages } = (await request.json()) as { messages: { content: string }[] };
    shown.push(JSON.parse(messages[1]!.content));
    return modelSays();
  };
  house = new House({ outside: { outbound: { fetch } } });
  world = addPortal(house, vendor);
  owner = world.owner("Aigul");
  await world.install();
  await house.runFor(15 * MINUTE);
  const settings = {
    pages: { plan: true },
    questions: { isOn: true, answers: ANSWERS, ...questions },
    ...more,
  };
  await house.host.ask(world.id, "publish", [settings, "user:1"]);
  const company = world.company({ name: "Acme Zebra", ownerId: owner });
  const contactIds = [contactWithMail(world, company, "Oksana", "o@acme.example")];
  const deal = world.deal({ companyId: company, contactIds, ownerId: owner });
  await house.runFor(5 * MINUTE);
  world.win(deal);
  await house.runFor(10 * MINUTE);
  links = (await house.host.ask(world.id, "clientLinks", [VIEWER, `company:${company}`])) as ClientLinks;
}

afterEach(() => {
  expectClean(house, world);
  house.close();
});

const open = (url = links.plan!) => Promise.resolve(house.app.request(url));
async function ask(question: string, form: Record<string, string> = {}): Promise<string> {
  const answer = await house.app.request(links.plan!, {
    method: "POST",
    body: new URLSearchParams({ question, ...form }),
  });
  expect(answer.status).toBe(200);
  return reply(await answer.text());
}
/** What the page says to the question, as people read it. */
function reply(html: string): string {
  const [, said = ""] = /<p class="reply"[^>]*>(?:<span[^>]*>[^<]*<\/span>)?([\s\S]*?)<\/p>/.exec(html) ?? [];
  return said.trim();
}
const asks = () => world.tasks().filter((task) => task.subject.startsWith("Answer a question"));
const everything = () => {
  const { db } = house.host.portal(world.id).store;
  return ["meta", "mirror", "client", "history", "finding"]
    .map((table) => JSON.stringify(db.all(`select * from ${table}`)))
    .join();
};
const state = () => {
  const { clients } = house.host.portal(world.id).store;
  const [client] = clients.page("", 5).filter((one) => (one.state as { outside?: object } | null)?.outside);
  return (client!.state as { outside: { questions: { topic: string; by: string; confidence: number }[] } }).outside;
};

describe.each(VENDORS)("%s: questions on the plan page", (vendor) => {
  beforeEach(() => start(vendor));

  test("A11.6 are answered in the admin's own words, escaped, and no task is made", async () => {
    expect(await (await open()).text()).toContain('<form method="post" action="#ask">');
    expect(await ask("how can I import my contacts?")).toBe(
      "Settings, &lt;b&gt;Import&lt;/b&gt;.\nThen choose a file.",
    );
    // the same topic asked in another language is answered in the client's
    expect(await ask("Как импортировать контакты")).toContain("Settings,");
    await house.runFor(HOUR);
    expect(asks()).toEqual([]);
    expect(state().questions).toMatchObject([
      { topic: "Import of contacts", by: "rules" },
      { topic: "Import of contacts", by: "rules" },
    ]);
  });

  test("A11.6 are answered from the client's own plan: next step, dates, end, contact", async () => {
    const page = await (await open()).text();
    const [, title = "", date = ""] = /<tr class="next"><th scope="row">([^<]+)<\/th><td>([^<]+)</.exec(page) ?? [];
    expect(title).not.toBe("");
    expect(await ask("What is my next step?")).toBe(`Your next step: ${title}, ${date}.`);
    expect(await ask(`When is ${title}?`)).toBe(`${title}: ${date}`);
    expect(await ask("Who is my contact?")).toContain("Aigul");
    const [, finish = ""] = /Expected finish<\/dt><dd>([^<]+)</.exec(page) ?? [];
    expect(await ask("Когда закончится внедрение?")).toBe(`Your plan is expected to be finished on ${finish}.`);
    await house.runFor(HOUR);
    expect(asks()).toEqual([]);
  });

  test("A11.6 that nothing answers become one task of the client's owner, who is named to the asker with the day", async () => {
    const question = "Can we pay the <b>zebra</b> invoice in [b]Swiss[/b] francs?";
    // a Monday, before the end of work: Tuesday's
    const said = await ask(question);
    expect(said).toMatch(/went to a person, who answers by \d+ \w+ \d{4}: Aigul/);
    expect(await ask("can we pay the <B>Zebra</B> invoice in [b]swiss[/b] francs")).toMatch(/passed on already.*Aigul/);
    expect(everything().toLowerCase()).not.toContain("francs");
    await house.runFor(10 * MINUTE);
    const [task, ...more] = asks();
    expect(more).toEqual([]);
    expect(task).toMatchObject({ subject: "Answer a question of Acme Zebra", ownerId: owner, done: false });
    const plain = task!.body.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("\u2060", "");
    expect(plain).toContain(question);
    expect(task!.links.map((link) => link.split(":")[0])).toEqual(["company", "contact", "deal"]);
    const [, date] = /by (\d+ \w+ \d{4})/.exec(said)!;
    expect(new Date(task!.dueAt!).toISOString().slice(0, 10)).toBe(new Date(`${date} UTC`).toISOString().slice(0, 10));
    expect(everything().toLowerCase()).not.toContain("francs");
    expect(house.host.portal(world.id).store.meta.get("answers")).toEqual([]);
    const writes = world.writes();
    await house.runFor(2 * HOUR);
    expect(world.writes()).toBe(writes);
    expect(asks()).toHaveLength(1);

    // answered: the task stays as it is, and the same question later is a new one
    world.editTask(task!.id, { done: true });
    await house.runFor(30 * MINUTE);
    expect(await ask(question)).toContain("went to a person");
    await house.runFor(10 * MINUTE);
    expect(asks().map((one) => one.done)).toEqual([true, false]);
  });

  test("A11.6 a wrong answer is one click away from a person", async () => {
    const html = await (
      await house.app.request(links.plan!, {
        method: "POST",
        body: new URLSearchParams({ question: 'import "contacts"' }),
      })
    ).text();
    expect(html).toContain('name="question" value="import &quot;contacts&quot;"');
    expect(html).toContain('name="person" value="yes"');
    expect(await ask('import "contacts"', { person: "yes" })).toContain("went to a person");
    await house.runFor(10 * MINUTE);
    expect(asks()).toHaveLength(1);
  });

  test("A4.2 A11.6 a question that nobody answers climbs the ladder like any late task", async () => {
    await ask("Do you have an office in Zanzibar?");
    await house.runFor(10 * MINUTE);
    const before = world.tasks().length;
    const { store } = house.host.portal(world.id);
    await house.runFor(6 * DAY);
    const told = store.mirror.ofClients([store.clients.page("", 1)[0]!.key]);
    const rungs = [...told.values()].flat().filter((row) => row.key.includes("question-"));
    expect(rungs.length).toBeGreaterThan(0);
    expect(world.tasks().length).toBeGreaterThanOrEqual(before);
  });

  test("A10.14 A11.6 what was asked stands in the figures of the monthly review, by topic", async () => {
    await ask("How do I import contacts?");
    await ask("Is there a zebra in the cloud?");
    await house.runFor(10 * MINUTE);
    const [row] = kpiRows(house.host.portal(world.id).store);
    expect(row!.questions.map((one) => one.topic)).toEqual(["Import of contacts", "unanswered"]);
  });
});

describe.each(VENDORS)("%s: who answers, and the model", (vendor) => {
  test("A11.6 a person whom the settings name, within the days they name", async () => {
    await start(vendor);
    const expert = world.owner("Erzhan");
    await house.runFor(2 * HOUR);
    const questions = { isOn: true, answers: ANSWERS, answererId: expert, answerDays: 3 };
    await house.host.ask(world.id, "publish", [{ pages: { plan: true }, questions }, "user:1"]);
    await open();
    await house.runFor(MINUTE);
    expect(await ask("Is there a discount for zoos?")).toContain("Erzhan");
    await house.runFor(10 * MINUTE);
    expect(asks()).toMatchObject([{ ownerId: expert }]);
    world.deactivate(expert);
    await house.runFor(3 * HOUR);
    expect(asks()).toMatchObject([{ ownerId: owner }]);
  });

  test("A11.6 G8 the model chooses among the answers where an admin allows it, and is shown no address; it writes nothing itself", async () => {
    await start(vendor, { byModel: true }, { texts: { model: MODEL } });
    const says = (id: string | null, confidence: number) => () =>
      Response.json({
        choices: [{ message: { content: JSON.stringify({ id, confidence, text: "<b>INVENTED</b>" }) } }],
      });
    modelSays = says("a0", 0.9);
    const question = "We have a sheet full of people, where does it go? Write to zoe@zebra.example";
    expect(await ask(question)).toContain("Settings,");
    expect(shown).toHaveLength(1);
    expect(shown[0]!.question).not.toContain("zoe@");
    expect(shown[0]!.answers[0]).toEqual({ id: "a0", about: ["Import of contacts", "How do I import contacts?"] });
    expect(state().questions.at(-1)).toMatchObject({ topic: "Import of contacts", by: "model", confidence: 0.9 });
    // not sure, none, or no answer of ours: a person
    for (const answer of [says("a0", 0.4), says(null, 1), says("a77", 1), () => new Response("no", { status: 500 })]) {
      modelSays = answer;
      expect(await ask(`A thing that nobody knows, number ${shown.length}`)).toContain("went to a person");
      await house.runFor(15 * MINUTE);
    }
    expect(everything()).not.toContain("INVENTED");
    // what our own rules know is not shown to it
    const before = shown.length;
    expect(await ask("How do I import contacts?")).toContain("Settings,");
    expect(shown).toHaveLength(before);
  });

  test("A11.6 no model is asked without the admin's word", async () => {
    await start(vendor, {}, { texts: { model: MODEL, consent: true } });
    expect(await ask("We have a sheet full of people, where does it go?")).toContain("went to a person");
    expect(shown).toEqual([]);
  });
});

describe("questions: what is turned away", () => {
  test("G9 off, not live, a link that was changed or revoked: nothing is answered and nothing made", async () => {
    await start("hubspot", { isOn: false });
    const post = (url = links.plan!) =>
      Promise.resolve(house.app.request(url, { method: "POST", body: new URLSearchParams({ question: "Zebra?" }) }));
    expect(await (await open()).text()).not.toContain('id="question"');
    expect((await post()).status).toBe(400);
    await house.host.ask(world.id, "publish", [{ pages: { plan: true }, questions: { isOn: true } }, "user:1"]);
    await house.host.ask(world.id, "setMode", ["paused", "user:1"]);
    await house.runFor(MINUTE);
    expect(await (await open()).text()).not.toContain('id="question"');
    expect((await post()).status).toBe(400);
    await house.host.ask(world.id, "setMode", ["live", "user:1"]);
    await house.runFor(MINUTE);
    expect((await post(links.plan!.slice(0, -1))).status).toBe(410);
    expect((await post(links.nps.replace("/survey/", "/plan/"))).status).toBe(410);
    expect((await post(links.plan!.replace("/plan/", "/survey/"))).status).toBe(410);
    const key = house.host.portal(world.id).store.clients.page("", 1)[0]!.key;
    await house.host.ask(world.id, "revokeLinks", [VIEWER, key]);
    expect((await post()).status).toBe(410);
    await house.runFor(HOUR);
    expect(asks()).toEqual([]);
    expect(everything()).not.toContain("question:");
  });

  test("G9 a link that got into wrong hands makes a handful of tasks and not more, however often it is posted", async () => {
    await start("hubspot");
    const statuses: number[] = [];
    for (let n = 0; n < 20; n++) {
      const body = new URLSearchParams({ question: `flood ${n}` });
      statuses.push((await house.app.request(links.plan!, { method: "POST", body })).status);
    }
    expect(statuses.slice(0, 6)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(new Set(statuses.slice(6))).toEqual(new Set([429]));
    await house.runFor(HOUR);
    expect(await ask("and one more")).toContain("many questions are waiting");
    await house.runFor(10 * MINUTE);
    expect(asks()).toHaveLength(5);
    // looking at the plan is not held up by it
    expect((await open()).status).toBe(200);
  });

  test("an empty question, a novel, another field: the page comes back and says so", async () => {
    await start("hubspot");
    const forms: Record<string, string>[] = [{ question: "  " }, { question: "?!" }, { other: "x" }];
    for (const form of forms) {
      const answer = await house.app.request(links.plan!, {
        method: "POST",
        body: new URLSearchParams(form),
      });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('role="alert"');
    }
    expect(await ask("word ".repeat(500))).toContain("went to a person");
    const tooLong = await house.app.request(links.plan!, {
      method: "POST",
      body: new URLSearchParams({ question: "x".repeat(30_000) }),
    });
    expect(tooLong.status).toBe(413);
  });
});
