/**
 * The parts of a turn (reading one kind, listing one kind, one sort of write) fail apart: a scope that is missing for tickets holds up
 * no task. A part that failed rests; its rest ends by time, and its finding by success.
 */
import type { FindingCode } from "../core/finding.ts";
import { CrmFailure, decideRetry, isFailure } from "../crm/failure.ts";
import type { Engine } from "./engine.ts";

/** What a person has to mend is tried again after this long, ms: a grant widened, or a plan paid, in the CRM is noticed within minutes. */
export const AFTER_NO_MS = 300_000;
/** A part that is refused again and again is tried twice as long after each time, up to this, ms: most are mended by a new install, which waits for nothing. */
const AFTER_NO_MAX_MS = 7_200_000;
/** A part that broke on our side, or met an answer we do not understand, ms. */
const AFTER_BUG_MS = 60_000;

interface Rest {
  untilMs: number;
  /** failures in a row */
  failures: number;
  /** those among them that only a person can mend */
  noes: number;
  /** when the first of them was, limits left out: those end by themselves */
  sinceMs: number | null;
}

const PREFIX = "part:";

/** What rests, in memory; what a person has to mend is known again by its finding, and losing the rest of it costs a call. */
export class Parts {
  readonly #resting = new Map<string, Rest>();
  #isRecalled = false;
  /** something changed that may have mended it */
  #isHopeful = false;

