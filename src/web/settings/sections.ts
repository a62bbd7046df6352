/** The settings by section, in the order of the set-up. Paths are those of `core/settings.ts`. */

import { DEFAULT_PLAYS } from "../../core/play/default-plays.ts";
import { DEFAULT_SCORE_CONFIG } from "../../core/score/config.ts";
import { GROUPS } from "../../core/signal/definition.ts";
import { SIGNS } from "../../core/signal/signs.ts";
import type { EntryList } from "./entries.ts";
import type { Field } from "./field.ts";
import {
  ANSWERS,
  CALL_ACTIONS,
  CHANNELS,
  MAPPED_SIGNALS,
  ROLES,
  SEGMENTS,
  SIGNAL_CHANGES,
  TEAM_MANAGERS,
  USAGE_EVENTS,
  WHO_RULES,
} from "./lists.ts";

const ZONES = DEFAULT_SCORE_CONFIG.zones;

/** The numbers of the score with what they may be, as `core/client/score-settings.ts` has them. */
const SCORE_NUMBERS = [
  ["base", 1, 100],
  ["pointsPerNat", 1, 20],
  ["credit", 0, 50],
  ["chainNats", 0, 6],
  ["ceilingNats", 1, 12],
  ["farRenewalShift", -50, 0],
  ["criticalShift", 0, 25],
  ["redConfidence", 0, 1],
  ["horizonDays", 14, 365],
  ["learningDays", 0, 365],
  ["factHalfLifeDays", 7, 730],
] as const;

const SECTION_IDS = [
  "start",
  "people",
  "calendar",
  "signs",
  "score",
  "plays",
  "ladders",
  "channels",
  "messages",
  "usage",
  "outside",
  "questions",
  "kpi",
  "fields",
] as const;
export type SectionId = (typeof SECTION_IDS)[number];

/** What only a table of rows can show; each has an editor of its own. */
export type RowsId =
  | "templateRules"
  | "managers"
  | "ladders"
  | "absences"
  | "signs"
  | "trigger"
  | "targets"
  | "textModel";

export interface Section {
  id: SectionId;
  fields: readonly Field[];
  rows: readonly RowsId[];
  lists?: readonly EntryList[];
}

