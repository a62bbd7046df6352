import { expect, test } from "vitest";
import type { Decision } from "../../src/core/decision.ts";
import type { ThingFacts } from "../../src/core/desired.ts";
import { decideBelieving } from "../../src/engine/believe.ts";
import { seen, stranger } from "../../src/engine/mirror-row.ts";

const NOTHING = { desired: [], deeds: [], scored: null } as unknown as Decision;

/** What each decision was told that people changed. */
function told(isCareful: boolean): readonly (readonly string[])[] {
  const met = stranger("plan:company:1:1/kickoff", "7", { client: "company:1", target: null });
  const first = seen(met, { ownerId: "11", dueAt: 100 }, 1_000).row;
  const given = seen(first, { ownerId: "12", dueAt: 100 }, 2_000).row;
  const rounds: (readonly string[])[] = [];
  const decide = ([fact]: readonly ThingFacts[]): Decision => {
    rounds.push(fact!.edited);
    return NOTHING;
  };
  decideBelieving([given], isCareful, decide);
  return rounds;
}

test("what a person changes in a task that another copy made is believed before this copy comes to wish it", () => {
  expect(told(false)).toEqual([[], ["ownerId"]]);
});

test("as long as not everything was looked at, nothing is believed", () => {
  expect(told(true)).toEqual([[]]);
});
