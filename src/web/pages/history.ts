/** Who changed what, newest first. */
import { html } from "hono/html";
import type { DeedPage } from "../../views/history.ts";
import { type Format, NONE } from "../format.ts";
import { actorName } from "./card-parts.ts";
import { clientName } from "./codes.words.ts";
import { historyWords } from "./history.words.ts";
import { type Frame, type Html, layout } from "./layout.ts";
import { table, wrap } from "./table.ts";

export function historyPage(
  page: DeedPage,
  names: Readonly<Record<string, string>>,
  format: Format,
  frame: Frame,
): Html {
  const w = historyWords(frame.language);
  const rows = page.deeds.map((one) => [
    format.instant(one.at),
    actorName(frame, one.actor),
    one.client
      ? html`<a href="${frame.base}/client/${one.client}">${names[one.client] ?? clientName(one.client, frame.language)}</a>`
      : NONE,
    one.text,
  ]);
  const columns = [w.when, w.who, w.client, wrap(w.what)];
  const deeds = table({ label: w.title, kind: "wide", isHeadless: true, columns, rows });
  const content = html`<div class="head"><h1>${w.title}</h1></div><section class="card" aria-label="${w.title}">${rows.length === 0 ? html`<p>${w.empty}</p>` : deeds}
${page.before === null ? "" : html`<p><a class="button" href="${frame.base}/history?before=${page.before}">${w.older}</a></p>`}</section>`;
  return layout(frame, w.title, "history", content);
}
