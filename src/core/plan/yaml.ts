import { parse, stringify } from "yaml";
import type { Problem, ProblemCode } from "../problem.ts";
import { checkTemplate, type LintLimits } from "./lint.ts";
import { type Template, templateSchema } from "./template.ts";
import type { TemplateProblem } from "./template-problem.ts";

/** Documents beyond this size are refused before they are parsed, bytes of text. */
const LONGEST = 400_000;

/** A template as YAML, the way people edit and share it; values that are the default are left out. */
export function templateToYaml(template: Template): string {
  return stringify(withoutDefaults(template), { lineWidth: 120 });
}

/** Reads a template from YAML (or JSON, which is YAML). Never throws for what somebody typed: problems say what and where. */
export function templateFromYaml(
  text: string,
  limits?: LintLimits,
): { template: Template | null; problems: TemplateProblem[] } {
  if (text.length > LONGEST) return refused("too_big", { n: LONGEST });
  try {
    // Aliases are how a small document becomes a huge one; warnings would quote what somebody typed on standard error.
    return checkTemplate(parse(text, { maxAliasCount: 20, logLevel: "error" }), limits);
  } catch (error) {
    return refused("yaml", { what: (error as Error).message });
  }
}

function refused(code: ProblemCode, params: Problem["params"]): { template: null; problems: TemplateProblem[] } {
  return { template: null, problems: [{ severity: "error", code, path: "", params }] };
}

/** Drops what the schema would fill in again. */
function withoutDefaults(template: Template): unknown {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value).filter(([, one]) => !(Array.isArray(one) && one.length === 0));
    return Object.fromEntries(entries.map(([key, one]) => [key, strip(one)]));
  };
  const plain = strip(template) as {
    graduates?: boolean;
    phases: Record<string, unknown>[];
    steps: Record<string, unknown>[];
    touchpoints?: Record<string, Record<string, unknown>[]>;
  };
  if (plain.graduates) delete plain.graduates;
  for (const phase of plain.phases) if (phase.fixed === false) delete phase.fixed;
  for (const touch of Object.values(plain.touchpoints ?? {}).flat())
    if (touch.priority === "medium") delete touch.priority;
  for (const step of plain.steps) {
    for (const [key, value] of Object.entries(STEP_DEFAULTS)) if (step[key] === value) delete step[key];
    const when = step.when as Record<string, unknown>;
    if (when.from === "start") delete when.from;
    if (when.unit === "calendar") delete when.unit;
  }
  return templateSchema.safeParse(plain).success ? plain : template;
}

const STEP_DEFAULTS: Readonly<Record<string, unknown>> = {
  kind: "task",
  durationDays: 0,
  type: "todo",
  priority: "medium",
  fixed: false,
  scaled: true,
  required: true,
  client: false,
  meeting: false,
};
