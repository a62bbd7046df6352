/** What of the portal itself has to be looked at again before long: its account, or our own fields, which are then set up again. */
import type { Store } from "../store/store.ts";

export type Looked = "account" | "schema";

/** Our fields include the account: what asks for less does not take that back. */
export function lookAgain({ meta }: Store, what: Looked): void {
  if (meta.get<Looked>("lookDue") !== "schema") meta.set("lookDue", what);
}
