/** Who did what, in words. */
import { type SQL, sql } from "drizzle-orm";
import type { Language } from "../core/model.ts";
import { formatDayIn } from "../core/text/render.ts";
import type { Portal } from "../portal.ts";
import type { Deed } from "../store/journal.ts";
import { DEED_WORDS } from "./history.words.ts";
import { ownersSeen, type Viewer } from "./viewer.ts";

export interface DeedView {
  seq: number;
  /** epoch ms */
  at: number;
  /** `user:<id>`, `tenure`, `crm`, `workflow` */
  actor: string;
  client: string | null;
  text: string;
}

/** Deeds as people read them; a code without words is shown as it is. */
export function deedViews(portal: Portal, deeds: readonly Deed[], language: Language): readonly DeedView[] {
  const titles = stepTitles(portal, language);
  return deeds.map(({ seq, at, actor, client, code, params }) => ({
    seq,
    at,
    actor,
    client,
    text: deedText(code, params, titles, language),
  }));
}

/** Titles of steps by key, over the templates that new plans get. */
function stepTitles(portal: Portal, language: Language): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  if (portal.about() === null) return titles;
  for (const template of portal.engine().config().newest.values()) {
    for (const { key, title } of template.steps)
      titles.set(key, title[language] ?? title.en ?? Object.values(title)[0] ?? key);
  }
  return titles;
}

function deedText(
  code: string,
  params: Readonly<Record<string, unknown>>,
  titles: ReadonlyMap<string, string>,
  language: Language,
): string {
  const words = DEED_WORDS[code]?.[language];
  if (words === undefined) return code;
  return words.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => {
    const value = params[name];
    if (name === "step" && typeof value === "string") return titles.get(value.slice(value.indexOf("/") + 1)) ?? value;
    if (typeof value === "number" && (name === "day" || name.endsWith("Day"))) return formatDayIn(value, language);
    return typeof value === "string" || typeof value === "number" ? String(value) : "–";
  });
}

export const HISTORY_PAGE = 100;

export interface DeedPage {
  deeds: readonly DeedView[];
  /** ask again with this for older ones; null: there are none */
  before: number | null;
  zone: string;
}

/** Deeds of everything this person may see, newest first; what concerns the whole portal only for those who see all of it. */
export function deedPage(portal: Portal, viewer: Viewer, before: number | null, language: Language): DeedPage {
  const owners = ownersSeen(portal, viewer);
  const rows = portal.store.db.all<Omit<Deed, "params"> & { params: string }>(
    sql`select h.* from history h where ${before === null ? sql`1 = 1` : sql`h.seq < ${before}`} and ${visible(owners, viewer)}
        order by h.seq desc limit ${HISTORY_PAGE}`,
  );
  const deeds = rows.map((row) => ({ ...row, params: JSON.parse(row.params) as Deed["params"] }));
  return {
    deeds: deedViews(portal, deeds, language),
    before: rows.length === HISTORY_PAGE ? (rows.at(-1)?.seq ?? null) : null,
    zone: portal.about()?.account.zone ?? "UTC",
  };
}

function visible(owners: readonly string[] | null, viewer: Viewer): SQL {
  if (owners === null) return sql`1 = 1`;
  const ids = JSON.stringify(owners);
  const keys = JSON.stringify(viewer.records);
  return sql`h.client in (select key from client where owner_id in (select value from json_each(${ids}))
    or escalation_owner_id in (select value from json_each(${ids})) or key in (select value from json_each(${keys})))`;
}
