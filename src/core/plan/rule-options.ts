import type { Template } from "./template.ts";
import { builtInTemplates } from "./templates/index.ts";

/**
 * The options that a template's steps ask for, in the order of its steps; none for a template that nobody has.
 * @param ownTemplates the portal's templates; the newest version of an id counts, as it does for new plans
 */
export function optionsOf(templateId: string, ownTemplates: readonly Template[]): readonly string[] {
  const versions = [...builtInTemplates(), ...ownTemplates].filter(({ id }) => id === templateId);
  const newest = versions.reduce<Template | null>(
    (best, one) => (best && best.version > one.version ? best : one),
    null,
  );
  return [...new Set((newest?.steps ?? []).flatMap(({ option }) => option ?? []))];
}
