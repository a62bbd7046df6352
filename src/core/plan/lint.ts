/** The linter: says what is wrong with a template, where, and what to do. The form of a template is checked by its schema first. */
import { z } from "zod";
import { LANGUAGES, type Language } from "../model.ts";
import { formProblems } from "../problem.ts";
import { anchorKey, compileTemplate, StepsInCircle } from "./compile.ts";
import { lintText } from "./lint-text.ts";
import { type Condition, LONGEST_EXTENSION_DAYS, parseTemplate, type Template, type TemplateStep } from "./template.ts";
import type { Report, TemplateProblem } from "./template-problem.ts";

/** Limits that belong to the portal rather than to the template. */
export interface LintLimits {
  maxMessagesPerWeek: number;
}

function lintKeys(template: Template, report: Report): void {
  const lists = { steps: template.steps, phases: template.phases, milestones: template.milestones };
  for (const [name, list] of Object.entries(lists)) {
    const seen = new Set<string>();
    list.forEach(({ key }, at) => {
      if (seen.has(key)) report("error", "double_key", `${name}[${at}].key`, { key });
      seen.add(key);
    });
  }
}

/** Steps and milestones a condition asks for, each with its path. */
function namesIn(condition: Condition, path: string): { kind: "step" | "milestone"; key: string; path: string }[] {
  if ("all" in condition) return condition.all.flatMap((one, at) => namesIn(one, `${path}.all[${at}]`));
  if ("any" in condition) return condition.any.flatMap((one, at) => namesIn(one, `${path}.any[${at}]`));
  if ("not" in condition) return namesIn(condition.not, `${path}.not`);
  if ("step" in condition) return [{ kind: "step", key: condition.step, path: `${path}.step` }];
  if ("milestone" in condition) return [{ kind: "milestone", key: condition.milestone, path: `${path}.milestone` }];
  return [];
}

function lintReferences(template: Template, report: Report): void {
  const stepOf = new Map(template.steps.map((step) => [step.key, step]));
  const milestones = new Set(template.milestones.map(({ key }) => key));
  const phases = new Set(template.phases.map(({ key }) => key));
  const needStep = (key: string, path: string, from?: TemplateStep) => {
    const found = stepOf.get(key);
    if (!found) report("error", "unknown_step", path, { key });
    else if (from && found.option !== undefined && found.option !== from.option) {
      report("warning", "optional_step", path, { key, option: found.option, from: from.key });
    }
    if (from && key === from.key) report("error", "waits_for_itself", path, { key });
  };
  const needMilestone = (key: string, path: string) => {
    if (!milestones.has(key)) report("error", "unknown_milestone", path, { key });
  };
  const condition = (one: Condition | undefined, path: string, from?: TemplateStep) => {
    for (const name of one ? namesIn(one, path) : []) {
      if (name.kind === "step") needStep(name.key, name.path, from);
      else needMilestone(name.key, name.path);
    }
  };
  template.steps.forEach((step, at) => {
    const path = `steps[${at}]`;
    if (!phases.has(step.phase)) report("error", "unknown_phase", `${path}.phase`, { phase: step.phase });
    step.after.forEach((key, i) => {
      needStep(key, `${path}.after[${i}]`, step);
    });
    const { from } = step.when;
    if (typeof from === "object" && "step" in from) needStep(from.step, `${path}.when.from.step`, step);
    if (typeof from === "object" && "milestone" in from) needMilestone(from.milestone, `${path}.when.from.milestone`);
    condition(step.gate, `${path}.gate`, step);
    condition(step.condition, `${path}.condition`, step);
    const after = step.message?.afterMessage;
    if (after) needStep(after.step, `${path}.message.afterMessage.step`, step);
  });
  template.milestones.forEach((milestone, at) => {
    milestone.steps.forEach((key, i) => {
      needStep(key, `milestones[${at}].steps[${i}]`);
    });
    condition(milestone.condition, `milestones[${at}].condition`);
  });
}

function lintComplexity(template: Template, report: Report): void {
  const phases = new Set(template.phases.map(({ key }) => key));
  let sum = 0;
  template.complexity.forEach((entry, at) => {
    for (const name of namesIn(entry.when, `complexity[${at}].when`)) report("error", "facts_only", name.path, {});
    for (const [phase, days] of Object.entries(entry.extends)) {
      sum += days;
      if (!phases.has(phase)) report("error", "unknown_phase", `complexity[${at}].extends.${phase}`, { phase });
    }
  });
  if (sum > LONGEST_EXTENSION_DAYS)
    report("error", "extended_too_far", "complexity", { n: sum, most: LONGEST_EXTENSION_DAYS });
}

function lintCircles(template: Template, report: Report): void {
  try {
    compileTemplate({ ...template });
  } catch (error) {
    if (!(error instanceof StepsInCircle)) throw error;
    report("error", "circle", "steps", { circle: error.circle.join(" → ") });
  }
}

/** Day after the start on which a step is due by its own offset; null where it hangs on something else. */
function plainDay(template: Template, step: TemplateStep): number | null {
  const { from, days } = step.when;
  if (from === "start") return days;
  if (typeof from === "object" && "milestone" in from) {
    const milestone = template.milestones.find(({ key }) => key === from.milestone);
    return milestone ? milestone.day + days : null;
  }
  return null;
}

