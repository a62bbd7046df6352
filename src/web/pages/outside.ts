/** Pages that clients open by a signed link: survey, plan, unsubscribe. No script, no third party, nothing but what is shown. */
import { html, raw } from "hono/html";
import type { Language } from "../../core/model.ts";
import { SCALES, type SurveyKind } from "../../core/outside/state.ts";
import { QUESTION_MAX } from "../../core/question/settings.ts";
import { formatDayIn } from "../../core/text/render.ts";
import type { PlanPage } from "../../doors/pages.ts";
import type { QuestionReply } from "../../doors/questions.ts";
import type { Html } from "./layout.ts";
import { outsideWords } from "./outside.words.ts";
import { STYLE } from "./style.ts";

export interface OutsideFrame {
  language: Language;
  nonce: string;
  /** the company that writes; empty where it gave no name */
  portalName: string;
}

const OWN_STYLE = `main{max-width:44rem}fieldset.scale{display:flex;flex-wrap:wrap;gap:.4rem}fieldset.scale label{color:var(--text);font-size:inherit;display:inline-flex;gap:.3rem;align-items:center;border:1px solid var(--line);border-radius:6px;padding:.5rem .7rem}
.ends{display:flex;justify-content:space-between;gap:1rem}button.main{font-size:1.05rem;padding:.6rem 1.2rem}
@media (max-width:640px){.steps tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}.steps td,.steps th{display:block;border:0;padding:.1rem 0}}
section.card{margin:1rem 0}.chat .asked,.chat .reply{margin:.5rem 0;padding:.6rem .9rem;border-radius:10px;border:1px solid var(--line);white-space:pre-line;overflow-wrap:anywhere;max-width:90%;width:fit-content}.chat .asked{margin-left:auto}.chat .reply{background:var(--bg)}`;

