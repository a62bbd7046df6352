import { expect, test } from "vitest";
import type { ClientColumns } from "../../src/core/decision.ts";
import type { WithStore } from "./contract.ts";

const SCORE = { memory: null, class: null, shown: null };

/** What the store promises of scores. @param columns what else a client has */
export function scorePart(withStore: WithStore, columns: ClientColumns): void {
  const client = (key: string) => ({ key, state: { n: 1, health: SCORE }, dueAt: null, ...columns });
  const gathered = (key: string, body: string, scoreAt: number | null = null) => ({
    client: key,
    state: SCORE,
    body,
    scoreAt,
    book: 0,
  });

  test("what the score remembers is a part of the client's state, and stands apart from it", async () => {
    const answer = await withStore(({ clients, scores, db }) => {
      clients.put([client("a")]);
      scores.gathered([gathered("a", "{}")]);
      const state = clients.get("a")?.state;
      clients.remove("a");
      const rows = "select client as left from health union all select body from basis";
      return { state, left: db.all(rows as never) };
    });
    expect(answer).toEqual({ state: { n: 1, health: SCORE }, left: [] });
  });

  test("a newer book makes every score due that was gathered, then the day does", async () => {
    const answer = await withStore((store) => {
      const { clients, scores } = store;
      clients.put([client("a"), client("b"), client("never gathered")]);
      scores.gathered([gathered("a", "1"), gathered("b", "2", 500)]);
      const quiet = scores.nextAt();
      store.addBook({}, 100);
      const behind = scores.due(1, 100, 10).map((one) => [one.client, one.body]);
      const next = scores.nextAt();
      const rescored = (key: string, scoreAt: number | null) => ({ client: key, state: SCORE, scoreAt, score: 71.5 });
      scores.rescored([rescored("a", null), rescored("b", 700)], 1);
      const due = scores.due(1, 700, 10).map((one) => one.client);
      const at = clients.nextDueAt();
      scores.handOver(["b"], 1);
      return { quiet, behind, next, due, at, over: scores.nextAt(), score: clients.get("a")?.score };
    });
    expect(answer).toEqual({
      quiet: 500,
      behind: [
        ["a", "1"],
        ["b", "2"],
      ],
      next: 0,
      due: ["b"],
      at: 700,
      over: null,
      score: 71.5,
    });
  });

  test("a basis is replaced until a score change refers to it; then it stays beside the new one", async () => {
    const answer = await withStore(({ clients, scores, journal }) => {
      clients.put([client("a")]);
      const first = scores.gathered([gathered("a", "1")]).get("a")!;
      const second = scores.gathered([gathered("a", "2")]).get("a")!;
      scores.keep([second]);
      journal.scored([{ client: "a", at: 1, config: 0, book: 1, basis: second, inputs: { day: 1 }, result: {} }]);
      const same = scores.gathered([gathered("a", "2")]).get("a")!;
      const third = scores.gathered([gathered("a", "3")]).get("a")!;
      const kept = journal.scoresOf("a", 5).map((one) => [one.basis, one.inputs]);
      return { isReplaced: first === second, isSame: same === second, isNew: third !== second, kept };
    });
    expect(answer).toEqual({ isReplaced: true, isSame: true, isNew: true, kept: [["2", { day: 1 }]] });
  });
}
