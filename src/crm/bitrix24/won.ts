/**
 * When a deal was won. `movedTime` is the moment of its last change of stage, which is the win unless a deal that was won already went on
 * to the success stage of another pipeline: such a deal would look won anew. The stage history tells (facts sheet section 8.4). It is
 * asked only where there are several pipelines, in the request that reads the deals, and once more for the few deals that reached a
 * success stage twice. That `STAGE_SEMANTIC_ID` may stand in its filter is unverified: where it is refused, `movedTime` stands.
 */
import { z } from "zod";
import { chunksOf } from "../batch.ts";
import type { ReadRecord } from "../port.ts";
import { BATCH_COMMANDS, type Client, type Command, optionalResult, type Reply } from "./client.ts";
import { ENTITY_TYPE } from "./kinds.ts";
import { idOf, instantOf } from "./values.ts";

const METHOD = "crm.stagehistory.list";
const WON = "S";

const History = z.looseObject({
  items: z.array(
    z.looseObject({ OWNER_ID: z.unknown(), CREATED_TIME: z.unknown(), STAGE_SEMANTIC_ID: z.unknown().optional() }),
  ),
});

/** Which of these deals reached a success stage, and how often; one command beside the list that reads them. */
export function winsCommand(ids: readonly string[]): Command {
  return {
    method: METHOD,
    params: {
      entityTypeId: ENTITY_TYPE.deal,
      filter: { "@OWNER_ID": ids.map(Number), STAGE_SEMANTIC_ID: WON },
      order: { ID: "ASC" },
      select: ["OWNER_ID", "CREATED_TIME"],
    },
  };
}

/** Deals among `ids` whose last change of stage may not be their win, by the answer to `winsCommand`. */
export function wonTwice(replies: ReadonlyMap<string, Reply>, key: string, ids: readonly string[]): readonly string[] {
  const history = History.safeParse(optionalResult(replies, key));
  if (!history.success) return [];
  const reply = replies.get(key);
  // More rows than a page holds: somebody among them has several.
  if (reply?.ok && reply.answer.next !== null) return ids;
  const owners = history.data.items.map(({ OWNER_ID }) => idOf(OWNER_ID));
  return ids.filter((id) => owners.filter((owner) => owner === id).length > 1);
}

/** Deals whose win is kept in memory; past it everything is asked anew. */
const KEPT = 10_000;

/** Wins that the history told, kept per connection: a deal that is read again after an edit is not asked for again. */
export class Wins {
  /** `deal id @ its last change of stage` → epoch ms */
  readonly #known = new Map<string, number>();

  /**
   * The same records, each of the won deals among `ids` with the moment of its win.
   * @throws CrmFailure; what was told until then is kept, so that another try goes on from there
   */
  async settle(
    client: Client,
    records: ReadonlyMap<string, ReadRecord>,
    ids: readonly string[],
  ): Promise<readonly ReadRecord[]> {
    const won = ids.filter((id) => records.get(id)?.facts.outcome === "won");
    const open = won.filter((id) => !this.#known.has(keyOf(records.get(id)!)));
    if (this.#known.size + open.length > KEPT) this.#known.clear();
    for (const chunk of chunksOf(open, BATCH_COMMANDS)) {
      for (const [id, wonAt] of await winTimes(client, chunk)) this.#known.set(keyOf(records.get(id)!), wonAt);
    }
    return [...records.values()].map((record) => {
      const wonAt = record.facts.outcome === "won" ? this.#known.get(keyOf(record)) : undefined;
      return wonAt === undefined ? record : { ...record, facts: { ...record.facts, wonAt } };
    });
  }
}

function keyOf({ ref, facts }: ReadRecord): string {
  return `${ref.id}@${facts.wonAt}`;
}

/** The beginning of each deal's newest unbroken stay in success stages, epoch ms by id. @throws CrmFailure */
async function winTimes(client: Client, ids: readonly string[]): Promise<Map<string, number>> {
  const commands = ids.map((id): [string, Command] => [
    `w${id}`,
    {
      method: METHOD,
      params: {
        entityTypeId: ENTITY_TYPE.deal,
        filter: { OWNER_ID: Number(id) },
        order: { ID: "DESC" },
        select: ["OWNER_ID", "CREATED_TIME", "STAGE_SEMANTIC_ID"],
      },
    },
  ]);
  const replies = await client.batch(new Map(commands));
  const times = new Map<string, number>();
  for (const id of ids) {
    const history = History.safeParse(optionalResult(replies, `w${id}`));
    for (const row of history.success ? history.data.items : []) {
      if (row.STAGE_SEMANTIC_ID !== WON) break;
      const at = instantOf(row.CREATED_TIME);
      if (at !== null) times.set(id, at);
    }
  }
  return times;
}
