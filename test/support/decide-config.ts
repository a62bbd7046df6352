/** A portal's configuration and a client's facts for deciding without a world. */
import { makeCalendar } from "../../src/core/calendar/calendar.ts";
import { dayOf } from "../../src/core/calendar/zone.ts";
import { scoreConfigsOf } from "../../src/core/client/score-settings.ts";
import type { ClientFacts, ClientRecord, DecideConfig } from "../../src/core/decision.ts";
import { FIELDS } from "../../src/core/fields.ts";
import type { Facts, RecordKind, RecordRef } from "../../src/core/model.ts";
import { builtInTemplates } from "../../src/core/plan/templates/index.ts";
import { planConfigOf, type Settings, settingsSchema } from "../../src/core/settings.ts";

const OWNERS = ["o1", "o2", "boss"] as const;

/** @param settings what differs from the defaults */
export function decideConfigFor(
  now: number,
  settings: Partial<Settings> = {},
  more: Partial<DecideConfig> = {},
): DecideConfig {
  const zone = more.zone ?? "Europe/Kyiv";
  const published = settingsSchema.parse(settings);
  const today = dayOf(now, zone);
  const calendar = makeCalendar({ zone, countries: ["UA"], fromDay: today - 400, toDay: today + 800 });
  const templates = [...builtInTemplates(), ...published.templates];
  const person = (id: string) => ({
    id,
    isActive: true,
    managerId: id === "boss" ? null : "boss",
    teamIds: [],
    zone: null,
  });
  const ids = new Set(FIELDS.map((field) => field.id));
  return {
    version: 1,
    zone,
    language: "en",
    owners: new Map(OWNERS.map((id) => [id, person(id)])),
    ownerTable: Object.fromEntries(OWNERS.map((id) => [id, { isActive: true }])),
    calendar,
    calendarOf: () => calendar,
    plan: planConfigOf(published, "boss", false),
    templates: new Map(templates.map((one) => [`${one.id}@${one.version}`, one])),
    newest: new Map(templates.map((one) => [one.id, one])),
    scores: scoreConfigsOf(published.score, 1),
    sight: { recordsDay: 0, usageDay: 0 },
    brokenSince: {},
    people: {
      ...published.people,
      byId: Object.fromEntries(OWNERS.map((id) => [id, { ...person(id), absences: [] }])),
      fallbackOwnerId: "boss",
    },
    canNotify: false,
    liveSince: 0,
    importedAt: 0,
    startsFrom: 0,
    fields: { company: ids, deal: ids, contact: ids },
    settings: published,
    ...more,
  };
}

export function record(kind: RecordKind, id: string, facts: Facts, links: readonly RecordRef[] = []): ClientRecord {
  return { ref: { kind, id }, facts, links, gone: false };
}

export function clientFacts(records: readonly ClientRecord[], more: Partial<ClientFacts> = {}): ClientFacts {
  return { records, things: [], survivors: new Map(), usage: {}, ...more };
}
