/**
 * Which differences between what we wrote and what stands there are people's edits. A copy that forgot writes of its own (restored,
 * reinstalled) sees those as differences too: a plan that followed one person's new date left new dates on every task behind it. So
 * no difference is believed before the decision had its say: what it wishes anyway was ours, or is agreed. What it does not wish is
 * believed one task at a time, the earliest first, because what comes later may follow from it.
 */
import type { Decision } from "../core/decision.ts";
import type { Desired, ThingFacts } from "../core/desired.ts";
import type { Thing } from "../store/mirror.ts";
import { isStranger } from "./mirror-row.ts";
import { edited, same, thingFacts, wishes } from "./three-way.ts";

/** Properties whose edit changes a plan. Completion and deletion are seen as they are. */
const PERSONAL = ["dueAt", "ownerId"] as const;

/**
 * Decides until nothing is left to believe: at most once more than there are edited tasks.
 * @param decide decides on top of the last decision's state, told so much of the things
 * @param isCareful not everything was looked at yet: nothing is believed at all
 */
export function decideBelieving(
  things: readonly Thing[],
  isCareful: boolean,
  decide: (things: readonly ThingFacts[], last: Decision | null) => Decision,
): Decision {
  const doubtful = new Set(things.filter((thing) => thing.kind === "task" && differences(thing).length > 0));
  const told = () => things.map((thing) => thingFacts(thing, isCareful || doubtful.has(thing)));
  let decision = decide(told(), null);
  while (doubtful.size > 0 && !isCareful) {
    const next = unexplained([...doubtful], decision.desired);
    if (next === null) break;
    doubtful.delete(next);
    const last = decision;
    const more = decide(told(), last);
    decision = {
      ...more,
      deeds: [...last.deeds, ...more.deeds],
      scored: more.scored ?? last.scored,
    };
  }
  return decision;
}

function differences(thing: Thing): readonly string[] {
  return edited(thing).filter((name) => (PERSONAL as readonly string[]).includes(name));
}

/** The first task that stands otherwise than it is wished, or that changed before anybody wished it. */
function unexplained(doubtful: readonly Thing[], desired: readonly Desired[]): Thing | null {
  const byKey = new Map(desired.map((wish) => [wish.key, wish]));
  const open = doubtful.filter((thing) => {
    const wish = byKey.get(thing.key);
    // This copy wished it never, so no write that it forgot is behind what changed since it was first seen.
    if (!wish && isStranger(thing)) return true;
    if (wish?.kind !== "task" || "keep" in wish) return false;
    const want = wishes("task", JSON.stringify(wish.task));
    return differences(thing).some((name) => !same(want[name], thing.theirs![name]));
  });
  const dueAt = (thing: Thing) => Number(thing.theirs!.dueAt ?? 0);
  return open.sort((a, b) => dueAt(a) - dueAt(b) || (a.key < b.key ? -1 : 1))[0] ?? null;
}
