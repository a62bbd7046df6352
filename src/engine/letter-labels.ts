/**
 * What clients' letters say between the lines: labels by the admin's model where there is one, else by our own word lists. The words go no
 * further than this. A model that does not answer costs nothing but accuracy: the lists read on, and an admin hears of it.
 */
import { textFacts } from "../core/client/text-facts.ts";
import { type FactValue, refKey } from "../core/model.ts";
import { readText, type TextReading } from "../core/signal/text-intent.ts";
import { LETTERS_PER_QUESTION } from "../core/signal/text-model.ts";
import { isFailure } from "../crm/failure.ts";
import type { ReadRecord } from "../crm/port.ts";
import type { Engine } from "./engine.ts";

/** Older letters are read for the baseline of the mood only; the lists do for that, ms. */
const FRESH_MS = 30 * 86_400_000;
/** Questions of one read; the rest is read by the lists. */
const QUESTIONS = 2;
/** How long a model that failed is left alone, ms. */
const PAUSE_MS = 600_000;
const PAUSED_UNTIL = "textModelPausedUntil";

/** The same records, letters of clients with their labels among the facts. */
export async function labelLetters(engine: Engine, found: readonly ReadRecord[]): Promise<readonly ReadRecord[]> {
  const letters = found.filter(isTheirLetter);
  if (letters.length === 0) return found;
  const labels = new Map(letters.map((one) => [refKey(one.ref), textFacts(readText(one.texts!.body!))]));
  for (const [ref, better] of await byModel(engine, letters)) labels.set(ref, better);
  return found.map((one) => {
    const own = labels.get(refKey(one.ref));
    return own ? { ...one, facts: { ...one.facts, ...own } } : one;
  });
}

function isTheirLetter({ ref, facts, texts }: ReadRecord): boolean {
  return ref.kind === "email" && facts.direction === "in" && Boolean(texts?.body);
}

type Labels = Record<string, FactValue>;

async function byModel(engine: Engine, letters: readonly ReadRecord[]): Promise<ReadonlyMap<string, Labels>> {
  const read = engine.outside?.readLetters;
  const labels = new Map<string, Labels>();
  if (!read) return labels;
  const known = knownLabels(engine, letters);
  for (const [ref, own] of known) labels.set(ref, own);
  if (isModelPaused(engine)) return labels;
  const isNew = (one: ReadRecord) => !known.has(refKey(one.ref)) && Number(one.facts.at ?? 0) > engine.now() - FRESH_MS;
  const wanted = letters.filter(isNew).slice(0, QUESTIONS * LETTERS_PER_QUESTION);
  for (let from = 0; from < wanted.length; from += LETTERS_PER_QUESTION) {
    const some = wanted.slice(from, from + LETTERS_PER_QUESTION);
    const answers = await ask(engine, read, some);
    if (!answers) break;
    some.forEach((one, at) => {
      labels.set(refKey(one.ref), textFacts(answers[at]!));
    });
  }
  return labels;
}

/** Labels of letters that did not change since they were read: nobody pays for them twice, and a worse reader does not undo a better one. */
function knownLabels(engine: Engine, letters: readonly ReadRecord[]): ReadonlyMap<string, Labels> {
  const stored = engine.store.records.byIds(
    "email",
    letters.map((one) => one.ref.id),
  );
  const before = new Map(stored.map((one) => [one.ref.id, one]));
  return new Map(
    letters.flatMap((one): [string, Labels][] => {
      const known = before.get(one.ref.id);
      if (!known || known.modifiedAt !== one.modifiedAt || known.facts.mood === undefined) return [];
      const { mood, moodConfidence = null, intent = null, intentConfidence = null } = known.facts;
      return [[refKey(one.ref), { mood, moodConfidence, intent, intentConfidence }]];
    }),
  );
}

async function ask(
  engine: Engine,
  read: NonNullable<NonNullable<Engine["outside"]>["readLetters"]>,
  letters: readonly ReadRecord[],
): Promise<readonly TextReading[] | null> {
  const { store } = engine;
  try {
    const answers = await read(letters.map((one) => one.texts!.body!));
    store.findings.close("text-model", engine.now());
    return answers;
  } catch (error) {
    pauseModel(engine, error);
    return null;
  }
}

/** Did the model fail a moment ago? */
export function isModelPaused({ store, now }: Pick<Engine, "store" | "now">): boolean {
  return (store.meta.get<number>(PAUSED_UNTIL) ?? 0) > now();
}

/** The model failed: it is left alone for a while, and an admin hears of it. */
export function pauseModel({ store, now, log }: Pick<Engine, "store" | "now" | "log">, error: unknown): void {
  const code = isFailure(error) ? (error.code ?? error.failure) : "failed";
  store.transaction(() => {
    store.meta.set(PAUSED_UNTIL, now() + PAUSE_MS);
    store.findings.raise("text-model", "text-model", { code }, now());
  });
  const advice = isFailure(error) ? error.message : "The model's key cannot be opened.";
  log("text-model-failed", { code, advice });
}
