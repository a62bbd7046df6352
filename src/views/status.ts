import { type Adoption, lastAdoption } from "../acts/portal.ts";
import type { BudgetLeft } from "../crm/port.ts";
import type { Portal } from "../portal.ts";
import type { Finding } from "../store/findings.ts";
import type { LoggedCall } from "../store/journal.ts";

export interface StatusView {
  mode: string;
  installedAt: number | null;
  revokedAt: number | null;
  clients: number;
  /** arrival of the oldest delivery not folded yet, epoch ms */
  oldestHintAt: number | null;
  stale: number;
  /** writes waiting, by priority */
  waiting: readonly { priority: number; n: number }[];
  things: readonly { state: string; n: number }[];
  budgets: readonly BudgetLeft[];
  /** per record kind: when the last look ended, how many it saw and marked */
  reconciled: readonly { kind: string; at: number | null; seen: number; marked: number }[];
  findings: readonly Finding[];
  flood: boolean;
  careful: boolean;
  versions: { config: number; book: number };
  /** the last adoption of earlier customers, which can be taken back */
  adoption: Adoption | null;
  /** what this CRM or its plan cannot do, with the reason */
  missing: readonly { what: string; why: string }[];
  zone: string;
  currency: string;
}

/** What the status page shows. Reads only. */
export function statusOf(portal: Portal, _nowMs: number): StatusView {
  const { store } = portal;
  const { meta } = store;
  const isConnected = portal.isInstalled();
  const kinds = isConnected ? portal.crm().kinds() : [];
  const abilities = isConnected ? Object.entries(portal.crm().capabilities()) : [];
  const account = portal.about()?.account;
  return {
    mode: portal.mode(),
    installedAt: meta.get("installedAt"),
    revokedAt: meta.get("revokedAt"),
    clients: store.clients.count(),
    oldestHintAt: store.oldestDeliveryAt(),
    stale: store.records.staleCount(),
    waiting: store.mirror.waitingByPriority(),
    things: store.mirror.countByState(),
    budgets: isConnected ? portal.crm().budgets() : [],
    reconciled: kinds.map((kind) => {
      const found = meta.get<{ at: number; seen: number; marked: number }>(`found:${kind}`);
      return { kind, at: found?.at ?? null, seen: found?.seen ?? 0, marked: found?.marked ?? 0 };
    }),
    findings: store.findings.open(),
    flood: meta.get("flood") !== null,
    careful: meta.get("careful") !== null,
    versions: { config: store.newestConfig()?.version ?? 0, book: store.newestBook()?.version ?? 0 },
    adoption: lastAdoption(portal),
    missing: abilities.flatMap(([what, why]) => (why === true ? [] : [{ what, why }])),
    zone: account?.zone ?? "UTC",
    currency: account?.currency ?? "",
  };
}

/** The newest calls to the CRM, newest first: method, path and answer, no values. */
export function recentCalls(portal: Portal, sinceMs: number, limit: number): readonly LoggedCall[] {
  return [...portal.store.journal.callsSince(sinceMs, 100_000)].reverse().slice(0, limit);
}
