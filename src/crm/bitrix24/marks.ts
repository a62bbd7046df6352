/**
 * Short signed marks: what a comment or a message carries so that we find it again by key. Nobody without our secret can make one,
 * and it tells nothing about the key.
 */
export interface Marks {
  /** 12 letters and digits for a key */
  of(key: string): Promise<string>;
  /** the text with the mark in a last line of its own */
  marked(text: string, key: string): Promise<string>;
  /** the mark at the end of a text, or null */
  in(text: string): string | null;
}

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH = 12;

/** @param secret the application's secret; @param account keeps marks of two portals apart */
export function makeMarks(secret: string, account: string): Marks {
  const encoder = new TextEncoder();
  let imported: Promise<CryptoKey> | null = null;

  async function of(key: string): Promise<string> {
    imported ??= crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
    ]);
    const signature = new Uint8Array(
      await crypto.subtle.sign("HMAC", await imported, encoder.encode(`mark\n${account}\n${key}`)),
    );
    return [...signature.subarray(0, LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
  }

  return {
    of,
    async marked(text, key) {
      return `${text}\n#tenure-${await of(key)}`;
    },
    in(text) {
      return new RegExp(`#tenure-([${ALPHABET}]{${LENGTH}})(?![${ALPHABET}])`).exec(text)?.[1] ?? null;
    },
  };
}
