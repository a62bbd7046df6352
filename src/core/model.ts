/** The words that every part of the house shares: records, facts, hints, clients. Data only. */

/** The CRM objects we look at. */
export const RECORD_KINDS = [
  "deal",
  "company",
  "contact",
  "task",
  "ticket",
  "meeting",
  "call",
  "email",
  "invoice",
  "subscription",
  "survey",
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

export interface RecordRef {
  kind: RecordKind;
  /** the CRM's own id, always a string */
  id: string;
}

/** Numbers, instants (epoch ms), calendar days (days since 1970-01-01), codes and ids. Never a name or a text. */
export type FactValue = string | number | boolean | null;

/**
 * What we keep of a record. Names are ours, the same for every CRM; a name that is absent was not asked for or does not exist there.
 *
 * - deal: outcome open|won|lost, stage, pipeline, wonAt, closeAt, amount (portal currency), ownerId, createdAt, type
 * - company: ownerId, headcount, revenue, lifecycle, createdAt, lastContactAt, lastReplyAt, nextActivityAt
 * - contact: ownerId, lifecycle, createdAt, lastContactAt, lastReplyAt, optedOut, bounced, nps 0-10, npsAt,
 *   ces 1-5, cesAt, csat 0 unhappy, 1 neutral, 2 happy, csatAt
 * - task: status open|done, dueAt, ownerId, completedAt, priority low|medium|high, type todo|call|email|meeting, key (ours)
 * - ticket: status open|closed, openedAt, closedAt, reopenedAt, priority, topic (a code), sentiment -1..1, firstReplyAt
 * - meeting: startAt, endAt, outcome scheduled|held|moved|cancelled|no_show, ownerId, moves
 * - call: at, direction in|out, durationMs, answered
 * - email: at, direction in|out, bounced; with an admin's consent: mood, moodConfidence, intent, intentConfidence
 * - invoice: status draft|open|paid|void, issuedDay, dueDay, paidDay, amount, balance
 * - subscription: status active|past_due|cancelled|expired|scheduled, startDay, nextDueDay, amount, seats
 * - survey: kind nps|ces|csat, score on the same scales, at
 *
 * Properties that an admin mapped appear as `x.<name>`.
 */
export type Facts = Readonly<Record<string, FactValue>>;

/** A record as it stands in our store. */
export interface RecordFacts {
  ref: RecordRef;
  facts: Facts;
  /** records it is linked to in the CRM; a deal's primary company comes first */
  links: readonly RecordRef[];
}

/** What kind of change a hint speaks of. */
export type Change = "changed" | "created" | "deleted" | "restored" | "merged" | "linked" | "erased";

/** "This record changed." A few bytes, no values. `ids` of a merge: the losing ids; `id`: the surviving one. */
export interface Hint {
  kind: RecordKind;
  id: string;
  change: Change;
  ids?: readonly string[];
}

/** `company:17`, or `contact:5` where a deal has no company, or `deal:9` where it has neither. */
export type ClientKey = string;

export function refKey(ref: RecordRef): string {
  return `${ref.kind}:${ref.id}`;
}

/** @throws Error when `key` is not `<kind>:<id>` */
export function parseRef(key: string): RecordRef {
  const colon = key.indexOf(":");
  const kind = key.slice(0, colon) as RecordKind;
  if (colon < 1 || !RECORD_KINDS.includes(kind))
    throw new Error(`"${key}" is no record reference; expected <kind>:<id>`);
  return { kind, id: key.slice(colon + 1) };
}

/** The languages Tenure speaks. */
export const LANGUAGES = ["en", "ru", "uk", "ro"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text by reference: rendered at the moment of writing, in the portal's language, with values from a fresh read. */
export interface TextRef {
  id: string;
  params?: Readonly<Record<string, FactValue>>;
}
