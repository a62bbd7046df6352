/**
 * What concerns the whole portal instead of one client: the review of a month that is over (A10.14), and alerts when a key figure leaves
 * its norm (A10.9, A10.13). Looked at on the first working day of each week and month, told once, to the head.
 */

import type { WorkCalendar } from "../core/calendar/calendar.ts";
import { weekdayOf } from "../core/calendar/day.ts";
import { dayOf, instantOf } from "../core/calendar/zone.ts";
import { type DesiredTask, PRIORITY } from "../core/desired.ts";
import { hindrance, NO_CLIENT, type People, receiverOf } from "../core/escalate/people.ts";
import { type KpiClient, type Month, monthOf, startOfMonth } from "../core/kpi/client.ts";
import { monthlyReview, plannedDays } from "../core/kpi/review.ts";
import { sayKpi, sayReview, type Titles, titlesIn } from "../core/kpi/say.ts";
import { type KpiAlert, kpiAlerts } from "../core/kpi/trend.ts";
import { type Language, parseRef } from "../core/model.ts";
import { kpiRows } from "../store/kpi-rows.ts";
import type { Thing } from "../store/mirror.ts";
import { carefully } from "./careful.ts";
import type { Engine } from "./engine.ts";
import { newRow, wished } from "./mirror-row.ts";
import { examples } from "./portal-tasks.ts";
import { isImported } from "./reconcile.ts";

/** Working days that the head has for it. */
const DAYS_TO_ACT = 3;
/** Records that a task names: examples, not a list. */
const NAMED_MAX = 3;
const ALERTS = ["ttfv_rising", "early_churn_high", "churn_systemic"] as const;

interface Looked {
  /** the day of the last look */
  day: number;
  /** the last month that was reviewed; null: none yet */
  month: Month | null;
}

/** Returns how many tasks it wished. */
export function reviewWhenDue(engine: Engine): number {
  const { store } = engine;
  if (!isImported(engine)) return 0;
  const config = engine.config();
  const today = dayOf(engine.now(), config.zone);
  const before = store.meta.get<Looked>("review");
  if (before === null) {
    store.meta.set("review", { day: today, month: null } satisfies Looked);
    return 0;
  }
  if (engine.now() < lookAt(engine, before)) return 0;
  const clients = kpiRows(store);
  const month = monthOf(today) - 1;
  const isNew = before.month === null || before.month < month;
  const lived = monthOf(dayOf(config.liveSince, config.zone)) <= month;
  const isReviewed = isNew && lived && today >= config.calendar.rollForward(startOfMonth(month + 1));
  const alerts = kpiAlerts(clients, today, config.settings.kpi);
  const rows = [
    ...(isReviewed && clients.length > 0 ? reviewRow(engine, clients, month, today) : []),
    ...alerts.flatMap((alert) => alertRow(engine, alert, clients, today)),
  ];
  const known = new Set(store.mirror.byKeys(rows.map((row) => row.key)).map((row) => row.key));
  const fresh = rows.filter((row) => !known.has(row.key));
  store.transaction(() => {
    store.mirror.put(fresh);
    noteAlerts(engine, alerts);
    store.meta.set("review", { day: today, month: isReviewed ? month : before.month } satisfies Looked);
  });
  return fresh.length;
}

/** When the next look is due, epoch ms; null before the first import is over. */
export function nextReviewAt(engine: Engine): number | null {
  if (!isImported(engine)) return null;
  const before = engine.store.meta.get<Looked>("review");
  return before === null ? engine.now() : lookAt(engine, before);
}

function lookAt(engine: Engine, { day }: Looked): number {
  const { calendar, zone } = engine.config();
  return instantOf(nextLookDay(day, calendar), calendar.startMinute, zone);
}

/** The first day after `day` that begins the work of a week or of a month. */
export function nextLookDay(day: number, calendar: Pick<WorkCalendar, "rollForward">): number {
  const month = monthOf(day);
  const monday = day - weekdayOf(day) + 1;
  const starts = [startOfMonth(month), startOfMonth(month + 1), monday, monday + 7, monday + 14];
  return Math.min(...starts.map((one) => calendar.rollForward(one)).filter((one) => one > day));
}

// ---------------------------------------------------------------- the tasks

