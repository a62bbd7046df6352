import type { MessageText } from "./messages.ts";

/** Letters from the first month's review on. */
export const LATER_MESSAGES: Readonly<Record<string, MessageText>> = {};
