/** The frame of every screen: navigation, what became of the last click, and the small parts that all pages share. */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Language } from "../../core/model.ts";
import { fill } from "../words.ts";
import { layoutWords } from "./layout.words.ts";
import { STYLE } from "./style.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export type PageName = "board" | "kpi" | "review" | "history" | "status" | "settings";

/** What every page knows besides its own data. */
export interface Frame {
  /** address below which the session's pages lie */
  base: string;
  language: Language;
  nonce: string;
  /** goes into every form */
  token: string;
  /** tells one rendering of a form from the next: a click counts once */
  once: string;
  isAdmin: boolean;
  /** what the last click came to, by code */
  said: string | null;
  /** names of people by owner id, where the CRM tells them */
  people: Readonly<Record<string, string>>;
  /** the CRM around us makes its frame as high as the page asks for */
  isFitted: boolean;
}

const PAGES: readonly PageName[] = ["board", "kpi", "review", "history", "status", "settings"];
const FOR_ADMINS: readonly PageName[] = ["status", "settings"];

/** @param refreshSeconds long work reloads its page by itself, without scripts */
export function layout(
  frame: Frame,
  title: string,
  current: PageName | null,
  content: Html,
  refreshSeconds?: number,
): Html {
  const w = layoutWords(frame.language);
  const links = PAGES.filter((name) => frame.isAdmin || !FOR_ADMINS.includes(name));
  return html`<!doctype html>
<html lang="${frame.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – Tenure</title>
${refreshSeconds ? html`<meta http-equiv="refresh" content="${refreshSeconds}">` : ""}
<style nonce="${frame.nonce}">${raw(STYLE)}</style></head>
<body><a class="skip" href="#main">${w.skip}</a>
<nav class="top" aria-label="${w.nav}">${links.map((name) => html`<a href="${frame.base}/${name}"${name === current ? raw(' aria-current="page"') : ""}>${w[name]}</a>`)}</nav>
<main id="main">${said(frame)}${content}</main>${frame.isFitted ? fitting(frame.nonce) : ""}</body></html>`;
}

/**
 * Bitrix24's frame keeps its height until the page tells its own (facts sheet 13.4); without scripts it scrolls instead. What the library fits is
 * never less than the frame already is, so a page that became shorter tells its height itself, and fits again for the width once it is so.
 */
const FIT = `window.B24Js&&B24Js.initializeB24Frame().then(function(b24){
var parent=b24.parent;function fit(){var height=document.body.offsetHeight;
(height<innerHeight-1?parent.resizeWindow(innerWidth,height):parent.fitWindow()).catch(function(){})}
new ResizeObserver(fit).observe(document.body);addEventListener("resize",fit)}).catch(function(){})`;

function fitting(nonce: string): Html {
  return html`<script nonce="${nonce}" src="/bitrix24/b24jssdk.js"></script><script nonce="${nonce}">${raw(FIT)}</script>`;
}

function said({ said: code, language }: Frame): Html {
  if (code === null) return html``;
  const w = layoutWords(language) as Readonly<Record<string, string>>;
  const text = w[`said.${code}`];
  if (text === undefined) return html``;
  const isGood = code === "done" || code === "saved" || code === "drafted";
  return html`<p class="say ${isGood ? "good" : "bad"}" role="status">${text}</p>`;
}

/** A page of one sentence: no such client, not yours, not ready. */
export function sentencePage(frame: Frame, code: string): Html {
  const w = layoutWords(frame.language) as Readonly<Record<string, string>>;
  const text = w[`said.${code}`] ?? code;
  return layout(
    { ...frame, said: null },
    "Tenure",
    null,
    html`<h1>Tenure</h1><p class="say bad" role="status">${text}</p>`,
  );
}

/** Fields that every form needs. */
export function formFields(frame: Frame): Html {
  return html`<input type="hidden" name="token" value="${frame.token}"><input type="hidden" name="once" value="${frame.once}">`;
}

const SIGNS: Readonly<Record<string, string>> = { green: "●", yellow: "▲", red: "■", learning: "○" };

/** A zone by word, sign and colour: colour alone tells nobody anything. */
export function zoneBadge(zone: string | null, language: Language): Html {
  const name = zone ?? "none";
  return html`<span class="badge ${name}"><span aria-hidden="true">${SIGNS[name] ?? "○"}</span>${zoneName(name, language)}</span>`;
}

export function zoneName(zone: string, language: Language): string {
  return (layoutWords(language) as Readonly<Record<string, string>>)[zone] ?? zone;
}

/** A person by name where the CRM tells it, else by number. */
export function personName(frame: Pick<Frame, "people" | "language">, ownerId: string | null): string {
  const w = layoutWords(frame.language);
  if (ownerId === null) return w.nobody;
  return frame.people[ownerId] ?? fill(w.owner, { id: ownerId.replace(/^user:/, "") });
}

/** A link that opens the CRM itself, outside the frame. */
export function crmLink(url: string, text: string): Html {
  return html`<a href="${url}" target="_blank" rel="noopener">${text}</a>`;
}

/** A choice as a select field. */
export function select(
  name: string,
  id: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string | null,
): Html {
  return html`<select name="${name}" id="${id}">${options.map(([value, text]) => html`<option value="${value}"${value === chosen ? raw(" selected") : ""}>${text}</option>`)}</select>`;
}
