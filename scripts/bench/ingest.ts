/**
 * Deliveries a second over real loopback HTTP, durable before the answer, beside an endpoint that only verifies the same signature, and
 * beside other projects' receivers that verify theirs and store nothing. Everything is up at once, each in its own process; every slice
 * of a receiver stands between slices of the signature-only one, and what is compared is always two neighbours.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sender } from "./ingest/deliveries.ts";
import type { DriveResult, DriverAsk } from "./ingest/driver.ts";
import { installPeers } from "./ingest/peers.ts";
import type { ReceiverAsk, ReceiverKind } from "./ingest/receivers.ts";
import { type BenchLine, lineOf } from "./line.ts";
import { median, quantile } from "./measure.ts";

const BENCH = "ingest";
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "ingest");
/** Deliveries under way at once: what six portals send at HubSpot's default of ten each. */
const CONNECTIONS = 64;
/** Different deliveries that a driver takes in turn. */
const POOL = 200;

export interface IngestSize {
  rounds: number;
  sliceMs: number;
  warmUpMs: number;
  /** also the receivers of other projects, which have to be installed */
  peers: boolean;
}

interface Plan {
  kind: ReceiverKind;
  metric: string;
  sender: Sender;
  portals: number;
  copies: number;
}

const one = { sender: "hubspot", portals: 1, copies: 1 } as const;
const BASE: Plan = { ...one, kind: "signature", metric: "signature only, nothing parsed or stored" };
const OURS: Plan = { ...one, kind: "tenure", metric: "Tenure, durable before the answer" };
const PLANS: readonly Plan[] = [
  OURS,
  { ...OURS, copies: 3, metric: "Tenure, every event three times" },
  { ...OURS, portals: 100, metric: "Tenure, 100 portals through the shared journal" },
  { ...one, kind: "body", metric: "body read, nothing verified" },
];
const PEERS: readonly Plan[] = [
  { ...one, kind: "probot", sender: "github", metric: "probot 14.3.2, own signature, nothing stored" },
  { ...one, kind: "bolt", sender: "slack", metric: "@slack/bolt 5.1.0, own signature, nothing stored" },
];

class Target {
  readonly plan: Plan;
  readonly child: ChildProcess;
  port = 0;
  readonly rates: number[] = [];
  readonly ratios: number[] = [];
  readonly cpuUs: number[] = [];
  readonly cpuRatios: number[] = [];
  readonly latenciesMs: number[] = [];

  constructor(plan: Plan) {
    this.plan = plan;
    this.child = fork(join(FOLDER, "receivers.ts"), [plan.kind, String(plan.portals)], { serialization: "advanced" });
  }

  async ask(ask: ReceiverAsk): Promise<{ cpuUs: number; stored: number }> {
    return talk(this.child, ask);
  }
}

interface Slice {
  rate: number;
  cpuUs: number;
  latenciesMs: Float64Array;
}

async function talk<T>(child: ChildProcess, ask: unknown): Promise<T> {
  const answer = once(child, "message", { signal: AbortSignal.timeout(30_000) });
  child.send(ask as object);
  return (await answer)[0] as T;
}

async function start(plan: Plan, driver: ChildProcess): Promise<Target> {
  const target = new Target(plan);
  const [ready] = (await once(target.child, "message", { signal: AbortSignal.timeout(30_000) })) as [{ port: number }];
  target.port = ready.port;
  const { sender, portals, copies, metric } = plan;
  const pool = { sender, portals, copies, deliveries: POOL, now: Date.now() };
  await talk(driver, { do: "prepare", name: metric, pool } satisfies DriverAsk);
  return target;
}

async function drive(driver: ChildProcess, target: Target, ms: number): Promise<Slice> {
  const before = await target.ask("cpu");
  const { metric } = target.plan;
  const ask: DriverAsk = { do: "drive", name: metric, port: target.port, connections: CONNECTIONS, ms };
  const result = await talk<DriveResult>(driver, ask);
  const after = await target.ask("cpu");
  const { stored } = await target.ask("empty");
  if (result.refused > 0) throw new Error(`${metric}: ${result.refused} of ${result.answered} were refused`);
  if (target.plan.kind === "tenure" && stored !== result.answered) {
    throw new Error(`${metric}: ${result.answered} were answered, ${stored} are on disk`);
  }
  const { answered, seconds, latenciesMs } = result;
  return { rate: answered / seconds, cpuUs: (after.cpuUs - before.cpuUs) / answered, latenciesMs };
}

/** One slice of the base and one of the target, neighbours in time. */
async function compare(driver: ChildProcess, base: Target, target: Target, ms: number): Promise<void> {
  const beside = await drive(driver, base, ms);
  const own = await drive(driver, target, ms);
  base.rates.push(beside.rate);
  base.cpuUs.push(beside.cpuUs);
  target.rates.push(own.rate);
  target.cpuUs.push(own.cpuUs);
  target.ratios.push(own.rate / beside.rate);
  target.cpuRatios.push(own.cpuUs / beside.cpuUs);
  for (const latency of own.latenciesMs) target.latenciesMs.push(latency);
}

const FULL: IngestSize = { rounds: 16, sliceMs: 150, warmUpMs: 1000, peers: true };

export async function run(size: IngestSize = FULL): Promise<BenchLine[]> {
  const missing = size.peers ? installPeers() : "not asked for";
  if (missing !== null) console.error(`${BENCH}: probot and @slack/bolt are left out: ${missing}`);
  const driver = fork(join(FOLDER, "driver.ts"), { serialization: "advanced" });
  const children = [driver];
  try {
    const all: Target[] = [];
    for (const plan of [BASE, ...PLANS, ...(missing === null ? PEERS : [])]) {
      const target = await start(plan, driver);
      children.push(target.child);
      all.push(target);
    }
    const [base, ...targets] = all as [Target, ...Target[]];
    for (const target of all) await drive(driver, target, size.warmUpMs);
    for (let round = 0; round < size.rounds; round++) {
      for (const target of targets) await compare(driver, base, target, size.sliceMs);
    }
    return linesOf(base, targets);
  } finally {
    for (const child of children) child.disconnect();
  }
}

function linesOf(base: Target, targets: readonly Target[]): BenchLine[] {
  const floor = median(base.rates);
  const rate = (target: Target) =>
    lineOf(BENCH, target.plan.metric, median(target.rates), "deliveries/s", floor, median(target.ratios));
  const ours = targets[0]!;
  const cpu = median(ours.cpuUs);
  return [
    lineOf(BENCH, base.plan.metric, floor, "deliveries/s"),
    ...targets.map(rate),
    lineOf(BENCH, "Tenure, CPU per delivery", cpu, "µs", median(base.cpuUs), median(ours.cpuRatios)),
    lineOf(BENCH, "Tenure, time to the answer, p95", quantile(ours.latenciesMs, 0.95), "ms", 100),
    lineOf(BENCH, "Tenure, time to the answer, the longest", quantile(ours.latenciesMs, 1), "ms", 5000),
  ];
}
