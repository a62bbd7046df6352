/** The status page: mode, what needs a person, what is under way. */
import { html } from "hono/html";
import { formatDay } from "../../core/calendar/day.ts";
import type { Payment } from "../../crm/port.ts";
import type { LoggedCall } from "../../store/journal.ts";
import type { AdoptionPreview } from "../../views/adoption.ts";
import type { Progress } from "../../views/kpi.ts";
import type { StatusView } from "../../views/status.ts";
import type { Format } from "../format.ts";
import { fill } from "../words.ts";
import { abilityReason } from "./ability-reasons.words.ts";
import { abilityName, kindName, limitName } from "./codes.words.ts";
import { findingText } from "./findings.words.ts";
import { type Frame, formFields, type Html, layout, type PageName } from "./layout.ts";
import { progressCard, progressPage, RELOAD_S } from "./progress-bar.ts";
import { type StatusWords, statusWords } from "./status.words.ts";
import { num, table, wrap } from "./table.ts";

export interface StatusPage {
  view: StatusView;
  format: Format;
  /** epoch ms */
  now: number;
  /** today in the portal's zone */
  today: number;
}

interface At extends StatusPage {
  w: StatusWords;
  words: Readonly<Record<string, string>>;
  frame: Frame;
}

export function statusPage(page: StatusPage, frame: Frame): Html {
  const w = statusWords(frame.language);
  const at: At = { ...page, w, words: w, frame };
  const content = html`<div class="head"><h1>${w.title}</h1><span class="badge ${page.view.mode === "live" ? "green" : "yellow"}">${at.words[`mode.${page.view.mode}`]}</span></div>
${page.view.revokedAt === null ? "" : html`<p class="say bad">${fill(w.left, { day: page.format.instant(page.view.revokedAt) })}</p>`}${progressCards(at)}${floodCard(at)}
<div class="cards half"><div class="stack">${findingsCard(at)}${modeCard(at)}${adoptionCard(at)}</div><div class="stack">${workCard(at)}${reconciledCard(at)}${budgetCard(at)}${missingCard(at)}</div></div>
<p><a href="${frame.base}/status/calls">${w.calls}</a></p>`;
  const isBusy = page.view.importing !== null || page.view.leaving !== null;
  return layout(frame, w.title, "status", content, isBusy ? RELOAD_S : undefined);
}

function progressCards({ view, w, format, now, frame }: At): Html {
  const bar = (title: string, progress: Progress | null) =>
    progress ? progressCard(title, progress, now, format, frame) : "";
  return html`${bar(w.importing, view.importing)}${bar(w.leaving, view.leaving)}`;
}

