/**
 * A chat bot by `imbot.v2` that answers in open lines: what a client writes there comes as an event of its own, with the records that
 * the portal tied the chat to. The methods are those of the vendor's documentation (chat bots 2.0); nothing of this was seen in a live
 * portal: all of it is unverified. The scope `imbot` is optional.
 */
import { z } from "zod";
import type { RecordRef } from "../../core/model.ts";
import { CrmFailure, isFailure } from "../failure.ts";
import type { Incoming } from "../port.ts";
import type { Client } from "./client.ts";
import { type FormMap, mapAt, textAt } from "./form.ts";
import { toMarkup } from "./text.ts";
import { idOf } from "./values.ts";
import { prove, type Unproven } from "./webhook.ts";

/** Door below the public URL. */
export const BOT_PATH = "/bitrix24/bot";
/** Unique within the application: registering it again gives the same bot. */
const BOT_CODE = "tenure_answers";
/** The portal cuts longer messages, characters. */
const MESSAGE_MAX = 20_000;

const Registered = z.object({ bot: z.looseObject({ id: z.union([z.int(), z.string()]) }) });

/** @returns the bot's id. @throws CrmFailure */
export async function registerBot(client: Client, publicUrl: string, name: string): Promise<string> {
  const fields = {
    code: BOT_CODE,
    properties: { name },
    type: "openline",
    eventMode: "webhook",
    webhookUrl: `${publicUrl.replace(/\/+$/, "")}${BOT_PATH}`,
    isSupportOpenline: true,
  };
  const { result } = await client.call({ method: "imbot.v2.Bot.register", params: { fields } }, true);
  const id = idOf(String(Registered.safeParse(result).data?.bot.id ?? ""));
  if (id === null)
    throw new CrmFailure("unavailable", "Bitrix24 did not say which bot it registered.", { code: "UNREADABLE" });
  return id;
}

/** A bot that is gone already is no error. @throws CrmFailure */
export async function unregisterBot(client: Client, id: string): Promise<void> {
  try {
    await client.call({ method: "imbot.v2.Bot.unregister", params: { botId: Number(id) } }, true);
  } catch (error) {
    if (!isFailure(error, "refused") || error.code !== "BOT_NOT_FOUND") throw error;
  }
}

/** One message of the bot; it has no key, so it is never sent again. @throws CrmFailure */
export async function sayInChat(client: Client, botId: string, dialogId: string, text: string): Promise<void> {
  const message = toMarkup(text).slice(0, MESSAGE_MAX);
  const params = { botId: Number(botId), dialogId, fields: { message, urlPreview: false } };
  await client.call({ method: "imbot.v2.Chat.Message.send", params }, true);
}

// ---------------------------------------------------------------- what is written to the bot

export interface BotMessage {
  account: string;
  botId: string;
  /** tells a message that comes twice */
  messageId: string;
  dialogId: string;
  text: string;
  /** the records that the portal tied the open line's chat to, the closest first; null outside open lines */
  records: readonly RecordRef[] | null;
}

export type VerifiedBotMessage = { ok: true; message: BotMessage | null } | Unproven;

/** Proven like an event. `message` null: nothing that somebody outside wrote to the bot. All values come as texts. */
export function verifyBotMessage(
  incoming: Incoming,
  applicationTokenOf: (account: string) => string | null,
): VerifiedBotMessage {
  const proven = prove(incoming.body, applicationTokenOf);
  if (!proven.ok) return proven;
  const { form, head } = proven;
  return { ok: true, message: head.name === "ONIMBOTV2MESSAGEADD" ? messageOf(form, head.account) : null };
}

function messageOf(form: FormMap, account: string): BotMessage | null {
  const data = mapAt(form, "data") ?? {};
  const at = (...path: readonly string[]) => textAt(data, ...path) ?? "";
  const [botId, messageId] = [idOf(at("bot", "id")), idOf(at("message", "id"))];
  const dialogId = at("chat", "dialogId");
  const text = at("message", "text").trim();
  if (botId === null || messageId === null || !/^(?:chat)?\d{1,18}$/.test(dialogId) || text === "") return null;
  if (isOn(at("message", "isSystem")) || isOn(at("user", "bot"))) return null;
  const isLine = at("chat", "entityType") === "LINES";
  // An operator who writes into the client's chat is not answered.
  if (isLine && !isOn(at("user", "connector"))) return null;
  return { account, botId, messageId, dialogId, text, records: isLine ? recordsOf(at("chat", "entityData2")) : null };
}

function isOn(value: string): boolean {
  return value === "1" || value === "true" || value === "Y";
}

/** `LEAD|0|COMPANY|5|CONTACT|7|DEAL|9`, as open lines tie their chats. */
function recordsOf(bindings: string): readonly RecordRef[] {
  const parts = bindings.split("|");
  const idAfter = (name: string) => idOf(parts[parts.indexOf(name) + 1] ?? "");
  return (["DEAL", "COMPANY", "CONTACT"] as const).flatMap((name): RecordRef[] => {
    const id = parts.includes(name) ? idAfter(name) : null;
    return id === null || id === "0" ? [] : [{ kind: name.toLowerCase() as RecordRef["kind"], id }];
  });
}
