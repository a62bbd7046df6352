/** Keys, links and failed calls on one page: what an admin needs when something outside the CRM went wrong or has to end. */
import { html } from "hono/html";
import type { FailedCall, LinksPage } from "../../doors/links.ts";
import { type Format, NONE } from "../format.ts";
import { clientName } from "../pages/codes.words.ts";
import { type Frame, formFields, type Html, layout } from "../pages/layout.ts";
import { type Column, table } from "../pages/table.ts";
import { linkWords } from "./links.words.ts";
import { settingsWords } from "./settings.words.ts";

export interface LinksView {
  links: LinksPage;
  calls: readonly FailedCall[];
  /** null: not to be shown */
  secret: string | null;
  names: Readonly<Record<string, string>>;
  format: Format;
}

export function linksPage({ links, calls, secret, names, format }: LinksView, frame: Frame): Html {
  const w = linkWords(frame.language);
  const client = (key: string) =>
    html`<a href="${frame.base}/client/${key}">${names[key] ?? clientName(key, frame.language)}</a>`;
  const button = (deed: string, text: string, about: string, fields: Readonly<Record<string, string>>) =>
    html`<form class="inline" method="post" action="${frame.base}/settings/links/${deed}">${formFields(frame)}${Object.entries(
      fields,
    ).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
    )}<button class="quiet">${text}<span class="hidden"> ${about}</span></button></form>`;
  const key = html`<section class="card" aria-labelledby="key"><h2 id="key">${w.key}</h2><p class="soft">${w.keyText}</p>
${secret === null ? "" : html`<pre tabindex="0">${secret}</pre>`}<p>${secret === null ? button("show", w.keyShow, "", {}) : ""} ${button("rotate", w.keyRotate, "", {})}</p></section>`;
  const failed = calls.map((one) => [
    client(one.client),
    one.action,
    format.instant(one.at),
    one.code ?? NONE,
    button("retry", w.retry, one.action, { client: one.client, step: one.step }),
  ]);
  const failedColumns = [w.client, w.action, w.when, w.why, acts(w.retry)];
  const held = links.lines.map((one) => [
    client(one.client),
    format.day(one.untilDay),
    html`${one.plan === null ? "" : html`<a href="${one.plan}" rel="noreferrer">${w.plan}</a>`} <a href="${one.nps}" rel="noreferrer">NPS</a> <a href="${one.ces}" rel="noreferrer">CES</a>`,
    button("revoke", w.revoke, names[one.client] ?? clientName(one.client, frame.language), { client: one.client }),
  ]);
  const heldColumns = [w.client, w.until, w.links, acts(w.revoke)];
  const more =
    links.next === null
      ? ""
      : html`<p><a class="button" href="${frame.base}/settings/links?after=${links.next}">${w.next}</a></p>`;
  const content = html`<div class="head"><h1>${w.title}</h1><span class="end"><a class="button" href="${frame.base}/settings">${settingsWords(frame.language).all}</a></span></div>${key}
<section class="card" aria-labelledby="failed"><h2 id="failed">${w.failed}</h2>${failed.length === 0 ? html`<p class="soft">${w.noFailed}</p>` : table({ label: w.failed, kind: "wide", columns: failedColumns, rows: failed })}</section>
<section class="card" aria-labelledby="links"><h2 id="links">${w.links}</h2>${held.length === 0 ? html`<p class="soft">${w.noLinks}</p>` : table({ label: w.links, kind: "wide", columns: heldColumns, rows: held })}${more}</section>`;
  return layout(frame, w.title, "settings", content);
}

function acts(name: string): Column {
  return { name, kind: "acts", isHidden: true };
}
