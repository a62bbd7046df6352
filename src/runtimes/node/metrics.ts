import type { Config } from "../../config.ts";
import type { Caller } from "../../web/routes/health.ts";
import { byVendor, family, gauge, gaugesOf, portalFamilies } from "../gauges.ts";
import { isBearer } from "../move-token.ts";
import type { NodeHost } from "./host.ts";
import type { Registry } from "./registry.ts";

const THIS_MACHINE = /^(?:::ffff:)?127\.|^::1$/;
const LOCAL_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Prometheus text format, without any name of a customer. Callers need the token. Without one only this machine may ask, and only a process
 * that nobody outside is led to: in front of a public address stands a proxy, mostly on this machine, and not every one says that it is one.
 */
export function metricsText(
  host: NodeHost,
  registry: Registry,
  { metricsToken: token, publicUrl }: Pick<Config, "metricsToken" | "publicUrl">,
  now: () => number,
) {
  const isLocal = LOCAL_HOST.test(new URL(publicUrl).hostname);
  return async ({ authorisation, address, isForwarded }: Caller): Promise<string | null> => {
    const isNear = isLocal && !isForwarded && address !== null && THIS_MACHINE.test(address);
    if (token === null ? !isNear : !isBearer(authorisation, token)) return null;
    const oldest = registry.oldestHintAt();
    const memory = process.memoryUsage();
    return [
      gauge("tenure_portals", "Portals installed", registry.ids().length),
      family("tenure_portals_by_vendor", "Portals installed, by CRM", byVendor(registry.ids())),
      family("tenure_portals_due", "Portals that are due for a turn, by CRM", byVendor(registry.due(now()))),
      portalFamilies(host.openPortals().map(([id, { store }]) => gaugesOf(id, store, now()))),
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
