/**
 * Failure at every step, as SQLite tests itself: a small life of a portal is played again and again, and each time the connector is killed
 * at one later step than before (each commit, each call to the CRM, before it and after it), started again, and run to quiet. Whatever
 * the step, the CRM has to end up as if nothing had happened.
 */

import { Killed, type Step, type When } from "./guard.ts";
import { HOUR, House, MINUTE } from "./house.ts";
import { addPortal, type VendorName, type World } from "./world.ts";

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
export async function play(vendor: VendorName, at: number | null): Promise<Played> {
  let isArmed = false;
  let steps = 0;
  let killedAt: string | null = null;
  const onStep = (step: Step, when: When) => {
    if (!isArmed) return;
    steps += 1;
    if (steps !== at) return;
    killedAt = `${step}/${when}`;
    isArmed = false;
    throw new Killed();
  };
  const house = new House({ onStep });
  const world = addPortal(house, vendor);
  const [owner, other] = [world.owner("Aigul"), world.owner("Bogdan")];
  await world.install();
  isArmed = true;
  const run = async (forMs: number) => {
    const until = house.clock.now() + forMs;
    await house.run(until);
    if (!house.isDead) return;
    await house.clock.advance(RESTART_MS);
    house.logs.splice(0);
    house.start();
    await house.run(Math.max(until, house.clock.now()));
  };
  await run(4 * MINUTE);
  const company = world.company({ name: "Acme", ownerId: owner });
  const deal = world.deal({ companyId: company, ownerId: owner });
  await run(MINUTE);
  world.win(deal);
  await run(4 * MINUTE);
  await change(world, deal, run, other, company);
  isArmed = false;
  await house.runFor(HOUR);
  const played: Played = {
    outcome: outcomeOf(world, company, deal),
    killedAt,
    steps,
    violations: world.violations(),
    limited: world.limited(),
    broken: house.logs.filter(({ event }) => BROKEN.has(event)).map((line) => JSON.stringify(line)),
  };
  house.close();
  return played;
}

/** People complete, re-date, delete and hand over. What they touch is chosen by subject, so that every run touches the same. */
async function change(
  world: World,
  deal: string,
  run: (ms: number) => Promise<void>,
  other: string,
  company: string,
): Promise<void> {
  const tasks = [...world.tasksOf(deal)].sort((a, b) => (a.subject < b.subject ? -1 : 1));
  if (tasks.length >= 3) {
    world.editTask(tasks[0]!.id, { done: true });
    world.editTask(tasks[1]!.id, { dueAt: Date.UTC(2026, 3, 20, 8) });
    world.deleteTask(tasks[2]!.id);
  }
  await run(3 * MINUTE);
  world.assign({ kind: "deal", id: deal }, other);
  world.assign({ kind: "company", id: company }, other);
  await run(12 * MINUTE);
}

function outcomeOf(world: World, company: string, deal: string): Outcome {
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
