import type { BudgetLeft } from "../crm/port.ts";
import type { Finding } from "../store/findings.ts";
import type { Portal } from "../portal.ts";

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
}

/** What the status page shows. Reads only. */
export function statusOf(portal: Portal, _nowMs: number): StatusView {
  const { store } = portal;
  const { meta } = store;
  const isConnected = portal.isInstalled();
  const kinds = isConnected ? portal.crm().kinds() : [];
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
  };
}
