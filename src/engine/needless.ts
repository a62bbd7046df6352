/** A part that failed, and of which nothing waits any more, is nobody's concern: it ends as if it had gone well, and so does its finding. */
import type { Engine } from "./engine.ts";
import { type Parts, worked } from "./parts.ts";
import { lookPartsOf } from "./settle.ts";
import { partOf } from "./writer.ts";

/** Parts that are only tried while something waits for them: reads, look-ups, writes, and the names that writes carry. */
const WAITED_FOR = /^(?:(?:read|find|settle|write)\/|names$)/;

/** @see needless.ts */
export function endNeedless(engine: Engine, parts: Parts): void {
  const failing = parts.resting("").filter((part) => WAITED_FOR.test(part));
  if (failing.length === 0) return;
  const { mirror, records } = engine.store;
  const dirty = mirror.works("dirty");
  const writes = [...dirty, ...mirror.works("sending"), ...mirror.works("unknown")];
  const wanted = new Set([
    ...writes.map(partOf),
    ...lookPartsOf(engine),
    ...[...records.nextStale().keys()].map((kind) => `read/${kind}`),
    ...(dirty.size > 0 ? ["names"] : []),
  ]);
  for (const part of failing) if (!wanted.has(part)) worked(engine, parts, part);
}
