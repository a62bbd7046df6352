/** What the decision knows of a portal, put together from its settings and from what the CRM says about itself. */
import { type Day, makeCalendar, type WorkCalendar } from "./core/calendar/calendar.ts";
import { parseDay } from "./core/calendar/day.ts";
import { dayOf, isZone } from "./core/calendar/zone.ts";
import { scoreConfigsOf } from "./core/client/score-settings.ts";
import type { DecideConfig, OwnerFacts } from "./core/decision.ts";
import type { People, Person } from "./core/escalate/people.ts";
import type { Template } from "./core/plan/template.ts";
import { builtInTemplates } from "./core/plan/templates/index.ts";
import { DEFAULT_SETTINGS, planConfigOf, type Settings, settingsSchema } from "./core/settings.ts";
import { sightDayOn } from "./engine/prune.ts";
import { HISTORY_MS } from "./engine/reconcile.ts";
import type { About } from "./portal-open.ts";
import type { Store } from "./store/store.ts";
import { usageSince } from "./store/usage.ts";

/** Holidays are prepared this far around today, days: a plan and its touchpoints never reach further. */
const CALENDAR_BACK = 500;
const CALENDAR_AHEAD = 1100;

/** Countries by the time zone of their capital, for portals that do not tell their country. */
const COUNTRY_OF_ZONE: Readonly<Record<string, string>> = {
  "Asia/Almaty": "KZ",
  "Asia/Qyzylorda": "KZ",
  "Europe/Kyiv": "UA",
  "Europe/Kiev": "UA",
  "Europe/Bucharest": "RO",
  "Europe/Moscow": "RU",
  "Europe/Chisinau": "MD",
  "Europe/Warsaw": "PL",
  "Europe/Berlin": "DE",
  "Europe/Paris": "FR",
  "Europe/London": "GB",
  "America/New_York": "US",
  "America/Chicago": "US",
  "America/Los_Angeles": "US",
};

/** The settings in force. Each published version is checked once. */
export class PublishedSettings {
  #known: { version: number; settings: Settings } | null = null;