function button(
  { frame }: At,
  url: string,
  text: string,
  fields: Readonly<Record<string, string | number>>,
  kind = "",
): Html {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form class="inline" method="post" action="${frame.base}/status/${url}">${formFields(frame)}${inputs}<button class="${kind}">${text}</button></form>`;
}

function modeCard(at: At): Html {
  const { view, w, words } = at;
  const modes = (["live", "observe", "paused"] as const).filter((mode) => mode !== view.mode);
  const text = { live: w.live, observe: w.observe, paused: w.pause };
  return html`<section class="card" aria-labelledby="mode"><h2 id="mode">${w.mode}: ${words[`mode.${view.mode}`]}</h2><p>${words[`explain.${view.mode}`]}</p>
${view.careful ? html`<p class="say">${w.careful}</p>` : ""}<p>${modes.map((mode) => html`${button(at, "mode", text[mode], { mode }, mode === "paused" ? "danger" : mode === "live" ? "main" : "")} `)}</p></section>`;
}

function findingsCard({ view, w, format, frame }: At): Html {
  const { findings } = view;
  const item = (one: StatusView["findings"][number]) =>
    html`<li><p>${findingText(one, frame.language)}</p><p class="soft small">${fill(w.times, { times: format.count(one.count, w.timesCount), since: format.instant(one.since) })}</p></li>`;
  const sorts = [...Map.groupBy(findings, ({ code }) => code).values()].map((alike) => {
    const [first, rest] = [alike.slice(0, ALIKE_SHOWN), alike.slice(ALIKE_SHOWN)];
    if (rest.length === 0) return html`${first.map(item)}`;
    const more = fill(w.moreAlike, { n: format.number(rest.length) });
    return html`${first.map(item)}<li><details><summary>${more}</summary><ol class="timeline">${rest.slice(0, ALIKE_FOLDED).map(item)}</ol></details></li>`;
  });
  return html`<section class="card" aria-labelledby="findings"><h2 id="findings">${w.findings}${findings.length > 0 ? html` <span class="badge red">${format.number(findings.length)}</span>` : ""}</h2>${findings.length === 0 ? html`<p class="good">${w.noFindings}</p>` : html`<ol class="timeline">${sorts}</ol>`}</section>`;
}

/** Of findings of one sort so many are shown at once, and so many more on a click: what hit everybody is one thing to look at. */
const ALIKE_SHOWN = 3;
const ALIKE_FOLDED = 100;

function floodCard(at: At): Html {
  const { view, w } = at;
  if (!view.flood) return html``;
  const params = view.findings.find((one) => one.code === "flood")?.params ?? {};
  const plans = Number(params.plans ?? 0);
  return html`<section class="card" aria-labelledby="flood"><h2 id="flood" class="late">${w.flood}</h2><p>${fill(w.floodText, { n: plans, limit: Number(params.limit ?? 0) })}</p><p>${button(at, "flood", w.release, { plans }, "main")}</p></section>`;
}

function adoptionCard(at: At): Html {
  const { view, w, format, frame, today } = at;
  const { adoption } = view;
  const done = adoption
    ? html`<p>${fill(w.adopted, { day: format.instant(adoption.at), plans: adoption.plans, tasks: adoption.tasks })}</p><p>${button(at, "adoption-undo", w.undoAdoption, {}, "danger")}</p>`
    : "";
  return html`<section class="card" aria-labelledby="adoption"><h2 id="adoption">${w.adoption}</h2><p>${w.adoptionText}</p>${done}
<form class="row" method="get" action="${frame.base}/status/adoption"><div><label for="since">${w.wonSince}</label><input type="date" id="since" name="since" max="${formatDay(today)}" required></div><button>${w.preview}</button></form></section>`;
}

/** What an approval says: the adoption that was looked at. */
export function approvalFields(isoSince: string, { plans, tasks }: AdoptionPreview): Html {
  const field = (name: string, value: string | number) => html`<input type="hidden" name="${name}" value="${value}">`;
  return html`${field("since", isoSince)}${field("plans", plans)}${field("tasks", tasks)}`;
}

/** While what adopting would make is counted. */
export function countingPage(current: PageName, progress: Progress, nowMs: number, format: Format, frame: Frame): Html {
  const { adoption } = statusWords(frame.language);
  return progressPage(adoption, adoption, progress, current, nowMs, format, frame);
}

/** What adopting would make, before it is approved. */
export function adoptionPage(
  isoSince: string,
  day: number,
  preview: AdoptionPreview,
  format: Format,
  frame: Frame,
): Html {
  const w = statusWords(frame.language);
  const content = html`<div class="head"><h1>${w.adoption}</h1></div><section class="card" aria-label="${w.adoption}"><p>${w.wonSince} ${format.day(day)}</p>
<p><strong>${fill(w.adoptPreview, { plans: format.number(preview.plans), tasks: format.number(preview.tasks) })}</strong></p>
<form class="row" method="post" action="${frame.base}/status/adopt">${formFields(frame)}${approvalFields(isoSince, preview)}<button class="main">${w.approve}</button><a class="button" href="${frame.base}/status">${w.cancel}</a></form></section>`;
  return layout(frame, w.adoption, "status", content);
}

function workCard({ view, w, words, format }: At): Html {
  const row = (name: string, value: string | number) => html`<dt>${name}</dt><dd>${value}</dd>`;
  const waiting = view.waiting.reduce((sum, one) => sum + one.n, 0);
  return html`<section class="card" aria-labelledby="work"><h2 id="work">${w.work}</h2><dl class="facts">${row(w.installed, format.instant(view.installedAt))}${view.payment === null ? "" : row(w.payment, paymentText(view.payment, w))}${row(w.clients, format.number(view.clients))}
${row(w.oldest, view.oldestHintAt === null ? w.none : format.instant(view.oldestHintAt))}${row(w.stale, format.number(view.stale))}${row(w.waiting, format.number(waiting))}</dl>
${waiting > 0 ? html`<ul>${view.waiting.map((one) => html`<li>${words[`priority.${one.priority}`] ?? one.priority}: ${format.number(one.n)}</li>`)}</ul>` : ""}
<h3>${w.things}</h3><ul>${view.things.map((one) => html`<li>${words[`state.${one.state}`] ?? one.state}: ${format.number(one.n)}</li>`)}</ul></section>`;
}

function reconciledCard({ view, w, format, frame }: At): Html {
  const columns = [w.kind, w.at, num(w.seen), num(w.marked)];
  const rows = view.reconciled.map((one) => [
    kindName(one.kind, frame.language),
    one.at === null ? w.never : format.instant(one.at),
    format.number(one.seen),
    format.number(one.marked),
  ]);
  return html`<section class="card" aria-labelledby="reconciled"><h2 id="reconciled">${w.reconciled}</h2>${table({ label: w.reconciled, columns, rows })}</section>`;
}

/** `trial, 12 days left`, `paid, ended`. */
function paymentText({ status, expired, daysLeft }: Payment, w: StatusWords): string {
  const rest = expired ? w["payment.expired"] : daysLeft === null ? null : fill(w["payment.days"], { n: daysLeft });
  return [w[`payment.${status}`], ...(rest === null ? [] : [rest])].join(", ");
}

function budgetCard({ view, w, format, now, frame }: At): Html {
  const rows = view.budgets.map((one) => [
    limitName(one.limit, frame.language),
    format.number(one.left),
    one.readyAt <= now ? w.now : format.instant(one.readyAt),
  ]);
  return html`<section class="card" aria-labelledby="budgets"><h2 id="budgets">${w.budgets}</h2>${table({ label: w.budgets, columns: [w.limit, num(w.leftCalls), w.ready], rows })}</section>`;
}

function missingCard({ view, w, frame }: At): Html {
  if (view.missing.length === 0) return html``;
  return html`<section class="card" aria-labelledby="missing"><h2 id="missing">${w.abilities}</h2><dl>${view.missing.map(
    ({ what, why }) => {
      const reason = abilityReason(why, frame.language);
      return html`<dt><strong>${abilityName(what, frame.language)}</strong></dt><dd lang="${reason.language}">${reason.text}</dd>`;
    },
  )}</dl></section>`;
}

/** The request log that a marketplace's moderation asks for. */
export function callsPage(calls: readonly LoggedCall[], format: Format, frame: Frame): Html {
  const w = statusWords(frame.language);
  const columns = [w.at, w.method, wrap(w.path), num(w.answer), num(w.items)];
  const rows = calls.map((one) => [format.instant(one.at), one.method, one.path, one.status, one.items]);
  const content = html`<div class="head"><h1>${w.calls}</h1><span class="end"><a class="button" href="${frame.base}/status">${w.title}</a></span></div>
<section class="card" aria-label="${w.calls}">${table({ label: w.calls, kind: "wide", isHeadless: true, columns, rows })}</section>`;
  return layout(frame, w.calls, "status", content);
}
