/** What the CRM holds after the crash test, judged key by key: however much virtual time a slow machine took, and whatever fell due in it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openFile } from "../../../src/runtimes/node/portal-files.ts";
import { USUAL_STEPS } from "../usual-plan.ts";
import type { ListedTask, WonDeal } from "./site.ts";

/** Tasks of the usual plan from its start. Others come when they fall due: a meeting that nobody booked, a play, a rung. */
const STEPS_AT_START = Object.values(USUAL_STEPS).flat();
/** Rows read at once. */
const PAGE = 500;

const planOf = ({ company }: WonDeal) => `plan:company:${company}:1/`;

/** Keys of the tasks that a won deal has from its plan's start. */
export function keysAtStart(won: WonDeal): readonly string[] {
  return STEPS_AT_START.map((step) => planOf(won) + step);
}

/** What a killed connector wishes for by its database, and what it is taking away again. */
export function wishedIn(dataDir: string): ReadonlySet<string> {
  const wished = new Set<string>();
  const folder = join(dataDir, "portals");
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".sqlite"))) {
    const file = openFile(join(folder, name));
    for (let page = file.store.mirror.page("", PAGE); page.length > 0; ) {
      for (const { key, desired, state } of page)
        if (desired !== null || state === "dirty" || state === "sending" || state === "unknown") wished.add(key);
      page = file.store.mirror.page(page.at(-1)!.key, PAGE);
    }
    file.close();
  }
  return wished;
}

/**
 * Every key of a plan's start is there exactly once and on its deal, no other key twice, nothing that the connector did not wish for, and no
 * second plan. A line for each task that is wrong.
 */
export function problemsOf(
  tasks: readonly ListedTask[],
  won: readonly WonDeal[],
  wished: ReadonlySet<string>,
): readonly string[] {
  const byKey = Map.groupBy(tasks, ({ key }) => key);
  const problems: string[] = [];
  const atStart = new Set<string>();
  for (const one of won)
    for (const key of keysAtStart(one)) {
      atStart.add(key);
      const there = byKey.get(key) ?? [];
      if (there.length !== 1) problems.push(`deal ${one.deal}: ${key} is there ${there.length} times`);
      else if (there[0]!.deals.join() !== one.deal)
        problems.push(`deal ${one.deal}: ${key} is on ${there[0]!.deals.join(", ") || "no deal"}`);
    }
  const plans = new Set(won.map(planOf));
  for (const [key, there] of byKey) {
    if (atStart.has(key)) continue;
    if (!wished.has(key)) problems.push(`${key || "no key"} (${there[0]!.subject}) was not wished`);
    else if (key.startsWith("plan:") && !plans.has(key.slice(0, key.indexOf("/") + 1)))
      problems.push(`${key} (${there[0]!.subject}) is of another plan`);
    if (key !== "" && there.length > 1) problems.push(`${key} is there ${there.length} times`);
  }
  return problems;
}
