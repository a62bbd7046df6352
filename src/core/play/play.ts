/**
 * Plays: what starts when a zone or a sign changes, as data (A8.16-A8.18, A8.23). A play starts once per firing, its tasks are dated and owned,
 * and by its rule they are closed or kept when the reason is gone. A play that is switched on answers what stands then; one that comes with an
 * update answers only what begins afterwards, see `passOver`.
 */
import type { Zone } from "../score/input.ts";

/** Who does it, tried from left to right; `owner` is the client's responsible. */
export type PlayRole = "owner" | "csm" | "manager" | "executive" | "trainer" | "finance" | "support";

export interface PlayTask {
  /** stable within the play; makes the task's key */
  key: string;
  textId: string;
  roles: readonly PlayRole[];
  /** due so many working days after the start */
  dueWorkingDays: number;
  priority: "medium" | "high";
}

export interface PlayTrigger {
  zone?: "yellow" | "red";
  /** any of these; they call for the same thing, so that one that joins while the play runs starts nothing more */
  signs?: readonly string[];
}

export interface Play {
  id: string;
  /** the version of the table that it came with, from 1 */
  version: number;
  trigger: PlayTrigger;
  tasks: readonly PlayTask[];
  /** what may be offered, shown with the task (A8.18) */
  offers: readonly string[];
  /** open tasks when the reason is gone, and when the play is switched off: closed, or left to their owner */
  cleanup: "close" | "keep";
  /** days after its end before the same trigger may start it again */
  pauseDays: number;
  enabled: boolean;
}

export interface RunningPlay {
  playId: string;
  /** the zoneSince, or the earliest sinceDay of the signs, that started it: the same firing never starts it twice */
  sinceDay: number;
  startedDay: number;
  /** what it answers, each with the day since when, also what joined while it runs; absent where it ended before that was kept */
  answers?: Readonly<Record<string, number>>;
  /** what each sign measured as they started this, earliest first; absent for zones, and for what started before it was kept */
  because?: readonly Because[];
  /** the same, as it was kept when a play had one sign: the one of the play's own name */
  measured?: Omit<Because, "sign" | "sinceDay">;
  endedDay: number | null;
  endedBy: "reason_gone" | "switched_off" | StoppedBy | null;
}

/** What a sign said as it started a play. */
export interface Because {
  sign: string;
  sinceDay: number;
  value: number | null;
  baseline: number | null;
  threshold: number;
}

/** "Let go" stops plays for keeping the client, and so does its leaving; contractual tasks are not plays. */
export type StoppedBy = "let_go" | "client_left";

export interface PlayMoment {
  zone: Zone;
  zoneSince: number;
  /** signs that fire, with the day since when */
  signs: Readonly<Record<string, number>>;
  stoppedBy: StoppedBy | null;
  nowDay: number;
}

export interface PlayStep {
  running: RunningPlay[];
  /** plays to start now; their tasks are to be made */
  start: readonly Play[];
  /** plays that end now; `close` says whether their open tasks go */
  end: readonly { play: RunningPlay; close: boolean }[];
}

/** Starts what has a new reason, ends what has lost it. Asked again with its own answer it changes nothing. */
export function stepPlays(plays: readonly Play[], before: readonly RunningPlay[], moment: PlayMoment): PlayStep {
  const running: RunningPlay[] = [];
  const end: { play: RunningPlay; close: boolean }[] = [];
  for (const run of before) {
    const play = plays.find((p) => p.id === run.playId);
    const endedBy = run.endedDay === null ? whyEnds(play, moment) : null;
    if (endedBy === null) {
      running.push(run.endedDay === null ? withJoined(run, play!, moment) : run);
      continue;
    }
    const ended = { ...run, endedDay: moment.nowDay, endedBy };
    running.push(ended);
    // A play that was deleted or stopped leaves no work behind; else its own rule decides.
    end.push({ play: ended, close: play === undefined || moment.stoppedBy !== null || play.cleanup === "close" });
  }
  const start = plays.filter((play) => mayStart(play, running, moment));
  for (const play of start) {
    running.push({
      playId: play.id,
      sinceDay: newSince(play, runsOf(play, before), moment)!,
      startedDay: moment.nowDay,
      answers: reasonsOf(play, moment),
      endedDay: null,
      endedBy: null,
    });
  }
  return { running, start, end };
}

