import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { Vault } from "../ports.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with named keys; the first key seals, all of them open. Hashes are HMAC-SHA-256 with a key derived from the *last*
 * (oldest) key, so that rotating keys in front does not make every text look edited.
 * @param keys `name:base64,name:base64`, newest first
 */
export function makeVault(keys: string): Vault {
  const ring = keys.split(",").map((one) => {
    const [name = "", value = ""] = one.split(":");
    return { name, key: Buffer.from(value, "base64") };
  });
  const newest = ring[0]!;
  const hashKey = createHmac("sha256", ring.at(-1)!.key).update("tenure text hash").digest();
  return {
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
      const decipher = createDecipheriv("aes-256-gcm", known.key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        "utf8",
      );
    },
    hash: (text) => createHmac("sha256", hashKey).update(text).digest("base64url").slice(0, 22),
  };
}
