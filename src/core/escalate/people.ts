/** Who a rung reaches: the CRM's structure, else the settings, else the fallback admin; who is away or gone is passed over, and said so. */
import type { Day } from "../calendar/calendar.ts";
import { dayOf, instantOf } from "../calendar/zone.ts";
import { isSameValue } from "../same-value.ts";
import type { Who } from "./ladder.ts";

export interface Person {
  id: string;
  isActive: boolean;
  /** in the CRM's own structure; null where it names none */
  managerId: string | null;
  teamIds: readonly string[];
  /** IANA; null: the clock's zone */
  zone: string | null;
  /** local days, both included */
  absences: readonly { from: Day; to: Day }[];
}

/** Who joins, agreed in advance (A4.3): the first rule that fits names the person. Absent conditions fit everybody. */
export interface WhoRule {
  who: Who;
  class?: "A" | "B" | "C";
  segment?: string;
  region?: string;
  ownerId: string;
}

export interface People {
  byId: Readonly<Record<string, Person>>;
  rules: readonly WhoRule[];
  /** owner id -> manager's owner id, where the CRM has no structure */
  managerOf: Readonly<Record<string, string>>;
  /** team id -> manager's owner id */
  managerOfTeam: Readonly<Record<string, string>>;
  headIds: readonly string[];
  executiveIds: readonly string[];
  /** the admin who gets what nobody else can take */
  fallbackOwnerId: string;
}

/** What of a client decides who is told. */
export interface WhoClient {
  ownerId: string | null;
  class: "A" | "B" | "C" | null;
  segment: string | null;
  region: string | null;
}

/** Where the question is about no client. */
export const NO_CLIENT: WhoClient = { ownerId: null, class: null, segment: null, region: null };

export type Via = "owner" | "rule" | "structure" | "settings" | "team" | "head" | "executive" | "fallback";

/** Somebody who would have been it. `ownerId` null: nobody is named there. */
export interface PassedOver {
  ownerId: string | null;
  via: Via;
  why: "unset" | "unknown" | "inactive" | "absent" | "is_owner";
}

export interface Receiver {
  ownerId: string;
  via: Via;
  passed: readonly PassedOver[];
  /** the next instant at which absences change this answer, epoch ms; null: none known */
  changesAt: number | null;
}

interface Candidate {
  ownerId: string | null;
  via: Via;
}

function fits(rule: WhoRule, who: Who, client: WhoClient): boolean {
  return (
    rule.who === who &&
    (rule.class === undefined || rule.class === client.class) &&
    (rule.segment === undefined || rule.segment === client.segment) &&
    (rule.region === undefined || isSameValue(client.region, rule.region))
  );
}

/** Managers above a person in the CRM's structure, nearest first; a circle ends where it closes. */
function above(ownerId: string | null, people: People): string[] {
  const found: string[] = [];
  let at = ownerId === null ? null : (people.byId[ownerId]?.managerId ?? null);
  while (at !== null && at !== ownerId && !found.includes(at)) {
    found.push(at);
    at = people.byId[at]?.managerId ?? null;
  }
  return found;
}

function named(ids: readonly string[], via: Via): Candidate[] {
  return ids.length === 0 ? [{ ownerId: null, via }] : ids.map((ownerId) => ({ ownerId, via }));
}

function candidates(who: Who, ownerId: string | null, client: WhoClient, people: People): Candidate[] {
  const rule = people.rules.find((candidate) => fits(candidate, who, client));
  const chain = above(ownerId, people);
  const fromRule = rule ? named([rule.ownerId], "rule") : [];
  const teams = ownerId === null ? [] : (people.byId[ownerId]?.teamIds ?? []);
  const settings = ownerId === null ? undefined : people.managerOf[ownerId];
  const managers = [
    ...named(chain.slice(0, 1), "structure"),
    ...(settings === undefined ? [] : named([settings], "settings")),
    ...teams.flatMap((team) => (people.managerOfTeam[team] ? named([people.managerOfTeam[team]], "team") : [])),
  ];
  const heads = [
    ...named(people.headIds, "head"),
    ...chain.slice(1).map((id) => ({ ownerId: id, via: "structure" as const })),
  ];
  const executives = named(people.executiveIds, "executive");
  if (who === "owner")
    return [...named(ownerId === null ? [] : [ownerId], "owner"), ...managers, ...heads, ...executives];
  if (who === "manager") return [...fromRule, ...managers, ...heads, ...executives];
  if (who === "head") return [...fromRule, ...heads, ...executives];
  return [...fromRule, ...executives, ...heads];
}

