/** The shape of a key figure, its targets and colours. */
import { z } from "zod";
import type { TextRef } from "../model.ts";

export const KPI_IDS = [
  "ttfv",
  "ttfv_vs_baseline",
  "completion",
  "early_churn",
  "nps_day_30",
  "ces",
  "time_to_onboard",
  "retention_90",
  "adoption_30",
  "monthly_churn",
  "clv_growth",
  "first_year_retention",
  "nps",
  "churn_12_months",
] as const;
export type KpiId = (typeof KPI_IDS)[number];

export type KpiUnit = "days" | "percent" | "points" | "score";
export type Colour = "green" | "yellow" | "red" | "none";

const target = z.strictObject({
  op: z.enum(["<", "<=", ">", ">="]),
  /** green where `value op target` holds */
  value: z.number(),
  /** yellow where it holds against this */
  yellow: z.number(),
});
export type Target = z.output<typeof target>;

function targetOf(op: Target["op"], value: number, yellow: number) {
  return target.default({ op, value, yellow });
}

export const kpiConfigSchema = z.strictObject({
  targets: z
    .strictObject({
      ttfv: targetOf("<", 7, 10),
      ttfv_vs_baseline: targetOf("<=", 50, 75),
      completion: targetOf(">", 80, 70),
      early_churn: targetOf("<", 5, 10),
      nps_day_30: targetOf(">", 50, 30),
      ces: targetOf(">", 4, 3.5),
      time_to_onboard: targetOf("<=", 30, 45),
      retention_90: targetOf(">", 95, 90),
      /** the sources name none */
      adoption_30: target.nullable().default(null),
      monthly_churn: targetOf("<", 5, 8),
      clv_growth: targetOf(">=", 15, 0),
      first_year_retention: targetOf(">", 85, 80),
      nps: targetOf(">", 50, 30),
      churn_12_months: targetOf("<", 20, 20),
    })
    .prefault({}),
  /** fewer than this many clients: the figure carries a warning */
  smallSample: z.int().min(1).default(20),
  /** days after signing within which an answer counts as the one of day 30, both included */
  day30: z.strictObject({ fromDay: z.int().min(0).default(14), toDay: z.int().min(0).default(60) }).prefault({}),
  /** the portal's own median TTFV before Tenure, days; null: not known */
  baselineTtfvDays: z.number().positive().nullable().default(null),
  /** trend alerts compare the last two stretches of this many days */
  trendDays: z.int().min(7).default(90),
  /** a rise below this many per cent is no trend */
  trendRise: z.int().min(1).default(20),
  /** fewer clients in either stretch: no trend alert */
  trendSample: z.int().min(1).default(10),
  /** the review judges a message from this many sendings on */
  reviewSent: z.int().min(1).default(5),
});
export type KpiConfig = z.output<typeof kpiConfigSchema>;

/** The other completion target of the sources (A0.2), shown as a stretch. */
export const COMPLETION_STRETCH = 90;

/** Days from signing to go-live that the sources call normal, both included (A10.6). */
export const ONBOARD_BAND = { fromDays: 14, toDays: 30 } as const;

/** Yearly CLV growth that the sources aim at, per cent (A10.8). */
export const CLV_BAND = { from: 15, to: 25 } as const;

/** One key figure of one group of clients. */
export interface KpiValue {
  id: KpiId;
  /** null: no data */
  value: number | null;
  unit: KpiUnit;
  /** month of signing, or null for all */
  cohort: string | null;
  segment: string | null;
  /** how many clients the value rests on */
  n: number;
  /** clients that are not in `n`, by why */
  apart: Readonly<Record<string, number>>;
  /** what is shown beside the value */
  beside: Readonly<Record<string, number | null>>;
  target: Target | null;
  colour: Colour;
  /** fewer than `smallSample`, but some */
  isSmall: boolean;
  name: TextRef;
  formula: TextRef;
  /** what has to be said with it; null: nothing */
  warning: TextRef | null;
}

export function meets(value: number, op: Target["op"], limit: number): boolean {
  if (op === "<") return value < limit;
  if (op === "<=") return value <= limit;
  return op === ">" ? value > limit : value >= limit;
}

export function colourOf(value: number | null, goal: Target | null): Colour {
  if (value === null || goal === null) return "none";
  if (meets(value, goal.op, goal.value)) return "green";
  return meets(value, goal.op, goal.yellow) ? "yellow" : "red";
}

/** Which clients a figure is about. */
export interface Group {
  cohort: string | null;
  segment: string | null;
}

export interface Measured {
  value: number | null;
  n: number;
  apart?: Readonly<Record<string, number>>;
  beside?: Readonly<Record<string, number | null>>;
  /** where the colour follows another number than the value */
  colour?: Colour;
}

/** Puts name, formula, target, colour and warning to a measured value. */
export function kpiValue(id: KpiId, unit: KpiUnit, group: Group, config: KpiConfig, measured: Measured): KpiValue {
  const goal = config.targets[id];
  const isSmall = measured.n > 0 && measured.n < config.smallSample;
  const hasData = measured.value !== null;
  return {
    id,
    value: measured.value,
    unit,
    cohort: group.cohort,
    segment: group.segment,
    n: measured.n,
    apart: measured.apart ?? {},
    beside: measured.beside ?? {},
    target: goal,
    colour: measured.colour ?? colourOf(measured.value, goal),
    isSmall,
    name: { id: `kpi.${id}.name` },
    formula: { id: `kpi.${id}.formula` },
    warning: !hasData
      ? { id: "kpi.no_data" }
      : isSmall
        ? { id: "kpi.small_sample", params: { n: measured.n, least: config.smallSample } }
        : null,
  };
}
