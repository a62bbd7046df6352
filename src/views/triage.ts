/** Whom to fight for first (A8.20): the team can take on so many; these save most. */
import { overrideOn } from "../core/client/acts.ts";
import type { ClientKey } from "../core/model.ts";
import { standOn } from "../core/play/decision.ts";
import { type Level, type TriageClient, type TriageRow, triage } from "../core/play/triage.ts";
import type { Zone } from "../core/score/input.ts";
import type { Portal } from "../portal-open.ts";
import { type BoardFilter, byStake, usualValue } from "./board-query.ts";
import { type ClientReading, isLost, readClients, strategicOf } from "./client-reading.ts";
import { scoreSummary } from "./score-view.ts";

/** Clients weighed in full: with strategic importance, earned risk and decisions. Far more than any team takes on at once. */
const WEIGHED = 300;

export interface TriageList {
  /** best first; those within the capacity, then the next ones */
  rows: readonly (TriageRow & { isTaken: boolean })[];
  readings: ReadonlyMap<ClientKey, ClientReading>;
  savesTaken: number;
  savesAll: number;
}

/** @param capacity clients that the team can take on @param shown rows in all */
export function triageList(
  portal: Portal,
  filter: BoardFilter,
  capacity: number,
  shown: number,
  nowMs: number,
): TriageList {
  const { store } = portal;
  const isLearned = (portal.engine().book()?.risk ?? null) !== null;
  const keys = byStake(store, filter, usualValue(store, filter), isLearned, WEIGHED).map((one) => one.key);
  const known = readClients(portal, keys, nowMs).filter((one) => !isLost(one));
  const readings = new Map(known.map((one) => [one.stored.key, one]));
  const { take, next, savesTaken, savesAll } = triage([...readings.values()].map(triageClient), capacity);
  const rows = [...take.map((row) => ({ ...row, isTaken: true })), ...next.map((row) => ({ ...row, isTaken: false }))];
  return { rows: rows.slice(0, shown), readings, savesTaken, savesAll };
}

function triageClient(reading: ClientReading): TriageClient {
  const { stored, acts, today } = reading;
  const { score, zone, risk } = scoreSummary(reading);
  const strategic = strategicOf(reading);
  return {
    clientId: stored.key,
    zone: (overrideOn(acts, today)?.zone ?? zone ?? "learning") as Zone,
    healthTenths: (score ?? 85) * 10,
    risk: risk === null ? null : risk / 100,
    yearlyValue: stored.value === 0 ? null : stored.value,
    strategic:
      strategic === "low" || strategic === "medium" || strategic === "high" ? (strategic satisfies Level) : null,
    stand: standOn(acts.decision, today).stand,
    isBusy: false,
  };
}
