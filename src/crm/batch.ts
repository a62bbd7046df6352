/** Helpers that both adapters need around batches: cutting, matching answers to items, one outcome for all. */
import { CrmFailure } from "./failure.ts";
import type { Outcome, WriteItem } from "./port.ts";

/** Cuts `items` into pieces of at most `size`, in order. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  if (size < 1) throw new Error(`A batch holds at least one item; ${size} was asked for`);
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

/** Nobody knows which of these arrived: each has to be looked up. */
export function unknownAll(items: readonly Pick<WriteItem, "key">[]): Outcome[] {
  return items.map(({ key }) => ({ key, done: false, failure: "unknown" }));
}

/** Nothing was done to any of these; all may go out again at `retryAt`, epoch ms. */
export function laterAll(
  items: readonly Pick<WriteItem, "key">[],
  failure: "limited" | "unavailable",
  retryAt: number,
): Outcome[] {
  return items.map(({ key }) => ({ key, done: false, failure, retryAt }));
}

/** The CRM said no to one item, for the reason in `error`. */
export function refusal(key: string, error: Pick<CrmFailure, "code" | "message" | "about">, gone = false): Outcome {
  return {
    key,
    done: false,
    failure: "refused",
    code: error.code,
    advice: error.message,
    ...(gone ? { gone } : {}),
    ...(error.about.length > 0 ? { about: error.about } : {}),
  };
}

/** First occurrence of each, in order. */
export function unique<T>(items: Iterable<T>): T[] {
  return [...new Set(items)];
}

/** For a write that may be said again: what was not done is thrown. @throws CrmFailure `refused`, else `unavailable` */
export function failUnlessDone(outcomes: readonly Outcome[]): void {
  for (const one of outcomes) {
    if (one.done) continue;
    if (one.failure === "refused") throw new CrmFailure("refused", one.advice, { code: one.code });
    const retryAt = "retryAt" in one ? { retryAt: one.retryAt } : {};
    throw new CrmFailure("unavailable", "It was not done yet; it is tried again by itself.", {
      code: "AGAIN",
      ...retryAt,
    });
  }
}
