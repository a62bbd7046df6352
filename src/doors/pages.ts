/** What clients and other systems may do by a signed link. The link was checked before; here it is asked whether it still counts. */

import { act, planOfCycle, reportSignal } from "../core/client/acts.ts";
import { planKey } from "../core/client/plan-facts.ts";
import { contextOf } from "../core/client/plans.ts";
import type { ClientState } from "../core/client/state.ts";
import type { DeedCode } from "../core/deed.ts";
import { type ClientKey, type Language, parseRef } from "../core/model.ts";
import {
  joinOutside,
  LOW_ANSWER,
  NOTHING_OUTSIDE,
  type OutsideState,
  SCALES,
  type SurveyAnswer,
  type SurveyKind,
} from "../core/outside/state.ts";
import { clientLanguage } from "../core/outside/wishes.ts";
import { clientPlan } from "../core/plan/client-view.ts";
import type { Plan } from "../core/plan/types.ts";
import { wishOptOut } from "../engine/opt-outs.ts";
import { type Claims, linkUrl } from "../links.ts";
import type { Portal } from "../portal-open.ts";
import { callSecret, lastLinkDay, newCallSecret, type WaitingAnswer } from "../portal-outside.ts";
import type { Surroundings } from "../ports.ts";
import type { StoredClient } from "../store/clients.ts";
import { type ClientReading, readClient, readPlan } from "../views/client-reading.ts";
import { sayRef } from "../views/texts.ts";
import { maySeeClient, type Viewer } from "../views/viewer.ts";
import { publicName, publicOwner } from "./public-names.ts";

/** The words of one survey answer, characters. */
const WORDS_MAX = 2_000;

export interface SurveyPage {
  state: "open" | "answered" | "over";
  language: Language;
  portalName: string;
}

export interface PlanPage {
  language: Language;
  portalName: string;
  /** null where the CRM does not tell now */
  clientName: string | null;
  title: string;
  progress: number;
  startDay: number;
  finishDay: number;
  isPaused: boolean;
  steps: readonly { title: string; day: number; state: "done" | "next" | "ahead" }[];
  contact: { name: string | null; emergency: string; bookingLink: string | null };
  /** may questions be asked here? */
  asks: boolean;
}

export interface ClientLinks {
  /** the last day on which they open anything, days since 1970 */
  untilDay: number;
  plan: string | null;
  nps: string;
  ces: string;
}

export interface PagesDoor {
  surveyPage(claims: Claims): SurveyPage;
  /** false: the link no longer counts, or was answered; or the answer is none of the scale's */
  answerSurvey(claims: Claims, score: number, words: string): boolean;
  /** null: the link no longer counts */
  planPage(claims: Claims): Promise<PlanPage | null>;
  /** the contact gets no more letters; also where he was known no more */
  stopLetters(claims: Claims): void;
  /** another system reports a step as done */
  stepDone(claims: Claims): "done" | "again" | "not-open" | "over";
  clientLinks(viewer: Viewer, key: ClientKey): ClientLinks | null;
  /** links of this client made so far open nothing any more */
  revokeLinks(viewer: Viewer, key: ClientKey): boolean;
  /** tries a failed provisioning call again */
  retryCall(viewer: Viewer, key: ClientKey, step: string): boolean;
  /** the secret that receivers of calls check signatures with */
  callSecret(): string;
  rotateCallSecret(actor: string): string;
}

export function pagesDoor(portal: Portal, around: Surroundings, publicUrl: string): PagesDoor {
  return {
    ...clientSide(portal, around),
    ...teamSide(portal, around, publicUrl),
    callSecret: () => callSecret(portal, around),
    rotateCallSecret(actor) {
      const made = newCallSecret(portal, around);
      portal.store.journal.did({ at: around.now(), actor, client: null, code: "call-secret-rotated", params: {} });
      return made;
    },
  };
}

type ClientSide = "surveyPage" | "answerSurvey" | "planPage" | "stopLetters" | "stepDone";

function clientSide(portal: Portal, around: Surroundings): Pick<PagesDoor, ClientSide> {
  const open = (claims: Claims) => openLink(portal, claims, around.now());
  return {
    surveyPage: (claims) => surveyPage(portal, claims, open(claims), around.now()),
    answerSurvey: (claims, score, words) =>
      portal.store.transaction(() => answer(portal, around, claims, open(claims), score, words)),
    planPage: (claims) => planPage(portal, open(claims), around.now()),
    stopLetters: (claims) => portal.store.transaction(() => stop(portal, around, claims)),
    stepDone: (claims) => portal.store.transaction(() => stepDone(portal, around, claims, open(claims))),
  };
}

export interface Opened {
  key: ClientKey;
  reading: ClientReading;
  /** of those that the client has in this cycle, the one that goes on */
  plan: Plan;
}

