/** Alerts: a figure left its norm, or rises, and the stage that grew most is named (A10.9, A10.13). */
import type { Day } from "../calendar/day.ts";
import type { TextRef } from "../model.ts";
import type { KpiClient } from "./client.ts";
import { kpi } from "./kpis.ts";
import { type KpiConfig, meets } from "./measure.ts";
import { spellsTo, standing } from "./onboarding.ts";
import { churnReasons } from "./retention.ts";
import { type Spell, survival, survivalMedian } from "./stats.ts";

export interface KpiAlert {
  id: "ttfv_rising" | "early_churn_high" | "churn_systemic";
  /** one alert per key: a new key only when a new stretch begins */
  key: string;
  n: number;
  text: TextRef;
}

/** A median that counts those who still wait; where half are not through yet, it is at least as long as the longest was watched. */
export interface Typical {
  days: number;
  isAtLeast: boolean;
  n: number;
}

/** Null of nobody. */
export function typicalDays(spells: readonly Spell[]): Typical | null {
  const curve = survival(spells);
  if (curve.longest === null) return null;
  const middle = survivalMedian(curve);
  return { days: middle ?? curve.longest, isAtLeast: middle === null, n: spells.length };
}

/** How long clients stayed in each phase, or have been in it; time after leaving us or pausing does not count. */
export function phaseSpells(clients: readonly KpiClient[], today: Day): Map<string, Spell[]> {
  const spells = new Map<string, Spell[]>();
  for (const { phases, churnedDay, pausedDay } of clients) {
    for (const { key, enteredDay, leftDay } of phases) {
      const end = leftDay ?? Math.min(today, churnedDay ?? today, pausedDay ?? today);
      const list = spells.get(key) ?? [];
      list.push({ days: Math.max(0, end - enteredDay), isEvent: leftDay !== null });
      spells.set(key, list);
    }
  }
  return spells;
}

export interface StageGrowth {
  phase: string;
  before: Typical;
  now: Typical;
  /** days, above 0 */
  grewDays: number;
}

/** The phase whose typical length grew most from one group of clients to another; null: none grew. */
export function stageThatGrewMost(
  before: readonly KpiClient[],
  now: readonly KpiClient[],
  today: Day,
): StageGrowth | null {
  const earlier = phaseSpells(before, today);
  const growths: StageGrowth[] = [];
  for (const [phase, spells] of phaseSpells(now, today)) {
    const then = typicalDays(earlier.get(phase) ?? []);
    const here = typicalDays(spells);
    if (then && here && here.days > then.days) {
      growths.push({ phase, before: then, now: here, grewDays: here.days - then.days });
    }
  }
  return growths.reduce<StageGrowth | null>((most, one) => (most && most.grewDays >= one.grewDays ? most : one), null);
}

/** Clients signed in the last two stretches of `days` days before today. */
function stretches(clients: readonly KpiClient[], today: Day, days: number) {
  const signedIn = (from: Day, to: Day) => clients.filter(({ signedDay }) => signedDay >= from && signedDay < to);
  return { before: signedIn(today - 2 * days, today - days), now: signedIn(today - days, today) };
}

function risingTtfv(all: readonly KpiClient[], today: Day, config: KpiConfig): KpiAlert | null {
  const { before, now } = stretches(standing(all).clients, today, config.trendDays);
  if (before.length < config.trendSample || now.length < config.trendSample) return null;
  const then = typicalDays(spellsTo(before, "firstValueDay", today))!;
  const here = typicalDays(spellsTo(now, "firstValueDay", today))!;
  const isRisen = here.days > then.days && (here.days - then.days) * 100 >= config.trendRise * then.days;
  if (!isRisen) return null;
  const stage = stageThatGrewMost(before, now, today);
  const params = { before: then.days, now: here.days, isAtLeast: here.isAtLeast, n: now.length };
  const key = `ttfv_rising/${Math.floor(today / config.trendDays)}`;
  if (!stage) return { id: "ttfv_rising", key, n: now.length, text: { id: "kpi.alert.ttfv_rising", params } };
  const named = { ...params, phase: stage.phase, phaseBefore: stage.before.days, phaseNow: stage.now.days };
  return { id: "ttfv_rising", key, n: now.length, text: { id: "kpi.alert.ttfv_rising_in", params: named } };
}

function highEarlyChurn(clients: readonly KpiClient[], today: Day, config: KpiConfig): KpiAlert | null {
  const { value, n, target } = kpi("early_churn", clients, today, config);
  if (value === null || target === null || n < config.trendSample || meets(value, target.op, target.value)) return null;
  const reasons = churnReasons(clients).rows.filter(({ count }) => count > 0);
  const top = reasons.reduce<(typeof reasons)[number] | null>(
    (most, row) => (most && most.count >= row.count ? most : row),
    null,
  );
  const params = { value, target: target.value, n, reason: top?.code ?? null, count: top?.count ?? 0 };
  const key = `early_churn_high/${Math.floor(today / config.trendDays)}`;
  return {
    id: "early_churn_high",
    key,
    n,
    text: { id: top ? "kpi.alert.early_churn_by" : "kpi.alert.early_churn", params },
  };
}

/** A10.9: the yearly loss of 20 % or more that the sources call systemic. */
const SYSTEMIC_PERCENT = 20;

function systemicChurn(clients: readonly KpiClient[], today: Day, config: KpiConfig): KpiAlert | null {
  const { value, n } = kpi("churn_12_months", clients, today, config);
  if (value === null || n < config.trendSample || value < SYSTEMIC_PERCENT) return null;
  const key = `churn_systemic/${Math.floor(today / config.trendDays)}`;
  return {
    id: "churn_systemic",
    key,
    n,
    text: { id: "kpi.alert.churn_systemic", params: { value, limit: SYSTEMIC_PERCENT, n } },
  };
}

/** What the head of CS should look at, as of today. Groups below `trendSample` clients raise nothing. */
export function kpiAlerts(clients: readonly KpiClient[], today: Day, config: KpiConfig): readonly KpiAlert[] {
  return [risingTtfv, highEarlyChurn, systemicChurn].flatMap((rule) => rule(clients, today, config) ?? []);
}
