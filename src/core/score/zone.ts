/** Zones with hysteresis (scoring 3.8): worsening shows at once, improvement must clear a dead band and hold. */
import type { Chain } from "./chain.ts";
import type { ZoneThresholds } from "./config.ts";
import type { Zone } from "./input.ts";

type Judged = Exclude<Zone, "learning">;
/** Part of the dead band that has to be cleared by who leaves slowly. */
const CALM_PART = 0.25;
const SEVERITY: Readonly<Record<Judged, number>> = { green: 0, yellow: 1, red: 2 };

export interface ZoneInput {
  healthTenths: number;
  chain: Chain;
  confidence: number;
  redConfidence: number;
  thresholds: ZoneThresholds;
  /** points added to both thresholds: lower while the next renewal is far, higher in a critical period */
  shift: number;
  /** the next decision of the customer is further away than the horizon: there is time, red is for work that cannot wait */
  isFar: boolean;
  /** days after which a client leaves who would not be given its zone any more, short of the dead band; 0 = never */
  calmDays: number;
  /** who has renewed, so that the next decision is far away, is red no longer */
  farEndsRed: boolean;
}

export interface ZoneMemory {
  zone: Zone;
  betterSince: number | null;
}

/** The zone this evaluation would give to a client without a past. */
export function zoneAtEntry(input: ZoneInput): Judged {
  return zoneBelow(input, 0);
}

/**
 * The zone after this evaluation, and since when the client has been doing better than its zone (null when it is not).
 * An improvement shows at the first evaluation at least `holdDays` after the one that saw it first, if all between agreed.
 */
export function nextZone(
  memory: ZoneMemory | null,
  input: ZoneInput,
  nowDay: number,
): { zone: Judged; betterSince: number | null } {
  const entry = zoneAtEntry(input);
  if (memory === null || memory.zone === "learning") return { zone: entry, betterSince: null };
  const held =
    memory.zone === "red" && input.farEndsRed && input.isFar && !input.chain.isGrave ? "yellow" : memory.zone;
  if (SEVERITY[entry] >= SEVERITY[held]) return { zone: entry, betterSince: null };
  // Leaving is measured above the dead band, and without the chain: a chain that has come apart is no reason to leave by itself.
  const { deadBand, holdDays } = input.thresholds;
  const soon = leavingZone(held, input, deadBand);
  const late = input.calmDays > 0 ? leavingZone(held, input, CALM_PART * deadBand) : soon;
  if (SEVERITY[late] >= SEVERITY[held]) return { zone: held, betterSince: null };
  const since = memory.betterSince ?? nowDay;
  const days = nowDay - since;
  if (SEVERITY[soon] < SEVERITY[held] && days >= holdDays) return { zone: soon, betterSince: null };
  if (days >= Math.max(holdDays, input.calmDays)) return { zone: late, betterSince: null };
  return { zone: held, betterSince: since };
}

function leavingZone(held: Judged, { healthTenths, thresholds, shift }: ZoneInput, band: number): Judged {
  const isAbove = (threshold: number): boolean => healthTenths >= (threshold + shift + band) * 10;
  if (isAbove(thresholds.yellow)) return "green";
  return held === "red" && !isAbove(thresholds.red) ? "red" : "yellow";
}

function zoneBelow(input: ZoneInput, band: number): Judged {
  const { healthTenths, thresholds, shift, chain } = input;
  const isBelow = (threshold: number): boolean => healthTenths < (threshold + shift + band) * 10;
  const isSure = !input.isFar && input.confidence >= input.redConfidence;
  const mayBeRed = chain.isGrave || (isSure && (chain.isAcross || chain.isLong) && !chain.isOneMoneySignal);
  if (isBelow(thresholds.red) && mayBeRed) return "red";
  const mayBeYellow = chain.isAcross || chain.isLasting || chain.isCeiling || chain.isGrave;
  return isBelow(thresholds.yellow) && mayBeYellow ? "yellow" : "green";
}
