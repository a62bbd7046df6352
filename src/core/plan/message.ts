import type { WorkCalendar } from "../calendar/calendar.ts";
import { afterQuiet } from "../calendar/work-time.ts";
import { dayOf, instantOf } from "../calendar/zone.ts";
import type { Channel, PlanConfig } from "./types.ts";

const DAY_MS = 86_400_000;

/** Everything that decides whether one message goes out now. Instants in epoch ms. */
export interface MessageInput {
  channel: Channel;
  /** when the plan wants it to go out */
  sendAt: number;
  now: number;
  /** its own condition, asked now */
  isWanted: boolean;
  stopOnReply: boolean;
  /** the client's last answer, and the instant since which an answer ends the sequence */
  lastReplyAt: number | null;
  sequenceStartAt: number;
  isOptedOut: boolean;
  isBounced: boolean;
  /** messages that went out to this client, the ones of this turn included */
  sentAt: readonly number[];
  config: Pick<PlanConfig, "channels" | "maxMessagesPerWeek" | "quietHours" | "isWorkdaysOnly" | "maxMessageLateDays">;
  calendar: WorkCalendar;
}

export type SkipReason = "channel_off" | "opted_out" | "bounced" | "replied" | "condition" | "too_late";
export type HoldReason = "not_yet" | "weekly_cap" | "quiet_hours" | "day_off";

export type MessageDecision =
  | { do: "send" }
  | { do: "hold"; until: number; reason: HoldReason }
  | { do: "skip"; reason: SkipReason };

function skipReason(input: MessageInput): SkipReason | null {
  const { config, channel, now, sendAt } = input;
  if (config.channels[channel] === "off") return "channel_off";
  if (input.isOptedOut) return "opted_out";
  if (input.isBounced && channel === "email") return "bounced";
  if (input.stopOnReply && input.lastReplyAt !== null && input.lastReplyAt >= input.sequenceStartAt) return "replied";
  if (!input.isWanted) return "condition";
  if (now - sendAt > config.maxMessageLateDays * DAY_MS) return "too_late";
  return null;
}

/** The first instant from `now` on that is neither quiet nor, where only working days count, a day off. */
function nextCivilInstant(input: MessageInput): number {
  const { calendar, config } = input;
  let at = input.now;
  for (let round = 0; round < 4; round++) {
    const day = dayOf(at, calendar.zone);
    if (config.isWorkdaysOnly && !calendar.isWorkingDay(day))
      at = instantOf(calendar.rollForward(day), 0, calendar.zone);
    const after = afterQuiet(at, config.quietHours, calendar.zone);
    if (after === at) return at;
    at = after;
  }
  return at;
}

/**
 * Send, hold or skip one message. Everything is asked at the moment of sending: before `sendAt` the answer is always to hold. Reasons to skip
 * come before reasons to hold. The weekly cap counts any seven days in a row.
 */
export function messageDecision(input: MessageInput): MessageDecision {
  const { now, sendAt, config } = input;
  if (now < sendAt) return { do: "hold", until: sendAt, reason: "not_yet" };
  const reason = skipReason(input);
  if (reason) return { do: "skip", reason };
  const recent = input.sentAt.filter((at) => at > now - 7 * DAY_MS && at <= now).sort((a, b) => a - b);
  if (recent.length >= config.maxMessagesPerWeek) {
    const frees = recent[recent.length - config.maxMessagesPerWeek];
    return { do: "hold", until: (frees ?? now) + 7 * DAY_MS, reason: "weekly_cap" };
  }
  const civil = nextCivilInstant(input);
  if (civil <= now) return { do: "send" };
  const isDayOff = config.isWorkdaysOnly && !input.calendar.isWorkingDay(dayOf(now, input.calendar.zone));
  return { do: "hold", until: civil, reason: isDayOff ? "day_off" : "quiet_hours" };
}
