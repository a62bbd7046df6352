/** Single case or chain (A8.13, scoring 3.7): what several signals say together, and for how long. */
import { GROUPS, type Group } from "../signal/definition.ts";
import { casesAt } from "../signal/state.ts";
import { firstDayOf } from "../signal/week.ts";
import type { ScoreConfig } from "./config.ts";
import type { Evidence } from "./evidence.ts";
import type { MoneyKind } from "./input.ts";

/** A single signal counts in a chain from this share of the group's measure. */
const SIGNAL_PART = 0.7;
const LASTING_WEEKS = 4;
const LONG_WEEKS = 8;
/** An onboarding that is three steps behind stands still; one or two are a delay. */
const STUCK_NATS = 1.8;
/** Half of what is usual is no absence, nine tenths are a week like any other; where less is usual than this many events, weeks say nothing. */
const PRESENT_SHARE = 0.5;
const FULL_SHARE = 0.9;
const PRESENT_NEEDS_EVENTS = 4;
/** A reported fact of this evidence stands for itself. */
export const GRAVE_FACT_NATS = 5;

export interface Chain {
  /** two groups at once, three different signals, or two different money signals */
  isAcross: boolean;
  /** bad for four weeks, for eight */
  isLasting: boolean;
  isLong: boolean;
  /** one group alone at its ceiling */
  isCeiling: boolean;
  /** a grave reported fact (notice of termination), or a chain of money signs */
  isGrave: boolean;
  /** different money signs that stand together, in the order in which they came; empty without two */
  money: readonly { name: string; day: number }[];
  /** nothing but one money signal: caps at yellow, however late the invoice is */
  isOneMoneySignal: boolean;
  /** about when it began; null without a chain */
  sinceDay: number | null;
  /** signals and facts that take part, strongest first */
  names: string[];
}

/** Reads the chain from the evidence. `groups`: evidence per group in nats. */
export function readChain(
  evidence: Evidence,
  groups: Readonly<Record<Group, number>>,
  config: ScoreConfig,
  anchorDay: number,
): Chain {
  const signs = moneySigns(evidence);
  const isSaid = ({ name }: Part) => signs.some(({ kind }) => SIGNAL_OF[kind] === name);
  const parts = partsOf(evidence).filter((p) => p.nats >= config.chainNats * SIGNAL_PART && !isSaid(p));
  parts.sort((a, b) => b.nats - a.nats || (a.name < b.name ? -1 : 1));
  const loud = GROUPS.filter((group) => groups[group] >= config.chainNats);
  const money = parts.filter((p) => p.group === "money");
  const isPassing = config.lastingShows && passes(evidence, loud, config);
  const weeks = ageWeeks(evidence, loud, isPassing, config);
  const isAcross = loud.length >= 2 || parts.length >= 3 || money.length >= 2 || signs.length >= 2;
  const isLasting = loud.length > 0 && weeks >= LASTING_WEEKS;
  return {
    isAcross,
    isLasting,
    isLong: isLasting && weeks >= LONG_WEEKS,
    isCeiling: !(isPassing && config.absenceIsAbrupt) && GROUPS.some((group) => groups[group] >= config.ceilingNats),
    isGrave: signs.length >= 2 || evidence.facts.some(({ nats }) => nats >= GRAVE_FACT_NATS),
    money: signs.map(({ name, day }) => ({ name, day })),
    isOneMoneySignal: parts.length === 1 && money.length === 1,
    sinceDay:
      signs[0]?.day ?? (isAcross || isLasting ? firstDayOf(evidence.week + 1 - Math.round(weeks), anchorDay) : null),
    names: parts.map((p) => p.name),
  };
}

/** The weekly signal that says the same as a money sign of records does. */
const SIGNAL_OF: Readonly<Partial<Record<MoneyKind, string>>> = { late: "days_late", turnover: "turnover" };

/** Different kinds of money signs, the oldest first; none unless there are two. */
function moneySigns({ facts }: Evidence): readonly { kind: MoneyKind; name: string; day: number }[] {
  const found = facts.flatMap(({ fact }) => (fact.money ? [{ kind: fact.money, name: fact.code, day: fact.day }] : []));
  if (new Set(found.map(({ kind }) => kind)).size < 2) return [];
  return found.sort((a, b) => a.day - b.day || (a.name < b.name ? -1 : 1));
}

interface Part {
  name: string;
  group: Group;
  nats: number;
}

function partsOf(evidence: Evidence): Part[] {
  const parts: Part[] = evidence.signals.map(({ definition, nats }) => ({
    name: definition.id,
    group: definition.group,
    nats,
  }));
  if (evidence.orders) parts.push({ name: "orders", group: "usage", nats: evidence.orders.nats });
  if (evidence.steps) parts.push({ name: "onboarding_steps", group: "onboarding", nats: evidence.steps.nats });
  for (const { fact, nats } of evidence.facts) parts.push({ name: fact.code, group: "facts", nats });
  return parts;
}

/**
 * A holiday, say: it begins from one day to the next, so that one of the older two of four weeks is as full as ever, and ends so. Turning away
 * takes its weeks. The onset alone is a mean over all that may have been, and two empty weeks pull it beyond four.
 */
function passes({ signals, week }: Evidence, loud: readonly Group[], { absenceIsAbrupt }: ScoreConfig): boolean {
  let third = 0;
  let fourth = 0;
  let newest = 0;
  let usual = 0;
  for (const { definition, nats, standing, state, isFrozen } of signals) {
    if (definition.kind !== "count" || isFrozen || nats <= 0 || !loud.includes(definition.group)) continue;
    third += casesAt(state, week - 2);
    fourth += casesAt(state, week - 3);
    newest += casesAt(state, week);
    usual += standing.expected28 / 4;
  }
  if (usual < PRESENT_NEEDS_EVENTS) return false;
  const isLate = absenceIsAbrupt
    ? Math.max(third, fourth) >= FULL_SHARE * usual
    : third + fourth >= PRESENT_SHARE * 2 * usual;
  return isLate || newest >= PRESENT_SHARE * usual;
}

/**
 * How long it has lasted, in weeks: the pooled onset of the weekly signals, the silence of a buyer whose rhythm is broken, or the delay of the
 * oldest missing step of a stuck onboarding (A8.3, A8.8).
 */
function ageWeeks(evidence: Evidence, loud: readonly Group[], isPassing: boolean, { delayLasts }: ScoreConfig): number {
  const { orders, turning, steps } = evidence;
  const isWeekly = evidence.signals.some(({ definition, nats }) => loud.includes(definition.group) && nats > 0);
  const weekly = isWeekly && !isPassing ? turning.onsetWeeks : 0;
  const silent = orders && loud.includes("usage") ? orders.recency / 7 : 0;
  const stuck = steps && delayLasts && steps.nats >= STUCK_NATS ? steps.lateWeeks : 0;
  return Math.max(weekly, silent, stuck);
}
