import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

/** What a caller shows instead of the key itself. @param moveKey base64 of 32 bytes */
export function moveToken(moveKey: string): string {
  return createHmac("sha256", Buffer.from(moveKey, "base64")).update("tenure move door").digest("base64url");
}
