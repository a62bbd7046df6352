/** What key figures are computed from: one row per onboarding of a client. Days are integers in the portal's zone. */
import { addMonths, civilOfDay, type Day, dayOfCivil } from "../calendar/day.ts";
import type { ClientKey } from "../model.ts";

export const CHURN_REASONS = ["service", "product", "competitor", "price", "other"] as const;
export type ChurnReason = (typeof CHURN_REASONS)[number];

/** Months since year 0: year × 12 + month − 1. */
export type Month = number;

export interface KpiClient {
  key: ClientKey;
  state: "running" | "paused" | "graduated" | "closed";
  /** the deal left the won stage and has not come back: in no figure, counted apart, unless its leaving is noted. Won again, it is one client with its first signing */
  isWithdrawn: boolean;
  /** the day the deal was won for the first time in this onboarding */
  signedDay: Day;
  /** since when it is paused; null: it is not */
  pausedDay: Day | null;
  firstValueDay: Day | null;
  goLiveDay: Day | null;
  /** every required stage of the plan is done */
  completedAllStages: boolean;
  /** last day of the onboarding window */
  windowEndsDay: Day;
  churnedDay: Day | null;
  churnReason: ChurnReason | null;
  segment: string | null;
  nps: readonly { day: Day /** 0–10 */; score: number }[];
  ces: readonly { day: Day /** 1–5 */; score: number }[];
  /** in the portal's currency; months without revenue may be left out */
  revenue: readonly { month: Month; amount: number }[];
  /** features used in the first 30 days, and features there are; null: not known */
  features: { used: number; total: number } | null;
  phases: readonly { key: string; enteredDay: Day; leftDay: Day | null }[];
  /** each time a done step was opened again */
  reopened: readonly { step: string; day: Day }[];
  /** messages that went out; null: the CRM does not say */
  messages: readonly { text: string; day: Day; isOpened: boolean | null; isAnswered: boolean | null }[];
  /** questions by topic code */
  questions: readonly { topic: string; day: Day }[];
}

/** Month of signing, for example "2026-03". */
export function cohortOf(client: Pick<KpiClient, "signedDay">): string {
  const { year, month } = civilOfDay(client.signedDay);
  return `${year}-${String(month).padStart(2, "0")}`;
}

export function monthOf(day: Day): Month {
  const { year, month } = civilOfDay(day);
  return year * 12 + month - 1;
}

/** First day of a month. */
export function startOfMonth(month: Month): Day {
  return dayOfCivil(Math.floor(month / 12), month - Math.floor(month / 12) * 12 + 1, 1);
}

/** The client was one on the morning of a day. */
export function isActiveOn(client: KpiClient, day: Day): boolean {
  return client.signedDay < day && (client.churnedDay === null || client.churnedDay >= day);
}

/** The day on which the first year is over. */
export function anniversaryOf(client: KpiClient): Day {
  return addMonths(client.signedDay, 12);
}

/** The answer with the latest day; of one day the last in the list. */
export function latest<T extends { day: Day }>(answers: readonly T[]): T | undefined {
  return answers.reduce<T | undefined>((best, answer) => (best && best.day > answer.day ? best : answer), undefined);
}
