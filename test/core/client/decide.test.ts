import { describe, expect, test } from "vitest";
import { NO_ACTS } from "../../../src/core/client/acts.ts";
import { makePortalBook, openBook } from "../../../src/core/client/portal-book.ts";
import { allSignals } from "../../../src/core/client/score-settings.ts";
import { decide } from "../../../src/core/decide.ts";
import type { Decision } from "../../../src/core/decision.ts";
import type { Plan } from "../../../src/core/plan/types.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Monday 2 March 2026, 11:00 in Kyiv */
const NOW = Date.UTC(2026, 2, 2, 9);
const COMPANY = { kind: "company", id: "1" } as const;
const KEY = "company:1";

const company = (facts = {}) => record("company", "1", { ownerId: "o1", ...facts });
const deal = (id: string, facts = {}) =>
  record("deal", id, { outcome: "won", wonAt: NOW, ownerId: "o1", amount: 100, ...facts }, [COMPANY]);

function plansOf(decision: Decision): readonly Plan[] {
  return (decision.state as { plans: readonly Plan[] }).plans;
}

function tasksOf(decision: Decision): readonly string[] {
  return decision.desired.filter((one) => one.kind === "task" && !("keep" in one)).map((one) => one.key);
}

describe("what starts a plan", () => {
  test("A2.1 a won deal starts one, and the same again starts no second", () => {
    const config = decideConfigFor(NOW);
    const facts = clientFacts([company(), deal("9")]);
    const first = decide({ key: KEY, state: null }, facts, null, config, NOW);
    expect(plansOf(first)).toHaveLength(1);
    expect(tasksOf(first).filter((key) => key.startsWith("plan:"))).toHaveLength(14);
    const again = decide({ key: KEY, state: first.state }, facts, null, config, NOW + HOUR);
    expect(plansOf(again)).toHaveLength(1);
    expect(tasksOf(again)).toEqual(tasksOf(first));
    expect(again.deeds.filter((one) => one.code === "plan-started")).toEqual([]);
  });

  test("a deal won before plans are started from starts none, and is remembered as the past", () => {
    const config = decideConfigFor(NOW, {}, { startsFrom: NOW + 1 });
    const decision = decide({ key: KEY, state: null }, clientFacts([company(), deal("9")]), null, config, NOW);
    expect(plansOf(decision)).toEqual([]);
    expect(decision.state).toMatchObject({ past: ["9"] });
    expect(tasksOf(decision)).toEqual([]);
  });

  test("A2.1 a lifecycle stage starts a plan without a deal, once, and not for what was so before the first import", () => {
    const triggers = [{ on: "lifecycle", value: "customer" }] as const;
    const facts = clientFacts([company({ lifecycle: "customer" })]);
    const live = decideConfigFor(NOW, { triggers: [...triggers] });
    const started = decide({ key: KEY, state: null }, facts, null, live, NOW);
    expect(plansOf(started)).toMatchObject([{ dealId: null, cycle: 1 }]);
    expect(plansOf(decide({ key: KEY, state: started.state }, facts, null, live, NOW + DAY))).toHaveLength(1);
    const importing = decideConfigFor(NOW, { triggers: [...triggers] }, { importedAt: null });
    const old = decide({ key: KEY, state: null }, facts, null, importing, NOW);
    expect(plansOf(old)).toEqual([]);
    expect(plansOf(decide({ key: KEY, state: old.state }, facts, null, live, NOW + DAY))).toEqual([]);
  });

  describe("A2.1 two properties of the client, each of which starts a plan", () => {
    const on = (name: string) => ({ on: "property" as const, name, value: "yes" });
    const config = decideConfigFor(NOW, { triggers: [on("one"), on("two")] });
    const held = (state: object | null, facts: object, now = NOW) =>
      decide({ key: KEY, state }, clientFacts([company(facts)]), null, config, now);
    const both = { "x.one": "yes", "x.two": "yes" };
    const over = (decision: Decision) => ({
      ...(decision.state as object),
      plans: plansOf(decision).map((plan) => ({ ...plan, state: "closed" as const, closedDay: plan.startDay })),
    });

    test("both at once start one plan, and none when it is over", () => {
      const started = held(null, both);
      expect(plansOf(started)).toHaveLength(1);
      expect(plansOf(held(over(started), both, NOW + DAY))).toHaveLength(1);
    });

    test("the second starts another once the first plan is over, though the first still holds; once only", () => {
      const started = held(null, { "x.one": "yes" });
      const again = held(over(started), both, NOW + DAY);
      expect(plansOf(again).map(({ cycle, state }) => [cycle, state])).toEqual([
        [1, "closed"],
        [2, "running"],
      ]);
      expect(plansOf(held(over(again), both, NOW + 2 * DAY))).toHaveLength(2);
    });

    test("while a plan runs the second starts none, then or later", () => {
      const started = held(null, { "x.one": "yes" });
      const running = held(started.state as object, both, NOW + DAY);
      expect(plansOf(running)).toHaveLength(1);
      expect(plansOf(held(over(running), both, NOW + 2 * DAY))).toHaveLength(1);
    });

    test("what fired before is remembered without the property's name, and stays the past", () => {
      const before = { ...(held(null, {}).state as object), past: ["trigger:property:yes"] };
      expect(plansOf(held(before, both))).toEqual([]);
    });
  });

  test.each<[string | number | boolean, string | number | boolean | null, boolean]>([
    ["yes", true, true],
    ["true", 1, true],
    [true, "Y", true],
    [false, 0, true],
    ["no", false, true],
    [7, "7", true],
    ["7", 7, true],
    ["007", "7", true],
    ["New", "new ", true],
    ["12345678901234567890", "12345678901234567891", false],
    [true, "2", false],
    [false, null, false],
    ["", "", false],
    ["constructor", "constructor", true],
    ["new", "newer", false],
  ])("A2.1 the value %j and a property that holds %j: the same is %j", (value, have, isSame) => {
    const config = decideConfigFor(NOW, { triggers: [{ on: "property", name: "one", value }] });
    const facts = clientFacts([company({ "x.one": have })]);
    expect(plansOf(decide({ key: KEY, state: null }, facts, null, config, NOW))).toHaveLength(isSame ? 1 : 0);
  });

  test("A2.1 with the first deal only, a second one starts nothing", () => {
    const config = decideConfigFor(NOW, { triggers: [{ on: "deal_won", firstDealOnly: true }] });
    const both = clientFacts([company(), deal("9"), deal("8", { wonAt: NOW + DAY })]);
    expect(plansOf(decide({ key: KEY, state: null }, both, null, config, NOW + 2 * DAY))).toMatchObject([
      { dealId: "9" },
    ]);
  });

  test("A7.3 A7.5 the rules choose the template by headcount, and the reason stands on the record", () => {
    const config = decideConfigFor(NOW);
    const chosen = (headcount: number | null) =>
      plansOf(
        decide({ key: KEY, state: null }, clientFacts([company({ headcount }), deal("9")]), null, config, NOW),
      )[0]!;
    expect(chosen(101)).toMatchObject({ templateId: "enterprise", lengthDays: 56 });
    expect(chosen(100)).toMatchObject({ templateId: "day-30-60-90", lengthDays: 28 });
    expect(chosen(20)).toMatchObject({ templateId: "day-30-60-90", lengthDays: 28 });
    expect(chosen(19)).toMatchObject({ templateId: "smb", lengthDays: 14 });
    expect(chosen(null)).toMatchObject({ templateId: "day-30-60-90", templateReason: { id: "plan.rule.unknown" } });
  });
});

