/**
 * Months of quiet portals without the looks that would find nothing. In life changes are listed every few minutes, and the account, its people
 * and stages are asked for every hour. Here a portal is looked at an hour after something changed in its CRM, whether or not an event told of
 * it, and now and then; what cannot have changed since it was asked for is not asked for again.
 */
import type { RecordKind } from "../../src/core/model.ts";
import type { ChangePage, Crm, Operation } from "../../src/crm/port.ts";
import type { PortalId } from "../../src/ports.ts";
import { HOUR, MINUTE } from "./times.ts";

/** How long after a change the portal is looked at, at the latest. */
const EVERY_MS = HOUR;
/** Without any change. */
const IDLE_MS = 6 * HOUR;
/** From the last call on, a look has so long for what failed in it. */
const OPEN_MS = 15 * MINUTE;
/** What every look lists is due so soon again, and what few looks list within three hours: a portal at rest has been looked at whole. */
const DUE_MS = 20 * MINUTE;
/** A change is in no list of the CRM before this. */
const LAG_MS = 10 * MINUTE;
/** A process that was started looks around so soon. */
const START_MS = 5 * MINUTE;

/** A portal as it stands in its CRM. */
export interface Watched {
  id: PortalId;
  /** how often a record changed there */
  changes: number;
  /** how often a record of this kind did */
  changesOf(kind: RecordKind): number;
  /** differs when people, plan or grants do */
  terms: string;
}

/** Brings the next turn of a portal forward. */
export type Wake = (id: PortalId, atMs: number) => void;

interface Gate {
  /** what had changed in the CRM when it was last asked */
  changes: number;
  /** looks are made until then, epoch ms */
  openUntil: number;
  /** when it opens, ascending, epoch ms */
  opens: readonly number[];
}

export class Looks {
  readonly #clock: { now(): number };
  readonly #watched: (id: PortalId) => Watched;
  readonly #gates = new Map<PortalId, Gate>();
  #isSeldom = true;

  /** @param clock as the connector sees it @param watched a portal as it stands now */
  constructor(clock: { now(): number }, watched: (id: PortalId) => Watched) {
    this.#clock = clock;
    this.#watched = watched;
  }

  /** Every portal is looked at as often as anything is due: at rest, before something is checked. */
  often(wake: Wake): void {
    this.#isSeldom = false;
    this.#soon(wake, 0);
  }

  seldom(): void {
    this.#isSeldom = true;
  }

  /** To be called when a process has started, or when time has passed without it. */
  afterAway(wake: Wake): void {
    this.#soon(wake, START_MS);
  }

  #soon(wake: Wake, inMs: number): void {
    const now = this.#clock.now();
    for (const [id, gate] of this.#gates) {
      gate.opens = [now, ...gate.opens];
      wake(id, now + inMs);
    }
  }

  /** To be called whenever time is about to pass: where something changed, a look follows. */
  notice(wake: Wake): void {
    const now = this.#clock.now();
    for (const [id, gate] of this.#gates) {
      const { changes } = this.#watched(id);
      if (gate.changes === changes) continue;
      gate.changes = changes;
      if (gate.opens.some((at) => at >= now + LAG_MS && at <= now + EVERY_MS)) continue;
      gate.opens = [...gate.opens, now + EVERY_MS].sort((a, b) => a - b);
      wake(id, now + EVERY_MS);
    }
  }

  /** A connection whose looks wait for their time. A new one looks at once: a process was started, or a grant has come. */
  around<C extends Crm>(id: PortalId, crm: C): C {
    const gate: Gate = { changes: this.#watched(id).changes, openUntil: 0, opens: [this.#clock.now()] };
    this.#gates.set(id, gate);
    const readyAt = crm.readyAt.bind(crm);
    const listed = this.#listed(id, crm.changedSince.bind(crm));
    const looks: Partial<Crm> = {
      account: this.#remembered(id, crm.account.bind(crm)),
      owners: this.#remembered(id, crm.owners.bind(crm)),
      stages: this.#remembered(id, crm.stages.bind(crm)),
      reconcileEveryMs: DUE_MS,
      readyAt: (operation: Operation) =>
        operation.do === "changes" ? Math.max(this.#opensAt(gate), readyAt(operation)) : readyAt(operation),
      changedSince: (...asked) => {
        gate.openUntil = this.#clock.now() + OPEN_MS;
        return listed(...asked);
      },
    };
    return Object.assign(crm, looks);
  }

  #opensAt(gate: Gate): number {
    const now = this.#clock.now();
    if (!this.#isSeldom || now < gate.openUntil) return now;
    const past = gate.opens.filter((at) => at <= now);
    if (past.length > 0) {
      // However long the way there took: a portal that has just come back asks for its account and fields first.
      gate.openUntil = now + OPEN_MS;
      gate.opens = gate.opens.slice(past.length);
      if (gate.opens.length === 0) gate.opens = [past.at(-1)! + IDLE_MS];
    }
    return now < gate.openUntil ? now : gate.opens[0]!;
  }

  /** Asks only when the answer may be another one, and now and then. */
  #remembered<T>(id: PortalId, ask: () => Promise<T>): () => Promise<T> {
    let known: { at: number; terms: string; answer: T } | null = null;
    return async () => {
      const now = this.#clock.now();
      const { terms } = this.#watched(id);
      if (known?.terms === terms && now < known.at + IDLE_MS) return known.answer;
      known = null;
      const answer = await ask();
      known = { at: now, terms, answer };
      return answer;
    };
  }

  /** A kind of which nothing changed since everything of it was listed has an empty list. */
  #listed(id: PortalId, list: Crm["changedSince"]): Crm["changedSince"] {
    const whole = new Map<RecordKind, { changes: number; through: number }>();
    const seen = new Map<RecordKind, { changes: number; at: number }>();
    return async (kind, sinceMs, after, isShown) => {
      const now = this.#clock.now();
      const changes = this.#watched(id).changesOf(kind);
      if (seen.get(kind)?.changes !== changes) seen.set(kind, { changes, at: now });
      const last = whole.get(kind);
      const isQuiet = last?.changes === changes && last.through > seen.get(kind)!.at && sinceMs >= last.through;
      if (isQuiet && after === null) {
        const through = Math.max(last.through, now - LAG_MS);
        whole.set(kind, { changes, through });
        return { ids: [], after: null, through } satisfies ChangePage;
      }
      const page = await list(kind, sinceMs, after, isShown);
      if (page.after === null && after === null) whole.set(kind, { changes, through: page.through });
      else whole.delete(kind);
      return page;
    };
  }
}
