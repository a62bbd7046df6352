/**
 * Walks through a portal's past week by week, as replaying a file does, but in portions that leave the event loop free, with the settings of
 * each client's segment and with what was reported at the time. Reads nothing that was known only after the week it shows.
 */
import { type Book, bookMaker, viewsOf } from "../../score/book.ts";
import { configFor, type ScoreConfig, type ScoreConfigs } from "../../score/config.ts";
import type { ScoreInput, ScoreMemory } from "../../score/input.ts";
import { type History, isAlive, LIVE_ORDER_DAYS, nextRenewalDay } from "../../score/past/history.ts";
import type { ReplayedScore, ReplayWeek } from "../../score/past/replay.ts";
import { scoreClient } from "../../score/score.ts";
import { fitThresholds } from "../../score/tune.ts";
import type { ZoneInput } from "../../score/zone.ts";
import type { SignalDefinition } from "../../signal/definition.ts";
import type { OrderState } from "../../signal/orders.ts";
import { addEvent, newSignalState, type SignalState } from "../../signal/state.ts";
import type { PortalView } from "../../signal/stretch.ts";
import { orderStateOf, ordersBy, rhythmic } from "../orders.ts";
import type { PortalPastClient } from "./past-client.ts";

export interface PortalHistory extends History {
  clients: readonly PortalPastClient[];
}

export interface WalkOptions {
  history: PortalHistory;
  configs: ScoreConfigs;
  /** every signal of the portal */
  signals: readonly SignalDefinition[];
  cutDay: number;
  /** weeks from one look to the next: 1 for zones as they would have been, more for risk alone */
  stepWeeks: number;
  /** once for each client shown that evening, who is let go of afterwards */
  see: (scored: ReplayedScore, week: ReplayWeek) => void;
}

/** Full weeks of data before anything is scored. */
const WARM_UP_WEEKS = 8;
/** Thresholds are fitted to the book this often. */
const FIT_EVERY_WEEKS = 4;
/** Clients per portion: a few milliseconds of work. */
const PORTION = 50;

interface Runner {
  past: PortalPastClient;
  signals: Record<string, SignalState>;
  taken: Record<string, number>;
  orders: OrderState | null;
  memory: ScoreMemory | null;
}

/** The history of these clients, no further back than `backDays`. */
export function historyOf(clients: readonly PortalPastClient[], today: number, backDays: number): PortalHistory {
  const earliest = clients.reduce((first, one) => Math.min(first, one.firstDay), today);
  return { clients, firstDay: Math.max(earliest, today - backDays), hasRenewals: !livesOfOrders(clients) };
}

/** Live buyers from which a portal may be judged by who goes on buying. */
const BUYERS_NEEDED = 30;

/** Most of its customers buy again and again and few are under contract: then who is lost shows in orders, not in renewals. */
function livesOfOrders(clients: readonly PortalPastClient[]): boolean {
  const count = (is: (one: PortalPastClient) => boolean) => clients.filter(is).length;
  const contracts = count((one) => one.orderDays.contractDay !== null);
  const buyers = count((one) => (one.orders ?? []).length >= LIVE_ORDER_DAYS);
  const ordered = count((one) => (one.orders ?? []).length > 0);
  return buyers >= BUYERS_NEEDED && buyers > contracts && 2 * buyers >= ordered;
}

/** Yields null after each portion of work, and each week when all were seen, oldest first, the last one ending on `cutDay`. */
export function* walkPast(options: WalkOptions): Generator<ReplayWeek | null, void> {
  const { history, configs, signals, cutDay, stepWeeks, see } = options;
  const anchorDay = cutDay + 1;
  const runners = history.clients.map((past): Runner => ({ past, signals: {}, taken: {}, orders: null, memory: null }));
  const weeks = Math.floor((cutDay - history.firstDay + 1) / 7) - WARM_UP_WEEKS;
  let zones = new Map<string, ScoreConfig["zones"]>();
  let book: Book | null = null;
  for (let back = Math.floor(Math.max(0, weeks) / stepWeeks) * stepWeeks; back >= 0; back -= stepWeeks) {
    const evening = cutDay - 7 * back;
    const before = viewsOf(book, signals);
    const known: Runner[] = [];
    const maker = bookMaker({
      definitions: signals,
      version: weeks - back + 1,
      nowDay: evening + 1,
      anchorDay,
      previous: book,
      horizonDays: configs.default.horizonDays,
      refit: back % FIT_EVERY_WEEKS === 0,
    });
    for (let at = 0; at < runners.length; at++) {
      const runner = runners[at]!;
      if (takeIn(runner, history, signals, evening, anchorDay, before)) {
        known.push(runner);
        maker.add({ signals: runner.signals, orders: runner.orders, stepDays: stepDaysAt(runner.past, evening) });
      }
      if (at % PORTION === PORTION - 1) yield null;
    }
    book = yield* maker.finishSteps();
    yield null;
    const views = viewsOf(book, signals);
    const week = { cutDay: evening, book };
    const isFitting = back % FIT_EVERY_WEEKS === 0;
    const judged: Judged[] = [];
    for (let at = 0; at < known.length; at++) {
      const runner = known[at]!;
      if (isShown(runner.past, history, evening)) {
        const own = configFor(configs, runner.past.segment);
        const config = { ...own, zones: zones.get(runner.past.segment ?? "") ?? own.zones };
        const scored = scoreAt(runner, history, book, views, config, evening);
        see(scored, week);
        if (isFitting && scored.result.zone !== "learning" && isAlive(runner.past, history, evening))
          judged.push({ segment: runner.past.segment, zoneInput: scored.zoneInput });
      }
      if (at % PORTION === PORTION - 1) yield null;
    }
    yield week;
    if (isFitting) zones = fittedZones(judged, configs);
  }
}