describe("a plan that somebody asked for", () => {
  const request = { dealId: null, templateId: "smb", ownerId: null, at: NOW };
  const asked = { plans: [], past: [], acts: { ...NO_ACTS, start: request } };

  test("a wish for a plan is over with that plan: a deal won later begins on its own day, by the rules", () => {
    const config = decideConfigFor(NOW, {}, { startsFrom: NOW - DAY });
    const old = deal("9", { wonAt: NOW - 90 * DAY });
    const first = decide({ key: KEY, state: asked }, clientFacts([company({ headcount: 50 }), old]), null, config, NOW);
    expect(plansOf(first)).toMatchObject([{ dealId: "9", templateId: "smb", startAt: NOW }]);
    const over = { ...(first.state as object), plans: plansOf(first).map((one) => ({ ...one, state: "graduated" })) };
    const wonAt = NOW + 200 * DAY;
    const facts = clientFacts([company({ headcount: 50 }), old, deal("12", { wonAt })]);
    const later = decide({ key: KEY, state: over }, facts, null, config, wonAt + HOUR);
    expect(plansOf(later)[1]).toMatchObject({ dealId: "12", templateId: "day-30-60-90", startAt: wonAt });
  });

  test("the owner that was named for it owns its steps, and the template's roles do where that owner has left", () => {
    const ownersOf = (ownerId: string) => {
      const state = { ...asked, acts: { ...NO_ACTS, start: { ...request, ownerId } } };
      const decision = decide(
        { key: KEY, state },
        clientFacts([company(), deal("9")]),
        null,
        decideConfigFor(NOW),
        NOW,
      );
      return new Set(plansOf(decision)[0]!.steps.map((one) => one.owner.ownerId));
    };
    expect(ownersOf("o2")).toEqual(new Set(["o2"]));
    expect(ownersOf("gone")).toEqual(new Set(["o1"]));
  });

  test("a deal that was merged away since it was named is meant under the id it lives on as", () => {
    const state = { ...asked, acts: { ...NO_ACTS, start: { ...request, dealId: "8" } } };
    const config = decideConfigFor(NOW, {}, { startsFrom: NOW - DAY });
    const facts = clientFacts([company(), deal("9", { wonAt: NOW - 90 * DAY })], { survivors: new Map([["8", "9"]]) });
    expect(plansOf(decide({ key: KEY, state }, facts, null, config, NOW))).toMatchObject([{ dealId: "9" }]);
  });
});

