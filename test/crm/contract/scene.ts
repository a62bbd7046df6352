/** One behaviour's stage: a connection, and what an engine would do around it (wait for the budget, send again what may be). */
import { expect } from "vitest";
import { FIELDS } from "../../../src/core/fields.ts";
import type { Hint, Language, RecordKind, RecordRef } from "../../../src/core/model.ts";
import { isFailure } from "../../../src/crm/failure.ts";
import type {
  AccountHints,
  Crm,
  Outcome,
  ReadRecord,
  SchemaReport,
  TaskValues,
  ThingKind,
  Verb,
  WriteItem,
} from "../../../src/crm/port.ts";
import type { ContractWorld, People } from "./world.ts";

export interface Behaviour {
  name: string;
  run(scene: Scene): Promise<void>;
}

/** Rounds after which an engine that sends again what it may would have given up in these tests. */
const MOST_ROUNDS = 40;

export class Scene {
  readonly world: ContractWorld;
  crm: Crm;

  constructor(world: ContractWorld) {
    this.world = world;
    this.crm = world.connect();
  }

  get people(): People {
    return this.world.people;
  }

  /** As after a restart: nothing remembered. */
  reconnect(): void {
    this.crm = this.world.connect();
  }

  /** Does `work`, and waits with the clock whenever our own budget has no room. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isFailure(error, "limited")) throw error;
        const { retryAt } = error;
        expect(retryAt, "a limited call names when it may go out").toBeGreaterThan(this.world.now());
        await this.world.advance(retryAt! - this.world.now());
      }
    }
    throw new Error("the budget never had room");
  }

  /** Lets every lag of the CRM pass. */
  settle(): Promise<void> {
    return this.world.advance(this.world.settledMs);
  }

  async read(
    kind: RecordKind,
    ids: readonly string[],
  ): Promise<{ records: Map<string, ReadRecord>; missing: string[] }> {
    const { records, missing } = await this.patiently(() => this.crm.read(kind, ids));
    return { records: new Map(records.map((record) => [record.ref.id, record])), missing: [...missing] };
  }

  /** @throws when it is not there */
  async readOne(kind: RecordKind, id: string): Promise<ReadRecord> {
    const { records } = await this.read(kind, [id]);
    const record = records.get(id);
    if (!record) throw new Error(`${kind} ${id} was not read`);
    return record;
  }

  /** One call; the outcome of every item, by key. */
  async writeOnce(
    kind: ThingKind,
    verb: Verb,
    items: readonly WriteItem[],
    on: RecordKind | null = null,
  ): Promise<Map<string, Outcome>> {
    const outcomes = await this.patiently(() => this.crm.write({ kind, verb, on, items }));
    expect(outcomes.map(({ key }) => key).sort(), "one outcome per item").toEqual(items.map(({ key }) => key).sort());
    return new Map(outcomes.map((outcome) => [outcome.key, outcome]));
  }

  /** Sends again what was limited or unavailable, as the engine does, until every item is done, refused or unknown. */
  async write(
    kind: ThingKind,
    verb: Verb,
    items: readonly WriteItem[],
    on: RecordKind | null = null,
  ): Promise<Map<string, Outcome>> {
    const settled = new Map<string, Outcome>();
    let open = [...items];
    for (let round = 0; open.length > 0; round += 1) {
      if (round > MOST_ROUNDS) throw new Error("some items are never settled");
      for (const [key, outcome] of await this.writeOnce(kind, verb, open, on)) {
        if (outcome.done || outcome.failure === "refused" || outcome.failure === "unknown") settled.set(key, outcome);
        else await this.world.advance(Math.max(0, outcome.retryAt - this.world.now()));
      }
      open = open.filter(({ key }) => !settled.has(key));
    }
    return settled;
  }

  /** @returns ids by key; @throws when one was not done */
  async createTasks(items: readonly WriteItem[]): Promise<Map<string, string>> {
    const outcomes = await this.write("task", "create", items);
    return new Map([...outcomes].map(([key, outcome]) => [key, doneOf(outcome).id]));
  }

  async ensureSchema(language: Language = "en"): Promise<SchemaReport> {
    const kinds: RecordKind[] = ["company", "contact", "deal"];
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const report = await this.patiently(() => this.crm.ensureSchema(FIELDS, kinds, language));
      if (report.created === 0) return report;
    }
    throw new Error("the schema is never complete");
  }

  /** Verified hints of everything the CRM sent since this was last asked. */
  async hints(): Promise<{ hints: Hint[]; own: number; unknown: string[] }> {
    await this.settle();
    const gathered: AccountHints[] = [];
    for (const incoming of await this.world.deliveries()) {
      const verified = await this.world.app.verify(incoming, this.world.now(), (account) =>
        this.world.applicationTokenOf(account),
      );
      if (!verified.ok) throw new Error(`a delivery was refused: ${verified.reason}`);
      gathered.push(...verified.accounts);
    }
    for (const { account } of gathered) expect(account).toBe(this.world.account);
    return {
      hints: gathered.flatMap(({ hints }) => [...hints]),
      own: gathered.reduce((sum, { own }) => sum + own, 0),
      unknown: gathered.flatMap(({ unknown }) => [...unknown]),
    };
  }
}

export function doneOf(outcome: Outcome | undefined): Outcome & { done: true } {
  if (!outcome?.done) throw new Error(`expected a done outcome, got ${JSON.stringify(outcome)}`);
  return outcome;
}

/** A task item with everything a plan step sets, due in ten days at 09:00 UTC unless told otherwise. */
export function taskItem(key: string, target: RecordRef, now: number, values: TaskValues = {}): WriteItem {
  const dueAt = Math.floor(now / 86_400_000) * 86_400_000 + 10 * 86_400_000 + 9 * 3_600_000;
  return {
    key,
    id: null,
    target,
    task: {
      subject: `Step ${key}`,
      body: "Agree on the goals.\nWrite them down.",
      dueAt,
      priority: "medium",
      type: "todo",
      status: "open",
      links: [target],
      ...values,
    },
  };
}

export function fieldsItem(target: RecordRef, fields: WriteItem["fields"] & object): WriteItem {
  return { key: `fields:${target.kind}:${target.id}`, id: target.id, target, fields };
}
