/** How far a long pass is, how fast it goes and how long it will still take. */
import { html } from "hono/html";
import type { Progress } from "../../views/kpi.ts";
import type { Format } from "../format.ts";
import { fill } from "../words.ts";
import type { KpiWords } from "./kpi.words.ts";
import type { Html } from "./layout.ts";

export function progressBar(
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
