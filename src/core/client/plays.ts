/** Plays and win-back of one client: what starts when a zone or a sign changes, who does it, and how it ends (A8.16–A8.18, A8.23, A9). */

import { dayOf, instantOf } from "../calendar/zone.ts";
import type { ClientFacts, DecideConfig } from "../decision.ts";
import type { NewDeed } from "../deed.ts";
import { type Desired, PRIORITY } from "../desired.ts";
import { receiverOf, type WhoClient } from "../escalate/people.ts";
import type { Language, RecordRef, TextRef } from "../model.ts";
import { DEFAULT_PLAYS, PLAYS_VERSION } from "../play/default-plays.ts";
import {
  type Because,
  nextPlayDay,
  type Play,
  type PlayRole,
  type PlayTask,
  passOver,
  type RunningPlay,
  type StoppedBy,
  stepPlays,
} from "../play/play.ts";
import {
  DEFAULT_WIN_BACK,
  nextWinBackDay,
  startWinBack,
  stepWinBack,
  supportLevel,
  type WinBack,
  winBackItems,
} from "../play/win-back.ts";
import type { Zone } from "../score/input.ts";
import type { SignVerdict } from "../signal/sign-check.ts";
import { signSaid } from "../signal/sign-words.ts";
import { SIGNS } from "../signal/signs.ts";
import { makeTexts } from "../texts.ts";
import { tell } from "./tell.ts";

/** While the first import runs, a client's plays wait; asked again after so long, ms. */
const LOOK_AGAIN_MS = 900_000;
/** Not longer than this after the install, ms: what the CRM never lets us read to the end holds up no play. */
const IMPORT_MS = 2 * 86_400_000;

/** Ended plays are remembered this long, days: longer than any pause before the same play may start again. */
const REMEMBER_DAYS = 400;

export interface PlaysState {
  running: readonly RunningPlay[];
  winBack: WinBack | null;
  /** the signs that fired when the win-back began: its plan stays the same while it runs */
  answers: readonly string[];
  /** what each of them measured then, and the main reason of the red zone; absent: it began before they were kept */
  because?: readonly Because[];
  why?: string;
  /** the version of the plays at the last look; absent: the first */
  version?: number;
  /** firings that stood before there was a play for them, by sign with the day on which they were passed over */
  passed?: Readonly<Record<string, number>>;
}

export const NO_PLAYS: PlaysState = { running: [], winBack: null, answers: [], version: PLAYS_VERSION };

export interface PlaysInput {
  /** the client as its keys name it */
  key: string;
  before: PlaysState;
  zone: Zone;
  zoneSince: number;
  /** the main reason of the zone, in the portal's language; empty: none */
  why: string;
  firing: Readonly<Record<string, number>>;
  /** the signs that fired at the last look */
  firedBefore: Readonly<Record<string, number>>;
  verdicts: readonly SignVerdict[];
  stoppedBy: StoppedBy | null;
  who: WhoClient;
  links: readonly RecordRef[];
  facts: ClientFacts;
  config: DecideConfig;
  now: number;
}

export interface PlaysAnswer {
  state: PlaysState;
  wishes: readonly Desired[];
  /** A9.3; null before the first win-back: the field stays empty */
  supportLevel: "standard" | "raised" | null;
  deeds: readonly NewDeed[];
  nextDay: number | null;
  /** when plays that wait for the first import are looked at again, epoch ms; null: none wait */
  wakeAt: number | null;
}

/** Carries plays and win-back on. What begins waits until everything was read once: a client read by half shows signs that it does not have. */
export function playOn(input: PlaysInput): PlaysAnswer {
  const { before, config, now } = input;
  if (isImporting(config, now)) return waiting(input);
  const nowDay = dayOf(now, config.zone);
  const plays = playsOf(config);
  const { zone, zoneSince, firing, firedBefore, stoppedBy } = input;
  const known = before.version ?? 1;
  const passed = passOver(plays, known, before.passed ?? {}, firedBefore, { signs: firing, nowDay });
  const signs = Object.fromEntries(Object.entries(firing).filter(([sign]) => passed[sign] === undefined));
  const moment = { zone, zoneSince, signs, stoppedBy, nowDay };
  const step = stepPlays(plays, before.running, moment);
  const running = step.running
    .filter((run) => run.endedDay === null || run.endedDay > nowDay - REMEMBER_DAYS)
    .map((run) => withBecause(run, step.start, input));
  const kept = winBackOn(input, nowDay);
  const { winBack } = kept;
  const wishes = [
    ...running.flatMap((run) => playWishes(run, plays, input)),
    ...(winBack ? winBackWishes(winBack, kept, input) : []),
  ];
  const deeds = [
    ...step.start.map((play): NewDeed => ({ code: "play-started", params: { play: play.id } })),
    ...step.end.map(({ play }): NewDeed => ({ code: "play-ended", params: { play: play.playId, by: play.endedBy } })),
    ...winBackDeeds(before.winBack, winBack),
  ];
  return {
    state: {
      running,
      ...kept,
      version: PLAYS_VERSION,
      ...(Object.keys(passed).length > 0 && { passed }),
    },
    wishes,
    supportLevel: winBack && supportLevel(winBack),
    deeds,
    nextDay: earliest([nextPlayDay(plays, running, moment), nextAttempt(winBack, input, nowDay)]),
    wakeAt: null,
  };
}

