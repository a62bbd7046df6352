/** What the portals whose files are open would tell, summed by CRM: index look-ups, no portal is opened for it, and no account is named. */
import { parsePortalId } from "../../ports.ts";
import type { NodeHost } from "./host.ts";
import type { Sample } from "./metrics.ts";

const MINUTE_MS = 60_000;

interface Family {
  name: string;
  help: string;
  samples: readonly Sample[];
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

/** Portals that need work are open; one whose file was closed meanwhile rests, and adds nothing. */
export function openGauges(host: Pick<NodeHost, "openPortals">, nowMs: number): readonly Family[] {
  const waiting = new Sums();
  const findings = new Sums();
  const calls = new Sums();
  const modes = new Sums();
  for (const [id, { store }] of host.openPortals()) {
    const { vendor } = parsePortalId(id);
    modes.add({ vendor, mode: store.meta.get<string>("mode") ?? "none" }, 1);
    for (const { priority, n } of store.mirror.waitingByPriority())
      waiting.add({ vendor, priority: String(priority) }, n);
    for (const { code } of store.findings.open()) findings.add({ vendor, code }, 1);
    for (const { status, n } of store.journal.answersSince(nowMs - MINUTE_MS))
      calls.add({ vendor, answer: outcomeOf(status) }, n);
  }
  return [
    { name: "tenure_open_portals", help: "Open portals, by CRM and mode", samples: modes.samples() },
    { name: "tenure_writes_waiting", help: "Writes waiting in open portals, by priority", samples: waiting.samples() },
    { name: "tenure_findings_open", help: "Findings for people in open portals, by code", samples: findings.samples() },
    {
      name: "tenure_calls_last_minute",
      help: "Calls of open portals in the last minute, by answer",
      samples: calls.samples(),
    },
  ];
}
