import { isObject } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { methodSpec } from "../contract.ts";
import { RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";

const TYPES = ["bot", "network", "openline", "supervisor", "personal"];
/** The portal cuts longer messages, characters. */
const MESSAGE_MAX = 20_000;

function fieldsOf(call: Call, params: Params): Record<string, unknown> {
  const fields = isObject(params.fields) ? params.fields : {};
  const known = methodSpec(call.spec.name, false)!.fields!;
  for (const name of Object.keys(fields))
    if (!known.has(name)) call.violation(`field ${name} is not part of ${call.spec.name}`);
  return fields;
}

function register(call: Call, params: Params) {
  const fields = fieldsOf(call, params);
  const { code, type = "bot", eventMode = "fetch", webhookUrl } = fields;
  const name = isObject(fields.properties) ? String(fields.properties.name ?? "") : "";
  const no = (error: string, text: string) => new RestError(400, error, text);
  if (typeof code !== "string" || code === "") throw no("BOT_CODE_REQUIRED", "Bot code is required");
  if (name === "") throw no("BOT_PROPERTIES_REQUIRED", "Bot properties are required");
  if (!TYPES.includes(String(type))) throw no("BOT_INVALID_TYPE", "Invalid bot type");
  if (eventMode !== "fetch" && eventMode !== "webhook") throw no("BOT_INVALID_EVENT_MODE", "Invalid event mode");
  if (eventMode === "webhook" && !webhookUrl) throw no("BOT_WEBHOOK_URL_REQUIRED", "Webhook URL is required");
  const bot = call.portal.bots.register({
    code,
    name,
    type: String(type),
    isSupportOpenline: fields.isSupportOpenline === true || fields.isSupportOpenline === "Y",
    webhookUrl: eventMode === "webhook" ? String(webhookUrl) : null,
  });
  const { id, isSupportOpenline } = bot;
  return { result: { bot: { id, code, type: bot.type, isSupportOpenline, eventMode }, users: [] } };
}

function send(call: Call, params: Params) {
  const bot = call.portal.bots.registered.find((one) => one.id === Number(params.botId));
  if (!bot) throw new RestError(400, "BOT_NOT_FOUND", "Bot not found");
  const message = String(fieldsOf(call, params).message ?? "");
  if (message === "") throw new RestError(400, "EMPTY_MESSAGE", "Message is empty");
  const dialogId = String(params.dialogId);
  const isIn = call.portal.bots.chats.some((chat) => `chat${chat.id}` === dialogId);
  if (!isIn) throw new RestError(403, "ACCESS_DENIED", "Access denied");
  const id = call.portal.bots.say(dialogId, message.slice(0, MESSAGE_MAX), bot.id);
  return { result: { id, uuidMap: {} } };
}

/** Chat bots 2.0, see bot-contract.ts. */
export const bots: Handlers = {
  "imbot.v2.Bot.register": register,
  "imbot.v2.Bot.unregister": (call, params) => {
    if (!call.portal.bots.unregister(Number(params.botId))) throw new RestError(400, "BOT_NOT_FOUND", "Bot not found");
    return { result: true };
  },
  "imbot.v2.Chat.Message.send": send,
};
