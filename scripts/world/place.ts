import type { Day } from "../../src/core/calendar/calendar.ts";
import type { Crms, World } from "../../test/support/world.ts";
import type { Clients } from "./clients.ts";
import type { People } from "./people.ts";
import type { Overruled } from "./screens.ts";

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
  readonly clients: Clients;
  /** by company, the zone that a person set on our screens, as far as the copy that runs now knows of it */
  readonly overruled: Map<string, Overruled>;
  /** when everything came to rest last, and which companies were noted as left then, with the day */
  leftAtRest: { at: number; days: ReadonlyMap<string, Day> };
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
