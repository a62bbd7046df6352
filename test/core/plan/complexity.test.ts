import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../../../src/core/model.ts";
import { complexityOf } from "../../../src/core/plan/complexity.ts";
import { pausePlan } from "../../../src/core/plan/life-cycle.ts";
import { previewRepair } from "../../../src/core/plan/repair.ts";
import type { Template } from "../../../src/core/plan/template.ts";
import { templateFromYaml, templateToYaml } from "../../../src/core/plan/yaml.ts";
import { makeTexts } from "../../../src/core/texts.ts";
import { advance, at, complete, day, due, edit, small, template, type World, world } from "./help.ts";

const is = (fact: string, value: string) => ({ fact, is: "=" as const, value });

/** Monday 1 June 2026 is day 0 of every plan here. */
const START = "2026-06-01";

const COMPLEX: Template = {
  ...template("four-phases"),
  complexity: [
    { when: is("x.complexity", "high"), extends: { setup: 7 } },
    { when: { fact: "deal.amount", is: ">=", value: 100_000 }, extends: { setup: 14, training: 7 } },
  ],
};

const started = (values: Record<string, string | number | null> = {}): World =>
  world(COMPLEX, START, { facts: { values } });
const days = ({ plan }: World) => plan.steps.map(({ dueDay }) => dueDay);
const extend = (w: World, phase: string, by: number) => {
  const context = { ...w.context, today: day("2026-06-02") };
  w.plan = previewRepair(w.plan, { do: "extend", phase, days: by }, context).after;
};

describe("A7.4: a property adds days to phases when the plan begins", () => {
  test.each<[Record<string, string | number | null>, Record<string, number>]>([
    [{}, {}],
    [{ "x.complexity": null, "deal.amount": null }, {}],
    [{ "x.complexity": "low", "deal.amount": 99_999 }, {}],
    [{ "x.complexity": "high" }, { setup: 7 }],
    [{ "deal.amount": 100_000 }, { setup: 14, training: 7 }],
    [
      { "x.complexity": "high", "deal.amount": 100_000 },
      { setup: 21, training: 7 },
    ],
  ])("%j: %j", (values, extensions) => {
    expect(started(values).plan.extensions).toEqual(extensions);
  });

  test("a phase called constructor, and a property of that name, are ones like any other", () => {
    const phases = [{ key: "constructor", title: { en: "Building" }, fromDay: 0, toDay: 90 }];
    const steps = [{ when: { days: 30 }, phase: "constructor" }];
    const made = (complexity: Template["complexity"]) => world(small(steps, { phases, complexity }), START);
    const filled = { fact: "constructor", is: "filled" as const };
    const w = made([{ when: filled, extends: { constructor: 90 } }]);
    advance(w, START);
    expect([w.plan.extensions, due(w.plan, "step_0")]).toEqual([{}, "2026-07-01"]);
    advance(w, START, { values: { constructor: "x" } });
    expect([w.plan.extensions, due(w.plan, "step_0")]).toEqual([{ constructor: 90 }, "2026-07-31"]);
  });

  test("the reason says which property, and how many days on which phase, in every language", () => {
    const { plan } = started({ "x.complexity": "high", "deal.amount": 100_000 });
    const texts = makeTexts(new Map([["four-phases@1", COMPLEX]]));
    const said = LANGUAGES.map((language) => plan.extendedFor!.map((one) => texts.render(one, language, {})));
    expect(said[LANGUAGES.indexOf("en")]).toEqual([
      "Setup: 7 extra days (complexity = high)",
      "Setup: 14 extra days (deal amount = 100000)",
      "Training: 7 extra days (deal amount = 100000)",
    ]);
    for (const lines of said) for (const line of lines) expect(line).toMatch(/: (7|14) .+ \(.+ = (high|100000)\)$/);
  });
});

