/**
 * Triage (A8.20): whom to fight for first. Beside the risk stand the financial and the strategic importance; the list answers "your team can
 * take on N: these N save most". High risk alone is not worth most: what counts is the value that a contact can be expected to save.
 */
import type { Zone } from "../score/input.ts";
import type { Stand } from "./decision.ts";

export type Level = "low" | "medium" | "high";

export interface TriageClient {
  clientId: string;
  zone: Zone;
  healthTenths: number;
  /** chance of loss within the horizon; null where the portal has not earned one: health stands in */
  risk: number | null;
  /** yearly value in the portal's currency, null when unknown */
  yearlyValue: number | null;
  /** set by a person: reputation, portfolio, market access */
  strategic: Level | null;
  stand: Stand;
  /** an offer or contact already runs, or is too recent to repeat */
  isBusy: boolean;
}

export interface TriageRow {
  clientId: string;
  /** yearly value that a contact is expected to save, in the portal's currency */
  saves: number;
  /** chance of loss that was used, 0..1 */
  chance: number;
  /** reason codes, strongest first: value, strategic, red, can_be_turned */
  why: readonly string[];
}

export interface Triage {
  take: readonly TriageRow[];
  /** fitted no more, best first */
  next: readonly TriageRow[];
  /** value expected to be saved by those taken, and by taking everybody */
  savesTaken: number;
  savesAll: number;
}

const STRATEGIC_FACTOR: Readonly<Record<Level, number>> = { low: 0.8, medium: 1, high: 1.6 };

/**
 * Share of those at risk that a contact turns, by chance of loss: none where nothing threatens, most in the middle, little where it is
 * too late (targeting by risk alone can be futile, Ascarza 2018). A portal's own measured effect replaces it.
 */
export function turnable(chance: number): number {
  return 1.2 * chance * (1 - chance);
}

/** @param capacity clients that the team can take on @param effect share saved at a chance of loss, `turnable` until measured */
export function triage(
  clients: readonly TriageClient[],
  capacity: number,
  effect: (chance: number) => number = turnable,
): Triage {
  const known = clients
    .map((c) => c.yearlyValue)
    .filter((v): v is number => v !== null && v > 0)
    .sort((a, b) => a - b);
  const usual = known.length === 0 ? 1 : known[known.length >> 1]!;
  const rows = clients
    .filter((c) => c.stand !== "let_go" && !c.isBusy && (c.zone === "yellow" || c.zone === "red"))
    .map((c) => rowOf(c, usual, effect))
    .sort((a, b) => b.saves - a.saves || (a.clientId < b.clientId ? -1 : 1));
  const take = rows.slice(0, Math.max(0, capacity));
  const sum = (list: readonly TriageRow[]): number => list.reduce((total, row) => total + row.saves, 0);
  return { take, next: rows.slice(take.length), savesTaken: sum(take), savesAll: sum(rows) };
}

function rowOf(client: TriageClient, usual: number, effect: (chance: number) => number): TriageRow {
  const chance = client.risk ?? chanceFromHealth(client);
  const value = client.yearlyValue ?? usual;
  const saves = Math.max(0, value * STRATEGIC_FACTOR[client.strategic ?? "medium"] * effect(chance));
  const why: string[] = [];
  if (value >= 2 * usual) why.push("value");
  if (client.strategic === "high") why.push("strategic");
  if (client.zone === "red") why.push("red");
  if (chance >= 0.2 && chance <= 0.8) why.push("can_be_turned");
  return { clientId: client.clientId, saves, chance, why };
}

/** A stand-in for ranking where no percentage has been earned: 85 points = 5 %, 0 points = 80 %. */
function chanceFromHealth({ healthTenths }: TriageClient): number {
  return Math.min(0.8, Math.max(0.02, 0.05 + ((850 - healthTenths) / 850) * 0.75));
}
