/** What is shown to a person of things that cannot be brought into the CRM. */
import type { Thing } from "../store/mirror.ts";
import type { Store } from "../store/store.ts";
import { amissKey, isMended } from "./mirror-row.ts";

/** Ends the findings about things that nobody has to look at any more. */
export function closeMended(
  { findings }: Pick<Store, "findings">,
  rows: readonly { thing: Thing; after: Thing | null }[],
  nowMs: number,
): void {
  const mended = rows.filter(({ thing, after }) => isMended(thing, after));
  findings.closeAll(
    mended.map(({ thing }) => amissKey(thing)),
    nowMs,
  );
}
