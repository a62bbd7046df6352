/** What happened with a client outside the CRM, kept as `ClientState.outside`. Plain JSON; no word of a person, no address. */
import type { AskedQuestion } from "../question/state.ts";

const SURVEYS = ["nps", "ces"] as const;
export type SurveyKind = (typeof SURVEYS)[number];

/** The highest answer of each scale, and the lowest. NPS 0–10 (A10.4), CES 1–5 (A10.5). */
export const SCALES: Readonly<Record<SurveyKind, readonly [low: number, high: number]>> = { nps: [0, 10], ces: [1, 5] };

/** An answer this low or lower is a reported fact for the score: a detractor, a hard start. */
export const LOW_ANSWER: Readonly<Record<SurveyKind, number>> = { nps: 6, ces: 2 };

export interface SurveyAnswer {
  /** names the note in the CRM, and the words that wait for it */
  id: string;
  kind: SurveyKind;
  score: number;
  cycle: number;
  /** under which client the plan began: those of clients that became one may share a cycle; answers of earlier versions lack it */
  of?: string;
  /** epoch ms */
  at: number;
}

export interface OutsideState {
  /** newest last; one per plan and kind */
  answers: readonly SurveyAnswer[];
  /** contacts who unsubscribed on our page: id -> epoch ms */
  stopped: Readonly<Record<string, number>>;
  /** links of another revision open nothing */
  revision: number;
  /** in order of time; absent before the first */
  questions?: readonly AskedQuestion[];
}

export const NOTHING_OUTSIDE: OutsideState = { answers: [], stopped: {}, revision: 0 };

/** Clients became one: everything that was said counts, and links of either stay revoked where they were. */
export function joinOutside(parts: readonly (OutsideState | undefined)[]): OutsideState | undefined {
  const known = parts.filter((one) => one !== undefined);
  if (known.length < 2) return known[0];
  const questions = known.flatMap((one) => one.questions ?? []).sort((a, b) => a.at - b.at);
  return {
    answers: known.flatMap((one) => one.answers).sort((a, b) => a.at - b.at),
    stopped: Object.assign({}, ...known.map((one) => one.stopped)),
    revision: Math.max(...known.map((one) => one.revision)),
    ...(questions.length > 0 && { questions }),
  };
}

/** The library letters that carry a survey, and which one. */
const SURVEY_LETTERS: Readonly<Record<string, SurveyKind>> = { day_30_survey: "nps", progress_check: "ces" };

/** The survey behind `survey.link` in a text; null where the text carries none. */
export function surveyOfText(id: string): SurveyKind | null {
  const [kind, letter = ""] = id.split(":");
  return kind === "message" ? (SURVEY_LETTERS[letter] ?? null) : null;
}
