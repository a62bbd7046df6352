import { describe, expect, test } from "vitest";
import { type ShownPlan, sayChoice } from "../../../src/core/question/answer.ts";
import { choiceQuestion, modelChoice } from "../../../src/core/question/model.ts";
import { type AskedQuestion, mayAsk, mayPass, withQuestion } from "../../../src/core/question/state.ts";
import { answerDueAt, answererOf, questionReasons, questionWishes } from "../../../src/core/question/wishes.ts";
import { clientFacts, decideConfigFor } from "../../support/decide-config.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Monday 2 March 2026, 11:00 in Kyiv */
const NOW = Date.UTC(2026, 2, 2, 9);
const TODAY = Math.floor(NOW / DAY);
const LIST = [{ topic: "Invoices", asked: ["Where are invoices?"], answer: "Under Billing." }];

describe("A11.6 what is said of the plan", () => {
  const plan: ShownPlan = {
    progress: 50,
    finishDay: TODAY + 30,
    isPaused: false,
    steps: [
      { title: "Kick-off", day: TODAY - 5, state: "done" },
      { title: "Training", day: TODAY + 3, state: "next" },
    ],
    contact: { name: "Aigul", emergency: "+380 44 1", bookingLink: null },
  };
  const say = (what: "next" | "finish" | "progress" | "contact", shown: ShownPlan | null = plan) =>
    sayChoice({ from: "plan", what }, LIST, shown, "en");

  test("dates and names are those of the plan", () => {
    expect(say("next")).toBe("Your next step: Training, 5 March 2026.");
    expect(say("finish")).toBe("Your plan is expected to be finished on 1 April 2026.");
    expect(say("progress")).toBe("50\u00a0% of your plan is done.\nYour next step: Training, 5 March 2026.");
    expect(say("contact")).toBe("Your contact: Aigul.\nIn an emergency: +380 44 1");
    expect(sayChoice({ from: "plan", what: "dates", steps: [0, 1] }, LIST, plan, "uk")).toBe(
      "Kick-off: виконано 25 лютого 2026 р.\nTraining: 5 березня 2026 р.",
    );
  });

  test("a paused plan says that its dates may move, and nothing is said that nobody knows", () => {
    expect(say("finish", { ...plan, isPaused: true })).toContain("dates may move");
    expect(say("next", { ...plan, steps: [plan.steps[0]!] })).toBe("All steps of your plan are done.");
    expect(say("contact", { ...plan, contact: { name: null, emergency: "", bookingLink: null } })).toBeNull();
    expect(say("next", null)).toBeNull();
  });
});

describe("A11.6 who answers, and when", () => {
  const config = decideConfigFor(NOW, {
    questions: { isOn: true, answers: [], answererId: "o2", answerDays: 1 } as never,
  });

  test("the end of the next working day; what is asked after work counts from the next one, and no weekend", () => {
    const at = (hours: number) => new Date(answerDueAt(config, NOW + hours * HOUR)).toISOString();
    // Kyiv is two hours ahead; work ends at 18:00
    expect(at(0)).toBe("2026-03-03T16:00:00.000Z");
    expect(at(6)).toBe("2026-03-03T16:00:00.000Z");
    expect(at(7)).toBe("2026-03-04T16:00:00.000Z");
    // Friday; Monday the 9th is a day off, for Women's Day falls on a Sunday
    expect(at(4 * 24)).toBe("2026-03-10T16:00:00.000Z");
    expect(at(5 * 24)).toBe("2026-03-11T16:00:00.000Z");
  });

  test("the person named, but whoever has the client while that person is not there", () => {
    expect(answererOf("o1", config, NOW)).toBe("o2");
    const away = { ...config.people.byId.o2!, absences: [{ from: TODAY, to: TODAY + 3 }] };
    const people = { ...config.people, byId: { ...config.people.byId, o2: { ...away, isActive: false } } };
    expect(answererOf("o1", { ...config, people }, NOW)).toBe("o1");
  });

  test("one task per question, kept as it is once it is done; waiting ones are reasons of the ladder", () => {
    const passed = { ownerId: "o2", dueAt: NOW + DAY };
    const one: AskedQuestion = { id: "q", at: NOW, topic: "unanswered", by: "person", confidence: 0, cycle: 1, passed };
    const told: AskedQuestion = { ...one, id: "t", by: "rules" };
    delete told.passed;
    const links = [{ kind: "deal" as const, id: "9" }];
    const wishes = (things: object[]) =>
      questionWishes([one, told], "o1", links, clientFacts([], { things: things as never }), config, NOW);
    expect(wishes([])).toMatchObject([
      { key: "question:q", task: { ownerId: "o2", dueAt: NOW + DAY, status: "open" } },
    ]);
    expect(wishes([{ key: "question:q", holds: { status: "done" } }])).toMatchObject([
      { key: "question:q", keep: true },
    ]);
    const reasons = (things: object[]) => questionReasons([one, told], clientFacts([], { things: things as never }));
    expect(reasons([])).toMatchObject([{ kind: "task", key: "question-q", dueAt: NOW + DAY, ownerId: "o2" }]);
    // a person gave it to somebody else, for later
    const moved = { key: "question:q", gone: false, holds: { status: "open", ownerId: "o1", dueAt: NOW + 5 * DAY } };
    expect(reasons([moved])).toMatchObject([{ dueAt: NOW + 5 * DAY, ownerId: "o1" }]);
    expect(reasons([{ ...moved, holds: { status: "done" } }])).toEqual([]);
    expect(reasons([{ ...moved, gone: true }])).toEqual([]);
  });
});

