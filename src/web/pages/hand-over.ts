/** One owner's clients go to others: chosen, looked at, handed over, taken back. */
import { html } from "hono/html";
import type { HandedClient, HandOverView, Suggested } from "../../acts/hand-over.ts";
import { type Format, NONE } from "../format.ts";
import { fill } from "../words.ts";
import { clientName } from "./codes.words.ts";
import { handOverWords } from "./hand-over.words.ts";
import { type Frame, formFields, type Html, layout, personName, select, zoneBadge } from "./layout.ts";
import { type Cell, num, table } from "./table.ts";

export interface HandOverPage {
  view: HandOverView;
  names: Readonly<Record<string, string>>;
  format: Format;
}

type Words = ReturnType<typeof handOverWords>;

export function handOverPage(page: HandOverPage, frame: Frame): Html {
  const w = handOverWords(frame.language);
  const { view } = page;
  const content = html`<div class="head"><h1>${w.title}</h1><span class="end"><a class="button" href="${frame.base}/board">${w.seeBoard}</a></span></div><p class="soft">${w.text}</p>
${view.wish ? previewCard(page, w, frame) : html`<div class="cards half">${chooseCard(page, w, frame)}<div class="stack">${suggestedCard(page, w, frame)}${lastCard(page, w, frame)}</div></div>`}`;
  return layout(frame, w.title, "board", content);
}

/** Names of people are not unique words: the choice is by name, the value by id. */
function people(owners: readonly string[], frame: Frame): readonly (readonly [string, string])[] {
  return owners.map((one) => [one, personName(frame, one)] as const);
}

function chooseCard({ view }: HandOverPage, w: Words, frame: Frame): Html {
  const givers = [...new Set([...view.suggested.map((one) => one.ownerId), ...view.owners])];
  const first = view.suggested[0]?.ownerId ?? null;
  const taker = view.owners.find((one) => one !== (first ?? givers[0])) ?? null;
  return html`<section class="card" aria-labelledby="choose"><h2 id="choose">${w.title}</h2><form class="row" method="get" action="${frame.base}/hand-over">
<div><label for="from">${w.from}</label>${select("from", "from", people(givers, frame), first)}</div><div><label for="to">${w.to}</label>${select("to", "to", people(view.owners, frame), taker)}</div><button class="main">${w.preview}</button></form></section>`;
}

function suggestedCard({ view, format }: HandOverPage, w: Words, frame: Frame): Html {
  const why = (one: Suggested) => (one.untilDay === null ? w.gone : fill(w.away, { day: format.day(one.untilDay) }));
  const to = (one: Suggested) => view.owners.find((owner) => owner !== one.ownerId);
  const item = (one: Suggested) =>
    html`<li><a href="${frame.base}/hand-over?from=${encodeURIComponent(one.ownerId)}&amp;to=${encodeURIComponent(to(one) ?? "")}">${personName(frame, one.ownerId)}</a>: ${why(one)}, ${one.clients} ${w.clients}</li>`;
  return html`<section class="card" aria-labelledby="suggested"><h2 id="suggested">${w.suggested}</h2>${view.suggested.length === 0 ? html`<p class="good">${w.none}</p>` : html`<ul>${view.suggested.map(item)}</ul>`}</section>`;
}

function lastCard({ view: { last }, format }: HandOverPage, w: Words, frame: Frame): Html {
  if (!last) return html``;
  const said = {
    day: format.instant(last.at),
    who: personName(frame, last.fromOwnerId),
    n: last.clients,
    steps: last.steps,
  };
  return html`<section class="card" aria-label="${w.undo}"><p>${fill(w.last, said)}</p><form class="inline" method="post" action="${frame.base}/hand-over/undo">${formFields(frame)}<button class="danger">${w.undo}</button></form></section>`;
}

function previewCard(page: HandOverPage, w: Words, frame: Frame): Html {
  const { view, format } = page;
  const wish = view.wish!;
  const title = `${w.from} ${personName(frame, wish.fromOwnerId)} ${w.to} ${personName(frame, wish.toOwnerId)}`;
  if (view.clients.length === 0)
    return html`<section class="card" aria-label="${title}"><h2>${title}</h2><p>${w.nothing}</p><p><a class="button" href="${frame.base}/hand-over">${w.title}</a></p></section>`;
  const tile = (n: number, text: string) => html`<li class="tile"><b>${format.number(n)}</b>${text}</li>`;
  const cut = view.total > view.clients.length;
  const columns = [w.client, w.zone, num(w.steps), w.dates, w.taker];
  return html`<ul class="tiles">${tile(view.clients.length, w.clients)}${tile(view.reds, w.reds)}${tile(view.steps, w.steps)}${tile(view.moved, w.moved)}</ul>
<section class="card" aria-labelledby="handed"><h2 id="handed">${title}</h2>${cut ? html`<p class="say">${fill(w.part, { n: view.clients.length, of: format.number(view.total) })}</p>` : ""}
<form method="post" action="${frame.base}/hand-over">${formFields(frame)}<input type="hidden" name="from" value="${wish.fromOwnerId}"><input type="hidden" name="to" value="${wish.toOwnerId}"><input type="hidden" name="seen" value="${view.seen}">
${table({ label: title, kind: "form", columns, rows: view.clients.map((one) => row(one, page, w, frame)) })}
<p class="buttons"><button class="main">${w.apply}</button><button formaction="${frame.base}/hand-over/look">${w.again}</button><a class="button" href="${frame.base}/hand-over">${w.title}</a></p></form></section>`;
}

function row(one: HandedClient, { view, names, format }: HandOverPage, w: Words, frame: Frame): Cell[] {
  const name = names[one.key] ?? clientName(one.key, frame.language);
  const takers = people(
    view.owners.filter((owner) => owner !== view.wish?.fromOwnerId),
    frame,
  );
  const id = `to-${one.key.replace(":", "-")}`;
  const dates = one.dates.map(
    (date) => html`<li>${date.title}: ${format.shortDay(date.fromDay)} → ${format.shortDay(date.toDay)}</li>`,
  );
  return [
    html`<a href="${frame.base}/client/${one.key}">${name}</a>`,
    zoneBadge(one.zone, frame.language),
    one.steps,
    dates.length === 0 ? NONE : html`<ul class="plain small">${dates}</ul>`,
    html`<label class="hidden" for="${id}">${w.to}: ${name}</label>${select(`to.${one.key}`, id, takers, one.toOwnerId)}`,
  ];
}
