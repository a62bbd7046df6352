import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { LANGUAGES } from "../../../src/core/model.ts";
import { stepTitle } from "../../../src/core/plan/texts.ts";
import { PLAN_WORDS } from "../../../src/core/plan/words.ts";
import { mergeField } from "../../../src/core/text/fields.ts";
import { MESSAGES } from "../../../src/core/text/messages.ts";
import { fieldsIn, renderText } from "../../../src/core/text/render.ts";
import { advance, almaty, at, edit, template, world } from "../plan/help.ts";

const library = Object.entries(MESSAGES);

describe("A5.9: the letters", () => {
  test("there are at least ten, each in four languages", () => {
    expect(library.length).toBeGreaterThanOrEqual(10);
    for (const [, { subject, body }] of library) {
      expect(Object.keys(subject).sort()).toEqual([...LANGUAGES].sort());
      expect(Object.keys(body).sort()).toEqual([...LANGUAGES].sort());
    }
  });

  test.each(library)(
    "A5.4: %s has no hole and no open field even where nothing is known but the plan's length",
    (_, { subject, body }) => {
      for (const language of LANGUAGES) {
        for (const source of [subject[language], body[language]]) {
          const { text, missing } = renderText(source, { language, values: { "plan.days": 28 } });
          const open = missing.filter((name) => !name.startsWith("plan.date."));
          expect(open).toEqual([]);
          expect(text).not.toMatch(/\{\{|\}\}|\[\[|\]\]|undefined|null/);
          if (missing.length === 0) expect(text).not.toMatch(/: *(\n|$)|\( *\)| ,| \.(?!\.)|^\s*$/);
        }
      }
    },
  );

  test.each(library)("%s uses only fields that exist, the same in every language", (_, { subject, body }) => {
    const names = (source: string) => [...new Set(fieldsIn(source).map(({ name }) => name))].sort();
    for (const language of LANGUAGES) {
      for (const name of [...names(subject[language]), ...names(body[language])])
        expect(mergeField(name)).not.toBeNull();
      expect(names(body[language])).toEqual(names(body.en));
    }
  });

  test("a short message is one line", () => {
    for (const id of ["kickoff_sms", "new_feature"])
      for (const language of LANGUAGES) expect(MESSAGES[id]?.body[language]).not.toContain("\n");
  });
});

describe("the welcome letter", () => {
  const values = {
    "contact.first_name": "Ержан",
    "owner.name": "Айгуль",
    "portal.name": "Консалт",
    "portal.emergency": "+7 700 000 00 00",
    "form.link": "https://forms.example/1",
    "portal.signature": "Команда Консалт",
  };

  test("A1.6: holds the week's dated items, the contact and the emergency channel, all filled in", () => {
    const w = world(template("day-30-60-90"), "2026-06-01", { calendar: almaty });
    const { desired } = advance(w, "2026-06-01");
    const task = desired.tasks.find(({ key }) => key === "1/welcome");
    expect(task?.body?.id).toBe("message:welcome:body");
    const titleOf = (key: string) => w.context.template.steps.find((step) => step.key === key)?.title.ru ?? null;
    const { text, missing } = renderText(MESSAGES.welcome?.body.ru ?? "", {
      language: "ru",
      values: { ...values, ...task?.body?.params },
      titleOf,
    });
    expect(missing).toEqual([]);
    expect(text).toContain("Здравствуйте, Ержан!");
    expect(text).toContain("28 дней");
    expect(text).toContain("— понедельник, 1 июня: Приветствие с конкретным планом");
    expect(text).toContain("— четверг, 4 июня: Стартовая встреча (kickoff)");
    expect(text).toContain("— понедельник, 8 июня: Первый осязаемый результат");
    expect(text).toContain("Ваш контакт: Айгуль");
    expect(text).toContain("В экстренном случае: +7 700 000 00 00");
  });

  test("A0.5: its dates follow the plan; a kickoff that was deleted is not promised", () => {
    const w = world(template("day-30-60-90"), "2026-06-01", { calendar: almaty });
    advance(w, "2026-06-01");
    const kickoffLine = (more: object) => {
      const body = advance(w, "2026-06-01 13:00", more).desired.tasks.find(({ key }) => key === "1/welcome")?.body;
      const { text } = renderText(MESSAGES.welcome?.body.en ?? "", {
        language: "en",
        values: { ...values, ...body?.params },
      });
      return text.split("\n").find((line) => line.includes("kickoff call"));
    };
    expect(kickoffLine({})).toContain("Thursday 4 June");
    edit(w, "1/kickoff", { dueAt: at("2026-06-09 11:00", almaty) });
    expect(kickoffLine({})).toContain("Tuesday 9 June");
    edit(w, "1/kickoff", { gone: true });
    expect(kickoffLine({})).toBeUndefined();
  });

  test("A5.5: the Romanian letter keeps the source's parts, its dates taken from the plan", () => {
    const { text } = renderText(MESSAGES.welcome?.body.ro ?? "", {
      language: "ro",
      values: {
        "contact.first_name": "Andrei",
        "plan.days": 28,
        "form.link": "https://f.example",
        "owner.name": "Ioana",
        "plan.date.training_mail": parseDay("2026-06-08"),
        "plan.date.kickoff": parseDay("2026-06-04"),
        "plan.date.go_live": parseDay("2026-06-29"),
        "portal.signature": "Echipa",
      },
    });
    for (const part of [
      "Bună ziua, Andrei,",
      "28 de zile",
      "completați formularul de setup",
      "Durată: ~5 minute",
      "luni, 8 iunie: email cu resurse de training",
      "joi, 4 iunie: kickoff call cu Ioana",
      "luni, 29 iunie: go-live",
      "Răspundeți direct la acest email",
      "Echipa",
    ]) {
      expect(text).toContain(part);
    }
    expect(text.toLowerCase()).not.toContain("mâine");
  });
});

test("A5.3 the letter of day 14 promises one question, which is what its page asks", () => {
  const { body } = MESSAGES.progress_check!;
  expect(body.en).toContain("One short question");
  for (const text of Object.values(body)) expect(text).not.toMatch(/three|три |trei /i);
});

test("the engine's own words render in four languages without an open field", () => {
  const params = {
    role: "fallback",
    missed: "deal_owner:inactive",
    rule: 1,
    name: "X",
    fact: "f",
    value: 3,
    moved: 7,
    metDayOff: 2,
    fixed: 1,
    "plan.date": 20_000,
    phase: "phase",
    reason: "reason",
    days: 7,
    extraDays: 7,
  };
  const textOf = (id: string) => `the words of ${id}`;
  for (const words of Object.values(PLAN_WORDS)) {
    for (const language of LANGUAGES) {
      const { text, missing } = renderText(words[language], { language, values: params, textOf });
      expect(missing).toEqual([]);
      expect(text).not.toMatch(/\{\{|\[\[/);
    }
  }
  const summary = renderText(PLAN_WORDS["plan.repair.summary"]?.en ?? "", { language: "en", values: params });
  expect(summary.text).toBe("7 steps move, 2 would have met a day off, 1 fixed milestone stays.");
  const ru = renderText(PLAN_WORDS["plan.repair.summary"]?.ru ?? "", {
    language: "ru",
    values: { moved: 1, metDayOff: null, fixed: null },
  });
  expect(ru.text).toBe("1 шаг сдвигается.");
});

test("titles of steps are text references, not texts", () => {
  const w = world(template("internal"), "2026-06-01");
  expect(stepTitle(w.context.template.steps[0]!, w.plan, w.context.template)).toEqual({
    id: "template:internal:1:step:review_form:title",
  });
});
