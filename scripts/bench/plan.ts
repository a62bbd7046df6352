/** Dating a plan of forty steps and repairing it with its first step late; per second of CPU, which a busy machine leaves as it is. */
import { dateAndRepair } from "../../src/core/plan/advance.ts";
import { kyiv, small, world } from "../../test/core/plan/help.ts";
import { type BenchLine, lineOf } from "./line.ts";
import { median, timedCpu } from "./measure.ts";

const STEPS = 40;
/** Plans a second that a core has to date and repair. */
const FLOOR = 5_000;

/** @param plans how many are dated and repaired per round */
export async function run(plans = 2_000): Promise<BenchLine[]> {
  const steps = Array.from({ length: STEPS }, (_, at) => ({
    key: `step_${at}`,
    when: { days: 2 * at, unit: at % 2 === 0 ? ("calendar" as const) : ("business" as const) },
    // Chains of four: a late step moves what waits for it.
    ...(at % 4 !== 0 && { after: [`step_${at - 1}`] }),
  }));
  const { plan, context } = world(small(steps), "2026-03-02 10:00", { calendar: kyiv });
  const dating = { template: context.template, calendar: kyiv, today: plan.startDay };
  const rates = timedCpu(9, () => {
    for (let at = 0; at < plans; at++) dateAndRepair(plan, dating);
  }).map((ms) => (1000 * plans) / ms);
  return [lineOf("plan", `plans of ${STEPS} steps dated and repaired`, median(rates), "plans/s", FLOOR)];
}
