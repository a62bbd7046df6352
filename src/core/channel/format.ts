/** One message in the form that each kind of receiver takes. */
import type { ChannelEvent, ChannelKind } from "./settings.ts";

export interface ChannelMessage {
  event: ChannelEvent;
  /** 0 for a digest */
  level: number;
  title: string;
  lines: readonly string[];
  /** the record it is about; null for a digest, whose lines carry their own */
  url: string | null;
  /** what a person clicks on to get there */
  open: string;
}

/** Telegram takes 4,096 characters a message (core.telegram.org/bots/api#sendmessage); the others take more. */
const TEXT_MAX = 3_800;

/** @param chat the chat's id, for Telegram */
export function channelBody(kind: ChannelKind, message: ChannelMessage, chat: string): unknown {
  switch (kind) {
    case "slack":
      return { text: slackText(message), unfurl_links: false };
    case "teams":
      return { type: "message", attachments: [{ contentType: ADAPTIVE_CARD, content: teamsCard(message) }] };
    case "telegram":
      return { chat_id: chat, text: plainText(message), link_preview_options: { is_disabled: true } };
    case "generic":
      return message;
  }
}

function cut(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX - 1)}…`;
}

function plainText({ title, lines, url }: ChannelMessage): string {
  return cut([title, ...lines, ...(url ? [url] : [])].join("\n"));
}

/** Slack reads `<`, `>` and `&` as its own marks (docs.slack.dev, formatting message text). */
function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function slackText({ title, lines, url, open }: ChannelMessage): string {
  const link = url ? [`<${escapeSlack(url)}|${escapeSlack(open)}>`] : [];
  return [`*${escapeSlack(title)}*`, escapeSlack(cut(lines.join("\n"))), ...link]
    .filter((part) => part !== "")
    .join("\n");
}

const ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive";

function teamsCard({ title, lines, url, open }: ChannelMessage): unknown {
  const block = (text: string, more: object = {}) => ({ type: "TextBlock", text, wrap: true, ...more });
  const rest = cut(lines.join("\n\n"));
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [block(title, { weight: "Bolder" }), ...(rest === "" ? [] : [block(rest)])],
    actions: url ? [{ type: "Action.OpenUrl", title: open, url }] : [],
  };
}
