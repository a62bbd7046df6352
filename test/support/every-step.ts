/**
 * Failure at every step, as SQLite tests itself: a small life of a portal is played again and again, and each time the connector is killed
 * at one later step than before (each commit, each call to the CRM, before it and after it), started again, and run to quiet. Whatever
 * the step, the CRM has to end up as if nothing had happened.
 */

import type { PortalId } from "../../src/ports.ts";
import type { VirtualClock } from "../../src/sandbox/clock.ts";
import type { LogLine } from "./house.ts";
import { Killed, type Step, type When } from "./life.ts";
import { DAY, HOUR, MINUTE } from "./times.ts";
import { addPortal, type Crms, type VendorName, type World } from "./world.ts";

/** A connector on some runtime, both CRMs around it, one virtual clock. */
export interface StepHouse extends Crms {
  readonly clock: VirtualClock;
  readonly logs: LogLine[];
  readonly isDead: boolean;
  /** the portal whose steps are counted; where the runtime has to be told */
  watch?(id: PortalId): Promise<void>;
  /** starts again on what is on disk */
  start(): void | Promise<void>;
  run(untilMs: number): Promise<void>;
  close(): void | Promise<void>;
}

export type OnStep = (step: Step, when: When) => void;

/** What the CRM holds in the end: everything that should not depend on when the connector was killed. */
export interface Outcome {
  tasks: readonly string[];
  fields: Readonly<Record<string, string>>;
}

export interface Played {
  outcome: Outcome;
  /** which step was hit; null when the run has fewer */
  killedAt: string | null;
  /** steps of the run until the kill, or in all */
  steps: number;
  violations: readonly string[];
  limited: number;
  /** things that went wrong on our side besides being killed */
  broken: readonly string[];
}

/** Time goes on a little before a killed process is back, ms. */
const RESTART_MS = 5_000;

const BROKEN = new Set(["turn-failed", "client-undecided", "idle-turn", "wake-in-the-past"]);

/** Plays the life once; kills at the `at`-th step (from 1), or never. */
export async function play(
  make: (onStep: OnStep) => StepHouse,
  vendor: VendorName,
  at: number | null,
): Promise<Played> {
  let isArmed = false;
  let steps = 0;
  let killedAt: string | null = null;
  const onStep: OnStep = (step, when) => {
    if (!isArmed) return;
    steps += 1;
    if (steps !== at) return;
    killedAt = `${step}/${when}`;
    isArmed = false;
    throw new Killed();
  };
  const house = make(onStep);
  const world = addPortal(house, vendor);
  const [owner, other] = [world.owner("Aigul"), world.owner("Bogdan")];
  await house.watch?.(world.id);
  await world.install();
  isArmed = true;
  const redate = Math.floor(house.clock.now() / DAY) * DAY + 49 * DAY + 8 * HOUR;
  const run = async (forMs: number) => {
    const until = house.clock.now() + forMs;
    await house.run(until);
    if (!house.isDead) return;
    await house.clock.advance(RESTART_MS);
    house.logs.splice(0);
    await house.start();
    await house.run(Math.max(until, house.clock.now()));
  };
  await run(4 * MINUTE);
  const company = world.company({ name: "Acme", ownerId: owner });
  const deal = world.deal({ companyId: company, ownerId: owner });
  await run(MINUTE);
  world.win(deal);
  await run(4 * MINUTE);
  await change(world, deal, run, other, company, redate);
  isArmed = false;
  await house.run(house.clock.now() + HOUR);
  const played: Played = {
    outcome: outcomeOf(world, company, deal),
    killedAt,
    steps,
    violations: world.violations(),
    limited: world.limited(),
    broken: house.logs.filter(({ event }) => BROKEN.has(event)).map((line) => JSON.stringify(line)),
  };
  await house.close();
  return played;
}

/** People complete, re-date, delete and hand over. What they touch is chosen by subject, so that every run touches the same. */
async function change(
  world: World<Crms>,
  deal: string,
  run: (ms: number) => Promise<void>,
  other: string,
  company: string,
  redate: number,
): Promise<void> {
  const tasks = [...world.tasksOf(deal)].sort((a, b) => (a.subject < b.subject ? -1 : 1));
  if (tasks.length >= 3) {
    world.editTask(tasks[0]!.id, { done: true });
    world.editTask(tasks[1]!.id, { dueAt: redate });
    world.deleteTask(tasks[2]!.id);
  }
  // Long enough for the look around that finds what a lost event would have told: who has completed a task keeps it.
  await run(10 * MINUTE);
  world.assign({ kind: "deal", id: deal }, other);
  world.assign({ kind: "company", id: company }, other);
  await run(12 * MINUTE);
}

function outcomeOf(world: World<Crms>, company: string, deal: string): Outcome {
  const tasks = world
    .tasks()
    .map(({ subject, dueAt, ownerId, done, links }) => [subject, dueAt, ownerId, done, links.join("+")].join(" | "));
  const fields = {
    ...prefixed("company", world.fields({ kind: "company", id: company })),
    ...prefixed("deal", world.fields({ kind: "deal", id: deal })),
  };
  return { tasks: tasks.sort(), fields };
}

function prefixed(kind: string, fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${kind}.${name}`, value]));
}

/** What two outcomes differ in, a short line for each task and field. */
export function differences(ended: Outcome, expected: Outcome): readonly string[] {
  const { fields } = expected;
  const names = [...new Set([...Object.keys(ended.fields), ...Object.keys(fields)])];
  return [
    ...without(ended.tasks, expected.tasks).map((task) => `task not expected: ${task}`),
    ...without(expected.tasks, ended.tasks).map((task) => `task missing: ${task}`),
    ...names
      .filter((name) => ended.fields[name] !== fields[name])
      .map((name) => `${name}: ${ended.fields[name] ?? "nothing"} instead of ${fields[name] ?? "nothing"}`),
  ];
}

/** Each of `less` takes one away, so that a doubled task counts. */
function without(all: readonly string[], less: readonly string[]): readonly string[] {
  const left = [...all];
  for (const one of less) {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** Plays per CRM in the usual run. */
const PLAYS = 9;

/** Which steps a run kills at, evenly spread. @param every the distance between them; null = as the usual run has it */
export function stepsToKill(steps: number, every: number | null): readonly number[] {
  const stride = every ?? Math.ceil(steps / PLAYS);
  return Array.from({ length: Math.ceil(steps / stride) }, (_, index) => 1 + index * stride);
}
