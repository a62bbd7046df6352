import type { PlanConfig } from "./types.ts";

/** What a portal gets before its admin changes anything; the fallback owner has to be filled in. */
export const DEFAULT_PLAN_CONFIG: PlanConfig = {
  createAheadDays: null,
  dueMinute: null,
  reminderDays: null,
  fallbackOwnerId: "",
  roles: {},
  onReopened: "pause",
  onLost: "close",
  followDealDate: true,
  channels: { email: "task", sms: "off", push: "off" },
  crmMeans: {},
  maxMessagesPerWeek: 3,
  quietHours: { fromMinute: 1200, toMinute: 480 },
  isWorkdaysOnly: true,
  maxMessageLateDays: 5,
  touchpointAheadDays: 14,
  meetingMissingDays: 2,
};
