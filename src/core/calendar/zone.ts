import { civilOfDay, type Day, dayOfCivil } from "./day.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Offsets are sampled this often; two changes closer together than this would be missed (Ramadan in Morocco is a month apart). */
const SAMPLE_MS = 7 * DAY_MS;

/** The offset changes that fall into one UTC year, and the offset that year begins with. Offsets are local minus UTC, in ms. */
interface ZoneYear {
  readonly startOffsetMs: number;
  readonly changes: readonly { readonly atMs: number; readonly offsetMs: number }[];
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly years: Map<number, ZoneYear>;
}

const zones = new Map<string, Zone>();

function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const zone: Zone = { format, years: new Map() };
  zones.set(name, zone);
  return zone;
}

function measureOffsetMs(zone: Zone, instantMs: number): number {
  const wholeSecondMs = Math.floor(instantMs / 1000) * 1000;
  const part: Record<string, string> = {};
  for (const { type, value } of zone.format.formatToParts(wholeSecondMs)) part[type] = value;
  const year = part.era?.startsWith("B") ? 1 - Number(part.year) : Number(part.year);
  const day = dayOfCivil(year, Number(part.month), Number(part.day));
  const secondOfDay = Number(part.hour) * 3600 + Number(part.minute) * 60 + Number(part.second);
  return day * DAY_MS + secondOfDay * 1000 - wholeSecondMs;
}

/** The first second in (lowMs, highMs] at which the offset is no longer `lowOffsetMs`. */
function findChangeMs(zone: Zone, lowMs: number, highMs: number, lowOffsetMs: number): number {
  let low = lowMs;
  let high = highMs;
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (measureOffsetMs(zone, middle) === lowOffsetMs) low = middle;
    else high = middle;
  }
  return high;
}

function surveyYear(zone: Zone, year: number): ZoneYear {
  const startMs = dayOfCivil(year, 1, 1) * DAY_MS;
  const endMs = dayOfCivil(year + 1, 1, 1) * DAY_MS;
  const startOffsetMs = measureOffsetMs(zone, startMs);
  const changes: { atMs: number; offsetMs: number }[] = [];
  let lastMs = startMs;
  let offsetMs = startOffsetMs;
  while (lastMs < endMs) {
    const nextMs = Math.min(lastMs + SAMPLE_MS, endMs);
    const nextOffsetMs = measureOffsetMs(zone, nextMs);
    if (nextOffsetMs !== offsetMs) {
      changes.push({ atMs: findChangeMs(zone, lastMs, nextMs, offsetMs), offsetMs: nextOffsetMs });
      offsetMs = nextOffsetMs;
    }
    lastMs = nextMs;
  }
  return { startOffsetMs, changes };
}

/** True where `name` is a time zone the runtime knows, such as "Asia/Almaty". */
export function isZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Local time minus UTC in ms at an instant. Throws RangeError for an unknown zone. Offset changes are found once per zone and year, then cached. */
export function zoneOffsetMs(instantMs: number, zoneName: string): number {
  const zone = zoneOf(zoneName);
  const year = civilOfDay(Math.floor(instantMs / DAY_MS)).year;
  let survey = zone.years.get(year);
  if (!survey) {
    survey = surveyYear(zone, year);
    zone.years.set(year, survey);
  }
  let offsetMs = survey.startOffsetMs;
  for (const change of survey.changes) {
    if (instantMs < change.atMs) break;
    offsetMs = change.offsetMs;
  }
  return offsetMs;
}

/** The local calendar day on which an instant falls. */
export function dayOf(instantMs: number, zoneName: string): Day {
  return Math.floor((instantMs + zoneOffsetMs(instantMs, zoneName)) / DAY_MS);
}

/** The local wall-clock minute of an instant, 0–1439. */
export function minuteOfDay(instantMs: number, zoneName: string): number {
  const localMs = instantMs + zoneOffsetMs(instantMs, zoneName);
  return Math.floor((localMs - Math.floor(localMs / DAY_MS) * DAY_MS) / MINUTE_MS);
}

/**
 * The instant of a wall-clock minute on a local day. A time that the clocks skip is moved on by the length of the gap; of a time that
 * comes twice the first is meant (the rule that Temporal calls "compatible"). `minute` may lie outside 0–1439 and then counts from local midnight.
 */
export function instantOf(day: Day, minute: number, zoneName: string): number {
  const localMs = day * DAY_MS + minute * MINUTE_MS;
  const beforeMs = zoneOffsetMs(localMs - DAY_MS, zoneName);
  const afterMs = zoneOffsetMs(localMs + DAY_MS, zoneName);
  if (beforeMs === afterMs) return localMs - beforeMs;
  if (zoneOffsetMs(localMs - beforeMs, zoneName) === beforeMs) return localMs - beforeMs;
  if (zoneOffsetMs(localMs - afterMs, zoneName) === afterMs) return localMs - afterMs;
  return localMs - beforeMs;
}