describe("A7.4: the chain follows the property while the plan runs", () => {
  test("up and down again: what is open moves and comes back, what is done or pinned by a person stays", () => {
    const w = started();
    advance(w, START);
    complete(w, "1/collect", "2026-06-02 12:00");
    edit(w, "1/go_live", { dueAt: at("2026-07-01 18:00") });
    advance(w, "2026-06-03");
    const before = [...days(w)];
    expect([due(w.plan, "training"), due(w.plan, "go_live")]).toEqual(["2026-06-15", "2026-07-01"]);

    const up = advance(w, "2026-06-04", { values: { "x.complexity": "high" } });
    expect([due(w.plan, "training"), due(w.plan, "go_live")]).toEqual(["2026-06-22", "2026-07-01"]);
    expect(w.plan.steps.find(({ key }) => key === "collect")).toMatchObject({
      state: "done",
      doneDay: day("2026-06-02"),
    });
    expect(up.log).toContainEqual({
      code: "phase_extended",
      key: null,
      day: day("2026-06-04"),
      params: { phase: "setup", days: 7, wasDays: 0, property: "x.complexity,deal.amount" },
    });

    const down = advance(w, "2026-06-04", { values: { "x.complexity": "low" } });
    expect(days(w)).toEqual(before);
    expect(w.plan).toMatchObject({ extensions: {}, extendedFor: [] });
    expect(down.log.map(({ params }) => params)).toContainEqual(expect.objectContaining({ days: 0, wasDays: 7 }));
  });

  test("latest finishes of this phase and all behind it move along", () => {
    const w = started();
    const before = w.plan.phases.map(({ latestDay }) => latestDay);
    advance(w, "2026-06-03", { values: { "deal.amount": 100_000 } });
    const keys = w.plan.phases.map(({ key }) => key);
    const moved = w.plan.phases.map(({ latestDay }, index) => latestDay - before[index]!);
    const [setup, training] = [keys.indexOf("setup"), keys.indexOf("training")];
    expect(moved).toEqual(keys.map((_, index) => (index < setup ? 0 : index < training ? 14 : 21)));
  });

  test("days that are taken back make nothing late: what would have been due comes due today", () => {
    const w = started({ "x.complexity": "high" });
    advance(w, START);
    for (const key of ["welcome", "collect", "kickoff", "tech_setup"]) complete(w, `1/${key}`, "2026-06-05 12:00");
    advance(w, "2026-06-18");
    expect(due(w.plan, "training")).toBe("2026-06-22");
    // It would have been Monday 15 June.
    advance(w, "2026-06-18", { values: {} });
    expect(due(w.plan, "training")).toBe("2026-06-18");
  });

  test("asked twice, it is the same and says nothing", () => {
    const w = started();
    advance(w, "2026-06-03", { values: { "x.complexity": "high" } });
    const once = JSON.stringify(w.plan);
    expect(advance(w, "2026-06-03").log).toEqual([]);
    expect(JSON.stringify(w.plan)).toBe(once);
  });

  test("a plan that stands still follows once it goes on", () => {
    const w = started();
    w.plan = pausePlan(w.plan, day(START), "by_person");
    advance(w, START, { values: { "x.complexity": "high" } });
    expect(w.plan.extensions).toEqual({});
    w.plan = previewRepair(w.plan, { do: "resume" }, { ...w.context, today: day(START) }).after;
    advance(w, START);
    expect(w.plan.extensions).toEqual({ setup: 7 });
  });

  test("days that a person set stay, none at all as well; other phases follow", () => {
    for (const by of [0, 4]) {
      const w = started({ "x.complexity": "high" });
      extend(w, "setup", by);
      expect(w.plan.extensions.setup).toBe(by);
      advance(w, "2026-06-02", { values: { "x.complexity": "high", "deal.amount": 100_000 } });
      expect(w.plan.extensions.setup ?? 0).toBe(by);
      expect(w.plan.extensions.training).toBe(7);
      expect(w.plan.extendedFor).toHaveLength(1);
      advance(w, "2026-06-02", { values: {} });
      expect([w.plan.extensions.setup ?? 0, w.plan.extensions.training ?? 0]).toEqual([by, 0]);
    }
  });

  test("a property known late leads to the days that it would have led to at once, however often it changed in between", () => {
    const values = fc.record({
      "x.complexity": fc.constantFrom("high", "low", null),
      "deal.amount": fc.constantFrom(null, 5, 100_000),
    });
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 6 }), (list) => {
        const w = started();
        for (const one of list) advance(w, START, { values: one });
        const last = started(list.at(-1));
        expect(days(w)).toEqual(days(last));
        expect(w.plan.extensions).toEqual(complexityOf(COMPLEX, list.at(-1)!).extensions);
        expect(w.plan.phases.map(({ latestDay }) => latestDay)).toEqual(
          last.plan.phases.map(({ latestDay }) => latestDay),
        );
      }),
    );
  });
});

describe("A7.4: what was stored before", () => {
  test("a template without complexity is one whose phases keep their length, and a plan of it goes on", () => {
    const { complexity: _none, ...old } = template("four-phases");
    const { template: read, problems } = templateFromYaml(JSON.stringify(old));
    expect([read, problems]).toEqual([template("four-phases"), []]);
    const w = world(read!, START, { facts: { values: { "x.complexity": "high" } } });
    const before = JSON.stringify(w.plan.steps.map(({ dueDay }) => dueDay));
    expect(Object.keys(w.plan)).not.toContain("extendedFor");
    advance(w, START);
    expect(JSON.stringify(w.plan.steps.map(({ dueDay }) => dueDay))).toBe(before);
  });

  test("complexity survives the way to YAML and back", () => {
    expect(templateFromYaml(templateToYaml(COMPLEX))).toEqual({ template: COMPLEX, problems: [] });
  });
});
