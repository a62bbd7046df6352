/**
 * The account of a score: every point has an owner, and the lines add up to the health exactly. Points are whole tenths throughout.
 * Where a group reaches its ceiling, its lines share the ceiling in proportion.
 */
import { GROUPS, type Group } from "../signal/definition.ts";
import { clamp } from "../signal/special.ts";
import type { ScoreConfig } from "./config.ts";
import type { Evidence, JudgedSignal } from "./evidence.ts";
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

/** What an account is made of; evidence without what it came from, a fiftieth of its size. */
export interface Told {
  signals: readonly Pick<JudgedSignal, "definition" | "nats">[];
  orders: { nats: number } | null;
  steps: { nats: number } | null;
  facts: Evidence["facts"];
}

export function toldBy({ signals, orders, steps, facts }: Evidence): Told {
  return {
    signals: signals.map(({ definition, nats }) => ({ definition, nats })),
    orders: orders && { nats: orders.nats },
    steps: steps && { nats: steps.nats },
    facts,
  };
}

/** Adds up what the evidence takes and gives. */
export function makeAccount(evidence: Told, config: ScoreConfig): Account {
  const lines: LedgerLine[] = [];
  const groups: Record<Group, number> = {
    usage: 0,
    communication: 0,
    meetings: 0,
    money: 0,
    support: 0,
    onboarding: 0,
    facts: 0,
  };
  const add = (code: string, name: string, group: Group, nats: number): void => {
    // Adding zero turns -0 into 0.
    const tenths = 0 - Math.round(nats * config.groups[group].weight * config.pointsPerNat * 10);
    groups[group] += nats;
    lines.push({ code, name, group, tenths });
  };
  for (const { definition, nats } of evidence.signals) add("signal", definition.id, definition.group, nats);
  if (evidence.orders) add("orders", "orders", "usage", clamp(evidence.orders.nats, ORDER_NATS.low, ORDER_NATS.high));
  if (evidence.steps) add("onboarding", "onboarding_steps", "onboarding", evidence.steps.nats);
  for (const { fact, nats } of evidence.facts) add("fact", fact.code, "facts", nats);
  for (const group of GROUPS) limitGroup(lines, group, config);
  const signalTenths = evidence.signals.map((_, i) => lines[i]!.tenths);
  const base: LedgerLine = { code: "base", name: "base", group: null, tenths: Math.round(config.base * 10) };
  const spoken = [base, ...lines.filter((line) => line.tenths !== 0)];
  return { healthTenths: limitScale(spoken), lines: spoken, groups, signalTenths };
}

/** A group takes at most its cap and adds at most the credit; beyond that all its lines shrink alike, to the tenth. */
function limitGroup(lines: readonly LedgerLine[], group: Group, config: ScoreConfig): void {
  let sum = 0;
  for (const line of lines) if (line.group === group) sum += line.tenths;
  const held = clamp(sum, -Math.round(config.groups[group].cap * 10), Math.round(config.credit * 10));
  if (held === sum) return;
  let exact = 0;
  let given = 0;
  for (const line of lines) {
    if (line.group !== group) continue;
    // Rounding the running sum, not each line, makes the parts add up to the whole.
    exact += (line.tenths * held) / sum;
    const tenths = Math.round(exact) - given;
    given += tenths;
    line.tenths = tenths;
  }
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

/** An account as text, line by line: kept with every score and every change of one, where JSON would take three times the room. */
export type LedgerText = string;

/** As text, a line like the one before it by name and tenths alone; as it is where a name of somebody else's stands in the way. */
export function packLedger(lines: readonly LedgerLine[]): LedgerText | readonly LedgerLine[] {
  let text = "";
  let before: LedgerLine | null = null;
  for (const line of lines) {
    const { code, name, group, tenths } = line;
    if (name.includes("|") || name.includes(";")) return lines;
    if (before === null) text = `${code}|${name}|${group ?? ""}|${tenths}`;
    else if (before.code === code && before.group === group) text += `;${name}|${tenths}`;
    else text += `;${code}|${name}|${group ?? ""}|${tenths}`;
    before = line;
  }
  return text;
}

export function openLedger(kept: LedgerText | readonly LedgerLine[]): readonly LedgerLine[] {
  if (typeof kept !== "string") return kept;
  if (kept === "") return [];
  let code = "";
  let group: Group | null = null;
  return kept.split(";").map((text) => {
    const cells = text.split("|");
    if (cells.length === 2) return { code, name: cells[0]!, group, tenths: Number(cells[1]) };
    code = cells[0]!;
    group = cells[2] === "" ? null : (cells[2] as Group);
    return { code, name: cells[1]!, group, tenths: Number(cells[3]) };
  });
}
