/** The team board: who is where, what changed since yesterday, whom to look at first. */
import type { Day } from "../core/calendar/calendar.ts";
import { dayOf, instantOf } from "../core/calendar/zone.ts";
import { overrideOn } from "../core/client/acts.ts";
import { leftDayOf } from "../core/client/left.ts";
import { type ClientKey, type Language, parseRef } from "../core/model.ts";
import { currentPlan } from "../core/plan/life-cycle.ts";
import { type Stand, standOn } from "../core/play/decision.ts";
import type { Portal } from "../portal-open.ts";
import { type BoardFilter, countClients, worstFirst, zoneCounts } from "./board-query.ts";
import { type ClientReading, readClients, readPlan, strategicOf } from "./client-reading.ts";
import type { Progress } from "./kpi.ts";
import { mainReasonIn, scoreSummary } from "./score-view.ts";
import { importingOf } from "./status.ts";
import { sayRef } from "./texts.ts";
import { triageList } from "./triage.ts";
import { ownersSeen, type Viewer } from "./viewer.ts";

const BOARD_PAGE = 50;
/** The triage list is one page: more than a team can take care of this week. */
const TRIAGE_MAX = 50;

/** By then everybody who was there at the import has a zone. */
const FIRST_JUDGED_MS = 86_400_000;

export interface BoardAsk {
  zone: string | null;
  ownerId: string | null;
  phase: string | null;
  only: "overdue" | "changed" | null;
  /** health: worst first · triage: risk × money × strategy, red and yellow only */
  order: "health" | "triage";
  /** clients that the team can take on, for the triage */
  capacity: number;
  /** from 0 */
  page: number;
}

export interface BoardRow {
  key: ClientKey;
  url: string;
  zone: string | null;
  /** a person set the zone */
  isOverridden: boolean;
  score: number | null;
  zoneSince: number | null;
  previousZone: string | null;
  trend: string | null;
  reason: string | null;
  /** the day on which the client left, as a person noted it; null also while it lies ahead, and once the client came back */
  leftDay: Day | null;
  ownerId: string | null;
  escalationOwnerId: string | null;
  stage: string | null;
  progress: number | null;
  next: { title: string; dueDay: Day } | null;
  overdue: number;
  class: string | null;
  value: number | null;
  strategic: string | null;
  decision: Stand;
  /** value that a contact is expected to save, and why it is worth it: value, strategic, red, can_be_turned */
  stake: { saves: number; why: readonly string[]; isTaken: boolean } | null;
}

export interface BoardView {
  today: Day;
  zone: string;
  currency: string;
  rows: readonly BoardRow[];
  page: number;
  pages: number;
  total: number;
  /** by zone, of everything this person may see; `none`: not judged */
  zones: Readonly<Record<string, number>>;
  /** how many changed zone since the start of yesterday; none in the first day after the import */
  changed: number;
  overdue: number;
  owners: readonly string[];
  isAdmin: boolean;
  /** the first import, while it runs: until then nobody is judged */
  importing: Progress | null;
  /** of the triage: what the chosen ones save, and what all would */
  saves: { taken: number; all: number } | null;
}

/** Null before the portal was looked at for the first time. */
export function boardView(
  portal: Portal,
  viewer: Viewer,
  ask: BoardAsk,
  language: Language,
  nowMs: number,
): BoardView | null {
  const about = portal.about();
  if (!about) return null;
  const { store } = portal;
  const { zone } = portal.engine().config();
  const today = dayOf(nowMs, zone);
  const everything: BoardFilter = {
    owners: ownersSeen(portal, viewer),
    zone: null,
    ownerId: null,
    phase: null,
    only: null,
    since: changedSince(portal, instantOf(today - 1, 0, zone)),
  };
  const filter: BoardFilter = { ...everything, zone: ask.zone, ownerId: ask.ownerId, phase: ask.phase, only: ask.only };
  const isTriage = ask.order === "triage";
  const total = isTriage ? 0 : countClients(store, filter);
  const pages = Math.max(1, Math.ceil(total / BOARD_PAGE));
  const page = Math.min(Math.max(0, ask.page), pages - 1);
  const triaged = isTriage ? triageList(portal, filter, ask.capacity, TRIAGE_MAX, nowMs) : null;
  const readings = triaged
    ? triaged.rows.map((row) => triaged.readings.get(row.clientId)!)
    : readClients(portal, worstFirst(store, filter, BOARD_PAGE, page * BOARD_PAGE), nowMs);
  const stakes = new Map(triaged?.rows.map(({ clientId, ...stake }) => [clientId, stake]));
  return {
    today,
    zone,
    currency: about.account.currency,
    rows: readings.map((reading) => boardRow(portal, reading, stakes.get(reading.stored.key) ?? null, language, nowMs)),
    page,
    pages,
    total: isTriage ? readings.length : total,
    zones: zoneCounts(store, everything),
    changed: countClients(store, { ...everything, only: "changed" }),
    overdue: countClients(store, { ...everything, only: "overdue" }),
    owners: about.owners
      .filter((one) => one.active && (everything.owners?.includes(one.id) ?? true))
      .map((one) => one.id),
    isAdmin: viewer.isAdmin,
    importing: importingOf(portal),
    saves: triaged && { taken: triaged.savesTaken, all: triaged.savesAll },
  };
}

/** That a client is judged for the first time after the import is no change of anything. */
function changedSince(portal: Portal, yesterday: number): number {
  const importedAt = portal.store.meta.get<number>("importedAt");
  return importedAt === null ? yesterday : Math.max(yesterday, importedAt + FIRST_JUDGED_MS);
}

function boardRow(
  portal: Portal,
  reading: ClientReading,
  stake: BoardRow["stake"],
  language: Language,
  nowMs: number,
): BoardRow {
  const { stored, acts, today } = reading;
  const plan = currentPlan(reading.state.plans);
  const planned = plan ? readPlan(reading, plan, nowMs) : null;
  const view = planned?.view ?? null;
  const health = scoreSummary(reading);
  const leftDay = leftDayOf(stored.key, reading.state.plans, reading.facts);
  return {
    key: stored.key,
    url: portal.crm().recordUrl(parseRef(stored.key)),
    zone: health.zone,
    isOverridden: overrideOn(acts, today) !== null,
    score: health.score,
    zoneSince: health.zoneSince,
    previousZone: health.previousZone,
    trend: health.trend,
    reason: mainReasonIn(portal, reading, planned?.answer ?? null, language, nowMs),
    leftDay: leftDay !== null && leftDay <= today ? leftDay : null,
    ownerId: stored.ownerId,
    escalationOwnerId: stored.escalationOwnerId,
    stage: stored.phase,
    progress: view?.progress ?? null,
    next: view?.nextStep
      ? { title: sayRef(portal, view.nextStep.title, language), dueDay: view.nextStep.dueDay }
      : null,
    overdue: view?.overdue ?? 0,
    class: stored.class,
    value: stored.value,
    strategic: strategicOf(reading),
    decision: standOn(acts.decision, today).stand,
    stake,
  };
}
