/** Who changed what, newest first. */
import { html } from "hono/html";
import type { DeedPage } from "../../views/history.ts";
import type { Format } from "../format.ts";
import { actorName } from "./card-parts.ts";
import { clientName } from "./codes.words.ts";
import { historyWords } from "./history.words.ts";
import { type Frame, type Html, layout } from "./layout.ts";

export function historyPage(
  page: DeedPage,
  names: Readonly<Record<string, string>>,
  format: Format,
  frame: Frame,
): Html {
  const w = historyWords(frame.language);
  const rows = page.deeds.map(
    (one) =>
      html`<tr><td>${format.instant(one.at)}</td><td>${actorName(frame, one.actor)}</td><td>${one.client ? html`<a href="${frame.base}/client/${one.client}">${names[one.client] ?? clientName(one.client, frame.language)}</a>` : "–"}</td><td class="wrap">${one.text}</td></tr>`,
  );
  const table = html`<div class="scroll" tabindex="0" role="group" aria-label="${w.title}"><table class="wide"><thead><tr><th scope="col">${w.when}</th><th scope="col">${w.who}</th><th scope="col">${w.client}</th><th scope="col" class="wrap">${w.what}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  const content = html`<div class="head"><h1>${w.title}</h1></div><section class="card" aria-label="${w.title}">${rows.length === 0 ? html`<p>${w.empty}</p>` : table}
${page.before === null ? "" : html`<p><a class="button" href="${frame.base}/history?before=${page.before}">${w.older}</a></p>`}</section>`;
  return layout(frame, w.title, "history", content);
}
