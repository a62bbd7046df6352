/** G11: the store keeps its promises on the storage of a Durable Object. */
import { runInDurableObject } from "cloudflare:test";
import { drizzle } from "drizzle-orm/durable-sqlite";
import { describe } from "vitest";
import type { Db } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { storeContract } from "../store/contract.ts";
import { env } from "./world.ts";

describe("the store in a Durable Object", () => {
  let count = 0;
  storeContract(async (work) => {
    let answer: unknown;
    await runInDurableObject(env.PORTAL.getByName(`hubspot-88${count++}`), (_, state) => {
      answer = work(drizzle(state.storage, { schema }) as unknown as Db);
    });
    return answer as never;
  });
});
