/** The settings that are lists: who joins, roles, segments and signals of the score, channels, events, calls. Paths are those of `core/settings.ts`. */
import { CHANNEL_EVENTS, CHANNEL_KINDS } from "../../core/channel/settings.ts";
import { WHO } from "../../core/escalate/ladder.ts";
import { LANGUAGES } from "../../core/model.ts";
import { DEFAULT_SIGNALS, GROUPS } from "../../core/signal/definition.ts";
import type { EntryList } from "./entries.ts";
import type { Field } from "./field.ts";

const CLASSES = ["A", "B", "C"] as const;

/** Groups of the score, under words that both the portal's and a segment's fields use. */
function groupFields(prefix: string): Field[] {
  return GROUPS.flatMap((group): Field[] => [
    {
      path: `${prefix}groups.${group}.weight`,
      label: `score.groups.${group}.weight`,
      kind: "number",
      min: 0,
      max: 5,
    },
    { path: `${prefix}groups.${group}.cap`, label: `score.groups.${group}.cap`, kind: "number", min: 0, max: 100 },
  ]);
}

export const WHO_RULES: EntryList = {
  path: "people.rules",
  key: "ownerId",
  fields: [
    { path: "who", kind: "choice", options: WHO, optionWords: "who." },
    { path: "ownerId", kind: "owner" },
    { path: "class", kind: "choice", options: CLASSES, isOptional: true },
    { path: "segment", kind: "text", max: 100 },
    { path: "region", kind: "text", max: 100 },
  ],
};

export const ANSWERS: EntryList = {
  path: "questions.answers",
  key: "topic",
  fields: [
    { path: "topic", kind: "text", max: 60 },
    { path: "language", kind: "choice", options: LANGUAGES, optionWords: "language=", isOptional: true },
    { path: "asked", kind: "lines", of: "sentence" },
    { path: "answer", kind: "text", max: 2000, isLong: true },
  ],
};

export const ROLES: EntryList = {
  path: "plan.roles",
  key: "name",
  record: {},
  fields: [
    { path: "name", kind: "text", max: 40 },
    { path: "pick", kind: "choice", options: ["first", "round_robin"] },
    { path: "ownerIds", kind: "owners" },
  ],
};

export const TEAM_MANAGERS: EntryList = {
  path: "people.managerOfTeam",
  key: "team",
  record: { plain: "ownerId" },
  fields: [
    { path: "team", kind: "text", max: 40 },
    { path: "ownerId", kind: "owner" },
  ],
};

export const SEGMENTS: EntryList = {
  path: "score.segments",
  key: "name",
  fields: [
    { path: "name", kind: "text", max: 40 },
    { path: "classes", kind: "many", options: CLASSES },
    { path: "templates", kind: "templates" },
    { path: "zones.yellow", label: "score.zones.yellow", kind: "number", min: 1, max: 100 },
    { path: "zones.red", label: "score.zones.red", kind: "number", min: 1, max: 100 },
    { path: "zones.deadBand", label: "score.zones.deadBand", kind: "number", min: 0, max: 25 },
    { path: "zones.holdDays", label: "score.zones.holdDays", kind: "number", min: 0, max: 90 },
    { path: "learningDays", label: "score.learningDays", kind: "number", min: 0, max: 365 },
    ...groupFields(""),
  ],
};

export const SIGNAL_CHANGES: EntryList = {
  path: "score.signals",
  key: "id",
  record: {},
  fields: [
    {
      path: "id",
      kind: "choice",
      options: DEFAULT_SIGNALS.map((one) => one.id),
      optionWords: "signal.",
      isOptional: true,
    },
    { path: "isOff", kind: "bool" },
    { path: "showChance", kind: "number", min: 0, max: 1 },
    { path: "turned", kind: "number", min: -1000, max: 1000 },
    { path: "weekNats", kind: "number", min: 0, max: 10 },
  ],
};

export const MAPPED_SIGNALS: EntryList = {
  path: "score.mapped",
  key: "id",
  fields: [
    { path: "id", kind: "text", max: 40 },
    { path: "on", kind: "choice", options: ["company", "contact", "deal", "ticket"], optionWords: "on." },
    { path: "property", kind: "text", max: 100 },
    { path: "as", kind: "choice", options: ["count", "mean", "share", "fact"] },
    { path: "match.below", kind: "number", min: -1e12, max: 1e12 },
    { path: "match.above", kind: "number", min: -1e12, max: 1e12 },
    { path: "match.equals", kind: "value" },
    { path: "group", kind: "choice", options: GROUPS },
    { path: "layer", kind: "number", min: 1, max: 4, usual: 1 },
    { path: "showChance", label: "score.signals.*.showChance", kind: "number", min: 0, max: 1, usual: 0.4 },
    { path: "turned", label: "score.signals.*.turned", kind: "number", min: -1000, max: 1000 },
    { path: "weekNats", label: "score.signals.*.weekNats", kind: "number", min: 0, max: 10, usual: 2.5 },
    { path: "nats", kind: "number", min: 0, max: 6, usual: 2 },
  ],
};

export const CHANNELS: EntryList = {
  path: "channels.webhooks",
  key: "id",
  fields: [
    { path: "id", kind: "text", max: 40 },
    { path: "kind", kind: "choice", options: CHANNEL_KINDS },
    { path: "url", kind: "secret", max: 2000 },
    { path: "chat", kind: "text", max: 100 },
    { path: "events", kind: "many", options: CHANNEL_EVENTS },
    { path: "includeNames", kind: "bool" },
  ],
};

export const USAGE_EVENTS: EntryList = {
  path: "usage.events",
  key: "event",
  record: { plain: "signal" },
  fields: [
    { path: "event", kind: "text", max: 200 },
    { path: "signal", kind: "text", max: 40 },
  ],
};

export const CALL_ACTIONS: EntryList = {
  path: "calls.actions",
  key: "action",
  record: {},
  fields: [
    { path: "action", kind: "text", max: 40 },
    { path: "url", kind: "text", max: 500 },
    { path: "isOff", kind: "bool" },
  ],
};
