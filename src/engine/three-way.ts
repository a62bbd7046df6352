/**
 * The three-way rule of the mirror, property by property (design, section 5). Pure: a row goes in, a row comes out.
 * `ours` is what the CRM returned for our writes, `theirs` what the last direct read showed, and over it what we wrote since; `sent` is the wish
 * that `ours` answers to.
 */
import type { DesiredFields, DesiredTask, ThingFacts } from "../core/desired.ts";
import { fieldById } from "../core/fields.ts";
import type { FactValue } from "../core/model.ts";
import type { Thing, Values } from "../store/mirror.ts";

/** After how many put-backs in one day a field that somebody else keeps rewriting is left to a person. */
export const FIGHTS_MAX = 3;
/** A read that shows the value before our last write may come from a copy that lags: it is taken again after this long, ms. */
export const DOUBT_WAIT_MS = 60_000;

/** What the wish says per property, in a form that can be compared; texts by reference stay references. */
export function wishes(kind: string, desired: string | null): Readonly<Record<string, unknown>> {
  if (desired === null) return {};
  const value = JSON.parse(desired) as Record<string, unknown>;
  if (kind === "fields") return value as DesiredFields;
  if (kind === "task") return value as unknown as Record<keyof DesiredTask, unknown>;
  return { all: value };
}

export function same(a: unknown, b: unknown): boolean {
  const [x, y] = [a ?? null, b ?? null];
  return x === y || (!(isPlain(x) && isPlain(y)) && JSON.stringify(x) === JSON.stringify(y));
}

