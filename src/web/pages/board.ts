/** The team board. */
import { html, raw } from "hono/html";
import type { BoardAsk, BoardRow, BoardView } from "../../views/board.ts";
import type { Format } from "../format.ts";
import { count, fill } from "../words.ts";
import { type BoardWords, boardWords } from "./board.words.ts";
import { clientName } from "./codes.words.ts";
import { type Frame, type Html, layout, personName, select, zoneBadge, zoneName } from "./layout.ts";

export interface BoardPage {
  view: BoardView;
  ask: BoardAsk;
  names: Readonly<Record<string, string>>;
  format: Format;
}

const ZONES = ["red", "yellow", "green", "learning", "none"] as const;
const STAGES = ["days_0_30", "days_31_60", "days_61_90", "graduated", "paused", "closed"] as const;

interface At extends BoardPage {
  w: BoardWords;
  frame: Frame;
}

export function boardPage(page: BoardPage, frame: Frame): Html {
  const at: At = { ...page, w: boardWords(frame.language), frame };
  const { w } = at;
  const isTriage = page.ask.order === "triage";
  const { saves } = page.view;
  const content = html`<div class="head"><h1>${w.title}</h1><span class="soft">${count(page.view.total, w.clients, frame.language)}</span></div>
${tiles(at)}${filters(at)}${saves ? html`<p class="soft">${w.triageText}</p><p>${fill(w.saves, { n: page.ask.capacity, taken: page.format.money(saves.taken), all: page.format.money(saves.all) })}</p>` : ""}
<section class="card" aria-label="${isTriage ? w.byTriage : w.byHealth}">${page.view.rows.length === 0 ? html`<p>${w.empty}</p>` : table(at, isTriage)}${isTriage ? "" : paging(at)}</section>`;
  return layout(frame, w.title, "board", content);
}

/** The address of the same board, changed. */
function link({ frame, ask }: At, change: Partial<BoardAsk>): string {
  const next = { ...ask, page: 0, ...change };
  const query = new URLSearchParams();
  if (next.zone) query.set("zone", next.zone);
  if (next.ownerId) query.set("owner", next.ownerId);
  if (next.phase) query.set("phase", next.phase);
  if (next.only) query.set("only", next.only);
  if (next.order !== "health") {
    query.set("order", next.order);
    query.set("capacity", String(next.capacity));
  }
  if (next.page > 0) query.set("page", String(next.page + 1));
  const text = query.toString();
  return `${frame.base}/board${text === "" ? "" : `?${text}`}`;
}

function tiles(at: At): Html {
  const { view, ask, w, frame, format } = at;
  const current = (is: boolean) => (is ? raw(' aria-current="true"') : "");
  const plain = { zone: null, only: null, order: "health" } as const;
  const zones = ZONES.filter((zone) => zone !== "none" || (view.zones.none ?? 0) > 0).map((zone) => {
    const isOn = ask.zone === zone;
    const href = link(at, { ...plain, zone: isOn ? null : zone });
    return html`<li><a class="tile" href="${href}"${current(isOn)}><b>${format.number(view.zones[zone] ?? 0)}</b>${zoneBadge(zone === "none" ? null : zone, frame.language)}</a></li>`;
  });
  const only = (["changed", "overdue"] as const).map((one) => {
    const isOn = ask.only === one;
    return html`<li><a class="tile" href="${link(at, { ...plain, only: isOn ? null : one })}"${current(isOn)}><b>${format.number(view[one])}</b>${w[one]}</a></li>`;
  });
  return html`<ul class="tiles">${zones}${only}</ul>`;
}

function filters(at: At): Html {
  const { view, ask, w, frame } = at;
  const owners = [["", w.everybody] as const, ...view.owners.map((id) => [id, personName(frame, id)] as const)];
  const stages = [["", w.anyPhase] as const, ...STAGES.map((stage) => [stage, w[stage]] as const)];
  const keep = (name: string, value: string | null) =>
    value === null ? "" : html`<input type="hidden" name="${name}" value="${value}">`;
  const isTriage = ask.order === "triage";
  return html`<div class="head"><form class="row" method="get" action="${frame.base}/board">${keep("zone", ask.zone)}${keep("only", ask.only)}${keep("order", isTriage ? "triage" : null)}
<div><label for="owner">${w.owner}</label>${select("owner", "owner", owners, ask.ownerId ?? "")}</div>
<div><label for="phase">${w.phase}</label>${select("phase", "phase", stages, ask.phase ?? "")}</div>${isTriage ? html`<div><label for="capacity">${w.capacity}</label><input type="number" id="capacity" name="capacity" min="1" max="50" value="${ask.capacity}"></div>` : ""}<button>${w.show}</button></form>
<span class="end">${(view.zones.red ?? 0) > 0 ? html`<a class="button" href="${frame.base}/undecided">${w.toUndecided}</a>` : ""}${view.isAdmin ? html`<a class="button" href="${frame.base}/hand-over">${w.toHandOver}</a>` : ""}<a class="button" href="${link(at, { order: "health" })}"${isTriage ? "" : raw(' aria-current="true"')}>${w.byHealth}</a><a class="button ${isTriage ? "" : "main"}" href="${link(at, { order: "triage", zone: null, only: null })}"${isTriage ? raw(' aria-current="true"') : ""}>${w.byTriage}</a></span></div>`;
}

