/** Rows of the requirements as both CRMs show them: what is advised about a client, and what may be written to it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DraftAnswer, LetterDraft } from "../../src/views/letter-draft.ts";
import { DAY, HOUR, MINUTE } from "../support/house.ts";
import { contactWithMail } from "../support/outside.ts";
import { beginStory, endStory, type Story } from "../support/story.ts";
import { VENDORS } from "../support/world.ts";
import { ADMIN, cardOf, send } from "./signs.ts";

const EVENTS = { "sales.opened": "sales", "calls.made": "telephony" };
const OFFER = "Offer training on what is not used yet: “telephony”";

describe.each(VENDORS)("%s: what is advised", (vendor) => {
  let story: Story;
  let company: string;
  let draft: LetterDraft;
  const ask = (method: string, ...args: readonly unknown[]) =>
    story.house.host.ask(story.world.id, method as never, args as never) as Promise<unknown>;

  beforeAll(async () => {
    story = await beginStory(vendor, { usage: { events: EVENTS } });
    const { house, world, owner } = story;
    const key = (await ask("makeWriteKey", "user:1")) as string;
    company = world.company({ name: "Romashka", ownerId: owner });
    const contact = contactWithMail(world, company, "Olena", "olena@client.example");
    world.deal({ companyId: company, contactIds: [contact], ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    await send(world, key, [{ event: "sales.opened", company, at: house.clock.now() - MINUTE, id: "m1" }]);
    await house.runFor(30 * MINUTE);
  });
  afterAll(() => endStory(story));

  test("A11.2 a module that is used beside one that is not is a suggestion with its reason; what is turned down stays away", async () => {
    const [offer, ...others] = (await cardOf(story.world, company)).suggestions.filter(({ text }) => text === OFFER);
    expect(others).toEqual([]);
    expect(offer!.because).toMatchObject({ code: "gap", names: ["sales", "telephony"] });
    const wish = { act: "answer", id: offer!.id, answer: "rejected" };
    expect(await ask("act", ADMIN, `company:${company}`, wish, "1")).toMatchObject({ ok: true });
    await story.house.runFor(DAY);
    const { suggestions, history } = await cardOf(story.world, company);
    expect(suggestions.map(({ text }) => text)).not.toContain(OFFER);
    expect(history.some(({ text }) => /turned down|rejected|declined/i.test(text))).toBe(true);
  });

  test("A11.3 with too few events the hours of work are suggested; from twelve on the client's own hour is", async () => {
    const before = (await cardOf(story.world, company)).contactTime;
    expect(before).toMatchObject({ source: "working_hours" });
    expect(before.count).toBeLessThan(12);
    // Thirteen Tuesdays, or as near as days go by, at three in the afternoon in Kyiv: thirteen letters of the client's.
    const { house, world } = story;
    const tuesday = Date.UTC(2026, 2, 10, 13);
    for (let week = 0; week < 13; week++) {
      await house.run(tuesday + 7 * DAY * week);
      world.letter(company, "in", "Hello");
    }
    await house.runFor(HOUR);
    expect((await cardOf(world, company)).contactTime).toMatchObject({ source: "activity", weekday: 2 });
  });

  test("A11.5 a letter is drafted from facts of the CRM, each with its record, and nothing is sent", async () => {
    const sent = story.world.writes();
    const answer = (await ask("letterDraft", ADMIN, `company:${company}`, "en")) as DraftAnswer;
    if (!answer.ok) throw new Error(answer.why);
    draft = answer.draft;
    expect(draft).toMatchObject({ language: "en", by: "tenure" });
    expect(draft.text).toContain("Olena");
    expect(draft.facts.length).toBeGreaterThan(0);
    expect(draft.facts.some(({ url }) => url !== null)).toBe(true);
    expect(draft.text).not.toMatch(/\{\{|undefined|null/);
    await story.house.runFor(HOUR);
    expect(story.world.writes()).toBe(sent);
  });
});
