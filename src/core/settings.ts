/** The published configuration of a portal: one document, versioned, compared, rolled back. Everything has a default. */
import { z } from "zod";
import { channelSettings } from "./channel/settings.ts";
import { scoreSettings } from "./client/score-settings.ts";
import { digestConfigSchema } from "./escalate/digest.ts";
import { ladderConfigSchema, reminderDaysOf } from "./escalate/ladder.ts";
import { kpiConfigSchema } from "./kpi/measure.ts";
import { LANGUAGES } from "./model.ts";
import { callSettings, formSettings, messageSettings, pageSettings } from "./outside/settings.ts";
import { DEFAULT_RULES } from "./plan/choose.ts";
import { DEFAULT_PLAN_CONFIG } from "./plan/config.ts";
import { condition, templateSchema } from "./plan/template.ts";
import { CHANNEL_MODES, type PlanConfig } from "./plan/types.ts";
import { ours } from "./problem.ts";
import { questionSettings } from "./question/settings.ts";
import { signsWith } from "./signal/signs.ts";
import { usageSettings } from "./usage/settings.ts";

const minute = z.int().min(0).max(1440);

const calendarSettings = z.strictObject({
  /** ISO country codes whose public holidays are days off; empty = the portal's own country */
  countries: z.array(z.string().length(2)).max(10).default([]),
  startMinute: minute.default(540),
  endMinute: minute.default(1080),
  /** further days off and moved working days, as `YYYY-MM-DD` */
  extraHolidays: z.array(z.iso.date()).max(400).default([]),
  extraWorkdays: z.array(z.iso.date()).max(400).default([]),
});

const role = z.strictObject({ ownerIds: z.array(z.string()).max(100), pick: z.enum(["first", "round_robin"]) });

const planSettings = z.strictObject({
  createAheadDays: z.int().min(0).max(365).nullable().default(DEFAULT_PLAN_CONFIG.createAheadDays),
  dueMinute: minute.nullable().default(DEFAULT_PLAN_CONFIG.dueMinute),
  /** owns what nobody else can own; empty = the first active owner */
  fallbackOwnerId: z.string().default(""),
  roles: z.record(z.string(), role).default({}),
  onReopened: z.enum(["pause", "close", "ignore"]).default(DEFAULT_PLAN_CONFIG.onReopened),
  onLost: z.enum(["pause", "close", "ignore"]).default(DEFAULT_PLAN_CONFIG.onLost),
  followDealDate: z.boolean().default(true),
  onSecondDeal: z.enum(["same_plan", "new_cycle"]).default("new_cycle"),
  channels: z
    .strictObject({
      email: z.enum(CHANNEL_MODES),
      sms: z.enum(CHANNEL_MODES),
      push: z.enum(CHANNEL_MODES),
    })
    .default({ ...DEFAULT_PLAN_CONFIG.channels }),
  maxMessagesPerWeek: z.int().min(0).max(50).default(DEFAULT_PLAN_CONFIG.maxMessagesPerWeek),
  quietHours: z.strictObject({ fromMinute: minute, toMinute: minute }).default(DEFAULT_PLAN_CONFIG.quietHours),
  isWorkdaysOnly: z.boolean().default(DEFAULT_PLAN_CONFIG.isWorkdaysOnly),
  maxMessageLateDays: z.int().min(0).max(60).default(DEFAULT_PLAN_CONFIG.maxMessageLateDays),
  touchpointAheadDays: z.int().min(0).max(120).default(DEFAULT_PLAN_CONFIG.touchpointAheadDays),
  meetingMissingDays: z.int().min(0).max(30).default(DEFAULT_PLAN_CONFIG.meetingMissingDays),
});

const templateRule = z.strictObject({
  name: z.string().min(1).max(120),
  when: condition.optional(),
  templateId: z.string(),
  lengthDays: z.int().min(1).max(730).optional(),
  options: z.array(z.string()).max(20).optional(),
});

const whoRule = z.strictObject({
  who: z.enum(["owner", "manager", "head", "executive"]),
  class: z.enum(["A", "B", "C"]).optional(),
  segment: z.string().optional(),
  region: z.string().optional(),
  ownerId: z.string(),
});

/** Who is who, where the CRM's own structure does not say. */
const peopleSettings = z.strictObject({
  rules: z.array(whoRule).max(100).default([]),
  /** properties of the client in which the rules' segment and region stand */
  segmentProperty: z.string().min(1).max(100).default("segment"),
  regionProperty: z.string().min(1).max(100).default("region"),
  managerOf: z.record(z.string(), z.string()).default({}),
  managerOfTeam: z.record(z.string(), z.string()).default({}),
  headIds: z.array(z.string()).max(20).default([]),
  executiveIds: z.array(z.string()).max(20).default([]),
  absences: z
    .array(z.strictObject({ ownerId: z.string(), from: z.iso.date(), to: z.iso.date() }))
    .max(1000)
    .default([]),
});

