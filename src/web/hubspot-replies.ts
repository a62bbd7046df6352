/** Our views in the words of `manifest/hubspot/src/app/cards/contract.ts`: ISO dates, texts in the reader's language. */
import { formatDay } from "../core/calendar/day.ts";
import { dayOf } from "../core/calendar/zone.ts";
import type { Language } from "../core/model.ts";
import type { BoardRow, BoardView } from "../views/board.ts";
import type { ClientCard, PlanCard, StepView } from "../views/client-card.ts";
import type { StatusView } from "../views/status.ts";
import { becauseText } from "./because.ts";
import { boardWords } from "./pages/board.words.ts";
import { cardWords } from "./pages/card.words.ts";
import { findingText } from "./pages/findings.words.ts";
import { personName } from "./pages/layout.ts";
import { fill } from "./words.ts";

type People = Readonly<Record<string, string>>;
type Zone = "green" | "yellow" | "red" | "learning";
const ZONES: readonly Zone[] = ["green", "yellow", "red", "learning"];

function one<T extends string>(known: readonly T[], value: string | null): T | null {
  return known.find((each) => each === value) ?? null;
}

/** The card beside a record. */
export function cardOf(card: ClientCard, people: People, language: Language, once: string) {
  const { score, plan, acts, escalation } = card;
  const who = (ownerId: string | null) => personName({ people, language }, ownerId);
  return {
    client: card.key,
    score: score.score,
    zone: one(ZONES, acts.override?.zone ?? score.zone),
    zoneSinceDay: score.zoneSince === null ? null : formatDay(dayOf(score.zoneSince, card.zone)),
    trend: one(["rising", "steady", "falling"], score.trend),
    confidence: one(["low", "medium", "high"], score.confidence),
    risk: score.risk,
    mainReason: score.mainReason,
    ledger: score.ledger.map(({ label, points, detail }) => ({ label, points, detail })),
    plan: plan ? planOf(plan, who, language) : null,
    escalation: escalation
      ? { owner: who(escalation.ownerId), level: escalation.level, reason: escalation.reason }
      : null,
    suggestions: card.suggestions.map(({ id, text, because }) => ({
      id,
      text,
      reason: becauseText(because, language),
      answer: null,
    })),
    actions: actionsOf(card, language),
    isSettled: card.isSettled,
    once,
  };
}

function planOf(plan: PlanCard, who: (ownerId: string | null) => string, language: Language) {
  const words = boardWords(language) as Readonly<Record<string, string>>;
  const step = (of: StepView) => ({
    id: of.id,
    title: of.title,
    dueDay: formatDay(of.dueDay),
    owner: who(of.ownerId),
    isLate: of.isLate,
    url: of.url,
  });
  const phase = plan.phases.find(({ enteredDay, leftDay }) => enteredDay !== null && leftDay === null);
  return {
    title: plan.title,
    stage: plan.state === "running" && phase ? phase.title : (words[plan.stage] ?? plan.stage),
    progress: plan.progress,
    doneSteps: plan.doneSteps,
    totalSteps: plan.totalSteps,
    forecastDay: formatDay(plan.forecastDay),
    next: plan.next ? step(plan.next) : null,
    late: plan.steps
      .filter((of) => of.isLate)
      .sort((a, b) => a.dueDay - b.dueDay)
      .map(step),
  };
}

/** What one click can do; whatever has to be filled in is on the full page. */
function actionsOf(
  { plan, acts }: ClientCard,
  language: Language,
): { id: string; label: string; act: Record<string, unknown> }[] {
  const w = cardWords(language);
  const words = w as Readonly<Record<string, string>>;
  const actions: { id: string; label: string; act: Record<string, unknown> }[] = [];
  if (plan?.next && plan.state === "running")
    actions.push({
      id: "complete",
      label: `${w.complete}: ${plan.next.title}`,
      act: { act: "complete", step: plan.next.id },
    });
  if (plan?.state === "running")
    actions.push({ id: "pause", label: w.pause, act: { act: "pause", cycle: plan.cycle } });
  if (plan?.state === "paused")
    actions.push({ id: "resume", label: w.resume, act: { act: "resume", cycle: plan.cycle } });
  if (acts.last)
    actions.push({
      id: "undo",
      label: fill(w.undo, { what: words[`last.${acts.last.code}`] ?? acts.last.code }),
      act: { act: "undo" },
    });
  return actions;
}

const MODES = ["observe", "live", "paused"] as const;

/** The app's home inside HubSpot. */
export function homeOf(
  view: BoardView,
  attention: readonly BoardRow[],
  names: People,
  people: People,
  mode: string,
  isAdmin: boolean,
  language: Language,
) {
  const zones = Object.fromEntries([...ZONES, "none" as const].map((zone) => [zone, view.zones[zone] ?? 0])) as Record<
    Zone | "none",
    number
  >;
  return {
    mode: one(MODES, mode) ?? "observe",
    isAdmin,
    zones,
    changed: view.changed,
    overdue: view.overdue,
    attention: attention.map((row) => ({
      client: row.key,
      url: row.url,
      name: names[row.key] ?? null,
      zone: one(ZONES, row.zone),
      score: row.score,
      reason: row.reason,
      owner: row.ownerId === null ? null : personName({ people, language }, row.ownerId),
      overdue: row.overdue,
    })),
  };
}

/** The settings page inside HubSpot: where things stand; changing them is on the full page. Findings are for administrators. */
export function settingsOf(view: StatusView, isAdmin: boolean, language: Language) {
  return {
    mode: one(MODES, view.mode) ?? "observe",
    isAdmin,
    version: view.versions.config === 0 ? null : view.versions.config,
    findings: isAdmin ? view.findings.map((finding) => findingText(finding, language)) : [],
  };
}
