/** What the decision knows of a portal, put together from its settings and from what the CRM says about itself. */
import { type Day, makeCalendar, type WorkCalendar } from "./core/calendar/calendar.ts";
import { parseDay } from "./core/calendar/day.ts";
import { dayOf, isZone } from "./core/calendar/zone.ts";
import type { DecideConfig, OwnerFacts } from "./core/decide.ts";
import type { Template } from "./core/plan/template.ts";
import { builtInTemplates } from "./core/plan/templates/index.ts";
import { planConfigOf, type Settings } from "./core/settings.ts";
import type { About } from "./portal.ts";
import type { Store } from "./store/store.ts";

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

export function decideConfig(store: Store, about: About, settings: Settings): DecideConfig {
  const owners = new Map<string, OwnerFacts>(
    about.owners.map((one) => [one.id, { id: one.id, isActive: one.active, managerId: one.managerId, teamIds: one.teamIds, zone: one.zone }]),
  );
  const fallback = about.owners.find((one) => one.active)?.id ?? "";
  const templates = allTemplates(settings);
  const zone = isZone(about.account.zone) ? about.account.zone : "UTC";
  const countries = countriesOf(about, settings);
  const today = dayOf(about.at, zone);
  const calendars = new Map<string, WorkCalendar>();
  const calendarIn = (where: string): WorkCalendar => {
    let calendar = calendars.get(where);
    if (!calendar) calendars.set(where, (calendar = workCalendar(where, countries, today, settings)));
    return calendar;
  };
  return {
    version: store.newestConfig()?.version ?? 0,
    zone,
    language: settings.language ?? about.account.language,
    owners,
    ownerTable: Object.fromEntries(about.owners.map((one) => [one.id, { isActive: one.active }])),
    calendar: calendarIn(zone),
    calendarOf: (ownerId) => {
      const where = owners.get(ownerId)?.zone ?? null;
      return calendarIn(where !== null && isZone(where) ? where : zone);
    },
    plan: planConfigOf(settings, fallback),
    templates: new Map(templates.map((one) => [`${one.id}@${one.version}`, one])),
    newest: newestOf(templates),
    startsFrom: store.meta.get<number>("startsFrom") ?? store.meta.get<number>("installedAt") ?? about.at,
    fields: Object.fromEntries(Object.entries(about.schema.ready).map(([kind, ids]) => [kind, new Set(ids)])),
    settings,
  };
}

export function allTemplates(settings: Settings): readonly Template[] {
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

function workCalendar(zone: string, countries: readonly string[], today: Day, settings: Settings): WorkCalendar {
  const { startMinute, endMinute, extraHolidays, extraWorkdays } = settings.calendar;
  return makeCalendar({
    zone,
    countries,
    startMinute,
    endMinute,
    extraHolidays: extraHolidays.map(parseDay),
    extraWorkdays: extraWorkdays.map(parseDay),
    fromDay: today - CALENDAR_BACK,
    toDay: today + CALENDAR_AHEAD,
  });
}
