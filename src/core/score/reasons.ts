/** Why this number: reasons as codes and parameters, strongest first. Words stand in texts.ts; records are named by id only. */
import type { FactValue } from "../model.ts";
import { countEvidence } from "../signal/neg-bin.ts";
import type { Chain } from "./chain.ts";
import type { ScoreConfig } from "./config.ts";
import { type Evidence, type JudgedSignal, NOTE_NATS } from "./evidence.ts";
import type { LedgerLine, Reason, ReportedFact, ScoreInput, Zone } from "./input.ts";

/** Points, in tenths, from which a line is worth a sentence. */
const MIN_TENTHS = 20;

type Params = Readonly<Record<string, FactValue>>;

/** Sentences for every line that takes at least two points, largest first; then the chain. */
export function reasonsOf(input: ScoreInput, evidence: Evidence, lines: readonly LedgerLine[], chain: Chain): Reason[] {
  const factFor = factsInTurn(evidence);
  const reasons = lines
    .filter((line) => line.group !== null && line.code !== "group_limit" && line.tenths <= -MIN_TENTHS)
    .sort((a, b) => a.tenths - b.tenths || (a.name < b.name ? -1 : 1))
    .map((line) => reasonFor(line, input, evidence, factFor));
  const dated = chain.money.map(({ name }) => name);
  const names = [...new Set([...dated, ...chain.names])];
  if (chain.sinceDay !== null && names.length >= 2) {
    const days = chain.money.map(({ day }) => day).join(",");
    reasons.push({
      code: "reason.chain",
      tenths: 0,
      params: {
        count: names.length,
        since: chain.sinceDay,
        signals: names.join(","),
        ...(dated.length > 0 && { days }),
      },
    });
  }
  return reasons;
}

type FactFor = (code: string) => ReportedFact;

/** The facts behind lines of one name, asked for line after line: the largest line is the fact that has faded least. */
function factsInTurn({ facts }: Evidence): FactFor {
  const left = facts.toSorted((a, b) => b.nats - a.nats);
  return (code) => {
    const at = left.findIndex(({ fact }) => fact.code === code);
    return left.splice(at, 1)[0]!.fact;
  };
}

function reasonFor(line: LedgerLine, input: ScoreInput, evidence: Evidence, factFor: FactFor): Reason {
  const points = -line.tenths / 10;
  if (line.code === "fact") {
    const fact = factFor(line.name);
    return {
      code: `reason.fact.${line.name}`,
      tenths: line.tenths,
      params: { points, day: fact.day, record: fact.recordId, ...(fact.money && { money: fact.money }) },
    };
  }
  if (line.code === "onboarding") {
    const { expected, done } = evidence.steps!;
    return { code: "reason.onboarding", tenths: line.tenths, params: { points, expected, done } };
  }
  if (line.code === "orders") {
    const { recency, usualGap, lastDay, repeats } = evidence.orders!;
    // Before the usual gap is over it is not the silence that speaks: who bought rarely so far leaves more often.
    return {
      code: recency > usualGap ? "reason.orders" : "reason.orders.few",
      tenths: line.tenths,
      params: { points, days: recency, usual: Math.round(usualGap), last: lastDay, orders: repeats + 1 },
    };
  }
  const signal = evidence.signals.find((s) => s.definition.id === line.name)!;
  return {
    code: codeOf(signal),
    tenths: line.tenths,
    params: { signal: line.name, points, ...paramsOf(signal, input, evidence.asOfDay) },
  };
}

function codeOf({ definition }: JudgedSignal): string {
  if (definition.kind === "lateness") return "reason.late";
  return `reason.${definition.kind}`;
}

/** Values of one signal over the last four full weeks, in the unit a person reads. */
function paramsOf(signal: JudgedSignal, input: ScoreInput, asOfDay: number): Params {
  const { definition, standing } = signal;
  const { seen28, expected28, seen91, expected91, habit } = standing;
  if (definition.kind === "count") {
    const isRare = expected28 < 2;
    const value = isRare ? seen91 : seen28;
    const usual = isRare ? expected91 : expected28;
    return {
      value,
      usual: one(usual),
      days: isRare ? 91 : 28,
      change: usual > 0 ? Math.round((value / usual - 1) * 100) : 0,
    };
  }
  if (definition.kind === "share") return { value: seen91, usual: one(expected91), days: 91 };
  if (definition.kind === "lateness") {
    const open = input.openInvoices.filter((i) => i.dueDay < asOfDay).sort((a, b) => a.dueDay - b.dueDay)[0];
    const soFar = open ? asOfDay - open.dueDay : 0;
    const mean = meanOver(seen91, expected91, habit);
    return { value: one(Math.max(soFar, mean)), usual: one(habit), record: open?.recordId ?? null };
  }
  return {
    value: one(Math.exp(expected28 === 0 ? meanOver(seen91, expected91, habit) : meanOver(seen28, expected28, habit))),
    usual: one(Math.exp(habit)),
    days: 28,
  };
}

/** Mean value of a window: expected = habit × cases there. */
function meanOver(seen: number, expected: number, habit: number): number {
  return expected === 0 ? habit : (seen / expected) * habit;
}

/** Weak signs that moved no zone: a silence longer than usual, a weak month, a single case. */
export function notesOf(evidence: Evidence, reasons: readonly Reason[], zone: Zone): Reason[] {
  const silent = evidence.signals
    .filter((signal) => signal.silenceNats >= NOTE_NATS && signal.state.last !== null)
    .map(
      (signal): Reason => ({
        code: "note.silent",
        tenths: 0,
        params: { signal: signal.definition.id, last: signal.state.last },
      }),
    );
  const told = new Set(reasons.map((r) => r.params.signal));
  const weak = evidence.signals
    .filter((signal) => !told.has(signal.definition.id) && isWeakMonth(signal))
    .map(
      (signal): Reason => ({
        code: "note.weak",
        tenths: 0,
        params: { signal: signal.definition.id, ...monthOf(signal) },
      }),
    );
  const single = zone === "green" ? reasons.filter((r) => r.code !== "reason.chain") : [];
  return [...silent, ...weak, ...single];
}

/** The last 28 days alone are far below the own norm (scoring 3.3); one such month says little, so it is noted and takes nothing. */
function isWeakMonth({ definition, standing, isFrozen }: JudgedSignal): boolean {
  const { seen28, expected28, size } = standing;
  if (definition.kind !== "count" || isFrozen || seen28 > expected28 / 2) return false;
  return countEvidence(seen28, expected28, size) >= NOTE_NATS;
}

function monthOf({ standing }: JudgedSignal): Params {
  return { value: standing.seen28, usual: one(standing.expected28), days: 28 };
}

/** What would bring the client back: the health it has to hold, and the sign that weighs most. */
export function wayBackOf(zone: Zone, reasons: readonly Reason[], config: ScoreConfig, shift: number): Reason | null {
  if (zone !== "yellow" && zone !== "red") return null;
  const { yellow, red, deadBand, holdDays } = config.zones;
  const health = (zone === "red" ? red : yellow) + shift + deadBand;
  const first = reasons.find((r) => r.params.signal !== undefined);
  const target = first
    ? { signal: first.params.signal ?? null, usual: first.params.usual ?? null }
    : { signal: null, usual: null };
  return {
    code: zone === "red" ? "back.yellow" : "back.green",
    tenths: 0,
    params: { health, days: holdDays, ...target },
  };
}

function one(x: number): number {
  return Math.round(x * 10) / 10;
}
