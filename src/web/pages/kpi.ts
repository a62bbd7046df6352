/** Key figures with charts, calculators and the monthly review. */
import { html, raw } from "hono/html";
import type { Day } from "../../core/calendar/calendar.ts";
import { civilOfDay, parseDay } from "../../core/calendar/day.ts";
import {
  PROFIT_RANGE,
  ROI_EXAMPLE,
  ROI_RANGE,
  type RoiInput,
  roi,
  WEAK_ONBOARDING_EXAMPLE,
  weakOnboardingCost,
} from "../../core/kpi/calculator.ts";
import { startOfMonth } from "../../core/kpi/client.ts";
import { ONBOARD_BAND } from "../../core/kpi/measure.ts";
import { COHORTS, type Figure, type KpiView, type ReviewView } from "../../views/kpi.ts";
import { cohortChart, ratioChart } from "../charts/cohorts.ts";
import { type Format, NONE } from "../format.ts";
import { count, fill } from "../words.ts";
import { type KpiWords, kpiWords } from "./kpi.words.ts";
import { type Frame, type Html, layout } from "./layout.ts";
import { num, table } from "./table.ts";

/** What people typed into the calculators. */
export interface Calculators {
  roi: RoiInput;
  weak: { churn: { from: number; to: number }; acquisitionCost: { from: number; to: number }; newPerMonth: number };
}

const FIELDS = {
  clients: "clients",
  lifetimeValue: "ltv",
  churnBefore: "before",
  churnAfter: "after",
  yearlyCost: "cost",
} as const;

/** Numbers of the query, or the sources' own examples. */
export function calculatorsOf(query: Readonly<Record<string, string>>): Calculators {
  const read = (name: string, usual: number, max: number) => {
    const value = Number(query[name]);
    return query[name] && Number.isFinite(value) && value >= 0 && value <= max ? value : usual;
  };
  const money = 1e12;
  const { churn, acquisitionCost, newPerMonth } = WEAK_ONBOARDING_EXAMPLE;
  return {
    roi: {
      clients: read("clients", ROI_EXAMPLE.clients, 1e9),
      lifetimeValue: read("ltv", ROI_EXAMPLE.lifetimeValue, money),
      churnBefore: read("before", ROI_EXAMPLE.churnBefore, 100),
      churnAfter: read("after", ROI_EXAMPLE.churnAfter, 100),
      yearlyCost: read("cost", ROI_EXAMPLE.yearlyCost, money),
    },
    weak: {
      churn: { from: read("wfrom", churn.from, 100), to: read("wto", churn.to, 100) },
      acquisitionCost: { from: read("cfrom", acquisitionCost.from, money), to: read("cto", acquisitionCost.to, money) },
      newPerMonth: read("new", newPerMonth, 1e9),
    },
  };
}

/** A value with its unit. */
function shown(figure: Pick<Figure, "value" | "unit">, w: KpiWords, format: Format): string {
  const { value, unit } = figure;
  if (value === null) return NONE;
  if (unit === "percent") return format.percent(value, 1);
  if (unit === "days") return format.count(value, w.days);
  return unit === "score" ? `${format.number(value, 1)} ${w.score}` : format.number(value, 0);
}

const OPERATORS = { "<": "<", "<=": "≤", ">": ">", ">=": "≥" } as const;

/** The target, and the higher one that the sources also name. */
function goalOf({ target, beside }: Figure, w: KpiWords, inUnit: (value: number) => string): string | null {
  if (!target) return null;
  const goal = fill(w.target, { target: `${OPERATORS[target.op]} ${inUnit(target.value)}` });
  return beside.stretch ? fill(w.stretch, { goal, stretch: inUnit(beside.stretch) }) : goal;
}