  of(store: Store): Settings {
    const published = store.newestConfig();
    if (!published) return DEFAULT_SETTINGS;
    if (this.#known?.version !== published.version)
      this.#known = { version: published.version, settings: settingsSchema.parse(published.body) };
    return this.#known.settings;
  }
}

export function decideConfig(store: Store, about: About, settings: Settings, canNotify: boolean): DecideConfig {
  const owners = new Map<string, OwnerFacts>(
    about.owners.map((one) => [
      one.id,
      { id: one.id, isActive: one.active, managerId: one.managerId, teamIds: one.teamIds, zone: one.zone },
    ]),
  );
  const fallback = about.owners.find((one) => one.active)?.id ?? "";
  const templates = allTemplates(settings);
  const zone = isZone(about.account.zone) ? about.account.zone : "UTC";
  const countries = countriesOf(about, settings);
  const today = dayOf(about.at, zone);
  const absent = absencesOf(settings);
  const calendars = new Map<string, WorkCalendar>();
  const calendarIn = (where: string, ownerId = ""): WorkCalendar => {
    const away = absent.get(ownerId) ?? [];
    const name = away.length > 0 ? `${where}/${ownerId}` : where;
    const known = calendars.get(name);
    if (known) return known;
    const made = workCalendar(where, countries, today, settings, away);
    calendars.set(name, made);
    return made;
  };
  const version = store.newestConfig()?.version ?? 0;
  return {
    version,
    zone,
    language: settings.language ?? about.account.language,
    owners,
    ownerTable: Object.fromEntries(about.owners.map((one) => [one.id, { isActive: one.active }])),
    calendar: calendarIn(zone),
    calendarOf: (ownerId) => {
      const where = owners.get(ownerId)?.zone ?? null;
      return calendarIn(where !== null && isZone(where) ? where : zone, ownerId);
    },
    scores: scoreConfigsOf(settings.score, version),
    sight: sightOf(store, about, zone),
    brokenSince: brokenSince(store, zone),
    people: peopleOf(about, settings, fallback, absent),
    canNotify,
    plan: planConfigOf(settings, fallback, canNotify),
    templates: new Map(templates.map((one) => [`${one.id}@${one.version}`, one])),
    newest: newestOf(templates),
    liveSince: store.meta.get<number>("installedAt") ?? about.at,
    importedAt: store.meta.get<number>("importedAt"),
    startsFrom: store.meta.get<number>("startsFrom") ?? store.meta.get<number>("installedAt") ?? about.at,
    fields: Object.fromEntries(Object.entries(about.schema.ready).map(([kind, ids]) => [kind, new Set(ids)])),
    settings,
  };
}

/** What came before the first listing reached, or before usage was connected, nobody could see; what is not kept any more neither. */
function sightOf(store: Store, { at }: About, zone: string): DecideConfig["sight"] {
  const installedAt = store.meta.get<number>("installedAt") ?? at;
  const today = dayOf(at, zone);
  const keptDay = sightDayOn(today);
  return {
    recordsDay: Math.max(keptDay, dayOf(installedAt - HISTORY_MS, zone)),
    usageDay: Math.max(keptDay, usageSince(store) ?? today),
  };
}

/** Kinds of records behind the score's sources. A kind that the CRM refuses to show is a broken source, from the day of its finding. */
const SOURCE_OF: Readonly<Record<string, string>> = {
  email: "mail",
  call: "calls",
  meeting: "meetings",
  invoice: "invoices",
  ticket: "tickets",
};

function brokenSince(store: Store, zone: string): Readonly<Record<string, Day>> {
  const broken: Record<string, Day> = {};
  for (const { key, since } of store.findings.open()) {
    const [, kind] = /^part:(?:read|changes)\/(\w+)$/.exec(key) ?? [];
    const source = kind === undefined ? undefined : SOURCE_OF[kind];
    if (source !== undefined) broken[source] = Math.min(broken[source] ?? Number.POSITIVE_INFINITY, dayOf(since, zone));
  }
  return broken;
}

type Absences = ReadonlyMap<string, readonly { from: Day; to: Day }[]>;

function absencesOf(settings: Settings): Absences {
  const days = settings.people.absences.map((one) => ({
    ownerId: one.ownerId,
    from: parseDay(one.from),
    to: parseDay(one.to),
  }));
  return Map.groupBy(days, (one) => one.ownerId);
}

function peopleOf(about: About, settings: Settings, fallback: string, absent: Absences): People {
  const { absences: _absences, ...people } = settings.people;
  const person = (one: About["owners"][number]): Person => ({
    id: one.id,
    isActive: one.active,
    managerId: one.managerId,
    teamIds: one.teamIds,
    zone: one.zone,
    absences: absent.get(one.id) ?? [],
  });
  const byId = Object.fromEntries(about.owners.map((one) => [one.id, person(one)]));
  return { ...people, byId, fallbackOwnerId: settings.plan.fallbackOwnerId || fallback };
}

function allTemplates(settings: Settings): readonly Template[] {
  return [...builtInTemplates(), ...settings.templates];
}

function newestOf(templates: readonly Template[]): ReadonlyMap<string, Template> {
  const newest = new Map<string, Template>();
  for (const one of templates) if ((newest.get(one.id)?.version ?? 0) <= one.version) newest.set(one.id, one);
  return newest;
}

function countriesOf(about: About, settings: Settings): readonly string[] {
  if (settings.calendar.countries.length > 0) return settings.calendar.countries;
  const country = about.account.country ?? COUNTRY_OF_ZONE[about.account.zone];
  return country ? [country] : [];
}

function workCalendar(
  zone: string,
  countries: readonly string[],
  today: Day,
  settings: Settings,
  absences: readonly { from: Day; to: Day }[],
): WorkCalendar {
  const { startMinute, endMinute, extraHolidays, extraWorkdays } = settings.calendar;
  return makeCalendar({
    zone,
    countries,
    startMinute,
    endMinute,
    extraHolidays: extraHolidays.map(parseDay),
    extraWorkdays: extraWorkdays.map(parseDay),
    absences,
    fromDay: today - CALENDAR_BACK,
    toDay: today + CALENDAR_AHEAD,
  });
}
