/** Makes the portal's book when a week is over: one pass over all clients, at most once a day. */
import { dayOf, instantOf } from "../core/calendar/zone.ts";
import {
  type BookEntry,
  brokenSources,
  isBookDue,
  makePortalBook,
  nextBookDay,
  type PortalBookBody,
} from "../core/client/portal-book.ts";
import { allSignals } from "../core/client/score-settings.ts";
import type { ClientState } from "../core/client/state.ts";
import type { SignalDefinition } from "../core/signal/definition.ts";
import type { Engine } from "./engine.ts";
import { learntRisk } from "./learn.ts";
import { isImported } from "./reconcile.ts";

/** Clients read at once: enough that the pass is fast, little enough that it does not fill the memory. */
const PAGE = 1_000;

/** Returns true when a book was made; everybody is decided again with it. */
export function makeBookWhenDue(engine: Engine): boolean {
  const { store } = engine;
  const previous = engine.book();
  const config = engine.config();
  const today = dayOf(engine.now(), config.zone);
  if (!isBookDue(previous, today) || !isImported(engine)) return false;
  const dueAt = store.clients.nextDueAt();
  // The first book is made when everybody was observed once.
  if (previous === null && (store.records.staleCount() > 0 || (dueAt !== null && dueAt <= engine.now()))) return false;
  const entries = bookEntries(engine);
  if (entries.length === 0) return false;
  const version = (previous?.version ?? 0) + 1;
  const signals = allSignals(config.settings.score);
  const { horizonDays } = config.scores.default;
  const body = makePortalBook(entries, { signals, horizonDays }, today, version, previous, learntRisk(engine));
  store.transaction(() => {
    store.addBook(body, engine.now());
    store.clients.allDue(engine.now());
    noteBroken(engine, body, signals);
  });
  return true;
}

/** A source that went silent everywhere is one finding, and it ends by itself. */
function noteBroken(engine: Engine, body: PortalBookBody, signals: readonly SignalDefinition[]): void {
  const broken = brokenSources(body, signals);
  for (const source of new Set(signals.map((one) => one.source))) {
    const found = broken.get(source);
    const key = `source:${source}`;
    if (!found) engine.store.findings.close(key, engine.now());
    else {
      const params = { source, signals: found.signals.join(", "), weeks: found.weeks };
      engine.store.findings.raise(key, "source-broken", params, engine.now());
    }
  }
}

function bookEntries(engine: Engine): readonly BookEntry[] {
  const entries: BookEntry[] = [];
  for (let after = ""; ; ) {
    const page = engine.store.clients.page(after, PAGE);
    for (const client of page) {
      const health = (client.state as ClientState | null)?.health;
      if (health)
        entries.push({
          key: client.key,
          value: client.value ?? 0,
          signals: health.signals,
          orders: null,
          stepDays: health.stepDays,
        });
    }
    if (page.length < PAGE) return entries;
    after = page.at(-1)!.key;
  }
}

/** When the next book is due, epoch ms; null before the first. */
export function nextBookAt(engine: Engine): number | null {
  const book = engine.book();
  return book === null ? null : instantOf(nextBookDay(book), 0, engine.config().zone);
}
