/**
 * The methods of chat bots 2.0 that the stand-in knows, by hand from the vendor's pages (b24restdocs, api-reference/chat-bots/chat-bots-v2,
 * 2026-09): they are not part of methods.json. Nothing of it was compared with a live portal.
 */
import type { MethodSpec } from "./contract.ts";

const SCOPES = [["imbot"]];

function spec(name: string, params: MethodSpec["params"], fields: readonly string[] | null = null): MethodSpec {
  return { name, v3: false, scopes: SCOPES, write: true, admin: false, params, fields: fields && new Set(fields) };
}

const botId = { name: "botId", type: "integer", required: true };
const botToken = { name: "botToken", type: "string", required: false };

export const BOT_METHODS: readonly MethodSpec[] = [
  spec(
    "imbot.v2.Bot.register",
    [{ name: "fields", type: "object", required: true }],
    [
      "code",
      "botToken",
      "properties",
      "type",
      "eventMode",
      "webhookUrl",
      "isHidden",
      "isReactionsEnabled",
      "isSupportOpenline",
      "backgroundId",
    ],
  ),
  spec("imbot.v2.Bot.unregister", [botId, botToken]),
  spec(
    "imbot.v2.Chat.Message.send",
    [
      botId,
      botToken,
      { name: "dialogId", type: "string", required: true },
      { name: "fields", type: "object", required: false },
    ],
    ["message", "attach", "keyboard", "system", "urlPreview", "replyId", "templateId", "forwardIds"],
  ),
];
