/**
 * What our cards and pages inside HubSpot ask of Tenure's server, and what it answers. HubSpot proxies and signs every call and appends who
 * is looking (`portalId`, `userId`, `userEmail`, `appId`), so none of these parameters may be sent by us as well.
 *
 * Texts come from the server in the asked language. Days are ISO dates (`2026-11-21`). Ids are texts.
 */

/** Doors below the public URL. */
export const PATHS = {
  /** GET `objectType` (HubSpot's type id, `0-3`), `objectId`, `language` -> CardReply */
  card: "/hubspot/frame/card",
  /** POST `objectType`, `objectId`, `language` in the query, ActRequest in the body -> ActReply */
  act: "/hubspot/frame/act",
  /** POST `language` in the query, OpenRequest in the body -> OpenReply */
  open: "/hubspot/frame/open",
  /** GET `language` -> HomeReply */
  home: "/hubspot/frame/home",
  /** GET `language` -> SettingsReply */
  settings: "/hubspot/frame/settings",
} as const;

export type Zone = "green" | "yellow" | "red" | "learning";

/** Nothing to show, with a sentence for the person. */
export interface Refused {
  ok: false;
  /** unknown: no client of ours · not-yours: rights · not-ready: first import runs · left: Tenure is no longer installed · anything else as given */
  why: string;
  text: string;
}

export interface LedgerLine {
  label: string;
  /** what it takes from 100; negative */
  points: number;
  detail: string | null;
}

export interface Step {
  /** `<cycle>/<step>` */
  id: string;
  title: string;
  dueDay: string;
  owner: string | null;
  isLate: boolean;
  /** the task in HubSpot, where there is one */
  url: string | null;
}

export interface PlanPart {
  title: string;
  /** the phase, or paused, graduated, closed, in words */
  stage: string;
  /** per cent, 0–100 */
  progress: number;
  doneSteps: number;
  totalSteps: number;
  forecastDay: string;
  next: Step | null;
  /** oldest first */
  late: readonly Step[];
}

/** A button. `act` is handed back unchanged; what a person has to fill in is done on the full page instead. */
export interface Action {
  id: string;
  label: string;
  act: Readonly<Record<string, unknown>>;
}

export interface Suggestion {
  id: string;
  text: string;
  reason: string | null;
  answer: "accepted" | "rejected" | null;
}

export interface Card {
  /** `company:17` */
  client: string;
  /** 0–100; null: not judged yet */
  score: number | null;
  zone: Zone | null;
  zoneSinceDay: string | null;
  trend: "rising" | "steady" | "falling" | null;
  confidence: "low" | "medium" | "high" | null;
  /** per cent; null: not earned yet */
  risk: number | null;
  mainReason: string | null;
  ledger: readonly LedgerLine[];
  plan: PlanPart | null;
  escalation: { owner: string; level: number | null; reason: string | null } | null;
  suggestions: readonly Suggestion[];
  actions: readonly Action[];
  /** everything has arrived in HubSpot */
  isSettled: boolean;
  /** goes back with an act: a click counts once, however often HubSpot sends it */
  once: string;
}

export type CardReply = { ok: true; card: Card } | Refused;

export interface ActRequest {
  once: string;
  act: Readonly<Record<string, unknown>>;
}
export type ActReply = { ok: true; isRepeated: boolean } | Refused;

/** A full page to open in a frame: `client/company:17`, `board`, `kpi`, `review`, `history`, `status`, `settings`. */
export interface OpenRequest {
  to: string;
}
/** `url` lets one person in, once, within two minutes. */
export type OpenReply = { ok: true; url: string } | Refused;

export interface HomeRow {
  client: string;
  /** the record in HubSpot */
  url: string;
  /** freshly read; null where HubSpot does not answer in time */
  name: string | null;
  zone: Zone | null;
  score: number | null;
  reason: string | null;
  owner: string | null;
  overdue: number;
}

export interface Home {
  mode: "observe" | "live" | "paused";
  isAdmin: boolean;
  zones: Readonly<Record<Zone | "none", number>>;
  /** clients whose zone changed since the start of yesterday */
  changed: number;
  /** clients with an overdue step */
  overdue: number;
  /** red and yellow, worst first, at most ten */
  attention: readonly HomeRow[];
}
export type HomeReply = { ok: true; home: Home } | Refused;

export interface Settings {
  mode: "observe" | "live" | "paused";
  isAdmin: boolean;
  /** published version of the configuration; null: the defaults */
  version: number | null;
  /** what only a person can mend */
  findings: readonly string[];
}
export type SettingsReply = { ok: true; settings: Settings } | Refused;
