/**
 * What an adapter makes of answers unlike the documented ones, over its sandbox: whatever comes, the caller meets one of the six named
 * failures, with advice; nothing that is there counts as gone, no listing skips anything, and no task is lost or made twice.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { FIELDS } from "../../../src/core/fields.ts";
import type { RecordRef } from "../../../src/core/model.ts";
import { CrmFailure } from "../../../src/crm/failure.ts";
import type { Fetch } from "../../../src/crm/http.ts";
import type { Crm, Outcome, WriteItem } from "../../../src/crm/port.ts";
import { messageOf, WAYS } from "../contract/messages.ts";
import { fieldsItem, Scene, taskItem } from "../contract/scene.ts";
import type { ContractWorld } from "../contract.ts";
import { type Spoil, spoiled, spoils, WHOLE } from "./spoil.ts";

/** A world whose answers can be spoiled. */
export interface SpoilableWorld extends ContractWorld {
  /** between our calls and the CRM */
  between: Between;
  /** asks for fresh tokens */
  refresh(): Promise<unknown>;
}

export interface Between {
  answers: ((answer: Response) => Promise<Response>) | null;
}

/** Puts a place to spoil answers between an adapter and its sandbox. */
export function spoilable(fetch: Fetch, between: Between): Fetch {
  return async (request) => {
    const spoil = between.answers;
    if (spoil === null) return fetch(request);
    return spoil(await fetch(request));
  };
}

interface Stage {
  world: SpoilableWorld;
  /** before all of it, epoch ms */
  since: number;
  company: RecordRef;
  contact: RecordRef;
  deal: RecordRef;
  taskId: string;
  taskKey: string;
}

/** A portal with a client and one task of ours. */
async function stageIn(world: SpoilableWorld): Promise<Stage> {
  const scene = new Scene(world);
  const since = world.now() - 1;
  await scene.ensureSchema();
  const company = { kind: "company", id: await world.people.company({ name: "Acme" }) } as const;
  const contact = {
    kind: "contact",
    id: await world.people.contact({ email: "a@b.example", companyId: company.id }),
  } as const;
  const deal = {
    kind: "deal",
    id: await world.people.deal({ companyId: company.id, contactIds: [contact.id], outcome: "won", amount: 5 }),
  } as const;
  const [taskId] = [...(await scene.createTasks([taskItem("old:1", company, world.now())])).values()];
  await scene.settle();
  return { world, since, company, contact, deal, taskId: taskId!, taskKey: "old:1" };
}

type Looked = (crm: Crm, stage: Stage) => Promise<unknown>;

/** Every reading method of the port. */
const READS: Readonly<Record<string, Looked>> = {
  account: (crm) => crm.account(),
  owners: (crm) => crm.owners(),
  "names of owners": (crm) => crm.ownerNames(),
  stages: (crm) => crm.stages(),
  linked: (crm, { company, deal }) => crm.linked("task", [company, deal]),
  find: (crm, { company, taskKey }) =>
    crm.find([
      { key: taskKey, kind: "task", targets: [company] },
      { key: "note:1", kind: "note", targets: [company] },
    ]),
  names: (crm, { company, contact, deal }) => crm.names([company, contact, deal]),
  addresses: (crm, { contact }) => crm.addresses([contact.id]),
  schema: (crm) => crm.ensureSchema(FIELDS, ["company", "contact", "deal"], "en"),
  bind: (crm) => crm.bind("https://app.example.com"),
  drain: async (crm) => {
    if (crm.capabilities()["offline-events"] === true) await (await crm.drain?.())?.confirm();
  },
};

/** Spoils one answer of those that `work` gets. @returns whether there was one to spoil */
async function under<T>(
  world: SpoilableWorld,
  spoil: Spoil,
  work: () => Promise<T>,
): Promise<{ met: boolean; value: T | CrmFailure }> {
  let left = spoil.call;
  let met = false;
  world.between.answers = async (answer) => {
    if (met || left-- > 0) return answer;
    met = true;
    return spoiled(answer, spoil);
  };
  try {
    return { met, value: await named(work) };
  } finally {
    world.between.answers = null;
  }
}