function takeIn(
  runner: Runner,
  history: PortalHistory,
  signals: readonly SignalDefinition[],
  evening: number,
  anchorDay: number,
  views: ReadonlyMap<string, PortalView>,
): boolean {
  const { past, taken } = runner;
  const from = Math.max(past.firstDay, history.firstDay);
  if (from > evening) return false;
  for (const { id } of signals) {
    const list = past.signals[id];
    const view = views.get(id);
    if (!list || !view) continue;
    runner.signals[id] ??= newSignalState(from, anchorDay);
    let at = taken[id] ?? 0;
    for (; at < list.length && list[at]!.knownDay <= evening; at++) {
      const { day, cases, sum } = list[at]!;
      if (day >= from) addEvent(runner.signals[id]!, day, cases, sum, anchorDay, view);
    }
    taken[id] = at;
  }
  const orders = ordersBy(past.orderDays, evening);
  if (orders.length !== taken.orders || orders.at(-1) !== runner.orders?.days[0]) runner.orders = orderStateOf(orders);
  taken.orders = orders.length;
  return true;
}

/** Everybody has a score who is not known to have left; of buyers, those who are still live are judged. */
function isShown(past: PortalPastClient, history: PortalHistory, evening: number): boolean {
  return isAlive(past, { ...history, hasRenewals: true }, evening);
}

function stepDaysAt({ stepDays, sinceDay }: PortalPastClient, evening: number): number[] {
  return sinceDay === null ? [] : (stepDays ?? []).filter((day) => day <= evening).map((day) => day - sinceDay);
}

function scoreAt(
  runner: Runner,
  history: PortalHistory,
  book: Book,
  views: ReadonlyMap<string, PortalView>,
  config: ScoreConfig,
  evening: number,
): ReplayedScore {
  const { past } = runner;
  const input = inputAt(runner, history, evening);
  const scored = scoreClient(input, book, views, config, evening + 1);
  runner.memory = scored.result.memory;
  return { ...scored, past, input };
}

function inputAt({ past, signals, orders, memory }: Runner, history: PortalHistory, evening: number): ScoreInput {
  const { sinceDay, termDays, orderDays } = past;
  const isBound = termDays !== null && (orderDays.contractDay ?? 0) <= evening;
  const open = past.invoices.filter((i) => i.issuedDay <= evening && (i.paidDay === null || i.paidDay > evening));
  return {
    clientId: past.id,
    segment: past.segment,
    sinceDay,
    signals,
    brokenSince: {},
    orders: rhythmic(orders),
    openInvoices: open.map((i) => ({ recordId: i.id, dueDay: i.dueDay })),
    onboarding:
      past.stepDays && sinceDay !== null && sinceDay >= history.firstDay
        ? { doneDays: stepDaysAt(past, evening), expectedDays: null }
        : null,
    facts: past.reported.filter((one) => one.day <= evening),
    contract: isBound ? { termDays, nextRenewalDay: nextRenewalDay(past, history.firstDay, evening) } : null,
    override: null,
    memory,
  };
}

/** Who has a zone and could still be lost, as thresholds are fitted to. */
interface Judged {
  segment: string | null;
  zoneInput: ZoneInput;
}

/** Thresholds of each segment as its own clients would have had them fitted, without a look at outcomes. */
function fittedZones(judged: readonly Judged[], configs: ScoreConfigs): Map<string, ScoreConfig["zones"]> {
  const groups = Map.groupBy(judged, (one) => one.segment ?? "");
  return new Map(
    [...groups].map(([segment, list]) => [
      segment,
      fitThresholds(
        list.map((one) => one.zoneInput),
        configFor(configs, segment === "" ? null : segment).zones,
      ),
    ]),
  );
}
