/** How far a long pass is, how fast it goes and how long it will still take. */
import { html } from "hono/html";
import type { Progress } from "../../views/kpi.ts";
import type { Format } from "../format.ts";
import { fill } from "../words.ts";
import { type KpiWords, kpiWords } from "./kpi.words.ts";
import { type Frame, type Html, layout, type PageName } from "./layout.ts";

function progressBar(
  { done, total, startedAt }: Progress,
  nowMs: number,
  w: KpiWords,
  format: Format,
  label: string,
): Html {
  const seconds = Math.max(1, (nowMs - startedAt) / 1000);
  const rate = done / seconds;
  const left = rate > 0 ? Math.ceil((total - done) / rate) : null;
  return html`<p><progress max="${Math.max(1, total)}" value="${Math.min(done, total)}" aria-label="${label}"></progress><br>${fill(w.progress, { done: format.number(done), total: format.number(total) })}${left === null ? "" : html` · ${fill(w.rate, { rate: format.number(rate), left: format.number(left) })}`}</p>`;
}

/** Long work beside other things on a page. */
export function progressCard(title: string, progress: Progress, nowMs: number, format: Format, frame: Frame): Html {
  const bar = progressBar(progress, nowMs, kpiWords(frame.language), format, title);
  return html`<section class="card" aria-label="${title}"><h2>${title}</h2>${bar}</section>`;
}

/** A page with long work on it is looked at again after this long, seconds. */
export const RELOAD_S = 5;

/** A pass over everybody that is not through yet: a bar with counts, rate and time left; the page reloads by itself, with or without scripts. */
export function progressPage(
  title: string,
  label: string,
  progress: Progress,
  current: PageName,
  nowMs: number,
  format: Format,
  frame: Frame,
): Html {
  const w = kpiWords(frame.language);
  const content = html`<div class="head"><h1>${label}</h1></div>${progressBar(progress, nowMs, w, format, label)}<p class="soft">${w.reload}</p>`;
  return layout(frame, title, current, content, 1);
}
