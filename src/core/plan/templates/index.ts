import { parseTemplate, type Template, type TemplateInput } from "../template.ts";
import { day306090 } from "./day-30-60-90.ts";
import { fourPhases } from "./four-phases.ts";
import { checklist, internalTasks } from "./internal.ts";
import { enterprise, smb } from "./segments.ts";
import { winBack } from "./win-back.ts";

const INPUTS: readonly TemplateInput[] = [day306090, enterprise, smb, fourPhases, internalTasks, checklist, winBack];

let parsed: readonly Template[] | null = null;

/** The templates every portal has; checked once, on first use. The first is the default. */
export function builtInTemplates(): readonly Template[] {
  parsed ??= INPUTS.map(parseTemplate);
  return parsed;
}
