/**
 * From the raw bytes of a delivery to hints, one group per portal (facts sheet 3). This is the hot path: one signature, one
 * `JSON.parse`, a look at the few fields that a hint needs.
 */
import type { Change, Hint, RecordKind } from "../../core/model.ts";
import type { AccountHints, Incoming, Verified } from "../port.ts";
import { kindOfName, kindOfTypeId } from "./kinds.ts";
import { refusalOfV3 } from "./signature.ts";

/** HubSpot sends at most 100 events at once (3.2); ten times that is somebody else's idea. */
const MOST_EVENTS = 1000;

interface HubEvent {
  portalId?: unknown;
  subscriptionType?: unknown;
  objectTypeId?: unknown;
  objectId?: unknown;
  changeSource?: unknown;
  sourceId?: unknown;
  primaryObjectId?: unknown;
  newObjectId?: unknown;
  mergedObjectIds?: unknown;
  associationType?: unknown;
  fromObjectId?: unknown;
  toObjectId?: unknown;
  fromObjectTypeId?: unknown;
  toObjectTypeId?: unknown;
}

/** What a kind of event becomes; merges and links are read apart. */
const CHANGES: Readonly<Record<string, Change>> = {
  propertyChange: "changed",
  creation: "created",
  deletion: "deleted",
  restore: "restored",
  merge: "merged",
  associationChange: "linked",
  privacyDeletion: "erased",
};

/** Gathers the hints of one portal; the same hint twice is the same hint. */
class Gathered implements AccountHints {
  readonly account: string;
  readonly hints: Hint[] = [];
  own = 0;
  readonly unknown: string[] = [];
  readonly #seen = new Set<string>();

  constructor(account: string) {
    this.account = account;
  }

  add(kind: RecordKind, id: string, change: Change): void {
    const key = `${change}:${kind}:${id}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.hints.push({ kind, id, change });
  }

  stranger(name: string): void {
    if (!this.unknown.includes(name)) this.unknown.push(name);
  }
}

/**
 * Checks the signature, then reads the events. Whatever HubSpot signed is accepted: an event that we do not know is named in
 * `unknown`, an own write is counted in `own`.
 */
export async function verifyWebhook(secret: string, appId: string, incoming: Incoming, now: number): Promise<Verified> {
  const reason = await refusalOfV3(secret, incoming, now);
  if (reason) return { ok: false, reason };
  return parseEvents(incoming.body, appId);
}

/** The events of a verified body as hints by portal. */
export function parseEvents(body: Uint8Array, appId: string): Verified {
  let events: unknown;
  try {
    events = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return { ok: false, reason: "malformed" };
  }
  if (!Array.isArray(events)) return { ok: false, reason: "malformed" };
  if (events.length > MOST_EVENTS) return { ok: false, reason: "too-many" };
  const accounts = new Map<string, Gathered>();
  for (const event of events as unknown[]) {
    if (typeof event !== "object" || event === null) return { ok: false, reason: "malformed" };
    const account = idOf((event as HubEvent).portalId);
    if (account === null) return { ok: false, reason: "malformed" };
    let gathered = accounts.get(account);
    if (!gathered) {
      gathered = new Gathered(account);
      accounts.set(account, gathered);
    }
    gather(gathered, event as HubEvent, appId);
  }
  return { ok: true, accounts: [...accounts.values()] };
}

function gather(into: Gathered, event: HubEvent, appId: string): void {
  const { subscriptionType: type } = event;
  if (typeof type !== "string") {
    into.stranger("an event without a type");
    return;
  }
  // 3.5: our own writes come back as INTEGRATION with our app id.
  if (event.changeSource === "INTEGRATION" && String(event.sourceId) === appId) {
    into.own += 1;
    return;
  }
  const dot = type.indexOf(".");
  const name = type.slice(0, dot);
  const change = CHANGES[type.slice(dot + 1)];
  const known = change === "linked" ? gatherLink(into, event) : gatherRecord(into, event, name, change);
  if (!known) into.stranger(nameOf(type, event.objectTypeId));
}

function gatherRecord(into: Gathered, event: HubEvent, name: string, change: Change | undefined): boolean {
  const kind = name === "object" ? kindOfTypeId(String(event.objectTypeId)) : kindOfName(name);
  if (kind === undefined || change === undefined) return false;
  if (change === "merged") return gatherMerge(into, event, kind);
  const id = idOf(event.objectId);
  if (id === null) return false;
  into.add(kind, id, change);
  return true;
}

/** 13.1: the survivor may have a third, new id; the primary then is one of the losers. */
function gatherMerge(into: Gathered, event: HubEvent, kind: RecordKind): boolean {
  const primary = idOf(event.primaryObjectId);
  const survivor = idOf(event.newObjectId) ?? primary;
  const merged = Array.isArray(event.mergedObjectIds) ? event.mergedObjectIds.map(idOf) : [];
  if (survivor === null) return false;
  const ids = [...new Set([primary, ...merged])].filter((id): id is string => id !== null && id !== survivor);
  into.hints.push({ kind, id: survivor, change: "merged", ids });
  return true;
}

/** Both ends have changed: whichever of them we look at is hinted. `associationType` is `CONTACT_TO_DEAL`. */
function gatherLink(into: Gathered, event: HubEvent): boolean {
  const [from, to] = typeof event.associationType === "string" ? event.associationType.split("_TO_") : [];
  const ends = [
    { kind: kindOfEnd(event.fromObjectTypeId, from), id: idOf(event.fromObjectId) },
    { kind: kindOfEnd(event.toObjectTypeId, to), id: idOf(event.toObjectId) },
  ];
  let known = false;
  for (const { kind, id } of ends) {
    if (kind === undefined || id === null) continue;
    into.add(kind, id, "linked");
    known = true;
  }
  return known;
}

function kindOfEnd(typeId: unknown, name: string | undefined): RecordKind | undefined {
  return (typeof typeId === "string" ? kindOfTypeId(typeId) : undefined) ?? kindOfName((name ?? "").toLowerCase());
}

/** HubSpot's ids are positive whole numbers; JSON keeps them exact up to 2^53. */
function idOf(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === "string" && /^\d{1,19}$/.test(value) ? value : null;
}

/** `object.creation of 0-8`, cut to what a log line can bear. */
function nameOf(type: string, objectTypeId: unknown): string {
  const name = typeof objectTypeId === "string" ? `${type} of ${objectTypeId}` : type;
  return name.replace(/[^\w. -]/g, "?").slice(0, 80);
}
