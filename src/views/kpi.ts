/** Key figures over all clients of a portal: gathered in slices, kept in memory for an hour. */
import { sql } from "drizzle-orm";
import type { Day } from "../core/calendar/calendar.ts";
import { dayOf } from "../core/calendar/zone.ts";
import { fieldById } from "../core/fields.ts";
import { type BeforeAfter, beforeAfter } from "../core/kpi/before-after.ts";
import { type KpiClient, type Month, monthOf } from "../core/kpi/client.ts";
import { kpis, kpiTable } from "../core/kpi/kpis.ts";
import type { KpiId, KpiValue } from "../core/kpi/measure.ts";
import { churnHistogram, churnReasons, type Mix } from "../core/kpi/retention.ts";
import { monthlyReview, plannedDays } from "../core/kpi/review.ts";
import { sayKpi, type Titles, titlesIn } from "../core/kpi/say.ts";
import { topicTitle } from "../core/kpi/topics.ts";
import { kpiAlerts } from "../core/kpi/trend.ts";
import type { Language } from "../core/model.ts";
import type { Portal } from "../portal-open.ts";
import { sayRef } from "./texts.ts";
import { ownersSeen, type Viewer } from "./viewer.ts";

/** Clients taken per question: below a quarter of a second, so that everybody else is served in between. */
const SLICE = 5_000;
const HOUR_MS = 3_600_000;
/** Figures of so many groups of people are kept per portal: the whole team, and some who see only their own. */
const KEPT_MAX = 20;

/** Long work under way: counts, so that a page can tell rate and time left. */
export interface Progress {
  done: number;
  total: number;
  /** epoch ms */
  startedAt: number;
}

export interface Figure {
  id: KpiId;
  name: string;
  formula: string;
  warning: string | null;
  value: number | null;
  unit: KpiValue["unit"];
  colour: KpiValue["colour"];
  target: KpiValue["target"];
  n: number;
  apart: KpiValue["apart"];
  beside: KpiValue["beside"];
  group: string | null;
}

export interface KpiView {
  today: Day;
  zone: string;
  currency: string;
  clients: number;
  figures: readonly Figure[];
  /** by month of signing */
  cohorts: Readonly<Record<(typeof COHORTS)[number], readonly Figure[]>>;
  segments: readonly Figure[];
  alerts: readonly string[];
  beforeAfter: readonly (BeforeAfter & { name: string })[];
  /** when and why clients left, beside what the sources name */
  left: Readonly<Record<"periods" | "reasons", { n: number; unknown: number; rows: readonly NamedMix[] }>>;
}

export interface NamedMix {
  name: string;
  count: number;
  /** per cent; null: nobody left */
  share: number | null;
  reference: number | null;
}

export interface ReviewView {
  month: Month;
  today: Day;
  zone: string;
  currency: string;
  stage: { title: string; days: number; isAtLeast: boolean; n: number; plannedDays: number | null } | null;
  task: { title: string; count: number; clients: number } | null;
  question: { topic: string; count: number; clients: number } | null;
  message: { text: string; share: number; measure: string; sent: number; usual: number } | null;
  changes: readonly string[];
  figures: readonly Figure[];
}

export type KpiAnswer<T> = { ok: true; view: T } | { ok: false; progress: Progress };

interface Gathering extends Progress {
  /** what it was gathered for */
  day: Day;
  hour: number;
  after: string;
  clients: KpiClient[];
  isDone: boolean;
}

const gatherings = new WeakMap<Portal, Map<string, Gathering>>();

/** Goes on gathering, or finds the rows of this hour. */
function gather(portal: Portal, owners: readonly string[] | null, today: Day, nowMs: number): Gathering {
  const own = gatherings.get(portal) ?? new Map<string, Gathering>();
  gatherings.set(portal, own);
  const name = JSON.stringify(owners);
  const hour = Math.floor(nowMs / HOUR_MS);
  let one = own.get(name);
  if (!one || one.day !== today || (one.isDone && one.hour !== hour)) {
    if (own.size >= KEPT_MAX) own.clear();
    one = {
      day: today,
      hour,
      after: "",
      clients: [],
      isDone: false,
      done: 0,
      total: portal.store.clients.count(),
      startedAt: nowMs,
    };
    own.set(name, one);
  }
  if (!one.isDone) takeSlice(portal, owners, one);
  return one;
}

function takeSlice(portal: Portal, owners: readonly string[] | null, one: Gathering): void {
  const ids = JSON.stringify(owners ?? []);
  const rows = portal.store.db.all<{ key: string; kpi: string | null; isSeen: number }>(sql`
    select key, state->'$.kpi' as kpi,
      ${owners === null ? sql`1` : sql`(owner_id in (select value from json_each(${ids})) or escalation_owner_id in (select value from json_each(${ids})))`} as isSeen
    from client left join client_state on client_state.client = key where key > ${one.after} order by key limit ${SLICE}`);
  for (const row of rows) if (row.kpi && row.isSeen) one.clients.push(JSON.parse(row.kpi) as KpiClient);
  one.done += rows.length;
  one.after = rows.at(-1)?.key ?? one.after;
  one.isDone = rows.length < SLICE;
}

