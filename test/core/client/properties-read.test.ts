import { describe, expect, test } from "vitest";
import { propertiesRead } from "../../../src/core/client/properties-read.ts";
import { builtInTemplates } from "../../../src/core/plan/templates/index.ts";
import { settingsSchema } from "../../../src/core/settings.ts";

const read = (settings: object) => propertiesRead(settingsSchema.parse(settings));
const filled = { fact: "x.tier", is: "filled" as const };
const deep = { not: { any: [{ all: [filled] }, { fact: "company.headcount", is: "empty" as const }] } };
const [first] = builtInTemplates();
const [step, ...steps] = first!.steps;
const own = (part: object) => ({ templates: [{ ...first!, id: "own", ...part }] });
const joins = (part: object) => ({ who: "manager", ownerId: "5", ...part });
const everywhere = { deal: ["tier"], company: ["tier"], contact: ["tier"] };
const ofClients = { company: ["tier"], contact: ["tier"] };

describe("properties that are read from the CRM", () => {
  test("by default none", () => {
    expect(read({})).toEqual({});
    expect(read(own({}))).toEqual({});
    expect(read({ people: { rules: [joins({ class: "A" })] } })).toEqual({});
  });

  test("mapped ones, and those that signals are made of", () => {
    const signal = (id: string, property: string, as: string) => ({ id, on: "company", property, as });
    const score = { mapped: [signal("x_seats", "seats_used", "count"), signal("x_notice", "notice", "fact")] };
    expect(read({ mapped: { company: ["region", "notice"] }, score })).toEqual({
      company: ["region", "notice", "seats_used"],
    });
  });

  test.each<[string, object, object]>([
    ["A7.4 a template's complexity", own({ complexity: [{ when: deep, extends: { [step!.phase]: 1 } }] }), everywhere],
    ["A2.6 a step's condition", own({ steps: [{ ...step, condition: deep }, ...steps] }), everywhere],
    ["A2.6 a step's gate", own({ steps: [{ ...step, gate: deep }, ...steps] }), everywhere],
    [
      "A2.6 a milestone's condition",
      own({ milestones: [{ key: "m", title: { en: "M" }, day: 3, condition: deep }] }),
      everywhere,
    ],
    [
      "A7.5 a rule that chooses templates",
      { templateRules: [{ name: "r", when: deep, templateId: "smb" }] },
      everywhere,
    ],
    ["A5.2 the setup form", { form: { property: "tier" } }, everywhere],
    ["A2.1 a trigger", { triggers: [{ on: "property", name: "tier", value: "new" }] }, ofClients],
    ["A4.3 a rule for a segment", { people: { rules: [joins({ segment: "a" })], segmentProperty: "tier" } }, ofClients],
    ["A4.3 a rule for a region", { people: { rules: [joins({ region: "a" })], regionProperty: "tier" } }, ofClients],
    ["A0.6 a headcount of the customer's own", { headcountProperty: "tier" }, ofClients],
    ["the language of letters", { messages: { languageProperty: "tier" } }, ofClients],
    ["the client's id in product usage", { usage: { clientProperty: "tier" } }, { company: ["tier"] }],
  ])("%s is read without being mapped; where it is mapped, only there", (_what, settings, expected) => {
    expect(read(settings)).toEqual(expected);
    expect(read({ ...settings, mapped: { company: ["tier"] } })).toEqual({ company: ["tier"] });
    expect(read({ ...settings, mapped: { ticket: ["tier"] } })).toEqual({ ...expected, ticket: ["tier"] });
  });

  test("what is asked under a name of ours is none of theirs", () => {
    const when = { fact: "company.headcount", is: ">", value: 5 };
    expect(read({ templateRules: [{ name: "r", when, templateId: "smb" }] })).toEqual({});
    expect(read({ form: { property: "" }, messages: { languageProperty: null } })).toEqual({});
  });
});
