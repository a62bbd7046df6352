import { sql } from "drizzle-orm";
import { type Adoption, lastAdoption } from "../acts/portal.ts";
import type { BudgetLeft, Payment } from "../crm/port.ts";
import type { Leaving } from "../engine/leave.ts";
import type { Portal } from "../portal-open.ts";
import type { Finding } from "../store/findings.ts";
import type { Progress } from "./kpi.ts";

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
  /** what the portal pays for us, where the CRM tells */
  payment: Payment | null;
  /** the first import, while it runs */
  importing: Progress | null;
  /** the clean leave, while it runs */
  leaving: Progress | null;
}

/** What the status page shows. Reads only. */
export function statusOf(portal: Portal): StatusView {
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
    importing: importingOf(portal),
    leaving: leavingOf(portal),
    zone: account?.zone ?? "UTC",
    currency: account?.currency ?? "",
    payment: account?.payment ?? null,
  };
}

/** How far the first import is: records that are known, and how many of them were read; null once it is through. */
export function importingOf(portal: Portal): Progress | null {
  const { store } = portal;
  const startedAt = store.meta.get<number>("installedAt");
  if (!portal.isInstalled() || startedAt === null || store.meta.get("importedAt") !== null) return null;
  const { n } = store.db.get<{ n: number }>(sql`select count(*) as n from record`);
  return { done: n - store.records.staleCount(), total: n, startedAt };
}

function leavingOf({ store }: Portal): Progress | null {
  const leaving = store.meta.get<Leaving>("leaving");
  if (!leaving) return null;
  const left = store.mirror.waitingByPriority().reduce((sum, one) => sum + one.n, 0);
  return { done: Math.max(0, leaving.total - left), total: leaving.total, startedAt: leaving.since };
}
