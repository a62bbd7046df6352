import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../../../src/core/model.ts";
import { chooseTemplate, DEFAULT_RULES, type TemplateRule } from "../../../src/core/plan/choose.ts";
import { clientPlan } from "../../../src/core/plan/client-view.ts";
import { ruleNameIn, ruleNameOf } from "../../../src/core/plan/words.ts";
import { makeTexts } from "../../../src/core/texts.ts";
import { advance, complete, template, world } from "./help.ts";

describe("A0.6, A7.3, A7.5: the template by rules, first match wins", () => {
  test.each([
    [1, "smb", 14],
    [19, "smb", 14],
    [20, "day-30-60-90", 28],
    [100, "day-30-60-90", 28],
    [101, "enterprise", 56],
    [50_000, "enterprise", 56],
  ])("%d people get %s, %d days", (headcount, id, length) => {
    const choice = chooseTemplate(DEFAULT_RULES, { "company.headcount": headcount }, "day-30-60-90");
    expect([choice.templateId, choice.lengthDays]).toEqual([id, length]);
  });

  test.each<Record<string, null>>([{}, { "company.headcount": null }])(
    "an unknown headcount gets the standard plan and a data-quality flag",
    (values) => {
      const choice = chooseTemplate(DEFAULT_RULES, values, "internal");
      expect(choice.templateId).toBe("day-30-60-90");
      expect(choice.reason).toEqual({
        id: "plan.rule.unknown",
        params: { rule: 3, name: "Standard (20–100)", fact: "company.headcount" },
      });
    },
  );

  test("the reason names the rule and the value that decided", () => {
    expect(chooseTemplate(DEFAULT_RULES, { "company.headcount": 250 }, "x").reason).toEqual({
      id: "plan.rule.matched",
      params: { rule: 1, name: "Enterprise (> 100)", fact: "company.headcount", value: 250 },
    });
  });

  test("the first rule that holds wins, whatever stands below; none holding gives the default", () => {
    const rules: TemplateRule[] = [
      {
        name: "Banks",
        when: {
          all: [
            { fact: "company.industry", is: "=", value: "bank" },
            { fact: "deal.amount", is: ">=", value: 1000 },
          ],
        },
        templateId: "four-phases",
        options: ["technical"],
      },
      { name: "All banks", when: { fact: "company.industry", is: "=", value: "bank" }, templateId: "checklist" },
    ];
    const chosen = (values: Record<string, string | number>) => chooseTemplate(rules, values, "internal");
    expect(chosen({ "company.industry": "bank", "deal.amount": 1000 })).toMatchObject({
      templateId: "four-phases",
      rule: 0,
      options: ["technical"],
    });
    expect(chosen({ "company.industry": "bank", "deal.amount": 999 })).toMatchObject({
      templateId: "checklist",
      rule: 1,
    });
    expect(chosen({ "company.industry": "farm" })).toMatchObject({
      templateId: "internal",
      rule: -1,
      reason: { id: "plan.rule.default" },
    });
  });
});

test("A12.2: the client sees titles, dates and progress of its own steps, and nothing internal", () => {
  const w = world(template("enterprise"), "2026-06-01");
  advance(w, "2026-06-01");
  complete(w, "1/welcome", "2026-06-01 13:00");
  const { plan, view } = advance(w, "2026-06-02");
  const shown = clientPlan(plan, view, w.context.template);
  expect(shown.steps[0]).toEqual({
    title: { id: "template:enterprise:1:step:welcome:title" },
    dueDay: plan.startDay,
    state: "done",
  });
  expect(shown.steps.filter(({ state }) => state === "next")).toHaveLength(1);
  const text = JSON.stringify(shown);
  for (const secret of ["dedicated_manager", "activity_watch", "body", "ownerId", "priority", "deal_owner", '"7"'])
    expect(text).not.toContain(secret);
  expect(shown.progress).toBe(Math.floor(100 / shown.steps.length));
});

test("the rules that every portal begins with have a name in each language; a portal's own stay as they were written", () => {
  const say = (name: string) =>
    makeTexts(new Map()).render({ id: "plan.rule.matched", params: { rule: 3, name } }, "ru", {});
  expect(say("Standard (20–100)")).toBe("Правило 3: Стандартные (20–100)");
  expect(say("Наши: VIP, школы")).toBe("Правило 3: Наши: VIP, школы");
  for (const language of LANGUAGES)
    for (const { name } of DEFAULT_RULES) expect(ruleNameOf(ruleNameIn(name, language), language)).toBe(name);
  expect(ruleNameOf("Наши", "ru")).toBe("Наши");
  expect(ruleNameIn("Standard (20–100)", "uk")).toBe("Стандартні (20–100)");
});
