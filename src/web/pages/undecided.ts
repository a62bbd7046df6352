/** Red clients about whom nobody has decided: what a manager is asked, on one page. */
import { html } from "hono/html";
import { signName } from "../../core/signal/sign-names.ts";
import type { UndecidedRed } from "../../views/undecided.ts";
import { type Format, weekdayName } from "../format.ts";
import { fill } from "../words.ts";
import { clientName } from "./codes.words.ts";
import { type Frame, type Html, layout, personName } from "./layout.ts";
import { undecidedWords } from "./undecided.words.ts";

export function undecidedPage(
  reds: readonly UndecidedRed[],
  names: Readonly<Record<string, string>>,
  format: Format,
  frame: Frame,
): Html {
  const w = undecidedWords(frame.language);
  const rows = reds.map((one) => redRow(one, names, format, frame));
  const heads = [w.client, w.owner, w.since, w.strategic, w.contact];
  const table = html`<div class="scroll" tabindex="0" role="group" aria-label="${w.title}"><table class="wide"><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}<th scope="col" class="num">${w.value}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  const content = html`<div class="head"><h1>${w.title}</h1><span class="badge red">${format.number(reds.length)}</span></div><p class="soft">${w.text}</p>
<section class="card" aria-label="${w.title}">${reds.length === 0 ? html`<p class="good">${w.none}</p>` : table}</section>`;
  return layout(frame, w.title, "board", content);
}

function redRow(one: UndecidedRed, names: Readonly<Record<string, string>>, format: Format, frame: Frame): Html {
  const w = undecidedWords(frame.language);
  const words = w as Readonly<Record<string, string>>;
  const { contactTime, heard } = one;
  const name = names[one.key] ?? clientName(one.key, frame.language);
  const notes = [
    ...(one.reviewDue ? [w.review] : []),
    ...heard.map(({ fact }) => fill(w.heard, { what: signName(fact, frame.language) })),
  ];
  const time = `${weekdayName(contactTime.weekday, frame.language)}, ${String(contactTime.hour).padStart(2, "0")}:00`;
  return html`<tr><th scope="row"><a href="${frame.base}/client/${one.key}">${name}</a>${notes.map((note) => html`<br><span class="late small">${note}</span>`)}</th><td>${personName(frame, one.ownerId)}</td><td>${format.instantDay(one.redSince)}</td>
<td>${one.strategic ? (words[one.strategic] ?? one.strategic) : "–"}</td><td>${time}${contactTime.source === "working_hours" ? html` <span class="soft small">(${w.usual})</span>` : ""}</td><td class="num">${format.money(one.value)}</td></tr>`;
}
