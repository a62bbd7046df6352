/** What moving a step would do, before it is done. */
import { html } from "hono/html";
import type { MovePreview } from "../../acts/client.ts";
import { parseDay } from "../../core/calendar/day.ts";
import type { Format } from "../format.ts";
import { fill } from "../words.ts";
import { cardWords } from "./card.words.ts";
import { type Frame, formFields, type Html, layout } from "./layout.ts";
import { table } from "./table.ts";

export function movePage(key: string, preview: MovePreview, format: Format, frame: Frame): Html {
  const w = cardWords(frame.language);
  const title = fill(w.moveTitle, { step: preview.title, day: format.day(parseDay(preview.day)) });
  const url = `${frame.base}/client/${key}`;
  const content = html`<div class="head"><h1>${title}</h1></div><section class="card" aria-label="${title}"><p>${preview.summary}</p>
${
  preview.moves.length === 0
    ? ""
    : table({
        label: title,
        columns: [w.step, w.from, w.to],
        rows: preview.moves.map((one) => [one.title, format.day(one.fromDay), format.day(one.toDay)]),
      })
}
${preview.fixed.length > 0 ? html`<p class="soft">${fill(w.stays, { steps: preview.fixed.join(", ") })}</p>` : ""}
<p>${w.finish}: ${format.day(preview.forecastBefore)} → <strong>${format.day(preview.forecastAfter)}</strong></p>
<form class="row" method="post" action="${url}/act">${formFields(frame)}<input type="hidden" name="act" value="move"><input type="hidden" name="step" value="${preview.step}"><input type="hidden" name="day" value="${preview.day}"><input type="hidden" name="seen" value="${preview.seen}">
<button class="main">${w.apply}</button><a class="button" href="${url}">${w.back}</a></form></section>`;
  return layout({ ...frame, said: null }, title, "board", content);
}
