/** What a person learned about a client and reports on its card (A8.14, A8.17), as both CRMs show it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClientCard } from "../../src/views/client-card.ts";
import { DAY, HOUR, START } from "../support/house.ts";
import { beginStory, endStory, type Story } from "../support/story.ts";
import { VENDORS } from "../support/world.ts";
import { ADMIN, cardOf, signOn, tasksCalled } from "./signs.ts";

const NAMES = ["decision_maker_changed", "restructuring", "suppliers_reviewed", "competitor_tried"] as const;

describe.each(VENDORS)("%s: a person reports what the CRM cannot know", (vendor) => {
  let story: Story;
  const company: Record<string, string> = {};
  const before: Record<string, ClientCard> = {};
  const after: Record<string, ClientCard> = {};
  const withdrawn: Record<string, string> = {};
  const refused: unknown[] = [];
  let restored: ClientCard;
  let contact: string;
  let day: string;

  const act = (who: string, wish: Readonly<Record<string, unknown>>, once: string) =>
    story.house.host.ask(story.world.id, "act", [ADMIN, `company:${company[who]}`, wish, once] as never);

  beforeAll(async () => {
    story = await beginStory(vendor);
    const { house, world, owner } = story;
    for (const name of [...NAMES, "contact_left"]) {
      const id = world.company({ name, ownerId: owner });
      company[name] = id;
      const person = world.contact({ firstName: "Vera", companyId: id });
      if (name === "contact_left") contact = person;
      world.deal({ companyId: id, contactIds: [person], ownerId: owner, outcome: "won" });
    }
    await house.runFor(DAY);
    day = new Date(house.clock.now()).toISOString().slice(0, 10);
    const foreign = { act: "report", fact: "contact_left", day, contact: "987654" };
    const future = { act: "report", fact: "contact_left", day: "2027-01-01" };
    const survey = { act: "report", fact: "low_survey", day };
    for (const [n, wish] of [foreign, future, survey].entries())
      refused.push(await act("contact_left", wish, `refused ${n}`));
    for (const who of Object.keys(company)) before[who] = await cardOf(world, company[who]!);
    for (const fact of NAMES)
      expect(await act(fact, { act: "report", fact, day: "2026-03-01", contact: "" }, "1")).toMatchObject({ ok: true });
    const left = { act: "report", fact: "contact_left", day, contact };
    expect(await act("contact_left", left, "1")).toMatchObject({ ok: true });
    refused.push(await act("contact_left", left, "2"));
    await house.runFor(2 * HOUR);
    for (const who of Object.keys(company)) after[who] = await cardOf(world, company[who]!);
    for (const fact of NAMES) {
      const { at } = after[fact]!.reports.known[0]!;
      expect(await act(fact, { act: "withdraw", fact, at }, "3")).toMatchObject({ ok: true });
    }
    await house.runFor(2 * HOUR);
    for (const fact of NAMES) withdrawn[fact] = await signOn(world, company[fact]!, fact);
    restored = await cardOf(world, company.competitor_tried!);
  }, 120_000);
  afterAll(() => endStory(story));

  test.each(NAMES)(
    "A8.14 %s counts from the day on which it was learnt, in score and signs, and is no break",
    (fact) => {
      const said = after[fact]!.signs.firing.find(({ id }) => id === fact)!.said;
      expect(said.replaceAll("\u00a0", " ")).toMatch(/cases in 90 days 1; a sign from 1; since 1 March 2026$/);
      const lost = before[fact]!.score.score! - after[fact]!.score.score!;
      expect(lost).toBeGreaterThan(0);
      expect(lost).toBeLessThanOrEqual(15);
    },
  );

  test("A8.14 who reported it, when, and when it was learnt stand on the card", () => {
    const [one, ...others] = after.competitor_tried!.reports.known;
    expect(others).toEqual([]);
    expect(one).toMatchObject({ fact: "competitor_tried", contact: null, isWithdrawable: true });
    expect(one!.by).toMatch(/1$/);
    expect(one!.at).toBeGreaterThan(START);
    expect(one!.learntDay).toBe(Date.UTC(2026, 2, 1) / DAY);
    expect(after.competitor_tried!.history.map(({ text }) => text)).toContain("Signal reported: A competitor is tried");
  });

  test("A8.14 a report that was withdrawn counts no more", () => {
    for (const fact of NAMES) expect(withdrawn[fact]).toBe("not_connected");
    expect(restored.score.ledger).not.toContainEqual(expect.objectContaining({ label: "Trying a competitor" }));
    expect(after.competitor_tried!.score.ledger.length).toBeGreaterThan(restored.score.ledger.length);
    expect(restored.reports.known).toEqual([]);
  });

  test("A8.17 a key employee who left is named by the contact, and brings the new one's training", () => {
    expect(after.contact_left!.reports.known[0]!.contact!.id).toBe(contact);
    for (const task of ["Meet the new contact", "Retraining for the new employee"])
      expect(tasksCalled(story.world, company.contact_left!, task)).toMatchObject([{ ownerId: story.owner }]);
  });

  test("a stranger's contact, a day that is still to come, what only records tell, and the same twice are refused", () => {
    expect(refused).toEqual([
      ...Array.from({ length: 3 }, () => ({ ok: false, why: "invalid" })),
      { ok: false, why: "nothing" },
    ]);
  });
});
