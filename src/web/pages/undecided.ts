/** Red clients about whom nobody has decided: what a manager is asked, on one page. */
import { html } from "hono/html";
import { signName } from "../../core/signal/sign-names.ts";
import type { UndecidedRed } from "../../views/undecided.ts";
import { type Format, NONE, weekdayName } from "../format.ts";
import { fill } from "../words.ts";
import { clientName } from "./codes.words.ts";
import { type Frame, type Html, layout, personName } from "./layout.ts";
import { type Cell, num, table } from "./table.ts";
import { undecidedWords } from "./undecided.words.ts";

export function undecidedPage(
  reds: readonly UndecidedRed[],
  names: Readonly<Record<string, string>>,
  format: Format,
  frame: Frame,
): Html {
  const w = undecidedWords(frame.language);
  const rows = reds.map((one) => redRow(one, names, format, frame));
  const columns = [w.client, w.owner, w.since, w.strategic, w.contact, num(w.value)];
  const content = html`<div class="head"><h1>${w.title}</h1><span class="badge red">${format.number(reds.length)}</span></div><p class="soft">${w.text}</p>
<section class="card" aria-label="${w.title}">${reds.length === 0 ? html`<p class="good">${w.none}</p>` : table({ label: w.title, kind: "wide", columns, rows })}</section>`;
  return layout(frame, w.title, "board", content);
}

function redRow(one: UndecidedRed, names: Readonly<Record<string, string>>, format: Format, frame: Frame): Cell[] {
  const w = undecidedWords(frame.language);
  const words = w as Readonly<Record<string, string>>;
  const { contactTime, heard } = one;
  const name = names[one.key] ?? clientName(one.key, frame.language);
  const notes = [
    ...(one.reviewDue ? [w.review] : []),
    ...heard.map(({ fact }) => fill(w.heard, { what: signName(fact, frame.language) })),
  ];
  const time = `${weekdayName(contactTime.weekday, frame.language)}, ${String(contactTime.hour).padStart(2, "0")}:00`;
  return [
    html`<a href="${frame.base}/client/${one.key}">${name}</a>${notes.map((note) => html`<br><span class="late small">${note}</span>`)}`,
    personName(frame, one.ownerId),
    format.instantDay(one.redSince),
    one.strategic ? (words[one.strategic] ?? one.strategic) : NONE,
    html`${time}${contactTime.source === "working_hours" ? html` <span class="soft small">(${w.usual})</span>` : ""}`,
    format.money(one.value),
  ];
}
