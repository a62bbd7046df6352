/** Onboarding as evidence: steps that the plan expects by today against steps done (scoring 3.4). */

const NATS_PER_STEP = 0.6;
const MAX_NATS = 3;

export interface StepStanding {
  expected: number;
  done: number;
  nats: number;
  /** day of life on which the next step becomes expected; null when all are expected already */
  nextDay: number | null;
  /** days since the first step that is missing was expected; 0 when none is */
  lateDays: number;
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
  if (age >= untilDay) return { expected: 0, done, nats: 0, nextDay: null, lateDays: 0 };
  const expected = expectedDays.filter((day) => day <= age).length;
  const nats = Math.min(MAX_NATS, Math.max(0, NATS_PER_STEP * (expected - done)));
  const next = expectedDays.find((day) => day > age);
  const missing = expectedDays[done];
  const lateDays = missing !== undefined && missing <= age ? age - missing : 0;
  return { expected, done, nats, nextDay: next ?? null, lateDays };
}
