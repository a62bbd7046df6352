import type { ClientFacts, ClientRecord, DecideConfig } from "../decide.ts";
import type { Template } from "../plan/template.ts";
import type { PlanInputs } from "../plan/types.ts";

export interface Choice {
  template: Template;
  inputs: Pick<PlanInputs, "templateReason" | "lengthDays" | "extensions" | "options">;
}

/** Which template a client gets, and why. */
export function chooseFor(_key: string, _deal: ClientRecord, _facts: ClientFacts, config: DecideConfig): Choice {
  const template = config.newest.get(config.settings.defaultTemplate) ?? [...config.newest.values()][0];
  if (!template) throw new Error("There is no template at all.");
  return { template, inputs: { templateReason: { id: "plan.rule.default" } } };
}