/** What stands beside a figure, and whom it does not count. */
function asides(figure: Figure, w: KpiWords, format: Format): { beside: string; apart: string } {
  const words = w as Readonly<Record<string, string>>;
  const inUnit = (value: number) => shown({ ...figure, value }, w, format);
  const beside = Object.entries(figure.value === null ? {} : figure.beside).flatMap(([name, value]) =>
    value !== null && words[`beside.${name}`] ? [fill(words[`beside.${name}`]!, { value: inUnit(value) })] : [],
  );
  const apart = Object.entries(figure.apart).flatMap(([name, n]) =>
    n > 0 && words[`apart.${name}`] ? [fill(words[`apart.${name}`]!, { n: format.number(n) })] : [],
  );
  return { beside: beside.join(", "), apart: apart.join(", ") };
}

const small = (text: string): Html | "" => (text === "" ? "" : html`<br><span class="soft small">${text}</span>`);

/** A figure of a group in a table, with what stands beside it. */
function groupCell(figure: Figure, w: KpiWords, format: Format): Html {
  const { beside, apart } = asides(figure, w, format);
  return html`${shown(figure, w, format)}${small(beside)}${small(apart)}`;
}

function figureTile(figure: Figure, w: KpiWords, format: Format): Html {
  const signs = { green: "●", yellow: "▲", red: "■", none: "" };
  const inUnit = (value: number) => shown({ ...figure, value }, w, format);
  const { beside, apart } = asides(figure, w, format);
  const said = [goalOf(figure, w, inUnit), figure.n > 0 ? fill(w.of, { n: format.number(figure.n) }) : null].filter(
    (one) => one !== null,
  );
  const colour =
    figure.value === null ? "" : figure.colour === "red" ? "late" : figure.colour === "green" ? "good" : "";
  return html`<li class="tile"><b class="${colour}"><span aria-hidden="true">${figure.value === null ? "" : signs[figure.colour]}</span> ${shown(figure, w, format)}</b><strong>${figure.name}</strong>${small(said.join(" · "))}
${small(beside)}
${small(apart)}
${figure.warning ? html`<br><span class="small">${figure.warning}</span>` : ""}
<details><summary class="small">${w.formula}<span class="hidden">: ${figure.name}</span></summary><p class="small">${figure.formula}</p></details></li>`;
}

export function kpiPage(view: KpiView, calculators: Calculators, format: Format, frame: Frame): Html {
  const w = kpiWords(frame.language);
  const content = html`<div class="head"><h1>${w.title}</h1><span class="soft">${count(view.clients, w.clients, frame.language)}</span></div>
${view.alerts.length > 0 ? html`<section class="say bad" aria-labelledby="alerts"><h2 id="alerts">${w.alerts}</h2><ul>${view.alerts.map((one) => html`<li>${one}</li>`)}</ul></section>` : ""}
<ul class="tiles figures">${view.figures.map((figure) => figureTile(figure, w, format))}</ul>
<h2>${w.cohorts}</h2><div class="cards half">${COHORTS.map((id) => cohortCard(id, view, w, format))}</div>
<div class="cards half lower">${segmentCard(view, w, format)}${compareCard(view, w, format)}${mixCard("periods", view, w, format)}${mixCard("reasons", view, w, format)}</div>
<h2 id="calculators">${w.calculators}</h2><div class="cards half">${roiCard(calculators.roi, w, format, frame)}${weakCard(calculators, w, format, frame)}</div>`;
  return layout(frame, w.title, "kpi", content);
}

function cohortCard(id: keyof KpiView["cohorts"], view: KpiView, w: KpiWords, format: Format): Html {
  const figures = view.cohorts[id].slice(-12);
  const name = view.figures.find((one) => one.id === id)?.name ?? id;
  const target = figures[0]?.target?.value ?? null;
  const points = figures.map((one) => ({ label: format.shortMonth(monthDay(one.group)), value: one.value }));
  const svg = cohortChart(
    points,
    id === "time_to_onboard" ? { band: [ONBOARD_BAND.fromDays, ONBOARD_BAND.toDays] } : { target },
  );
  const rows = figures.map((one) => [format.month(monthDay(one.group)), groupCell(one, w, format), one.n]);
  const columns = [w.month, num(w.value), num(w.counted)];
  return html`<section class="card" aria-label="${name}"><h3>${name}</h3>${svg === null ? html`<p class="soft">${w.noData}</p>` : html`<figure>${raw(svg)}</figure>`}
${svg !== null ? html`<details><summary>${w.table}<span class="hidden">: ${name}</span></summary>${table({ label: name, kind: "narrow", columns, rows })}</details>` : ""}</section>`;
}

