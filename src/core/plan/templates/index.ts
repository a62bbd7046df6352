import { parseTemplate, type Template, type TemplateInput } from "../template.ts";
import { day306090 } from "./day-30-60-90.ts";
import { fourPhases } from "./four-phases.ts";
import { checklist, internalTasks } from "./internal.ts";
import { enterprise, smb } from "./segments.ts";
import { winBack } from "./win-back.ts";

const INPUTS: readonly TemplateInput[] = [day306090, enterprise, smb, fourPhases, internalTasks, checklist, winBack];

/** The templates every portal has, checked as they load. The first is the default. */
export const BUILT_IN: readonly Template[] = INPUTS.map(parseTemplate);

/** A built-in template by id, in its newest version; null where there is none. */
export function builtInTemplate(id: string): Template | null {
  return BUILT_IN.find((template) => template.id === id) ?? null;
}
