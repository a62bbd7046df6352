import { parseDay } from "../../../src/core/calendar/day.ts";
import type { KpiClient } from "../../../src/core/kpi/client.ts";

/** Signed on day 100, window of 90 days, nothing reached yet. */
export function client(key: string, more: Partial<KpiClient> = {}): KpiClient {
  const signedDay = more.signedDay ?? 100;
  return {
    key: `company:${key}`,
    state: "running",
    isWithdrawn: false,
    signedDay,
    pausedDay: null,
    firstValueDay: null,
    goLiveDay: null,
    completedAllStages: false,
    windowEndsDay: signedDay + 90,
    churnedDay: null,
    churnReason: null,
    segment: null,
    nps: [],
    ces: [],
    revenue: [],
    features: null,
    phases: [],
    reopened: [],
    messages: [],
    questions: [],
    ...more,
  };
}

export function many(count: number, make: (n: number) => KpiClient): KpiClient[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

export const day = parseDay;

/** 2026-07 as a month number. */
export function month(year: number, monthOfYear: number): number {
  return year * 12 + monthOfYear - 1;
}
