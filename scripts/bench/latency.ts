/** From the moment a deal is won in the CRM to its first task standing there, on the virtual clock of the sandbox, while deals are won steadily. */
import { BUDGETS } from "../../src/crm/hubspot/limits.ts";
import { HOUR, House } from "../../test/support/house.ts";
import { HubSpotPortalWorld } from "../../test/support/world-hubspot.ts";
import { type BenchLine, lineOf } from "./line.ts";
import { quantile } from "./measure.ts";

const BENCH = "latency";
/** From webhook to CRM write, p95, ms. */
const LIMIT_MS = 2_000;
const STEP_MS = 50;
const QUIET_MS = 60_000;

/** @param deals how many are won @param everyMs one in so many ms; the default takes more than half of the budget of calls */
export async function run(deals = 60, everyMs = 1000): Promise<BenchLine[]> {
  const house = new House();
  const world = new HubSpotPortalWorld(house);
  const owner = world.owner("Aigul");
  await world.install();
  const ids = Array.from({ length: deals }, () =>
    world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner }),
  );
  await house.runFor(HOUR);
  const callsBefore = house.hubspot.calls.total;
  const startedAt = house.clock.now();
  const waiting = new Map<string, number>();
  const tookMs: number[] = [];
  let won = 0;
  for (const until = startedAt + deals * everyMs + QUIET_MS; house.clock.now() < until && tookMs.length < deals; ) {
    if (won < deals && house.clock.now() >= startedAt + won * everyMs) {
      const deal = ids[won++]!;
      world.win(deal);
      waiting.set(deal, house.clock.now());
    }
    await house.runFor(STEP_MS);
    for (const [deal, at] of waiting) {
      if (world.portal.associationsOf("deals", deal, "tasks").length === 0) continue;
      tookMs.push(house.clock.now() - at);
      waiting.delete(deal);
    }
  }
  if (tookMs.length < deals) throw new Error(`${deals - tookMs.length} of ${deals} deals had no task after a minute.`);
  const seconds = (house.clock.now() - startedAt) / 1000;
  const perSecond = (house.hubspot.calls.total - callsBefore) / seconds;
  house.close();
  return [
    ...[0.5, 0.95, 0.99].map((share) =>
      lineOf(BENCH, `deal won to first task, p${100 * share}`, quantile(tookMs, share), "ms", LIMIT_MS),
    ),
    lineOf(BENCH, "calls meanwhile, beside the budget", perSecond, "calls/s", BUDGETS.general.perSecond),
  ];
}
