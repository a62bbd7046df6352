/** The portal's own before and after, measured the same way on both sides and never promised (A10.15). */
import type { Day } from "../calendar/day.ts";
import type { KpiClient } from "./client.ts";
import { EARLY_DAYS, spellsOfStay, spellsTo, standing } from "./onboarding.ts";
import { happenedBy, shareOf, survival, survivalMedian } from "./stats.ts";

const COMPARED = ["ttfv", "early_churn", "first_year_retention", "completion"] as const;
export type ComparedId = (typeof COMPARED)[number];

export interface Side {
  /** null: not known yet */
  value: number | null;
  n: number;
}

export interface BeforeAfter {
  id: ComparedId;
  before: Side;
  after: Side;
  /** after minus before, in the figure's unit */
  difference: number | null;
  /** difference in per cent of before; null also where before is 0 */
  change: number | null;
  /** either side has fewer clients than `smallSample` */
  isSmall: boolean;
}

function sideOf(id: ComparedId, clients: readonly KpiClient[], today: Day): Side {
  const n = clients.length;
  if (id === "ttfv") return { value: survivalMedian(survival(spellsTo(clients, "firstValueDay", today))), n };
  if (id === "completion") {
    const ended = clients.filter(({ windowEndsDay, pausedDay }) => windowEndsDay < today && pausedDay === null);
    return {
      value: shareOf(ended.filter(({ completedAllStages }) => completedAllStages).length, ended.length),
      n: ended.length,
    };
  }
  const stay = survival(spellsOfStay(clients, today));
  const lost = happenedBy(stay, id === "early_churn" ? EARLY_DAYS : 365);
  return { value: lost === null || id === "early_churn" ? lost : 100 - lost, n };
}

/**
 * Clients signed before the day Tenure went live against those signed since. Waiting and young clients count as long as they were watched
 * (Kaplan–Meier), so that the younger side is not flattered. `smallSample` as in the configuration.
 */
export function beforeAfter(
  all: readonly KpiClient[],
  liveDay: Day,
  today: Day,
  smallSample: number,
): readonly BeforeAfter[] {
  const { clients } = standing(all);
  const earlier = clients.filter(({ signedDay }) => signedDay < liveDay);
  const later = clients.filter(({ signedDay }) => signedDay >= liveDay);
  return COMPARED.map((id) => {
    const [before, after] = [sideOf(id, earlier, today), sideOf(id, later, today)];
    const difference = before.value === null || after.value === null ? null : after.value - before.value;
    const change = difference === null || !before.value ? null : (difference * 100) / before.value;
    return { id, before, after, difference, change, isSmall: Math.min(before.n, after.n) < smallSample };
  });
}
