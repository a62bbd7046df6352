/**
 * The one door into core: what should the CRM hold for this client, and when has it to be looked at again?
 * Pure: the same client, facts, book, config and instant give the same answer, however often it is asked.
 */
import { decideClient } from "./client/decide-client.ts";
import { rescore } from "./client/health.ts";
import type { PortalBook } from "./client/portal-book.ts";
import type { ClientFacts, DecideConfig, Decision } from "./decision.ts";
import type { ClientKey } from "./model.ts";

export type Decide = (
  client: { key: ClientKey; state: unknown },
  facts: ClientFacts,
  book: PortalBook | null,
  config: DecideConfig,
  now: number,
) => Decision;

export const decide: Decide = decideClient;

/** The score alone, where nothing but the book or the day is new. */
export const decideScore = rescore;
