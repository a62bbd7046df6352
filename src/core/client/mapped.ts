/**
 * CRM properties that an admin mapped to signals. Tickets and deals have a date of their own, so their values are events; a company's or a
 * contact's value is only what it is now, so what is seen of it is kept: a total by its growth, a measure once a week and when it changes.
 */
import { dayOf } from "../calendar/zone.ts";
import type { ClientFacts, ClientRecord } from "../decision.ts";
import { type FactValue, refKey } from "../model.ts";
import { isSameValue, orderOf } from "../same-value.ts";
import type { ReportedFact } from "../score/input.ts";
import { firstDayOf, weekOf } from "../signal/week.ts";
import { ANCHOR_DAY, type Observation } from "./observe.ts";
import { number, recordsOf } from "./plan-facts.ts";
import type { MappedSignal } from "./score-settings.ts";
import {
  addSample,
  eachSample,
  newestSamples,
  openSeen,
  packSeen,
  type SeenBefore,
  type SeenProperty,
  type SeenText,
} from "./seen.ts";

export interface Watched {
  seen: SeenText;
  observations: readonly Observation[];
  /** by signal: the day from which its source shows this client */
  fromDays: Readonly<Record<string, number>>;
  facts: readonly ReportedFact[];
  /** the day of the next sample; null where none is taken by the week */
  untilDay: number | null;
}

/** Samples kept per property: about six years of weekly ones. */
const KEPT = 320;
/** A measure below this is taken for it: its logarithm has to exist. */
const SMALLEST = 0.1;

export function watchMapped(
  before: SeenText | SeenBefore | undefined,
  facts: ClientFacts,
  signals: readonly MappedSignal[],
  zone: string,
  fromDay: number,
  today: number,
): Watched {
  const known = openSeen(before);
  const seen = new Map<string, SeenProperty>();
  const observations: Observation[] = [];
  const fromDays: Record<string, number> = {};
  const reported: ReportedFact[] = [];
  let untilDay: number | null = null;
  const since = (signal: string, day: number): void => {
    fromDays[signal] = Math.min(fromDays[signal] ?? day, day);
  };
  for (const signal of signals) {
    for (const record of recordsOf(facts, signal.on)) {
      const value = record.facts[`x.${signal.property}`];
      if (value === undefined || value === null) continue;
      const dated = dayOfRecord(record, zone);
      if (signal.as !== "fact" && dated !== null) {
        since(signal.id, Math.min(fromDay, dated));
        observations.push(...eventOf(signal, value, dated));
        continue;
      }
      const key = `${signal.id}/${refKey(record.ref)}`;
      const now = look(known.get(key), signal, value, today);
      seen.set(key, now);
      if (signal.as === "fact") {
        if (now.matchedDay !== null) reported.push(factOf(signal, record, now.matchedDay));
        continue;
      }
      since(signal.id, now.fromDay);
      if (signal.as !== "count") untilDay = firstDayOf(now.week + 1, ANCHOR_DAY);
      eachSample(now.days, (day, cases, sum) => observations.push({ signal: signal.id, day, cases, sum }));
    }
  }
  return { seen: packSeen(seen), observations, fromDays, facts: reported, untilDay };
}

function factOf(signal: MappedSignal, record: ClientRecord, day: number): ReportedFact {
  return { recordId: refKey(record.ref), code: signal.id, day, nats: signal.nats };
}

/** The day that a record of its own kind is about; null for what only has a present. */
function dayOfRecord({ ref, facts }: ClientRecord, zone: string): number | null {
  const at =
    ref.kind === "ticket"
      ? number(facts.openedAt)
      : ref.kind === "deal"
        ? (number(facts.wonAt) ?? number(facts.createdAt))
        : null;
  return at === null ? null : dayOf(at, zone);
}

function eventOf(signal: MappedSignal, value: FactValue, day: number): Observation[] {
  const isMatch = matches(signal, value);
  if (signal.as === "count") return isMatch ? [{ signal: signal.id, day, cases: 1, sum: 0 }] : [];
  if (signal.as === "share") return [{ signal: signal.id, day, cases: 1, sum: isMatch ? 1 : 0 }];
  const measure = number(value);
  return measure === null ? [] : [{ signal: signal.id, day, cases: 1, sum: Math.log(Math.max(SMALLEST, measure)) }];
}

/** What the property shows today, beside what it showed before. Looked at again on the same day, nothing is added. */
function look(before: SeenProperty | undefined, signal: MappedSignal, value: FactValue, today: number): SeenProperty {
  const week = weekOf(today, ANCHOR_DAY);
  const isMatch = matches(signal, value);
  const matchedDay = isMatch ? (before?.matchedDay ?? today) : null;
  const fromDay = before?.fromDay ?? today;
  const said = JSON.stringify(value);
  const isSame = before?.said === said;
  const grown = before && !isSame ? (number(value) ?? 0) - (number(JSON.parse(before.said)) ?? 0) : 0;
  const isNews = before?.week !== week || !isSame;
  const added =
    signal.as === "count"
      ? grown > 0
        ? ([today, grown, 0] as const)
        : null
      : isNews && signal.as !== "fact"
        ? sampleOf(signal, value, today)
        : null;
  const known = before?.days ?? "";
  const days = added ? newestSamples(addSample(known, ...added), KEPT) : known;
  return { said, fromDay, matchedDay, week, days };
}

function sampleOf(signal: MappedSignal, value: FactValue, day: number): readonly [number, number, number] | null {
  const [event] = eventOf(signal, value, day);
  return event ? [event.day, event.cases, event.sum] : null;
}

function matches({ match, as }: MappedSignal, value: FactValue): boolean {
  const { below, above, equals } = match;
  if (equals !== undefined && !isSameValue(value, equals)) return false;
  if (below !== undefined && orderOf(value, below) !== -1) return false;
  if (above !== undefined && orderOf(value, above) !== 1) return false;
  const isAsked = equals !== undefined || below !== undefined || above !== undefined;
  // A share or a fact of a yes-or-no property is about its yes.
  return isAsked || as === "count" || as === "mean" ? true : value !== false && value !== 0 && value !== "";
}
