/** What taking earlier customers in would make: everybody is gone through in slices, a slice per question. */
import { sql } from "drizzle-orm";
import { chooseFor } from "../core/client/choose.ts";
import type { ClientRecord, DecideConfig } from "../core/decision.ts";
import type { ClientKey } from "../core/model.ts";
import { selectSteps } from "../core/plan/compile.ts";
import type { Portal } from "../portal-open.ts";
import type { Progress } from "./kpi.ts";

export interface AdoptionPreview {
  plans: number;
  tasks: number;
}

export type AdoptionAnswer = { ok: true; view: AdoptionPreview } | { ok: false; progress: Progress };

/** Clients looked at per question: few enough to answer at once. */
export const ADOPTION_SLICE = 1_000;
/** What was counted longer ago than this is counted anew, ms. */
const COUNT_LIVES_MS = 600_000;

interface Counting extends AdoptionPreview, Progress {
  since: number;
  after: string;
}

const countings = new WeakMap<Portal, Counting>();

/**
 * What would be made if deals won since `sinceMs` counted: one plan per client without one, by the rules that choose its template. Counts on
 * where it stood, or answers. Writes nothing.
 */
export function previewAdoption(portal: Portal, sinceMs: number, nowMs: number): AdoptionAnswer {
  const one = countingOf(portal, sinceMs, nowMs);
  const keys = portal.store.db
    .all<{ client: ClientKey }>(
      sql`select distinct client from record where client > ${one.after} order by client limit ${ADOPTION_SLICE}`,
    )
    .map((row) => row.client);
  countSlice(portal, keys, one);
  if (keys.length === ADOPTION_SLICE) {
    const { done, total, startedAt } = one;
    return { ok: false, progress: { done, total, startedAt } };
  }
  countings.delete(portal);
  return { ok: true, view: { plans: one.plans, tasks: one.tasks } };
}

function countingOf(portal: Portal, since: number, nowMs: number): Counting {
  const known = countings.get(portal);
  if (known?.since === since && nowMs < known.startedAt + COUNT_LIVES_MS) return known;
  const [all] = portal.store.db.all<{ n: number }>(sql`select count(distinct client) as n from record`);
  const made = { since, after: "", plans: 0, tasks: 0, done: 0, total: all?.n ?? 0, startedAt: nowMs };
  countings.set(portal, made);
  return made;
}

function countSlice(portal: Portal, keys: readonly ClientKey[], one: Counting): void {
  const config = portal.engine().config();
  const records = portal.store.records.ofClients(keys);
  for (const key of keys) {
    const own = records.get(key) ?? [];
    if (!own.some((deal) => isWonSince(deal, one.since))) continue;
    const state = portal.store.clients.get(key)?.state as { plans?: unknown[] } | null | undefined;
    if ((state?.plans ?? []).length > 0) continue;
    one.plans += 1;
    one.tasks += stepsFor(key, own, config);
  }
  one.done += keys.length;
  one.after = keys.at(-1) ?? one.after;
}

function isWonSince({ ref, gone, facts }: ClientRecord, since: number): boolean {
  const { outcome, wonAt } = facts;
  return ref.kind === "deal" && !gone && outcome === "won" && typeof wonAt === "number" && wonAt >= since;
}

function stepsFor(key: ClientKey, records: readonly ClientRecord[], config: DecideConfig): number {
  const facts = { records, things: [], survivors: new Map<string, string>(), usage: {} };
  const deal = records.find((one) => one.ref.kind === "deal" && !one.gone && one.facts.outcome === "won");
  const { template, inputs } = chooseFor(key, deal, facts, config);
  return selectSteps(template, inputs.options ?? []).steps.length;
}
