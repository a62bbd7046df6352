/** How long pages of a portal with very many clients take, from the question to the data of the answer: the client card, and the team board. */
import { type LargePortal, largePortal } from "../../test/support/large-portal.ts";
import { type BenchLine, lineOf } from "./line.ts";
import { quantile } from "./measure.ts";

const BENCH = "card";
const CARD_MS = 50;
const BOARD_MS = 1_000;
/** Each card is opened so often, and the board twice that: enough for a 95th percentile. */
const ROUNDS = 5;

/** One after the other. @returns the 95th percentile of their times, ms */
async function p95(works: readonly (() => Promise<unknown>)[]): Promise<number> {
  const took: number[] = [];
  for (const work of works) {
    const startedAt = performance.now();
    await work();
    took.push(performance.now() - startedAt);
  }
  return quantile(took, 0.95);
}

const rounds = <T>(times: number, of: readonly T[]): T[] => Array.from({ length: times }, () => of).flat();

async function measured({ admin, opened, ask }: LargePortal, clients: number): Promise<BenchLine[]> {
  const cards = opened.map((key) => () => ask("card", admin, key, "en"));
  const board = (wish: object) => () =>
    ask("board", admin, { zone: null, ownerId: null, phase: null, only: null, capacity: 6, page: 0, ...wish }, "en");
  const boards = { worst: board({ order: "health" }), triage: board({ order: "triage" }) };
  // Once for the compiler.
  await p95([cards[0]!, ...Object.values(boards)]);
  const line = (metric: string, value: number, limit: number) =>
    lineOf(BENCH, `${metric} of ${clients} clients, p95`, value, "ms", limit);
  return [
    line("a client card", await p95(rounds(ROUNDS, cards)), CARD_MS),
    line("the board's worst fifty", await p95(rounds(2 * ROUNDS, [boards.worst])), BOARD_MS),
    line("the board's triage", await p95(rounds(2 * ROUNDS, [boards.triage])), BOARD_MS),
  ];
}

/** @param clients a multiple of 10,000 */
export async function run(clients = 100_000): Promise<BenchLine[]> {
  const portal = await largePortal(clients);
  try {
    return await measured(portal, clients);
  } finally {
    portal.world.close();
  }
}
