/**
 * What a message says between the lines, by lexicon and rules: mood and intent, in Russian, Ukrainian, Romanian and English.
 * Takes a text, gives labels with confidence; the text itself is neither kept nor returned. A person confirms before it counts.
 */
import { tokens } from "../text/tokens.ts";
import type { Intent, Mood } from "./text-labels.ts";
import { CLAUSE_GOES_ON, INTENTS, type IntentWords, MOOD, NEGATIONS, NONE_BEHIND } from "./text-words.ts";

export interface TextReading {
  mood: Mood;
  /** 0..1 */
  moodConfidence: number;
  /** strongest first; only those with confidence of .5 and more */
  intents: readonly { intent: Intent; confidence: number }[];
}

/** Quoted history and signatures belong to other messages. */
const QUOTE_LINE = /^\s*(>|from:|от:|від:|de la:|-----|_____)|^--\s*$/i;
/** "On 3 March Ann wrote:" */
const QUOTE_HEAD = /(?:wrote|написал|написала|написал\(а\)|написав|пише|a scris):\s*$/i;
const HEAD_MAX = 300;
/** Words before a match within which a negation turns it: "do not want to cancel", "not good at all". It does not reach beyond its clause. */
const INTENT_REACH = 3;
const MOOD_REACH = 2;
/** Among the words: a sentence ends, a clause ends. */
const STOP = ".";
const COMMA = ",";
/** Characters before a match in which those words stand. Whoever writes a letter decides how long it is. */
const BEFORE = 400;

/** Reads one message. @param text plain text, any of the four languages, also mixed */
export function readText(text: string): TextReading {
  const words = wordsOf(ownWords(text).join("\n"));
  const joined = ` ${words.join(" ")} `;
  const intents = INTENTS.map(({ intent, patterns }) => ({ intent, confidence: confidenceOf(patterns, joined) }))
    .filter(({ confidence }) => confidence >= 0.5)
    .sort((a, b) => b.confidence - a.confidence || (a.intent < b.intent ? -1 : 1));
  return {
    ...moodOf(
      words,
      intents.map((i) => i.intent),
    ),
    intents,
  };
}

/** The lines of a letter up to what it quotes. */
export function ownWords(text: string): readonly string[] {
  const lines = text.split("\n");
  const quoted = lines.findIndex(
    (line) => QUOTE_LINE.test(line) || (line.length <= HEAD_MAX && /\d/.test(line) && QUOTE_HEAD.test(line)),
  );
  return quoted < 0 ? lines : lines.slice(0, quoted);
}

/** The words, with marks where a sentence and where a clause ends. */
function wordsOf(text: string): string[] {
  return text.split(/(?<![.!?…])[.!?…]+(?=\s|$)|;|\n\s*\n/).flatMap((sentence) => [
    ...sentence.split(/[,:()]|\s[-–—]+\s/).flatMap((clause, at) => {
      const words = tokens(clause);
      return at === 0 || CLAUSE_GOES_ON.has(words[0] ?? "") ? words : [COMMA, ...words];
    }),
    STOP,
  ]);
}

/** The strongest pattern that is there and not negated; two different ones make it surer. */
function confidenceOf(patterns: readonly IntentWords[], joined: string): number {
  const found = patterns
    .filter((p) => occurs(p, joined))
    .map((p) => p.confidence)
    .sort((a, b) => b - a);
  const [first, second] = found;
  if (first === undefined) return 0;
  return second === undefined ? first : Math.round(Math.min(0.98, first + 0.3 * second * (1 - first)) * 100) / 100;
}

function occurs({ pattern, isNegatable }: IntentWords, joined: string): boolean {
  for (const match of joined.matchAll(pattern())) {
    if (!isNegatable) return true;
    const before = joined
      .slice(Math.max(0, match.index - BEFORE), match.index)
      .trim()
      .split(" ");
    if (!isNegated(before, before.length, INTENT_REACH)) return true;
  }
  return false;
}

/** Does a negation stand among the words before the one at `at`, in its own clause? */
function isNegated(words: readonly string[], at: number, reach: number): boolean {
  for (let i = at - 1; i >= 0 && i >= at - reach; i--) {
    const word = words[i]!;
    if (word === STOP || word === COMMA) return false;
    if (NEGATIONS.has(word)) return true;
  }
  return false;
}

/** Counts words of either mood, negation turning them; intents of leaving and complaint pull it down. */
function moodOf(words: readonly string[], intents: readonly Intent[]): { mood: Mood; moodConfidence: number } {
  let balance = 0;
  let hits = 0;
  words.forEach((word, i) => {
    const value = moodOfWord(word);
    if (value === 0) return;
    hits += 1;
    const isTurned = isNegated(words, i, MOOD_REACH) || NONE_BEHIND.has(words[i + 1] ?? "");
    balance += isTurned ? -0.8 * value : value;
  });
  if (intents.includes("termination") || intents.includes("complaint")) {
    // Politeness around bad news does not make it good.
    balance = Math.min(0, balance) - 1.5;
    hits += 1;
  } else if (intents.includes("thanks")) balance += 0.5;
  const strength = Math.abs(balance);
  const moodConfidence = Math.round(Math.min(0.95, 0.45 + 0.2 * strength + 0.03 * hits) * 100) / 100;
  if (strength < 0.8) return { mood: "neutral", moodConfidence: Math.round((0.6 - 0.2 * strength) * 100) / 100 };
  return { mood: balance < 0 ? "negative" : "positive", moodConfidence };
}

function moodOfWord(word: string): number {
  for (const { words, stems, value } of MOOD)
    if (words.has(word) || stems.some((stem) => word.startsWith(stem))) return value;
  return 0;
}
