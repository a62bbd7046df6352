import { describe, expect, test } from "vitest";
import { type MessageInput, messageDecision } from "../../../src/core/plan/message.ts";
import { advance, almaty, at, complete, config, template, world } from "./help.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Tuesday 16 June 2026, 11:00 in Almaty. */
const NOW = at("2026-06-16 11:00", almaty);

function input(more: Partial<MessageInput> = {}): MessageInput {
  return {
    channel: "email",
    sendAt: NOW,
    now: NOW,
    isWanted: true,
    stopOnReply: true,
    lastReplyAt: null,
    sequenceStartAt: NOW - DAY_MS,
    isOptedOut: false,
    isBounced: false,
    sentAt: [],
    config: config({ channels: { email: "send", sms: "send", push: "off" } }),
    calendar: almaty,
    ...more,
  };
}

describe("A5.7: one message, decided at the moment of sending", () => {
  test.each<[string, Partial<MessageInput>, unknown]>([
    ["goes out", {}, { do: "send" }],
    ["a millisecond early it waits", { now: NOW - 1 }, { do: "hold", until: NOW, reason: "not_yet" }],
    [
      "before its time nothing else is asked",
      { now: NOW - 1, isOptedOut: true },
      { do: "hold", until: NOW, reason: "not_yet" },
    ],
    ["its condition does not hold", { isWanted: false }, { do: "skip", reason: "condition" }],
    ["opted out, on every channel", { isOptedOut: true, channel: "sms" }, { do: "skip", reason: "opted_out" }],
    ["bounced e-mail", { isBounced: true }, { do: "skip", reason: "bounced" }],
    ["a bounced e-mail address does not stop a text message", { isBounced: true, channel: "sms" }, { do: "send" }],
    [
      "A5.8: text messages and pushes are off until a portal turns them on",
      { channel: "push" },
      { do: "skip", reason: "channel_off" },
    ],
    ["the client answered", { lastReplyAt: NOW - HOUR_MS }, { do: "skip", reason: "replied" }],
    ["an answer from before the sequence", { lastReplyAt: NOW - 2 * DAY_MS }, { do: "send" }],
    ["an answer, where answers do not matter", { lastReplyAt: NOW - HOUR_MS, stopOnReply: false }, { do: "send" }],
    ["five days late", { sendAt: NOW - 5 * DAY_MS }, { do: "send" }],
    ["later than five days", { sendAt: NOW - 5 * DAY_MS - 1 }, { do: "skip", reason: "too_late" }],
    ["two this week", { sentAt: [NOW - DAY_MS, NOW - 2 * DAY_MS] }, { do: "send" }],
    [
      "three this week: until the oldest is a week old",
      { sentAt: [NOW - DAY_MS, NOW - 6 * DAY_MS, NOW - 2 * DAY_MS] },
      { do: "hold", until: NOW + DAY_MS, reason: "weekly_cap" },
    ],
    [
      "the third was exactly a week ago",
      { sentAt: [NOW - DAY_MS, NOW - 7 * DAY_MS, NOW - 2 * DAY_MS] },
      { do: "send" },
    ],
    [
      "at 20:00 it waits until eight",
      { now: at("2026-06-16 20:00", almaty), sendAt: NOW },
      { do: "hold", until: at("2026-06-17 08:00", almaty), reason: "quiet_hours" },
    ],
    ["at 19:59 it goes out", { now: at("2026-06-16 19:59", almaty), sendAt: NOW }, { do: "send" }],
    [
      "on Friday night it waits until Monday",
      { now: at("2026-06-19 22:00", almaty), sendAt: at("2026-06-19 21:00", almaty) },
      { do: "hold", until: at("2026-06-22 08:00", almaty), reason: "quiet_hours" },
    ],
    [
      "on Saturday it waits until Monday morning",
      { now: at("2026-06-20 12:00", almaty), sendAt: at("2026-06-20 12:00", almaty) },
      { do: "hold", until: at("2026-06-22 08:00", almaty), reason: "day_off" },
    ],
  ])("%s", (_, more, expected) => {
    expect(messageDecision(input(more))).toEqual(expected);
  });
});

