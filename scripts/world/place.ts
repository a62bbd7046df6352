import type { Crms, World } from "../../test/support/world.ts";
import type { People } from "./people.ts";

/** What keeps a portal from being wholly installed. */
export type Hindrance = "uninstalled" | "revoked" | "narrower scopes" | "smaller plan";

/** An earlier state of a portal's database. */
export interface Copy {
  /** epoch ms */
  at: number;
  /** the connector goes on with it */
  restore(): Promise<void>;
}

/** One portal of the world, its people, and what befell it. */
export interface Place {
  readonly world: World<Crms>;
  readonly people: People;
  hindered: { by: Hindrance; until: number } | null;
  /** the newest last */
  copies: readonly Copy[];
  /** an admin had deals won since then count, epoch ms; `at` is when, null while it is still to be done */
  adopted: { since: number; at: number | null } | null;
}

/** Can the connector do nothing there? */
export function isAway({ world, hindered }: Place): boolean {
  if (!hindered) return false;
  if (hindered.by === "smaller plan") return world.vendor === "bitrix24";
  return hindered.by !== "narrower scopes";
}
