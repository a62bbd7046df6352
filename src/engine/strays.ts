/**
 * Tasks that are not there under the id that we know and stand under another one: what this copy holds was taken back, and made anew by a
 * younger one. They are looked up by their key before anybody is taken to have deleted them.
 */
import { type RecordRef, refKey } from "../core/model.ts";
import type { Thing } from "../store/mirror.ts";
import { mayHaveForgotten } from "./careful.ts";
import type { Engine } from "./engine.ts";
import { found, missed } from "./mirror-row.ts";
import { linksOf } from "./resolve.ts";

/** Ids by key, of what is not there under its known id. Asks the CRM only where this copy may have forgotten something. @throws CrmFailure */
export async function findStrays(engine: Engine, missing: readonly Thing[]): Promise<ReadonlyMap<string, string>> {
  const doubtful = missing.filter(({ kind, state }) => kind === "task" && state !== "gone");
  if (doubtful.length === 0 || !mayHaveForgotten(engine)) return new Map();
  const answer = await engine.crm.find(
    doubtful.map((thing) => ({ key: thing.key, kind: "task", targets: targetsOf(thing) })),
  );
  return new Map(answer.map((one) => [one.key, one.id]));
}

/** What becomes of a thing that is not there under its known id. */
export function missedOrStray(thing: Thing, strays: ReadonlyMap<string, string>): Thing | null {
  const id = strays.get(thing.key);
  return id === undefined ? missed(thing) : found({ ...thing, theirs: null, theirsAt: null }, id);
}

/** Their own facts are read at once. */
export function readStrays(engine: Engine, strays: ReadonlyMap<string, string>): void {
  const refs: readonly RecordRef[] = [...strays.values()].map((id) => ({ kind: "task", id }));
  engine.store.records.mark(refs, engine.now());
}

/** Records that a thing is looked for on. */
export function targetsOf(thing: Thing): readonly RecordRef[] {
  const wish = thing.desired ?? thing.sending?.desired ?? thing.sent;
  const links = linksOf({ ...thing, desired: wish });
  return thing.target ? [thing.target, ...links.filter((ref) => refKey(ref) !== refKey(thing.target!))] : links;
}
