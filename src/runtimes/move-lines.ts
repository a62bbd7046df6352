/** A portal as lines of text, on its way from one place to another. */
import { z } from "zod";
import type { PortalId } from "../ports.ts";
import { type Digest, type Place, type RowPage, TABLES } from "./move.ts";

const header = z.object({
  tenure: z.literal("portal"),
  id: z.string(),
  digest: z.custom<Digest>((value) => typeof value === "object" && value !== null),
});
const line = z.union([
  z.object({ table: z.string(), rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))) }),
  z.object({ end: z.literal(true) }),
]);

/**
 * A portal as JSON lines: a header with its digest, its tables page by page, an end.
 * @param isLeaving true: the copy at `place` is marked and writes nothing any more; false: a look, which cannot be imported
 */
export async function* exportPortal(place: Place, id: PortalId, isLeaving: boolean): AsyncGenerator<string> {
  if (isLeaving) await place.leave(id);
  yield JSON.stringify({ tenure: "portal", id, digest: await place.digest(id) });
  for (const { name } of TABLES) {
    for (let after: number | null = 0; after !== null; ) {
      const { rows, next }: RowPage = await place.rows(id, name, after);
      if (rows.length > 0) yield JSON.stringify({ table: name, rows });
      after = next;
    }
  }
  yield JSON.stringify({ end: true });
}

/** Brings exported lines to a place. @throws Error when they are not whole, or a portal lives there already */
export async function importPortal(place: Place, lines: AsyncIterable<string>): Promise<PortalId> {
  let head: z.output<typeof header> | null = null;
  let isWhole = false;
  for await (const text of lines) {
    if (text === "") continue;
    if (head === null) {
      head = header.parse(JSON.parse(text));
      await place.begin(head.id);
      continue;
    }
    const one = line.parse(JSON.parse(text));
    if ("end" in one) isWhole = true;
    else await place.take(head.id, one.table, one.rows);
  }
  if (head === null || !isWhole) throw new Error("The file ends too early: export the portal again.");
  await place.finish(head.id, head.digest);
  return head.id;
}
