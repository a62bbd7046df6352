/** Figures of the onboarding itself: TTFV, completion, early churn, time to onboard, retention and adoption (A10.1–A10.3, A10.6, A10.7). */
import type { Day } from "../calendar/day.ts";
import type { KpiClient } from "./client.ts";
import {
  COMPLETION_STRETCH,
  type Colour,
  colourOf,
  type KpiConfig,
  type Measured,
  ONBOARD_BAND,
  type Target,
} from "./measure.ts";
import {
  happenedBy,
  mean,
  median,
  percentile,
  type Spell,
  type Survival,
  shareOf,
  survival,
  survivalMedian,
} from "./stats.ts";

/** Early churn: left on day 0 to 90 after signing, day 90 included. */
export const EARLY_DAYS = 90;

/** Counts: its deal stands, or a person noted that it left, which is a loss whatever became of the deal. */
export function isStanding({ isWithdrawn, churnedDay }: Pick<KpiClient, "isWithdrawn" | "churnedDay">): boolean {
  return !isWithdrawn || churnedDay !== null;
}

/** Clients that count, and how many were left out because their deal is open again. */
export function standing(clients: readonly KpiClient[]): { clients: KpiClient[]; withdrawn: number } {
  const kept = clients.filter(isStanding);
  return { clients: kept, withdrawn: clients.length - kept.length };
}

type Mark = "firstValueDay" | "goLiveDay";

/** How long each client was watched for a mark: to the mark, to its leaving, to its pause, to today. */
export function spellsTo(clients: readonly KpiClient[], mark: Mark, today: Day): Spell[] {
  return clients.map((client) => {
    const reached = client[mark];
    const end = reached ?? client.churnedDay ?? client.pausedDay ?? today;
    return { days: Math.max(0, end - client.signedDay), isEvent: reached !== null };
  });
}

/** How long each client stayed: to its leaving, or to today. */
export function spellsOfStay(clients: readonly KpiClient[], today: Day): Spell[] {
  return clients.map(({ signedDay, churnedDay }) => ({
    days: Math.max(0, (churnedDay ?? today) - signedDay),
    isEvent: churnedDay !== null,
  }));
}

/** The colour of a median that also counts those who still wait; where half have not got there, how long they have waited decides. */
function colourOfWait(curve: Survival, goal: Target): Colour {
  const middle = survivalMedian(curve);
  if (middle !== null) return colourOf(middle, goal);
  const soFar = colourOf(curve.longest, goal);
  return soFar === "green" ? "none" : soFar;
}

function daysTo(all: readonly KpiClient[], mark: Mark, today: Day, goal: Target): Measured {
  const { clients, withdrawn } = standing(all);
  const curve = survival(spellsTo(clients, mark, today));
  const days = clients.flatMap((client) =>
    client[mark] === null ? [] : [Math.max(0, client[mark] - client.signedDay)],
  );
  const waiting = clients.filter((client) => client[mark] === null);
  const lost = waiting.filter(({ churnedDay }) => churnedDay !== null).length;
  const paused = waiting.filter(({ churnedDay, pausedDay }) => churnedDay === null && pausedDay !== null).length;
  return {
    value: median(days),
    n: days.length,
    apart: { running: waiting.length - lost - paused, paused, lost, withdrawn },
    beside: {
      mean: mean(days),
      p90: percentile(days, 90),
      survivalMedian: survivalMedian(curve),
      longest: curve.longest,
    },
    colour: colourOfWait(curve, goal),
  };
}

/** A10.1: median days from signing to first value of those who got there; beside it mean, P90 and the median that counts those who still wait. */
export function timeToFirstValue(clients: readonly KpiClient[], today: Day, config: KpiConfig): Measured {
  return daysTo(clients, "firstValueDay", today, config.targets.ttfv);
}

/** A0.3: the median that counts those who still wait, in per cent of the portal's own median before Tenure. */
export function ttfvAgainstBaseline(clients: readonly KpiClient[], today: Day, config: KpiConfig): Measured {
  const counted = standing(clients).clients;
  const now = survivalMedian(survival(spellsTo(counted, "firstValueDay", today)));
  const base = config.baselineTtfvDays;
  const value = now === null || base === null ? null : (now * 100) / base;
  return { value, n: value === null ? 0 : counted.length, beside: { now, baseline: base } };
}

/** A10.6: days from signing to go-live, with the band of 14–30 days beside it. */
export function timeToOnboard(clients: readonly KpiClient[], today: Day, config: KpiConfig): Measured {
  const measured = daysTo(clients, "goLiveDay", today, config.targets.time_to_onboard);
  return {
    ...measured,
    beside: { ...measured.beside, bandFrom: ONBOARD_BAND.fromDays, bandTo: ONBOARD_BAND.toDays },
  };
}

/** A10.2: per cent of the clients whose window has ended that passed all stages. A paused window has not ended. */
export function completion(all: readonly KpiClient[], today: Day): Measured {
  const { clients, withdrawn } = standing(all);
  const paused = clients.filter(({ pausedDay, churnedDay }) => pausedDay !== null && churnedDay === null);
  const moving = clients.filter((client) => !paused.includes(client));
  const ended = moving.filter(({ windowEndsDay }) => windowEndsDay < today);
  return {
    value: shareOf(ended.filter(({ completedAllStages }) => completedAllStages).length, ended.length),
    n: ended.length,
    apart: { running: moving.length - ended.length, paused: paused.length, withdrawn },
    beside: { stretch: COMPLETION_STRETCH },
  };
}

function isEarly({ churnedDay, signedDay }: KpiClient): boolean {
  return churnedDay !== null && churnedDay - signedDay <= EARLY_DAYS;
}

/** Those whose 90th day is over, whether they left or not; the others are still running, or left early and are told apart. */
function matured(all: readonly KpiClient[], today: Day) {
  const { clients, withdrawn } = standing(all);
  const ripe = clients.filter(({ signedDay }) => today - signedDay > EARLY_DAYS);
  const young = clients.filter((client) => !ripe.includes(client));
  const lostYoung = young.filter(isEarly).length;
  return { clients, ripe, apart: { running: young.length - lostYoung, lostRunning: lostYoung, withdrawn } };
}

/** A10.3: per cent that left within 90 days of signing, of those whose 90 days are over; beside it the estimate that uses all. */
export function earlyChurn(all: readonly KpiClient[], today: Day): Measured {
  const { clients, ripe, apart } = matured(all, today);
  return {
    value: shareOf(ripe.filter(isEarly).length, ripe.length),
    n: ripe.length,
    apart,
    beside: { estimate: happenedBy(survival(spellsOfStay(clients, today)), EARLY_DAYS) },
  };
}

/** A10.7: per cent still there after 90 days, of those whose 90 days are over. */
export function retention90(all: readonly KpiClient[], today: Day): Measured {
  const { ripe, apart } = matured(all, today);
  return { value: shareOf(ripe.length - ripe.filter(isEarly).length, ripe.length), n: ripe.length, apart };
}

/** A10.7: mean share of the features that clients used in their first 30 days, of those whose 30 days are over. */
export function adoption30(all: readonly KpiClient[], today: Day): Measured {
  const { clients, withdrawn } = standing(all);
  const ripe = clients.filter(({ signedDay }) => today - signedDay >= 30);
  const shares = ripe.flatMap(({ features }) =>
    features === null || features.total === 0 ? [] : [(features.used * 100) / features.total],
  );
  return {
    value: mean(shares),
    n: shares.length,
    apart: { running: clients.length - ripe.length, unknown: ripe.length - shares.length, withdrawn },
    beside: { median: median(shares) },
  };
}