/** A value that says the same only as itself, also as JSON. */
function isPlain(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

/** Texts of a task are kept as hashes of what the CRM made of them, so they never equal the hash of what went out for certain. */
export function isText(kind: string, name: string): boolean {
  return kind === "task" && (name === "subject" || name === "body");
}

/** A task of no plan: no decision takes up what a person changes in it. Plans follow a person and may move their steps later, on purpose. */
function standsAlone({ kind, key }: Thing): boolean {
  return kind === "task" && (/^(ladder|digest|review|alert|play|win-back|question):/.test(key) || isBesideAStep(key));
}

/** What is told, or to be mended, about a step is no step: `plan:<client>:<cycle>/<step>/meeting`. A touchpoint is one: `…/touch/<key>/<number>`. */
function isBesideAStep(key: string): boolean {
  return /^plan:[^/]+\/(?!touch\/)[^/]+\/[^/]+$/.test(key);
}

/** Properties of the wish that differ from what was last sent, less those that a person keeps. */
export function differing(thing: Thing): readonly string[] {
  if (thing.desired === thing.sent) return [];
  const { names, isNews } = compared(thing);
  return names.filter(isNews);
}

/** Is there any such property? A pass over all scores asks it of every record, and most differ in the first one. */
export function differs(thing: Thing): boolean {
  if (thing.desired === thing.sent) return false;
  const { names, isNews } = compared(thing);
  return names.some(isNews);
}

function compared(thing: Thing): { names: readonly string[]; isNews(name: string): boolean } {
  const want = wishes(thing.kind, thing.desired);
  const sent = wishes(thing.kind, thing.sent);
  const isOther = (name: string) =>
    !same(want[name], sent[name]) || (want[name] === null && !(name in sent) && isLeftOver(thing, name));
  return { names: Object.keys(want), isNews: (name) => isOther(name) && thing.ours?.[`kept:${name}`] !== true };
}

/** A field that holds something before we ever wished it: two records became one, it was cloned, or a younger copy filled it. */
function isLeftOver({ kind, theirs }: Thing, name: string): boolean {
  return kind === "fields" && (theirs?.[name] ?? null) !== null;
}

/** Properties that somebody else changed since we wrote them. */
export function edited({ theirs, ours }: Thing): readonly string[] {
  if (!theirs || !ours) return [];
  return Object.keys(ours).filter(
    (name) => !name.startsWith("kept:") && name in theirs && !same(theirs[name], ours[name]),
  );
}

/**
 * Fields that stand otherwise than they were wished and that this copy never wrote: wished empty from the first, or found as they were wished.
 * Somebody else filled them, or we did in a younger copy. Texts are left out: what the CRM makes of them is not known before they were written.
 */
function unasked({ kind, sent, ours, theirs }: Thing): readonly string[] {
  if (kind !== "fields" || !theirs || !ours) return [];
  return Object.entries(wishes(kind, sent)).flatMap(([name, value]) =>
    !(name in ours) && name in theirs && isPlain(value) && !same(theirs[name], value) ? [name] : [],
  );
}

/** What the CRM holds as far as we know: what was last read, and what we wrote since. */
export function holds({ ours, theirs }: Thing): Values | null {
  return theirs ? { ...ours, ...theirs } : ours;
}

/**
 * What the decision is told of a row. `isCareful`: this copy may have forgotten writes of its own, so a difference is not taken for a
 * person's edit before everything was looked at again.
 */
export function thingFacts(thing: Thing, isCareful: boolean): ThingFacts {
  const held = holds(thing);
  return {
    key: thing.key,
    kind: thing.kind,
    there: thing.externalId !== null && thing.state !== "gone",
    gone: thing.state === "gone",
    refused: thing.state === "refused",
    underWay: thing.sending !== null,
    externalId: thing.externalId,
    holds: held,
    wrote: isCareful && thing.ours ? held : thing.ours,
    edited: isCareful ? [] : edited(thing),
  };
}

/**
 * Follows a person where a person wins: a wish that equals what they wrote counts as sent, and a text they edited is kept.
 * Puts back what is ours. Returns the row and the fields that are fought over.
 */
export function reconcileEdits(thing: Thing, day: number): { thing: Thing; fought: readonly string[] } {
  const changes = edited(thing);
  if (changes.length === 0 && unasked(thing).length === 0) return { thing, fought: [] };
  const followed = follow(thing, changes);
  return thing.kind === "fields" ? putBack(followed, day) : { thing: followed, fought: [] };
}

/** Set once a person changed a thing of ours and was followed: leaving does not take it away. */
const TOUCHED = "kept:touched";

/** A person finished it, or changed it. */
export function isWorkedOn(thing: Thing): boolean {
  return holds(thing)?.status === "done" || thing.ours?.[TOUCHED] === true || edited(thing).length > 0;
}

function follow(thing: Thing, changes: readonly string[]): Thing {
  const want = wishes(thing.kind, thing.desired);
  const sent: Record<string, unknown> = { ...wishes(thing.kind, thing.sent) };
  const ours: Record<string, FactValue> = { ...thing.ours };
  let isChanged = false;
  for (const name of changes) {
    const value = thing.theirs![name] ?? null;
    const stays = isText(thing.kind, name) || standsAlone(thing);
    if (!stays && !(name in want && same(want[name], value))) continue;
    ours[name] = value;
    if (name in want) sent[name] = want[name];
    if (stays) ours[`kept:${name}`] = true;
    isChanged = true;
  }
  if (isChanged) ours[TOUCHED] = true;
  return isChanged ? { ...thing, ours, sent: JSON.stringify(sent) } : thing;
}

/** A field that is ours and was changed by somebody is sent once more; not again while that is under way. */
function putBack(thing: Thing, day: number): { thing: Thing; fought: readonly string[] } {
  const want = wishes(thing.kind, thing.desired);
  const sent: Record<string, unknown> = { ...wishes(thing.kind, thing.sent) };
  const isNews = (name: string) => name in want && name in sent && !same(sent[name], thing.theirs?.[name]);
  const changes = [...edited(thing), ...unasked(thing)];
  const mine = changes.filter((name) => isNews(name) && fieldById(name).policy === "ours");
  if (mine.length === 0) return { thing, fought: [] };
  const fights = thing.foughtDay === day ? thing.fights + 1 : 1;
  if (fights > FIGHTS_MAX) return { thing, fought: mine };
  // What stands there now counts as sent: it differs from the wish, and is no news the next time.
  for (const name of mine) sent[name] = thing.theirs?.[name] ?? null;
  return { thing: { ...thing, fights, foughtDay: day, sent: JSON.stringify(sent) }, fought: [] };
}
