/** What the client said: the latest answers to NPS and CES, wherever the CRM keeps them, and on our own survey pages. */
import { dayOf } from "../calendar/zone.ts";
import type { ClientFacts } from "../decision.ts";
import type { DesiredFields } from "../desired.ts";
import { LOW_ANSWER, type OutsideState } from "../outside/state.ts";
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

/** An answer that rounds to this or less is negative feedback; ease asked for on 1 to 7 thereby up to 3. */
const LOW = { ...LOW_ANSWER, csat: 0 } as const;
const KINDS = ["nps", "ces", "csat"] as const;

/**
 * Negative feedback that the CRM holds (A8.15), each answer once: of a kind of survey that stands as records of its own those, else what the
 * contacts keep of their last one. Answers on our own pages are reported as they come.
 */
export function lowAnswers(facts: ClientFacts, zone: string): readonly { recordId: string; day: number }[] {
  return KINDS.flatMap((kind) => {
    const records = recordsOf(facts, "survey").filter((one) => one.facts.kind === kind);
    const said =
      records.length > 0
        ? records.map(({ ref, facts: one }) => ({ ref, score: number(one.score), at: number(one.at) }))
        : recordsOf(facts, "contact").map(({ ref, facts: one }) => ({
            ref,
            score: number(one[kind]),
            at: number(one[`${kind}At`]),
          }));
    return said.flatMap(({ ref, score, at }) =>
      score === null || at === null || Math.round(score) > LOW[kind]
        ? []
        : [{ recordId: ref.id, day: dayOf(at, zone) }],
    );
  });
}

/** A10.4, A10.5: the newest answer counts; nothing is written where there is none. */
export function voiceFields(facts: ClientFacts, outside?: OutsideState): DesiredFields {
  return { nps: latest(answersOf("nps", facts, outside)), ces: latest(answersOf("ces", facts, outside)) };
}
