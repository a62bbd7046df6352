/** Names for pages that strangers open by a link: from a short-lived cache, and never more than a trickle of the portal's budget. */
import { type ClientKey, parseRef } from "../core/model.ts";
import { isFailure } from "../crm/failure.ts";
import type { Portal } from "../portal-open.ts";
import { knownOwnerNames, ownerNames } from "../views/names.ts";

/** A name may be this old on a client's page, ms. */
const NAME_LIVES_MS = 10 * 60_000;
/** Questions to the CRM that visitors of all pages of a portal may cause together, per `WINDOW_MS`. */
const QUESTIONS_MAX = 6;
const WINDOW_MS = 60_000;
/** Names held per portal; more are forgotten together. */
const HELD_MAX = 500;

interface Held {
  names: Map<ClientKey, { at: number; name: string | null }>;
  /** when visitors caused questions, epoch ms */
  asked: number[];
}

const held = new WeakMap<Portal, Held>();

function heldOf(portal: Portal): Held {
  let own = held.get(portal);
  if (!own) {
    own = { names: new Map(), asked: [] };
    held.set(portal, own);
  }
  return own;
}

/** May visitors cause one more question now? */
function mayAsk(portal: Portal, own: Held, nowMs: number): boolean {
  own.asked = own.asked.filter((at) => at > nowMs - WINDOW_MS);
  if (own.asked.length >= QUESTIONS_MAX || portal.crm().readyAt({ do: "names" }) > nowMs) return false;
  own.asked.push(nowMs);
  return true;
}

/** The client's name; null where it is not known and may not be asked for now. */
export async function publicName(portal: Portal, key: ClientKey, nowMs: number): Promise<string | null> {
  const own = heldOf(portal);
  const known = own.names.get(key);
  if (known && nowMs < known.at + NAME_LIVES_MS) return known.name;
  if (!mayAsk(portal, own, nowMs)) return known?.name ?? null;
  try {
    const found = await portal.crm().names([parseRef(key)]);
    const name = found.get(key)?.name ?? null;
    if (own.names.size >= HELD_MAX) own.names.clear();
    own.names.set(key, { at: nowMs, name });
    return name;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return known?.name ?? null;
  }
}

/** The name of the client's contact in the team. */
export async function publicOwner(portal: Portal, ownerId: string, nowMs: number): Promise<string | null> {
  const known = knownOwnerNames(portal)[ownerId];
  if (known) return known;
  if (!mayAsk(portal, heldOf(portal), nowMs)) return null;
  return (await ownerNames(portal, nowMs))[ownerId] ?? null;
}
