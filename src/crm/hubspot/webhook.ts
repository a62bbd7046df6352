/**
 * From the raw bytes of a delivery to hints, one group per portal (facts sheet 3). This is the hot path: one signature, and a look at
 * the few fields that a hint needs.
 */
import type { Change, Hint, RecordKind } from "../../core/model.ts";
import type { AccountHints, Incoming, Verified } from "../port.ts";
import { type HubEvent, scanEvents } from "./event-scan.ts";
import { parseExact } from "./exact-json.ts";
import { KIND_NAMES, kindOfName, kindOfTypeId } from "./kinds.ts";
import { type Hmac, refusalOfV3 } from "./signature.ts";

/** HubSpot sends at most 100 events at once (3.2); ten times that is somebody else's idea. */
const MOST_EVENTS = 1000;

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

interface Sort {
  /** null: stands in `objectTypeId` */
  kind: RecordKind | null;
  change: Change;
}

/** Every type of event that we know: `object.creation`, and the older `deal.creation`. */
const SORTS: ReadonlyMap<string, Sort> = new Map(
  ["object", ...KIND_NAMES].flatMap((name) =>
    Object.entries(CHANGES).map(
      ([what, change]) => [`${name}.${what}`, { kind: kindOfName(name) ?? null, change }] as const,
    ),
  ),
);

/** Gathers the hints of one portal; the same hint twice is the same hint. */
class Gathered implements AccountHints {
  readonly account: string;
  readonly hints: Hint[] = [];
  own = 0;
  readonly unknown: string[] = [];
  readonly #seen = new Map<RecordKind, Map<Change, Set<string>>>();

  constructor(account: string) {
    this.account = account;
  }

  add(kind: RecordKind, id: string, change: Change): void {
    const seen = this.#seenOf(kind, change);
    // The size tells whether it was new, which saves a second look.
    const before = seen.size;
    if (seen.add(id).size > before) this.hints.push({ kind, id, change });
  }

  #seenOf(kind: RecordKind, change: Change): Set<string> {
    const ofKind = this.#seen.get(kind) ?? new Map<Change, Set<string>>();
    if (ofKind.size === 0) this.#seen.set(kind, ofKind);
    const seen = ofKind.get(change) ?? new Set<string>();
    if (seen.size === 0) ofKind.set(change, seen);
    return seen;
  }

  stranger(name: string): void {
    if (!this.unknown.includes(name)) this.unknown.push(name);
  }
}

/**
 * Checks the signature, then reads the events. Whatever HubSpot signed is accepted: an event that we do not know is named in
 * `unknown`, an own write is counted in `own`.
 */
export async function verifyWebhook(
  secret: string,
  appId: string,
  incoming: Incoming,
  now: number,
  hmac?: Hmac,
): Promise<Verified> {
  const reason = await refusalOfV3(secret, incoming, now, hmac);
  if (reason) return { ok: false, reason };
  return parseEvents(incoming.body, appId);
}

/** The events of a verified body as hints by portal. */
export function parseEvents(body: Uint8Array, appId: string): Verified {
  const accounts = new Accounts(appId);
  return scanEvents(body, MOST_EVENTS, (event) => accounts.take(event))
    ? accounts.verified()
    : parseInFull(body, appId);
}

/** The same for any JSON. */
function parseInFull(body: Uint8Array, appId: string): Verified {
  let events: unknown;
  try {
    events = parseExact(new TextDecoder().decode(body));
  } catch {
    return { ok: false, reason: "malformed" };
  }
  if (!Array.isArray(events)) return { ok: false, reason: "malformed" };
  if (events.length > MOST_EVENTS) return { ok: false, reason: "too-many" };
  const accounts = new Accounts(appId);
  for (const event of events as unknown[]) {
    if (typeof event !== "object" || event === null || !accounts.take(event as HubEvent))
      return { ok: false, reason: "malformed" };
  }
  return accounts.verified();
}

/** The portals of one delivery: nearly always one. */
class Accounts {
  readonly #appId: string;
  readonly #byId = new Map<string, Gathered>();
  #last: Gathered | null = null;

  constructor(appId: string) {
    this.#appId = appId;
  }

  /** False for an event that belongs to no portal. */
  take(event: HubEvent): boolean {
    const { portalId } = event;
    if (this.#last === null || this.#last.account !== portalId) {
      const account = idOf(portalId);
      if (account === null) return false;
      this.#last = this.#of(account);
    }
    gather(this.#last, event, this.#appId);
    return true;
  }

  #of(account: string): Gathered {
    const known = this.#byId.get(account);
    if (known) return known;
    const gathered = new Gathered(account);
    this.#byId.set(account, gathered);
    return gathered;
  }

  verified(): Verified {
    return { ok: true, accounts: [...this.#byId.values()] };
  }
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
  const sort = SORTS.get(type);
  const known =
    sort !== undefined && (sort.change === "linked" ? gatherLink(into, event) : gatherRecord(into, event, sort));
  if (!known) into.stranger(nameOf(type, event.objectTypeId));
}

function gatherRecord(into: Gathered, event: HubEvent, sort: Sort): boolean {
  const kind = sort.kind ?? kindOfTypeId(String(event.objectTypeId));
  if (kind === undefined) return false;
  if (sort.change === "merged") return gatherMerge(into, event, kind);
  const id = idOf(event.objectId);
  if (id === null) return false;
  into.add(kind, id, sort.change);
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

/**
 * Both ends have changed: whichever of them we look at is hinted. `associationType` is `CONTACT_TO_DEAL`; an event that names neither it
 * nor the types of its ends still has the type that was subscribed to, which is that of the first end (unverified).
 */
function gatherLink(into: Gathered, event: HubEvent): boolean {
  const [from, to] = typeof event.associationType === "string" ? event.associationType.split("_TO_") : [];
  const unnamed = from === undefined ? event.objectTypeId : undefined;
  const ends = [
    { kind: kindOfEnd(event.fromObjectTypeId ?? unnamed, from), id: idOf(event.fromObjectId) },
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

/** HubSpot's ids are positive whole numbers; those that JSON's numbers do not keep exactly come as text (`parseExact`). */
function idOf(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === "string" && isDigits(value) ? value : null;
}

/** One to nineteen of them; a loop, because this is asked twice per event. */
function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return text.length > 0 && text.length < 20;
}

/** `object.creation of 0-8`, cut to what a log line can bear. */
function nameOf(type: string, objectTypeId: unknown): string {
  const name = typeof objectTypeId === "string" ? `${type} of ${objectTypeId}` : type;
  return name.replace(/[^\w. -]/g, "?").slice(0, 80);
}
