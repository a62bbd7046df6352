import { html, raw } from "hono/html";
import { signName } from "../../core/signal/sign-names.ts";
import type { SignRecord } from "../../views/client-signs.ts";
import { trendChart } from "../charts/trend.ts";
import { fill } from "../words.ts";
import { letterNotes } from "./card-letters.ts";
import { actButton, type CardContext } from "./card-parts.ts";
import { kindName } from "./codes.words.ts";
import { formFields, type Html, personName, select, zoneBadge } from "./layout.ts";
import { layoutWords } from "./layout.words.ts";
import { num, table, wrap } from "./table.ts";

/** The score, what it is made of, how it moved, and a person's own word on it. */
export function healthCard(at: CardContext): Html {
  const { card, w, format, frame } = at;
  const { score } = card;
  const trend = score.trend ? (w as Readonly<Record<string, string>>)[score.trend] : null;
  const since =
    score.zoneSince === null
      ? ""
      : html`<span class="soft">${fill(w.since, { day: format.instantDay(score.zoneSince) })}</span>`;
  return html`<section class="card" aria-labelledby="health"><h2 id="health">${w.health}</h2>
${
  score.score === null
    ? html`<p>${w.learning}</p>`
    : html`<div class="score"><p><b>${score.score}</b> <span class="soft">${w.outOf}</span></p><p>${zoneBadge(score.zone, frame.language)} ${trend ?? ""}<br>${since}</p></div>`
}
${lastMove(at)}${overrideNote(at)}${facts(at)}${ledger(at)}${chainNotes(at)}${signs(at)}${letterNotes(at)}${trendFigure(at)}${overrideForm(at)}</section>`;
}

function facts({ card, w, format, frame }: CardContext): Html {
  const { confidence, risk, previousZone } = card.score;
  if (confidence === null && risk === null && previousZone === null) return html``;
  const words = w as Readonly<Record<string, string>>;
  return html`<dl class="facts">${confidence ? html`<dt>${w.confidence}</dt><dd>${words[confidence] ?? confidence}</dd>` : ""}${risk === null ? "" : html`<dt>${w.risk}</dt><dd>${format.percent(risk)}</dd>`}${previousZone ? html`<dt>${w.before}</dt><dd>${zoneBadge(previousZone, frame.language)}</dd>` : ""}</dl>`;
}

function ledger({ card, w, format }: CardContext): Html {
  const { ledger: rows, score } = card.score;
  const sum = rows.reduce((total, row) => total + row.points, 0);
  if (score === null || rows.length === 0) return html``;
  const lines = rows.map(({ label, detail, points }) => [
    html`${label}${detail ? html`<br><span class="soft small">${detail}</span>` : ""}`,
    html`<span class="${points < 0 ? "late" : ""}">${format.number(points, 1)}</span>`,
  ]);
  const total = [html`<strong>${w.result}</strong>`, html`<strong>${format.number(sum, 1)}</strong>`];
  return html`<h3>${w.ledger}</h3>${table({ label: w.ledger, kind: "narrow", columns: [w.ledgerReason, num(w.points)], rows: [...lines, total] })}${score !== Math.round(sum) ? html`<p class="soft small">${w.held}</p>` : ""}`;
}

function chainNotes({ card, w }: CardContext): Html {
  const { notes, unknown, wayBack, riskText } = card.score;
  return html`${wayBack ? html`<p><strong>${wayBack}</strong></p>` : ""}${riskText ? html`<p>${riskText}</p>` : ""}${
    notes.length === 0 ? "" : html`<h3>${w.notes}</h3><ul>${notes.map((line) => html`<li>${line}</li>`)}</ul>`
  }${unknown ? html`<p class="soft small">${unknown}</p>` : ""}`;
}