describe("merged clients and deals", () => {
  test("two clients become one: one plan goes on, the other's open tasks are wished no more", () => {
    const config = decideConfigFor(NOW);
    const one = decide({ key: KEY, state: null }, clientFacts([company(), deal("9")]), null, config, NOW);
    const other = decide(
      { key: "company:2", state: null },
      clientFacts([
        record("company", "2", { ownerId: "o2" }),
        record("deal", "5", { outcome: "won", wonAt: NOW + HOUR, ownerId: "o2" }),
      ]),
      null,
      config,
      NOW + HOUR,
    );
    const state = { ...(one.state as object), absorbed: [other.state] };
    const facts = clientFacts([company(), deal("9"), deal("5", { wonAt: NOW + HOUR })]);
    const merged = decide({ key: KEY, state }, facts, null, config, NOW + 2 * HOUR);
    expect(plansOf(merged).map((plan) => [plan.dealId, plan.state])).toEqual([
      ["9", "running"],
      ["5", "closed"],
    ]);
    expect(tasksOf(merged).filter((key) => key.startsWith("plan:company:2:"))).toEqual([]);
    expect(merged.state).not.toHaveProperty("absorbed");
  });

  /** Client 2 with a plan that began a day before that of client 1, so that it is the one that goes on. */
  const twoClients = () => {
    const config = decideConfigFor(NOW);
    const one = decide({ key: KEY, state: null }, clientFacts([company(), deal("9")]), null, config, NOW);
    const records = [
      record("company", "2", { ownerId: "o2" }),
      record("deal", "5", { outcome: "won", wonAt: NOW - DAY, ownerId: "o2" }),
    ];
    const other = decide({ key: "company:2", state: null }, clientFacts(records), null, config, NOW);
    const facts = clientFacts([company(), deal("9"), deal("5", { wonAt: NOW - DAY, ownerId: "o2" })]);
    const joined = (own: object, absorbed: object) => ({
      ...(one.state as object),
      ...own,
      absorbed: [{ ...(other.state as object), ...absorbed }],
    });
    const decideJoined = (state: object, at: number) => decide({ key: KEY, state }, facts, null, config, at);
    return { config, other, joined, decideJoined, first: plansOf(one)[0]!.steps[0]!.key };
  };

  test("what people decided about the client that was merged in counts on, the newer word first", () => {
    const { joined, decideJoined } = twoClients();
    const by = { note: null, by: "user:1" };
    const fight = { choice: "fight", reason: "valuable", reviewDay: 99_999, ...by } as const;
    const override = { zone: "red", reason: "talked", untilDay: 99_999, at: NOW, ...by } as const;
    const own = { ...NO_ACTS, decision: { ...fight, at: NOW - DAY }, heldBy: { o1: "o2" }, firstValueDay: 20_500 };
    const theirs = {
      ...NO_ACTS,
      decision: { ...fight, choice: "let_go" as const, at: NOW },
      override,
      heldBy: { o1: "boss", o2: "boss" },
      firstValueDay: 20_400,
    };
    const { state } = decideJoined(joined({ acts: own }, { acts: theirs }), NOW + HOUR);
    expect((state as { acts: unknown }).acts).toMatchObject({
      decision: { choice: "let_go" },
      override,
      heldBy: { o1: "o2", o2: "boss" },
      firstValueDay: 20_400,
    });
  });

  test("what was done on our screens counts for the plan it was done in, not for the other one of the same number", () => {
    const { joined, decideJoined, first } = twoClients();
    const acts = { ...NO_ACTS, completed: { [`1/${first}`]: NOW } };
    const goesOn = (state: object) => plansOf(decideJoined(state, NOW + HOUR)).find((one) => one.state === "running")!;
    expect(goesOn(joined({ acts }, {})).steps[0]).toMatchObject({ state: "open" });
    expect(goesOn(joined({}, { acts })).steps[0]).toMatchObject({ state: "done" });
  });

  test("after the merge nothing of before can be taken back: an undo would start a plan again that was closed by it", () => {
    const { joined, decideJoined } = twoClients();
    const log = [{ did: "complete", step: "1/x", at: NOW, by: "user:1" }] as const;
    const { state } = decideJoined(joined({ acts: { ...NO_ACTS, log } }, { acts: { ...NO_ACTS, log } }), NOW + HOUR);
    expect((state as { acts: { log: unknown } }).acts.log).toEqual([]);
  });

  test("A4.1 rungs that were climbed for the plan that goes on are climbed: at night none is taken back to be told again", () => {
    const { other, joined, decideJoined, config } = twoClients();
    const late = NOW + 21 * DAY;
    const records = [record("company", "2", { ownerId: "o2" }), deal("5", { wonAt: NOW - DAY, ownerId: "o2" })];
    const before = decide({ key: "company:2", state: other.state }, clientFacts(records), null, config, late);
    const rungs = (decision: Decision) =>
      decision.desired.filter((one) => one.key.startsWith("ladder:company:2/")).map((one) => one.key);
    expect(rungs(before).length).toBeGreaterThan(2);
    const merged = decideJoined(joined({}, before.state as object), late + 14 * HOUR);
    expect(rungs(merged)).toEqual(expect.arrayContaining(rungs(before)));
  });

  test("a deal that was merged away lives on under its survivor's id, with the same tasks", () => {
    const config = decideConfigFor(NOW);
    const before = decide({ key: KEY, state: null }, clientFacts([company(), deal("9")]), null, config, NOW);
    const facts = clientFacts([company(), deal("12")], { survivors: new Map([["9", "12"]]) });
    const after = decide({ key: KEY, state: before.state }, facts, null, config, NOW + HOUR);
    expect(plansOf(after)).toMatchObject([{ dealId: "12", state: "running" }]);
    expect(tasksOf(after)).toEqual(tasksOf(before));
  });
});