export const SECTIONS: readonly Section[] = [
  {
    id: "start",
    rows: ["trigger", "templateRules"],
    fields: [
      { path: "defaultTemplate", kind: "template" },
      { path: "headcountProperty", kind: "text", max: 100, isOptional: true },
      { path: "language", kind: "choice", options: ["en", "ru", "uk", "ro"], isOptional: true },
      { path: "plan.onSecondDeal", kind: "choice", options: ["new_cycle", "same_plan"] },
      { path: "plan.onReopened", kind: "choice", options: ["pause", "close", "ignore"] },
      { path: "plan.onLost", kind: "choice", options: ["close", "pause", "ignore"] },
      { path: "plan.followDealDate", kind: "bool" },
      { path: "plan.createAheadDays", kind: "int", min: 0, max: 365, isOptional: true },
      { path: "plan.dueMinute", kind: "minute", isOptional: true },
      { path: "plan.touchpointAheadDays", kind: "int", min: 0, max: 120 },
      { path: "plan.meetingMissingDays", kind: "int", min: 0, max: 30 },
      { path: "flood.plansPerHour", kind: "int", min: 1, max: 100_000 },
      { path: "flood.timesBusiest", kind: "int", min: 1, max: 1_000 },
    ],
  },
  {
    id: "people",
    rows: ["managers", "absences"],
    fields: [
      { path: "plan.fallbackOwnerId", kind: "owner" },
      { path: "people.headIds", kind: "owners" },
      { path: "people.executiveIds", kind: "owners" },
      { path: "people.segmentProperty", kind: "text", max: 100 },
      { path: "people.regionProperty", kind: "text", max: 100 },
    ],
    lists: [ROLES, WHO_RULES, TEAM_MANAGERS],
  },
  {
    id: "calendar",
    rows: [],
    fields: [
      { path: "calendar.countries", kind: "lines", of: "country" },
      { path: "calendar.startMinute", kind: "minute" },
      { path: "calendar.endMinute", kind: "minute" },
      { path: "calendar.extraHolidays", kind: "lines", of: "day" },
      { path: "calendar.extraWorkdays", kind: "lines", of: "day" },
    ],
  },
  { id: "signs", rows: ["signs", "textModel"], fields: [{ path: "texts.consent", kind: "bool" }] },
  {
    id: "score",
    rows: [],
    fields: [
      { path: "score.zones.yellow", kind: "number", min: 1, max: 100, usual: ZONES.yellow },
      { path: "score.zones.red", kind: "number", min: 1, max: 100, usual: ZONES.red },
      { path: "score.zones.deadBand", kind: "number", min: 0, max: 25, usual: ZONES.deadBand },
      { path: "score.zones.holdDays", kind: "number", min: 0, max: 90, usual: ZONES.holdDays },
      ...GROUPS.flatMap((group): Field[] => [
        {
          path: `score.groups.${group}.weight`,
          kind: "number",
          min: 0,
          max: 5,
          usual: DEFAULT_SCORE_CONFIG.groups[group].weight,
        },
        {
          path: `score.groups.${group}.cap`,
          kind: "number",
          min: 0,
          max: 100,
          usual: DEFAULT_SCORE_CONFIG.groups[group].cap,
        },
      ]),
      ...SCORE_NUMBERS.map(
        ([name, min, max]): Field => ({
          path: `score.${name}`,
          kind: "number",
          min,
          max,
          usual: DEFAULT_SCORE_CONFIG[name],
        }),
      ),
      { path: "score.renewals.types", kind: "lines", of: "word" },
      { path: "score.renewals.pipelines", kind: "lines", of: "word" },
    ],
    lists: [SEGMENTS, SIGNAL_CHANGES, MAPPED_SIGNALS],
  },
  {
    id: "plays",
    rows: [],
    fields: [{ path: "playsOff", kind: "many", options: DEFAULT_PLAYS.map((play) => play.id) }],
  },
  {
    id: "ladders",
    rows: ["ladders"],
    fields: [
      { path: "ladders.pace.vip", kind: "int", min: 10, max: 100 },
      { path: "ladders.pace.A", kind: "int", min: 10, max: 100 },
      { path: "ladders.pace.B", kind: "int", min: 10, max: 100 },
      { path: "ladders.pace.C", kind: "int", min: 10, max: 100 },
      { path: "ladders.quietHours.fromMinute", kind: "minute" },
      { path: "ladders.quietHours.toMinute", kind: "minute" },
      { path: "digest.escalationsPerDay", kind: "int", min: 0, max: 100 },
      { path: "digest.remindersPerDay", kind: "int", min: 0, max: 100 },
      { path: "digest.digestMinute", kind: "minute" },
    ],
  },
  {
    id: "channels",
    rows: [],
    fields: [],
    lists: [CHANNELS],
  },
  {
    id: "messages",
    rows: [],
    fields: [
      { path: "plan.channels.email", kind: "choice", options: ["task", "send", "crm", "off"] },
      { path: "plan.channels.sms", kind: "choice", options: ["off", "task", "send", "crm"] },
      { path: "plan.channels.push", kind: "choice", options: ["off", "task", "send"] },
      { path: "plan.maxMessagesPerWeek", kind: "int", min: 0, max: 50 },
      { path: "plan.quietHours.fromMinute", kind: "minute" },
      { path: "plan.quietHours.toMinute", kind: "minute" },
      { path: "plan.isWorkdaysOnly", kind: "bool" },
      { path: "plan.maxMessageLateDays", kind: "int", min: 0, max: 60 },
      { path: "messages.fromName", kind: "text", max: 200 },
      { path: "messages.fromAddress", kind: "text", max: 200, isOptional: true },
      { path: "messages.replyTo", kind: "text", max: 200, isOptional: true },
      { path: "messages.sequences", kind: "pairs" },
      { path: "messages.smsProcess", kind: "text", max: 20, isOptional: true },
      { path: "messages.portalName", kind: "text", max: 200 },
      { path: "messages.emergency", kind: "text", max: 200 },
      { path: "messages.signature", kind: "text", max: 2000, isLong: true },
      { path: "messages.formLink", kind: "text", max: 500, isOptional: true },
      { path: "messages.bookingLink", kind: "text", max: 500, isOptional: true },
      { path: "messages.trainingLink", kind: "text", max: 500, isOptional: true },
      { path: "messages.languageProperty", kind: "text", max: 100, isOptional: true },
    ],
  },
  {
    id: "usage",
    rows: [],
    fields: [
      { path: "usage.clientProperty", kind: "text", max: 100, isOptional: true },
      { path: "usage.core", kind: "lines", of: "word" },
      { path: "usage.firstValue", kind: "lines", of: "word" },
    ],
    lists: [USAGE_EVENTS],
  },
  {
    id: "outside",
    rows: [],
    fields: [
      { path: "pages.plan", kind: "bool" },
      { path: "pages.surveys", kind: "bool" },
      { path: "pages.lifeDays", kind: "int", min: 1, max: 730 },
      { path: "calls.url", kind: "text", max: 500, isOptional: true },
      { path: "calls.includeContact", kind: "bool" },
      { path: "form.property", kind: "text", max: 100, isOptional: true },
      { path: "form.value", kind: "text", max: 100, isOptional: true },
    ],
    lists: [CALL_ACTIONS],
  },
  {
    id: "questions",
    rows: [],
    fields: [
      { path: "questions.isOn", kind: "bool" },
      { path: "questions.answererId", kind: "owner" },
      { path: "questions.answerDays", kind: "int", min: 0, max: 10 },
      { path: "questions.inChats", kind: "bool" },
      { path: "questions.byModel", kind: "bool" },
    ],
    lists: [ANSWERS],
  },
  {
    id: "kpi",
    rows: ["targets"],
    fields: [
      { path: "kpi.baselineTtfvDays", kind: "int", min: 1, max: 730, isOptional: true },
      { path: "kpi.smallSample", kind: "int", min: 1, max: 1000 },
      { path: "kpi.day30.fromDay", kind: "int", min: 0, max: 365 },
      { path: "kpi.day30.toDay", kind: "int", min: 0, max: 365 },
      { path: "kpi.trendDays", kind: "int", min: 7, max: 730 },
      { path: "kpi.trendRise", kind: "int", min: 1, max: 1000 },
      { path: "kpi.trendSample", kind: "int", min: 1, max: 1000 },
      { path: "kpi.reviewSent", kind: "int", min: 1, max: 1000 },
    ],
  },
  {
    id: "fields",
    rows: [],
    fields: [
      { path: "mapped.deal", kind: "lines", of: "word" },
      { path: "mapped.company", kind: "lines", of: "word" },
      { path: "mapped.contact", kind: "lines", of: "word" },
      { path: "mapped.ticket", kind: "lines", of: "word" },
    ],
  },
];

/** The steps of the first set-up: what a team has to look at before it goes live; everything else has a sensible default. */
export const WIZARD: readonly SectionId[] = ["start", "people", "calendar", "signs"];

export function sectionOf(id: string | undefined): Section | null {
  return SECTIONS.find((section) => section.id === id) ?? null;
}

/** Signs whose threshold may be changed. */
export const EDITABLE_SIGNS = SIGNS.filter((sign) => sign.editable);