function table(at: At, isTriage: boolean): Html {
  const { w, view } = at;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${w.title}"><table class="wide"><thead><tr><th scope="col">${w.client}</th><th scope="col">${w.zone}</th><th scope="col" class="num">${w.score}</th>
<th scope="col" class="wrap">${w.reason}</th><th scope="col">${w.owner}</th>${isTriage ? html`<th scope="col" class="num">${w.stake}</th><th scope="col">${w.decision}</th>` : html`<th scope="col">${w.progress}</th>`}
<th scope="col" class="wrap">${w.next}</th>${isTriage ? "" : html`<th scope="col" class="num">${w.late}</th><th scope="col" class="num">${w.value}</th>`}</tr></thead><tbody>${view.rows.map((row) => clientRow(at, row, isTriage))}</tbody></table></div>`;
}

function clientRow(at: At, row: BoardRow, isTriage: boolean): Html {
  const { w, frame, format, names } = at;
  const words = w as Readonly<Record<string, string>>;
  const name = names[row.key] ?? clientName(row.key, frame.language);
  const zoneNote = row.isOverridden
    ? w.byHand
    : row.zoneSince === null
      ? null
      : fill(w.since, { day: format.instantDay(row.zoneSince) });
  const before = at.ask.only === "changed" ? row.previousZone : null;
  const stage = row.stage ? words[row.stage] : null;
  return html`<tr><th scope="row"><a href="${frame.base}/client/${row.key}">${name}</a>${row.class ? html`<br><span class="soft small">${w.class} ${row.class}</span>` : ""}</th>
<td>${zoneBadge(row.zone, frame.language)}${zoneNote ? html`<br><span class="soft small">${zoneNote}</span>` : ""}${before ? html`<br><span class="soft small">${fill(w.from, { zone: zoneName(before, frame.language) })}</span>` : ""}</td><td class="num">${row.score ?? "–"}</td><td class="wrap">${row.reason ?? ""}</td>
<td class="names">${personName(frame, row.ownerId)}${row.escalationOwnerId ? html`<br><span class="late small">${fill(w.escalated, { who: personName(frame, row.escalationOwnerId) })}</span>` : ""}</td>
${isTriage ? html`<td class="num">${row.stake?.isTaken ? html`<strong>${format.money(row.stake.saves)}</strong>` : format.money(row.stake?.saves ?? null)}<br><span class="soft small">${fill(w.wonSoFar, { money: format.money(row.value) })}<br>${(row.stake?.why ?? []).map((one) => words[`why.${one}`] ?? one).join(", ")}</span></td><td>${words[row.decision ?? "undecided"]}</td>` : html`<td>${row.progress === null ? "" : html`${row.progress} %`}${stage ? html`<br><span class="soft small">${stage}</span>` : ""}</td>`}
<td class="wrap">${row.next ? html`${row.next.title}<br><span class="soft small">${format.shortDay(row.next.dueDay)}</span>` : ""}${isTriage && row.overdue > 0 ? html`<br><span class="late small">${w.late}: ${row.overdue}</span>` : ""}</td>${isTriage ? "" : html`<td class="num">${row.overdue > 0 ? html`<span class="late">${row.overdue}</span>` : "0"}</td><td class="num">${format.money(row.value)}</td>`}</tr>`;
}

function paging(at: At): Html {
  const { view, w } = at;
  if (view.pages === 1) return html``;
  const to = (page: number, text: string) => html`<a class="button" href="${link(at, { page })}">${text}</a>`;
  return html`<nav class="pages" aria-label="${fill(w.page, { page: view.page + 1, pages: view.pages })}">${view.page > 0 ? to(view.page - 1, w.earlier) : ""}<span>${fill(w.page, { page: view.page + 1, pages: view.pages })}</span>${view.page + 1 < view.pages ? to(view.page + 1, w.later) : ""}</nav>`;
}
