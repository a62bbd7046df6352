/**
 * Earlier clients adopted at once, on the virtual clock: how many calls it takes beside the fewest possible for the same writes, and how
 * long beside what those calls need within the budget that we allow ourselves.
 */
import { API_VERSION, BUDGETS } from "../../src/crm/hubspot/limits.ts";
import { DAY, HOUR, House, MINUTE } from "../../test/support/house.ts";
import { HubSpotPortalWorld } from "../../test/support/world-hubspot.ts";
import { type BenchLine, lineOf } from "./line.ts";

export const BATCH = 100;

export interface Adoption {
  /** calls that the writes took, with the reads of names that they needed */
  calls: number;
  /** the fewest that the same writes can take */
  fewest: number;
  /** from the approval to the last write, ms of the virtual clock */
  tookMs: number;
  /** those calls ÷ the budget of calls per second, ms */
  floorMs: number;
  /** answers 429 */
  limited: number;
  tasks: number;
  /** every call of that time, listings and reads of what changed included */
  allCalls: number;
}

/** Plays the adoption of `clients` earlier clients, won over the last month. */
export async function playAdoption(clients: number): Promise<Adoption> {
  const house = new House();
  const world = new HubSpotPortalWorld(house);
  const owner = world.owner("Aigul");
  world.importWon(clients, owner, house.clock.now() - 20 * DAY);
  await world.install();
  await settle(house, world);
  const before = { ...house.hubspot.calls.byPath };
  const startedAt = house.clock.now();
  await house.host.ask(world.id, "adopt", [startedAt - 30 * DAY, "user:bench", { plans: clients, tasks: 0 }]);
  const lastWriteAt = await settle(house, world);
  const made = (path: string) => count(house, before, path);
  const tasks = world.taskCount();
  const names = Math.ceil(clients / BATCH);
  const calls =
    made("tasks/batch/create") +
    made("companies/batch/update") +
    made("deals/batch/update") +
    made("tasks/batch/update") +
    nameCalls(house, before);
  const answer: Adoption = {
    calls,
    fewest: Math.ceil(tasks / BATCH) + 2 * Math.ceil(clients / BATCH) + names,
    tookMs: lastWriteAt - startedAt,
    floorMs: (calls / BUDGETS.general.perSecond) * 1000,
    limited: world.limited(),
    tasks,
    allCalls: Object.entries(house.hubspot.calls.byPath).reduce((sum, [path, n]) => sum + n - (before[path] ?? 0), 0),
  };
  house.close();
  return answer;
}

function count(house: House, before: Readonly<Record<string, number>>, path: string): number {
  const key = `POST /crm/objects/${API_VERSION}/${path}`;
  return (house.hubspot.calls.byPath[key] ?? 0) - (before[key] ?? 0);
}

/** Reads of companies during an adoption are reads of names: what changed is read by the reader later. */
function nameCalls(house: House, before: Readonly<Record<string, number>>): number {
  return count(house, before, "companies/batch/read");
}

/** Runs until nothing waits any more. Returns when the last write was answered, epoch ms. */
async function settle(house: House, world: HubSpotPortalWorld): Promise<number> {
  let writes = -1;
  let lastAt = house.clock.now();
  for (const until = house.clock.now() + 12 * HOUR; house.clock.now() < until; ) {
    await house.runFor(MINUTE / 60);
    if (world.writes() !== writes) {
      writes = world.writes();
      lastAt = house.clock.now();
    }
    const { store } = house.host.portal(world.id);
    const due = store.clients.nextDueAt();
    const isQuiet =
      store.mirror.waitingByPriority().length === 0 &&
      store.records.staleCount() === 0 &&
      (due === null || due > house.clock.now());
    if (isQuiet && store.meta.get("importedAt") !== null) return lastAt;
  }
  throw new Error("The adoption did not come to rest within twelve hours.");
}

export async function run(clients = 10_000): Promise<readonly BenchLine[]> {
  const played = await playAdoption(clients);
  const bench = "adoption";
  return [
    lineOf(
      bench,
      `calls to write ${played.tasks} tasks and the fields of ${clients} clients`,
      played.calls,
      "calls",
      played.fewest,
    ),
    lineOf(bench, "time on the virtual clock", played.tookMs / 1000, "s", played.floorMs / 1000),
    lineOf(bench, "answers 429", played.limited, "calls", 0, 0),
    lineOf(bench, "every call in that time, listings and reads included", played.allCalls, "calls"),
  ];
}

if (import.meta.main)
  for (const line of await run(Number(process.argv[2] ?? 10_000))) console.log(JSON.stringify(line));