function page({ language, nonce, portalName }: OutsideFrame, title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><meta name="referrer" content="no-referrer"><title>${title}</title>
<style nonce="${nonce}">${raw(STYLE)}${raw(OWN_STYLE)}</style></head>
<body><main id="main">${portalName ? html`<p class="soft">${portalName}</p>` : ""}<h1>${title}</h1>${content}</main></body></html>`;
}

/** A page of two sentences, by the name of its words. */
export function saidPage(frame: OutsideFrame, name: "over" | "busy" | "thanks" | "answered" | "stopped"): Html {
  const w = outsideWords(frame.language);
  const text = {
    over: w.overText,
    busy: w.busyText,
    thanks: w.thanksText,
    answered: w.answeredText,
    stopped: w.stopText,
  };
  const title = {
    over: w.overTitle,
    busy: w.busyTitle,
    thanks: w.thanksTitle,
    answered: w.thanksTitle,
    stopped: w.stoppedTitle,
  };
  return page(frame, title[name], html`<p>${text[name]}</p>`);
}

/** The answer of the clicked link is chosen; only the button sends it, so that programs that open links do not vote. */
export function surveyPage(frame: OutsideFrame, kind: SurveyKind, chosen: number | null, isEmpty: boolean): Html {
  const w = outsideWords(frame.language);
  const [low, high] = SCALES[kind];
  const scores = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const title = kind === "nps" ? w.npsTitle : w.cesTitle;
  const [atLow, atHigh] = kind === "nps" ? [w.npsLow, w.npsHigh] : [w.cesLow, w.cesHigh];
  return page(
    frame,
    title,
    html`<form method="post">
${isEmpty ? html`<p class="say bad" role="alert">${w.choose}</p>` : ""}
<fieldset class="scale"><legend>${w.answer}</legend>${scores.map(
      (score) =>
        html`<label><input type="radio" name="a" value="${score}" required${score === chosen ? raw(" checked") : ""}>${score}</label>`,
    )}</fieldset>
<p class="ends soft small"><span>${atLow}</span><span>${atHigh}</span></p>
<p><label for="words">${w.why}</label><textarea id="words" name="words" maxlength="2000" rows="4"></textarea></p>
<p><button class="main">${w.send}</button></p></form>`,
  );
}

export function stopPage(frame: OutsideFrame): Html {
  const w = outsideWords(frame.language);
  return page(
    frame,
    w.stopTitle,
    html`<p>${w.stopText}</p><form method="post"><p><button class="main">${w.stop}</button></p></form>`,
  );
}

/** What was asked on the page just now; `reply` null: nothing that could be answered. */
export interface Asked {
  question: string;
  reply: QuestionReply | null;
}

export function planPage(frame: OutsideFrame, view: PlanPage, asked: Asked | null = null): Html {
  const w = outsideWords(frame.language);
  const day = (one: number) => formatDayIn(one, frame.language);
  const title = view.clientName ? `${w.planTitle}: ${view.clientName}` : w.planTitle;
  return page(
    frame,
    title,
    html`<p>${view.title}</p>
${view.isPaused ? html`<p class="say" role="status">${w.paused}</p>` : ""}
<section class="card"><p><label for="progress">${w.progress}: ${view.progress}\u00a0%</label> <progress id="progress" max="100" value="${view.progress}">${view.progress}\u00a0%</progress></p>
<dl class="facts"><dt>${w.started}</dt><dd>${day(view.startDay)}</dd><dt>${w.finish}</dt><dd>${day(view.finishDay)}</dd></dl></section>
<h2>${w.steps}</h2>
<table class="steps"><tbody>${view.steps.map(
      (step) =>
        html`<tr class="${step.state}"><th scope="row">${step.title}</th><td>${day(step.day)}</td><td>${w[step.state]}</td></tr>`,
    )}</tbody></table>
${view.asks ? chat(asked, w) : ""}
${contact(view, w)}`,
  );
}

type OutsideWords = ReturnType<typeof outsideWords>;

/** Question and answer, and the field for the next one: a plain form, so that it works without a script. Nothing of it is kept by the page. */
function chat(asked: Asked | null, w: OutsideWords): Html {
  return html`<section class="card chat" id="ask" aria-labelledby="ask-title"><h2 id="ask-title">${w.ask}</h2>
${asked ? exchange(asked, w) : html`<p class="soft small">${w.askHint}</p>`}
<form method="post" action="#ask"><label for="question">${w.question}</label>
<textarea id="question" name="question" maxlength="${QUESTION_MAX}" rows="2" required></textarea>
<p><button class="main">${w.askSend}</button></p></form></section>`;
}

function exchange({ question, reply }: Asked, w: OutsideWords): Html {
  if (reply === null) return html`<div class="say bad" role="alert">${w.askEmpty}</div>`;
  const said = reply.state === "busy" ? w.askBusy : reply.text;
  const again =
    reply.state === "told"
      ? html`<form method="post" action="#ask"><input type="hidden" name="question" value="${question.slice(0, QUESTION_MAX)}"><button name="person" value="yes">${w.askPerson}</button></form>`
      : "";
  return html`<div role="log"><p class="asked"><span class="hidden">${w.asked}: </span>${question.slice(0, QUESTION_MAX)}</p>
<p class="reply" role="status"><span class="hidden">${w.replied}: </span>${said}</p></div>${again}`;
}

function contact({ contact: one }: PlanPage, w: OutsideWords): Html {
  if (!one.name && !one.emergency && !one.bookingLink) return html``;
  return html`<section class="card"><dl class="facts">
${one.name ? html`<dt>${w.contact}</dt><dd>${one.name}</dd>` : ""}${one.emergency ? html`<dt>${w.emergency}</dt><dd>${one.emergency}</dd>` : ""}</dl>
${one.bookingLink ? html`<p><a href="${one.bookingLink}" rel="noopener noreferrer">${w.book}</a></p>` : ""}</section>`;
}
