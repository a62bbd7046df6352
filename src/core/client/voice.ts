/** What the client said: the latest answers to NPS and CES, wherever the CRM keeps them, and on our own survey pages. */
import type { ClientFacts } from "../decision.ts";
import type { DesiredFields } from "../desired.ts";
import type { OutsideState } from "../outside/state.ts";
import { number, recordsOf } from "./plan-facts.ts";

interface Answer {
  score: number;
  at: number;
}

function latest(answers: readonly Answer[]): number | null {
  let newest: Answer | null = null;
  for (const one of answers) if (newest === null || one.at > newest.at) newest = one;
  return newest?.score ?? null;
}

function answersOf(kind: "nps" | "ces", facts: ClientFacts, outside: OutsideState | undefined): Answer[] {
  const answers: Answer[] = (outside?.answers ?? []).filter((one) => one.kind === kind);
  for (const { facts: contact } of recordsOf(facts, "contact")) {
    const score = number(contact[kind]);
    if (score !== null) answers.push({ score, at: number(contact[`${kind}At`]) ?? 0 });
  }
  for (const { facts: survey } of recordsOf(facts, "survey")) {
    const score = number(survey.score);
    if (survey.kind === kind && score !== null) answers.push({ score, at: number(survey.at) ?? 0 });
  }
  return answers;
}

/** A10.4, A10.5: the newest answer counts; nothing is written where there is none. */
export function voiceFields(facts: ClientFacts, outside?: OutsideState): DesiredFields {
  return { nps: latest(answersOf("nps", facts, outside)), ces: latest(answersOf("ces", facts, outside)) };
}
