/** What the three loops work with. Everything outside the portal's own rows is handed in. */
import type { PortalBook } from "../core/client/portal-book.ts";
import type { Decide } from "../core/decide.ts";
import type { DecideConfig } from "../core/decision.ts";
import type { RecordFacts } from "../core/model.ts";
import type { Texts } from "../core/texts.ts";
import type { Crm } from "../crm/port.ts";
import type { Store } from "../store/store.ts";
import type { Outside } from "./outside.ts";

export interface Engine {
  store: Store;
  crm: Crm;
  texts: Texts;
  decide: Decide;
  /** what the decision needs to know of the portal; rebuilt when account, owners or configuration change */
  config(): DecideConfig;
  /** the portal's statistics in force; null until there are some */
  book(): PortalBook | null;
  /** does this record make its client one that we look after? */
  startsClient(record: RecordFacts): boolean;
  now(): number;
  /** since when the CRM's events arrive here, epoch ms; null = none was lost for want of a process */
  hearsSince: number | null;
  /** a number in [0, 1) */
  chance(): number;
  /** keyed hash of a text, so that an edit is noticed and the text is not kept */
  hash(text: string): string;
  log(event: string, details: Readonly<Record<string, unknown>>): void;
  /** leaves the event loop to others between two slices of a long pass; where it is missing nobody waits */
  breathe?(): Promise<void>;
  /** how long this process has worked, ms, so that a slice ends in time; where it is missing slices are bounded by their number alone */
  worked?(): number;
  /** false when configuration or mode have changed since this was put together: what is left is the next turn's */
  isCurrent?(): boolean;
  /** letters, calls and links; without it nothing goes past the CRM */
  outside?: Outside;
}

/** Nobody has changed configuration or mode since: whoever pauses a portal means now, not the end of the turn. */
export function isCurrent(engine: Pick<Engine, "isCurrent">): boolean {
  return engine.isCurrent?.() ?? true;
}

/** How much one turn does at most, so that it ends and others get theirs. */
export interface Bounds {
  /** deliveries folded */
  deliveries: number;
  /** read calls */
  reads: number;
  /** clients decided */
  clients: number;
  /** write calls */
  writes: number;
  /** look-up calls for unknown outcomes */
  lookUps: number;
}

export const DEFAULT_BOUNDS: Bounds = { deliveries: 200, reads: 10, clients: 400, writes: 20, lookUps: 10 };
