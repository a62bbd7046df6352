import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from "node:crypto";
import type { Vault } from "../ports.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A vault that tells the names of its keys, for those who change them. */
export interface KeyRing extends Vault {
  /** newest first */
  readonly names: readonly string[];
  /** the key of the hashes as an entry of ENCRYPTION_KEYS: with it behind them, every older key can be retired */
  readonly hashEntry: string;
}

/** The name of the entry that hashes and neither seals nor opens. */
const HASH = "hash";

/**
 * AES-256-GCM with named keys; the first key seals, all of them open. Hashes are HMAC-SHA-256 with the entry named `hash`; without one,
 * with a key derived from the last (oldest) key. So rotating keys in front does not make every text look edited.
 * @param keys `name:base64,name:base64,hash:base64`, newest first
 */
export function makeVault(keys: string): KeyRing {
  const all = keys.split(",").map((one) => {
    const [name = "", value = ""] = one.split(":");
    return { name, key: Buffer.from(value, "base64") };
  });
  const ring = all.filter((one) => one.name !== HASH);
  const newest = ring[0]!;
  const hashKey =
    all.find((one) => one.name === HASH)?.key ??
    createHmac("sha256", ring.at(-1)!.key).update("tenure text hash").digest();
  // Taken up once: from raw bytes each hash would cost three times as much.
  const hashSecret = createSecretKey(hashKey);
  return {
    hashEntry: `${HASH}:${hashKey.toString("base64")}`,
    names: ring.map((one) => one.name),
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", newest.key, nonce);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return `${newest.name}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url")}`;
    },
    open(sealed) {
      const [name, value = ""] = sealed.split(".");
      const known = ring.find((one) => one.name === name);
      if (!known)
        throw new Error(`The key "${name}" is not in ENCRYPTION_KEYS any more: put it back, behind the newer ones.`);
      const bytes = Buffer.from(value, "base64url");
      // Without a length Node takes a tag of 4 bytes too, which can be guessed.
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv("aes-256-gcm", known.key, bytes.subarray(0, NONCE_BYTES), options);
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        "utf8",
      );
    },
    hash: (text) => createHmac("sha256", hashSecret).update(text).digest("base64url").slice(0, 22),
  };
}

/**
 * Every text inside `text` that `from` has sealed, replaced by what `to` makes of it. Sealed texts stand alone or inside JSON: their
 * alphabet needs no escaping.
 */
export function replaceSealed(text: string, from: KeyRing, replace: (plain: string, sealed: string) => string): string {
  // 28 bytes are a nonce and a tag: 38 characters.
  const sealed = new RegExp(`(?<![A-Za-z0-9_-])(?:${from.names.join("|")})\\.[A-Za-z0-9_-]{38,}`, "g");
  return text.replace(sealed, (found) => {
    const plain = openOrNull(from, found);
    return plain === null ? found : replace(plain, found);
  });
}

/** null for what only looks like a sealed text */
function openOrNull(vault: Vault, sealed: string): string | null {
  try {
    return vault.open(sealed);
  } catch {
    return null;
  }
}
