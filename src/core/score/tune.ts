/** Thresholds that fit the team: at most a fifth of the book yellow or worse, at most 7 % red (scoring 3.7).
 * Set at most once a month, announced. */
import type { ZoneThresholds } from "./config.ts";
import { type ZoneInput, zoneAtEntry } from "./zone.ts";

/** Shares that enter; those who wait in the dead band to leave come on top. */
const MOST_YELLOW = 0.15;
const MOST_RED = 0.05;
const LOWEST_YELLOW = 55;
const LOWEST_RED = 30;
/** Points between the two. */
const MIN_GAP = 5;
/** Judged clients below which thresholds stay as they are. */
const MIN_CLIENTS = 30;

/**
 * Lowers the thresholds, point by point, until the shares fit; a small book keeps the ones it has.
 * @param clients every judged client as its zone sees it @param wanted the thresholds to start from, as configured
 */
export function fitThresholds(clients: readonly ZoneInput[], wanted: ZoneThresholds): ZoneThresholds {
  if (clients.length < MIN_CLIENTS) return wanted;
  const share = (thresholds: ZoneThresholds, isCounted: (zone: string) => boolean): number =>
    clients.filter((client) => isCounted(zoneAtEntry({ ...client, thresholds }))).length / clients.length;
  let { yellow, red } = wanted;
  while (red > LOWEST_RED && share({ ...wanted, yellow, red }, (zone) => zone === "red") > MOST_RED) red -= 1;
  while (
    yellow > Math.max(LOWEST_YELLOW, red + MIN_GAP) &&
    share({ ...wanted, yellow, red }, (zone) => zone !== "green") > MOST_YELLOW
  )
    yellow -= 1;
  return { ...wanted, yellow, red };
}