/** The first day of a group that is a month, "2026-03". */
function monthDay(group: string | null): Day {
  return parseDay(`${group}-01`);
}

function segmentCard(view: KpiView, w: KpiWords, format: Format): Html {
  const columns = [w.segment, w.figure, num(w.value), num(w.counted)];
  const known = view.segments.filter((one) => one.n > 0 || Object.values(one.apart).some((n) => n > 0));
  const rows = known.map((one) => [one.group ?? NONE, one.name, groupCell(one, w, format), one.n]);
  return html`<section class="card" aria-labelledby="segments"><h2 id="segments">${w.segments}</h2>${known.length === 0 ? html`<p class="soft">${w.noData}</p>` : table({ label: w.segments, columns, rows })}</section>`;
}

function compareCard(view: KpiView, w: KpiWords, format: Format): Html {
  const number = (value: number | null) => format.number(value, 1);
  const side = ({ value, n }: { value: number | null; n: number }) =>
    html`${number(value)}${small(fill(w.of, { n: format.number(n) }))}`;
  const columns = [{ name: w.figure, isHidden: true }, num(w.before), num(w.after), num(w.difference)];
  const rows = view.beforeAfter.map((one) => [
    html`${one.name}${one.isSmall ? small(w.small) : ""}`,
    side(one.before),
    side(one.after),
    number(one.difference),
  ]);
  return html`<section class="card" aria-labelledby="compare"><h2 id="compare">${w.compare}</h2><p class="soft small">${w.compareText}</p>${table({ label: w.compare, columns, rows })}</section>`;
}

