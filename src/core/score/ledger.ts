/**
 * The account of a score: every point has an owner, and the lines add up to the health exactly. Points are whole tenths throughout;
 * what a ceiling cuts off is a line of its own.
 */
import { GROUPS, type Group } from "../signal/definition.ts";
import type { ScoreConfig } from "./config.ts";
import type { Evidence } from "./evidence.ts";
import type { LedgerLine } from "./input.ts";

const MAX_TENTHS = 1000;

/** Evidence of the orders' rhythm is held inside these, in nats. */
const ORDER_NATS = { low: -2, high: 7 };

export interface Account {
  healthTenths: number;
  lines: LedgerLine[];
  /** evidence per group in nats, as summed */
  groups: Record<Group, number>;
  /** per weekly signal, in the order of the evidence */
  signalTenths: number[];
}

/** Adds up what the evidence takes and gives. */
export function makeAccount(evidence: Evidence, config: ScoreConfig): Account {
  const lines: LedgerLine[] = [{ code: "base", name: "base", group: null, tenths: Math.round(config.base * 10) }];
  const groups = noPoints();
  const sums = noPoints();
  const add = (code: string, name: string, group: Group, nats: number): number => {
    // Adding zero turns -0 into 0.
    const tenths = 0 - Math.round(nats * config.groups[group].weight * config.pointsPerNat * 10);
    groups[group] += nats;
    sums[group] += tenths;
    if (tenths !== 0) lines.push({ code, name, group, tenths });
    return tenths;
  };
  const signalTenths = evidence.signals.map(({ definition, nats }) =>
    add("signal", definition.id, definition.group, nats),
  );
  if (evidence.orders) {
    const nats = Math.min(ORDER_NATS.high, Math.max(ORDER_NATS.low, evidence.orders.nats));
    add("orders", "orders", "usage", nats);
  }
  if (evidence.steps) add("onboarding", "onboarding_steps", "onboarding", evidence.steps.nats);
  for (const { fact, nats } of evidence.facts) add("fact", fact.code, "facts", nats);
  for (const group of GROUPS) limitGroup(lines, group, sums[group], config);
  return { healthTenths: limitScale(lines), lines, groups, signalTenths };
}

function noPoints(): Record<Group, number> {
  return { usage: 0, communication: 0, meetings: 0, money: 0, support: 0, onboarding: 0, facts: 0 };
}

/** A group takes at most its cap and adds at most the credit. */
function limitGroup(lines: LedgerLine[], group: Group, sum: number, config: ScoreConfig): void {
  const held = Math.max(-Math.round(config.groups[group].cap * 10), Math.min(Math.round(config.credit * 10), sum));
  if (held !== sum) lines.push({ code: "group_limit", name: group, group, tenths: held - sum });
}

function limitScale(lines: LedgerLine[]): number {
  const sum = total(lines);
  const held = Math.max(0, Math.min(MAX_TENTHS, sum));
  if (held !== sum) lines.push({ code: "scale_limit", name: "scale", group: null, tenths: held - sum });
  return held;
}

export function total(lines: readonly LedgerLine[]): number {
  let sum = 0;
  for (const line of lines) sum += line.tenths;
  return sum;
}

/** What changed between two accounts, line by line; the differences add up to the change of the health exactly. Largest first. */
export function compareAccounts(before: readonly LedgerLine[], after: readonly LedgerLine[]): LedgerLine[] {
  const key = (line: LedgerLine): string => `${line.code}/${line.name}`;
  const out = new Map<string, LedgerLine>();
  for (const line of after) put(out, key(line), line, line.tenths);
  for (const line of before) put(out, key(line), line, -line.tenths);
  return [...out.values()]
    .filter((line) => line.tenths !== 0)
    .sort((a, b) => Math.abs(b.tenths) - Math.abs(a.tenths) || (key(a) < key(b) ? -1 : 1));
}

function put(out: Map<string, LedgerLine>, key: string, line: LedgerLine, tenths: number): void {
  out.set(key, { ...line, tenths: (out.get(key)?.tenths ?? 0) + tenths });
}
