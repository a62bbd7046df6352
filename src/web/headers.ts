/** What a framed page may do, and who may frame it. */
import type { Context } from "hono";
import { originOf } from "./origin.ts";

/**
 * Headers of one page. `nonce` marks the only styles and scripts that run; `frames` are the origins that may show the page inside theirs.
 */
export function frameHeaders(c: Context, frames: readonly string[], nonce: string): void {
  const ancestors = frames.length === 0 ? "'none'" : frames.map(originOf).join(" ");
  c.header(
    "content-security-policy",
    `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors ${ancestors}`,
  );
  c.header("cache-control", "no-store");
}
