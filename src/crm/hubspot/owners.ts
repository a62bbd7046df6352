/** Owners, deactivated ones included (facts sheet 5.8). */
import { z } from "zod";
import { isFailure } from "../failure.ts";
import type { Owner } from "../port.ts";
import type { Client } from "./client.ts";
import { API_VERSION, OWNER_PAGE } from "./limits.ts";
import { paging } from "./objects.ts";
import { unexpected } from "./refusals.ts";

const id = z.union([z.number(), z.string()]).transform(String);
const page = z.looseObject({
  results: z.array(
    z.looseObject({
      id,
      firstName: z.string().nullish(),
      lastName: z.string().nullish(),
      userId: id.nullish(),
      userIdIncludingInactive: id.nullish(),
      type: z.string().nullish(),
      archived: z.boolean().nullish(),
      teams: z.array(z.looseObject({ id })).nullish(),
    }),
  ),
  paging,
});

/** Pages of names that a screen may ask for: 500 people. */
const NAME_PAGES = 5;

/** Pages gathered so far; kept when the budget runs dry, so that a large account is listed in several turns. */
interface Listing {
  owners: Owner[];
  archived: boolean;
  after: string | null;
}

export class Owners {
  readonly #client: Client;
  #listing: Listing | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * All people that own or owned records; queues are left out. HubSpot knows no managers and, without another scope, no zones.
   * @throws CrmFailure `limited` in the middle when the budget runs dry; calling again goes on where it stood
   */
  async all(): Promise<readonly Owner[]> {
    this.#listing ??= { owners: [], archived: false, after: null };
    try {
      await this.#list(this.#listing);
    } catch (error) {
      if (!isFailure(error, "limited")) this.#listing = null;
      throw error;
    }
    const { owners } = this.#listing;
    this.#listing = null;
    return owners;
  }

  /** Names of the people who may own records now, by owner id; for screens, never stored. At most `NAME_PAGES` pages. */
  async names(): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    let after: string | null = null;
    for (let pages = 0; pages < NAME_PAGES; pages++) {
      const query = new URLSearchParams({
        limit: String(OWNER_PAGE),
        archived: "false",
        ...(after !== null && { after }),
      });
      const path = `/crm/owners/${API_VERSION}?${query}`;
      const { results, paging }: z.infer<typeof page> = await this.#client.ask({ method: "GET", path, items: 1 }, page);
      for (const { id: owner, firstName, lastName } of results) {
        const name = [firstName, lastName].filter(Boolean).join(" ");
        if (name !== "") names.set(owner, name);
      }
      after = paging?.next?.after ?? null;
      if (after === null) break;
    }
    return names;
  }

  async #list(listing: Listing): Promise<void> {
    for (;;) {
      const query = new URLSearchParams({ limit: String(OWNER_PAGE), archived: String(listing.archived) });
      if (listing.after !== null) query.set("after", listing.after);
      const { results, paging } = await this.#client.ask(
        { method: "GET", path: `/crm/owners/${API_VERSION}?${query}`, items: 1 },
        page,
      );
      for (const owner of results) if (owner.type !== "QUEUE") listing.owners.push(toOwner(owner, listing.archived));
      const next = paging?.next?.after ?? null;
      if (next !== null && next === listing.after) throw unexpected(false, "owners");
      listing.after = next;
      if (next !== null) continue;
      if (listing.archived) return;
      listing.archived = true;
    }
  }
}

/** Archived owners have no `userId`; the other field still tells which person it was. */
function toOwner(owner: z.infer<typeof page>["results"][number], archived: boolean): Owner {
  return {
    id: owner.id,
    userId: owner.userId ?? owner.userIdIncludingInactive ?? null,
    active: !(owner.archived ?? archived),
    managerId: null,
    teamIds: (owner.teams ?? []).map((team) => team.id),
    zone: null,
  };
}
