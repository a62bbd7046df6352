/** Figures in the Prometheus text format. What portals tell is summed by CRM: index look-ups, and no account is named. */
import type { Vendor } from "../crm/port.ts";
import { type PortalId, parsePortalId } from "../ports.ts";
import type { Store } from "../store/store.ts";

const MINUTE_MS = 60_000;

export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** What one portal tells, as plain data. */
export interface Gauges {
  vendor: Vendor;
  mode: string;
  waiting: readonly { priority: number; n: number }[];
  /** codes of open findings */
  findings: readonly string[];
  /** answers of the last minute by status; 0 = none came */
  answers: readonly { status: number; n: number }[];
}

export function gaugesOf(id: PortalId, store: Store, nowMs: number): Gauges {
  return {
    vendor: parsePortalId(id).vendor,
    mode: store.meta.get<string>("mode") ?? "none",
    waiting: store.mirror.waitingByPriority(),
    findings: store.findings.open().map(({ code }) => code),
    answers: store.journal.answersSince(nowMs - MINUTE_MS),
  };
}

/** Sums per set of labels, in the order in which they were first seen. */
class Sums {
  readonly #sums = new Map<string, Sample>();

  add(labels: Sample["labels"], value: number): void {
    const key = JSON.stringify(labels);
    this.#sums.set(key, { labels, value: (this.#sums.get(key)?.value ?? 0) + value });
  }

  samples(): readonly Sample[] {
    return [...this.#sums.values()];
  }
}

/** A status in the log: 0 = no answer came, 429 apart from the other 4xx because it is a limit. */
function outcomeOf(status: number): string {
  if (status === 0) return "none";
  return status === 429 ? "limited" : `${Math.floor(status / 100)}xx`;
}

/** What portals tell, summed. On Node those whose files are open: one whose file was closed meanwhile rests, and adds nothing. */
export function portalFamilies(all: Iterable<Gauges>): string {
  const waiting = new Sums();
  const findings = new Sums();
  const calls = new Sums();
  const modes = new Sums();
  for (const of of all) {
    const { vendor } = of;
    modes.add({ vendor, mode: of.mode }, 1);
    for (const { priority, n } of of.waiting) waiting.add({ vendor, priority: String(priority) }, n);
    for (const code of of.findings) findings.add({ vendor, code }, 1);
    for (const { status, n } of of.answers) calls.add({ vendor, answer: outcomeOf(status) }, n);
  }
  return [
    family("tenure_open_portals", "Portals that tell the following, by CRM and mode", modes.samples()),
    family("tenure_writes_waiting", "Writes waiting in these portals, by priority", waiting.samples()),
    family("tenure_findings_open", "Findings for people in these portals, by code", findings.samples()),
    family("tenure_calls_last_minute", "Calls of these portals in their last minute, by answer", calls.samples()),
  ].join("");
}

export function byVendor(ids: readonly PortalId[]): readonly Sample[] {
  const groups = Map.groupBy(ids, (id) => parsePortalId(id).vendor);
  return [...groups].map(([vendor, own]) => ({ labels: { vendor }, value: own.length }));
}

/** One name with labels. Labels are words of ours: nothing in them needs escaping. */
export function family(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const inner = Object.entries(labels).map(([label, of]) => `${label}="${of}"`);
    return `${name}{${inner.join(",")}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

export function gauge(name: string, help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${name.endsWith("_total") ? "counter" : "gauge"}\n${name} ${value}\n`;
}
