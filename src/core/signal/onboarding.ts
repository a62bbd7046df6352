/** Onboarding as evidence: steps that the plan expects by today against steps done (scoring 3.4). */

const NATS_PER_STEP = 0.6;
const MAX_NATS = 3;

export interface StepStanding {
  expected: number;
  done: number;
  nats: number;
  /** day of life on which the next step becomes expected or the delay gains a week; null when neither can happen */
  nextDay: number | null;
  /** full weeks since the first step that is missing was expected; 0 when none is */
  lateWeeks: number;
}

/**
 * @param age days since the start @param doneDays days after the start on which steps were done @param expectedDays day by which the k-th
 * step is expected @param untilDay the age from which nothing is expected any more
 */
export function judgeSteps(
  age: number,
  doneDays: readonly number[],
  expectedDays: readonly number[],
  untilDay: number,
): StepStanding {
  const done = doneDays.filter((day) => day <= age).length;
  if (age >= untilDay) return { expected: 0, done, nats: 0, nextDay: null, lateWeeks: 0 };
  const expected = expectedDays.filter((day) => day <= age).length;
  const nats = Math.min(MAX_NATS, Math.max(0, NATS_PER_STEP * (expected - done)));
  const missing = expectedDays[done];
  const isBehind = missing !== undefined && missing <= age;
  const lateWeeks = isBehind ? Math.floor((age - missing) / 7) : 0;
  const next = expectedDays.find((day) => day > age) ?? Number.POSITIVE_INFINITY;
  const nextWeek = isBehind ? missing + 7 * (lateWeeks + 1) : Number.POSITIVE_INFINITY;
  const nextDay = Math.min(next, nextWeek);
  return { expected, done, nats, nextDay: Number.isFinite(nextDay) ? nextDay : null, lateWeeks };
}