/** Reads on where it stood, or answers. @throws Error before the portal was looked at for the first time */
function withClients<T>(
  portal: Portal,
  viewer: Viewer,
  nowMs: number,
  make: (clients: readonly KpiClient[], today: Day) => T,
): KpiAnswer<T> {
  const today = dayOf(nowMs, portal.engine().config().zone);
  const { clients, isDone, done, total, startedAt } = gather(portal, ownersSeen(portal, viewer), today, nowMs);
  return isDone ? { ok: true, view: make(clients, today) } : { ok: false, progress: { done, total, startedAt } };
}

/** Figures by month of signing and by segment. */
export const COHORTS = ["ttfv", "time_to_onboard", "completion", "early_churn", "retention_90", "adoption_30"] as const;

export function kpiView(portal: Portal, viewer: Viewer, language: Language, nowMs: number): KpiAnswer<KpiView> {
  const { zone, liveSince } = portal.engine().config();
  const config = portal.settings().kpi;
  return withClients(portal, viewer, nowMs, (clients, today) => {
    const figure = (value: KpiValue) => figureOf(portal, value, language);
    const tables = COHORTS.map((id) => [id, kpiTable(id, clients, "cohort", today, config).map(figure)] as const);
    return {
      today,
      zone,
      currency: portal.about()!.account.currency,
      clients: clients.length,
      figures: kpis(clients, today, config).map(figure),
      cohorts: Object.fromEntries(tables) as unknown as KpiView["cohorts"],
      segments: COHORTS.flatMap((id) => kpiTable(id, clients, "segment", today, config).map(figure)),
      alerts: kpiAlerts(clients, today, config).map((alert) =>
        sayKpi(alert.text, titlesOf(portal, language), language),
      ),
      beforeAfter: beforeAfter(clients, dayOf(liveSince, zone), today, config.smallSample).map((one) => ({
        ...one,
        name: sayRef(portal, { id: `kpi.${one.id}.name` }, language),
      })),
      left: {
        periods: named(churnHistogram(clients), "critical_period", language),
        reasons: named(churnReasons(clients), "churn_reason", language),
      },
    };
  });
}

/** Codes by the labels of the field that carries them; what no field names is "other". */
function named(mix: Mix, field: string, language: Language): KpiView["left"]["periods"] {
  const labels = [...(fieldById(field).options ?? []), ...(fieldById("churn_reason").options ?? [])];
  const rows = mix.rows.map(({ code, ...row }) => ({
    ...row,
    name: labels.find((option) => option.code === code)?.label[language] ?? code,
  }));
  return { n: mix.n, unknown: mix.unknown, rows };
}

/** @param month null: the last one that is over */
export function reviewView(
  portal: Portal,
  viewer: Viewer,
  month: Month | null,
  language: Language,
  nowMs: number,
): KpiAnswer<ReviewView> {
  const { zone, newest } = portal.engine().config();
  return withClients(portal, viewer, nowMs, (clients, today) => {
    const asked = Math.min(month ?? Number.POSITIVE_INFINITY, monthOf(today) - 1);
    const review = monthlyReview(clients, asked, portal.settings().kpi, plannedDays(clients, newest));
    const { stage, task, question, message } = review;
    const titles = titlesOf(portal, language);
    return {
      month: asked,
      today,
      zone,
      currency: portal.about()!.account.currency,
      stage: stage && { ...stage, title: titles.phase(stage.phase) ?? stage.phase },
      task: task && { ...task, title: titles.step(task.code) ?? task.code },
      question: question && { ...question, topic: topicTitle(question.code, language) ?? question.code },
      message: message && { ...message, text: titles.letter(message.text) ?? message.text },
      changes: review.changes.map((text) => sayKpi(text, titles, language)),
      figures: review.figures.map((value) => figureOf(portal, value, language)),
    };
  });
}

function figureOf(portal: Portal, value: KpiValue, language: Language): Figure {
  const { id, unit, colour, target, n, apart, beside } = value;
  return {
    id,
    name: sayRef(portal, value.name, language),
    formula: sayRef(portal, value.formula, language),
    warning: value.warning && sayRef(portal, value.warning, language),
    value: value.value,
    unit,
    colour,
    target,
    n,
    apart,
    beside,
    group: value.cohort ?? (value.segment === null ? null : templateTitle(portal, value.segment, language)),
  };
}

/** As the task of the review calls them. */
function titlesOf(portal: Portal, language: Language): Titles {
  const { newest, templates } = portal.engine().config();
  return titlesIn([...newest.values(), ...templates.values()], language);
}

function templateTitle(portal: Portal, id: string, language: Language): string {
  const title = portal.engine().config().newest.get(id)?.title;
  return title?.[language] ?? title?.en ?? id;
}