function reviewRow(engine: Engine, clients: readonly KpiClient[], month: Month, today: number): readonly Thing[] {
  const { settings, language, newest } = engine.config();
  const review = monthlyReview(clients, month, settings.kpi, plannedDays(clients, newest));
  const said = sayReview(review, titlesOf(engine, language), language);
  const stuck = longestIn(clients, review.stage?.phase ?? null);
  const links = stuck.map((key) => engine.crm.recordUrl(parseRef(key))).join(", ");
  const see = () => sayKpi({ id: "kpi.review.see", params: { links } }, titlesOf(engine, language), language);
  const body = stuck.length > 0 ? `${said.body}\n\n${see()}` : said.body;
  const about = stuck.length > 0 ? stuck : clients.slice(0, 1).map((one) => one.key);
  return taskRow(engine, `review:${nameOf(month)}`, said.title, body, about, today);
}

function alertRow(engine: Engine, alert: KpiAlert, clients: readonly KpiClient[], today: number): readonly Thing[] {
  const said = sayAlert(engine, alert);
  const phase = alert.text.params?.phase;
  const stuck = longestIn(clients, typeof phase === "string" ? phase : null);
  const about = stuck.length > 0 ? stuck : clients.slice(0, 1).map((one) => one.key);
  const links = stuck.map((key) => engine.crm.recordUrl(parseRef(key)));
  return taskRow(engine, `alert:${alert.id}:${nameOf(monthOf(today))}`, said, links.join("\n"), about, today);
}

function sayAlert(engine: Engine, alert: KpiAlert): string {
  const { language } = engine.config();
  return sayKpi(alert.text, titlesOf(engine, language), language);
}

/** Open while the figure is out of its norm; the page shows it, also when the task of the month is long done. */
function noteAlerts(engine: Engine, alerts: readonly KpiAlert[]): void {
  const { findings } = engine.store;
  for (const id of ALERTS) {
    const alert = alerts.find((one) => one.id === id);
    if (alert) findings.raise(`kpi:${id}`, "kpi-alert", { said: sayAlert(engine, alert) }, engine.now());
    else findings.close(`kpi:${id}`, engine.now());
  }
}

/** "2026-03", as in keys. */
function nameOf(month: Month): string {
  const year = Math.floor(month / 12);
  return `${year}-${String(month - year * 12 + 1).padStart(2, "0")}`;
}

/** Nothing where nobody of whom the figures speak is there any more. */
function taskRow(
  engine: Engine,
  key: string,
  title: string,
  body: string,
  about: readonly string[],
  today: number,
): readonly Thing[] {
  const { calendar, zone, people } = engine.config();
  const links = examples(engine, key, about.map(parseRef));
  const [target] = links;
  if (target === undefined) return [];
  const dueDay = calendar.addWorkingDays(today, DAYS_TO_ACT);
  const task: DesiredTask = {
    subject: { id: "said", params: { said: title } },
    body: body === "" ? { id: "empty" } : { id: "said", params: { said: body } },
    dueAt: instantOf(dueDay, calendar.endMinute, zone),
    reminderAt: null,
    ownerId: headOf(people, engine.now(), zone),
    priority: "medium",
    type: "todo",
    status: "open",
    links,
  };
  const wish = { key, kind: "task" as const, target, priority: PRIORITY.task, notBefore: 0 };
  const text = JSON.stringify(task);
  return [wished(carefully(engine, newRow("", wish)), { ...wish, text }, engine.now()).row];
}

// ---------------------------------------------------------------- who, and about what

/** The head of the settings; where none is named, whoever leads most people and is led by nobody; else the fallback admin. */
export function headOf(people: People, atMs: number, zone: string): string {
  const named = receiverOf("head", null, NO_CLIENT, people, atMs, zone);
  if (named.via !== "fallback") return named.ownerId;
  const led = new Map<string, number>();
  for (const one of Object.values(people.byId)) {
    const leader = one.managerId ?? people.managerOf[one.id];
    if (one.isActive && leader) led.set(leader, (led.get(leader) ?? 0) + 1);
  }
  const tops = [...led].filter(
    ([id]) => !people.byId[id]?.managerId && !people.managerOf[id] && hindrance(id, people, atMs, zone) === null,
  );
  tops.sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1));
  return tops[0]?.[0] ?? named.ownerId;
}

/** Clients that are in a stage now, the longest there first. */
function longestIn(clients: readonly KpiClient[], phase: string | null): readonly string[] {
  const here = clients.flatMap(({ key, state, phases }) => {
    const spell = state === "running" ? phases.find((one) => one.key === phase && one.leftDay === null) : undefined;
    return spell ? [{ key, day: spell.enteredDay }] : [];
  });
  here.sort((a, b) => a.day - b.day || (a.key < b.key ? -1 : 1));
  return here.slice(0, NAMED_MAX).map((one) => one.key);
}

/** The newest version of a template first. */
function titlesOf(engine: Engine, language: Language): Titles {
  const { newest, templates } = engine.config();
  return titlesIn([...newest.values(), ...templates.values()], language);
}