function whyEnds(play: Play | undefined, moment: PlayMoment): RunningPlay["endedBy"] {
  if (!play?.enabled) return "switched_off";
  if (moment.stoppedBy !== null) return moment.stoppedBy;
  return stands(play, moment) ? null : "reason_gone";
}

function mayStart(play: Play, running: readonly RunningPlay[], moment: PlayMoment): boolean {
  if (!play.enabled || moment.stoppedBy !== null || !stands(play, moment)) return false;
  const runs = runsOf(play, running);
  if (runs.some((run) => run.endedDay === null) || newSince(play, runs, moment) === null) return false;
  return runs.every((run) => moment.nowDay - run.endedDay! >= play.pauseDays);
}

/** The next day on which a play starts though nothing else changes: its reason stands, and the pause after its last time is over then. */
export function nextPlayDay(
  plays: readonly Play[],
  running: readonly RunningPlay[],
  moment: PlayMoment,
): number | null {
  const days = plays.flatMap((play) => {
    if (!play.enabled || moment.stoppedBy !== null || !stands(play, moment)) return [];
    const runs = runsOf(play, running);
    if (runs.length === 0 || runs.some((run) => run.endedDay === null)) return [];
    if (newSince(play, runs, moment) === null) return [];
    return [Math.max(...runs.map((run) => run.endedDay! + play.pauseDays))];
  });
  const ahead = days.filter((day) => day > moment.nowDay);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/**
 * The firings that plays pass over, by sign with the day on which they were: they stood before the client was looked at with a play for them, and an
 * update is to bring no flood of tasks. Each is passed over until the sign stops, or fires since a later day.
 * @param known the version of the table at the client's last look
 * @param before what was passed over then
 * @param firedBefore the signs that fired then
 */
export function passOver(
  plays: readonly Play[],
  known: number,
  before: Readonly<Record<string, number>>,
  firedBefore: Readonly<Record<string, number>>,
  { signs, nowDay }: Pick<PlayMoment, "signs" | "nowDay">,
): Record<string, number> {
  const came = plays.flatMap(({ version, trigger }) => (version > known ? (trigger.signs ?? []) : []));
  const stood = came.filter((sign) => firedBefore[sign] !== undefined).map((sign) => [sign, nowDay] as const);
  return Object.fromEntries(
    [...Object.entries(before), ...stood].filter(([sign, day]) => signs[sign] !== undefined && signs[sign] <= day),
  );
}

function runsOf(play: Play, running: readonly RunningPlay[]): RunningPlay[] {
  return running.filter((run) => run.playId === play.id);
}

function stands({ trigger }: Play, { zone, signs }: PlayMoment): boolean {
  if (trigger.zone !== undefined) return zone === trigger.zone;
  return trigger.signs?.some((sign) => signs[sign] !== undefined) === true;
}

/** What stands of the play's trigger, each with the day since when; empty when nothing does. */
function reasonsOf({ trigger }: Play, { zone, zoneSince, signs }: PlayMoment): Record<string, number> {
  if (trigger.zone !== undefined) return zone === trigger.zone ? { [zone]: zoneSince } : {};
  const reasons: Record<string, number> = {};
  for (const sign of trigger.signs ?? []) if (signs[sign] !== undefined) reasons[sign] = signs[sign];
  return reasons;
}

/** The earliest day since when something stands that none of these runs has answered; null when there is nothing. */
function newSince(play: Play, runs: readonly RunningPlay[], moment: PlayMoment): number | null {
  const days = Object.entries(reasonsOf(play, moment)).flatMap(([reason, since]) => {
    const isAnswered = runs.some((run) => run.sinceDay === since || run.answers?.[reason] === since);
    return isAnswered ? [] : [since];
  });
  return days.length === 0 ? null : Math.min(...days);
}

/** What fires while the play runs is answered by it. */
function withJoined(run: RunningPlay, play: Play, moment: PlayMoment): RunningPlay {
  const reasons = reasonsOf(play, moment);
  const isKnown = Object.entries(reasons).every(([reason, since]) => run.answers?.[reason] === since);
  return isKnown ? run : { ...run, answers: { ...run.answers, ...reasons } };
}