  /**
   * Takes up what failed before: it ends by success as well, and whoever refused is not asked at once again. What cannot be read any more is no
   * concern of anybody's.
   */
  recall({ store, crm, now }: Pick<Engine, "store" | "crm" | "now">): void {
    if (this.#isRecalled) return;
    const readable: ReadonlySet<string> = new Set(crm.kinds());
    for (const { key, code, since, lastAt, count } of store.findings.openOf(PREFIX)) {
      const part = key.slice(PREFIX.length);
      const [, kind] = /^(?:read|changes)\/(\w+)$/.exec(part) ?? [];
      if (kind !== undefined && !readable.has(kind)) store.findings.close(key, now());
      else if (code !== "unauthorised") this.#resting.set(part, { untilMs: 0, failures: 0, noes: 0, sinceMs: null });
      else {
        const noes = this.#isHopeful ? 0 : count;
        const untilMs = this.#isHopeful ? 0 : Math.min(lastAt, now()) + afterNo(count);
        this.#resting.set(part, { untilMs, failures: noes, noes, sinceMs: since });
      }
    }
    this.#isRecalled = true;
  }

  /** When the part may be tried again, epoch ms; 0 = now. */
  readyAt(part: string): number {
    return this.#resting.get(part)?.untilMs ?? 0;
  }

  isReady(part: string, nowMs: number): boolean {
    return this.readyAt(part) <= nowMs;
  }

  failures(part: string): number {
    return this.#resting.get(part)?.failures ?? 0;
  }

  /** How often in a row only a person could mend it. */
  noes(part: string): number {
    return this.#resting.get(part)?.noes ?? 0;
  }

  /** Since when it has failed every time, epoch ms; null: it has not, or met nothing but limits. */
  failingSince(part: string): number | null {
    return this.#resting.get(part)?.sinceMs ?? null;
  }

  /** @param failure `undefined`: a mistake of ours */
  rest(part: string, nowMs: number, untilMs: number, failure?: CrmFailure): void {
    // A limit is no failure of its own.
    const sinceMs = this.failingSince(part) ?? (failure?.failure === "limited" ? null : nowMs);
    const noes = this.noes(part) + (failure && needsPerson(failure) ? 1 : 0);
    this.#resting.set(part, { untilMs, failures: this.failures(part) + 1, noes, sinceMs });
  }

  /** What rests of these: the part's name behind `prefix`. */
  resting(prefix: string): readonly string[] {
    const names = [...this.#resting.keys()].filter((part) => part.startsWith(prefix));
    return names.map((part) => part.slice(prefix.length));
  }

  /** @returns whether it had failed before */
  worked(part: string): boolean {
    return this.#resting.delete(part);
  }

  /** Until when nothing is tried again that rests, epoch ms; null: something rests of which only this memory knows. */
  restUntil(nowMs: number): number | null {
    const rests = [...this.#resting.values()].filter(({ noes, untilMs }) => noes === 0 || untilMs > nowMs);
    return rests.some(({ noes }) => noes === 0) ? null : Math.min(...rests.map(({ untilMs }) => untilMs));
  }

  /** Everything may be tried again: a new grant, other settings. */
  clear(): void {
    this.#resting.clear();
    this.#isRecalled = false;
    this.#isHopeful = true;
  }
}

/** How long a part rests that was refused so often in a row, ms. */
function afterNo(noes: number): number {
  return Math.min(AFTER_NO_MAX_MS, AFTER_NO_MS * 2 ** Math.min(noes - 1, 16));
}

/**
 * Does one part. A failure ends here, with a rest for this part, a log line and, where a person has to mend it, a finding.
 * @returns what `work` returned, or `otherwise`
 * @throws CrmFailure `revoked`: the install is gone, and nothing else makes sense
 */
export async function attempt<T>(
  engine: Engine,
  parts: Parts,
  part: string,
  otherwise: T,
  work: () => T | Promise<T>,
): Promise<T> {
  if (!parts.isReady(part, engine.now())) return otherwise;
  try {
    const answer = await work();
    worked(engine, parts, part);
    return answer;
  } catch (error) {
    if (isFailure(error, "revoked")) throw error;
    failed(engine, parts, part, error);
    return otherwise;
  }
}

/** Notes that a part went well. @see attempt */
export function worked(engine: Engine, parts: Parts, part: string): void {
  if (parts.worked(part)) engine.store.findings.close(`${PREFIX}${part}`, engine.now());
}

/** Only a person can mend it: trying again sooner only costs calls. */
export function needsPerson(error: CrmFailure): boolean {
  return error.failure === "unauthorised" || error.failure === "refused";
}

/** Notes that a part failed. @see attempt */
export function failed(engine: Engine, parts: Parts, part: string, error: unknown): void {
  const now = engine.now();
  if (!(error instanceof CrmFailure)) {
    broke(engine, parts, part, error);
    return;
  }
  const isPersons = needsPerson(error);
  const answer = decideRetry({
    failure: isPersons ? "unavailable" : error.failure,
    write: false,
    attempts: parts.failures(part) + 1,
    retryAt: error.retryAt,
    now,
    chance: engine.chance(),
  });
  const retryAt = answer.again ? answer.at : now + AFTER_NO_MS;
  const untilMs = isPersons ? Math.max(retryAt, now + afterNo(parts.noes(part) + 1)) : retryAt;
  parts.rest(part, now, untilMs, error);
  // Our own budget speaking is no event.
  if (error.failure === "limited" && error.status === undefined) return;
  const about = error.about.join(", ");
  engine.log("crm-failure", {
    part,
    failure: error.failure,
    code: error.code,
    status: error.status,
    advice: error.message,
  });
  if (isPersons) raise(engine, part, "unauthorised", { part, code: error.code, about });
}

function broke(engine: Engine, parts: Parts, part: string, error: unknown): void {
  parts.rest(part, engine.now(), engine.now() + AFTER_BUG_MS);
  engine.log("turn-failed", {
    part,
    error: error instanceof Error ? error.message : String(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  raise(engine, part, "turn-failed", { part, failures: parts.failures(part) });
}

/** The store itself may be what failed: then there is only the log. */
function raise(
  engine: Engine,
  part: string,
  code: FindingCode,
  params: Readonly<Record<string, string | number>>,
): void {
  try {
    engine.store.findings.raise(`${PREFIX}${part}`, code, params, engine.now());
  } catch (error) {
    engine.log("finding-lost", { part, code, error: String(error) });
  }
}
