/**
 * What changed since an instant: keyset paging by id inside the window `>=updatedTime` (facts sheet sections 4.4 and 7.3). A record
 * that changes while the window is walked moves behind nobody: it is listed again by the next window, which begins where this
 * one did.
 */
import type { RecordKind } from "../../core/model.ts";
import type { ChangePage, Shown } from "../port.ts";
import { answerOf, type Command, unreadable } from "./client.ts";
import { ACTIVITY_TYPE, ENTITY_TYPE, isActivityKind, isItemKind } from "./kinds.ts";
import { taskLinks } from "./map.ts";
import { fieldsAsked, PAGE, type ReadContext, rowsOf, shownOf } from "./read.ts";
import { SHAPE_REQUESTS, type Shape } from "./shape.ts";
import { fromXmlId } from "./task-key.ts";
import { idOf, instantOf, isoOf, type Raw } from "./values.ts";

/**
 * How far behind our clock a finished window counts as complete, ms: clocks differ, and a transaction commits later than the time it
 * writes. What was read in that state already is told by `modifiedAt`.
 */
const OVERLAP_MS = 60_000;
/** Pages fetched by one request at most; each begins where the one before it ended, by `$result`. */
const CHAIN = 10;

/** Where a walk stands: when it began (epoch ms), the last id seen, how many pages the next request fetches. */
interface Cursor {
  startedAt: number;
  lastId: number;
  chain: number;
}

function parseCursor(after: string | null, nowMs: number): Cursor {
  const match = after === null ? null : /^(\d+):(\d+):(\d+)$/.exec(after);
  if (!match) return { startedAt: nowMs, lastId: 0, chain: 1 };
  return {
    startedAt: Number(match[1]),
    lastId: Number(match[2]),
    chain: Math.min(CHAIN, Math.max(1, Number(match[3]))),
  };
}

/** One request of the walk; a window that is larger than it looked is fetched in ever longer chains of pages. @throws CrmFailure */
export async function changedPage(
  context: ReadContext,
  kind: RecordKind,
  sinceMs: number,
  after: string | null,
  isShown: boolean,
): Promise<ChangePage> {
  const cursor = parseCursor(after, context.now());
  const { client } = context;
  client.limits.require(new Map(), context.now(), listRequests(context.shape));
  const select = isShown ? await fieldsAsked(context, kind) : timesOf(kind);
  const commands = new Map<string, Command>();
  for (let page = 0; page < cursor.chain; page += 1) {
    commands.set(
      `p${page}`,
      pageCommand(kind, sinceMs, page === 0 ? String(cursor.lastId) : reference(kind, page - 1), select),
    );
  }
  const replies = await client.batch(commands);
  // By the portal's clock: ours may be ahead, and what changes before it is set right would be in no list.
  const startedAt = cursor.startedAt - (after === null ? client.aheadMs : 0);
  const ids: string[] = [];
  const modifiedAt: Record<string, number> = {};
  const shown: Record<string, Shown> = {};
  let { lastId } = cursor;
  for (const key of commands.keys()) {
    const rows = rowsOf(kind, answerOf(replies, key).result);
    for (const row of rows) {
      const id = idOf(row.id ?? row.ID)!;
      lastId = Math.max(lastId, Number(id));
      if (kind === "task" && !concerns(row)) continue;
      ids.push(id);
      const at = instantOf(row.updatedTime ?? row.changedDate ?? row.LAST_UPDATED);
      if (at !== null) modifiedAt[id] = at;
      const record = isShown ? shownOf(context, kind, row) : null;
      if (record) shown[id] = record;
    }
    // Later pages of the chain refer to a row that is not there, and answer with anything.
    if (rows.length < PAGE)
      return { ids, modifiedAt, shown, after: null, through: Math.max(sinceMs, startedAt - OVERLAP_MS) };
  }
  // A portal that does not go by our filter would list the same rows for ever.
  if (lastId <= cursor.lastId) throw unreadable(false, kind);
  return { ids, modifiedAt, shown, after: `${startedAt}:${lastId}:${cursor.chain * 2}`, through: sinceMs };
}

/** A portal has many tasks that are nobody's onboarding: only those tied to a record, or ours, are worth a read. */
function concerns(task: Raw): boolean {
  return taskLinks(task).length > 0 || fromXmlId(task.xmlId) !== null;
}

/** The id of the last row of an earlier page of the same batch. */
function reference(kind: RecordKind, page: number): string {
  const last = PAGE - 1;
  if (isItemKind(kind)) return `$result[p${page}][items][${last}][id]`;
  return kind === "task" ? `$result[p${page}][tasks][${last}][id]` : `$result[p${page}][${last}][ID]`;
}

/** Requests that a page takes at most, for `readyAt`. */
export function listRequests(shape: Shape): number {
  return 1 + (shape.loaded ? 0 : SHAPE_REQUESTS);
}

/** What tells which records a page lists, and when they changed. */
function timesOf(kind: RecordKind): readonly string[] {
  if (isItemKind(kind)) return ["id", "updatedTime"];
  return kind === "task" ? ["ID", "CHANGED_DATE", "XML_ID", "UF_CRM_TASK"] : ["ID", "LAST_UPDATED"];
}

function pageCommand(kind: RecordKind, sinceMs: number, lastId: string, select: readonly string[]): Command {
  const since = isoOf(sinceMs);
  if (isItemKind(kind)) {
    return {
      method: "crm.item.list",
      params: {
        entityTypeId: ENTITY_TYPE[kind],
        select,
        filter: { ">=updatedTime": since, ">id": lastId },
        order: { id: "ASC" },
        start: -1,
        useOriginalUfNames: "Y",
      },
    };
  }
  if (kind === "task") {
    return {
      method: "tasks.task.list",
      params: {
        filter: { ">=CHANGED_DATE": since, ">ID": lastId },
        order: { ID: "asc" },
        select,
      },
    };
  }
  return {
    method: "crm.activity.list",
    params: {
      filter: {
        ">=LAST_UPDATED": since,
        ">ID": lastId,
        ...(isActivityKind(kind) ? { TYPE_ID: ACTIVITY_TYPE[kind] } : {}),
      },
      order: { ID: "ASC" },
      select,
      start: -1,
    },
  };
}
