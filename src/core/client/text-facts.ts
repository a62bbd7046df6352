/** Labels of a client's letters (A8.10): what is kept of a text that was read with consent, and what a person is asked to confirm. */
import { dayOf } from "../calendar/zone.ts";
import type { ClientFacts, ClientRecord } from "../decision.ts";
import type { FactValue } from "../model.ts";
import { own } from "../own.ts";
import type { TextReading } from "../signal/text-intent.ts";
import { INTENT_NAMES, type Intent, MOOD_NAMES, type Mood } from "../signal/text-labels.ts";
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

/** Confidence from which a letter's tone counts before anybody said anything of it. */
const SURE = 0.6;

/** Under which a person's answer about the tone of a letter is kept, beside the one about its intent. */
export function toneKey(recordId: string): string {
  return `mood:${recordId}`;
}

/** Does this letter count as one in an angry tone? A person's word is above the label's confidence. */
export function isAngry({ ref, facts }: ClientRecord, heard: Acts["heard"] = {}): boolean {
  if (facts.mood !== "negative") return false;
  return own(heard, toneKey(ref.id))?.isSo ?? (number(facts.moodConfidence) ?? 0) >= SURE;
}

/** The labels of one letter (A11.4): a pointer to it, none of its words. */
export interface LetterLabels {
  recordId: string;
  day: number;
  mood: Mood;
  /** 0..1 */
  moodConfidence: number;
  /** the strongest one */
  intent: Intent | null;
  intentConfidence: number;
  /** an angry tone that nobody has confirmed or denied */
  isAsked: boolean;
  /** what a person said of the tone */
  isSo: boolean | null;
}

/**
 * What confirming the tone of a letter states for the score (A11.1). Null where the letter also asks for something that is confirmed by itself: one
 * letter must not count twice.
 */
export function toneFact({ intent }: Pick<LetterLabels, "intent">): string | null {
  return intent !== null && FACT_OF[intent] !== undefined ? null : "angry_letter";
}

/** Newest first: the client's letters of the last month that were read with consent. */
export function letterLabels(
  facts: ClientFacts,
  { heard = {} }: Pick<Acts, "heard">,
  zone: string,
  today: number,
): readonly LetterLabels[] {
  const read = recordsOf(facts, "email").flatMap(({ ref, facts: one }): LetterLabels[] => {
    const at = number(one.at);
    const mood = MOOD_NAMES.find((known) => known === one.mood);
    if (at === null || mood === undefined || today - dayOf(at, zone) >= ASKED_DAYS) return [];
    const isSo = own(heard, toneKey(ref.id))?.isSo ?? null;
    return [
      {
        recordId: ref.id,
        day: dayOf(at, zone),
        mood,
        moodConfidence: number(one.moodConfidence) ?? 0,
        intent: INTENT_NAMES.find((known) => known === one.intent) ?? null,
        intentConfidence: number(one.intentConfidence) ?? 0,
        isAsked: mood === "negative" && isSo === null,
        isSo,
      },
    ];
  });
  return read.sort((a, b) => b.day - a.day || (a.recordId < b.recordId ? -1 : 1));
}
