/** What people do on a client: written into its state and the history, then decided again. Nothing here calls the CRM. */

import { z } from "zod";
import { parseDay } from "../core/calendar/day.ts";
import {
  type ActMeta,
  act,
  CHOICE_REASONS,
  CHOICES,
  type ContextOf,
  type Deed,
  DeedRefused,
  lastAct,
  OVERRIDE_REASONS,
  OVERRIDE_ZONES,
  planOfCycle,
  undoLast,
} from "../core/client/acts.ts";
import { recordsOf } from "../core/client/plan-facts.ts";
import { contextOf } from "../core/client/plans.ts";
import type { ClientState } from "../core/client/state.ts";
import { heardIntents, letterLabels, toneFact, toneKey } from "../core/client/text-facts.ts";
import type { DeedCode } from "../core/deed.ts";
import type { ClientKey, Language } from "../core/model.ts";
import { type PlanEvent, previewRepair } from "../core/plan/repair.ts";
import { FACTS_OF_PEOPLE } from "../core/signal/fact.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { type ClientReading, readClient } from "../views/client-reading.ts";
import { sayRef } from "../views/texts.ts";
import { maySeeClient, type Viewer } from "../views/viewer.ts";

const isoDay = z.iso.date();
const step = z.string().regex(/^\d{1,4}\/[a-z][a-z0-9_]{0,39}$/);
const note = z.string().trim().max(1000).nullish();
/** An override ends by itself: at most a quarter. A decision is looked at again within a year. */
const OVERRIDE_DAYS_MAX = 92;
const REVIEW_DAYS_MAX = 366;
/** What was learnt longer ago speaks of nothing any more. */
const LEARNT_DAYS_MAX = 366;

/** Everything a person may ask for on a client card. `once` tells a repeated click from a second wish. */
const clientActSchema = z.discriminatedUnion("act", [
  z.object({ act: z.literal("complete"), step }),
  z.object({ act: z.literal("move"), step, day: isoDay, seen: z.string().max(64) }),
  z.object({ act: z.literal("unpin"), step }),
  z.object({ act: z.literal("pause"), cycle: z.coerce.number().int().min(1) }),
  z.object({ act: z.literal("resume"), cycle: z.coerce.number().int().min(1) }),
  z.object({ act: z.literal("first_value"), day: isoDay }),
  z.object({
    act: z.literal("override"),
    zone: z.enum(OVERRIDE_ZONES),
    reason: z.enum(OVERRIDE_REASONS),
    days: z.coerce.number().int().min(1).max(OVERRIDE_DAYS_MAX),
    note,
  }),
  z.object({ act: z.literal("override_end") }),
  z.object({
    act: z.literal("decide"),
    choice: z.enum(CHOICES),
    reason: z.enum(CHOICE_REASONS),
    days: z.coerce.number().int().min(1).max(REVIEW_DAYS_MAX),
    note,
  }),
  z.object({ act: z.literal("answer"), id: z.string().min(1).max(120), answer: z.enum(["accepted", "rejected"]) }),
  z.object({ act: z.literal("hear"), letter: z.string().min(1).max(40), says: z.enum(["yes", "no"]) }),
  z.object({
    act: z.literal("report"),
    fact: z.enum(FACTS_OF_PEOPLE),
    day: isoDay,
    contact: z.string().max(40).nullish(),
  }),
  z.object({ act: z.literal("withdraw"), fact: z.string().max(40), at: z.coerce.number().int() }),
  z.object({ act: z.literal("undo") }),
]);
export type ClientAct = z.output<typeof clientActSchema>;

/** Why nothing was done. */
export type ActRefusal =
  | "unknown"
  | "not-yours"
  | "not-ready"
  | "invalid"
  | "changed"
  | "not-open"
  | "nothing"
  | "task-closed";
export type ActAnswer = { ok: true; isRepeated: boolean } | { ok: false; why: ActRefusal };

/** Carries out an act. The same `once` a second time does nothing and says so. */
export function actOnClient(
  portal: Portal,
  around: Surroundings,
  viewer: Viewer,
  key: ClientKey,
  wish: unknown,
  once: string,
): ActAnswer {
  const parsed = clientActSchema.safeParse(wish);
  if (!parsed.success) return { ok: false, why: "invalid" };
  if (portal.about() === null) return { ok: false, why: "not-ready" };
  const { store } = portal;
  return store.transaction((): ActAnswer => {
    const now = around.now();
    const reading = readClient(portal, key, now);
    if (!reading || !maySeeClient(portal, viewer, reading.stored)) return { ok: false, why: "not-yours" };
    const mark = around.vault.hash(`act:${viewer.userId}:${key}:${once}`);
    const isFirst = store.unseen([mark], Math.floor(now / 86_400_000)).has(mark);
    if (!isFirst) return { ok: true, isRepeated: true };
    const meta: ActMeta = { at: now, by: `user:${viewer.userId}` };
    const done = carryOut(around, reading, parsed.data, meta, now);
    if ("why" in done) return { ok: false, why: done.why };
    store.clients.put([{ ...reading.stored, state: done.state, dueAt: now }]);
    store.journal.did({ at: now, actor: meta.by, client: key, code: done.code, params: done.params });
    return { ok: true, isRepeated: false };
  });
}

