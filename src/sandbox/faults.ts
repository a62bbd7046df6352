/** What may go wrong with one call that a connector makes. */
export type CallFault =
  /** 429 (HubSpot) or 503 QUERY_LIMIT_EXCEEDED (Bitrix24), nothing done */
  | "limited"
  /** 5xx, nothing done */
  | "unavailable"
  /** connection cut before the request was processed */
  | "cut-before"
  /** processed, then the connection is cut: the caller gets no answer */
  | "cut-after"
  /** connection cut, and the request is processed `lateMs` later */
  | "late-write";

/** What may go wrong with one event delivery to the connector. */
export type DeliveryFault = "drop" | "double" | "delay" | "reorder";

export interface CallSeen {
  /** counts from 1 over all calls of one sandbox */
  index: number;
  method: string;
  path: string;
  write: boolean;
}

/**
 * The fault dial of a sandbox. Tests set what they need; everything unset works.
 * `call` is asked once per incoming API call (not for token calls unless `oauthToo`), `delivery` once per outgoing event.
 */
export interface Faults {
  call?: (call: CallSeen) => CallFault | null;
  delivery?: (index: number) => DeliveryFault | null;
  oauthToo?: boolean;
  /** how much later a `late-write` lands; default 20,000 ms */
  lateMs?: number;
  /** how much later a delayed delivery arrives; default 60,000 ms */
  delayMs?: number;
}

/** A request that the contracts or the facts sheet do not allow. Any recorded one fails a test. */
export interface Violation {
  at: number;
  method: string;
  path: string;
  rule: string;
}

/** Thrown to the caller's `fetch` when the dial cuts the connection, as undici and workerd do: a TypeError. */
export class ConnectionCut extends TypeError {
  constructor() {
    super("fetch failed: the connection was cut");
  }
}
