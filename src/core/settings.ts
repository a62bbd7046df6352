/** The published configuration of a portal: one document, versioned, compared, rolled back. Everything has a default. */
import { z } from "zod";
import { DEFAULT_PLAN_CONFIG } from "./plan/config.ts";
import { templateSchema } from "./plan/template.ts";
import type { PlanConfig } from "./plan/types.ts";
import { LANGUAGES } from "./model.ts";

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
    .strictObject({ email: z.enum(["task", "send", "off"]), sms: z.enum(["task", "send", "off"]), push: z.enum(["task", "send", "off"]) })
    .default({ ...DEFAULT_PLAN_CONFIG.channels }),
  maxMessagesPerWeek: z.int().min(0).max(50).default(DEFAULT_PLAN_CONFIG.maxMessagesPerWeek),
  quietHours: z.strictObject({ fromMinute: minute, toMinute: minute }).default(DEFAULT_PLAN_CONFIG.quietHours),
  isWorkdaysOnly: z.boolean().default(DEFAULT_PLAN_CONFIG.isWorkdaysOnly),
  maxMessageLateDays: z.int().min(0).max(60).default(DEFAULT_PLAN_CONFIG.maxMessageLateDays),
  touchpointAheadDays: z.int().min(0).max(120).default(DEFAULT_PLAN_CONFIG.touchpointAheadDays),
  meetingMissingDays: z.int().min(0).max(30).default(DEFAULT_PLAN_CONFIG.meetingMissingDays),
});

export const settingsSchema = z.strictObject({
  /** texts are written in this language; null = the portal's own */
  language: z.enum(LANGUAGES).nullable().default(null),
  calendar: calendarSettings.prefault({}),
  plan: planSettings.prefault({}),
  /** the portal's own templates, beside the built-in ones; the same id with a higher version replaces a built-in one for new plans */
  templates: z.array(templateSchema).max(100).default([]),
  /** the template for everybody, until rules choose one */
  defaultTemplate: z.string().default("day-30-60-90"),
  /** CRM properties that become facts `x.<name>`, per record kind */
  mapped: z.partialRecord(z.enum(["deal", "company", "contact", "ticket"]), z.array(z.string().max(100)).max(50)).default({}),
});

export type Settings = z.output<typeof settingsSchema>;
export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/** The plan engine's configuration; `fallbackOwnerId` is an active owner. */
export function planConfigOf(settings: Settings, fallbackOwnerId: string): PlanConfig {
  const { onSecondDeal: _second, ...plan } = settings.plan;
  return { ...plan, fallbackOwnerId: plan.fallbackOwnerId || fallbackOwnerId };
}
