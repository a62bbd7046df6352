import { describe, expect, test } from "vitest";
import { checkTemplate, lintTemplate } from "../../../src/core/plan/lint.ts";
import { type TemplateInput, templateJsonSchema } from "../../../src/core/plan/template.ts";
import { builtInTemplates } from "../../../src/core/plan/templates/index.ts";
import { templateFromYaml, templateToYaml } from "../../../src/core/plan/yaml.ts";
import { small, template } from "./help.ts";

const talk = { key: "talk", title: { en: "Talk" }, type: "call" as const, when: { days: 1 } };
const big = { fact: "x.complexity", is: "=" as const, value: "high" };
const endless = [{ key: "c", title: { en: "C" }, everyMonths: 3 }];
const touchpoints = { A: endless, B: endless, C: endless };

/** Codes and paths of a template of one call and the given steps. */
function found(steps: Parameters<typeof small>[0], more: Partial<TemplateInput> = {}): [string, string, string][] {
  return lintTemplate(small([talk, ...steps] as never, { touchpoints, ...more })).map(({ severity, code, path }) => [
    severity,
    code,
    path,
  ]);
}

describe("A3.12, A5.7: the linter says what is wrong and where", () => {
  test("nothing is wrong with a sound template", () => {
    expect(found([{ key: "b", when: { days: 2 }, after: ["talk"] }])).toEqual([]);
  });

  test.each<[string, Parameters<typeof small>[0], Partial<TemplateInput>, [string, string, string]]>([
    ["a key used twice", [{ key: "talk" }], {}, ["error", "double_key", "steps[1].key"]],
    [
      "an unknown predecessor",
      [{ key: "b", after: ["talk", "c"] }],
      {},
      ["error", "unknown_step", "steps[1].after[1]"],
    ],
    [
      "an unknown anchor",
      [{ key: "b", when: { from: { step: "c" }, days: 1 } }],
      {},
      ["error", "unknown_step", "steps[1].when.from.step"],
    ],
    [
      "an unknown milestone in a gate",
      [{ key: "b", required: false, gate: { all: [{ not: { milestone: "m", is: "reached" } }] } }],
      {},
      ["error", "unknown_milestone", "steps[1].gate.all[0].not.milestone"],
    ],
    ["an unknown phase", [{ key: "b", phase: "x" }], {}, ["error", "unknown_phase", "steps[1].phase"]],
    [
      "a circle",
      [
        { key: "b", after: ["c"] },
        { key: "c", after: ["b"] },
      ],
      {},
      ["error", "circle", "steps"],
    ],
    [
      "a step due after its phase",
      [{ key: "b", when: { days: 91 } }],
      {},
      ["warning", "after_phase", "steps[1].when.days"],
    ],
    [
      "a fixed step that follows another",
      [{ key: "b", fixed: true, when: { from: { step: "talk" }, days: 1 } }],
      {},
      ["error", "fixed_follows", "steps[1].fixed"],
    ],
    [
      "a fixed step before what it waits for",
      [
        { key: "b", when: { days: 9 } },
        { key: "c", fixed: true, when: { days: 5 }, after: ["b"] },
      ],
      {},
      ["error", "fixed_too_early", "steps[2].after[0]"],
    ],
    ["a message without a text", [{ key: "b", kind: "message" }], {}, ["error", "message_missing", "steps[1].message"]],
    [
      "a letter that does not exist",
      [{ key: "b", kind: "message", message: { text: "x" } }],
      {},
      ["error", "unknown_message", "steps[1].message.text"],
    ],
    ["a call without an action", [{ key: "b", kind: "provision" }], {}, ["error", "action_missing", "steps[1].action"]],
    [
      "two attachments in one message",
      [{ key: "b", kind: "message", message: { text: "check_in", attachments: ["a", "b"] } }],
      {},
      ["warning", "many_attachments", "steps[1].message.attachments"],
    ],
    [
      "a fourth message within a week",
      [0, 2, 4, 6].map((days) => ({
        key: `m${days}`,
        kind: "message" as const,
        when: { days },
        message: { text: "check_in" },
      })),
      {},
      ["error", "too_many_messages", "steps[4].when.days"],
    ],
    [
      "a class without contacts",
      [],
      { touchpoints: { A: endless, B: [], C: endless } },
      ["warning", "no_touchpoint", "touchpoints.B"],
    ],
    [
      "contacts that all end",
      [],
      { touchpoints: { A: endless, B: endless, C: [{ ...endless[0]!, toMonth: 6 }] } },
      ["warning", "no_touchpoint", "touchpoints.C"],
    ],
    [
      "an unknown merge field",
      [{ key: "b", body: { en: "Hello {{contact.nick}}" } }],
      {},
      ["error", "unknown_field", "steps[1].body.en"],
    ],
    [
      "a field that may be empty",
      [{ key: "b", body: { en: "Industry: {{client.industry}}" } }],
      {},
      ["error", "no_stand_in", "steps[1].body.en"],
    ],
    [
      "a field that is not closed",
      [{ key: "b", body: { en: "Hello {{contact.first_name}" } }],
      {},
      ["error", "open_field", "steps[1].body.en"],
    ],
    [
      "the date of a step that is not there",
      [{ key: "b", body: { en: "See you on {{plan.date.kickoff}}" } }],
      {},
      ["error", "date_of_nothing", "steps[1].body.en"],
    ],
    [
      "A0.5: a promise in words",
      [{ key: "b", body: { ro: "Mâine primești resursele" } }],
      {},
      ["warning", "fixed_promise", "steps[1].body.ro"],
    ],
    [
      "a missing language",
      [{ key: "b", title: { en: "B" } }],
      { title: { en: "S", ru: "С" } },
      ["warning", "language_missing", "steps[1].title"],
    ],
    [
      "a phase that ends before it begins",
      [],
      { phases: [{ key: "only", title: { en: "O" }, fromDay: 5, toDay: 4 }] },
      ["error", "phase_backwards", "phases[0].toDay"],
    ],
    [
      "a gate that graduation waits for",
      [{ key: "b", gate: { fact: "x", is: "filled" } }],
      {},
      ["warning", "gate_holds_graduation", "steps[1].gate"],
    ],
    [
      "A7.4: more days for a phase that is not there",
      [],
      { complexity: [{ when: big, extends: { only: 3, later: 5 } }] },
      ["error", "unknown_phase", "complexity[0].extends.later"],
    ],
    [
      "A7.4: complexity that asks for a step",
      [],
      { complexity: [{ when: { any: [big, { step: "talk", is: "done" }] }, extends: { only: 3 } }] },
      ["error", "facts_only", "complexity[0].when.any[1].step"],
    ],
    [
      "A7.4: more than a year in all",
      [],
      {
        complexity: [
          { when: big, extends: { only: 200 } },
          { when: { fact: "deal.amount", is: "filled" }, extends: { only: 166 } },
        ],
      },
      ["error", "extended_too_far", "complexity"],
    ],
    [
      "a predecessor that only some plans have",
      [
        { key: "b", option: "extra" },
        { key: "c", after: ["b"] },
      ],
      {},
      ["warning", "optional_step", "steps[2].after[0]"],
    ],
  ])("%s", (_, steps, more, expected) => {
    expect(found(steps, more)).toContainEqual(expected);
  });

  test("A5.7: a plan in which nobody ever talks to the client is refused", () => {
    const silent = small([{ key: "mail", kind: "message", message: { text: "check_in" } }, { key: "todo" }], {
      touchpoints,
    });
    expect(lintTemplate(silent).map(({ code, path }) => [code, path])).toEqual([["no_human_touch", "steps"]]);
  });

  test("a field with a stand-in, or in a passage that drops out, is fine", () => {
    const body = { en: "{{client.industry|your industry}}[[, {{client.use_case}}]] {{contact.first_name}}" };
    expect(found([{ key: "b", body }])).toEqual([]);
  });

  test("A7.4: complexity up to a year is fine; days that are none, and entries about no phase, are told where", () => {
    const twice = [200, 165].map((only) => ({ when: big, extends: { only } }));
    expect(found([], { complexity: twice })).toEqual([]);
    const told = (complexity: unknown) =>
      checkTemplate({ ...small([talk]), complexity }).problems.map(({ code, path }) => [code, path]);
    expect(told([{ when: big, extends: { only: -2 } }])).toEqual([["at_least", "complexity[0].extends.only"]]);
    expect(told([{ when: big, extends: { only: 0 } }])).toEqual([["at_least", "complexity[0].extends.only"]]);
    expect(told([{ when: big, extends: { only: 1.5 } }])).toEqual([["needs_whole", "complexity[0].extends.only"]]);
    expect(told([{ when: big, extends: { only: 366 } }])).toEqual([["at_most", "complexity[0].extends.only"]]);
    expect(told([{ when: big, extends: {} }])).toEqual([["too_few", "complexity[0].extends"]]);
    expect(told([{ when: big, extends: { Only: 3 } }])).toEqual([["key_form", "complexity[0].extends.Only"]]);
    expect(told([{ extends: { only: 3 } }])[0]![1]).toBe("complexity[0].when");
  });

  test("a document of the wrong form is told where", () => {
    const { template: none, problems } = checkTemplate({
      ...small([talk]),
      steps: [
        { ...talk, phase: "only", when: { days: -1 } },
        { ...talk, phase: "only", colour: "red" },
      ],
    });
    expect(none).toBeNull();
    expect(problems.map(({ path }) => path)).toEqual(["steps[0].when.days", "steps[1]"]);
  });
});

