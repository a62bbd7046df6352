/**
 * The three-way rule of the mirror, property by property (design, section 5). Pure: a row goes in, a row comes out.
 * `ours` is what the CRM returned for our last write, `theirs` what a direct read showed, `sent` the wish that `ours` answers to.
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
  return a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** Properties of the wish that differ from what was last sent, less those that a person keeps. */
export function differing(thing: Thing): readonly string[] {
  const want = wishes(thing.kind, thing.desired);
  const sent = wishes(thing.kind, thing.sent);
  return Object.keys(want).filter((name) => !same(want[name], sent[name]) && thing.ours?.[`kept:${name}`] !== true);
}

/** Properties that somebody else changed since our last write was answered. */
export function edited(thing: Thing): readonly string[] {
  if (!thing.theirs || !thing.ours || (thing.theirsAt ?? 0) < (thing.wroteAt ?? 0)) return [];
  const { theirs, ours } = thing;
  return Object.keys(ours).filter(
    (name) => !name.startsWith("kept:") && name in theirs && !same(theirs[name], ours[name]),
  );
}

/** What the CRM holds as far as we know: what was read after our last write, else what that write returned. */
export function holds(thing: Thing): Values | null {
  if (thing.theirs && (thing.theirsAt ?? 0) >= (thing.wroteAt ?? 0)) return { ...thing.ours, ...thing.theirs };
  return thing.ours ?? thing.theirs;
}

export function thingFacts(thing: Thing): ThingFacts {
  return {
    key: thing.key,
    kind: thing.kind,
    there: thing.externalId !== null && thing.state !== "gone",
    gone: thing.state === "gone",
    refused: thing.state === "refused",
    externalId: thing.externalId,
    holds: holds(thing),
    wrote: thing.ours,
    edited: edited(thing),
  };
}

/** A read arrived. Returns the row, and whether it has to be read once more because it may show an older copy. */
export function read(thing: Thing, values: Values, startedAt: number): { thing: Thing; again: boolean } {
  if (thing.wroteAt !== null && startedAt < thing.wroteAt) return { thing, again: true };
  // found by its key after an unknown outcome: what stands there counts as what we wrote
  if (thing.ours === null && thing.sent !== null)
    return { thing: { ...thing, ours: values, theirs: values, theirsAt: startedAt }, again: false };
  const late =
    thing.before !== null &&
    thing.doubted === 0 &&
    Object.keys(thing.before).some(
      (name) => name in values && !same(values[name], thing.ours?.[name]) && same(values[name], thing.before?.[name]),
    );
  if (late) return { thing: { ...thing, doubted: 1 }, again: true };
  return { thing: { ...thing, theirs: values, theirsAt: startedAt, doubted: 0, before: null }, again: false };
}

/**
 * Follows a person where a person wins: a wish that equals what they wrote counts as sent, and a text they edited is kept.
 * Puts back what is ours. Returns the row and the fields that are fought over.
 */
export function reconcileEdits(thing: Thing, day: number): { thing: Thing; fought: readonly string[] } {
  const changes = edited(thing);
  if (changes.length === 0) return { thing, fought: [] };
  return thing.kind === "fields" ? putBack(thing, changes, day) : follow(thing, changes);
}

function follow(thing: Thing, changes: readonly string[]): { thing: Thing; fought: readonly string[] } {
  const want = wishes(thing.kind, thing.desired);
  const sent: Record<string, unknown> = { ...wishes(thing.kind, thing.sent) };
  const ours: Record<string, FactValue> = { ...thing.ours };
  for (const name of changes) {
    const value = thing.theirs![name] ?? null;
    const isText = name === "subject" || name === "body";
    if (!isText && !same(want[name], value)) continue;
    ours[name] = value;
    sent[name] = want[name];
    if (isText) ours[`kept:${name}`] = true;
  }
  return { thing: { ...thing, ours, sent: JSON.stringify(sent) }, fought: [] };
}

function putBack(thing: Thing, changes: readonly string[], day: number): { thing: Thing; fought: readonly string[] } {
  const mine = changes.filter((name) => fieldById(name).policy === "ours" && name in wishes(thing.kind, thing.desired));
  if (mine.length === 0) return { thing, fought: [] };
  const fights = thing.foughtDay === day ? thing.fights + 1 : 1;
  if (fights > FIGHTS_MAX) return { thing: { ...thing, fights, foughtDay: day }, fought: mine };
  const sent: Record<string, unknown> = { ...wishes(thing.kind, thing.sent) };
  for (const name of mine) delete sent[name];
  return { thing: { ...thing, fights, foughtDay: day, sent: JSON.stringify(sent) }, fought: [] };
}

/** The state that follows from comparing wish and answer, for rows that no call is under way for. */
export function restingState(thing: Thing): Thing["state"] {
  if (thing.state === "gone" || thing.state === "sending" || thing.state === "unknown") return thing.state;
  if (thing.desired === null) return "dirty";
  if (thing.externalId === null && thing.kind !== "fields") return thing.sent === null ? "dirty" : thing.state;
  return differing(thing).length > 0 ? "dirty" : "clean";
}