function isAbsent(person: Person, atMs: number, clockZone: string): boolean {
  const day = dayOf(atMs, person.zone ?? clockZone);
  return person.absences.some(({ from, to }) => from <= day && day <= to);
}

/** The next start (of somebody present) or end (of somebody absent) of an absence after an instant, epoch ms. */
function nextAbsenceChange(person: Person, atMs: number, clockZone: string): number | null {
  const zone = person.zone ?? clockZone;
  const edges = person.absences.flatMap(({ from, to }) => [instantOf(from, 0, zone), instantOf(to + 1, 0, zone)]);
  const later = edges.filter((edge) => edge > atMs);
  return later.length === 0 ? null : Math.min(...later);
}

/** Why a person cannot be told at an instant; null: can. */
export function hindrance(
  ownerId: string,
  people: People,
  atMs: number,
  clockZone: string,
): "unknown" | "inactive" | "absent" | null {
  const person = people.byId[ownerId];
  if (!person) return "unknown";
  if (!person.isActive) return "inactive";
  return isAbsent(person, atMs, clockZone) ? "absent" : null;
}

/** Not there any more, and not only away: the CRM takes nothing for them. */
export function hasLeft(ownerId: string, people: People, atMs: number, clockZone: string): boolean {
  const why = hindrance(ownerId, people, atMs, clockZone);
  return why === "unknown" || why === "inactive";
}

/** When an absence next changes whether this person can be told, epoch ms; null: never, or not known. */
export function absenceChange(ownerId: string, people: People, atMs: number, clockZone: string): number | null {
  const person = people.byId[ownerId];
  return person?.isActive ? nextAbsenceChange(person, atMs, clockZone) : null;
}

/**
 * The person a rung addresses at an instant, for something that `ownerId` owns (null: nobody). Never empty: where everybody is passed over it is
 * the fallback admin, also one who is away. A manager, head or executive is never the owner himself while there is anybody else.
 */
export function receiverOf(
  who: Who,
  ownerId: string | null,
  client: WhoClient,
  people: People,
  atMs: number,
  clockZone: string,
): Receiver {
  const passed: PassedOver[] = [];
  const seen = new Set<string>();
  for (const candidate of candidates(who, ownerId, client, people)) {
    if (candidate.ownerId === null) {
      passed.push({ ownerId: null, via: candidate.via, why: "unset" });
      continue;
    }
    if (seen.has(candidate.ownerId)) continue;
    seen.add(candidate.ownerId);
    const isOwner = who !== "owner" && candidate.ownerId === ownerId;
    const why = isOwner ? "is_owner" : hindrance(candidate.ownerId, people, atMs, clockZone);
    if (why === null) {
      const changesAt = absenceChange(candidate.ownerId, people, atMs, clockZone);
      return { ownerId: candidate.ownerId, via: candidate.via, passed, changesAt };
    }
    passed.push({ ownerId: candidate.ownerId, via: candidate.via, why });
  }
  const fallback = people.fallbackOwnerId;
  const why = hindrance(fallback, people, atMs, clockZone);
  if (why !== null && !seen.has(fallback)) passed.push({ ownerId: fallback, via: "fallback", why });
  const returns = passed.flatMap((one) =>
    one.why === "absent" ? [absenceChange(one.ownerId!, people, atMs, clockZone) ?? Number.POSITIVE_INFINITY] : [],
  );
  const own = absenceChange(fallback, people, atMs, clockZone) ?? Number.POSITIVE_INFINITY;
  const changesAt = Math.min(own, ...(why === null ? [] : returns));
  return { ownerId: fallback, via: "fallback", passed, changesAt: Number.isFinite(changesAt) ? changesAt : null };
}

/** The zone whose night is a person's night. */
export function zoneOf(ownerId: string, people: People, clockZone: string): string {
  return people.byId[ownerId]?.zone ?? clockZone;
}
