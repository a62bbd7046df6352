/** The newest score changes, derived once more from what was kept with them (G7): a check that anybody may ask for. */
import { comesOutAgain, libraryOf } from "../core/client/derive.ts";
import type { Portal } from "../portal-open.ts";

export interface Derived {
  checked: number;
  same: number;
}

export function deriveAgain({ store }: Portal, limit: number): Derived {
  const configs = new Map(store.configs().map((one) => [one.version, one.body]));
  const library = libraryOf(
    (version) => store.bookOf(version),
    (version) => configs.get(version) ?? null,
  );
  const changes = store.journal.scores(limit);
  return { checked: changes.length, same: changes.filter((one) => comesOutAgain(one, library)).length };
}