function isImporting({ importedAt, liveSince }: DecideConfig, now: number): boolean {
  return importedAt === null && now < liveSince + IMPORT_MS;
}

/** All stays as it is; who has a reason for a play is looked at again. */
function waiting(input: PlaysInput): PlaysAnswer {
  const { before, config, zone, firing, now } = input;
  const plays = playsOf(config);
  const hasReason = zone === "red" || zone === "yellow" || Object.keys(firing).length > 0;
  return {
    state: before,
    wishes: [
      ...before.running.flatMap((run) => playWishes(run, plays, input)),
      ...(before.winBack ? winBackWishes(before.winBack, before, input) : []),
    ],
    supportLevel: before.winBack && supportLevel(before.winBack),
    deeds: [],
    nextDay: null,
    wakeAt: hasReason ? now + LOOK_AGAIN_MS : null,
  };
}

/** What the signs said as they started the play is kept: the task says it and does not change with every day. */
function withBecause(run: RunningPlay, started: readonly Play[], { verdicts }: PlaysInput): RunningPlay {
  if (run.endedDay !== null || !started.some(({ id }) => id === run.playId)) return run;
  const because = measured(verdicts, run.answers ?? {});
  return because.length === 0 ? run : { ...run, because };
}

/** @param since the signs that are meant, with the day since when they fire */
function measured(verdicts: readonly SignVerdict[], since: Readonly<Record<string, number>>): readonly Because[] {
  const because = verdicts.flatMap(({ id, value, baseline, threshold }): Because[] => {
    const sinceDay = since[id];
    return sinceDay === undefined ? [] : [{ sign: id, sinceDay, value, baseline, threshold }];
  });
  return because.sort((a, b) => a.sinceDay - b.sinceDay);
}

