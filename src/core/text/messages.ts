import { own } from "../own.ts";
import type { MessageText } from "./letter.ts";
import { EARLY_MESSAGES } from "./messages-early.ts";
import { LATER_MESSAGES } from "./messages-later.ts";

export type { MessageText } from "./letter.ts";

/** The library (A5.9), by id. */
export const MESSAGES: Readonly<Record<string, MessageText>> = { ...EARLY_MESSAGES, ...LATER_MESSAGES };

/** The message of that id; null where there is none. */
export function messageText(id: string): MessageText | null {
  return own(MESSAGES, id) ?? null;
}