type Done = { state: ClientState; code: DeedCode; params: Readonly<Record<string, unknown>> } | { why: ActRefusal };

function carryOut(around: Surroundings, reading: ClientReading, wish: ClientAct, meta: ActMeta, now: number): Done {
  const dating = datingOf(reading, now);
  if (wish.act === "undo") return undo(reading, dating);
  if (wish.act === "move" && wish.seen !== planMark(around, reading, wish.step)) return { why: "changed" };
  if (wish.act === "report" && !isReportable(reading, wish)) return { why: "invalid" };
  const meant = deedOf(around, reading, wish);
  if (!meant) return { why: "nothing" };
  const { deed, code, params } = meant;
  try {
    return { state: act(reading.state, deed, meta, dating), code, params };
  } catch (error) {
    if (!(error instanceof DeedRefused)) throw error;
    return { why: error.why };
  }
}

function datingOf({ config, today }: ClientReading, now: number): ContextOf {
  return (plan) => ({ ...contextOf(plan, config, now), today });
}

interface Meant {
  deed: Deed;
  code: DeedCode;
  params: Readonly<Record<string, unknown>>;
}

/** Null where what the wish is about is not there any more. */
function deedOf(around: Surroundings, reading: ClientReading, wish: Exclude<ClientAct, { act: "undo" }>): Meant | null {
  const { today } = reading;
  const seal = (text: string | null | undefined) => (text ? around.vault.seal(text) : null);
  switch (wish.act) {
    case "complete":
      return { deed: { do: "complete", step: wish.step }, code: "act-complete", params: { step: wish.step } };
    case "move":
      return {
        deed: planDeed(wish.step, (key) => ({ do: "date", key, day: parseDay(wish.day) })),
        code: "act-move",
        params: { step: wish.step, toDay: parseDay(wish.day) },
      };
    case "unpin":
      return {
        deed: planDeed(wish.step, (key) => ({ do: "unpin", key })),
        code: "act-unpin",
        params: { step: wish.step },
      };
    case "pause":
      return {
        deed: { do: "plan", cycle: wish.cycle, event: { do: "pause", reason: "by_person" } },
        code: "act-pause",
        params: { cycle: wish.cycle },
      };
    case "resume":
      return {
        deed: { do: "plan", cycle: wish.cycle, event: { do: "resume" } },
        code: "act-resume",
        params: { cycle: wish.cycle },
      };
    case "first_value":
      return {
        deed: { do: "first_value", day: parseDay(wish.day) },
        code: "act-first_value",
        params: { day: parseDay(wish.day) },
      };
    case "override": {
      const { zone, reason } = wish;
      const untilDay = today + wish.days;
      return {
        deed: { do: "override", override: { zone, reason, untilDay, note: seal(wish.note) } },
        code: "act-override",
        params: { zone, reason, untilDay },
      };
    }
    case "override_end":
      return { deed: { do: "override", override: null }, code: "act-override-ended", params: {} };
    case "decide": {
      const { choice, reason } = wish;
      const reviewDay = today + wish.days;
      return {
        deed: { do: "decide", decision: { choice, reason, reviewDay, note: seal(wish.note) } },
        code: `act-decide-${choice}`,
        params: { reason, reviewDay },
      };
    }
    case "answer":
      return {
        deed: { do: "answer", id: wish.id, answer: wish.answer },
        code: `act-answer-${wish.answer}`,
        params: { id: wish.id },
      };
    case "hear":
      return heardDeed(reading, wish);
    case "report": {
      const { fact: id, contact } = wish;
      const signal = { id, day: parseDay(wish.day), ...(contact && { contact }) };
      return { deed: { do: "report", signal }, code: "act-signal", params: { signal: id, value: null } };
    }
    case "withdraw":
      return {
        deed: { do: "withdraw", id: wish.fact, at: wish.at },
        code: "act-signal-withdrawn",
        params: { signal: wish.fact },
      };
  }
}

/** Not learnt in the future nor too long ago, and about a contact of this client if about any. */
function isReportable(
  { facts, today }: ClientReading,
  { day, contact }: Extract<ClientAct, { act: "report" }>,
): boolean {
  const learnt = parseDay(day);
  if (learnt > today || learnt < today - LEARNT_DAYS_MAX) return false;
  return !contact || recordsOf(facts, "contact").some(({ ref }) => ref.id === contact);
}

