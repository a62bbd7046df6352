/** The client card: health with its ledger, who has it, the plan, and what can be done. */
import { html } from "hono/html";
import { MIN_EVENTS } from "../../core/play/contact-time.ts";
import { becauseText } from "../because.ts";
import { weekdayName } from "../format.ts";
import { fill } from "../words.ts";
import { cardWords } from "./card.words.ts";
import { healthCard } from "./card-health.ts";
import { actButton, actorName, type CardContext, type CardPage } from "./card-parts.ts";
import { planSection } from "./card-plan.ts";
import { reportsCard } from "./card-reports.ts";
import { clientName } from "./codes.words.ts";
import { historyWords } from "./history.words.ts";
import { crmLink, type Frame, formFields, type Html, layout, personName, select, zoneBadge } from "./layout.ts";
import { layoutWords } from "./layout.words.ts";

export function cardPage(page: CardPage, frame: Frame): Html {
  const w = cardWords(frame.language);
  const { card } = page;
  const at: CardContext = { ...page, w, frame, actUrl: `${frame.base}/client/${card.key}/act` };
  const title = page.name ?? clientName(card.key, frame.language);
  const content = html`<div class="head"><h1>${title}</h1>${zoneBadge(card.acts.override?.zone ?? card.score.zone, frame.language)}
<span class="end"><a class="button" href="${frame.base}/client/${card.key}/letter">${w.draftLetter}</a> ${crmLink(card.url, layoutWords(frame.language).openInCrm)}</span></div>
${leavingNote(at)}${card.isSettled ? "" : html`<p class="soft small" role="status">${w.settling}</p>`}
<div class="cards two"><div class="stack">${healthCard(at)}${suggestionCard(at)}${reportsCard(at)}${decisionCard(at)}${whoCard(at)}</div>
<div class="stack">${planSection(at)}${historyCard(at)}</div></div>`;
  return layout(frame, title, "board", content);
}

function leavingNote({ card, w, format }: CardContext): Html {
  const { leaving } = card;
  if (leaving === null) return html``;
  const said = leaving.day > card.today ? w.leaves : w.left;
  return html`<p class="late">${fill(said, { day: format.day(leaving.day) })}</p>`;
}

function whoCard(at: CardContext): Html {
  const { card, w, frame, format } = at;
  const { escalation } = card;
  const row = (name: string, value: Html | string | null) =>
    value === null ? "" : html`<dt>${name}</dt><dd>${value}</dd>`;
  const strategic =
    card.strategic === null ? null : ((w as Readonly<Record<string, string>>)[card.strategic] ?? card.strategic);
  return html`<section class="card" aria-labelledby="who"><h2 id="who">${w.who}</h2><dl class="facts">
${row(w.ownerIs, html`${personName(frame, card.ownerId)}${card.ownerReason ? html`<br><span class="soft small">${card.ownerReason}</span>` : ""}`)}
${card.stepOwnerReasons.length === 0 ? "" : row(w.ownerOfSteps, html`<span class="soft small">${card.stepOwnerReasons.map(({ reason, steps }, n) => html`${n === 0 ? "" : html`<br>`}${fill(w.ownerSteps, { reason, n: steps })}`)}</span>`)}
${row(w.contactTime, contactTime(at))}
${escalation ? row(w.escalatedTo, html`<strong>${personName(frame, escalation.ownerId)}</strong>${escalation.level ? html`, ${fill(w.level, { n: escalation.level })}` : ""}${escalation.reason ? html`<br><span class="soft">${escalation.reason}</span>` : ""}`) : ""}
${row(w.class, card.class)}${row(w.value, card.value === null ? null : format.money(card.value))}${row(w.strategic, strategic)}</dl></section>`;
}

/** When, and what that stands on: the client's own habit, or why it cannot be told. */
function contactTime({ card, w, frame }: CardContext): Html {
  const { weekday, hour, source, count, startMinute, endMinute } = card.contactTime;
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const because = (text: string) => html`<br><span class="soft small">${text}</span>`;
  if (source === "activity")
    return html`${weekdayName(weekday, frame.language)}, ${clock(60 * hour)}${because(fill(w.contactSeen, { n: count }))}`;
  const few = count < MIN_EVENTS;
  return html`${fill(w.contactHours, { from: clock(startMinute), to: clock(endMinute) })}${because(fill(few ? w.contactFew : w.contactAny, { n: count, needed: MIN_EVENTS }))}`;
}