function areSigns(thresholds: Readonly<Record<string, number>>): boolean {
  try {
    return signsWith(thresholds).length > 0;
  } catch {
    return false;
  }
}

/** What starts a plan: a won deal, a lifecycle stage of the client, or a value of one of its properties. */
const trigger = z.discriminatedUnion("on", [
  z.strictObject({ on: z.literal("deal_won"), firstDealOnly: z.boolean().default(false) }),
  z.strictObject({ on: z.literal("lifecycle"), value: z.string().min(1) }),
  z.strictObject({
    on: z.literal("property"),
    name: z.string().min(1),
    value: z.union([z.string(), z.number(), z.boolean()]),
  }),
]);

/** An OpenAI-compatible model that reads letters better than our word lists do. Its key is kept sealed. */
const textModel = z.strictObject({
  /** up to `/chat/completions`, which is not part of it */
  url: z.url({ protocol: /^https?$/ }).max(500),
  name: z.string().min(1).max(120),
  key: z.string().min(1).max(2_000),
});

/** Above both of these a portal's new plans are held until a person lets them pass. */
const floodSettings = z.strictObject({
  /** plans per hour that are never a flood: a large team's bulk edit. A smaller number stops honest work, a larger one makes a bigger mess */
  plansPerHour: z.int().min(1).max(100_000).default(500),
  /** how many times its busiest hour so far a portal may start plans in an hour */
  timesBusiest: z.int().min(1).max(1_000).default(10),
});

export const settingsSchema = z.strictObject({
  triggers: z
    .array(trigger)
    .min(1)
    .max(10)
    .default([{ on: "deal_won", firstDealOnly: false }]),
  /** texts are written in this language; null = the portal's own */
  language: z.enum(LANGUAGES).nullable().default(null),
  calendar: calendarSettings.prefault({}),
  plan: planSettings.prefault({}),
  /** the portal's own templates, beside the built-in ones; the same id with a higher version replaces a built-in one for new plans */
  templates: z.array(templateSchema).max(100).default([]),
  /** which template a new client gets: the first rule that holds */
  templateRules: z
    .array(templateRule)
    .max(50)
    .default(DEFAULT_RULES.map((rule) => ({ ...rule, options: [...(rule.options ?? [])] }))),
  /** thresholds of signs that differ from the defaults, by sign */
  signs: z.record(z.string(), z.number().min(0)).refine(areSigns, ours("no_sign")).default({}),
  /** plays that are switched off, by id */
  playsOff: z.array(z.string()).max(100).default([]),
  ladders: ladderConfigSchema.prefault({}),
  digest: digestConfigSchema.prefault({}),
  people: peopleSettings.prefault({}),
  /** targets and samples of the key figures, their alerts and the monthly review */
  kpi: kpiConfigSchema.prefault({}),
  /** a number property of the client that holds its headcount; null, or empty on a client = the CRM's own field, as far as that says a number */
  headcountProperty: z.string().max(100).nullable().default(null),
  /** the template for everybody whom no rule fits */
  defaultTemplate: z.string().default("day-30-60-90"),
  /** CRM properties that become facts `x.<name>`, per record kind */
  mapped: z
    .partialRecord(z.enum(["deal", "company", "contact", "ticket"]), z.array(z.string().max(100)).max(50))
    .default({}),
  usage: usageSettings.prefault({}),
  score: scoreSettings.prefault({}),
  /** the text of clients' letters is read for mood and intent only with an admin's consent; labels are kept, words are not */
  texts: z
    .strictObject({ consent: z.boolean().default(false), model: textModel.nullable().default(null) })
    .prefault({}),
  messages: messageSettings.prefault({}),
  pages: pageSettings.prefault({}),
  calls: callSettings.prefault({}),
  channels: channelSettings.prefault({}),
  form: formSettings.prefault({}),
  questions: questionSettings.prefault({}),
  flood: floodSettings.prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;
export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/** The plan engine's configuration; `fallbackOwnerId` is an active owner, `canNotify`: the CRM has notices. */
export function planConfigOf(settings: Settings, fallbackOwnerId: string, canNotify: boolean): PlanConfig {
  const { onSecondDeal: _second, ...plan } = settings.plan;
  // Where the CRM has no notices a task's own reminder stands in for the ladder's.
  const reminderDays = canNotify ? null : reminderDaysOf(settings.ladders.ladders.task);
  return { ...plan, reminderDays, crmMeans: {}, fallbackOwnerId: plan.fallbackOwnerId || fallbackOwnerId };
}
