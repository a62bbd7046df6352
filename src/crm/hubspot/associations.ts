/** Reading and adding links between records (facts sheet 5.7). */
import { z } from "zod";
import { chunksOf } from "../batch.ts";
import type { Client } from "./client.ts";
import { API_VERSION, ASSOCIATION_BATCH } from "./limits.ts";
import { finished, isSilent, numErrors, paging } from "./objects.ts";
import { type ErrorBody, errorBody, isGone, unexpected } from "./refusals.ts";

const id = z.union([z.number(), z.string()]).transform(String);
const readReply = z.looseObject({
  status: finished,
  results: z.array(
    z.looseObject({
      from: z.looseObject({ id }),
      to: z.array(
        z.looseObject({
          toObjectId: id,
          associationTypes: z.array(z.looseObject({ typeId: z.number() })).nullish(),
        }),
      ),
      paging,
    }),
  ),
  numErrors,
  errors: z.array(errorBody).nullish(),
});
const addReply = z.looseObject({
  status: finished,
  results: z.array(z.looseObject({ from: z.looseObject({ id }), to: z.looseObject({ id }) })),
  errors: z.array(errorBody).nullish(),
});

/** Association types that mean "primary company": of a deal 5, of a contact 1, of a ticket 26. */
const PRIMARY = new Set([5, 1, 26]);

/** Calls that `readLinks` needs for so many records, as long as no record has more than a page of links. */
export function linkCalls(records: number): number {
  return Math.ceil(records / ASSOCIATION_BATCH);
}

/**
 * Ids on the other side by id, a primary company first. Records without links are left out.
 * @param from path segment of the records, `deals`
 * @param to path segment of what they are linked to, `companies`
 */
export async function readLinks(
  client: Client,
  from: string,
  to: string,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const links = new Map<string, { id: string; primary: boolean }[]>();
  let inputs: { id: string; after?: string }[] = ids.map((record) => ({ id: record }));
  while (inputs.length > 0) {
    const pages = await Promise.all(
      chunksOf(inputs, ASSOCIATION_BATCH).map((chunk) => readPage(client, from, to, chunk)),
    );
    const asked = new Map(inputs.map((input) => [input.id, input.after]));
    inputs = [];
    for (const { from: record, to: others, paging } of pages.flatMap(({ results }) => results)) {
      const known = links.get(record.id) ?? [];
      for (const { toObjectId, associationTypes } of others) {
        known.push({ id: toObjectId, primary: (associationTypes ?? []).some(({ typeId }) => PRIMARY.has(typeId)) });
      }
      links.set(record.id, known);
      if (!paging?.next) continue;
      if (paging.next.after === asked.get(record.id)) throw unexpected(false, `${from}/${to}/batch/read`);
      inputs.push({ id: record.id, after: paging.next.after });
    }
  }
  const sorted = [...links].map(([record, others]): [string, string[]] => {
    const ordered = [...others].sort((a, b) => Number(b.primary) - Number(a.primary));
    return [record, [...new Set(ordered.map((other) => other.id))]];
  });
  return new Map(sorted);
}

/**
 * A 207 names records without links as errors (OBJECT_NOT_FOUND, crm.associations.NO_ASSOCIATIONS_FOUND). Any other error leaves open
 * whether there are links: taken for none, a task that is there would be made again.
 */
async function readPage(
  client: Client,
  from: string,
  to: string,
  inputs: readonly unknown[],
): Promise<z.infer<typeof readReply>> {
  const call = {
    method: "POST",
    path: `/crm/associations/${API_VERSION}/${from}/${to}/batch/read`,
    json: { inputs },
    limit: "associations",
    items: inputs.length,
  } as const;
  const reply = await client.ask(call, readReply);
  if (isSilent(reply) || reply.errors?.some((error) => !isUnlinked(error))) throw unexpected(false, call.path);
  return reply;
}

function isUnlinked(error: ErrorBody): boolean {
  return isGone(error) || String(error.subCategory).endsWith("NO_ASSOCIATIONS_FOUND");
}

export interface Pair {
  from: string;
  to: string;
}

/** Ties each pair with the default type; a link that is there already stays. @returns the pairs that are tied now */
export async function addLinks(client: Client, from: string, to: string, pairs: readonly Pair[]): Promise<Pair[]> {
  const inputs = pairs.map((pair) => ({ from: { id: pair.from }, to: { id: pair.to } }));
  const call = {
    method: "POST",
    path: `/crm/associations/${API_VERSION}/${from}/${to}/batch/associate/default`,
    json: { inputs },
    write: true,
    limit: "associations",
    items: pairs.length,
  } as const;
  const { results } = await client.ask(call, addReply);
  const tied = new Set(
    results.flatMap((result) => [`${result.from.id}>${result.to.id}`, `${result.to.id}>${result.from.id}`]),
  );
  return pairs.filter((pair) => tied.has(`${pair.from}>${pair.to}`));
}
