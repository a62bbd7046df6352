/** The team board. */
import { html, raw } from "hono/html";
import type { BoardAsk, BoardRow, BoardView } from "../../views/board.ts";
import { type Format, NONE } from "../format.ts";
import { count, fill } from "../words.ts";
import { type BoardWords, boardWords } from "./board.words.ts";
import { clientName } from "./codes.words.ts";
import { type Frame, type Html, layout, personName, select, zoneBadge, zoneName } from "./layout.ts";
import { progressCard, RELOAD_S } from "./progress-bar.ts";
import { statusWords } from "./status.words.ts";
import { type Cell, type Column, num, table, wrap } from "./table.ts";

export interface BoardPage {
  view: BoardView;
  ask: BoardAsk;
  names: Readonly<Record<string, string>>;
  format: Format;
  /** epoch ms */
  now: number;
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
  const { importing, rows, saves } = page.view;
  const content = html`<div class="head"><h1>${w.title}</h1><span class="soft">${count(page.view.total, w.clients, frame.language)}</span></div>
${importing ? progressCard(statusWords(frame.language).importing, importing, page.now, page.format, frame) : ""}${tiles(at)}${filters(at)}${saves && rows.length > 0 ? html`<p class="soft">${w.triageText}</p><p>${fill(w.saves, { n: page.ask.capacity, taken: page.format.money(saves.taken), all: page.format.money(saves.all) })}</p>` : ""}
<section class="card" aria-label="${isTriage ? w.byTriage : w.byHealth}">${rows.length === 0 ? html`<p>${isTriage ? w.nobody : w.empty}</p>` : clients(at, isTriage)}${isTriage ? "" : paging(at)}</section>`;
  return layout(frame, w.title, "board", content, importing ? RELOAD_S : undefined);
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

function clients(at: At, isTriage: boolean): Html {
  const { w, view } = at;
  const columns: (Column | string)[] = [
    w.client,
    w.zone,
    num(w.score),
    wrap(w.reason),
    { name: w.owner, kind: "names" },
    ...(isTriage
      ? [{ name: w.stake, kind: "num long" } as const, w.decision, wrap(w.next)]
      : [w.progress, wrap(w.next), num(w.late), num(w.value)]),
  ];
  return table({ label: w.title, kind: "wide", columns, rows: view.rows.map((row) => clientRow(at, row, isTriage)) });
}

function clientRow(at: At, row: BoardRow, isTriage: boolean): Cell[] {
  const { w, frame, format, names } = at;
  const words = w as Readonly<Record<string, string>>;
  const name = names[row.key] ?? clientName(row.key, frame.language);
  const zoneNote = row.isOverridden
    ? w.byHand
    : row.zoneSince === null
      ? null
      : fill(w.since, { day: format.instantDay(row.zoneSince) });
  const before = at.ask.only === "changed" ? row.previousZone : null;
  const stage = row.stage ? (words[row.stage] ?? null) : null;
  const small = (text: string | null) => (text === null ? "" : html`<br><span class="soft small">${text}</span>`);
  const late = (text: string) => html`<br><span class="late small">${text}</span>`;
  const cells: Cell[] = [
    html`<a href="${frame.base}/client/${row.key}">${name}</a>${row.leftDay === null ? "" : late(fill(w.left, { day: format.day(row.leftDay) }))}${small(row.class ? `${w.class} ${row.class}` : null)}`,
    html`${zoneBadge(row.zone, frame.language)}${small(zoneNote)}${small(before ? fill(w.from, { zone: zoneName(before, frame.language) }) : null)}`,
    row.score ?? NONE,
    row.reason ?? "",
    html`${personName(frame, row.ownerId)}${row.escalationOwnerId && row.escalationOwnerId !== row.ownerId ? late(fill(w.escalated, { who: personName(frame, row.escalationOwnerId) })) : ""}`,
  ];
  const next = row.next ? html`${row.next.title}${small(format.shortDay(row.next.dueDay))}` : "";
  if (isTriage)
    return [
      ...cells,
      stakeCell(at, row),
      words[row.decision] ?? "",
      row.overdue > 0 ? html`${next}${late(`${w.late}: ${row.overdue}`)}` : next,
    ];
  return [
    ...cells,
    row.progress === null && stage === null
      ? ""
      : html`${row.progress === null ? "" : format.percent(row.progress)}${small(stage)}`,
    next,
    row.overdue > 0 ? html`<span class="late">${row.overdue}</span>` : "0",
    format.money(row.value),
  ];
}

/** What a call of the team now is worth, beside what the client has brought so far. */
function stakeCell({ w, format }: At, { stake, value }: BoardRow): Html {
  const words = w as Readonly<Record<string, string>>;
  const saves = format.money(stake?.saves ?? null);
  // Money does not break, so a line each.
  const why = (stake?.why ?? []).map((one) => html`<br>${words[`why.${one}`] ?? one}`);
  return html`${stake?.isTaken ? html`<strong>${saves}</strong>` : saves}<br><span class="soft small">${fill(w.wonSoFar, { money: format.money(value) })}${why}</span>`;
}

function paging(at: At): Html {
  const { view, w } = at;
  if (view.pages === 1) return html``;
  const to = (page: number, text: string) => html`<a class="button" href="${link(at, { page })}">${text}</a>`;
  return html`<nav class="pages" aria-label="${fill(w.page, { page: view.page + 1, pages: view.pages })}">${view.page > 0 ? to(view.page - 1, w.earlier) : ""}<span>${fill(w.page, { page: view.page + 1, pages: view.pages })}</span>${view.page + 1 < view.pages ? to(view.page + 1, w.later) : ""}</nav>`;
}
