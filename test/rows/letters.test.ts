/** Rows of the requirements as both CRMs show them: the letters of a client's first month, sent by a mail server. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Letter } from "../../src/mailer.ts";
import { HOUR, PUBLIC_URL } from "../support/house.ts";
import { contactWithMail, linkIn, MailServer } from "../support/outside.ts";
import { beginStory, endStory, fieldsOf, type Story } from "../support/story.ts";
import { VENDORS } from "../support/world.ts";

const SETTINGS = {
  templateRules: [{ name: "All", templateId: "four-phases", options: [] }],
  plan: { channels: { email: "send", sms: "off", push: "off" } },
  messages: {
    fromName: "Team",
    fromAddress: "team@ours.example",
    formLink: "https://ours.example/form",
    trainingLink: "https://ours.example/training",
  },
};

describe.each(VENDORS)("%s: the letters of the first month", (vendor) => {
  let story: Story;
  let welcome: string;
  let fields: Readonly<Record<string, string | undefined>>;
  /** with the hours after the deal was won at which each went out, and for when the training stood in the plan then */
  const sent: { hour: number; letter: Letter; trainingAt: number }[] = [];
  const of = (subject: RegExp) => sent.filter(({ letter }) => subject.test(letter.subject));

  beforeAll(async () => {
    const mailer = new MailServer();
    story = await beginStory(vendor, SETTINGS, { outside: { mailer } });
    const { house, world, owner } = story;
    const company = world.company({ name: "Romashka", ownerId: owner });
    const contact = contactWithMail(world, company, "Olena", "olena@client.example");
    const won = house.clock.now();
    const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: owner, outcome: "won" });
    const until = async (hour: number) => {
      await house.run(won + hour * HOUR);
      const training = world.tasksOf(deal).find(({ subject }) => subject === "Structured training");
      for (const letter of mailer.letters.slice(sent.length)) sent.push({ hour, letter, trainingAt: training!.dueAt! });
    };
    await until(0.5);
    const task = world.tasksOf(deal).find(({ subject }) => subject === "Confirmation and welcome")!;
    welcome = task.body;
    world.editTask(task.id, { done: true });
    for (let hour = 1; hour <= 20 * 24; hour++) await until(hour);
    const path = linkIn(of(/Two weeks/)[0]!.letter.text, "/c/survey/");
    const answer = new URLSearchParams({ a: "4" });
    const told = await house.app.request(`${PUBLIC_URL}${path}`, { method: "POST", body: answer });
    expect(told.status).toBe(200);
    await until(21 * 24);
    fields = fieldsOf(world, { kind: "company", id: company });
  }, 120_000);
  afterAll(() => endStory(story));

  test("A5.1 the welcome is before the team within half an hour of the won deal, with what follows and when", () => {
    expect(welcome).toContain("Olena");
    expect(welcome).toContain("https://ours.example/form");
  });

  test("A5.3 the check-in goes on day 3, the training's material on day 7, the question after two weeks", () => {
    const days = (subject: RegExp) => of(subject).map(({ hour }) => Math.round(hour / 24));
    expect(days(/first days/)).toEqual([3]);
    // Monday 9 March is a day off.
    expect(days(/^Training/)).toEqual([8]);
    expect(days(/Two weeks/)).toEqual([14]);
    expect(of(/^Training/)[0]!.letter.text).toContain("https://ours.example/training");
  });

  test("A5.3 an answer to the question comes back onto the record", () => {
    expect(fields.ces).toBe("4");
  });

  test("A5.4 letters greet by name, and nothing that is missing leaves a hole", () => {
    expect(sent.length).toBeGreaterThanOrEqual(3);
    for (const { letter } of sent) {
      expect(letter.text).toMatch(/^Hello Olena,/);
      // No link for booking is set, and nobody named an emergency.
      expect(letter.text).not.toMatch(/\{\{|\[\[|Book a|undefined|null|: *$/m);
    }
  });

  test("A0.5 the day that a letter promises is the plan's own", () => {
    const [{ letter, trainingAt }] = of(/^Training/) as [(typeof sent)[number]];
    const said = new Intl.DateTimeFormat("en-GB", {
      weekday: "long",
      day: "numeric",
      month: "long",
      timeZone: "Europe/Kyiv",
    });
    expect(letter.text).toContain(`Our session: ${said.format(trainingAt)}\n`);
  });
});
