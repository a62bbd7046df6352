import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** What a caller shows instead of the key itself. @param moveKey base64 of 32 bytes */
export function moveToken(moveKey: string): string {
  return createHmac("sha256", Buffer.from(moveKey, "base64")).update("tenure move door").digest("base64url");
}

/** Does a caller show this token? Takes as long whatever is shown. */
export function isBearer(authorisation: string | null, token: string): boolean {
  const given = Buffer.from(authorisation ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
