/** What a client is told: the admin's own words, or the plan's own facts in the client's language. */
import type { Day } from "../calendar/day.ts";
import type { FactValue, Language } from "../model.ts";
import { renderText } from "../text/render.ts";
import type { Choice } from "./match.ts";
import { inLanguage } from "./match.ts";
import type { QuestionSettings } from "./settings.ts";
import { QUESTION_WORDS } from "./words.ts";

/** The plan as the client's own page shows it. */
export interface ShownPlan {
  progress: number;
  finishDay: Day;
  isPaused: boolean;
  steps: readonly { title: string; day: Day; state: "done" | "next" | "ahead" }[];
  contact: { name: string | null; emergency: string; bookingLink: string | null };
}

export function sayQuestion(
  id: keyof typeof QUESTION_WORDS,
  language: Language,
  values: Readonly<Record<string, FactValue>> = {},
): string {
  return renderText(QUESTION_WORDS[id][language], { language, values }).text;
}

/** Null where the plan does not tell it: then a person does. */
export function sayChoice(
  choice: Choice,
  answers: QuestionSettings["answers"],
  plan: ShownPlan | null,
  language: Language,
): string | null {
  if (choice.from === "list") return inLanguage(answers, choice.at, language).answer;
  const lines = plan ? planLines(choice, plan, language) : [];
  return lines.length === 0 ? null : lines.join("\n");
}

function planLines(choice: Extract<Choice, { from: "plan" }>, plan: ShownPlan, language: Language): readonly string[] {
  const say = (id: keyof typeof QUESTION_WORDS, values?: Readonly<Record<string, FactValue>>) =>
    sayQuestion(id, language, values);
  const paused = plan.isPaused ? [say("question.paused")] : [];
  const next = plan.steps.find((step) => step.state === "next");
  const nextLine = next ? say("question.next", { step: next.title, day: next.day }) : say("question.next.none");
  switch (choice.what) {
    case "next":
      return [nextLine, ...(next ? paused : [])];
    case "dates":
      return [
        ...choice.steps.map((at) => {
          const { title, day, state } = plan.steps[at]!;
          return say(state === "done" ? "question.date.done" : "question.date", { step: title, day });
        }),
        ...paused,
      ];
    case "finish":
      return [say("question.finish", { day: plan.finishDay }), ...paused];
    case "progress":
      return [say("question.progress", { progress: plan.progress }), nextLine];
    case "contact":
      return contactLines(plan.contact, say);
  }
}

type Say = (id: keyof typeof QUESTION_WORDS, values?: Readonly<Record<string, FactValue>>) => string;

function contactLines({ name, emergency, bookingLink }: ShownPlan["contact"], say: Say): readonly string[] {
  return [
    ...(name ? [say("question.contact", { name })] : []),
    ...(emergency ? [say("question.emergency", { emergency })] : []),
    ...(bookingLink ? [say("question.book", { link: bookingLink })] : []),
  ];
}

/** The topic of a choice, as the review names it. */
export function topicOf(choice: Choice, answers: QuestionSettings["answers"]): string {
  return choice.from === "list" ? answers[choice.at]!.topic : `plan_${choice.what}`;
}
