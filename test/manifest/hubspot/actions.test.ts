import { describe, expect, it } from "vitest";
import { WORKFLOW_CODES } from "../../../src/acts/workflow.ts";
import { ROBOTS } from "../../../src/crm/bitrix24/index.ts";
import { type ActionMeta, meta, metaFiles } from "./project.ts";

const ACTIONS = metaFiles()
  .filter(({ folder }) => folder === "app/workflow-actions")
  .map(({ path }) => meta(path) as ActionMeta);

function robotOf(code: string) {
  return ROBOTS.find((robot) => robot.code === code)!;
}

describe("HubSpot workflow actions", () => {
  it("are the four that the code carries out, each at its door and under a uid of its name", () => {
    expect(ACTIONS.map(({ uid, config }) => [uid, config.actionUrl]).sort()).toEqual(
      [...WORKFLOW_CODES].sort().map((code) => [`tenure_${code}`, `\${PUBLIC_URL}/hubspot/actions/${code}`]),
    );
  });

  it.each(WORKFLOW_CODES)("%s takes and gives the same as the Bitrix24 robot of that name", (code) => {
    const { config } = ACTIONS.find(({ uid }) => uid === `tenure_${code}`)!;
    const robot = robotOf(code);
    expect(config.inputFields.map(({ typeDefinition }) => typeDefinition.name)).toEqual(Object.keys(robot.properties));
    expect(config.outputFields.map(({ typeDefinition }) => typeDefinition.name)).toEqual(Object.keys(robot.returns));
    const required = config.inputFields
      .filter(({ isRequired }) => isRequired)
      .map(({ typeDefinition }) => typeDefinition.name);
    const asked = Object.entries(robot.properties).filter(([, property]) => property.required);
    expect(required).toEqual(asked.map(([name]) => name));
    const labels = config.labels.en!;
    expect([labels.actionName, labels.actionDescription]).toEqual([robot.name.en, robot.description.en]);
  });

  it.each(ACTIONS.map((one) => [one.uid, one] as const))("%s labels every field and no other", (_, { config }) => {
    const inputs = config.inputFields.map(({ typeDefinition }) => typeDefinition.name);
    const outputs = config.outputFields.map(({ typeDefinition }) => typeDefinition.name);
    for (const labels of Object.values(config.labels)) {
      expect(Object.keys(labels.inputFieldLabels ?? {})).toEqual(inputs);
      expect(Object.keys(labels.inputFieldDescriptions ?? {})).toEqual(inputs);
      expect(Object.keys(labels.outputFieldLabels)).toEqual(outputs);
      const named = [...labels.actionCardContent.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!);
      expect(named.filter((name) => !inputs.includes(name))).toEqual([]);
    }
  });

  it("are labelled in English, and in no language that HubSpot's reference does not name (unverified list)", () => {
    const taken = ["en", "fr", "de", "ja", "es", "pt-br", "nl"];
    const languages = ACTIONS.flatMap(({ config }) => Object.keys(config.labels));
    expect(ACTIONS.filter(({ config }) => config.labels.en === undefined)).toEqual([]);
    expect(languages.filter((one) => !taken.includes(one))).toEqual([]);
  });

  it("run on the records that carry the cards, without asking for any property of them", () => {
    for (const { config } of ACTIONS) {
      expect(config.objectTypes).toEqual(["DEAL", "COMPANY", "CONTACT"]);
      expect(config.objectRequestOptions.properties).toEqual([]);
    }
  });

  it("ask the server for the templates of the account", () => {
    const start = ACTIONS.find(({ uid }) => uid === "tenure_start_plan")!;
    const [template] = start.config.inputFields;
    expect(template!.typeDefinition).toMatchObject({ name: "template", optionsUrl: start.config.actionUrl });
  });
});