describe("how much one client may ask", () => {
  const told = (at: number): AskedQuestion => ({ id: `${at}`, at, topic: "x", by: "rules", confidence: 1, cycle: 1 });
  const passed = (at: number, cycle = 1): AskedQuestion => ({
    ...told(at),
    by: "person",
    cycle,
    passed: { ownerId: "o1", dueAt: at },
  });
  const many = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

  test("forty questions within a day, five of them for a person, sixty for a person in one plan", () => {
    expect(
      mayAsk(
        many(39, () => told(NOW)),
        NOW,
      ),
    ).toBe(true);
    expect(
      mayAsk(
        many(40, () => told(NOW)),
        NOW,
      ),
    ).toBe(false);
    expect(
      mayAsk(
        many(40, () => told(NOW)),
        NOW + DAY,
      ),
    ).toBe(true);
    expect(
      mayPass(
        many(4, () => passed(NOW)),
        1,
        NOW,
      ),
    ).toBe(true);
    expect(
      mayPass(
        many(5, () => passed(NOW)),
        1,
        NOW,
      ),
    ).toBe(false);
    expect(
      mayPass(
        many(59, (n) => passed(NOW - (n + 1) * DAY)),
        1,
        NOW,
      ),
    ).toBe(true);
    expect(
      mayPass(
        many(60, (n) => passed(NOW - (n + 1) * DAY)),
        1,
        NOW,
      ),
    ).toBe(false);
    expect(
      mayPass(
        many(60, (n) => passed(NOW - (n + 1) * DAY)),
        2,
        NOW,
      ),
    ).toBe(true);
  });

  test("answered ones are forgotten after a hundred days; those that stand as tasks stay", () => {
    const before = [passed(NOW - 300 * DAY), told(NOW - 101 * DAY), told(NOW - 99 * DAY)];
    expect(withQuestion(before, told(NOW)).map((one) => one.at)).toEqual([NOW - 300 * DAY, NOW - 99 * DAY, NOW]);
    expect(
      withQuestion(
        many(300, (n) => told(NOW - 1000 + n)),
        told(NOW),
      ),
    ).toHaveLength(200);
  });
});

describe("A11.6 the model", () => {
  const reply = (content: string) => ({ choices: [{ message: { content } }] });

  test("is shown the question without addresses, and every answer there is, the plan's included", () => {
    const asked = choiceQuestion("m", "Mail zoe@zebra.example or +380 44 555 12 34", LIST, ["Training"]) as {
      messages: { content: string }[];
    };
    const { question, answers } = JSON.parse(asked.messages[1]!.content);
    expect(question).toBe("Mail … or …");
    expect(answers.map((one: { id: string }) => one.id)).toEqual([
      "a0",
      "p-next",
      "p-finish",
      "p-progress",
      "p-contact",
      "d0",
    ]);
  });

  test("is believed where it points at one of them and is sure", () => {
    const found = (content: string) => modelChoice(reply(content), LIST, ["Training"]);
    expect(found('{"id":"a0","confidence":0.8}')).toEqual({
      found: { choice: { from: "list", at: 0 }, confidence: 0.8 },
    });
    expect(found('{"id":"d0","confidence":0.7}')?.found?.choice).toEqual({ from: "plan", what: "dates", steps: [0] });
    expect(found('{"id":"a0","confidence":0.69}')).toEqual({ found: null });
    expect(found('{"id":null,"confidence":1}')).toEqual({ found: null });
    for (const strange of [
      '{"id":"a1","confidence":1}',
      '{"id":"__proto__","confidence":1}',
      '{"id":"a0"}',
      "Sure! a0",
    ])
      expect(found(strange)).toBeNull();
  });
});
