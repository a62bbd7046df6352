import { expect } from "vitest";
import type { House } from "./house.ts";
import type { TaskSeen, World } from "./world.ts";

/** The CRM found nothing wrong with what we did, and nothing broke on our side. */
export function expectClean(house: House, world: World): void {
  expect(world.violations()).toEqual([]);
  expect(world.limited()).toBe(0);
  expect(house.logs.filter(({ level, event }) => level === "error" || BROKEN.has(event))).toEqual([]);
}

const BROKEN = new Set(["turn-failed", "client-undecided", "idle-turn", "wake-in-the-past", "finding-lost"]);

/** The subjects of the plan that was just made: 14 tasks, no two alike. */
export function planOf(tasks: readonly TaskSeen[]): readonly string[] {
  const subjects = tasks.map(({ subject }) => subject).sort();
  expect(new Set(subjects).size).toBe(14);
  expect(subjects).toHaveLength(14);
  return subjects;
}

/** Each of the plan's tasks stands exactly once; what came later (escalations) is not counted. */
export function expectPlanOnce(tasks: readonly TaskSeen[], plan: readonly string[]): void {
  const subjects = tasks.map(({ subject }) => subject).filter((subject) => plan.includes(subject));
  expect(subjects.sort()).toEqual([...plan].sort());
}

/** The task that is due first. */
export function firstDue(tasks: readonly TaskSeen[]): TaskSeen {
  return [...tasks].sort((a, b) => a.dueAt! - b.dueAt! || a.subject.localeCompare(b.subject))[0]!;
}