/** The client and plan behind a link; null when the client left, its links were revoked, or the portal is not ready. */
export function openLink(portal: Portal, claims: Claims, nowMs: number): Opened | null {
  if (!portal.isInstalled() || portal.about() === null) return null;
  const key = clientKeyOf(portal, claims.client);
  const reading = readClient(portal, key, nowMs);
  const plan = reading && planOfCycle(reading.state, claims.cycle);
  if (!reading || !plan || (reading.state.outside?.revision ?? 0) !== claims.revision) return null;
  return { key, reading, plan };
}

/** A client that was merged away, or was a deal until that got its company, lives on under another key: what its plan keeps in the CRM went along. */
function clientKeyOf({ store }: Portal, key: string): ClientKey {
  const { kind, id } = store.records.survivor(parseRef(key));
  const present = `${kind}:${id}`;
  if (store.clients.get(present)) return present;
  const prefix = planKey({ client: key }, "");
  const [row] = store.mirror.page(prefix, 1);
  return row?.key.startsWith(prefix) ? row.client : present;
}

/** Changes what is kept of a client outside the CRM, and has it decided again. */
export function keep(
  portal: Portal,
  stored: StoredClient,
  change: (state: ClientState & { outside: OutsideState }) => Partial<ClientState>,
  nowMs: number,
): void {
  const state = (stored.state ?? {}) as ClientState;
  const outside = state.outside ?? NOTHING_OUTSIDE;
  const next = { ...state, ...change({ ...state, outside }) };
  portal.store.clients.put([{ ...stored, state: next, dueAt: nowMs }]);
}

// ---------------------------------------------------------------- surveys

function isSurvey(kind: string): kind is SurveyKind {
  return kind === "nps" || kind === "ces";
}

function surveyPage(portal: Portal, claims: Claims, opened: Opened | null, nowMs: number): SurveyPage {
  const settings = portal.settings();
  const isKnown = portal.isInstalled() && portal.about() !== null;
  const reading = isKnown ? readClient(portal, clientKeyOf(portal, claims.client), nowMs) : null;
  const language = reading
    ? clientLanguage(reading.facts, reading.config)
    : (settings.language ?? portal.about()?.account.language ?? "en");
  const base = { language, portalName: settings.messages.portalName };
  if (!opened || !settings.pages.surveys || !isSurvey(claims.kind)) return { ...base, state: "over" };
  return { ...base, state: isAnswered(opened, claims) ? "answered" : "open" };
}

function isAnswered({ reading }: Opened, { kind, cycle, client }: Claims): boolean {
  const isIts = ({ of = client }: SurveyAnswer) => of === client;
  return (reading.state.outside?.answers ?? []).some((one) => one.kind === kind && one.cycle === cycle && isIts(one));
}

function answer(
  portal: Portal,
  around: Surroundings,
  claims: Claims,
  opened: Opened | null,
  score: number,
  words: string,
): boolean {
  const { kind, cycle, client: of } = claims;
  if (surveyPage(portal, claims, opened, around.now()).state !== "open" || !opened || !isSurvey(kind)) return false;
  const [low, high] = SCALES[kind];
  if (!Number.isInteger(score) || score < low || score > high) return false;
  const at = around.now();
  const id = around.vault.hash(`answer:${opened.key}:${kind}:${cycle}:${at}`);
  const said = words.trim().slice(0, WORDS_MAX);
  if (said !== "") {
    const waiting = portal.store.meta.get<WaitingAnswer[]>("answers") ?? [];
    const sealed = around.vault.seal(said);
    portal.store.meta.set("answers", [...waiting, { note: `answer:${id}`, sealed, at } satisfies WaitingAnswer]);
  }
  keep(
    portal,
    opened.reading.stored,
    (state) => {
      const outside = { ...state.outside, answers: [...state.outside.answers, { id, kind, score, cycle, of, at }] };
      const isLow = score <= LOW_ANSWER[kind];
      return isLow
        ? { ...reportSignal(state, { id: "low_survey", value: score, at, by: `survey:${id}` }), outside }
        : { outside };
    },
    at,
  );
  portal.store.journal.did({
    at,
    actor: "client",
    client: opened.key,
    code: "survey-answered",
    params: { kind, score, cycle },
  });
  return true;
}

// ---------------------------------------------------------------- the client's plan

export async function planPage(portal: Portal, opened: Opened | null, nowMs: number): Promise<PlanPage | null> {
  if (!opened || !portal.settings().pages.plan || opened.plan.state === "closed") return null;
  return shownPlan(portal, opened, nowMs);
}

/** A client's plan with everything that the client may know of it. */
export async function shownPlan(portal: Portal, { reading, plan, key }: Opened, nowMs: number): Promise<PlanPage> {
  const settings = portal.settings();
  const language = clientLanguage(reading.facts, reading.config);
  const { context, view } = readPlan(reading, plan, nowMs);
  const shown = clientPlan(plan, view, context.template);
  const { messages } = settings;
  return {
    language,
    portalName: messages.portalName,
    clientName: await publicName(portal, key, nowMs),
    title: shown.title[language] ?? shown.title.en ?? Object.values(shown.title)[0] ?? "",
    progress: shown.progress,
    startDay: shown.startDay,
    finishDay: shown.finishDay,
    isPaused: shown.isPaused,
    steps: shown.steps.map((step) => ({
      title: sayRef(portal, step.title, language),
      day: step.dueDay,
      state: step.state,
    })),
    contact: {
      name: await publicOwner(portal, view.ownerId, nowMs),
      emergency: messages.emergency,
      bookingLink: messages.bookingLink,
    },
    // What cannot be handed on is not taken: a portal that only observes, or paused all writes, makes no tasks.
    asks: settings.questions.isOn && portal.mode() === "live",
  };
}

