/** What is remembered of a client's questions: never their words. */

export interface AskedQuestion {
  /** a keyed hash of the client and the words, and how often that question was passed on before; names the task */
  id: string;
  /** epoch ms */
  at: number;
  /** the admin's topic, or a code of `core/kpi/topics.ts` */
  topic: string;
  /** what chose the answer; `person`: nobody did, a person answers */
  by: "rules" | "model" | "person";
  /** 0..1; 0 where a person answers */
  confidence: number;
  cycle: number;
  /** who answers, and by when, epoch ms; only where a person does */
  passed?: { ownerId: string; dueAt: number };
}

/** The topic of what is passed on. */
export const UNANSWERED = "unanswered";

/** Questions that were answered are kept for as long as a review may ask, ms. */
const KEEP_MS = 100 * 86_400_000;
/** Answered questions of one client that are kept. */
const ANSWERED_MAX = 200;
/** What one client may ask within a day, and what of it may become tasks: links are passed on, and programs find them. */
const DAY_MS = 86_400_000;
const ASKED_PER_DAY = 40;
const PASSED_PER_DAY = 5;
/** Tasks that one plan may make in all. */
const PASSED_PER_CYCLE = 60;

export function withQuestion(before: readonly AskedQuestion[], question: AskedQuestion): readonly AskedQuestion[] {
  const passed = before.filter((one) => one.by === "person");
  const answered = before.filter((one) => one.by !== "person" && one.at >= question.at - KEEP_MS);
  return [...passed, ...answered.slice(-ANSWERED_MAX + 1), question].sort((a, b) => a.at - b.at);
}

/** May this client ask once more now? */
export function mayAsk(before: readonly AskedQuestion[], nowMs: number): boolean {
  return before.filter((one) => one.at > nowMs - DAY_MS).length < ASKED_PER_DAY;
}

/** May one more question of this plan become a task now? */
export function mayPass(before: readonly AskedQuestion[], cycle: number, nowMs: number): boolean {
  const passed = before.filter((one) => one.by === "person");
  const today = passed.filter((one) => one.at > nowMs - DAY_MS).length;
  return today < PASSED_PER_DAY && passed.filter((one) => one.cycle === cycle).length < PASSED_PER_CYCLE;
}