describe("who hears of what is late", () => {
  test("A1.4 A4.1 without any contact a call is asked for after 7 days, and the manager hears after 14", () => {
    const config = decideConfigFor(NOW);
    const facts = clientFacts([company(), deal("9")]);
    const first = decide({ key: KEY, state: null }, facts, null, config, NOW);
    const rungs = (at: number) =>
      decide({ key: KEY, state: first.state }, facts, null, config, at)
        .desired.filter((one) => one.key.startsWith("ladder:") && one.key.includes("/no_contact/"))
        .map((one) => one.key.slice(one.key.lastIndexOf("/") + 1));
    expect(rungs(NOW + 6 * DAY)).toEqual([]);
    expect(rungs(NOW + 8 * DAY)).toEqual(["call"]);
    expect(rungs(NOW + 15 * DAY)).toEqual(["call", "manager"]);
  });

  test("A1.4 a plan task finished on the very first day is a contact: nobody is told that there was none", () => {
    const config = decideConfigFor(NOW);
    const facts = clientFacts([company(), deal("9")]);
    const first = decide({ key: KEY, state: null }, facts, null, config, NOW);
    const [plan] = plansOf(first);
    const done = { ...NO_ACTS, completed: { [`1/${plan!.steps[0]!.key}`]: NOW + HOUR } };
    const state = { ...(first.state as object), acts: done };
    const later = decide({ key: KEY, state }, facts, null, config, NOW + 8 * DAY);
    const rungs = later.desired.filter((one) => one.key.startsWith("ladder:")).map((one) => one.key.split("/")[2]);
    expect(rungs).not.toContain("no_contact");
  });

  test("A3.6 on day 60 without first value the owner hears of it and then the manager; with it, or before, nobody does", () => {
    const config = decideConfigFor(NOW);
    const first = decide({ key: KEY, state: null }, clientFacts([company(), deal("9")]), null, config, NOW);
    const rungs = (days: number, more = {}) =>
      decide({ key: KEY, state: first.state }, clientFacts([company(more), deal("9")]), null, config, NOW + days * DAY)
        .desired.filter((one) => one.key.includes("/phase/first-value/"))
        .map((one) => one.key.slice(one.key.lastIndexOf("/") + 1));
    expect(rungs(58)).toEqual([]);
    expect(rungs(64)).toEqual(["owner", "manager"]);
    expect(rungs(64, { "f.first_value_on": Math.floor(NOW / DAY) + 20 })).toEqual([]);
  });

  test("A8.21 a client that is let go climbs no ladder", () => {
    const config = decideConfigFor(NOW);
    const facts = clientFacts([company({ "f.decision": "let_go" }), deal("9")]);
    const first = decide({ key: KEY, state: null }, facts, null, config, NOW);
    const later = decide({ key: KEY, state: first.state }, facts, null, config, NOW + 20 * DAY);
    expect(later.columns.escalationOwnerId).toBeNull();
  });

  test("A8.21 a let-go that nobody renewed ends on its day of review, and the client is woken for it", () => {
    const config = decideConfigFor(NOW);
    const facts = clientFacts([company(), deal("9")]);
    const first = decide({ key: KEY, state: null }, facts, null, config, NOW);
    const reviewDay = Math.floor(NOW / DAY) + 18;
    const decision = { choice: "let_go", reason: "poor_fit", note: null, by: "user:1", at: NOW, reviewDay };
    const state = { ...(first.state as object), acts: { ...NO_ACTS, decision } };
    const after = (days: number) => decide({ key: KEY, state }, facts, null, config, NOW + days * DAY);
    expect(after(17).columns.escalationOwnerId).toBeNull();
    // The day of review begins at midnight in Kyiv, two hours before that of UTC.
    expect(after(17).wakeAt).toBeLessThanOrEqual(reviewDay * DAY - 2 * HOUR);
    expect(after(18).columns.escalationOwnerId).not.toBeNull();
  });

  test("the same client, facts, config and instant give the same bytes (A2.7, A8.1)", () => {
    const config = decideConfigFor(NOW);
    const facts = clientFacts([company(), deal("9")]);
    const twice = [1, 2].map(() => JSON.stringify(decide({ key: KEY, state: null }, facts, null, config, NOW)));
    expect(twice[0]).toBe(twice[1]);
  });
});