/** The value, or the failure if it is one of the house's with advice. @throws whatever else was thrown */
async function named<T>(work: () => Promise<T>): Promise<T | CrmFailure> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CrmFailure)) throw error;
    expect(error.message).toMatch(/^\S.{10,}[.)]$/);
    expect(error.code).toMatch(/^\S+$/);
    return error;
  }
}

/** A new connection's budgets are empty; by then they are full. */
const REST_MS = 60_000;

async function rested(world: SpoilableWorld): Promise<Crm> {
  const crm = world.connect();
  await world.advance(REST_MS);
  return crm;
}

/** @param runs per method; a run costs some milliseconds */
export function unlikeAnswers(name: string, make: () => Promise<SpoilableWorld>, runs = 60): void {
  describe(name, () => {
    let stage: Stage;

    beforeAll(async () => {
      stage = await stageIn(await make());
    });

    const each = (property: (spoil: Spoil) => Promise<void>, arbitrary = spoils()) =>
      fc.assert(fc.asyncProperty(arbitrary, property), { numRuns: runs });

    for (const [method, look] of Object.entries(READS)) {
      it(`${method}: an answer that is unlike the documented one is a named failure, or does no harm`, async () => {
        await each(async (spoil) => {
          const crm = await rested(stage.world);
          await under(stage.world, spoil, () => look(crm, stage));
        });
      });
    }

    for (const kind of ["deal", "company", "contact", "task"] as const) {
      const idOf = () => (kind === "task" ? stage.taskId : stage[kind].id);

      it(`read ${kind}: every id is answered for once, and none is gone because a value was odd`, async () => {
        await each(async (spoil) => {
          const crm = await rested(stage.world);
          const absent = "999999999";
          const { value } = await under(stage.world, spoil, () => crm.read(kind, [idOf(), absent]));
          if (value instanceof CrmFailure) return;
          const answered = [...value.records.map(({ ref }) => ref.id), ...value.missing];
          expect(answered.sort()).toEqual([idOf(), absent].sort());
          // A list from which the whole record was cut says truly that it is not there.
          if (spoil.way !== "drop") expect(value.missing).not.toContain(idOf());
        });
      });

      it(`changes of ${kind}: a listing never passes over what it could not read`, async () => {
        await each(async (spoil) => {
          const crm = await rested(stage.world);
          for (const isShown of [false, true]) {
            const { value } = await under(stage.world, spoil, () => crm.changedSince(kind, stage.since, null, isShown));
            if (value instanceof CrmFailure) continue;
            if (spoil.way !== "drop") expect(value.ids).toContain(idOf());
          }
        });
      });
    }

    it("reads: an answer that is none at all is never an empty one", async () => {
      await each(
        async (spoil) => {
          const crm = await rested(stage.world);
          const { value, met } = await under(stage.world, spoil, () => crm.read("company", [stage.company.id]));
          if (met) expect(value).toBeInstanceOf(CrmFailure);
        },
        spoils(WHOLE, 2),
      );
    });

    let made = 0;

    it("creates: whatever becomes of the answers, there is one task for each key in the end", async () => {
      await each(async (spoil) => {
        const { world, company } = stage;
        made += 1;
        const items = ["a", "b"]
          .slice(0, 1 + (made % 2))
          .map((part) => taskItem(`new:${made}:${part}`, company, world.now()));
        await settle(stage, items, spoil);
        const there = (await world.people.tasksOn(company)).filter(({ subject }) =>
          subject.startsWith(`Step new:${made}:`),
        );
        expect(there.map(({ subject }) => subject).sort()).toEqual(items.map(({ task }) => task!.subject).sort());
        for (const { id } of there) await world.people.remove({ kind: "task", id });
      });
    });

    it("updates, deletes and fields: one outcome for each item, done only with the id it has, refused only where the CRM said no", async () => {
      await each(async (spoil) => {
        const { world, company, taskId, taskKey } = stage;
        const task: WriteItem = {
          key: taskKey,
          id: taskId,
          target: company,
          task: { priority: "high", links: [company] },
        };
        const crm = await rested(world);
        for (const [kind, item] of [
          ["task", task],
          ["fields", fieldsItem(company, { score: 50 })],
        ] as const) {
          const on = kind === "fields" ? "company" : null;
          const { value } = await under(world, spoil, () => crm.write({ kind, verb: "update", on, items: [item] }));
          if (value instanceof CrmFailure) continue;
          expect(value.map(({ key }) => key)).toEqual([item.key]);
          const [outcome] = value;
          if (outcome!.done) expect(outcome!.id).toBe(item.id);
          else expect(outcome).not.toMatchObject({ gone: true });
        }
      });
    });

    it("notes: one outcome for each, and never done without an id", async () => {
      await each(async (spoil) => {
        const { world, company } = stage;
        made += 1;
        const note: WriteItem = {
          key: `note:${made}`,
          id: null,
          target: company,
          note: { text: "Hello", at: world.now() },
        };
        const crm = await rested(world);
        const { value } = await under(world, spoil, () =>
          crm.write({ kind: "note", verb: "create", on: null, items: [note] }),
        );
        if (value instanceof CrmFailure) return;
        expect(value.map(({ key }) => key)).toEqual([note.key]);
        const [outcome] = value;
        if (outcome!.done) expect(outcome!.id).toMatch(/^\d+$/);
        else expect(outcome!.failure).not.toBe("limited");
      });
    });

    it("messages: what the CRM did send is neither refused nor put off, and what it did not is not called sent", async () => {
      const { world } = stage;
      const ways = WAYS.filter(({ capability }) => world.connect().capabilities()[capability] === true);
      expect(ways).not.toEqual([]);
      await each(async (spoil) => {
        const { way } = ways[spoil.at % ways.length]!;
        made += 1;
        const crm = await rested(world);
        const message = await messageOf(new Scene(world), way, `person${made}`);
        const before = world.outbox.sent().length;
        const { value } = await under(world, spoil, () => crm.send(message));
        const wasSent = world.outbox.sent().length > before;
        if (!(value instanceof CrmFailure)) expect(wasSent).toBe(true);
        else if (wasSent) expect(value.failure).toBe("unknown");
      });
    });

    it("tokens: a refresh that is answered oddly neither ends the install nor loses the grant", async () => {
      await each(async (spoil) => {
        const { world } = stage;
        const { value } = await under(world, { ...spoil, call: 0 }, () => world.refresh());
        if (value instanceof CrmFailure) expect(value.failure).not.toBe("revoked");
      });
    });
  });
}

/** As the writer settles: what may be sent again is, what is unknown is looked up by its key first. */
async function settle({ world, company }: Stage, items: readonly WriteItem[], spoil: Spoil): Promise<void> {
  let crm = await rested(world);
  const { value } = await under(world, spoil, () => crm.write({ kind: "task", verb: "create", on: null, items }));
  let open = [...items];
  let outcomes: readonly Outcome[] = value instanceof CrmFailure ? [] : value;
  for (let round = 0; round < 6; round += 1) {
    const settled = new Set(outcomes.filter(({ done }) => done).map(({ key }) => key));
    expect(outcomes.filter((one) => !one.done && one.failure === "refused")).toEqual([]);
    const unknown = outcomes.filter((one) => !one.done && one.failure === "unknown").map(({ key }) => key);
    crm = await rested(world);
    const wanted = unknown.map((key) => ({ key, kind: "task" as const, targets: [company] }));
    for (const { key } of wanted.length > 0 ? await crm.find(wanted) : []) settled.add(key);
    open = open.filter(({ key }) => !settled.has(key));
    if (open.length === 0) return;
    outcomes = await crm.write({ kind: "task", verb: "create", on: null, items: open });
  }
  throw new Error("some items are never settled");
}
