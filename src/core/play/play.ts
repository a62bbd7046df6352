/**
 * Plays: what starts when a zone or a sign changes, as data (A8.16-A8.18, A8.23). A play starts once per firing, its tasks are dated and owned,
 * and by its rule they are closed or kept when the reason is gone.
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
  sign?: string;
}

export interface Play {
  id: string;
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
  /** the zoneSince or the sign's sinceDay that started it: the same firing never starts it twice */
  sinceDay: number;
  startedDay: number;
  /** what the sign measured as it started this; absent for zones, and for what started before it was kept */
  measured?: { value: number | null; baseline: number | null; threshold: number };
  endedDay: number | null;
  endedBy: "reason_gone" | "switched_off" | StoppedBy | null;
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
      running.push(run);
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
      sinceDay: sinceOf(play, moment)!,
      startedDay: moment.nowDay,
      endedDay: null,
      endedBy: null,
    });
  }
  return { running, start, end };
}

function whyEnds(play: Play | undefined, moment: PlayMoment): RunningPlay["endedBy"] {
  if (!play?.enabled) return "switched_off";
  if (moment.stoppedBy !== null) return moment.stoppedBy;
  return sinceOf(play, moment) === null ? "reason_gone" : null;
}

function mayStart(play: Play, running: readonly RunningPlay[], moment: PlayMoment): boolean {
  const since = sinceOf(play, moment);
  if (!play.enabled || moment.stoppedBy !== null || since === null) return false;
  const runs = running.filter((run) => run.playId === play.id);
  if (runs.some((run) => run.endedDay === null || run.sinceDay === since)) return false;
  return runs.every((run) => moment.nowDay - run.endedDay! >= play.pauseDays);
}

/** The next day on which a play starts though nothing else changes: its reason stands, and the pause after its last time is over then. */
export function nextPlayDay(
  plays: readonly Play[],
  running: readonly RunningPlay[],
  moment: PlayMoment,
): number | null {
  const days = plays.flatMap((play) => {
    const since = sinceOf(play, moment);
    const runs = running.filter((run) => run.playId === play.id);
    const isAnswered = runs.some((run) => run.endedDay === null || run.sinceDay === since);
    if (!play.enabled || moment.stoppedBy !== null || since === null || isAnswered || runs.length === 0) return [];
    return [Math.max(...runs.map((run) => run.endedDay! + play.pauseDays))];
  });
  const ahead = days.filter((day) => day > moment.nowDay);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** Since when the play's reason holds; null when it does not. */
function sinceOf({ trigger }: Play, moment: PlayMoment): number | null {
  if (trigger.zone !== undefined) return moment.zone === trigger.zone ? moment.zoneSince : null;
  return trigger.sign === undefined ? null : (moment.signs[trigger.sign] ?? null);
}
