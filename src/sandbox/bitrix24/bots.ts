import { encodeForm } from "./brackets.ts";
import type { SandboxPortal } from "./portal.ts";

export interface Bot {
  id: number;
  code: string;
  name: string;
  type: string;
  isSupportOpenline: boolean;
  webhookUrl: string | null;
}

/** A chat of an open line, or of a colleague with the bot. */
export interface BotChat {
  id: number;
  /** as the portal ties it: `LEAD|0|COMPANY|5|CONTACT|7|DEAL|9`; null: not an open line */
  crm: string | null;
}

export interface BotChatMessage {
  id: number;
  dialogId: string;
  text: string;
  /** the bot's own, else null */
  botId: number | null;
}

/** Chat bots of our app, and the chats they sit in. By the vendor's pages on chat bots 2.0; unverified as a whole. */
export class Bots {
  readonly registered: Bot[] = [];
  readonly messages: BotChatMessage[] = [];
  readonly chats: BotChat[] = [];
  #portal: SandboxPortal;
  #nextId = 9_001;

  constructor(portal: SandboxPortal) {
    this.#portal = portal;
  }

  register(bot: Omit<Bot, "id">): Bot {
    const known = this.registered.find((one) => one.code === bot.code);
    if (known) return known;
    const made = { id: this.#nextId++, ...bot };
    this.registered.push(made);
    return made;
  }

  /** False: there is none. */
  unregister(id: number): boolean {
    const at = this.registered.findIndex((one) => one.id === id);
    if (at >= 0) this.registered.splice(at, 1);
    return at >= 0;
  }

  /** @param bound the records that the portal ties the chat to; null: a colleague's own chat with the bot */
  openChat(bound: { company?: string; contact?: string; deal?: string } | null): BotChat {
    const { company = "0", contact = "0", deal = "0" } = bound ?? {};
    const crm = bound && `LEAD|0|COMPANY|${company}|CONTACT|${contact}|DEAL|${deal}`;
    const chat = { id: 5_001 + this.chats.length, crm };
    this.chats.push(chat);
    return chat;
  }

  say(dialogId: string, text: string, botId: number | null): number {
    const id = 70_001 + this.messages.length;
    this.messages.push({ id, dialogId, text, botId });
    return id;
  }

  /**
   * Somebody writes in a chat: each bot by webhook is told, once, through the vendor's queue.
   * @param by `client`: a visitor of the open line; `colleague`: an operator, or the person whose own chat it is
   */
  write(chat: BotChat, text: string, by: "client" | "colleague", twice = false): void {
    const dialogId = `chat${chat.id}`;
    const messageId = this.say(dialogId, text, null);
    for (const bot of this.registered) {
      if (bot.webhookUrl === null) continue;
      for (let times = 0; times < (twice ? 2 : 1); times++) this.#tell(bot, bot.webhookUrl, chat, messageId, text, by);
    }
  }

  #tell(bot: Bot, url: string, chat: BotChat, id: number, text: string, by: "client" | "colleague"): void {
    const { sandbox, memberId, app } = this.#portal;
    const isLine = chat.crm !== null;
    const auth = () => app.eventAuth(null);
    const data = () => ({
      bot: { id: String(bot.id), code: bot.code, auth: auth() },
      message: { id: String(id), chatId: String(chat.id), authorId: "77", text, isSystem: "0", uuid: "" },
      chat: {
        id: String(chat.id),
        dialogId: `chat${chat.id}`,
        type: "chat",
        entityType: isLine ? "LINES" : "",
        entityId: isLine ? `livechat|1|${chat.id}|77` : "",
        entityData1: isLine ? "Y|NONE|0|N|N|17|1765971491|0|0|0" : "",
        entityData2: chat.crm ?? "",
      },
      user: { id: "77", active: "1", bot: "0", connector: by === "client" && isLine ? "1" : "0", type: "employee" },
      language: this.#portal.language,
    });
    const body = (nowMs: number) =>
      app.running
        ? encodeForm({ event: "ONIMBOTV2MESSAGEADD", data: data(), ts: Math.floor(nowMs / 1000), auth: auth() })
        : null;
    sandbox.queue.push({ portal: memberId, event: "ONIMBOTV2MESSAGEADD", url, body }, 500);
  }
}
