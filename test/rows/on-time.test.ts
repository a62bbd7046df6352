/** Rows of the requirements as both CRMs show them: a client of whom everything is done when it is due, for four months. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY, HOUR, START } from "../support/house.ts";
import { contactWithMail } from "../support/outside.ts";
import { beginStory, endStory, fieldsOf, type Story, told, workOnTime } from "../support/story.ts";
import { type TaskSeen, VENDORS } from "../support/world.ts";

const KYIV_WINTER = 2 * HOUR;
/** Free days of Ukraine's within the four months. */
const HOLIDAYS = ["2026-03-09", "2026-04-13", "2026-05-01", "2026-06-01"];

type Fields = Readonly<Record<string, string | undefined>>;

describe.each(VENDORS)("%s: a client of whom everything is done in time", (vendor) => {
  let story: Story;
  let company: string;
  let plan: readonly TaskSeen[];
  let twin: readonly TaskSeen[];
  /** our fields by day after the start */
  const shown: Fields[] = [];
  const tasks = () => story.world.tasks().filter(({ links }) => links.includes(`company:${company}`));

  beforeAll(async () => {
    story = await beginStory(vendor, { messages: { emergency: "+380 44 000 00 00" } });
    const { house, world, owner } = story;
    const [first, second] = ["Romashka", "Vasylok"].map((name) => world.company({ name, ownerId: owner }));
    company = first!;
    contactWithMail(world, company, "Olena", "olena@client.example");
    const [deal, other] = [company, second!].map((one) =>
      world.deal({ companyId: one, ownerId: owner, outcome: "won", amount: 1000 }),
    );
    await house.runFor(HOUR);
    plan = world.tasksOf(deal!);
    twin = world.tasksOf(other!);
    world.remove({ kind: "deal", id: other! });
    world.remove({ kind: "company", id: second! });
    const ref = { kind: "company", id: company } as const;
    await workOnTime(story, tasks, START + 126 * DAY, () => shown.push(fieldsOf(world, ref)));
  }, 120_000);
  afterAll(() => endStory(story));

  const changes = (id: string) => shown.map((one) => one[id]).filter((value, at, all) => value !== all[at - 1]);

  test("A0.12 every step is due at the end of a working day", () => {
    for (const { dueAt, subject } of plan) {
      const local = new Date(dueAt! + KYIV_WINTER);
      expect([0, 6], subject).not.toContain(local.getUTCDay());
      expect(HOLIDAYS, subject).not.toContain(local.toISOString().slice(0, 10));
    }
  });

  test("A1.3 the record says which stage it is, what is done and what comes next", () => {
    expect(shown[3]).toMatchObject({
      phase: "days_0_30",
      progress: "14",
      overdue: "0",
      next_step: "First tangible result",
      next_step_due: "2026-03-10",
    });
  });

  test("A1.6 the welcome names the days of the week, the contact and what to do in an emergency", () => {
    const { body } = plan.find(({ subject }) => subject.startsWith("Welcome"))!;
    expect(body).toContain("Thursday 5 March: Kickoff meeting");
    expect(body).toContain("Your contact: Aigul Testova");
    expect(body).toContain("+380 44 000 00 00");
    expect(body).not.toMatch(/\{\{|\[\[|undefined|null/);
  });

  test("A2.7 two clients alike get plans alike", () => {
    const bare = (tasks: readonly TaskSeen[]) =>
      tasks.map(({ subject, dueAt, ownerId, body }) => [
        subject,
        dueAt,
        ownerId,
        body.replace("Hello Olena", "Hello there"),
      ]);
    expect(bare(twin)).toEqual(bare(plan));
  });

  test("A3.1 the stage changes at days 30 and 60 and with graduation, each with its day", () => {
    expect(changes("phase")).toEqual(["days_0_30", "days_31_60", "days_61_90", "graduated"]);
    expect(shown.at(-1)).toMatchObject({ phase_2_entered: "2026-04-02", phase_3_entered: "2026-05-02" });
  });

  test("A3.5, A7.6 who graduated has an owner and a next contact, and another one after that is done", () => {
    expect(changes("graduated_on").at(-1)).toBe("2026-06-02");
    const after = shown.filter(({ phase }) => phase === "graduated");
    for (const [at, { next_touchpoint: next }] of after.entries())
      expect(Date.parse(next!), `${at} days after graduation`).toBeGreaterThanOrEqual(
        START + (shown.length - after.length + at) * DAY - DAY,
      );
    expect(new Set(after.map((one) => one.next_touchpoint)).size).toBeGreaterThan(1);
    const reviews = tasks().filter(({ subject }) => subject.startsWith("Business review"));
    expect(reviews.map(({ ownerId }) => ownerId)).toEqual(reviews.map(() => story.owner));
    expect(reviews.length).toBeGreaterThan(0);
  });

  test("A3.11, A4.5 nothing is called late, also where a stage ends on a day off", () => {
    expect(told(story.world, "Due 5 March 2026: Kickoff meeting")).toHaveLength(vendor === "bitrix24" ? 1 : 0);
    for (const start of ["Task is late", "Phase is late", "The plan is late"])
      expect(told(story.world, start)).toEqual([]);
  });

  test("A1.4 nobody is called silent while the plan has somebody get in contact within days", () => {
    const silent = told(story.world, "The client has been silent");
    // Between 27 April and 11 May, and between 22 May and 2 June, the plan asks nobody to.
    const since = new Set(silent.map(({ text }) => /since (.*?):/.exec(text)?.[1]));
    expect([...since]).toEqual(["27 April 2026", "22 May 2026"]);
  });

  test("A3.13 three days before the kickoff it is said that no meeting is in the calendar", () => {
    const reminders = told(story.world, "No meeting is in the calendar").filter(({ text }) => text.includes("5 March"));
    expect(reminders.map(({ ownerId }) => ownerId)).toEqual([story.owner]);
  });

  test("A7.1, A7.2, A7.7 class, life stage and critical period stand on the record and move with time", () => {
    expect(changes("class")).toEqual(["A"]);
    expect(changes("life_stage")).toEqual(["new", "mature"]);
    expect(changes("critical_period")).toEqual(["first_30_days", "none", "months_3_6"]);
  });

  test("A10.1, A10.6 days to first value and to go-live are on the record", () => {
    expect(shown.at(-1)).toMatchObject({ ttfv_days: "8", days_to_onboard: "21", completed: "true", progress: "100" });
  });
});
