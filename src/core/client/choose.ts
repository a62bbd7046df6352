import type { ClientFacts, ClientRecord, DecideConfig } from "../decision.ts";
import { chooseTemplate } from "../plan/choose.ts";
import type { Template } from "../plan/template.ts";
import type { PlanInputs } from "../plan/types.ts";
import { clientRecord, valuesOf } from "./plan-facts.ts";

export interface Choice {
  template: Template;
  inputs: Pick<PlanInputs, "templateReason" | "lengthDays" | "options">;
}

/** Which template a client gets, and why: the portal's rules, first match wins (A7.5). A rule that names an unknown template is passed over. */
export function chooseFor(
  key: string,
  deal: ClientRecord | undefined,
  facts: ClientFacts,
  config: DecideConfig,
): Choice {
  const { templateRules, defaultTemplate } = config.settings;
  const rules = templateRules.filter((rule) => config.newest.has(rule.templateId));
  const choice = chooseTemplate(rules, valuesOf(clientRecord(key, facts), deal, config.settings), defaultTemplate);
  const template = config.newest.get(choice.templateId) ?? [...config.newest.values()][0];
  if (!template) throw new Error("There is no template at all.");
  const length = choice.lengthDays === null ? {} : { lengthDays: choice.lengthDays };
  return {
    template,
    inputs: { templateReason: choice.reason, options: choice.options, ...length },
  };
}
