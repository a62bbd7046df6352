/** What the CRM's own automation asks for: HubSpot's workflow actions and Bitrix24's robots, the same four on both. */

import { dayOf } from "../core/calendar/zone.ts";
import { act, reportSignal, requestStart } from "../core/client/acts.ts";
import { contextOf } from "../core/client/plans.ts";
import { loadState } from "../core/client/state.ts";
import type { DeedCode } from "../core/deed.ts";
import type { ClientKey, RecordRef } from "../core/model.ts";
import { currentPlan } from "../core/plan/life-cycle.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { clientOf } from "../views/client-of.ts";

export const WORKFLOW_CODES = ["start_plan", "pause_plan", "record_signal", "recompute_health"] as const;
export type WorkflowCode = (typeof WORKFLOW_CODES)[number];

export interface WorkflowCall {
  code: WorkflowCode;
  record: RecordRef;
  inputs: Readonly<Record<string, string>>;
  /** the CRM's own id of this run: a repeated run does nothing twice */
  once: string;
}

/** `later`: the record has to be read first; the CRM is asked to come again, or the wish waits (robot.ts). */
export type WorkflowAnswer =
  | { ok: true; outputs: Readonly<Record<string, string | number>> }
  | { ok: false; why: "later" | "no-client" | "not-won" | "no-plan" | "invalid" };

/** A record read longer ago than this may have changed since: it is read again before the answer is no, ms. */
const FRESH_MS = 2 * 60_000;

/** Carries a wish out, once however often it is asked for, or says why not. */
export function runWorkflow(portal: Portal, around: Surroundings, call: WorkflowCall): WorkflowAnswer {
  if (portal.about() === null) return { ok: false, why: "later" };
  return portal.store.transaction(() => {
    const now = around.now();
    const key = keyOf(portal, call, now);
    if (key === null)
      return readFirst(portal, call.record, now) ? { ok: false, why: "later" } : { ok: false, why: "no-client" };
    const refusal = refusalOf(portal, call, key, now);
    if (refusal) return { ok: false, why: refusal };
    const mark = around.vault.hash(`workflow:${call.once}`);
    if (portal.store.unseen([mark], Math.floor(now / 86_400_000)).has(mark)) carryOut(portal, call, key, now);
    return { ok: true, outputs: outputsOf(portal, key) };
  });
}

/** How many turns a run may wait for its record to be read. */
const TURNS_MAX = 3;

/** As `runWorkflow`, and reads the record first where that takes no more than a few turns. */
export async function runWorkflowSoon(
  portal: Portal,
  around: Surroundings,
  call: WorkflowCall,
): Promise<WorkflowAnswer> {
  let answer = runWorkflow(portal, around, call);
  for (let turns = 0; turns < TURNS_MAX && !answer.ok && answer.why === "later"; turns++) {
    await portal.tick();
    answer = runWorkflow(portal, around, call);
  }
  return answer;
}

/** The client; for a start also one that nobody looked after so far. */
function keyOf(portal: Portal, { code, record }: WorkflowCall, now: number): ClientKey | null {
  const known = clientOf(portal, record.kind, record.id);
  if (known !== null || code !== "start_plan") return known;
  const client = portal.store.records.get(portal.store.records.survivor(record))?.client ?? null;
  if (client !== null) portal.store.clients.ensureDue([client], now);
  return client;
}

/** Marks a record that is not known, or not freshly, to be read. */
function readFirst(portal: Portal, record: RecordRef, now: number): boolean {
  const stored = portal.store.records.get(record);
  if (stored?.gone || (stored && stored.readAt >= now - FRESH_MS)) return false;
  portal.store.records.mark([record], now);
  return true;
}

function refusalOf(
  portal: Portal,
  { code, record, inputs }: WorkflowCall,
  key: ClientKey,
  now: number,
): "later" | "not-won" | "no-plan" | "invalid" | null {
  if (code === "record_signal") return signalOf(inputs) === null ? "invalid" : null;
  const { state } = loadState(portal.store.clients.get(key)?.state ?? null);
  if (code === "pause_plan")
    return state.plans.some((plan) => plan.state === "running" || plan.state === "paused") ? null : "no-plan";
  if (code !== "start_plan") return null;
  const wanted = inputs.template?.trim();
  if (wanted && !portal.engine().config().newest.has(wanted)) return "invalid";
  const deals = (portal.store.records.ofClients([key]).get(key) ?? []).filter(
    (one) => one.ref.kind === "deal" && !one.gone,
  );
  const asked = record.kind === "deal" ? deals.filter((one) => one.ref.id === record.id) : deals;
  if (asked.some((one) => one.facts.outcome === "won")) return null;
  return readFirst(portal, record, now) ? "later" : "not-won";
}

function signalOf(inputs: Readonly<Record<string, string>>): { id: string; value: number | null } | null {
  const id = inputs.signal?.trim().toLowerCase() ?? "";
  const text = inputs.value?.trim() ?? "";
  const value = text === "" ? null : Number(text);
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(id) || (value !== null && !Number.isFinite(value))) return null;
  return { id, value };
}

function carryOut(portal: Portal, call: WorkflowCall, key: ClientKey, now: number): void {
  const { store } = portal;
  const client = store.clients.get(key);
  if (!client) return;
  const { state } = loadState(client.state);
  const did = (code: DeedCode, params: Readonly<Record<string, unknown>>) =>
    store.journal.did({ at: now, actor: "workflow", client: key, code, params });
  if (call.code === "start_plan") {
    const dealId = call.record.kind === "deal" ? call.record.id : null;
    const request = {
      dealId,
      templateId: call.inputs.template?.trim() || null,
      ownerId: call.inputs.owner?.replace(/^user_/, "") || null,
      at: now,
    };
    store.clients.put([{ ...client, state: requestStart(state, request), dueAt: now }]);
    did("act-start", { deal: dealId });
  } else if (call.code === "pause_plan") {
    const config = portal.engine().config();
    const plan = currentPlan(state.plans);
    if (plan?.state !== "running") return;
    const dating = { ...contextOf(plan, config, now), today: dayOf(now, config.zone) };
    const deed = { do: "plan", cycle: plan.cycle, event: { do: "pause", reason: "by_workflow" } } as const;
    store.clients.put([{ ...client, state: act(state, deed, { at: now, by: "workflow" }, () => dating), dueAt: now }]);
    did("act-pause", { cycle: plan.cycle });
  } else if (call.code === "record_signal") {
    const signal = signalOf(call.inputs)!;
    store.clients.put([{ ...client, state: reportSignal(state, { ...signal, at: now, by: "workflow" }), dueAt: now }]);
    did("act-signal", { signal: signal.id, value: signal.value });
  } else {
    const known = store.records.ofClients([key]).get(key) ?? [];
    store.records.mark(
      known.filter((one) => !one.gone).map((one) => one.ref),
      now,
    );
    store.clients.bringForward([key], now);
    did("act-recompute", {});
  }
}

/** What a workflow may go on with: as decided last; a fresh score follows as a changed field. */
function outputsOf(portal: Portal, key: ClientKey): Readonly<Record<string, string | number>> {
  const client = portal.store.clients.get(key);
  const plan = currentPlan(loadState(client?.state ?? null).state.plans);
  return {
    plan: plan ? `${plan.templateId}: ${plan.state}` : "",
    ...(client?.score !== null && client?.score !== undefined && { score: Math.round(client.score) }),
    zone: client?.zone ?? "",
  };
}
