/** Red clients about whom nobody has decided whether to fight (A8.21): what managers are asked, the most valuable first. */
import { overrideOn } from "../core/client/acts.ts";
import { type HeardIntent, heardIntents } from "../core/client/text-facts.ts";
import type { ClientKey } from "../core/model.ts";
import type { ContactTime } from "../core/play/contact-time.ts";
import { standOn } from "../core/play/decision.ts";
import type { Portal } from "../portal-open.ts";
import { worstFirst } from "./board-query.ts";
import { type ClientReading, isLost, readClients, strategicOf } from "./client-reading.ts";
import { contactTimeOf } from "./contact-time.ts";
import { ownersSeen, type Viewer } from "./viewer.ts";

/** Clients looked at: more reds than these are no list but a state of the portal. */
const LOOKED = 300;

export interface UndecidedRed {
  key: ClientKey;
  ownerId: string | null;
  /** epoch ms */
  redSince: number | null;
  /** sum of won deals, portal currency */
  value: number | null;
  strategic: string | null;
  /** an earlier decision whose day of review has come */
  reviewDue: boolean;
  contactTime: ContactTime;
  /** what its letters seem to say and nobody has confirmed */
  heard: readonly HeardIntent[];
}

/** @param viewer whose clients; an administrator sees all */
export function undecidedReds(portal: Portal, viewer: Viewer, nowMs: number): readonly UndecidedRed[] {
  if (portal.about() === null) return [];
  const filter = { owners: ownersSeen(portal, viewer), zone: "red", ownerId: null, phase: null, only: null, since: 0 };
  const keys = worstFirst(portal.store, filter, LOOKED, 0);
  return readClients(portal, keys, nowMs)
    .flatMap((reading) => undecided(reading))
    .sort((a, b) => rankOf(b) - rankOf(a) || (b.value ?? 0) - (a.value ?? 0) || (a.key < b.key ? -1 : 1));
}

function undecided(reading: ClientReading): UndecidedRed[] {
  const { stored, acts, facts, config, today } = reading;
  const zone = overrideOn(acts, today)?.zone ?? stored.zone;
  const { stand, reviewDue } = standOn(acts.decision, today);
  if (zone !== "red" || stand !== "undecided" || isLost(reading)) return [];
  return [
    {
      key: stored.key,
      ownerId: stored.ownerId,
      redSince: stored.zoneSince,
      value: stored.value,
      strategic: strategicOf(reading),
      reviewDue,
      contactTime: contactTimeOf(reading),
      heard: heardIntents(facts, acts, config.zone, today),
    },
  ];
}

const RANKS: Readonly<Record<string, number>> = { high: 2, medium: 1 };

function rankOf({ strategic }: UndecidedRed): number {
  return RANKS[strategic ?? "medium"] ?? 0;
}
