/** Reading bodies with a limit, raw bytes first: a signature is over bytes, not over what a parser made of them. */

import type { Context } from "hono";
import type { Incoming } from "../crm/port.ts";

/** The largest webhook body that is read, bytes: a full HubSpot delivery of 100 events is about 40 kB. */
export const WEBHOOK_BODY_MAX = 1_000_000;

/** @returns the bytes, or null when there are more than `maxBytes` */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array | null> {
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  if (declared > maxBytes) return null;
  if (Number.isFinite(declared)) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.length > maxBytes ? null : bytes;
  }
  return readChunks(request, maxBytes);
}

/** A request as its signature was made over it: raw bytes, and the address as the CRM knows it. Null when it is too large. */
export async function signedRequest({ req }: Context, publicUrl: string, maxBytes: number): Promise<Incoming | null> {
  const body = await readBytes(req.raw, maxBytes);
  if (body === null) return null;
  const url = new URL(req.url);
  return { method: req.method, url: `${publicUrl}${url.pathname}${url.search}`, headers: req.raw.headers, body };
}

/** Without a declared length the body is counted as it comes. */
async function readChunks(request: Request, maxBytes: number): Promise<Uint8Array | null> {
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
