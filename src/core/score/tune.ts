/** Thresholds that fit the team: at most a fifth of the book yellow or worse, at most 7 % red (scoring 3.7).
 * Set at most once a month, announced. */
import { DEFAULT_SCORE_CONFIG, type ScoreConfig, type ZoneThresholds } from "./config.ts";
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

/** What thresholds fitted to a book would change, beside the ones in force. */
export interface ThresholdFit {
  /** of whose clients; null = of those in no segment */
  segment: string | null;
  before: Pick<ZoneThresholds, "yellow" | "red">;
  after: Pick<ZoneThresholds, "yellow" | "red">;
  /** judged clients it was fitted to, and how many of them it would move into another zone */
  clients: number;
  moved: number;
  zones: Readonly<Record<"green" | "yellow" | "red", readonly [before: number, after: number]>>;
}

/** Thresholds that differ by less say the same. */
const WORTH_POINTS = 2;

/**
 * Thresholds for these clients, with what they would change; null where those in force fit. They are looked for from the usual ones or the
 * configured ones downwards, whichever are higher, so that what was lowered once may rise again.
 */
export function fitOf(
  segment: string | null,
  clients: readonly ZoneInput[],
  { zones, base }: Pick<ScoreConfig, "zones" | "base">,
): ThresholdFit | null {
  const usual = DEFAULT_SCORE_CONFIG.zones;
  const yellow = Math.max(zones.yellow, Math.min(usual.yellow, base));
  const wanted = { ...zones, yellow, red: Math.max(zones.red, Math.min(usual.red, yellow - MIN_GAP)) };
  const fitted = clients.length < MIN_CLIENTS ? zones : fitThresholds(clients, wanted);
  const apart = Math.max(Math.abs(fitted.yellow - zones.yellow), Math.abs(fitted.red - zones.red));
  if (apart < WORTH_POINTS) return null;
  const counts = { green: [0, 0], yellow: [0, 0], red: [0, 0] } satisfies Record<string, [number, number]>;
  let moved = 0;
  for (const client of clients) {
    const [was, is] = [zones, fitted].map((thresholds) => zoneAtEntry({ ...client, thresholds }));
    counts[was!][0]! += 1;
    counts[is!][1]! += 1;
    if (was !== is) moved += 1;
  }
  const pick = ({ yellow, red }: ZoneThresholds) => ({ yellow, red });
  const shown = counts as unknown as ThresholdFit["zones"];
  return { segment, before: pick(zones), after: pick(fitted), clients: clients.length, moved, zones: shown };
}
