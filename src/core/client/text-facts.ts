/** Labels of a client's letters (A8.10): what is kept of a text that was read with consent, and what a person is asked to confirm. */
import { dayOf } from "../calendar/zone.ts";
import type { ClientFacts } from "../decision.ts";
import type { FactValue } from "../model.ts";
import type { TextReading } from "../signal/text-intent.ts";
import type { Intent } from "../signal/text-labels.ts";
import type { Acts } from "./acts.ts";
import { number, recordsOf, text } from "./plan-facts.ts";

/** The mood and the strongest intent of a letter, each with its confidence. */
export function textFacts({ mood, moodConfidence, intents }: TextReading): Record<string, FactValue> {
  const [first] = intents;
  return { mood, moodConfidence, intent: first?.intent ?? null, intentConfidence: first?.confidence ?? null };
}

/** Intents that matter once somebody has confirmed them, and the fact that they then are. Thanks and prices are none. */
const FACT_OF: Readonly<Partial<Record<Intent, string>>> = {
  termination: "termination_asked",
  terms: "terms_asked",
  management: "management_asked",
  suppliers_reviewed: "suppliers_reviewed",
  complaint: "complaint",
  contact_left: "contact_left",
};

export interface HeardIntent {
  /** the letter: a pointer, not its words */
  recordId: string;
  day: number;
  intent: string;
  confidence: number;
  /** what reporting it would state */
  fact: string;
}

/** Intents are asked about for this long, days. */
const ASKED_DAYS = 30;

/** Newest first: what letters seem to say and nobody has confirmed, denied or reported on that day or later. Never counted by itself. */
export function heardIntents(
  facts: ClientFacts,
  { signals, heard = {} }: Pick<Acts, "signals" | "heard">,
  zone: string,
  today: number,
): readonly HeardIntent[] {
  const seeming = recordsOf(facts, "email").flatMap((one): HeardIntent[] => {
    const at = number(one.facts.at);
    const intent = text(one.facts.intent);
    const fact = intent === null ? undefined : FACT_OF[intent as Intent];
    if (at === null || intent === null || fact === undefined || today - dayOf(at, zone) >= ASKED_DAYS) return [];
    if (heard[one.ref.id] || signals.some((known) => known.id === fact && known.at >= at)) return [];
    const confidence = number(one.facts.intentConfidence) ?? 0;
    return [{ recordId: one.ref.id, day: dayOf(at, zone), intent, confidence, fact }];
  });
  return seeming.sort((a, b) => b.day - a.day || (a.recordId < b.recordId ? -1 : 1));
}
