/** Several admins at one configuration: every form names what it was drawn from, and what others changed since is brought together with it. */

import { mergeThree, ownPart } from "../core/merge-edits.ts";
import { DEFAULT_SETTINGS, type Settings, settingsSchema } from "../core/settings.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";

export interface Draft {
  body: Settings;
  /** the published version it began from; 0 = the defaults */
  from: number;
  at: number;
  by: string;
}

export function draftOf(portal: Portal): Draft | null {
  const draft = portal.store.meta.get<Draft>("draft");
  const parsed = draft && settingsSchema.safeParse(draft.body);
  return draft && parsed?.success ? { ...draft, body: parsed.data } : null;
}

/** A state that the edited configuration had, and who replaced it. */
interface PastEdit {
  mark: string;
  /** what differed from the defaults */
  own: unknown;
  at: number;
  /** who made the state that followed */
  by: string;
}

/** States kept: an hour of two people saving every three minutes. */
const KEPT = 20;

/** What a form shows: the draft, or what is in force where there is none. */
export function editedNow(portal: Portal): Settings {
  return draftOf(portal)?.body ?? portal.settings();
}

/** Names a state of the edited configuration. */
export function markOf(settings: Settings, { vault }: Pick<Surroundings, "vault">): string {
  return vault.hash(`settings:${JSON.stringify(settings)}`).slice(0, 22);
}

/** Remembers the state that `change` replaces. */
export function edit<T>(portal: Portal, around: Surroundings, by: string, change: () => T): T {
  const before = editedNow(portal);
  const done = change();
  const mark = markOf(before, around);
  if (mark === markOf(editedNow(portal), around)) return done;
  const past = pastEdits(portal);
  const entry: PastEdit = { mark, own: ownPart(before, DEFAULT_SETTINGS) ?? {}, at: around.now(), by };
  portal.store.meta.set("edits", [...past, entry].slice(-KEPT));
  return done;
}

function pastEdits(portal: Portal): readonly PastEdit[] {
  return portal.store.meta.get<PastEdit[]>("edits") ?? [];
}

/** The configuration that a form of this mark showed; null where too much has happened since. */
export function editedAt(portal: Portal, around: Surroundings, mark: string): Settings | null {
  const now = editedNow(portal);
  if (mark === markOf(now, around)) return now;
  const found = pastEdits(portal).findLast((one) => one.mark === mark);
  if (!found) return null;
  const whole = settingsSchema.safeParse(found.own);
  return whole.success ? whole.data : null;
}

export interface Together {
  /** to be saved: with what others changed meanwhile */
  body: unknown;
  /** what both changed, each to something else; `body` has what the form says */
  clashes: readonly string[];
  /** what the form was drawn from, where others went on from it */
  base: Settings | null;
  /** who changed it since, once each */
  by: readonly string[];
}

/** A form's whole configuration beside what became of the one it was drawn from. Null: that one is not known any more. */
export function bringTogether(portal: Portal, around: Surroundings, settings: unknown, since: string): Together | null {
  const now = editedNow(portal);
  if (since === markOf(now, around)) return { body: settings, clashes: [], base: null, by: [] };
  const base = editedAt(portal, around, since);
  if (!base) return null;
  const past = pastEdits(portal);
  const from = past.findLastIndex((one) => one.mark === since);
  const by = [...new Set(past.slice(from).map((one) => one.by))];
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) return { body: settings, clashes: [], base, by };
  return { ...mergeThree(base, now, parsed.data), base, by };
}
