/**
 * The scoring pass: clients past their onboarding, twenty signals each, from facts in SQLite to mirror rows in SQLite through the
 * decider itself; what a hundredth of changed facts costs of it; and kept score changes derived again. Times are CPU times.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { comesOutAgain, libraryOf } from "../../src/core/client/derive.ts";
import { openBook, type PortalBook } from "../../src/core/client/portal-book.ts";
import { allSignals } from "../../src/core/client/score-settings.ts";
import { decide } from "../../src/core/decide.ts";
import { makeTexts } from "../../src/core/texts.ts";
import type { Crm } from "../../src/crm/port.ts";
import { makeBookWhenDue } from "../../src/engine/book.ts";
import { decideDue } from "../../src/engine/decider.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { Store } from "../../src/store/store.ts";
import { decideConfigFor } from "../../test/support/decide-config.ts";
import { type BenchLine, lineOf } from "./line.ts";
import { cpuMs, quantile, residentMb } from "./measure.ts";
import { DAY_MS, makeScoreStore, START, scoreSettings } from "./score/clients.ts";

const BENCH = "score";
/** Clients a second that a core has to score, slices and memory that it has to stay under. */
const FLOOR = 20_000;
const SLICE_MS = 20;
const MEMORY_MB = 300;
/** Clients per slice, as the decider takes them. */
const SLICE = 100;

/** @param clients the requirement speaks of 100,000; the default keeps the run under a minute on a busy machine */
export async function run(clients = 5_000): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), "tenure-score-"));
  const { file } = makeScoreStore(join(folder, "portal.sqlite"), clients);
  try {
    return measure(file.store, clients);
  } finally {
    file.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(store: Store, clients: number): BenchLine[] {
  const clock = { now: START };
  const engine = engineOf(store, clock);
  pass(engine);
  if (!makeBookWhenDue(engine)) throw new Error("The first book was not made.");
  pass(engine);
  clock.now += 7 * DAY_MS;
  if (!makeBookWhenDue(engine)) throw new Error("The second week's book was not made.");
  const whole = pass(engine);
  const few = Math.max(1, Math.floor(clients / 100));
  store.clients.bringForward(
    store.clients.page("", few).map((one) => one.key),
    clock.now,
  );
  const changed = pass(engine);
  if (whole.decided !== clients || changed.decided !== few) throw new Error("Not everybody was decided.");
  return [
    lineOf(BENCH, `pass over ${clients} clients, store to mirror`, clients / whole.seconds, "clients/s", FLOOR),
    lineOf(BENCH, "1 % changed, of the whole pass", changed.seconds, "s", whole.seconds),
    lineOf(BENCH, "slice, p99", quantile(whole.slicesMs, 0.99), "ms", SLICE_MS),
    lineOf(BENCH, "resident memory", residentMb(), "MB", MEMORY_MB),
    ...derive(store, clients),
  ];
}

interface Pass {
  decided: number;
  seconds: number;
  slicesMs: number[];
}

/** Decides everybody who is due. */
function pass(engine: Engine): Pass {
  const slicesMs: number[] = [];
  let decided = 0;
  for (;;) {
    const startedAt = cpuMs();
    const done = decideDue(engine, SLICE);
    if (done === 0) return { decided, seconds: slicesMs.reduce((sum, ms) => sum + ms, 0) / 1000, slicesMs };
    slicesMs.push(cpuMs() - startedAt);
    decided += done;
  }
}

function derive(store: Store, clients: number): BenchLine[] {
  const changes = store.clients.page("", Math.min(clients, 1_000)).flatMap((one) => store.journal.scoresOf(one.key, 1));
  const body = store.newestBook();
  const library = libraryOf(
    (version) => (body?.version === version ? body.body : null),
    () => scoreSettings(),
  );
  const fresh = changes.filter((one) => one.book === body?.version);
  const startedAt = cpuMs();
  const other = fresh.filter((one) => !comesOutAgain(one, library)).length;
  const seconds = (cpuMs() - startedAt) / 1000;
  return [
    lineOf(BENCH, "kept score changes derived again", fresh.length / seconds, "changes/s"),
    lineOf(BENCH, `of ${fresh.length} derived again, with other bytes`, other, "changes", 0, 0),
  ];
}

function engineOf(store: Store, clock: { now: number }): Engine {
  const settings = scoreSettings();
  const config = decideConfigFor(clock.now, settings, { startsFrom: clock.now, liveSince: clock.now });
  let book: PortalBook | null = null;
  return {
    store,
    // Nothing is read and nothing written: the pass ends in the mirror.
    crm: { kinds: () => [] } as unknown as Crm,
    texts: makeTexts(config.templates),
    decide,
    config: () => config,
    book: () => {
      if (book?.version !== store.bookVersion()) book = openBook(store.newestBook(), allSignals(settings.score));
      return book;
    },
    startsClient: () => false,
    now: () => clock.now,
    hearsSince: null,
    chance: () => 0.5,
    hash: (text) => text,
    log: (event, details) => console.error(event, details),
  };
}
