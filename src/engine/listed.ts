/**
 * Which records of a listing have to be read. A modification time alone does not tell: behind the time of a write of ours may stand a
 * person's edit from the moment before, of which no event arrived. So what we write is listed with its values, and whatever stands
 * otherwise than we know it is read. An index that lags costs a read, never an edit. Where times alone are listed, what we updated and did not
 * see since is read as well.
 */
import { type RecordKind, refKey } from "../core/model.ts";
import type { ChangePage, Shown } from "../crm/port.ts";
import type { Thing, Values } from "../store/mirror.ts";
import type { StoredRecord } from "../store/records.ts";
import type { Engine } from "./engine.ts";
import { fieldsKey } from "./merge.ts";
import { holds, same } from "./three-way.ts";
import { factsOf, hashTexts, taskValues } from "./values.ts";

/** Kinds that we write; only of these a modification time may be our own. */
const WRITTEN: ReadonlySet<RecordKind> = new Set(["deal", "company", "contact", "task"]);

/** Does a listing of this kind have to show what the records hold? */
export function isWritten(kind: RecordKind): boolean {
  return WRITTEN.has(kind);
}

/** Ids that were never read, were modified since, or stand otherwise than we know them. */
export function toRead(engine: Engine, kind: RecordKind, page: ChangePage): readonly string[] {
  const { records } = engine.store;
  const known = new Map(records.byIds(kind, page.ids).map((one) => [one.ref.id, one]));
  const things = isWritten(kind) ? thingsOf(engine, kind, page.ids) : new Map<string, Thing>();
  return page.ids.filter((id) => {
    const before = known.get(id);
    const isOlder = !before || before.gone || (before.modifiedAt ?? 0) < (page.modifiedAt?.[id] ?? Number.MAX_VALUE);
    if (isOlder) return true;
    if (!page.shown) return mayHide(things.get(id));
    const shown = page.shown[id];
    return shown !== undefined && !isAsKnown(engine, shown, before, things.get(id));
  });
}

/** Its time may be that of our own update, with an edit from before it that nobody saw. What we made, nobody could edit before. */
function mayHide(thing: Thing | undefined): boolean {
  if (!thing || thing.wroteAt === null || thing.wroteAt < (thing.theirsAt ?? 0)) return false;
  return thing.kind === "fields" || thing.before !== null;
}

/** What we keep on, or as, these records, by the record's id. */
function thingsOf(engine: Engine, kind: RecordKind, ids: readonly string[]): ReadonlyMap<string, Thing> {
  const { mirror } = engine.store;
  if (kind === "task") return new Map(mirror.byExternal("task", ids).map((thing) => [thing.externalId!, thing]));
  const rows = mirror.byKeys(ids.map((id) => fieldsKey({ kind, id })));
  return new Map(rows.flatMap((thing) => (thing.target ? [[thing.target.id, thing] as const] : [])));
}

function isAsKnown(engine: Engine, shown: Shown, before: StoredRecord, thing: Thing | undefined): boolean {
  if (shown.ref.kind === "task" && thing) return isHeld(thing, taskValues(engine, shown));
  if (thing && !isHeld(thing, hashTexts(engine, shown.fields ?? {}))) return false;
  const facts = factsOf({ ...shown, links: [] }, before, engine);
  return Object.keys(facts).every((name) => same(facts[name], before.facts[name])) && isLinkedAsKnown(shown, before);
}

/** Every value that we know of stands as we know it. */
function isHeld(thing: Thing, values: Values): boolean {
  const held = holds(thing) ?? {};
  return Object.keys(values).every((name) => !(name in held) || same(values[name], held[name]));
}

/** Where the listing names no company, a link may be there all the same: only a read tells. */
function isLinkedAsKnown({ links, companyId }: Shown, before: StoredRecord): boolean {
  if (links) return JSON.stringify(links) === JSON.stringify(before.links);
  if (!companyId) return true;
  const company = before.links.find((ref) => ref.kind === "company");
  return company !== undefined && refKey(company) === refKey({ kind: "company", id: companyId });
}
