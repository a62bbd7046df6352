/**
 * Which answer a question wants: one of those that the admin wrote, or one that the client's own plan holds. By words and rules, in Russian,
 * Ukrainian, Romanian and English; nothing is made up: what is not found for sure is nobody's answer. Takes a text and gives a choice; the text
 * is neither kept nor returned.
 */
import { NEGATIONS } from "../signal/text-words.ts";
import { tokens } from "../text/tokens.ts";
import {
  ASKED_WITH,
  ASKING,
  type Asking,
  EMPTY_WORDS,
  ENDINGS,
  PLAN_QUESTION_WORDS,
  PLAN_WORDS_OF,
  type PlanQuestion,
  TURNING,
} from "./lexicon.ts";
import type { ListedAnswer } from "./settings.ts";

/** What may be said: an answer of the list by its place, steps of the plan with their dates by theirs, or something else about the plan. */
export type Choice =
  | { from: "list"; at: number }
  | { from: "plan"; what: PlanQuestion }
  | { from: "plan"; what: "dates"; steps: readonly number[] };

export interface Found {
  choice: Choice;
  /** 0..1 */
  confidence: number;
}

/** Less than this is not answered. */
export const SURE = 0.6;
/** Two topics nearer to each other than this are not told apart. */
const MARGIN = 0.08;
/** Words of a question that count; a longer text is a letter, and a person reads it. */
const WORDS_MAX = 40;
/** Questions about the plan are short: each further word makes it less sure that this is one. */
const STRANGE_WORD = 0.6;
/** More steps than this are no answer to "when is …". */
const STEPS_MAX = 3;

interface Asked {
  asking: Asking;
  words: readonly string[];
  /** denies, undoes, or tells of a fault */
  isTurned: boolean;
}

/** The question as rules see it; null where there is nothing to go by. */
function read(text: string): Asked | null {
  const all = tokens(text);
  if (all.length === 0 || all.length > WORDS_MAX) return null;
  const asking = /(?:^| )de ce(?: |$)/.test(all.join(" "))
    ? "why"
    : (ASKING.find(([, words]) => all.some((word) => words.has(word)))?.[0] ?? "how");
  const words = [...new Set(all.filter((word) => !EMPTY_WORDS.has(word)))];
  return { asking, words, isTurned: all.some(isTurning) };
}

function isTurning(word: string): boolean {
  return NEGATIONS.has(word) || word === "cannot" || TURNING.some((start) => word.startsWith(start));
}

/** The same word, maybe in another form: what follows the common beginning are two endings. */
export function isSameWord(a: string, b: string): boolean {
  if (a === b) return true;
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  if (same < 3 || same < 0.6 * Math.min(a.length, b.length)) return false;
  const [restA, restB] = [a.slice(same), b.slice(same)];
  return (restA === "" || ENDINGS.has(restA)) && (restB === "" || ENDINGS.has(restB));
}

/** Share of `words` that `others` have too. */
function covered(words: readonly string[], others: readonly string[]): number {
  if (words.length === 0) return 0;
  return words.filter((word) => others.some((other) => isSameWord(word, other))).length / words.length;
}

function likeness(question: Asked, known: Asked): number {
  const [ours, theirs] = [covered(known.words, question.words), covered(question.words, known.words)];
  if (ours === 0 || theirs === 0) return 0;
  const isOther = question.asking !== known.asking || question.isTurned !== known.isTurned;
  return ((2 * ours * theirs) / (ours + theirs)) * (isOther ? 0.5 : 1);
}

/** How well each topic of the list fits, best first; one entry per topic. */
function listed(question: Asked, answers: readonly ListedAnswer[]): { at: number; confidence: number }[] {
  const best = new Map<string, { at: number; confidence: number }>();
  answers.forEach(({ topic, asked }, at) => {
    const ways = [topic, ...asked].map(read).filter((one) => one !== null);
    const confidence = Math.max(0, ...ways.map((one) => likeness(question, one)));
    if (confidence > (best.get(topic)?.confidence ?? 0)) best.set(topic, { at, confidence });
  });
  return [...best.values()].sort((a, b) => b.confidence - a.confidence || a.at - b.at);
}

function aboutPlan({ asking, words, isTurned }: Asked): Found | null {
  let best: Found | null = null;
  for (const what of Object.keys(PLAN_QUESTION_WORDS) as PlanQuestion[]) {
    const own = PLAN_QUESTION_WORDS[what];
    if (isTurned || !ASKED_WITH[what].includes(asking) || !words.some((word) => own.has(word))) continue;
    const strange = words.filter((word) => !own.has(word) && !isAboutPlan(word)).length;
    const confidence = 0.95 / (1 + STRANGE_WORD * strange);
    if (!best || confidence > best.confidence) best = { choice: { from: "plan", what }, confidence };
  }
  return best;
}

function isAboutPlan(word: string): boolean {
  return PLAN_WORDS_OF.has(word) || ASKING.some(([, words]) => words.has(word));
}

/** "When is the training?": the steps whose titles have every word of the question. @param titles in the client's language */
function dates({ asking, words, isTurned }: Asked, titles: readonly string[]): Found | null {
  const named = words.filter((word) => !isAboutPlan(word) && !PLAN_QUESTION_WORDS.next.has(word));
  if (asking !== "when" || isTurned || named.length === 0) return null;
  const steps = titles.flatMap((title, at) => (covered(named, tokens(title)) === 1 ? [at] : []));
  if (steps.length === 0 || steps.length > STEPS_MAX) return null;
  return { choice: { from: "plan", what: "dates", steps }, confidence: 0.9 };
}

/**
 * The answer a question wants; null where nothing fits, or two things fit alike.
 * @param titles of the plan's steps that the client sees, in the client's language
 */
export function findAnswer(text: string, answers: readonly ListedAnswer[], titles: readonly string[]): Found | null {
  const question = read(text);
  if (!question || question.words.length === 0) return null;
  const [first, second] = listed(question, answers);
  const plan = dates(question, titles) ?? aboutPlan(question);
  const isClear = first !== undefined && first.confidence - (second?.confidence ?? 0) >= MARGIN;
  const own = isClear ? { choice: { from: "list" as const, at: first.at }, confidence: first.confidence } : null;
  const best = own && (!plan || own.confidence >= plan.confidence) ? own : plan;
  // Two topics of the list that cannot be told apart outdo a weaker guess about the plan.
  if (!own && first && plan && first.confidence > plan.confidence) return null;
  return best && best.confidence >= SURE ? { ...best, confidence: rounded(best.confidence) } : null;
}

function rounded(share: number): number {
  return Math.round(share * 100) / 100;
}

/** Two questions with the same words are the same question: what a keyed hash of it is made from. */
export function sameQuestion(text: string): string {
  return tokens(text).join(" ");
}

/** The same topic in the client's language, where the list has it. */
export function inLanguage(answers: readonly ListedAnswer[], at: number, language: string): ListedAnswer {
  const found = answers[at]!;
  if (found.language === undefined || found.language === language) return found;
  const same = answers.filter((one) => one.topic === found.topic);
  return same.find((one) => one.language === language) ?? same.find((one) => one.language === undefined) ?? found;
}
