/**
 * Product usage as senders of the Segment HTTP format send it (Segment, RudderStack, PostHog's Segment destination), boiled down to what
 * counting needs. Nothing else of a call is looked at; names and values of people never leave this function.
 */
import { z } from "zod";

const DAY_MS = 86_400_000;
/** A replayed history may reach back this far: the score's baselines ask for no more. */
const OLDEST_MS = 400 * DAY_MS;
/** Ids and event names are cut to this many characters; longer ones are somebody's mistake. */
const TEXT_MAX = 200;
/** No single event takes longer than a day. */
const MINUTES_MAX = 1_440;

export const USAGE_TYPES = ["track", "identify", "page", "screen", "group", "alias"] as const;
export type UsageType = (typeof USAGE_TYPES)[number];

export interface UsageEvent {
  type: UsageType;
  /** of a track call */
  name: string | null;
  /** tells a doubled delivery from a second event; null where the sender gives nothing to tell them by */
  messageId: string | null;
  /** as sent; the portal keeps only keyed hashes of it */
  userId: string | null;
  /** ids under which the client may be known, surest first */
  clientIds: readonly string[];
  /** epoch ms */
  at: number;
  /** how long it took, where the sender says so: the property `minutes` of a track call, 0 to a day */
  minutes: number | null;
}

const call = z.looseObject({});
type Call = z.infer<typeof call>;

function text(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string") return null;
  const trimmed = value.trim().slice(0, TEXT_MAX);
  return trimmed === "" ? null : trimmed;
}

function inside(value: unknown): Call {
  return call.safeParse(value).data ?? {};
}

function instant(value: unknown): number | null {
  const at = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) ? at : null;
}

/**
 * When it happened by our clock. A `timestamp` beside `originalTimestamp` was corrected on the way; else the sender's clock is corrected by
 * `sentAt`, as Segment does: receivedAt − (sentAt − timestamp). Null: longer ago than anybody asks about.
 */
function happenedAt(one: Call, sentAt: number | null, nowMs: number): number | null {
  const original = instant(one.originalTimestamp);
  const stamped = instant(one.timestamp);
  const said = original !== null && stamped !== null ? stamped : corrected(original ?? stamped, sentAt, nowMs);
  const at = Math.min(said, nowMs);
  return at < nowMs - OLDEST_MS ? null : at;
}

function corrected(said: number | null, sentAt: number | null, nowMs: number): number {
  if (said === null) return nowMs;
  return sentAt === null ? said : nowMs - Math.max(0, sentAt - said);
}

const CLIENT_FIELDS = ["companyId", "company_id", "groupId", "group_id", "accountId", "account_id"] as const;

/** The client's id where senders put it: the group, then properties, traits and the context's traits. */
function clientIds(one: Call, context: Call): readonly string[] {
  const found: (string | null)[] = [text(one.groupId), text(context.groupId)];
  for (const place of [one.properties, one.traits, context.traits]) {
    const fields = inside(place);
    const groups = inside(fields.$groups);
    found.push(
      text(groups.company),
      ...CLIENT_FIELDS.map((name) => text(fields[name])),
      text(inside(fields.company).id),
    );
  }
  return [...new Set(found.filter((id) => id !== null))];
}

/** One call of the format; null where it is none, or lies too far back. `type` is that of the path for single calls. */
export function usageEvent(
  body: unknown,
  type: string | null,
  batchSentAt: number | null,
  nowMs: number,
): UsageEvent | null {
  const parsed = call.safeParse(body);
  if (!parsed.success) return null;
  const one = parsed.data;
  const kind = USAGE_TYPES.find((known) => known === (type ?? one.type));
  if (!kind) return null;
  const context = inside(one.context);
  const at = happenedAt(one, instant(one.sentAt) ?? batchSentAt, nowMs);
  if (at === null) return null;
  return {
    type: kind,
    name: kind === "track" ? text(one.event) : null,
    messageId: text(one.messageId) ?? null,
    userId: text(one.userId) ?? text(inside(one.properties).distinct_id) ?? text(one.anonymousId),
    clientIds: clientIds(one, context),
    at,
    minutes: minutesOf(inside(one.properties).minutes),
  };
}

function minutesOf(said: unknown): number | null {
  const minutes = typeof said === "string" && said.trim() !== "" ? Number(said) : said;
  if (typeof minutes !== "number" || !Number.isFinite(minutes) || minutes < 0) return null;
  return Math.min(MINUTES_MAX, Math.round(minutes));
}

/** Every call of a batch that can be counted, and how many cannot. A context of the batch stands for calls that bring none. @throws never */
export function usageBatch(
  body: unknown,
  nowMs: number,
  isTooLarge: (one: unknown) => boolean,
): { events: readonly UsageEvent[]; odd: number } | null {
  const whole = inside(body);
  if (!Array.isArray(whole.batch)) return null;
  const sentAt = instant(whole.sentAt);
  const events = whole.batch.flatMap((one: unknown) => {
    if (isTooLarge(one)) return [];
    const own = inside(one);
    const withContext =
      whole.context === undefined || own.context !== undefined ? own : { ...own, context: whole.context };
    return usageEvent(withContext, null, sentAt, nowMs) ?? [];
  });
  return { events, odd: whole.batch.length - events.length };
}
