/**
 * A large Bitrix24 portal on the standard plan, on the virtual clock: reading every record, and writing a field on each. Time stands beside
 * the larger of requests ÷ 2/s and operating time ÷ its limit of 480 s per method in ten minutes, and beside what the best schedule of the
 * same commands would need; requests and operating time stand beside the fewest possible.
 */
import { isFailure } from "../../src/crm/failure.ts";
import type { WriteItem } from "../../src/crm/port.ts";
import { COSTS_S } from "../../src/sandbox/bitrix24/limits.ts";
import { type Bitrix24World, bitrix24World } from "../../test/crm/bitrix24/world.ts";
import { Scene } from "../../test/crm/contract/scene.ts";
import { type BenchLine, lineOf } from "./line.ts";

const OPERATING_S = 480;
const WINDOW_S = 600;
const REQUESTS_PER_S = 2;
/** Commands of one batch. */
const BATCH = 50;
/** Rows of a page of a list. */
const PAGE = 50;
const MINUTE_S = 60;

/**
 * Seconds after `startedAt` (epoch ms) before which nobody can have spent this much run time of one method: 480 s at once, and the next
 * 480 s when the minute in which they were spent leaves the window.
 */
function bestScheduleS(spentS: number, startedAt: number): number {
  const windows = Math.max(0, Math.ceil(spentS / OPERATING_S) - 1);
  return windows === 0 ? 0 : windows * WINDOW_S - ((startedAt / 1000) % MINUTE_S);
}

/** Does `work` as soon as the budget has room for it. */
async function asap<T>(world: Bitrix24World, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isFailure(error, "limited")) throw error;
      await world.advance(error.retryAt! - world.now());
    }
  }
}

export interface Scale {
  tookS: number;
  /** the larger of requests ÷ 2/s and operating time ÷ its limit */
  limitS: number;
  /** what the best schedule of the same commands needs */
  bestS: number;
  calls: number;
  fewestCalls: number;
  spentS: number;
  fewestSpentS: number;
  limited: number;
}

function records(count: number): readonly Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({ title: `Company ${index}` }));
}

/** Lists and reads `count` records. */
async function playReading(count: number): Promise<Scale> {
  const world = await bitrix24World();
  world.portal.bulkImport("company", records(count));
  const crm = world.connect();
  await asap(world, () => crm.account());
  await world.advance(WINDOW_S * 1000 + 60_000);
  const [startedAt, before, spent] = [world.now(), world.calls(), commands(world, "crm.item.list")];
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page = await asap(world, () => crm.changedSince("company", 0, after));
    ids.push(...page.ids);
    after = page.after;
  } while (after !== null);
  for (let at = 0; at < ids.length; at += crm.readSize())
    await asap(world, () => crm.read("company", ids.slice(at, at + crm.readSize())));
  const costS = COSTS_S["crm.item.list"]!;
  const spentS = (commands(world, "crm.item.list") - spent) * costS;
  const pages = Math.ceil(count / PAGE);
  return result(world, startedAt, before, spentS, { calls: Math.ceil(pages / BATCH), spentS: pages * costS });
}

/** Writes two fields on each of `count` records. */
async function playWriting(count: number): Promise<Scale> {
  const world = await bitrix24World();
  const scene = new Scene(world);
  await scene.ensureSchema();
  const ids = world.portal.bulkImport("company", records(count));
  await world.advance(WINDOW_S * 1000 + 60_000);
  const [startedAt, before] = [world.now(), world.calls()];
  for (let at = 0; at < ids.length; at += BATCH) {
    const items: WriteItem[] = ids.slice(at, at + BATCH).map((id) => ({
      key: `f${id}`,
      id: String(id),
      target: { kind: "company", id: String(id) },
      fields: { score: id % 101, zone: "green" },
    }));
    const outcomes = await asap(world, () => scene.crm.write({ kind: "fields", verb: "update", on: "company", items }));
    if (!outcomes.every(({ done }) => done)) throw new Error("A field was not written.");
  }
  const spentS = count * COSTS_S["crm.item.update"]!;
  return result(world, startedAt, before, spentS, { calls: Math.ceil(count / BATCH), spentS });
}

function commands(world: Bitrix24World, method: string): number {
  return world.sandbox.commandCounts.get(method) ?? 0;
}

function result(
  world: Bitrix24World,
  startedAt: number,
  before: number,
  spentS: number,
  fewest: { calls: number; spentS: number },
): Scale {
  const calls = world.calls() - before;
  return {
    tookS: (world.now() - startedAt) / 1000,
    limitS: Math.max(calls / REQUESTS_PER_S, (spentS / OPERATING_S) * WINDOW_S),
    bestS: bestScheduleS(spentS, startedAt),
    calls,
    fewestCalls: fewest.calls,
    spentS,
    fewestSpentS: fewest.spentS,
    limited: world.limitedByUs(),
  };
}

function linesOf(what: string, played: Scale): readonly BenchLine[] {
  const bench = "bitrix24-scale";
  const { tookS, limitS, bestS, calls, fewestCalls, spentS, fewestSpentS } = played;
  return [
    lineOf(bench, `${what}: time, beside its requests and operating time ÷ their limits`, tookS, "s", limitS),
    lineOf(bench, `${what}: time, beside the best schedule of the same commands`, tookS, "s", bestS),
    lineOf(bench, `${what}: requests, beside full batches of 50 commands in one pass`, calls, "calls", fewestCalls),
    lineOf(bench, `${what}: operating time, beside one pass`, spentS, "s", fewestSpentS),
  ];
}

export async function run(count = 85_000): Promise<readonly BenchLine[]> {
  const [read, wrote] = [await playReading(count), await playWriting(count)];
  return [
    ...linesOf(`listing and reading ${count} records`, read),
    ...linesOf(`writing fields on ${count} records`, wrote),
    lineOf("bitrix24-scale", "refusals for a limit", read.limited + wrote.limited, "calls", 0, 0),
  ];
}

if (import.meta.main)
  for (const line of await run(Number(process.argv[2] ?? 85_000))) console.log(JSON.stringify(line));
