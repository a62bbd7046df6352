/** Every key figure of a group of clients, and of every cohort and segment. */
import type { Day } from "../calendar/day.ts";
import { cohortOf, type KpiClient, monthOf } from "./client.ts";
import {
  type Group,
  KPI_IDS,
  type KpiConfig,
  type KpiId,
  type KpiUnit,
  type KpiValue,
  kpiValue,
  type Measured,
} from "./measure.ts";
import {
  adoption30,
  completion,
  earlyChurn,
  retention90,
  timeToFirstValue,
  timeToOnboard,
  ttfvAgainstBaseline,
} from "./onboarding.ts";
import { churn12Months, clvGrowth, firstYearRetention, monthlyChurn } from "./retention.ts";
import { customerEffort, npsDay30, npsNow } from "./voice.ts";

interface Formula {
  unit: KpiUnit;
  measure: (clients: readonly KpiClient[], today: Day, config: KpiConfig, group: Group) => Measured;
}

const FORMULAS: Readonly<Record<KpiId, Formula>> = {
  ttfv: { unit: "days", measure: timeToFirstValue },
  ttfv_vs_baseline: { unit: "percent", measure: ttfvAgainstBaseline },
  completion: { unit: "percent", measure: completion },
  early_churn: { unit: "percent", measure: earlyChurn },
  nps_day_30: { unit: "points", measure: npsDay30 },
  ces: { unit: "score", measure: customerEffort },
  time_to_onboard: { unit: "days", measure: timeToOnboard },
  retention_90: { unit: "percent", measure: retention90 },
  adoption_30: { unit: "percent", measure: adoption30 },
  monthly_churn: { unit: "percent", measure: (clients, today) => monthlyChurn(clients, monthOf(today) - 1) },
  clv_growth: { unit: "percent", measure: clvGrowth },
  first_year_retention: {
    unit: "percent",
    measure: (clients, today, _, group) => firstYearRetention(clients, today, group.cohort !== null),
  },
  nps: { unit: "points", measure: npsNow },
  churn_12_months: { unit: "percent", measure: churn12Months },
};

const EVERYBODY: Group = { cohort: null, segment: null };

/** One key figure as of `today` over the clients of a group (default: all). Months are whole ones: the monthly figure is of the last month that is over. */
export function kpi(
  id: KpiId,
  clients: readonly KpiClient[],
  today: Day,
  config: KpiConfig,
  group: Group = EVERYBODY,
): KpiValue {
  const chosen = clients.filter(
    (client) =>
      (group.cohort === null || cohortOf(client) === group.cohort) &&
      (group.segment === null || client.segment === group.segment),
  );
  const { unit, measure } = FORMULAS[id];
  return kpiValue(id, unit, group, config, measure(chosen, today, config, group));
}

/** All key figures of a group, in the order of `KPI_IDS`. An empty group gives "no data" everywhere. */
export function kpis(
  clients: readonly KpiClient[],
  today: Day,
  config: KpiConfig,
  group: Group = EVERYBODY,
): readonly KpiValue[] {
  return KPI_IDS.map((id) => kpi(id, clients, today, config, group));
}

/** One key figure for every cohort (month of signing) or segment there is, in order of their names; clients without a segment are in none. */
export function kpiTable(
  id: KpiId,
  clients: readonly KpiClient[],
  by: "cohort" | "segment",
  today: Day,
  config: KpiConfig,
): readonly KpiValue[] {
  const names = new Set(clients.map((client) => (by === "cohort" ? cohortOf(client) : client.segment)));
  const known = [...names].filter((name) => name !== null).sort();
  return known.map((name) => kpi(id, clients, today, config, { ...EVERYBODY, [by]: name }));
}
