/**
 * What the score reads of a client beside its own memory: gathered once from facts, plan and people's acts, and scored again and again from
 * the same until one of them changes. Kept as short text, because a pass over everybody reads nothing else.
 */
import type { ReportedFact, ScoreInput } from "../score/input.ts";
import type { OrderState } from "../signal/orders.ts";
import type { SignalState } from "../signal/state.ts";
import { rhythmic } from "./orders.ts";

export interface Basis {
  sinceDay: number | null;
  /** sum of won deals, portal currency */
  value: number;
  /** of the plan that speaks for the client: a segment may ask for it */
  templateId: string | null;
  /** days after the start on which onboarding steps were done */
  stepDays: readonly number[];
  /** days after the start by which the steps of an onboarding that counts were planned; null without one */
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
type Packed = Omit<Basis, "signals" | "orders"> & {
  signals: Record<string, PackedSignal>;
  /** absent without any, and in what was packed before orders were kept */
  orders?: OrderState;
};

export function packBasis(basis: Basis): string {
  const signals: Record<string, PackedSignal> = {};
  for (const id in basis.signals) {
    const { from, week, last, n, t, b, c, s } = basis.signals[id]!;
    signals[id] = s.length === 0 ? [from, week, last, n, t, b, c] : [from, week, last, n, t, b, c, s];
  }
  const { orders, ...rest } = basis;
  return JSON.stringify({ ...rest, signals, ...(orders && { orders }) } satisfies Packed);
}

export function openBasis(text: string): Basis {
  const packed = JSON.parse(text) as Packed;
  const signals: Record<string, SignalState> = {};
  for (const id in packed.signals) {
    const [from, week, last, n, t, b, c, s] = packed.signals[id]!;
    signals[id] = { from, week, c, s: s ?? [], n, t, b, last };
  }
  return { ...packed, orders: packed.orders ?? null, signals };
}
