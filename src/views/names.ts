/** Names for screens: freshly read from the CRM, held in memory for a minute, stored nowhere. */
import { parseRef } from "../core/model.ts";
import { isFailure } from "../crm/failure.ts";
import type { Portal } from "../portal-open.ts";

/** How long a name may be shown without asking again, ms. */
const NAMES_LIVE_MS = 60_000;
/** Records per question: one full batch read. */
const NAMES_BATCH = 100;
/** Names held at once; more are forgotten together. */
const NAMES_MAX = 2_000;

interface Held {
  at: number;
  name: string | null;
}

const held = new WeakMap<Portal, Map<string, Held>>();

function heldOf(portal: Portal): Map<string, Held> {
  const known = held.get(portal);
  if (known) return known;
  const own = new Map<string, Held>();
  held.set(portal, own);
  return own;
}

/**
 * Names by record reference (`company:17`). What the CRM does not tell now (no budget, no answer, no such record) is left out: screens show
 * the record's number and a link instead.
 */
export async function namesOf(portal: Portal, keys: readonly string[], nowMs: number): Promise<Record<string, string>> {
  const own = heldOf(portal);
  if (own.size > NAMES_MAX) own.clear();
  const missing = [...new Set(keys)].filter(
    (key) => (own.get(key)?.at ?? Number.NEGATIVE_INFINITY) < nowMs - NAMES_LIVE_MS,
  );
  if (missing.length > 0 && portal.isInstalled()) await fetchNames(portal, missing.slice(0, NAMES_BATCH), own, nowMs);
  const names: Record<string, string> = {};
  for (const key of keys) {
    const name = own.get(key)?.name;
    if (name) names[key] = name;
  }
  return names;
}

async function fetchNames(
  portal: Portal,
  keys: readonly string[],
  own: Map<string, Held>,
  nowMs: number,
): Promise<void> {
  try {
    const crm = portal.crm();
    for (const group of Map.groupBy(keys, (key) => parseRef(key).kind).values()) {
      const found = await crm.names(group.map(parseRef));
      for (const key of group) own.set(key, { at: nowMs, name: found.get(key)?.name ?? null });
    }
  } catch (error) {
    if (!isFailure(error)) throw error;
  }
}

const people = new WeakMap<Portal, { at: number; names: Readonly<Record<string, string>> }>();
/** Names of the team change rarely, ms. */
const PEOPLE_LIVE_MS = 10 * 60_000;

/** Names of owners by owner id, where the CRM tells them; as last heard where it cannot tell now. */
export async function ownerNames(portal: Portal, nowMs: number): Promise<Readonly<Record<string, string>>> {
  const known = people.get(portal);
  if (known && nowMs < known.at + PEOPLE_LIVE_MS) return known.names;
  if (!portal.isInstalled()) return {};
  try {
    return await readPeople(portal, nowMs);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return known?.names ?? {};
  }
}

/**
 * Sees to it that the names of these owners are known, before they are written to somebody.
 * @throws CrmFailure where one of them was never heard and the CRM cannot tell it now; what it does not tell at all is gone without
 */
export async function learnOwnerNames(portal: Portal, ownerIds: readonly string[], nowMs: number): Promise<void> {
  const known = people.get(portal);
  const isAllKnown = known !== undefined && ownerIds.every((id) => Object.hasOwn(known.names, id));
  // Who came since is looked up, but somebody without a name not with every text.
  if (known && nowMs < known.at + (isAllKnown ? PEOPLE_LIVE_MS : NAMES_LIVE_MS)) return;
  if (!portal.isInstalled()) return;
  try {
    await readPeople(portal, nowMs);
  } catch (error) {
    if (!isFailure(error)) throw error;
    const isNever = error.failure === "refused" || error.failure === "unauthorised";
    if (!isNever && !isAllKnown) throw error;
  }
}

async function readPeople(portal: Portal, nowMs: number): Promise<Readonly<Record<string, string>>> {
  const names = Object.fromEntries(await portal.crm().ownerNames());
  people.set(portal, { at: nowMs, names });
  return names;
}

/** Names of owners as last heard, without asking. */
export function knownOwnerNames(portal: Portal): Readonly<Record<string, string>> {
  return people.get(portal)?.names ?? {};
}