describe("A5.1–A5.3: the letters of a plan", () => {
  const start = (channel: "send" | "task") =>
    world(template("four-phases"), "2026-06-01 10:00", {
      calendar: almaty,
      config: { channels: { email: channel, sms: "off", push: "off" } },
    });
  const messages = (answer: ReturnType<typeof advance>) => answer.desired.messages.map(({ key }) => key);
  const tasks = (answer: ReturnType<typeof advance>) => answer.desired.tasks.map(({ key }) => key);

  test("offsets are days 3, 7 and 14", () => {
    const offset = (key: string) => template("four-phases").steps.find((step) => step.key === key)?.when.days;
    expect([offset("check_in_mail"), offset("training_mail"), offset("progress_mail")]).toEqual([3, 7, 14]);
  });

  test("A5.1: the welcome task is there at once", () => {
    expect(tasks(advance(start("send"), "2026-06-01 10:00"))).toContain("1/welcome");
  });

  test("A5.2: the reminder goes out 24 hours after the welcome letter if the form is not complete", () => {
    const w = start("send");
    advance(w, "2026-06-01 10:00");
    expect(messages(advance(w, "2026-06-02 12:00"))).toEqual([]);
    complete(w, "1/welcome", "2026-06-01 15:30");
    const early = advance(w, "2026-06-02 15:29");
    expect([messages(early), early.wakeAt]).toEqual([[], at("2026-06-02 15:30", almaty)]);
    expect(messages(advance(w, "2026-06-02 15:30"))).toEqual(["1/setup_reminder"]);
  });

  test.each(["send", "task"] as const)("A5.2: a form completed at 23 h 59 m stops the reminder (%s)", (channel) => {
    const w = start(channel);
    advance(w, "2026-06-01 10:00");
    complete(w, "1/welcome", "2026-06-01 15:30");
    advance(w, "2026-06-02 15:29", { values: { "form.completed": true } });
    const answer = advance(w, "2026-06-02 15:30");
    expect(answer.plan.steps.find(({ key }) => key === "setup_reminder")?.state).toBe("skipped");
    expect([...messages(answer), ...tasks(answer)]).not.toContain("1/setup_reminder");
    expect(answer.log).toContainEqual(
      expect.objectContaining({ code: "message_skipped", key: "setup_reminder", params: { reason: "condition" } }),
    );
  });

  test("by default a letter is drafted as a task; a draft that is no longer wanted is withdrawn", () => {
    const w = start("task");
    advance(w, "2026-06-01 10:00");
    complete(w, "1/welcome", "2026-06-01 11:00");
    const drafted = advance(w, "2026-06-02 11:00");
    expect(drafted.desired.messages).toEqual([]);
    expect(drafted.desired.tasks.find(({ key }) => key === "1/setup_reminder")).toMatchObject({
      type: "email",
      body: { id: "message:setup_reminder:body" },
    });
    expect(tasks(advance(w, "2026-06-02 16:00", { values: { "form.completed": true } }))).not.toContain(
      "1/setup_reminder",
    );
  });

  test("a message that went out is not sent twice; one whose outcome is unknown becomes a task instead", () => {
    const w = start("send");
    advance(w, "2026-06-01 10:00");
    expect(messages(advance(w, "2026-06-04 09:00"))).toEqual(["1/check_in_mail"]);
    const sent = advance(w, "2026-06-04 09:01", {
      messages: { "1/check_in_mail": { outcome: "sent", at: at("2026-06-04 09:00", almaty) } },
    });
    expect(messages(sent)).toEqual([]);
    const lost = advance(w, "2026-06-08 09:00", {
      messages: { "1/training_mail": { outcome: "unknown", at: at("2026-06-08 09:00", almaty) } },
    });
    expect(messages(lost)).toEqual([]);
    const check = lost.desired.tasks.find(({ key }) => key === "1/training_mail/check");
    expect(check?.subject.id).toBe("plan.message_unknown");
    expect(lost.view.signals.map(({ code }) => code)).toContain("message_unknown");
    complete(w, "1/training_mail/check", "2026-06-08 10:00");
    expect(advance(w, "2026-06-08 10:01").view.signals.map(({ code }) => code)).not.toContain("message_unknown");
  });

  test("the client's answer ends the sequence; later letters are skipped, not sent", () => {
    const w = start("send");
    advance(w, "2026-06-01 10:00");
    const sent = { "1/check_in_mail": { outcome: "sent" as const, at: at("2026-06-04 09:00", almaty) } };
    advance(w, "2026-06-04 09:01", { messages: sent });
    advance(w, "2026-06-05 10:00", { client: { ...w.facts.client, lastReplyAt: at("2026-06-05 09:00", almaty) } });
    const later = advance(w, "2026-06-08 09:00");
    expect(messages(later)).toEqual([]);
    expect(later.log).toContainEqual(expect.objectContaining({ key: "training_mail", params: { reason: "replied" } }));
  });

  test("messages decided in the same turn count towards the cap", () => {
    const w = world(template("four-phases"), "2026-06-01 10:00", {
      calendar: almaty,
      config: { channels: { email: "send", sms: "off", push: "off" }, maxMessagesPerWeek: 1, maxMessageLateDays: 30 },
    });
    expect(messages(advance(w, "2026-06-16 10:00"))).toHaveLength(1);
  });
});
