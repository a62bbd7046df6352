import { describe, expect, test } from "vitest";
import { type ChannelMessage, channelBody } from "../../../src/core/channel/format.ts";
import { channelSettings } from "../../../src/core/channel/settings.ts";

const ESCALATION: ChannelMessage = {
  event: "escalation",
  level: 2,
  title: "Escalation, level 2: Task is late: Kickoff <call> & plan",
  lines: [],
  url: "https://crm.test/company/7?a=1&b=2",
  open: "Open in the CRM",
};
const DIGEST: ChannelMessage = {
  event: "digest",
  level: 0,
  title: "Held back today: 2",
  lines: ["• one", "• two"],
  url: null,
  open: "Open in the CRM",
};

describe("the form each receiver takes", () => {
  test("Slack: its own marks are escaped, the link has words", () => {
    expect(channelBody("slack", ESCALATION, "")).toEqual({
      text: "*Escalation, level 2: Task is late: Kickoff &lt;call&gt; &amp; plan*\n<https://crm.test/company/7?a=1&amp;b=2|Open in the CRM>",
      unfurl_links: false,
    });
    expect(channelBody("slack", DIGEST, "")).toMatchObject({ text: "*Held back today: 2*\n• one\n• two" });
  });

  test("Telegram: plain text to one chat, cut before its limit of 4,096 characters", () => {
    expect(channelBody("telegram", DIGEST, "-100123")).toEqual({
      chat_id: "-100123",
      text: "Held back today: 2\n• one\n• two",
      link_preview_options: { is_disabled: true },
    });
    const long = { ...DIGEST, lines: Array.from({ length: 2_000 }, () => "• a line") };
    const { text } = channelBody("telegram", long, "1") as { text: string };
    expect(text.length).toBeLessThan(4_096);
    expect(text.endsWith("…")).toBe(true);
  });

  test("Teams: an adaptive card with a button", () => {
    expect(channelBody("teams", ESCALATION, "")).toMatchObject({
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          content: {
            type: "AdaptiveCard",
            body: [{ type: "TextBlock", text: ESCALATION.title }],
            actions: [{ type: "Action.OpenUrl", title: "Open in the CRM", url: ESCALATION.url }],
          },
        },
      ],
    });
  });
});

describe("what an administrator may write", () => {
  const hook = { id: "team", kind: "slack", url: "https://hooks.slack.test/T/B/x" };
  test.each([
    ["a webhook takes both events by default", hook, true],
    ["Telegram wants the chat", { ...hook, kind: "telegram" }, false],
    ["Telegram with a chat", { ...hook, kind: "telegram", chat: "-1" }, true],
    ["no address", { ...hook, url: "somewhere" }, false],
    ["another protocol", { ...hook, url: "ftp://a.test/x" }, false],
    ["an address that is sealed already", { ...hook, url: "sealed:k1.abc" }, true],
    ["an event that does not exist", { ...hook, events: ["birthday"] }, false],
  ] as const)("%s", (_name, one, isRight) => {
    expect(channelSettings.safeParse({ webhooks: [one] }).success).toBe(isRight);
  });
  test("two of one name are a mistake", () => {
    expect(channelSettings.safeParse({ webhooks: [hook, hook] }).success).toBe(false);
  });
});
