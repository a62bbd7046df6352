/**
 * What the score reads of a client beside its own memory: gathered once from facts, plan and people's acts, and scored again and again from
 * the same until one of them changes. Kept as short text, because a pass over everybody reads nothing else.
 */
import type { ReportedFact, ScoreInput } from "../score/input.ts";
import type { OrderState } from "../signal/orders.ts";
import { openStates, type PackedStates, packStates } from "../signal/packed.ts";
import type { SignalState } from "../signal/state.ts";
import { rhythmic } from "./orders.ts";

export interface Basis {
  sinceDay: number | null;
  /** sum of won deals, portal currency */
  value: number;
  /** of the plan that speaks for the client: a segment may ask for it */
  templateId: string | null;
  /** days after the first day on which onboarding steps were done */
  stepDays: readonly number[];
  /** days after the first day by which the steps of an onboarding that counts were planned; null without one */
  expectedDays: readonly number[] | null;
  signals: Readonly<Record<string, SignalState>>;
  /** null under contract and without any order */
  orders: OrderState | null;
  openInvoices: ScoreInput["openInvoices"];
  facts: readonly ReportedFact[];
  contract: ScoreInput["contract"];
  override: ScoreInput["override"];
}

/** What belongs to one scoring, not to the client. */
export type Moment = Pick<ScoreInput, "segment" | "brokenSince" | "memory">;

export function inputOf(clientId: string, basis: Basis, { segment, brokenSince, memory }: Moment): ScoreInput {
  const { sinceDay, signals, orders, openInvoices, stepDays, expectedDays, facts, contract, override } = basis;
  return {
    clientId,
    segment,
    sinceDay,
    signals,
    brokenSince,
    orders: rhythmic(orders),
    openInvoices,
    onboarding: expectedDays && { doneDays: stepDays, expectedDays },
    facts,
    contract,
    override,
    memory,
  };
}

type PackedSignal = [
  from: number,
  week: number,
  last: number | null,
  n: number,
  t: number,
  b: number,
  c: number[],
  s?: number[],
];
type Rest = Omit<Basis, "signals" | "orders"> & {
  /** absent without any, and in what was packed before orders were kept */
  orders?: OrderState;
};
/** `states` of signals as text; `signals` where they have none such, and in what was packed before there was one. */
type Packed = Rest & ({ states: PackedStates } | { signals: Record<string, PackedSignal> });

export function packBasis({ signals, orders, ...rest }: Basis): string {
  const states = packStates(signals);
  const packed = states ? { states } : { signals: listSignals(signals) };
  return JSON.stringify({ ...rest, ...packed, ...(orders && { orders }) } satisfies Packed);
}

function listSignals(signals: Basis["signals"]): Record<string, PackedSignal> {
  const listed = Object.entries(signals).map(([id, { from, week, last, n, t, b, c, s }]): [string, PackedSignal] => [
    id,
    s.length === 0 ? [from, week, last, n, t, b, c] : [from, week, last, n, t, b, c, s],
  ]);
  return Object.fromEntries(listed);
}

export function openBasis(text: string): Basis {
  const packed = JSON.parse(text) as Packed;
  const signals = "states" in packed ? openStates(packed.states) : openListed(packed.signals);
  const { sinceDay, value, templateId, stepDays, expectedDays, openInvoices, facts, contract, override } = packed;
  const orders = packed.orders ?? null;
  return {
    sinceDay,
    value,
    templateId,
    stepDays,
    expectedDays,
    signals,
    orders,
    openInvoices,
    facts,
    contract,
    override,
  };
}

function openListed(listed: Record<string, PackedSignal>): Record<string, SignalState> {
  const signals: Record<string, SignalState> = {};
  for (const id in listed) {
    const [from, week, last, n, t, b, c, s] = listed[id]!;
    signals[id] = { from, week, c, s: s ?? [], n, t, b, last };
  }
  return signals;
}
