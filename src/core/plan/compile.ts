import type { Template, TemplateStep } from "./template.ts";

/** A template prepared for dating: steps in an order in which everything a step waits for comes before it. */
export interface CompiledTemplate {
  readonly template: Template;
  readonly stepOf: ReadonlyMap<string, TemplateStep>;
  readonly indexOf: ReadonlyMap<string, number>;
  /** indices into `template.steps`, dependencies first; template order otherwise */
  readonly order: readonly number[];
  /** per step: indices of the steps it waits for */
  readonly waitsFor: readonly (readonly number[])[];
  /** per step: index of the step its date counts from, or -1 */
  readonly anchorOf: readonly number[];
}

const compiled = new WeakMap<Template, CompiledTemplate>();
const selected = new WeakMap<Template, Map<string, Template>>();

/** The template with the steps that a plan with these options has; one object per choice, so that it is prepared once. */
export function selectSteps(template: Template, options: readonly string[]): Template {
  let choices = selected.get(template);
  if (!choices) {
    choices = new Map();
    selected.set(template, choices);
  }
  const choice = [...options].sort().join(" ");
  const known = choices.get(choice);
  if (known) return known;
  const steps = template.steps.filter(({ option }) => option === undefined || options.includes(option));
  const result = steps.length === template.steps.length ? template : { ...template, steps };
  choices.set(choice, result);
  return result;
}

/** The step whose date this one counts from, if any. */
export function anchorKey(step: TemplateStep): string | null {
  return typeof step.when.from === "object" && "step" in step.when.from ? step.when.from.step : null;
}

/** Steps that wait for each other, so that none of them can ever begin. */
export class StepsInCircle extends Error {
  /** the keys of the steps, the first once more at the end */
  readonly circle: readonly string[];

  constructor(template: Template, circle: readonly string[]) {
    super(`template ${template.id}: steps wait for each other: ${circle.join(" -> ")}`);
    this.circle = circle;
  }
}

/** Prepares a template, once per object. Unknown references are ignored here; the linter names them. @throws StepsInCircle */
export function compileTemplate(template: Template): CompiledTemplate {
  const known = compiled.get(template);
  if (known) return known;
  const indexOf = new Map(template.steps.map((step, index) => [step.key, index]));
  const index = (key: string) => indexOf.get(key) ?? -1;
  const waitsFor = template.steps.map((step) => step.after.map(index).filter((at) => at >= 0));
  const anchorOf = template.steps.map((step) => index(anchorKey(step) ?? ""));
  const order = sortByNeed(template, waitsFor, anchorOf);
  const stepOf = new Map(template.steps.map((step) => [step.key, step]));
  const result = { template, stepOf, indexOf, order, waitsFor, anchorOf };
  compiled.set(template, result);
  return result;
}

function sortByNeed(
  template: Template,
  waitsFor: readonly (readonly number[])[],
  anchorOf: readonly number[],
): readonly number[] {
  const order: number[] = [];
  const state = new Uint8Array(template.steps.length);
  const visit = (at: number, path: readonly number[]): void => {
    if (state[at] === 2) return;
    if (state[at] === 1) {
      const circle = [...path.slice(path.indexOf(at)), at].map((i) => template.steps[i]!.key);
      throw new StepsInCircle(template, circle);
    }
    state[at] = 1;
    for (const before of waitsFor[at]!) visit(before, [...path, at]);
    if (anchorOf[at]! >= 0) visit(anchorOf[at]!, [...path, at]);
    state[at] = 2;
    order.push(at);
  };
  for (let at = 0; at < template.steps.length; at++) visit(at, []);
  return order;
}
