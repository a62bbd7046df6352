/**
 * The one door into core: what should the CRM hold for this client, and when has it to be looked at again?
 * Pure: the same client, facts, book, config and instant give the same answer, however often it is asked.
 */
import type { Desired, ThingFacts } from "./desired.ts";
import type { ClientKey, Language, RecordFacts, RecordRef } from "./model.ts";

/** A record of the client; `gone` = deleted in the CRM. */
export interface ClientRecord extends RecordFacts {
  gone: boolean;
}

export interface ClientFacts {
  records: readonly ClientRecord[];
  things: readonly ThingFacts[];
  /** deals merged away -> the deal they live on as */
  survivors: ReadonlyMap<string, string>;
  /** product usage: per signal, [day, count] in order of day */
  usage: Readonly<Record<string, readonly (readonly [day: number, count: number])[]>>;
}

/** What lists show of a client. */
export interface ClientColumns {
  zone: string | null;
  score: number | null;
  zoneSince: number | null;
  ownerId: string | null;
  escalationOwnerId: string | null;
  phase: string | null;
  class: string | null;
  overdue: number;
  value: number | null;
  touchpointDay: number | null;
}

export interface OwnerFacts {
  id: string;
  isActive: boolean;
  managerId: string | null;
  teamIds: readonly string[];
  zone: string | null;
}

/** What the decision knows of the portal. `settings` is the published configuration. */
export interface DecideConfig {
  version: number;
  zone: string;
  language: Language;
  owners: ReadonlyMap<string, OwnerFacts>;
  /** deals won before this instant start no plan, epoch ms */
  startsFrom: number;
  /** which kinds of records the fields may be written to, with the ids of the fields that exist there */
  fields: Readonly<Partial<Record<"company" | "contact" | "deal", ReadonlySet<string>>>>;
  settings: unknown;
}

export interface Decision {
  /** JSON-safe */
  state: unknown;
  desired: readonly Desired[];
  wakeAt: number | null;
  columns: ClientColumns;
  /** what happened, for the history */
  deeds: readonly { code: string; params: Readonly<Record<string, unknown>> }[];
  scored: { inputs: unknown; result: unknown } | null;
  findings: readonly { key: string; code: string; params: Readonly<Record<string, string | number | null>> }[];
}

export type Decide = (
  client: { key: ClientKey; state: unknown },
  facts: ClientFacts,
  book: { version: number; body: unknown } | null,
  config: DecideConfig,
  now: number,
) => Decision;

export type { RecordRef };
