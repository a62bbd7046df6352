/**
 * A large Bitrix24 portal on the standard plan, on the virtual clock: reading every record and writing a field on each, beside the floor
 * of its limits: 480 s of operating time per method in ten minutes, and two requests a second.
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
/** Requests that the portal's bucket takes at once. */
const BUCKET = 50;
/** Commands of one batch. */
const BATCH = 50;

/** Seconds that a method with this much run time takes at least: the first 480 s at once, then 480 s in each ten minutes. */
function operatingFloorS(spentS: number): number {
  return Math.max(0, Math.ceil(spentS / OPERATING_S) - 1) * WINDOW_S;
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
  floorS: number;
  calls: number;
  fewest: number;
  limited: number;
}

function records(count: number): readonly Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({ title: `Company ${index}` }));
}

/** Lists and reads `count` records. */
export async function playReading(count: number): Promise<Scale> {
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
  const spentS = (commands(world, "crm.item.list") - spent) * COSTS_S["crm.item.list"]!;
  return result(world, startedAt, before, spentS, 2 * Math.ceil(count / crm.readSize()));
}

/** Writes two fields on each of `count` records. */
export async function playWriting(count: number): Promise<Scale> {
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
  return result(world, startedAt, before, count * COSTS_S["crm.item.update"]!, Math.ceil(count / BATCH));
}

function commands(world: Bitrix24World, method: string): number {
  return world.sandbox.commandCounts.get(method) ?? 0;
}

function result(world: Bitrix24World, startedAt: number, before: number, spentS: number, fewest: number): Scale {
  const calls = world.calls() - before;
  return {
    tookS: (world.now() - startedAt) / 1000,
    floorS: Math.max((fewest - BUCKET) / REQUESTS_PER_S, operatingFloorS(spentS), 0),
    calls,
    fewest,
    limited: world.limitedByUs(),
  };
}

export async function run(count = 85_000): Promise<readonly BenchLine[]> {
  const bench = "bitrix24-scale";
  const [read, wrote] = [await playReading(count), await playWriting(count)];
  return [
    lineOf(bench, `time to list and read ${count} records on the standard plan`, read.tookS, "s", read.floorS),
    lineOf(bench, "calls for the reading", read.calls, "calls", read.fewest),
    lineOf(bench, `time to write fields on ${count} records`, wrote.tookS, "s", wrote.floorS),
    lineOf(bench, "calls for the writing", wrote.calls, "calls", wrote.fewest),
    lineOf(bench, "refusals for a limit", read.limited + wrote.limited, "calls", 0, 0),
  ];
}

if (import.meta.main)
  for (const line of await run(Number(process.argv[2] ?? 85_000))) console.log(JSON.stringify(line));
