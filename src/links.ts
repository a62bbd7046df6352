/**
 * Signed links for people and systems outside the CRM: portal, client, plan cycle, what for, until when. The signature is a keyed hash, so
 * the same claims always give the same link, a link cannot be made or changed by anybody else, and nothing is stored for it.
 */
import { z } from "zod";
import type { Vault } from "./ports.ts";

export const LINK_KINDS = ["plan", "nps", "ces", "stop", "done"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

const claims = z.object({
  portal: z.string(),
  kind: z.enum(LINK_KINDS),
  /** under which the plan began, though it may live on as another; of a goodbye, the present one */
  client: z.string(),
  cycle: z.int(),
  /** the last day on which it opens anything, days since 1970 */
  untilDay: z.int(),
  /** links of another revision of the client open nothing */
  revision: z.int(),
  /** the contact who unsubscribes, the step that was done */
  about: z.string(),
});
export type Claims = z.output<typeof claims>;

function encode(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function decode(text: string): string {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

export function signLink(of: Claims, vault: Pick<Vault, "hash">): string {
  const body = encode(JSON.stringify([of.portal, of.kind, of.client, of.cycle, of.untilDay, of.revision, of.about]));
  return `${body}.${vault.hash(`link:${body}`)}`;
}

/** What a link says; null when we did not sign it, or its day has passed. */
export function readLink(token: string, vault: Pick<Vault, "hash">, nowMs: number): Claims | null {
  const dot = token.indexOf(".");
  if (dot < 1 || token.length > 600) return null;
  const body = token.slice(0, dot);
  if (vault.hash(`link:${body}`) !== token.slice(dot + 1)) return null;
  try {
    const [portal, kind, client, cycle, untilDay, revision, about] = JSON.parse(decode(body)) as unknown[];
    const found = claims.safeParse({ portal, kind, client, cycle, untilDay, revision, about });
    return found.success && Math.floor(nowMs / 86_400_000) <= found.data.untilDay ? found.data : null;
  } catch {
    // Signed by us and still no link: an older form.
    return null;
  }
}

/** Where each kind of link leads, below the public address. */
const PATHS: Readonly<Record<LinkKind, string>> = {
  plan: "/c/plan/",
  nps: "/c/survey/",
  ces: "/c/survey/",
  stop: "/c/stop/",
  done: "/v1/done/",
};

export function linkUrl(publicUrl: string, of: Claims, vault: Pick<Vault, "hash">): string {
  return `${publicUrl}${PATHS[of.kind]}${signLink(of, vault)}`;
}
