/** What people learned about the client, by whom it was reported, and a form to report more (A8.14, A8.17). */
import { html } from "hono/html";
import { formatDay } from "../../core/calendar/day.ts";
import { dayOf } from "../../core/calendar/zone.ts";
import { signName } from "../../core/signal/sign-names.ts";
import type { ReportsView } from "../../views/client-reports.ts";
import { fill } from "../words.ts";
import { actButton, actorName, type CardContext } from "./card-parts.ts";
import { reportWords } from "./card-reports.words.ts";
import { kindName } from "./codes.words.ts";
import { formFields, type Html, select } from "./layout.ts";

type Report = ReportsView["known"][number];

export function reportsCard(at: CardContext): Html {
  const { known } = at.card.reports;
  const w = reportWords(at.frame.language);
  return html`<section class="card" aria-labelledby="reports"><h2 id="reports">${w.title}</h2>
${known.length === 0 ? "" : html`<ul>${known.map((one) => reportLine(at, one))}</ul>`}${reportForm(at)}</section>`;
}

function reportLine(at: CardContext, { fact, at: instant, by, learntDay, contact, isWithdrawable }: Report): Html {
  const { card, frame, format } = at;
  const w = reportWords(frame.language);
  const name = signName(fact, frame.language);
  const said = fill(w.reported, { who: actorName(frame, by), day: format.instantDay(instant) });
  const isLater = learntDay !== dayOf(instant, card.zone);
  return html`<li>${name}${contact ? html` (<a href="${contact.url}" target="_blank" rel="noopener">${nameOf(at, contact)}</a>)` : ""}<br><span class="soft small">${said}${isLater ? `; ${fill(w.learntOn, { day: format.day(learntDay) })}` : ""}</span>
${isWithdrawable ? actButton(at, "withdraw", html`${w.withdraw}<span class="hidden">: ${name}</span>`, { fact, at: instant }, "quiet") : ""}</li>`;
}

function reportForm(at: CardContext): Html {
  const { card, frame, actUrl } = at;
  const { facts, contacts } = card.reports;
  const w = reportWords(frame.language);
  const today = formatDay(card.today);
  const what = facts.map((code) => [code, signName(code, frame.language)] as const);
  const whom = [["", w.nobody] as const, ...contacts.map((one) => [one.id, nameOf(at, one)] as const)];
  return html`<details class="acts"><summary>${w.report}…</summary><form method="post" action="${actUrl}">${formFields(frame)}<input type="hidden" name="act" value="report">
<div class="grid"><div><label for="report-fact">${w.fact}</label>${select("fact", "report-fact", what, null)}</div>
<div><label for="report-day">${w.learnt}</label><input type="date" id="report-day" name="day" value="${today}" max="${today}" required></div>
${contacts.length === 0 ? "" : html`<div><label for="report-contact">${w.contact}</label>${select("contact", "report-contact", whom, null)}</div>`}</div><button class="main">${at.w.save}</button></form></details>`;
}

/** As the CRM tells it now, else by its number. */
function nameOf({ names, frame }: CardContext, { id, key }: ReportsView["contacts"][number]): string {
  return names[key] ?? `${kindName("contact", frame.language)} ${id}`;
}