describe("what is told as a task", () => {
  const told = (kind: string, calls: readonly number[], now: number) => {
    const config = decideConfigFor(NOW);
    const records = [company(), deal("9"), ...calls.map((at) => record("call", String(at), { at }, [COMPANY]))];
    const facts = clientFacts(records);
    const { state } = decide({ key: KEY, state: null }, facts, null, config, NOW);
    return decide({ key: KEY, state }, facts, null, config, now).desired.flatMap((one) =>
      one.kind === "task" && !("keep" in one) && one.key.includes(`/${kind}/`) ? [one.task] : [],
    );
  };

  test("A1.4 is due at the end of the working day on which it is told", () => {
    // Seven days after Monday 2 March is a day off; Tuesday 10 March ends at 18:00 in Kyiv.
    const [task] = told("no_contact", [], NOW + 8 * DAY);
    expect(task).toMatchObject({ dueAt: Date.UTC(2026, 2, 10, 16), ownerId: "o1" });
  });

  test("names the day of the last contact as it is where the portal is", () => {
    // Wednesday 4 March, half an hour past midnight in Kyiv, Tuesday in UTC.
    const [task] = told("silence", [Date.UTC(2026, 2, 3, 22, 30)], NOW + 8 * DAY);
    expect(task?.subject.params).toMatchObject({ since: Date.UTC(2026, 2, 4) / DAY });
  });
});

