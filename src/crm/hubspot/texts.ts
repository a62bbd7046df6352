/** Plain text ↔ HubSpot's rich text, and the signed mark that carries our key in a body (facts sheet 6; design, section 5). */
import { hmacKey, sameText } from "./signature.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Plain text as one paragraph, line breaks as `<br>`. */
export function toHtml(text: string): string {
  const escaped = text.replace(/[&<>]/g, (sign) => ESCAPES[sign]!);
  return `<p>${escaped.replace(/\r?\n/g, "<br>")}</p>`;
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

function decoded(entity: string, name: string): string {
  if (name.startsWith("#")) {
    const code = name[1] === "x" || name[1] === "X" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  }
  return NAMED[name.toLowerCase()] ?? entity;
}

/** Rich text as plain text: HubSpot rewrites markup as it likes, so texts are compared without it. */
export function fromHtml(html: string): string {
  return html
    .replace(/\r?\n/g, " ")
    .replace(/<br\s*\/?>|<\/(p|div|li|tr|h[1-6])\s*>(?=\s*<)/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(#?\w{1,31});/g, decoded)
    .replace(/[ \t\u00a0]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .trim();
}

/** `[tenure:KEY:SIGNATURE]`; the key's own characters are kept apart from the brackets by percent-escapes. */
const MARK = /\[tenure:([\w.~%:/@+-]{1,2000}):([\w-]{10})\]/;
const MARK_ANYWHERE = new RegExp(MARK, "g");

/** A mark as its own paragraph behind the text. */
export async function withMark(html: string, secret: string, account: string, key: string): Promise<string> {
  const escaped = key.replace(/[^\w.~:/@+-]+/g, (characters) =>
    encodeURIComponent(characters).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`),
  );
  return `${html}<p>[tenure:${escaped}:${await markSignature(secret, account, key)}]</p>`;
}

/** The key in a text's mark, when the mark is ours for this account; else null. */
export async function keyInMark(text: string, secret: string, account: string): Promise<string | null> {
  const match = MARK.exec(text);
  if (!match) return null;
  let key: string;
  try {
    key = decodeURIComponent(match[1]!);
  } catch {
    return null;
  }
  return sameText(await markSignature(secret, account, key), match[2]!) ? key : null;
}

/** The text as people wrote or read it, without the mark. */
export function withoutMark(text: string): string {
  return text.replace(MARK_ANYWHERE, "").trim();
}

/** 60 bits: enough that nobody makes a mark by hand, short enough to stand under a text. */
async function markSignature(secret: string, account: string, key: string): Promise<string> {
  const data = new TextEncoder().encode(`mark\n${account}\n${key}`);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await hmacKey(secret), data));
  return btoa(String.fromCharCode(...mac.slice(0, 9)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .slice(0, 10);
}