function earliest(days: readonly (number | null)[]): number | null {
  const known = days.filter((day) => day !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** When the win-back changes by itself; one that ended while the zone is red begins anew on the day after. */
function nextAttempt(winBack: WinBack | null, { zone, stoppedBy }: PlaysInput, nowDay: number): number | null {
  if (winBack === null) return null;
  const isAgain = winBack.endedDay === nowDay && zone === "red" && stoppedBy === null;
  return isAgain ? nowDay + 1 : nextWinBackDay(winBack, DEFAULT_WIN_BACK);
}

function playsOf(config: DecideConfig): readonly Play[] {
  const off = new Set(config.settings.playsOff);
  return DEFAULT_PLAYS.map((play) => (off.has(play.id) ? { ...play, enabled: false } : play));
}

type WinBackKept = Pick<PlaysState, "winBack" | "answers" | "because" | "why">;

/** A red zone begins a win-back, one at a time; it ends by itself. */
function winBackOn({ before, zone, firing, verdicts, why, stoppedBy }: PlaysInput, nowDay: number): WinBackKept {
  const known = before.winBack && stepWinBack(before.winBack, zone, stoppedBy, nowDay, DEFAULT_WIN_BACK);
  const isOver = known === null || known.endedDay !== null;
  if (zone === "red" && isOver && stoppedBy === null && (known === null || known.endedDay !== nowDay)) {
    const answers = Object.keys(firing).sort();
    return {
      winBack: startWinBack(nowDay, DEFAULT_WIN_BACK),
      answers,
      because: measured(verdicts, firing),
      ...(why !== "" && { why }),
    };
  }
  return {
    winBack: known,
    answers: before.answers,
    ...(before.because && { because: before.because }),
    ...(before.why !== undefined && { why: before.why }),
  };
}

function winBackDeeds(before: WinBack | null, now: WinBack | null): NewDeed[] {
  if (now === null || now === before) return [];
  const isNew = before === null || before.endedDay !== null;
  if (isNew && now.endedDay === null) return [{ code: "play-started", params: { play: "win_back" } }];
  const isOver = !isNew && now.endedDay !== null;
  return isOver ? [{ code: "play-ended", params: { play: "win_back", by: now.endedBy } }] : [];
}

function playWishes(run: RunningPlay, plays: readonly Play[], input: PlaysInput): Desired[] {
  const play = plays.find((one) => one.id === run.playId);
  if (!play) return [];
  const isOver = run.endedDay !== null;
  return play.tasks.flatMap((task) => {
    const key = `play:${input.key}:${play.id}:${run.sinceDay}:${task.key}`;
    if (isOver) return isKept(play, run, key, input) ? [keepWish(key, input)] : [];
    return [taskWish(key, { ...task, body: bodyOf(play, run, input.config.language) }, run.startedDay, input)];
  });
}

/** Why the task is there: a sentence of each sign that fired as it began, and what may be offered. */
function bodyOf({ offers }: Play, run: RunningPlay, language: Language): TextRef | undefined {
  const offered: TextRef["params"] = offers.length > 0 ? { offers: offers.join(",") } : {};
  const said = saidBy(becauseOf(run), language);
  if (said) return { ...said, params: { ...said.params, ...offered } };
  return offers.length > 0 ? { id: "play.offers", params: offered } : undefined;
}

/** A sentence of each sign, below what is said before them; null where there is nothing to say. */
function saidBy(because: readonly Because[], language: Language, before: readonly TextRef[] = []): TextRef | null {
  const signs = because.flatMap((one) => {
    const sign = SIGNS.find(({ id }) => id === one.sign);
    return sign ? [signSaid(sign, one)] : [];
  });
  const [first, ...others] = [...before, ...signs];
  if (!first) return null;
  const more = others.map((one) => TEXTS.render(one, language, {})).join("\n");
  return { id: "play.because", params: { ...first.params, said: first.id, ...(more && { more }) } };
}

/** Our own words: sentences of signs need no template. */
const TEXTS = makeTexts(new Map());

function becauseOf({ playId, sinceDay, because, measured }: RunningPlay): readonly Because[] {
  return because ?? (measured ? [{ sign: playId, sinceDay, ...measured }] : []);
}

/** What was finished stays; what is open goes, unless the play leaves it to its owner. */
function isKept(play: Play, run: RunningPlay, key: string, { facts }: PlaysInput): boolean {
  const thing = facts.things.find((one) => one.key === key);
  return thing?.holds?.status === "done" || (play.cleanup === "keep" && run.endedBy === "reason_gone");
}

function keepWish(key: string, { links }: PlaysInput): Desired {
  return { key, kind: "task", target: links[0]!, priority: PRIORITY.task, notBefore: 0, keep: true };
}

/** The management hears why the zone is red and every sign; who answers a subject hears its signs. */
function winBackWishes(winBack: WinBack, { answers, because = [], why }: WinBackKept, input: PlaysInput): Desired[] {
  const { language } = input.config;
  const reason: readonly TextRef[] = why === undefined ? [] : [{ id: "play.red", params: { why } }];
  return winBackItems(answers).flatMap((item) => {
    const isFrame = item.signs.length === 0;
    const meant = isFrame ? because : because.filter(({ sign }) => item.signs.includes(sign));
    const body = saidBy(meant, language, isFrame ? reason : []) ?? undefined;
    const key = `win-back:${input.key}:${winBack.startedDay}:${item.key}`;
    const thing = input.facts.things.find((one) => one.key === key);
    if (winBack.endedDay !== null) return thing?.holds?.status === "done" ? [keepWish(key, input)] : [];
    return [taskWish(key, { ...item, body, priority: "high" }, winBack.startedDay, input)];
  });
}

function taskWish(
  key: string,
  task: Pick<PlayTask, "textId" | "roles" | "dueWorkingDays" | "priority"> & { body?: TextRef | undefined },
  startedDay: number,
  input: PlaysInput,
): Desired {
  const { config, links, facts } = input;
  const dueDay = config.calendar.addWorkingDays(startedDay, task.dueWorkingDays);
  return tell(
    {
      key,
      ownerId: ownerFor(task.roles, input),
      text: { id: task.textId },
      links,
      dueAt: instantOf(dueDay, config.calendar.endMinute, config.zone),
      priority: task.priority === "high" ? PRIORITY.escalation : PRIORITY.soon,
      isTask: true,
      ...(task.body && { body: task.body }),
    },
    facts,
    config,
  );
}

/** The first role that names somebody active; never empty. */
function ownerFor(roles: readonly PlayRole[], { who, config, now }: PlaysInput): string {
  for (const role of roles) {
    if (role === "manager" || role === "executive" || role === "owner") {
      const { ownerId, via } = receiverOf(role, who.ownerId, who, config.people, now, config.zone);
      if (via !== "fallback") return ownerId;
      continue;
    }
    const named = config.plan.roles[role]?.ownerIds.find((id) => config.ownerTable[id]?.isActive);
    if (named) return named;
  }
  return receiverOf("owner", who.ownerId, who, config.people, now, config.zone).ownerId;
}
