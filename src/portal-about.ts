/** What was learnt about the portal itself, and what follows from it. */
import { retryRefused } from "./engine/reader.ts";
import type { About } from "./portal.ts";
import type { Store } from "./store/store.ts";

/** Notes it; the caller opens the transaction. @param known as it was before */
export function keepAbout(store: Store, about: About, known: About | null, now: number): void {
  store.meta.set("about", about);
  store.meta.remove("lookDue");
  store.findings.close("unauthorised", now);
  if (JSON.stringify(known?.owners) !== JSON.stringify(about.owners)) store.clients.allDue(now);
  if (JSON.stringify(known?.schema.ready) !== JSON.stringify(about.schema.ready)) store.clients.allDue(now);
  if (known && about.schema !== known.schema && about.schema.created > 0) refillFields(store, now);
  for (const left of about.schema.left) {
    const params = { field: left.field, record: left.on, why: left.why };
    store.findings.raise(`field-left:${left.on}:${left.field}`, "field-left-out", params, now);
  }
}

/** Fields of ours that were missing are there again, empty: what was refused for them goes out once more, the rest is seen by reading. */
function refillFields(store: Store, now: number): void {
  const carriers = store.mirror.carriers();
  store.records.mark(
    carriers.map(({ record }) => record),
    now,
  );
  retryRefused(
    { store, now: () => now },
    carriers.flatMap(({ client }) => client ?? []),
  );
}
