/** Rows of the requirements as both CRMs show them: a client of whom nothing is done for nine weeks. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../support/house.ts";
import { beginStory, endStory, fieldsOf, type Story, type Told, told } from "../support/story.ts";
import { VENDORS } from "../support/world.ts";

describe.each(VENDORS)("%s: a client of whom nothing is done", (vendor) => {
  let story: Story;
  /** what people had been told, by days after the deal was won */
  const heard: (readonly Told[])[] = [];
  let fields: Readonly<Record<string, string | undefined>>;

  beforeAll(async () => {
    story = await beginStory(vendor);
    const { house, world, owner } = story;
    const company = world.company({ name: "Romashka", ownerId: owner });
    const won = house.clock.now();
    world.deal({ companyId: company, ownerId: owner, outcome: "won", amount: 1000 });
    await house.runFor(HOUR);
    for (let day = 1; day <= 64; day++) {
      await house.run(won + day * DAY);
      heard[day] = told(world, "");
    }
    fields = fieldsOf(world, { kind: "company", id: company });
  }, 120_000);
  afterAll(() => endStory(story));

  /** Who was told of it up to that day, in order. */
  const to = (start: string, day = 64) =>
    heard[day]!.filter(({ text }) => text.startsWith(start)).map(({ ownerId }) => ownerId);

  test("A1.4 no contact for a week is a task of the owner's, no contact for two goes to whoever leads", () => {
    const start = "No contact with the client since 2 March 2026";
    // The seventh day is a day off. The only client is of class A, whose ladders are a fifth shorter.
    expect([to(start, 6), to(start, 9), to(start, 10)]).toEqual([[], [story.owner], [story.owner]]);
    expect([to(start, 12), to(start)]).toEqual(Array(2).fill([story.owner, story.head]));
  });

  test("A4.1 a late step climbs: its owner, then whoever leads, each once a rung", () => {
    const start = "Task is late: Check-in call";
    expect(to(start, 14)).toEqual([]);
    const { owner, head } = story;
    // Where the CRM has notices the hour at which it is due is told as well; nobody stands between owner and head.
    expect(to(start)).toEqual([...(vendor === "bitrix24" ? [owner] : []), owner, head, head]);
  });

  test("A3.11, A4.5 a stage that passes its latest finish escalates once to each", () => {
    expect(to("Phase is late: Quick wins", 30)).toEqual([]);
    expect([...to("Phase is late: Quick wins")].sort()).toEqual([story.owner, story.head].sort());
    expect(to("Phase is late: Quick wins", 40)).toEqual(to("Phase is late: Quick wins"));
  });

  test("A3.6 no first value by day 60 goes to the owner and on", () => {
    const start = "Day 60, and the client has no first value yet";
    expect(to(start, 59)).toEqual([]);
    expect([...to(start)].sort()).toEqual([story.owner, story.head].sort());
  });

  test("A4.4 one list of the CRM shows stage, share done, how much is late since when, and who has it", () => {
    expect(fields).toMatchObject({
      phase: "days_61_90",
      progress: "0",
      oldest_due: "2026-03-02",
      day30_at_risk: "true",
      escalation_owner: story.head,
      escalation_level: "3",
    });
    expect(Number(fields.overdue)).toBeGreaterThanOrEqual(5);
  });

  test("A8.2, A8.19 the zone, the one before and the main reason stand on the record", () => {
    expect(fields).toMatchObject({ zone: "yellow", zone_previous: "green" });
    expect(fields.main_reason).toMatch(/^Onboarding: 0 steps done, \d+ expected by today\.$/);
  });

  test("A8.18 the yellow zone starts its play once, with the offers", () => {
    expect(to("Call the client: what has changed?")).toEqual([story.owner]);
    expect(to("Review the reasons and choose an offer")).toEqual([story.owner]);
    const [offers] = story.world.tasks().filter(({ subject }) => subject.startsWith("Review the reasons"));
    for (const offer of ["training", "process", "plan", "tariff"]) expect(offers!.body.toLowerCase()).toContain(offer);
  });
});
