/** Where escalations and digests go besides the CRM: a team's chat, or any system that takes a webhook. */
import { z } from "zod";
import { ours } from "../problem.ts";

export const CHANNEL_KINDS = ["slack", "teams", "telegram", "generic"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const CHANNEL_EVENTS = ["escalation", "digest"] as const;
export type ChannelEvent = (typeof CHANNEL_EVENTS)[number];

/** Escalations from this level on leave the CRM: the manager's, the head's, the executive's. */
export const CHANNEL_LEVEL = 2;

/** An address carries its own secret, so it is kept sealed, and comes back from a file in that form. */
export const SEALED = "sealed:";

function isAddress(text: string): boolean {
  return text.startsWith(SEALED) || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol));
}

const webhook = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "key_form"),
    kind: z.enum(CHANNEL_KINDS),
    url: z.string().max(2_000).refine(isAddress, ours("an_address")),
    /** Telegram: the chat's id, or @name of a public one */
    chat: z.string().max(100).default(""),
    events: z
      .array(z.enum(CHANNEL_EVENTS))
      .min(1)
      .default([...CHANNEL_EVENTS]),
    /** names of client and colleague, freshly read when it goes out */
    includeNames: z.boolean().default(false),
  })
  .refine(({ kind, chat }) => kind !== "telegram" || chat !== "", { ...ours("needs_chat"), path: ["chat"] });

export const channelSettings = z.strictObject({
  webhooks: z
    .array(webhook)
    .max(20)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, ours("same_id"))
    .default([]),
});

export type ChannelSettings = z.output<typeof channelSettings>;
export type ChannelHook = ChannelSettings["webhooks"][number];
