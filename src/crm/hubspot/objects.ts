/** Bodies of the objects API, as far as we read them (contracts: crm-objects). */
import { z } from "zod";
import { errorBody } from "./refusals.ts";

const instant = z.string().nullish();
const past = z.looseObject({ value: z.string().nullish(), timestamp: z.string() });

const objectReply = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  propertiesWithHistory: z.record(z.string(), z.array(past)).nullish(),
  objectWriteTraceId: z.string().nullish(),
  updatedAt: instant,
  archived: z.boolean().nullish(),
});
export type ObjectReply = z.infer<typeof objectReply>;

/** Where a list goes on; left out, or empty, on its last page. */
export const paging = z.looseObject({ next: z.looseObject({ after: z.string() }).nullish() }).nullish();

/** The contracts also know PENDING, PROCESSING and CANCELED: what such an answer leaves out is not missing, and not refused. */
export const finished = z.literal("COMPLETE").nullish();

/** How many inputs went wrong; the errors beside it say which, mostly. */
export const numErrors = z.number().nullish().catch(null);

/** Some inputs went wrong, and nobody says which: whatever such an answer leaves out may be there. */
export function isSilent(reply: { numErrors?: number | null; errors?: readonly unknown[] | null }): boolean {
  return (reply.numErrors ?? 0) > 0 && (reply.errors ?? []).length === 0;
}

export const batchReply = z.looseObject({
  status: finished,
  results: z.array(objectReply),
  numErrors,
  errors: z.array(errorBody).nullish(),
});

export const searchReply = z.looseObject({ results: z.array(objectReply) });

/** Earlier values of each property, oldest first; HubSpot lists the newest first. */
export function historyIn(record: ObjectReply): Record<string, string[]> {
  const histories: Record<string, string[]> = {};
  for (const [name, entries] of Object.entries(record.propertiesWithHistory ?? {})) {
    const ordered = [...entries].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    histories[name] = ordered.map(({ value }) => value ?? "");
  }
  return histories;
}
