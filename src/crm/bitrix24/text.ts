/**
 * Plain text in Bitrix24's task fields, which understand BB codes, may drop HTML tags and may come back HTML-escaped. An invisible
 * word joiner behind `<`, `[` and an ampersand that would read as an entity keeps each of them from having a meaning; people see
 * the same text, and what comes back is the text that went in, whichever way the portal's version treats it.
 */
import { unescapeHtml } from "./values.ts";

const JOINER = "\u2060";

/** Plain text → what is written. */
export function toMarkup(text: string): string {
  return text.replace(/[<[]/g, (sign) => `${sign}${JOINER}`).replace(/&(?=(?:amp|lt|gt|quot|#\d+);)/g, `&${JOINER}`);
}

/** What was read → plain text. Line breaks are `\n`; BB codes of people stay as they are. */
export function fromMarkup(text: string): string {
  return unescapeHtml(text)
    .replace(/\r\n?/g, "\n")
    .replace(/<br\s*\/?>\n?/gi, "\n")
    .replaceAll(JOINER, "");
}

/** A letter as people read it, from HTML, BB codes or plain text (`DESCRIPTION` of an e-mail activity): words and line breaks only. */
export function letterText(description: string): string {
  const lines = description.replace(/<(?:br|\/p|\/div|\/tr|\/li|\/blockquote)\b[^>]*>/gi, "\n");
  const bare = lines.replace(/<(style|script)\b[^>]*>[\s\S]*?(?:<\/\1\s*>|$)/gi, "").replace(/<[^<>]*>/g, "");
  return unescapeHtml(bare.replace(/\[\/?[a-z]+(?:=[^\]]*)?\]/gi, ""));
}
