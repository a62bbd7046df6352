/** Makes the portal's book when a week is over: one pass over all clients, at most once a day. */
import { dayOf, instantOf } from "../core/calendar/zone.ts";
import { openBasis } from "../core/client/basis.ts";
import {
  brokenSources,
  isBookDue,
  nextBookDay,
  type PortalBookBody,
  type PortalBookMaker,
  portalBookMaker,
} from "../core/client/portal-book.ts";
import { allSignals } from "../core/client/score-settings.ts";
import type { SignalDefinition } from "../core/signal/definition.ts";
import type { Engine } from "./engine.ts";
import { learntRisk } from "./learn.ts";
import { isImported } from "./reconcile.ts";

/** Clients read at once: a few milliseconds. */
const PAGE = 100;

/** Returns true when a book was made; everybody is decided again with it. */
export async function makeBookWhenDue(engine: Engine): Promise<boolean> {
  const { store } = engine;
  const previous = engine.book();
  const config = engine.config();
  const today = dayOf(engine.now(), config.zone);
  if (!isBookDue(previous, today) || !isImported(engine)) return false;
  const dueAt = store.clients.nextDueAt();
  // The first book is made when everybody was observed once.
  if (previous === null && (store.records.staleCount() > 0 || (dueAt !== null && dueAt <= engine.now()))) return false;
  const version = (previous?.version ?? 0) + 1;
  const signals = allSignals(config.settings.score);
  const { horizonDays } = config.scores.default;
  const maker = portalBookMaker({ signals, horizonDays }, today, version, previous);
  if ((await addEverybody(engine, maker)) === 0) return false;
  const body = await inPortions(engine, maker.finishSteps(learntRisk(engine)));
  // Whoever was scored with an earlier book is due by that alone.
  store.transaction(() => {
    store.addBook(body, engine.now());
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

/** @returns how many there are */
async function addEverybody(engine: Engine, maker: PortalBookMaker): Promise<number> {
  let count = 0;
  for (let after = ""; ; ) {
    const page = engine.store.scores.page(after, PAGE);
    for (const { body } of page) {
      maker.add(openBasis(body));
    }
    count += page.length;
    if (page.length < PAGE) return count;
    after = page.at(-1)!.client;
    await engine.breathe?.();
  }
}

async function inPortions<T>(engine: Engine, steps: Generator<null, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await engine.breathe?.();
  }
}

/** When the next book is due, epoch ms; null before the first. */
export function nextBookAt(engine: Engine): number | null {
  const book = engine.book();
  return book === null ? null : instantOf(nextBookDay(book), 0, engine.config().zone);
}