describe("A4.3 a client who never had a plan", () => {
  const config = decideConfigFor(NOW, {}, { startsFrom: NOW + 365 * DAY });
  const facts = clientFacts([company(), deal("9", { wonAt: NOW - 300 * DAY })]);
  const signals = allSignals(config.settings.score);
  const entries = Array.from({ length: 50 }, (_, i) => ({ value: i, signals: {}, orders: null, stepDays: [] }));
  const today = Math.floor(NOW / DAY);
  const book = openBook(
    { version: 1, body: makePortalBook(entries, { signals, horizonDays: 90 }, today, 1, null, null) },
    signals,
  );
  const own = (decision: Decision) =>
    decision.desired.find((one) => one.kind === "fields" && one.target?.kind === "company") as unknown as {
      fields: Record<string, unknown>;
    };
  const asOf = (state: unknown, override: object | null, at: number, known = facts) =>
    decide({ key: KEY, state: { ...(state as object), acts: { ...NO_ACTS, override } } }, known, book, config, at);
  const red = { zone: "red", reason: "talked", untilDay: 99_999, note: null, by: "user:1", at: NOW } as const;

  test("turns red: somebody joins in, is told, and stands on the record; not any more when it has passed", () => {
    const before = asOf(null, null, NOW);
    expect(before.columns.escalationOwnerId).toBeNull();
    expect(own(before)?.fields ?? {}).not.toHaveProperty("escalation_level");
    const first = asOf(before.state, red, NOW + DAY);
    const turned = asOf(first.state, red, NOW + 2 * DAY);
    expect(turned.columns.escalationOwnerId).toBe("boss");
    expect(own(turned).fields).toMatchObject({ escalation_owner: "boss", escalation_level: 2 });
    expect(tasksOf(turned).filter((key) => /^ladder:company:1\/0\/zone\/red-\d+\/manager$/.test(key))).toHaveLength(1);
    const green = { ...red, zone: "green" as const, at: NOW + 3 * DAY };
    const passed = asOf(turned.state, green, NOW + 3 * DAY);
    expect(passed.columns.escalationOwnerId).toBeNull();
    expect(own(passed).fields).toMatchObject({ escalation_owner: null, escalation_level: 0 });
  });

  test("A8.25 nobody is called to one that left, however red: who was called is let go, and called again when it stays", () => {
    const noted = clientFacts([company({ "f.churned_on": today + 2 }), deal("9", { wonAt: NOW - 300 * DAY })]);
    const first = asOf(null, red, NOW + DAY);
    const turned = asOf(first.state, red, NOW + 2 * DAY, noted);
    expect(turned.columns.escalationOwnerId).toBeNull();
    const lost = asOf(asOf(first.state, red, NOW + 2 * DAY).state, red, NOW + 3 * DAY, noted);
    expect([lost.columns.escalationOwnerId, tasksOf(lost).filter((key) => key.startsWith("ladder:"))]).toEqual([
      null,
      [],
    ]);
    expect(asOf(lost.state, red, NOW + 4 * DAY).columns.escalationOwnerId).toBe("boss");
  });
});
