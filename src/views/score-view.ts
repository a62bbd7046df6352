/** A client's health as screens show it: the number, its zone, what it is made of, and how it came there. */
import type { Language } from "../core/model.ts";
import type { Portal } from "../portal.ts";
import type { ClientReading } from "./client-reading.ts";

export interface ScoreView {
  /** 0–100; null: nothing is known yet */
  score: number | null;
  zone: string | null;
  /** epoch ms */
  zoneSince: number | null;
  previousZone: string | null;
  trend: string | null;
  confidence: string | null;
  /** per cent; null: not earned yet */
  risk: number | null;
  /** what takes points away, most first; they add up to 100 less the score */
  ledger: readonly { label: string; points: number; detail: string | null }[];
  /** what speaks for the client, and what could not be judged */
  good: readonly string[];
  unknown: readonly string[];
  /** oldest first */
  history: readonly { at: number; score: number; zone: string | null }[];
}

/** Changes shown in the trend: about a year of weekly ones. */
const HISTORY_MAX = 60;

export function scoreView(portal: Portal, { stored }: ClientReading, _language: Language): ScoreView {
  const changes = portal.store.journal.scoresOf(stored.key, HISTORY_MAX);
  return {
    score: stored.score === null ? null : Math.round(stored.score),
    zone: stored.zone,
    zoneSince: stored.zoneSince,
    previousZone: null,
    trend: null,
    confidence: null,
    risk: null,
    ledger: [],
    good: [],
    unknown: [],
    history: changes
      .flatMap(({ at, result }) => {
        const { score, zone } = (result ?? {}) as { score?: unknown; zone?: unknown };
        return typeof score === "number" ? [{ at, score, zone: typeof zone === "string" ? zone : null }] : [];
      })
      .reverse(),
  };
}
