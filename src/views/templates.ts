import { draftOf } from "../acts/edits.ts";
import type { Language } from "../core/model.ts";
import { lintTemplate } from "../core/plan/lint.ts";
import { builtInTemplates } from "../core/plan/templates/index.ts";
import { templateToYaml } from "../core/plan/yaml.ts";
import type { Problem } from "../core/problem.ts";
import type { Portal } from "../portal-open.ts";

export interface TemplateFile {
  id: string;
  version: number;
  title: string;
  steps: number;
  lengthDays: number;
  isBuiltIn: boolean;
  yaml: string;
  /** what keeps nobody from using it, and is worth a look */
  warnings: readonly Problem[];
}

/** Every template: built-in ones, then the portal's own, drafted ones included. */
export function templateFiles(portal: Portal, language: Language): readonly TemplateFile[] {
  const own = (draftOf(portal)?.body ?? portal.settings()).templates;
  const file = (isBuiltIn: boolean) => (template: (typeof own)[number]) => ({
    id: template.id,
    version: template.version,
    title: template.title[language] ?? template.title.en ?? template.id,
    steps: template.steps.length,
    lengthDays: template.lengthDays,
    isBuiltIn,
    yaml: templateToYaml(template),
    warnings: lintTemplate(template).filter(({ severity }) => severity === "warning"),
  });
  return [...builtInTemplates().map(file(true)), ...own.map(file(false))];
}

/** Templates that new plans may get, by title in the portal's language or the reader's. */
export function templateOptions(
  portal: Portal,
  search: string | null,
  reader?: Language,
): readonly { label: string; value: string }[] {
  if (portal.about() === null) return [];
  const { newest, language: usual } = portal.engine().config();
  const language = reader ?? usual;
  const wanted = (search ?? "").toLowerCase();
  return [...newest.values()]
    .map(({ id, title }) => ({ value: id, label: title[language] ?? title.en ?? Object.values(title)[0] ?? id }))
    .filter(({ label }) => label.toLowerCase().includes(wanted));
}