describe("built-in templates", () => {
  test.each(builtInTemplates().map((one) => [one.id, one] as const))(
    "%s passes the linter without a word",
    (_, one) => {
      expect(lintTemplate(one)).toEqual([]);
    },
  );

  test.each(builtInTemplates().map((one) => [one.id, one] as const))(
    "%s speaks all four languages everywhere",
    (_, one) => {
      const texts = [
        one.title,
        ...one.phases.map(({ title }) => title),
        ...one.steps.flatMap(({ title, body, checklist }) => [title, body ?? title, ...checklist]),
      ];
      for (const text of texts) expect(Object.keys(text).sort()).toEqual(["en", "ro", "ru", "uk"]);
    },
  );

  test.each(builtInTemplates().map((one) => [one.id, one] as const))(
    "A2.4: %s survives the way to YAML and back unchanged",
    (_, one) => {
      const { template: back, problems } = templateFromYaml(templateToYaml(one));
      expect(problems).toEqual([]);
      expect(back).toEqual(one);
    },
  );
});

describe("YAML and the published schema", () => {
  test("a document that is no YAML, or a bomb of aliases, is a problem and not a crash", () => {
    expect(templateFromYaml("a: [").problems[0]?.code).toBe("yaml");
    const bomb = `a: &a [x,x,x,x,x,x,x,x]\n${"bcdefgh"
      .split("")
      .map((c, i) => `${c}: &${c} [${`*${"abcdefgh"[i]},`.repeat(8).slice(0, -1)}]`)
      .join("\n")}`;
    expect(templateFromYaml(bomb)).toMatchObject({ template: null });
    expect(templateFromYaml("x".repeat(500_000)).problems[0]).toMatchObject({
      code: "too_big",
      params: { n: 400_000 },
    });
  });

  test("defaults are left out of what people read", () => {
    const text = templateToYaml(template("internal"));
    expect(text).not.toMatch(/priority: medium|kind: task|fixed: false|unit: calendar/);
  });

  test("the JSON schema names every property an author may use", () => {
    const schema = templateJsonSchema() as {
      required: string[];
      properties: { steps: { items: { properties: object; required: string[] } } };
    };
    expect(schema.required).toEqual(["id", "version", "title", "lengthDays", "phases", "steps"]);
    expect(Object.keys(schema.properties.steps.items.properties)).toEqual(
      expect.arrayContaining(["after", "gate", "condition", "durationDays", "fixed", "checklist", "message", "owner"]),
    );
    expect(schema.properties.steps.items.required).toEqual(["key", "title", "phase", "when"]);
  });
});