/** Those that fire with the records that show it; the others folded, so that a person can see what is looked at. */
function signs(at: CardContext): Html {
  const { card, w, frame } = at;
  const { firing, quiet, unjudged } = card.signs;
  const fires = firing.map(
    ({ said, evidence }) =>
      html`<li>${said}${evidence.map((one, n) => html`${n === 0 ? html`<br>` : "; "}${recordLink(at, one)}`)}</li>`,
  );
  const words = w as Readonly<Record<string, string>>;
  const unknown = unjudged.map(
    ({ why, ids }) =>
      html`<p class="small">${words[`sign.${why}`] ?? why}: ${ids.map((id) => signName(id, frame.language)).join("; ")}</p>`,
  );
  return html`${fires.length === 0 ? "" : html`<h3>${w.signs}</h3><ul>${fires}</ul>`}<details><summary>${w.signsOther}</summary>${
    quiet.length === 0 ? "" : html`<ul class="small">${quiet.map(({ said }) => html`<li>${said}</li>`)}</ul>`
  }${unknown}</details>`;
}

/** "Meeting, 14 Apr", a step's task by its title. */
function recordLink({ frame, format }: CardContext, { kind, title, day, url }: SignRecord): Html {
  const about = title ?? (day === null ? null : format.shortDay(day));
  const name = kindName(kind, frame.language);
  return html`<a href="${url}" target="_blank" rel="noopener">${name}${about === null ? "" : `${title === null ? ", " : ": "}${about}`}</a>`;
}

function trendFigure({ card, w, format, frame }: CardContext): Html {
  const points = card.score.history;
  const svg = trendChart(points.map(({ at, score }) => ({ label: format.instantDay(at), score: Math.round(score) })));
  if (svg === null) return html``;
  const columns = [w.date, num(w.result), w.zone, wrap(w.moved)];
  const rows = [...points]
    .reverse()
    .map((point) => [
      format.instantDay(point.at),
      point.score,
      zoneBadge(point.zone, frame.language),
      html`<span class="small">${point.moved}</span>`,
    ]);
  return html`<h3>${w.trend}</h3><figure>${raw(svg)}</figure><details><summary>${w.trendTable}</summary>${table({ label: w.trendTable, columns, rows })}</details>`;
}

/** The newest change in one line: the question that everybody asks of a number that moved. */
function lastMove({ card, w, format }: CardContext): Html {
  const [before, last] = card.score.history.slice(-2);
  if (!before || !last || last.moved === "") return html``;
  return html`<p class="small"><span class="soft">${fill(w.movedOn, { day: format.instantDay(last.at) })}</span> ${before.score} → ${last.score}: ${last.moved}</p>`;
}

function overrideNote(at: CardContext): Html {
  const { card, w, format, frame } = at;
  const { override } = card.acts;
  if (!override) return html``;
  const words = w as Readonly<Record<string, string>>;
  return html`<div class="say"><p>${zoneBadge(override.zone, frame.language)} ${fill(w.overridden, { who: personName(frame, override.by), day: format.day(override.untilDay) })}</p>
<p>${words[`reason.${override.reason}`]}${override.note ? html`: ${override.note}` : ""}</p><p class="acts">${actButton(at, "override_end", w.overrideEnd, {}, "quiet")}</p></div>`;
}

function overrideForm({ w, frame, actUrl }: CardContext): Html {
  const names = layoutWords(frame.language);
  const zones = (["green", "yellow", "red"] as const).map((one) => [one, names[one]] as const);
  const reasons = (["talked", "agreed", "season", "wrong_data", "other"] as const).map(
    (one) => [one, w[`reason.${one}`]] as const,
  );
  return html`<details class="acts"><summary>${w.override}…</summary><form method="post" action="${actUrl}">${formFields(frame)}<input type="hidden" name="act" value="override">
<div class="grid"><div><label for="zone">${w.zone}</label>${select("zone", "zone", zones, "green")}</div>
<div><label for="reason">${w.reason}</label>${select("reason", "reason", reasons, null)}</div>
<div><label for="days">${w.overrideDays}</label><input type="number" id="days" name="days" min="1" max="92" value="14" required></div></div>
<p><label for="note">${w.note}</label><textarea id="note" name="note" maxlength="1000"></textarea></p><button class="main">${w.save}</button></form></details>`;
}
