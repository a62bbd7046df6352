/**
 * From the moment a deal is won in the CRM to its first task standing there, on the virtual clock of the sandbox, while deals are won steadily and
 * half of the budget of calls is used. What the CRM itself takes before it tells us is shown apart.
 */
import { BUDGETS } from "../../src/crm/hubspot/limits.ts";
import { HOUR, House, type HouseOptions } from "../../test/support/house.ts";
import { HubSpotPortalWorld } from "../../test/support/world-hubspot.ts";
import { type BenchLine, lineOf } from "./line.ts";
import { quantile } from "./measure.ts";

const BENCH = "latency";
/** From webhook to CRM write, p95, ms. */
const LIMIT_MS = 2_000;
/** The share of the budget that is to be used. */
const SHARE = 0.5;
/** How near to it a measured round has to be. */
const NEAR = 0.02;
const ROUNDS_MAX = 6;
/** A call to HubSpot takes about this long, ms; the limits do not depend on it. */
const ANSWER_MS = 150;
const QUIET_MS = 60_000;
const PERCENTILES = [50, 75, 90, 95, 99, 100] as const;

interface Round {
  /** per deal, from won to the first event of it at our door, ms */
  toldMs: number[];
  /** per deal, from there to its first task, ms */
  madeMs: number[];
  /** calls per second while deals were won */
  perSecond: number;
}

interface Waiting {
  wonAt: number;
  toldAt: number | null;
}

/** @param deals how many are won @param everyMs one in so many ms */
async function round(deals: number, everyMs: number): Promise<Round> {
  const waiting = new Map<string, Waiting>();
  const answer: Round = { toldMs: [], madeMs: [], perSecond: 0 };
  const options: HouseOptions = {
    intercept: async (request) => {
      if (!request.url.endsWith("/hubspot/webhooks")) return null;
      const body = await request.clone().text();
      for (const [deal, one] of waiting) if (body.includes(deal)) one.toldAt ??= house.clock.now();
      return null;
    },
    call: async (_request, send) => {
      const response = await send();
      for (const [deal, { wonAt, toldAt }] of waiting) {
        if (world.portal.associationsOf("deals", deal, "tasks").length === 0) continue;
        const now = house.clock.now();
        answer.toldMs.push((toldAt ?? now) - wonAt);
        answer.madeMs.push(now - (toldAt ?? now));
        waiting.delete(deal);
      }
      return response;
    },
  };
  const house = new House(options);
  const world = new HubSpotPortalWorld(house);
  const owner = world.owner("Aigul");
  await world.install();
  options.answerMs = ANSWER_MS;
  const ids = Array.from({ length: deals }, () =>
    world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner }),
  );
  await house.runFor(HOUR);
  const callsBefore = house.hubspot.calls.total;
  const startedAt = house.clock.now();
  for (const [index, deal] of ids.entries()) {
    await house.run(startedAt + index * everyMs);
    waiting.set(deal, { wonAt: house.clock.now(), toldAt: null });
    world.win(deal);
  }
  await house.run(startedAt + deals * everyMs);
  answer.perSecond = (house.hubspot.calls.total - callsBefore) / ((house.clock.now() - startedAt) / 1000);
  await house.runFor(QUIET_MS);
  house.close();
  if (waiting.size > 0) throw new Error(`${waiting.size} of ${deals} deals had no task after a minute.`);
  return answer;
}

/** @param deals how many are won per round; rounds are repeated, slower or faster, until one uses half of the budget */
export async function run(deals = 120): Promise<BenchLine[]> {
  const budget = BUDGETS.general.perSecond;
  let everyMs = 1_000;
  let made = await round(deals, everyMs);
  for (let rounds = 1; rounds < ROUNDS_MAX && Math.abs(made.perSecond / budget - SHARE) > NEAR; rounds++) {
    everyMs = Math.max(1, Math.round((everyMs * made.perSecond) / (SHARE * budget)));
    made = await round(deals, everyMs);
  }
  const whole = made.toldMs.map((ms, index) => ms + made.madeMs[index]!);
  const lines = (what: string, values: readonly number[], limit: number | null) =>
    PERCENTILES.map((share) => lineOf(BENCH, `${what}, p${share}`, quantile(values, share / 100), "ms", limit));
  return [
    ...lines("deal won to first task", whole, LIMIT_MS),
    ...lines("of it by the connector, from the event's arrival", made.madeMs, LIMIT_MS),
    lineOf(BENCH, "of it by the CRM, until it told us, p50", quantile(made.toldMs, 0.5), "ms"),
    lineOf(BENCH, "calls meanwhile, beside the budget", made.perSecond, "calls/s", budget),
    lineOf(BENCH, "deals won meanwhile", 1_000 / everyMs, "deals/s"),
  ];
}
