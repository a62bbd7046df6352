/** The monthly review as data: where clients block, what repeats, what is not read, and one suggestion for each with its numbers (A10.14). */
import type { Day } from "../calendar/day.ts";
import type { FactValue, TextRef } from "../model.ts";
import { own } from "../own.ts";
import type { Template } from "../plan/template.ts";
import { type KpiClient, type Month, startOfMonth } from "./client.ts";
import { kpis } from "./kpis.ts";
import type { KpiConfig, KpiValue } from "./measure.ts";
import { isStanding } from "./onboarding.ts";
import { shareOf } from "./stats.ts";
import { phaseSpells, typicalDays } from "./trend.ts";

export interface SlowStage {
  phase: string;
  /** typical days in it */
  days: number;
  /** half are not through yet: it is at least that long */
  isAtLeast: boolean;
  n: number;
  plannedDays: number | null;
}

export interface Repeated {
  code: string;
  count: number;
  clients: number;
}

export interface WeakMessage {
  text: string;
  /** per cent */
  share: number;
  measure: "opened" | "answered";
  sent: number;
  /** per cent over all messages of the month */
  usual: number;
}

export interface MonthlyReview {
  month: Month;
  stage: SlowStage | null;
  task: Repeated | null;
  question: Repeated | null;
  message: WeakMessage | null;
  /** one per finding, most clients concerned first */
  changes: readonly TextRef[];
  /** the figures as of the end of the month */
  figures: readonly KpiValue[];
}

/** A row that happened on a day. */
function within<T extends { day: Day }>(rows: readonly T[], from: Day, to: Day): T[] {
  return rows.filter(({ day }) => day >= from && day < to);
}

/** The phase with the longest typical stay, over clients that were in it during the month. */
function slowestStage(
  clients: readonly KpiClient[],
  from: Day,
  to: Day,
  planned: Readonly<Record<string, number>>,
): SlowStage | null {
  const during = clients.map((client) => ({
    ...client,
    phases: client.phases
      .filter(({ enteredDay, leftDay }) => enteredDay < to && (leftDay === null || leftDay >= from))
      .map((phase) => ({ ...phase, leftDay: phase.leftDay !== null && phase.leftDay < to ? phase.leftDay : null })),
  }));
  let slowest: SlowStage | null = null;
  for (const [phase, spells] of phaseSpells(during, to)) {
    const typical = typicalDays(spells);
    if (!typical || (slowest && slowest.days >= typical.days)) continue;
    slowest = { phase, ...typical, plannedDays: own(planned, phase) ?? null };
  }
  return slowest;
}

/** The code that comes up most; ties go to the one that concerns more clients, then by name. */
function mostRepeated(rows: readonly { code: string; client: string }[]): Repeated | null {
  const found = new Map<string, { count: number; clients: Set<string> }>();
  for (const { code, client } of rows) {
    const entry = found.get(code) ?? { count: 0, clients: new Set() };
    entry.count++;
    entry.clients.add(client);
    found.set(code, entry);
  }
  const all = [...found].map(([code, { count, clients }]) => ({ code, count, clients: clients.size }));
  all.sort((a, b) => b.count - a.count || b.clients - a.clients || (a.code < b.code ? -1 : 1));
  return all[0] ?? null;
}

type Sent = KpiClient["messages"][number];

/** The message with the smallest share of opens; of answers where the CRM tells no opens. */
function weakestMessage(sent: readonly Sent[], least: number): WeakMessage | null {
  const measure = sent.some(({ isOpened }) => isOpened !== null) ? "opened" : "answered";
  const known = sent
    .map(({ text, isOpened, isAnswered }) => ({ text, is: measure === "opened" ? isOpened : isAnswered }))
    .filter((one): one is { text: string; is: boolean } => one.is !== null);
  const usual = shareOf(known.filter(({ is }) => is).length, known.length);
  const texts = [...new Set(known.map(({ text }) => text))].sort();
  const rows = texts.flatMap((text): WeakMessage[] => {
    const own = known.filter((one) => one.text === text);
    if (own.length < least) return [];
    const share = shareOf(own.filter(({ is }) => is).length, own.length)!;
    return [{ text, share, measure, sent: own.length, usual: usual! }];
  });
  return rows.reduce<WeakMessage | null>(
    (weakest, row) => (weakest && weakest.share <= row.share ? weakest : row),
    null,
  );
}

function stageChange({ phase, days, n, plannedDays, isAtLeast }: SlowStage): TextRef {
  const params = { phase, days, n, isAtLeast };
  if (plannedDays === null || days <= plannedDays) return { id: "kpi.review.simplify", params };
  return { id: "kpi.review.timing", params: { ...params, planned: plannedDays, over: days - plannedDays } };
}

function messageChange({ text, share, measure, sent, usual }: WeakMessage): TextRef {
  return {
    id: measure === "opened" ? "kpi.review.subject" : "kpi.review.message",
    params: { text, share, sent, usual },
  };
}

/** How often a topic was asked about, for a sentence. */
export function asked({ code, count, clients }: Repeated): Readonly<Record<string, FactValue>> {
  return { topic: code, count, clients };
}

/** Length of each phase, in days, of the template that most clients are on: with it the stages are compared. `newest`: templates by id. */
export function plannedDays(
  clients: readonly KpiClient[],
  newest: ReadonlyMap<string, Template>,
): Readonly<Record<string, number>> {
  const counts = Map.groupBy(clients, (one) => one.segment);
  const [most] = [...counts].sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || ((a ?? "") < (b ?? "") ? -1 : 1));
  const phases = newest.get(most?.[0] ?? "")?.phases ?? [];
  return Object.fromEntries(phases.map((one) => [one.key, one.toDay - one.fromDay]));
}

/**
 * The review of a month that is over. `plannedDays`: length of each phase in the template, where there is one. A weak message is only suggested for
 * change where it lies below the month's usual share.
 */
export function monthlyReview(
  clients: readonly KpiClient[],
  month: Month,
  config: KpiConfig,
  plannedDays: Readonly<Record<string, number>> = {},
): MonthlyReview {
  const [from, to] = [startOfMonth(month), startOfMonth(month + 1)];
  const counted = clients.filter((client) => isStanding(client) && client.signedDay < to);
  const stage = slowestStage(counted, from, to, plannedDays);
  const task = mostRepeated(
    counted.flatMap(({ key, reopened }) => within(reopened, from, to).map(({ step }) => ({ code: step, client: key }))),
  );
  const question = mostRepeated(
    counted.flatMap(({ key, questions }) =>
      within(questions, from, to).map(({ topic }) => ({ code: topic, client: key })),
    ),
  );
  const message = weakestMessage(
    counted.flatMap(({ messages }) => within(messages, from, to)),
    config.reviewSent,
  );
  const changes: { weight: number; text: TextRef }[] = [];
  if (stage) changes.push({ weight: stage.n, text: stageChange(stage) });
  if (task) changes.push({ weight: task.clients, text: { id: "kpi.review.task", params: { ...task } } });
  if (question)
    changes.push({ weight: question.clients, text: { id: "kpi.review.question", params: asked(question) } });
  if (message && message.share < message.usual) changes.push({ weight: message.sent, text: messageChange(message) });
  changes.sort((a, b) => b.weight - a.weight);
  return {
    month,
    stage,
    task,
    question,
    message,
    changes: changes.map(({ text }) => text),
    figures: kpis(counted, to, config),
  };
}
