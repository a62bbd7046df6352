/** The bot that answers clients in the CRM's own chats, where a CRM has one: there while an admin wants it, and gone afterwards. */
import { isFailure } from "./crm/failure.ts";
import type { Crm } from "./crm/port.ts";
import type { Portal } from "./portal-open.ts";
import type { Surroundings } from "./ports.ts";

/** A CRM in whose chats a bot may answer. */
export interface KeepsBot {
  /** may be said again: the same bot. @returns its id. @throws CrmFailure */
  registerBot(publicUrl: string): Promise<string>;
  /** a bot that is gone is no error. @throws CrmFailure */
  unregisterBot(id: string): Promise<void>;
  /** at most once per message. @throws CrmFailure */
  sayInChat(botId: string, dialogId: string, text: string): Promise<void>;
}

function keepsBot(crm: Crm): crm is Crm & KeepsBot {
  return "registerBot" in crm;
}

/** How long a CRM that did not take the bot is left alone, ms. */
const TRY_AGAIN_MS = 30 * 60_000;
/** Where the CRM does not say when it has room again, ms. */
const SAY_AGAIN_MS = 2_000;

interface Bot {
  id: string;
  /** our address that it tells: where we moved to another, it is made anew */
  url: string;
}

function registered(portal: Portal): Bot | null {
  return portal.store.meta.get<Bot>("bot");
}

/** The id of the bot that is registered now; null for none. */
export function botOf(portal: Portal): string | null {
  return registered(portal)?.id ?? null;
}

/** What the CRM had no room for waits this long at most, ms: an answer that comes later than that confuses. */
const SAYING_LIVES_MS = 10 * 60_000;

/** An answer that waits until the CRM has room for it, sealed. */
interface Saying {
  dialogId: string;
  sealed: string;
  /** epoch ms */
  at: number;
}

/** Says it now, or as soon as the CRM has room; at most once. */
export async function sayByBot(portal: Portal, around: Surroundings, dialogId: string, text: string): Promise<void> {
  const saying = { dialogId, sealed: around.vault.seal(text), at: around.now() };
  const isSaid = waitingIn(portal).length === 0 && (await say(portal, around, saying)) === null;
  if (!isSaid) portal.store.meta.set("botSaying", [...waitingIn(portal), saying]);
}

function waitingIn(portal: Portal): readonly Saying[] {
  return portal.store.meta.get<readonly Saying[]>("botSaying") ?? [];
}

/** When to try again; null: it is said, or never will be. */
async function say(portal: Portal, around: Surroundings, { dialogId, sealed }: Saying): Promise<number | null> {
  const [bot, crm] = [botOf(portal), portal.crm()];
  if (bot === null || !keepsBot(crm)) return null;
  try {
    await crm.sayInChat(bot, dialogId, around.vault.open(sealed));
    return null;
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.failure === "limited") return error.retryAt ?? around.now() + SAY_AGAIN_MS;
    // It has no key: what may have arrived is not said twice. People look after the chat.
    around.log("warn", "chat-not-answered", { failure: error.failure, code: error.code, advice: error.message });
    return null;
  }
}

/** Registers the bot, or takes it off, where that differs from what the settings say, and says what waits. When to come back; null: nothing waits. */
export async function tendBot(portal: Portal, around: Surroundings): Promise<number | null> {
  if (portal.mode() !== "live" || !portal.isInstalled()) return null;
  return (await registerWhereWanted(portal, around)) ?? (await sayWhatWaits(portal, around));
}

async function sayWhatWaits(portal: Portal, around: Surroundings): Promise<number | null> {
  const { meta } = portal.store;
  for (;;) {
    const [first, ...rest] = waitingIn(portal);
    if (!first) return null;
    // Forgotten before it is said: a process that ends in between says it never, and not twice.
    meta.set("botSaying", rest);
    const isLate = around.now() > first.at + SAYING_LIVES_MS;
    const again = isLate ? null : await say(portal, around, first);
    if (again === null) continue;
    meta.set("botSaying", [first, ...waitingIn(portal)]);
    return again;
  }
}

async function registerWhereWanted(portal: Portal, around: Surroundings): Promise<number | null> {
  const { meta, findings } = portal.store;
  const known = registered(portal);
  const { isOn, inChats } = portal.settings().questions;
  if (known === null && !(isOn && inChats)) return null;
  const crm = portal.crm();
  if (!keepsBot(crm)) return null;
  const isWanted = isOn && inChats && crm.capabilities()["chat-bot"] === true;
  if (isWanted ? known?.url === portal.publicUrl : known === null) return null;
  const again = meta.get<number>("botAgainAt") ?? 0;
  if (around.now() < again) return again;
  try {
    if (known) await takeOff(portal, crm, known.id);
    if (isWanted) meta.set("bot", { id: await crm.registerBot(portal.publicUrl), url: portal.publicUrl } satisfies Bot);
    meta.remove("botAgainAt");
    findings.close("chat-bot", around.now());
    return null;
  } catch (error) {
    if (!isFailure(error)) throw error;
    const { failure, retryAt } = error;
    const at = failure === "limited" && retryAt ? retryAt : around.now() + TRY_AGAIN_MS;
    meta.set("botAgainAt", at);
    const params = { advice: error.message, code: error.code ?? failure };
    if (failure === "refused") findings.raise("chat-bot", "chat-bot-refused", params, around.now());
    if (failure !== "limited") around.log("warn", "chat-bot-not-tended", params);
    return at;
  }
}

async function takeOff(portal: Portal, crm: KeepsBot, id: string): Promise<void> {
  await crm.unregisterBot(id);
  portal.store.meta.remove("bot");
}

/** Before leaving. What the CRM refuses goes with the uninstall. When to try again; null: there is none any more. */
export async function dropBot(portal: Portal, nowMs: number): Promise<number | null> {
  const known = botOf(portal);
  const crm = portal.crm();
  if (known === null || !keepsBot(crm)) return null;
  try {
    await takeOff(portal, crm, known);
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.failure === "limited") return error.retryAt ?? nowMs + SAY_AGAIN_MS;
    portal.store.meta.remove("bot");
  }
  return null;
}