function heardDeed(reading: ClientReading, { letter, says }: Extract<ClientAct, { act: "hear" }>): Meant | null {
  const { facts, acts, config, today } = reading;
  const intent = heardIntents(facts, acts, config.zone, today).find((one) => one.recordId === letter);
  const asked = letterLabels(facts, acts, config.zone, today).filter((one) => one.isAsked);
  const tone = asked.find((one) => toneKey(one.recordId) === letter);
  if (!intent && !tone) return null;
  const fact = intent?.fact ?? (tone ? toneFact(tone) : null);
  const deed: Deed = { do: "hear", letter, fact, isSo: says === "yes" };
  return { deed, code: `act-hear-${says}`, params: { signal: intent?.fact ?? "tone_change" } };
}

function planDeed(id: string, event: (key: string) => PlanEvent): Deed {
  const slash = id.indexOf("/");
  return { do: "plan", cycle: Number(id.slice(0, slash)), event: event(id.slice(slash + 1)) };
}

function undo(reading: ClientReading, dating: ContextOf): Done {
  const last = lastAct(reading.acts);
  if (!last) return { why: "nothing" };
  if (last.did === "complete" && isClosedInCrm(reading, last)) return { why: "task-closed" };
  const undone = undoLast(reading.state, dating);
  if (!undone) return { why: "nothing" };
  return { state: undone.state, code: "act-undo", params: { what: last.did === "plan" ? last.code : last.did } };
}

/** Its task is closed there already: opening it again is a person's deed in the CRM, which the plan follows. */
function isClosedInCrm({ facts }: ClientReading, { of, step: id }: { of?: string; step: string }): boolean {
  const isIts = (key: string) => (of === undefined ? key.endsWith(`:${id}`) : key === `plan:${of}:${id}`);
  return facts.things.some(({ kind, key, holds }) => kind === "task" && isIts(key) && holds?.status === "done");
}

// ---------------------------------------------------------------- a move, seen before it is made

export interface MovePreview {
  step: string;
  title: string;
  /** ISO date */
  day: string;
  summary: string;
  moves: readonly { step: string; title: string; fromDay: number; toDay: number }[];
  fixed: readonly string[];
  forecastBefore: number;
  forecastAfter: number;
  /** hand it back with the act: a plan that changed since is previewed again instead */
  seen: string;
}

export type MoveAnswer = { ok: true; preview: MovePreview } | { ok: false; why: ActRefusal };

/** What moving a step would do. Changes nothing. */
export function previewMove(
  portal: Portal,
  around: Surroundings,
  viewer: Viewer,
  key: ClientKey,
  id: string,
  isoDate: string,
  language: Language,
): MoveAnswer {
  if (!step.safeParse(id).success || !isoDay.safeParse(isoDate).success) return { ok: false, why: "invalid" };
  if (portal.about() === null) return { ok: false, why: "not-ready" };
  const now = around.now();
  const reading = readClient(portal, key, now);
  if (!reading || !maySeeClient(portal, viewer, reading.stored)) return { ok: false, why: "not-yours" };
  const [cycle, stepKey] = [Number(id.slice(0, id.indexOf("/"))), id.slice(id.indexOf("/") + 1)];
  const whole = planOfCycle(reading.state, cycle);
  if (!whole || whole.state === "closed" || whole.steps.find((one) => one.key === stepKey)?.state !== "open")
    return { ok: false, why: "not-open" };
  const repair = previewRepair(
    whole,
    { do: "date", key: stepKey, day: parseDay(isoDate) },
    datingOf(reading, now)(whole),
  );
  const title = (stepOf: string) =>
    sayRef(portal, { id: `template:${whole.templateId}:${whole.templateVersion}:step:${stepOf}:title` }, language);
  const last = (steps: typeof whole.steps) => Math.max(...steps.map((one) => one.doneDay ?? one.dueDay));
  return {
    ok: true,
    preview: {
      step: id,
      title: title(stepKey),
      day: isoDate,
      summary: sayRef(portal, repair.summary, language),
      moves: repair.moves.map((one) => ({
        step: `${cycle}/${one.key}`,
        title: title(one.key),
        fromDay: one.fromDay,
        toDay: one.toDay,
      })),
      fixed: repair.fixed.map(title),
      forecastBefore: last(repair.before.steps),
      forecastAfter: last(repair.after.steps),
      seen: planMark(around, reading, id),
    },
  };
}

/** Tells whether the plan is still the one that was previewed. */
function planMark(around: Surroundings, reading: ClientReading, id: string): string {
  const cycle = Number(id.slice(0, id.indexOf("/")));
  return around.vault.hash(JSON.stringify(planOfCycle(reading.state, cycle)));
}
