/** Facts that were reported about a client, as `Acts.signals` keeps them. */
import type { Day } from "../calendar/calendar.ts";
import { dayOf } from "../calendar/zone.ts";

/** A fact that a person, a workflow or a robot reported. */
export interface ReportedSignal {
  id: string;
  value: number | null;
  /** epoch ms */
  at: number;
  by: string;
  /** on which it was learnt; without it that of the report */
  day?: Day;
  /** id of the contact it is about */
  contact?: string;
}

/** What a person said of an intent, or a tone, that a letter seemed to show. */
export interface HeardAnswer {
  isSo: boolean;
  at: number;
  by: string;
}

/** How many are kept: more than a person remembers, little enough to store. */
export const SIGNALS_MAX = 100;

/** Since which day a fact counts, where the portal is. */
export function learntDay({ day, at }: ReportedSignal, zone: string): Day {
  return day ?? dayOf(at, zone);
}

/** Oldest report first. */
export function withReport(
  signals: readonly ReportedSignal[],
  ...more: readonly ReportedSignal[]
): readonly ReportedSignal[] {
  return [...signals, ...more].sort((a, b) => a.at - b.at).slice(-SIGNALS_MAX);
}

/** The same where nobody has reported just that; else null. */
export function reportedFirst(
  signals: readonly ReportedSignal[],
  signal: ReportedSignal,
): readonly ReportedSignal[] | null {
  const { id, day, contact } = signal;
  if (signals.some((one) => one.id === id && one.day === day && one.contact === contact)) return null;
  return withReport(signals, signal);
}

/** Without what was reported by that person at that time; of several facts only the named one. */
export function withoutReport<T extends { signals: readonly ReportedSignal[] }>(
  acts: T,
  { at, by, id }: Pick<ReportedSignal, "at" | "by"> & { id?: string },
): T {
  const isIt = (one: ReportedSignal) => one.at === at && one.by === by && (id === undefined || one.id === id);
  return { ...acts, signals: acts.signals.filter((one) => !isIt(one)) };
}

/** A client's own answer is no report of people: it is not theirs to withdraw. */
export function isWithdrawable({ by }: ReportedSignal): boolean {
  return !by.startsWith("survey:");
}
