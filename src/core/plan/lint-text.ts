import { mergeField } from "../text/fields.ts";
import { messageText } from "../text/messages.ts";
import { fieldsIn } from "../text/render.ts";
import type { Report } from "./problem.ts";
import type { Localised, Template } from "./template.ts";

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
  if (isUnbalanced(text)) report("error", "open_field", path, "a {{field}} or [[passage]] is not closed");
  for (const { name, hasFallback, isOptional } of fieldsIn(text)) {
    const step = name.startsWith("plan.date.") ? name.slice("plan.date.".length) : null;
    if (!mergeField(name)) {
      report("error", "unknown_field", path, `there is no merge field "${name}"`);
    } else if (step !== null && !isOptional && !hasFallback && !template.steps.some(({ key }) => key === step)) {
      report("error", "unknown_step", path, `"${name}" asks for the date of a step that the template does not have`);
    } else if (!hasFallback && !isOptional && !["plan.days", "plan.start"].includes(name) && step === null) {
      report(
        "error",
        "no_stand_in",
        path,
        `"{{${name}}}" may be empty: give it a stand-in, {{${name}|…}}, or put the sentence into [[ ]]`,
      );
    } else if (!hasFallback && !isOptional && step !== null) {
      report(
        "warning",
        "no_stand_in",
        path,
        `the step behind "{{${name}}}" may be deleted or skipped: put the sentence into [[ ]]`,
      );
    }
  }
  if (PROMISES.some((promise) => promise.test(text))) {
    report(
      "warning",
      "fixed_promise",
      path,
      "the text promises a day in words; use {{plan.date.<step>:weekday}}, which follows the plan",
    );
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
      report(
        "error",
        "unknown_message",
        `steps[${at}].message.text`,
        `there is no letter "${step.message.text}" in the library`,
      );
      return;
    }
    check(letter.subject, `steps[${at}].message.subject`);
    check(letter.body, `steps[${at}].message.body`);
  });
}
