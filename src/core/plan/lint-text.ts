import { mergeField } from "../text/fields.ts";
import { messageText } from "../text/messages.ts";
import { fieldsIn } from "../text/render.ts";
import type { Localised, Template } from "./template.ts";
import type { Report } from "./template-problem.ts";

/** Words that promise a day the plan may not keep (A0.5); dates belong into merge fields. */
const PROMISES = [
  /\btomorrow\b/i,
  /\bnext (monday|tuesday|wednesday|thursday|friday|week)\b/i,
  /(?<![а-яё])(завтра|послезавтра)(?![а-яё])/i,
  /(?<![а-яіїєґ])(завтра|післязавтра)(?![а-яіїєґ])/i,
  /(?<![a-zăâîșț])(mâine|poimâine)(?![a-zăâîșț])/i,
];

/** A merge field or passage that was opened and not closed, or closed and not opened. */
function isUnbalanced(text: string): boolean {
  const count = (mark: string) => text.split(mark).length - 1;
  return count("{{") !== count("}}") || count("[[") !== count("]]");
}

function lintOne(text: string, path: string, template: Template, report: Report): void {
  if (isUnbalanced(text)) report("error", "open_field", path, {});
  for (const { name, hasFallback, isOptional } of fieldsIn(text)) {
    const step = name.startsWith("plan.date.") ? name.slice("plan.date.".length) : null;
    if (!mergeField(name)) {
      report("error", "unknown_field", path, { name });
    } else if (step !== null && !isOptional && !hasFallback && !template.steps.some(({ key }) => key === step)) {
      report("error", "date_of_nothing", path, { name });
    } else if (!hasFallback && !isOptional && !["plan.days", "plan.start"].includes(name) && step === null) {
      report("error", "no_stand_in", path, { name });
    } else if (!hasFallback && !isOptional && step !== null) {
      report("warning", "step_may_go", path, { name });
    }
  }
  if (PROMISES.some((promise) => promise.test(text))) {
    report("warning", "fixed_promise", path, {});
  }
}

/** Every text of a template and of the letters it sends: known fields, stand-ins, promises that the plan can keep. */
export function lintText(template: Template, report: Report): void {
  const check = (texts: Localised | undefined, path: string) => {
    for (const [language, text] of Object.entries(texts ?? {})) lintOne(text, `${path}.${language}`, template, report);
  };
  template.steps.forEach((step, at) => {
    check(step.title, `steps[${at}].title`);
    check(step.body, `steps[${at}].body`);
    step.checklist.forEach((item, i) => {
      check(item, `steps[${at}].checklist[${i}]`);
    });
    if (!step.message) return;
    const letter = messageText(step.message.text);
    if (!letter) {
      report("error", "unknown_message", `steps[${at}].message.text`, { name: step.message.text });
      return;
    }
    check(letter.subject, `steps[${at}].message.subject`);
    check(letter.body, `steps[${at}].message.body`);
  });
}