// ---------------------------------------------------------------- no more letters; a step is done

function stop(portal: Portal, around: Surroundings, claims: Claims): void {
  const at = around.now();
  const stored = portal.store.clients.get(clientKeyOf(portal, claims.client));
  if (!stored) return;
  const known = joinOutside([(stored.state as ClientState | null)?.outside])?.stopped[claims.about];
  if (known !== undefined) return;
  keep(
    portal,
    stored,
    ({ outside }) => ({ outside: { ...outside, stopped: { ...outside.stopped, [claims.about]: at } } }),
    at,
  );
  wishOptOut(portal.store, claims.about);
  portal.store.journal.did({
    at,
    actor: "client",
    client: stored.key,
    code: "letters-stopped",
    params: { contact: claims.about },
  });
}

function stepDone(
  portal: Portal,
  around: Surroundings,
  claims: Claims,
  opened: Opened | null,
): ReturnType<PagesDoor["stepDone"]> {
  // A plan that was closed when clients became one has nothing to do with the one that goes on, though they may share a cycle.
  const isIts = ({ cycle, client }: Plan) => cycle === claims.cycle && client === claims.client;
  const plan = opened?.reading.state.plans.find(isIts) ?? opened?.plan;
  const step = plan?.steps.find((one) => one.key === claims.about);
  if (!opened || !step || plan?.state === "closed") return "over";
  if (step.state === "done") return "again";
  if (step.state !== "open") return "not-open";
  const at = around.now();
  const { reading } = opened;
  const id = `${claims.cycle}/${step.key}`;
  const dating = (one: Plan) => ({ ...contextOf(one, reading.config, at), today: reading.today });
  keep(
    portal,
    reading.stored,
    // Only the act is kept: plans of clients that were merged into this one are joined by the next decision.
    (state) => {
      const whole = { ...state, plans: reading.state.plans };
      return { acts: act(whole, { do: "complete", step: id }, { at, by: "system" }, dating).acts };
    },
    at,
  );
  portal.store.journal.did({ at, actor: "system", client: opened.key, code: "step-reported", params: { step: id } });
  return "done";
}

// ---------------------------------------------------------------- what the team does with it

type TeamSide = "clientLinks" | "revokeLinks" | "retryCall";

function teamSide(portal: Portal, around: Surroundings, publicUrl: string): Pick<PagesDoor, TeamSide> {
  const seen = (viewer: Viewer, key: ClientKey): ClientReading | null => {
    const reading = portal.about() === null ? null : readClient(portal, key, around.now());
    return reading && maySeeClient(portal, viewer, reading.stored) ? reading : null;
  };
  const did = (viewer: Viewer, key: ClientKey, code: DeedCode, params: Readonly<Record<string, unknown>>) =>
    portal.store.journal.did({ at: around.now(), actor: `user:${viewer.userId}`, client: key, code, params });
  return {
    clientLinks(viewer, key) {
      const reading = seen(viewer, key);
      const plan = reading?.state.plans.findLast((one) => one.state !== "closed");
      if (!reading || !plan) return null;
      const settings = portal.settings();
      const revision = reading.state.outside?.revision ?? 0;
      const of = {
        portal: portal.id(),
        client: plan.client,
        cycle: plan.cycle,
        untilDay: lastLinkDay(plan, settings),
        revision,
        about: "",
      };
      const url = (kind: "plan" | SurveyKind) => linkUrl(publicUrl, { ...of, kind }, around.vault);
      const { untilDay } = of;
      return { untilDay, plan: settings.pages.plan ? url("plan") : null, nps: url("nps"), ces: url("ces") };
    },
    revokeLinks(viewer, key) {
      const reading = seen(viewer, key);
      if (!reading) return false;
      portal.store.transaction(() => {
        const revision = (reading.state.outside?.revision ?? 0) + 1;
        keep(portal, reading.stored, ({ outside }) => ({ outside: { ...outside, revision } }), around.now());
        did(viewer, key, "links-revoked", {});
      });
      return true;
    },
    retryCall(viewer, key, step) {
      const reading = seen(viewer, key);
      const row = reading?.things.find(
        (one) => one.kind === "call" && one.state === "refused" && one.key.endsWith(`:${step}`),
      );
      if (!row) return false;
      portal.store.transaction(() => {
        const again = {
          ...row,
          state: "dirty" as const,
          sending: null,
          sent: null,
          ours: null,
          attempts: 0,
          notBefore: around.now(),
        };
        portal.store.mirror.put([again]);
        portal.store.clients.bringForward([key], around.now());
        did(viewer, key, "call-retried", { step });
      });
      return true;
    },
  };
}
