/** The end of the set-up: what happens from now on, and plans for deals that were won lately. */
import { html } from "hono/html";
import type { AdoptionPreview } from "../../views/adoption.ts";
import type { Format } from "../format.ts";
import { type Frame, formFields, type Html, layout } from "../pages/layout.ts";
import { approvalFields } from "../pages/status.ts";
import { statusWords } from "../pages/status.words.ts";
import { fill } from "../words.ts";
import { settingsWords } from "./settings.words.ts";

/** Deals won within so many days are offered their plan. */
export const LATELY_DAYS = 30;

/** @param isoSince the first day of what counts as lately */
export function firstPlanPage(isoSince: string, preview: AdoptionPreview, format: Format, frame: Frame): Html {
  const w = settingsWords(frame.language);
  const status = statusWords(frame.language);
  const adopt =
    preview.plans === 0
      ? html`<p>${fill(w.noneLately, { days: LATELY_DAYS })}</p>`
      : html`<p>${fill(w.wonLately, { days: LATELY_DAYS })} ${fill(status.adoptPreview, { plans: format.number(preview.plans), tasks: format.number(preview.tasks) })}</p>
<form class="row" method="post" action="${frame.base}/status/adopt?to=board">${formFields(frame)}${approvalFields(isoSince, preview)}<button class="main">${status.approve}</button></form>`;
  const content = html`<div class="head"><h1>${w.ready}</h1></div><div class="cards half"><section class="card" aria-labelledby="now"><h2 id="now">${w.nextDeal}</h2><p>${w.nextDealText}</p>
<p><a class="button" href="${frame.base}/board">${w.toBoard}</a> <a class="button" href="${frame.base}/settings/fake-client">${w.fake}</a></p></section>
<section class="card" aria-labelledby="lately"><h2 id="lately">${w.lately}</h2>${adopt}</section></div>`;
  return layout(frame, w.ready, "settings", content);
}
