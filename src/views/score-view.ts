/** A client's health as screens show it: the number, its zone, what it is made of, and how it came there. */
import { judgeHealth } from "../core/client/health.ts";
import type { HealthState } from "../core/client/health-state.ts";
import type { Language } from "../core/model.ts";
import type { PlanAnswer } from "../core/plan/types.ts";
import { configFor } from "../core/score/config.ts";
import { sayMoves, sayReason, sayRiskIn, sayUnknown, signalName } from "../core/score/explain.ts";
import type { LedgerLine, Reason, ScoreResult } from "../core/score/input.ts";
import { type LedgerText, openLedger } from "../core/score/ledger.ts";
import type { Portal } from "../portal-open.ts";
import type { ClientReading } from "./client-reading.ts";
import { LEDGER_WORDS } from "./ledger.words.ts";

export interface ScoreSummary {
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
  /** in the portal's language */
  mainReason: string | null;
}

export interface ScoreView extends ScoreSummary {
  /** where it begins, then what adds and what takes points; the lines add up to the score */
  ledger: readonly { label: string; points: number; detail: string | null }[];
  /** weak signs that changed no zone, and what would bring the client back */
  notes: readonly string[];
  wayBack: string | null;
  /** what could not be judged, in one sentence */
  unknown: string | null;
  /** what may be said of the risk, after so many losses */
  riskText: string | null;
  /** oldest first */
  history: readonly ScorePoint[];
}

export interface ScorePoint {
  at: number;
  score: number;
  zone: string | null;
  /** what moved it since the one before, with points; empty for the first */
  moved: string;
}

/** Changes shown in the trend: about a year of weekly ones. */
const HISTORY_MAX = 60;

/** What the record shows: the score with steady hands, as the decision left it. */
export function scoreSummary({ stored, state }: Pick<ClientReading, "stored" | "state">): ScoreSummary {
  const health: HealthState | undefined = state.health;
  const shown = health?.shown ?? null;
  const memory = health?.memory ?? null;
  return {
    score: stored.score === null ? null : Math.round(stored.score),
    zone: stored.zone,
    zoneSince: stored.zoneSince,
    previousZone: memory?.previousZone ?? null,
    trend: shown?.trend ?? null,
    confidence: shown?.confidence ?? null,
    risk: shown?.risk ?? null,
    mainReason: shown?.main || null,
  };
}

/** The whole account, judged as of now from the same inputs as the decision; what is shown stays what the record shows. */
export function scoreView(
  portal: Portal,
  reading: ClientReading,
  current: PlanAnswer | null,
  language: Language,
  nowMs: number,
): ScoreView {
  const { stored, state, facts, config } = reading;
  const book = portal.engine().book();
  const { result } = judgeHealth({
    key: stored.key,
    state,
    current,
    facts,
    book,
    config,
    now: nowMs,
    firing: state.signs ?? {},
  });
  return {
    ...scoreSummary(reading),
    ...(result?.reasons[0] && { mainReason: sentence(result.reasons[0], language) }),
    ledger: result ? result.ledger.map((line) => lineView(line, result, language)) : [],
    notes: result ? result.notes.map((note) => sentence(note, language)) : [],
    wayBack: result?.wayBack ? sentence(result.wayBack, language) : null,
    unknown: result ? sayUnknown(result.notJudged, language) : null,
    riskText:
      result && book?.risk && result.risk
        ? sayRiskIn(result.risk, book.risk.lost, configFor(config.scores, null).horizonDays, language)
        : null,
    history: historyOf(portal, stored.key, language),
  };
}

/**
 * The main reason as this reader reads it. The record keeps it in the portal's language only; for others it is judged as of now, as on the
 * client's card.
 */
export function mainReasonIn(
  portal: Portal,
  { stored, state, facts, config }: ClientReading,
  current: PlanAnswer | null,
  language: Language,
  nowMs: number,
): string | null {
  const kept = state.health?.shown?.main || null;
  if (kept === null || language === config.language) return kept;
  const book = portal.engine().book();
  const { result } = judgeHealth({
    key: stored.key,
    state,
    current,
    facts,
    book,
    config,
    now: nowMs,
    firing: state.signs ?? {},
  });
  return result?.reasons[0] ? sentence(result.reasons[0], language) : kept;
}

/** A reason in words; one that nobody has words for shows its code. */
function sentence(reason: Reason, language: Language): string {
  try {
    return sayReason(reason, language);
  } catch {
    return reason.code;
  }
}

function lineView(line: LedgerLine, result: ScoreResult, language: Language): ScoreView["ledger"][number] {
  const own =
    line.code === "signal" || line.code === "fact" || line.code === "orders" ? signalName(line.name, language) : null;
  const label = own ?? LEDGER_WORDS[line.code]?.[language] ?? line.name;
  const reason = result.reasons.find((one) => isAbout(one, line));
  const shown = capital(label, language);
  const said = reason ? sentence(reason, language) : null;
  return {
    label: shown,
    points: line.tenths / 10,
    // The line says already what it is about.
    detail: said?.startsWith(`${shown}: `) ? capital(said.slice(shown.length + 2), language) : said,
  };
}

function capital(text: string, language: Language): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

function isAbout(reason: Reason, line: LedgerLine): boolean {
  if (line.code === "fact") return reason.code === `reason.fact.${line.name}`;
  if (line.code === "orders" || line.code === "onboarding") return reason.code === `reason.${line.code}`;
  return line.code === "signal" && reason.params.signal === line.name;
}

function historyOf(portal: Portal, key: string, language: Language): readonly ScorePoint[] {
  const changes = portal.store.journal
    .scoresOf(key, HISTORY_MAX)
    .flatMap(({ at, result }) => {
      const { tenths, zone, ledger } = (result ?? {}) as { tenths?: unknown; zone?: unknown; ledger?: LedgerText };
      if (typeof tenths !== "number") return [];
      return [{ at, score: Math.round(tenths / 10), zone: typeof zone === "string" ? zone : null, ledger }];
    })
    .reverse();
  return changes.map(({ ledger, ...point }, index) => {
    const before = changes[index - 1]?.ledger;
    const isKnown = before !== undefined && ledger !== undefined;
    return { ...point, moved: isKnown ? sayMoves(openLedger(before), openLedger(ledger), language) : "" };
  });
}