function mixCard(id: "periods" | "reasons", view: KpiView, w: KpiWords, format: Format): Html {
  const { n, unknown, rows } = view.left[id];
  const title = id === "periods" ? w.whenLeft : w.whyLeft;
  const columns = [{ name: title, isHidden: true }, num(w.roiClients), num(w.share), num(w.reference)];
  const lines = rows.map((one) => [
    one.name,
    one.count,
    format.percent(one.share),
    html`<span class="soft">${format.percent(one.reference)}</span>`,
  ]);
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2><p class="soft small">${fill(w.of, { n: format.number(n) })}${unknown > 0 ? html`, ${fill(w["apart.unknown"], { n: unknown })}` : ""}</p>${table({ label: title, columns, rows: lines })}</section>`;
}

function numberField(name: string, label: string, value: number): Html {
  return html`<div><label for="c-${name}">${label}</label><input type="number" id="c-${name}" name="${name}" value="${value}" min="0" step="any"></div>`;
}

function roiCard(input: RoiInput, w: KpiWords, format: Format, frame: Frame): Html {
  const result = roi(input);
  const labels = {
    clients: w.roiClients,
    lifetimeValue: w.ltv,
    churnBefore: w.churnBefore,
    churnAfter: w.churnAfter,
    yearlyCost: w.cost,
  };
  const fields = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).map((name) =>
    numberField(FIELDS[name], labels[name], input[name]),
  );
  const ratio = (value: number | null) => (value === null ? NONE : `${format.number(value, 1)} : 1`);
  return html`<section class="card" aria-labelledby="roi"><h2 id="roi">${w.roi}</h2><form method="get" action="${frame.base}/kpi#calculators"><div class="grid">${fields}</div><p><button>${w.compute}</button></p></form>
<dl class="facts"><dt>${w.saved}</dt><dd>${format.number(result.savedClients, 1)}</dd><dt>${w.savedValue}</dt><dd>${format.number(result.savedValue)}</dd><dt>${w.gross}</dt><dd><strong>${ratio(result.gross)}</strong></dd><dt>${w.net}</dt><dd>${ratio(result.net)}</dd></dl>
${result.gross === null ? "" : html`<figure>${raw(ratioChart(result.gross, [ROI_RANGE.from, ROI_RANGE.to]))}<figcaption>${w.range}</figcaption></figure>`}<p class="soft small">${w.assumption}</p><p class="soft small">${fill(w.profitRange, PROFIT_RANGE)}</p></section>`;
}

function weakCard({ weak }: Calculators, w: KpiWords, format: Format, frame: Frame): Html {
  const cost = weakOnboardingCost(weak);
  const range = (one: { from: number; to: number }) => `${format.number(one.from)} – ${format.number(one.to)}`;
  const fields = [
    numberField("wfrom", w.churnFrom, weak.churn.from),
    numberField("wto", w.churnTo, weak.churn.to),
    numberField("cfrom", w.cacFrom, weak.acquisitionCost.from),
    numberField("cto", w.cacTo, weak.acquisitionCost.to),
    numberField("new", w.newPerMonth, weak.newPerMonth),
  ];
  return html`<section class="card" aria-labelledby="weak"><h2 id="weak">${w.weak}</h2><form method="get" action="${frame.base}/kpi#calculators"><div class="grid">${fields}</div><p><button>${w.compute}</button></p></form>
<dl class="facts"><dt>${w.perClient}</dt><dd><strong>${range(cost.perClient)}</strong></dd><dt>${w.perMonth}</dt><dd>${range(cost.perMonth)}</dd></dl></section>`;
}

// ---------------------------------------------------------------- review

/** "2026-03" of a month. */
function monthName(month: number): string {
  const { year, month: of } = civilOfDay(startOfMonth(month));
  return `${year}-${String(of).padStart(2, "0")}`;
}

export function reviewPage(view: ReviewView, isLast: boolean, format: Format, frame: Frame): Html {
  const w = kpiWords(frame.language);
  const { stage, task, question, message } = view;
  const stayed = stage && format.count(stage.days, w.days);
  const days = stage?.isAtLeast ? fill(w.atLeast, { days: stayed! }) : stayed;
  const often = (one: { title: string; count: number; clients: number }) =>
    fill(w.times, {
      title: one.title,
      times: format.count(one.count, w.timesCount),
      clients: format.count(one.clients, w.clients),
    });
  const words = w as Readonly<Record<string, string>>;
  const found = [
    [
      w.blocked,
      stage &&
        fill(w.stays, {
          title: stage.title,
          days: days!,
          clients: format.count(stage.n, w.clients),
          planned: stage.plannedDays ?? NONE,
        }),
    ],
    [w.reopened, task && often(task)],
    [w.question, question && often({ ...question, title: question.topic })],
    [
      w.weakest,
      message &&
        fill(w.weakestText, {
          text: message.text,
          share: format.number(message.share, 1),
          measure: words[message.measure] ?? message.measure,
          sent: message.sent,
          usual: format.number(message.usual, 1),
        }),
    ],
  ] as const;
  const link = (month: number, text: string) =>
    html`<a class="button" href="${frame.base}/review?month=${monthName(month)}">${text}</a>`;
  const content = html`<div class="head"><h1>${fill(w.reviewOf, { month: format.month(startOfMonth(view.month)) })}</h1><span class="end">${link(view.month - 1, w.earlier)} ${isLast ? "" : link(view.month + 1, w.later)}</span></div>
<div class="cards half"><section class="card" aria-labelledby="changes"><h2 id="changes">${w.changes}</h2>${view.changes.length === 0 ? html`<p>${w.noChanges}</p>` : html`<ol>${view.changes.map((one) => html`<li>${one}</li>`)}</ol>`}</section>
<section class="card" aria-label="${w.review}"><dl>${found.map(([name, value]) => html`<dt class="soft">${name}</dt><dd>${value ?? w.nothing}</dd>`)}</dl></section></div>
<h2>${w.figures}</h2><ul class="tiles figures">${view.figures.map((figure) => figureTile(figure, w, format))}</ul>`;
  return layout(frame, w.review, "review", content);
}
