/**
 * What changed since an instant, by search, oldest first, without a gap (facts sheet 4.3, 13.13).
 *
 * Search ends after 10,000 results and its pages are offsets, which slip when a listed record changes in between. So no page
 * is a second page: each asks anew for "modified at or after the last one seen", and a record that changes meanwhile only moves
 * to a later page. Only where a whole page shares one millisecond (an import) are the records of that instant listed by id.
 * Archived records are not in the index; the reader notices them by webhook, or when it reads them.
 */
import type { RecordKind } from "../../core/model.ts";
import type { ChangePage, Shown } from "../port.ts";
import type { Client } from "./client.ts";
import { OBJECT_TYPES } from "./kinds.ts";
import { API_VERSION, SEARCH_PAGE } from "./limits.ts";
import { type ObjectReply, searchReply } from "./objects.ts";
import { badCursor, type Reader } from "./read.ts";
import { unexpected } from "./refusals.ts";
import { instantOf } from "./values.ts";

/** How much earlier than now a finished listing is trusted, ms. Search trails writes by seconds; a minute is our margin. */
const SEARCH_LAG_MS = 60_000;

/** Where the next page begins: at an instant, or behind an id among the records of one instant. */
type Cursor = { from: number } | { at: number; behind: string };

/** The longest body of a search, characters (4.3). */
const SEARCH_BODY_MAX = 3_000;

/**
 * @param reader says what is shown of each record; null = nothing but its time. Definitions are not fetched for it: a portal that was
 * just opened lists times alone, which is all there is to say of a quiet one, and the read of what did change fetches them.
 */
export async function changedSince(
  client: Client,
  reader: Reader | null,
  kind: RecordKind,
  sinceMs: number,
  after: string | null,
): Promise<ChangePage> {
  const { path, modified } = OBJECT_TYPES[kind];
  const cursor: Cursor = after === null ? { from: sinceMs } : parseCursor(after);
  const sentAt = client.now();
  const lean = { ...queryOf(cursor, modified), properties: [modified], limit: SEARCH_PAGE, after: "0" };
  const full = reader?.knowsProperties(kind) && { ...lean, properties: await reader.properties(kind) };
  // Where an admin mapped so many properties that they do not fit, the listing tells times alone.
  const isShown = full && JSON.stringify(full).length <= SEARCH_BODY_MAX;
  const json = isShown ? full : lean;
  const { results } = await client.ask(
    { method: "POST", path: `/crm/objects/${API_VERSION}/${path}/search`, json, limit: "search", items: 1 },
    searchReply,
  );
  // By HubSpot's clock: ours may be ahead, and what changes before it is set right would be in no list.
  const startedAt = sentAt - client.aheadMs;
  const modifiedAt: Record<string, number> = {};
  const shown: Record<string, Shown> = {};
  for (const object of results) {
    modifiedAt[object.id] = modificationOf(object, modified);
    if (isShown && reader) shown[object.id] = await reader.shown(kind, object);
  }
  const next = nextOf(cursor, results, modifiedAt);
  const listed = next === null ? startedAt : "from" in next ? next.from : next.at;
  return {
    ids: results.map(({ id }) => id),
    modifiedAt,
    ...(isShown && { shown }),
    after: next === null ? null : JSON.stringify(next),
    through: Math.max(Math.min(sinceMs, startedAt), Math.min(listed, startedAt - SEARCH_LAG_MS)),
  };
}

function queryOf(cursor: Cursor, modified: string): { filterGroups: unknown[]; sorts: string[] } {
  if ("from" in cursor) {
    const filters = [{ propertyName: modified, operator: "GTE", value: String(cursor.from) }];
    return { filterGroups: [{ filters }], sorts: [modified] };
  }
  const filters = [
    { propertyName: modified, operator: "EQ", value: String(cursor.at) },
    { propertyName: "hs_object_id", operator: "GT", value: cursor.behind },
  ];
  return { filterGroups: [{ filters }], sorts: ["hs_object_id"] };
}

/** null when the page was not full, and so the last. */
function nextOf(
  cursor: Cursor,
  results: readonly ObjectReply[],
  modifiedAt: Readonly<Record<string, number>>,
): Cursor | null {
  const last = results.at(-1);
  const full = results.length >= SEARCH_PAGE;
  if ("behind" in cursor) return full && last ? { at: cursor.at, behind: last.id } : { from: cursor.at + 1 };
  if (!full || !last) return null;
  const lastAt = modifiedAt[last.id]!;
  // Without its time, or sorted otherwise than asked, a full page would lead nowhere.
  if (lastAt < cursor.from || lastAt === 0) throw unexpected(false, "search");
  const firstAt = modifiedAt[results[0]!.id]!;
  return lastAt > firstAt ? { from: lastAt } : { at: lastAt, behind: "0" };
}

function modificationOf(object: ObjectReply, modified: string): number {
  return instantOf(object.properties[modified]) ?? instantOf(object.updatedAt) ?? 0;
}

function parseCursor(after: string): Cursor {
  let cursor: unknown;
  try {
    cursor = JSON.parse(after);
  } catch {
    throw badCursor();
  }
  const { from, at, behind } = (cursor ?? {}) as { from?: unknown; at?: unknown; behind?: unknown };
  if (typeof from === "number") return { from };
  if (typeof at === "number" && typeof behind === "string") return { at, behind };
  throw badCursor();
}
