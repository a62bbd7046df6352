import { timingSafeEqual } from "node:crypto";
import { type PortalId, parsePortalId } from "../../ports.ts";
import type { NodeHost } from "./host.ts";
import { openGauges } from "./open-gauges.ts";
import type { Registry } from "./registry.ts";

/** Prometheus text format, without any name of a customer. Callers need the token; without one only this machine may ask. */
export function metricsText(host: NodeHost, registry: Registry, token: string | null, now: () => number) {
  return async (authorisation: string | null, forwardedFor: string | null): Promise<string | null> => {
    if (token === null ? forwardedFor !== null : !isToken(authorisation, token)) return null;
    const oldest = registry.oldestHintAt();
    const memory = process.memoryUsage();
    return [
      gauge("tenure_portals", "Portals installed", registry.ids().length),
      family("tenure_portals_by_vendor", "Portals installed, by CRM", byVendor(registry.ids())),
      family("tenure_portals_due", "Portals that are due for a turn, by CRM", byVendor(registry.due(now()))),
      ...openGauges(host, now()).map(({ name, help, samples }) => family(name, help, samples)),
      gauge("tenure_open_files", "Portal files open", host.openCount()),
      gauge(
        "tenure_oldest_hint_seconds",
        "Age of the oldest delivery that no turn has taken",
        oldest === null ? 0 : Math.max(0, (now() - oldest) / 1000),
      ),
      gauge(
        "tenure_next_wake_seconds",
        "Time to the next wake",
        Math.max(0, ((host.nextWakeAt() ?? now()) - now()) / 1000),
      ),
      gauge("process_resident_memory_bytes", "Resident memory", memory.rss),
      gauge("process_cpu_seconds_total", "CPU time", (process.cpuUsage().user + process.cpuUsage().system) / 1e6),
    ].join("");
  };
}

export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

function byVendor(ids: readonly PortalId[]): readonly Sample[] {
  const groups = Map.groupBy(ids, (id) => parsePortalId(id).vendor);
  return [...groups].map(([vendor, own]) => ({ labels: { vendor }, value: own.length }));
}

/** One name with labels. Labels are words of ours: nothing in them needs escaping. */
function family(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const inner = Object.entries(labels).map(([label, of]) => `${label}="${of}"`);
    return `${name}{${inner.join(",")}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

function gauge(name: string, help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${name.endsWith("_total") ? "counter" : "gauge"}\n${name} ${value}\n`;
}

function isToken(authorisation: string | null, token: string): boolean {
  const given = Buffer.from(authorisation ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