function decisionCard(at: CardContext): Html {
  const { card, w, frame, format, actUrl } = at;
  const { decision } = card.acts;
  const words = w as Readonly<Record<string, string>>;
  const zone = card.acts.override?.zone ?? card.score.zone;
  if (!decision && (card.leaving?.isOver || (zone !== "red" && zone !== "yellow"))) return html``;
  const made = decision
    ? html`<p><strong>${words[decision.choice]}</strong>${decision.reason === null ? "" : html`: ${words[`choice.${decision.reason}`]}`}</p>${decision.note ? html`<p>${decision.note}</p>` : ""}
<p class="soft small">${decision.reviewDay === null ? fill(w.decidedInCrm, { day: format.instantDay(decision.at) }) : fill(w.decidedBy, { who: personName(frame, decision.by), day: format.instantDay(decision.at), review: format.day(decision.reviewDay) })}</p>`
    : html`<p>${zone === "red" ? w.undecidedRed : w.undecided}</p>`;
  const options = (["fight", "let_go", "undecided"] as const).map((one) => [one, w[one]] as const);
  const reasons = (["valuable", "strategic", "fixable", "too_costly", "poor_fit", "low_payment", "other"] as const).map(
    (one) => [one, w[`choice.${one}`]] as const,
  );
  return html`<section class="card" aria-labelledby="decision"><h2 id="decision">${w.decision}</h2>${made}
<details class="acts"><summary>${w.decision}…</summary><form method="post" action="${actUrl}">${formFields(frame)}<input type="hidden" name="act" value="decide">
<div class="grid"><div><label for="choice">${w.decision}</label>${select("choice", "choice", options, decision?.choice ?? "fight")}</div>
<div><label for="choice-reason">${w.reason}</label>${select("reason", "choice-reason", reasons, decision?.reason ?? null)}</div>
<div><label for="choice-days">${w.reviewDays}</label><input type="number" id="choice-days" name="days" min="1" max="366" value="90" required></div></div>
<p><label for="choice-note">${w.note}</label><textarea id="choice-note" name="note" maxlength="1000"></textarea></p><button class="main">${w.save}</button></form></details></section>`;
}

function suggestionCard(at: CardContext): Html {
  const { card, w, frame } = at;
  if (card.suggestions.length === 0) return html``;
  return html`<section class="card" aria-labelledby="suggestions"><h2 id="suggestions">${w.suggestions}</h2><ul class="plain">${card.suggestions.map(
    (one) =>
      html`<li><p><strong>${one.text}</strong><br><span class="soft">${becauseText(one.because, frame.language)}</span></p>
<p class="acts">${actButton(at, "answer", html`${w.accept}<span class="hidden">: ${one.text}</span>`, { id: one.id, answer: "accepted" }, "quiet")} ${actButton(at, "answer", html`${w.reject}<span class="hidden">: ${one.text}</span>`, { id: one.id, answer: "rejected" }, "quiet")}</p></li>`,
  )}</ul></section>`;
}

function historyCard(at: CardContext): Html {
  const { card, w, frame, format } = at;
  const { last } = card.acts;
  const what = last && ((w as Readonly<Record<string, string>>)[`last.${last.code}`] ?? last.code);
  return html`<section class="card" aria-labelledby="history"><h2 id="history">${w.history}</h2>
${last ? html`<p class="acts">${actButton(at, "undo", fill(w.undo, { what: what ?? "" }), {}, "quiet")}</p>` : ""}
${card.history.length === 0 ? html`<p class="soft">${historyWords(frame.language).empty}</p>` : ""}<ol class="timeline">${card.history.map((one) => html`<li><span class="soft small">${format.instant(one.at)} · ${actorName(frame, one.actor)}</span><br>${one.text}</li>`)}</ol></section>`;
}
