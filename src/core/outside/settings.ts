/** What the admin says about everything that leaves the CRM: letters, clients' pages, calls to other systems. */
import { z } from "zod";
import { own } from "../own.ts";

const link = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .nullable()
  .default(null);
const line = z.string().trim().max(300).default("");

/** Who writes, and what letters may name. */
export const messageSettings = z.strictObject({
  fromName: line,
  /** without an address nothing is sent: letters stay tasks */
  fromAddress: z.email().nullable().default(null),
  replyTo: z.email().nullable().default(null),
  /** `portal.name`, `portal.emergency`, `portal.signature` */
  portalName: line,
  emergency: line,
  signature: z.string().trim().max(2000).default(""),
  /** `form.link`, `booking.link`, `training.link` */
  formLink: link,
  bookingLink: link,
  trainingLink: link,
  /** a property of company or contact with the client's language (`ro`, `ru-RU`); null = the portal's language */
  languageProperty: z.string().max(100).nullable().default(null),
  /** where the CRM has sequences: which of them says a letter of the library, by the letter's name */
  sequences: z.record(z.string().max(60), z.string().regex(/^\d{1,20}$/, "digits")).default({}),
  /** where the CRM sends short messages by a process of its own: its number; it is started on the contact with the parameter `Text` */
  smsProcess: z
    .string()
    .regex(/^\d{1,20}$/, "digits")
    .nullable()
    .default(null),
});

/** Pages that clients open by a signed link. */
export const pageSettings = z.strictObject({
  /** the plan page, `plan.link` in letters and the field `plan_link` */
  plan: z.boolean().default(false),
  /** the survey pages and `survey.link` in letters */
  surveys: z.boolean().default(true),
  /** links open this many days beyond the plan's length */
  lifeDays: z.int().min(1).max(730).default(90),
});

const httpsUrl = z.url({ protocol: /^https?$/ }).max(500);

/** Signed calls to the customer's own systems (A6). */
export const callSettings = z.strictObject({
  /** takes every action that has no address of its own; null = actions without an address become tasks */
  url: httpsUrl.nullable().default(null),
  /** per action of a provision step: an address of its own, or off (the step is passed over) */
  actions: z
    .record(z.string().max(40), z.strictObject({ url: httpsUrl.optional(), isOff: z.boolean().default(false) }))
    .default({}),
  /** names and addresses of client and contact, freshly read, go along */
  includeContact: z.boolean().default(false),
});

/** Which property says that the setup form is complete (`form.completed`). */
export const formSettings = z.strictObject({
  /** a property of deal, company or contact */
  property: z.string().max(100).nullable().default(null),
  /** the value that means complete; null = any value but an empty one, no and false */
  value: z.string().max(100).nullable().default(null),
});

export type MessageSettings = z.output<typeof messageSettings>;
export type PageSettings = z.output<typeof pageSettings>;
export type CallSettings = z.output<typeof callSettings>;

/** The address for an action; null where there is none. */
export function callUrl(action: string, settings: CallSettings): string | null {
  return own(settings.actions, action)?.url ?? settings.url;
}

/** The customer's own mail service, where one is named; addresses go nowhere by a general address alone. */
export function mailServiceUrl(settings: CallSettings): string | null {
  const own = settings.actions.email;
  return own && !own.isOff ? (own.url ?? null) : null;
}
