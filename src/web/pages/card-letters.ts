/** What letters of the client say between the lines: labels with their confidence, and a way to the letter itself (A8.10, A11.4). */
import { html } from "hono/html";
import { signName } from "../../core/signal/sign-names.ts";
import type { ClientCard } from "../../views/client-card.ts";
import { fill } from "../words.ts";
import { letterWords } from "./card-letters.words.ts";
import { actButton, type CardContext } from "./card-parts.ts";
import type { Html } from "./layout.ts";

type Letter = ClientCard["letters"][number];

export function letterNotes(at: CardContext): Html {
  return html`${heardNotes(at)}${toneNotes(at)}`;
}

/** What letters seem to say counts for nothing until somebody who read them says so. */
function heardNotes(at: CardContext): Html {
  const { card, format, frame } = at;
  const w = letterWords(frame.language);
  if (card.heard.length === 0) return html``;
  const rows = card.heard.map(({ fact, day, url, recordId, confidence }) => {
    const seems = `${signName(fact, frame.language)}, ${format.shortDay(day)}`;
    return html`<li><a href="${url}" target="_blank" rel="noopener">${seems}</a> <span class="soft small">(${fill(w.confidence, { n: percent(confidence) })})</span> ${answers(at, recordId, seems, [w.yes, w.no])}</li>`;
  });
  return html`<h3>${w.heard}</h3><ul>${rows}</ul>`;
}

/** Angry letters first, for a word of somebody who read them; the labels of the others folded. */
function toneNotes(at: CardContext): Html {
  const { card, frame } = at;
  const w = letterWords(frame.language);
  if (card.letters.length === 0) return html``;
  const asked = card.letters.filter((one) => one.isAsked);
  const others = card.letters.filter((one) => !one.isAsked);
  return html`${asked.length === 0 ? "" : html`<h3>${w.tone}</h3><ul>${asked.map((one) => html`<li>${labels(at, one)} ${answers(at, one.about, letterName(at, one), [w.toneYes, w.toneNo])}</li>`)}</ul>`}${
    others.length === 0
      ? ""
      : html`<details><summary>${fill(asked.length === 0 ? w.all : w.others, { n: others.length })}</summary><ul class="small">${others.map((one) => html`<li>${labels(at, one)}</li>`)}</ul></details>`
  }`;
}

function answers(at: CardContext, letter: string, about: string, [yes, no]: readonly [string, string]): Html {
  const button = (text: string, says: string, kind: string) =>
    actButton(at, "hear", html`${text}<span class="hidden">: ${about}</span>`, { letter, says }, kind);
  return html`${button(yes, "yes", "")} ${button(no, "no", "quiet")}`;
}

function letterName({ frame, format }: CardContext, { day }: Letter): string {
  return fill(letterWords(frame.language).letter, { day: format.shortDay(day) });
}

/** "Letter, 14 Apr: negative tone (85 %), asks about terms (60 %)" */
function labels(at: CardContext, one: Letter): Html {
  const w = letterWords(at.frame.language);
  const said = [fill(w[one.mood], { n: percent(one.moodConfidence) })];
  if (one.intent !== null) said.push(fill(w[one.intent], { n: percent(one.intentConfidence) }));
  if (one.isSo !== null) said.push(one.isSo ? w.confirmed : w.denied);
  return html`<a href="${one.url}" target="_blank" rel="noopener">${letterName(at, one)}</a>: ${said.join(", ")}`;
}

function percent(confidence: number): number {
  return Math.round(100 * confidence);
}
