import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal, VENDORS, type World } from "../support/world.ts";

const WORDS =
  "We want to cancel our contract, the zebra report was terrible.\nCall +380 44 555 12 34 or zoe@zebra.example";
const MODEL = { url: "https://model.example.com/v1/", name: "any-model", key: "model-key-1" };

interface Question {
  url: string;
  key: string | null;
  letters: string[];
}

describe.each(VENDORS)("letters of clients on %s", (vendor) => {
  let house: House;
  let world: World;
  let company: string;
  let asked: Question[];
  let answer: (letters: readonly string[]) => Response;

  const labelled = (...labels: readonly object[]) =>
    Response.json({ choices: [{ message: { content: JSON.stringify({ letters: labels }) } }] });

  beforeEach(async () => {
    asked = [];
    const fetch = async (request: Request) => {
      const { messages } = (await request.json()) as { messages: { content: string }[] };
      const letters = JSON.parse(messages[1]!.content) as string[];
      asked.push({ url: request.url, key: request.headers.get("authorization"), letters });
      return answer(letters);
    };
    house = new House({ outside: { outbound: { fetch } } });
    world = addPortal(house, vendor);
    const owner = world.owner("Aigul");
    await world.install();
    await house.runFor(15 * MINUTE);
    company = world.company({ name: "Acme", ownerId: owner });
    world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
  });
  afterEach(() => {
    expectClean(house, world);
    house.close();
  });

  const publish = (texts: object) => house.host.ask(world.id, "publish", [{ texts }, "user:1"]);
  const store = () => house.host.portal(world.id).store;

  async function letter(direction: "in" | "out", text = WORDS) {
    const id = world.letter(company, direction, text);
    await house.runFor(2 * HOUR);
    return store().records.get({ kind: "email", id })?.facts;
  }

  test("G8 without consent no letter's text is asked for, and nothing is labelled", async () => {
    const facts = await letter("in");
    expect(facts).toMatchObject({ direction: "in" });
    expect(facts).not.toHaveProperty("mood");
  });

  test("A8.10 G8 with consent a client's letter leaves labels behind, ours leaves none, and no word stays anywhere", async () => {
    await publish({ consent: true });
    expect(await letter("in")).toMatchObject({ mood: "negative", intent: "termination" });
    expect(await letter("out")).not.toHaveProperty("mood");
    const rows = store().db.all<{ all: string }>(
      // biome-ignore lint/suspicious/noExplicitAny: a raw look at the table, as a thief would have it
      "select coalesce(facts, '') || coalesce(links, '') as 'all' from record" as any,
    );
    expect(JSON.stringify(rows)).not.toContain("zebra");
    expect(asked).toEqual([]);
  });

  test("A11.4 a model of the admin's reads better; it is shown no address and no number, and its key lies sealed", async () => {
    answer = () => labelled({ mood: "neutral", moodConfidence: 0.7, intents: [{ intent: "price", confidence: 0.8 }] });
    await publish({ consent: true, model: MODEL });
    expect(JSON.stringify(store().newestConfig()?.body)).not.toContain(MODEL.key);
    const facts = await letter("in");
    expect(facts).toMatchObject({ mood: "neutral", moodConfidence: 0.7, intent: "price", intentConfidence: 0.8 });
    expect(asked).toEqual([
      {
        url: "https://model.example.com/v1/chat/completions",
        key: "Bearer model-key-1",
        letters: [expect.any(String)],
      },
    ]);
    expect(asked[0]!.letters[0]).toContain("cancel our contract");
    expect(asked[0]!.letters[0]).not.toMatch(/555|zoe@/);
    // Read once more without a change, nobody is asked again, even where the model is gone.
    answer = () => new Response("gone", { status: 500 });
    store().records.mark(
      store()
        .records.page("email", "", 10)
        .map((one) => one.ref),
      house.clock.now(),
    );
    await house.runFor(HOUR);
    expect(asked).toHaveLength(1);
    expect(store().records.page("email", "", 10)[0]?.facts).toMatchObject({ intent: "price" });
  });

  test("a model that fails, or answers with anything else, leaves the reading to the lists, pauses, and an admin hears of it once", async () => {
    answer = () => labelled({ mood: "delighted", moodConfidence: 2, intents: [] });
    await publish({ consent: true, model: MODEL });
    expect(await letter("in")).toMatchObject({ mood: "negative", intent: "termination" });
    const open = () =>
      store()
        .findings.open()
        .filter(({ code }) => code === "text-model");
    expect(open().map(({ params }) => params)).toEqual([{ code: "UNREADABLE" }]);
    world.letter(company, "in", WORDS);
    world.letter(company, "in", WORDS);
    answer = (letters) => labelled(...letters.map(() => ({ mood: "positive", moodConfidence: 0.9, intents: [] })));
    await house.runFor(HOUR);
    await letter("in", "Thank you all");
    expect(open()).toEqual([]);
  });
});
