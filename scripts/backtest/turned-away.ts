/** Of generated histories a file says which clients had turned away, and since when. It judges; the scored program never reads it. */
import type { Day } from "../../src/core/calendar/day.ts";
import { auc } from "../../src/core/score/metrics.ts";
import type { Columns } from "./columns.ts";
import { dayOf, readCsv } from "./read.ts";

const SCORES: Columns = { all: [], needs: [["client"], ["health"]] };
const TRUTH: Columns = {
  all: [{ name: "renewal", also: [], isDay: true }],
  needs: [["client"], ["renewal"], ["disengaged"], ["days_disengaged"]],
};

/**
 * Chance that health puts a client who has turned away by the cut, with the renewal still ahead, below one who has not.
 * @param scores what `--scores` wrote @param truth `client,renewal,disengaged,days_disengaged`, the days counted back from the renewal
 * @returns null where all have turned away, or none
 */
export async function turnedAwayAuc(scores: string, truth: string, cutDay: Day): Promise<number | null> {
  const turned = new Set<string>();
  await readCsv(truth, TRUTH, ({ client, renewal, disengaged, days_disengaged }) => {
    const renewalDay = dayOf(renewal);
    if (disengaged !== "1" || renewalDay === null || renewalDay < cutDay) return;
    if (renewalDay - Number(days_disengaged) <= cutDay) turned.add(client ?? "");
  });
  const doubts: number[] = [];
  const isTurned: number[] = [];
  await readCsv(scores, SCORES, ({ client, health }) => {
    doubts.push(100 - Number(health));
    isTurned.push(turned.has(client ?? "") ? 1 : 0);
  });
  return auc(doubts, isTurned);
}
