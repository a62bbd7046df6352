/** The monthly fit of the risk model, and the proofs that a person asks for: each a job of many small portions. */
import { dayOf, instantOf } from "../core/calendar/zone.ts";
import { learnRisk, type MonthlyFit } from "../core/client/past/learn.ts";
import { type Proof, prove } from "../core/client/past/prove.ts";
import { allSignals } from "../core/client/score-settings.ts";
import type { RiskModel } from "../core/score/risk.ts";
import type { ThresholdFit } from "../core/score/tune.ts";
import type { Engine } from "./engine.ts";
import { readPast } from "./past.ts";

/** Days from one fit to the next. */
const LEARN_EVERY_DAYS = 28;
/** Portions per turn, with room for others in between: each is a few milliseconds. */
const PORTIONS = 4;
/** A proof resamples its clients hundreds of times; this many keep it short and its intervals as narrow as they need be. */
const PROOF_CLIENTS = 1_000;
/** Clients that a team is taken to look after at once. */
const CAPACITY = 50;

/** A proof: asked for, under way, or done. */
export interface ProofState {
  horizonDays: number;
  askedAt: number;
  by: string;
  /** portions done so far; a proof that begins again after a restart counts from nothing */
  portions: number;
  doneAt: number | null;
  result: Proof | null;
}

interface Job {
  kind: "learn" | "prove";
  /** which proof it works for */
  askedAt: number;
  steps: Generator<null, void>;
  portions: number;
}

/** What is under way, in memory. */
export interface PastWork {
  job: Job | null;
}

export function proofOf(engine: Pick<Engine, "store">): ProofState | null {
  return engine.store.meta.get<ProofState>("proof");
}

/** Asks for a proof; one under way for other days is dropped. */
export function askProof(engine: Pick<Engine, "store">, horizonDays: number, by: string, nowMs: number): ProofState {
  const asked: ProofState = { horizonDays, askedAt: nowMs, by, portions: 0, doneAt: null, result: null };
  engine.store.meta.set("proof", asked);
  return asked;
}

/** The last fit and what became of it; null before the first. */
export function lastLearnt({ store }: Pick<Engine, "store">): MonthlyFit | null {
  return store.meta.get<MonthlyFit>("risk");
}

/** The model that the next book takes. */
export function learntRisk(engine: Pick<Engine, "store">): RiskModel | null {
  return lastLearnt(engine)?.model ?? null;
}

/** Does a few portions of what is due. @returns how many */
export async function workOnPast(engine: Engine, work: PastWork): Promise<number> {
  work.job = wanted(engine, work.job);
  const { job } = work;
  if (!job) return 0;
  let done = 0;
  while (done < PORTIONS) {
    done += 1;
    if (job.steps.next().done) {
      work.job = null;
      return done;
    }
    await engine.breathe?.();
  }
  job.portions += done;
  const proof = proofOf(engine);
  if (job.kind === "prove" && proof) engine.store.meta.set("proof", { ...proof, portions: job.portions });
  return done;
}

/** A person's wish goes before the monthly fit. */
function wanted(engine: Engine, job: Job | null): Job | null {
  const proof = proofOf(engine);
  if (proof && proof.doneAt === null)
    return job?.kind === "prove" && job.askedAt === proof.askedAt
      ? job
      : { kind: "prove", askedAt: proof.askedAt, steps: proving(engine, proof), portions: 0 };
  if (job?.kind === "learn") return job;
  return isLearnDue(engine) ? { kind: "learn", askedAt: 0, steps: learning(engine), portions: 0 } : null;
}

function today(engine: Engine): number {
  return dayOf(engine.now(), engine.config().zone);
}

function isLearnDue(engine: Engine): boolean {
  if (engine.book() === null) return false;
  const last = lastLearnt(engine);
  return last === null || today(engine) >= last.day + LEARN_EVERY_DAYS;
}

function* learning(engine: Engine): Generator<null, void> {
  const day = today(engine);
  const running = learntRisk(engine);
  const history = yield* readPast(engine, day);
  const { scores, settings } = engine.config();
  const learnt = yield* learnRisk({
    history,
    configs: scores,
    signals: allSignals(settings.score),
    today: day,
    running,
    version: (running?.version ?? 0) + 1,
  });
  engine.store.transaction(() => {
    engine.store.meta.set("risk", learnt);
    tellOfThresholds(engine, learnt.thresholds);
  });
}

const THRESHOLDS = "fit:thresholds";

/** Thresholds are proposed, never moved by themselves: a person looks at what they would change and publishes them. */
function tellOfThresholds({ store, now }: Engine, fits: readonly ThresholdFit[]): void {
  const sum = (of: (one: ThresholdFit) => number) => fits.reduce((all, one) => all + of(one), 0);
  const params = { moved: sum((one) => one.moved), clients: sum((one) => one.clients) };
  if (fits.length === 0) store.findings.close(THRESHOLDS, now());
  else store.findings.raise(THRESHOLDS, "thresholds-proposed", params, now());
}

/** Somebody has looked at the proposed thresholds; those that are declined are gone until the next fit. */
export function thresholdsSeen({ store }: Pick<Engine, "store">, isDeclined: boolean, nowMs: number): void {
  const last = store.meta.get<MonthlyFit>("risk");
  if (last && isDeclined) store.meta.set("risk", { ...last, thresholds: [] });
  store.findings.close(THRESHOLDS, nowMs);
}

function* proving(engine: Engine, { horizonDays, askedAt }: ProofState): Generator<null, void> {
  const day = today(engine);
  const history = yield* readPast(engine, day, PROOF_CLIENTS);
  const { scores, settings } = engine.config();
  const signals = allSignals(settings.score);
  const result = yield* prove({ history, configs: scores, signals, today: day, horizonDays, capacity: CAPACITY });
  const asked = proofOf(engine);
  if (asked?.askedAt === askedAt) engine.store.meta.set("proof", { ...asked, doneAt: engine.now(), result });
}

/** When there is work on the past again, epoch ms; null before the first book. */
export function nextPastAt(engine: Engine, work: PastWork): number | null {
  const proof = proofOf(engine);
  if (work.job !== null || (proof && proof.doneAt === null)) return engine.now();
  if (engine.book() === null) return null;
  const last = lastLearnt(engine);
  return last === null ? engine.now() : instantOf(last.day + LEARN_EVERY_DAYS, 0, engine.config().zone);
}
