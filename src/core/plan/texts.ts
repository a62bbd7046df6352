import { WORD_FIELDS } from "../fields.ts";
import type { FactValue, TextRef } from "../model.ts";
import { messageText } from "../text/messages.ts";
import { fieldsIn } from "../text/render.ts";
import type { Localised, Template, TemplateStep } from "./template.ts";
import type { Plan } from "./types.ts";

/** Names of the `plan.…` merge fields that the texts use, in any language; cached per text object. `plan.link` is made when it is written. */
const planFields = new WeakMap<Localised, readonly string[]>();

function planFieldsOf(texts: Localised): readonly string[] {
  const known = planFields.get(texts);
  if (known) return known;
  const names = new Set<string>();
  for (const text of Object.values(texts)) {
    for (const { name } of fieldsIn(text)) if (name.startsWith("plan.") && name !== "plan.link") names.add(name);
  }
  const sorted = [...names].sort();
  planFields.set(texts, sorted);
  return sorted;
}

/** Days of the plan's first week, counted from day 0. */
const WEEK_DAYS = 7;

/** The client-visible items of the first week as `key@day;key@day`, in order of date. */
function weekItems(plan: Plan, template: Template): string | null {
  const items = plan.steps
    .filter((step, at) => template.steps[at]!.client && (step.state === "open" || step.state === "waiting"))
    .filter((step) => step.dueDay <= plan.startDay + WEEK_DAYS)
    .sort((a, b) => a.dueDay - b.dueDay);
  return items.length === 0 ? null : items.map(({ key, dueDay }) => `${key}@${dueDay}`).join(";");
}

function planField(name: string, plan: Plan, template: Template): FactValue {
  if (name === "plan.days") return plan.lengthDays;
  if (name === "plan.start") return plan.startDay;
  if (name === "plan.week") return weekItems(plan, template);
  if (name.startsWith("plan.date.")) {
    const step = plan.steps.find(({ key }) => key === name.slice("plan.date.".length));
    if (!step || step.state === "gone" || step.state === "skipped") return null;
    return step.state === "done" ? step.doneDay : step.dueDay;
  }
  return null;
}

function reference(id: string, texts: Localised, plan: Plan, template: Template): TextRef {
  const names = planFieldsOf(texts);
  if (names.length === 0) return { id };
  const params: Record<string, FactValue> = {};
  for (const name of names) params[name] = planField(name, plan, template);
  // A list of steps names them by key; their titles stand in the template.
  if (names.includes("plan.week")) params.template = `${template.id}@${template.version}`;
  return { id, params };
}

const base = (template: Template) => `template:${template.id}:${template.version}`;

/** Title of a step, with the dates it mentions taken from the live plan (A0.5). */
export function stepTitle(step: TemplateStep, plan: Plan, template: Template): TextRef {
  return reference(`${base(template)}:step:${step.key}:title`, step.title, plan, template);
}

/**
 * Body of a step, with what people have to know besides: how long it takes, what to write down. A message step that is drafted as a task
 * carries the letter itself.
 */
export function stepBody(step: TemplateStep, plan: Plan, template: Template): TextRef | null {
  const own = ownBody(step, plan, template);
  const more = {
    ...(step.message && step.message.attachments.length > 0 && { attachments: step.message.attachments.join(", ") }),
    ...(step.durationMinutes && { minutes: step.durationMinutes }),
    ...collected(step, plan, template),
    ...(fieldsOf(step).length > 0 && { collects: fieldsOf(step).join(",") }),
  };
  if (Object.keys(more).length === 0) return own;
  return { id: "plan.step_body", params: { ...own?.params, ...more, body: own?.id ?? null } };
}

function ownBody(step: TemplateStep, plan: Plan, template: Template): TextRef | null {
  if (step.message) return messageRef(step.message.text, "body", plan, template);
  if (!step.body) return null;
  return reference(`${base(template)}:step:${step.key}:body`, step.body, plan, template);
}

/** The fields into which people write what the step collects. */
function fieldsOf({ collects }: TemplateStep): readonly string[] {
  return collects.filter((key) => WORD_FIELDS.some(({ id }) => id === key));
}

/**
 * When the last of what the body quotes was collected. The quote is read when the text is made, which is before that as a rule; with the day
 * in it the text is made anew.
 */
function collected({ body = {} }: TemplateStep, plan: Plan, template: Template): Record<string, FactValue> {
  const quoted = new Set(Object.values(body).flatMap((text) => fieldsIn(text).map(({ name }) => name)));
  const days = plan.steps.flatMap(({ state, doneDay }, at) => {
    const isQuoted = fieldsOf(template.steps[at]!).some((field) => quoted.has(`client.${field}`));
    return isQuoted && state === "done" && doneDay !== null ? [doneDay] : [];
  });
  return days.length > 0 ? { collected: Math.max(...days) } : {};
}

export function checkRefs(step: TemplateStep, template: Template): TextRef[] {
  return step.checklist.map((_, at) => ({ id: `${base(template)}:step:${step.key}:check:${at}` }));
}

export function touchRef(key: string, part: "title" | "body", template: Template): TextRef {
  return { id: `${base(template)}:touch:${key}:${part}` };
}

/** Subject or body of a library message. */
export function messageRef(id: string, part: "subject" | "body", plan: Plan, template: Template): TextRef {
  const text = messageText(id);
  return text ? reference(`message:${id}:${part}`, text[part], plan, template) : { id: `message:${id}:${part}` };
}