function lintDays(template: Template, report: Report): void {
  template.phases.forEach((phase, at) => {
    if (phase.toDay < phase.fromDay)
      report("error", "phase_backwards", `phases[${at}].toDay`, {
        phase: phase.key,
        from: phase.fromDay,
        to: phase.toDay,
      });
    const before = template.phases[at - 1];
    if (before && phase.fromDay < before.fromDay)
      report("error", "phase_order", `phases[${at}].fromDay`, { phase: phase.key, before: before.key });
  });
  template.steps.forEach((step, at) => {
    const day = plainDay(template, step);
    const phase = template.phases.find(({ key }) => key === step.phase);
    if (day !== null && phase && day > phase.toDay && step.kind !== "message") {
      report("warning", "after_phase", `steps[${at}].when.days`, {
        key: step.key,
        day,
        phase: phase.key,
        to: phase.toDay,
      });
    }
    if (step.fixed && anchorKey(step) !== null) {
      report("error", "fixed_follows", `steps[${at}].fixed`, { key: step.key });
    }
    if (!step.fixed || day === null) return;
    step.after.forEach((key, i) => {
      const before = template.steps.find((one) => one.key === key);
      const beforeDay = before ? plainDay(template, before) : null;
      if (beforeDay !== null && beforeDay > day) {
        report("error", "fixed_too_early", `steps[${at}].after[${i}]`, { key: step.key, day, before: key, beforeDay });
      }
    });
  });
}

function lintKinds(template: Template, report: Report): void {
  template.steps.forEach((step, at) => {
    const path = `steps[${at}]`;
    if (step.kind === "message" && !step.message)
      report("error", "message_missing", `${path}.message`, { key: step.key });
    if (step.kind === "provision" && !step.action)
      report("error", "action_missing", `${path}.action`, { key: step.key });
    if ((step.message?.attachments.length ?? 0) > 1) {
      report("warning", "many_attachments", `${path}.message.attachments`, {
        key: step.key,
        n: step.message!.attachments.length,
      });
    }
    if (step.gate && step.required && step.kind !== "provision") {
      report("warning", "gate_holds_graduation", `${path}.gate`, { key: step.key });
    }
    if (step.checklist.length > 12)
      report("warning", "long_checklist", `${path}.checklist`, { key: step.key, n: step.checklist.length });
  });
}

function lintHumanTouch(template: Template, report: Report): void {
  const isHuman = (step: TemplateStep) =>
    step.kind === "task" &&
    (step.type === "call" || step.type === "meeting") &&
    step.option === undefined &&
    !step.condition &&
    !step.gate;
  if (!template.steps.some(isHuman)) {
    report("error", "no_human_touch", "steps", {});
  }
}

function lintMessageRate(template: Template, limits: LintLimits, report: Report): void {
  const days = template.steps
    .map((step, at) => ({ at, day: step.message ? plainDay(template, step) : null, key: step.key }))
    .filter((one): one is { at: number; day: number; key: string } => one.day !== null)
    .sort((a, b) => a.day - b.day);
  for (const [index, first] of days.entries()) {
    const week = days.slice(index).filter(({ day }) => day < first.day + 7);
    if (week.length <= limits.maxMessagesPerWeek) continue;
    const last = week[limits.maxMessagesPerWeek]!;
    report("error", "too_many_messages", `steps[${last.at}].when.days`, {
      key: last.key,
      n: limits.maxMessagesPerWeek + 1,
      most: limits.maxMessagesPerWeek,
    });
    return;
  }
}

function lintTouchpoints(template: Template, report: Report): void {
  if (!template.graduates) return;
  for (const clientClass of ["A", "B", "C"] as const) {
    const own = template.touchpoints[clientClass];
    if (!own.some(({ toMonth }) => toMonth === undefined)) {
      report("warning", "no_touchpoint", `touchpoints.${clientClass}`, { clientClass });
    }
  }
}

function lintLanguages(template: Template, report: Report): void {
  const wanted = LANGUAGES.filter((language) => template.title[language] !== undefined);
  const check = (texts: Partial<Record<Language, string>> | undefined, path: string) => {
    const lacking = texts ? wanted.filter((language) => texts[language] === undefined) : [];
    if (lacking.length > 0) report("warning", "language_missing", path, { languages: lacking.join(", ") });
  };
  template.phases.forEach(({ title }, at) => {
    check(title, `phases[${at}].title`);
  });
  template.milestones.forEach(({ title }, at) => {
    check(title, `milestones[${at}].title`);
  });
  template.steps.forEach((step, at) => {
    check(step.title, `steps[${at}].title`);
    check(step.body, `steps[${at}].body`);
    step.checklist.forEach((item, i) => {
      check(item, `steps[${at}].checklist[${i}]`);
    });
  });
}

/** Everything that is wrong with a template, errors first, in the order of the document. */
export function lintTemplate(template: Template, limits: LintLimits = { maxMessagesPerWeek: 3 }): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const report: Report = (severity, code, path, params) => problems.push({ severity, code, path, params });
  lintKeys(template, report);
  lintReferences(template, report);
  lintComplexity(template, report);
  lintCircles(template, report);
  lintDays(template, report);
  lintKinds(template, report);
  lintHumanTouch(template, report);
  lintMessageRate(template, limits, report);
  lintTouchpoints(template, report);
  lintLanguages(template, report);
  lintText(template, report);
  return problems.sort((a, b) => (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1));
}

/** Form and sense in one: what a page shows for a document that somebody typed. */
export function checkTemplate(
  input: unknown,
  limits?: LintLimits,
): { template: Template | null; problems: TemplateProblem[] } {
  try {
    const template = parseTemplate(input);
    return { template, problems: lintTemplate(template, limits) };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const problems = formProblems(error, pathText);
    return { template: null, problems: problems.map((one) => ({ severity: "error" as const, ...one })) };
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at > 0 ? "." : ""}${String(part)}`))
    .join("");
}
