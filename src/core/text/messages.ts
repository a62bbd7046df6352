import type { Language } from "../model.ts";
import { EARLY_MESSAGES } from "./messages-early.ts";
import { LATER_MESSAGES } from "./messages-later.ts";

/** A letter to the client, in the languages Tenure speaks. Dates in it are merge fields filled from the live plan. */
export interface MessageText {
  subject: Readonly<Record<Language, string>>;
  body: Readonly<Record<Language, string>>;
}

/** The library (A5.9), by id. */
export const MESSAGES: Readonly<Record<string, MessageText>> = { ...EARLY_MESSAGES, ...LATER_MESSAGES };

/** The message of that id; null where there is none. */
export function messageText(id: string): MessageText | null {
  return MESSAGES[id] ?? null;
}
