import { expect } from "vitest";
import { FIELDS, fieldsOn } from "../../../src/core/fields.ts";
import type { RecordKind, RecordRef } from "../../../src/core/model.ts";
import { type Behaviour, doneOf, fieldsItem, type Scene } from "./scene.ts";

/** 2026-03-21 as a day: 56 years of 365 days, 14 leap days, 79 days into 2026. */
const DAY = 56 * 365 + 14 + 79;

const VALUES = {
  score: 73,
  zone: "yellow",
  zone_since: Date.UTC(2026, 2, 21, 10, 30),
  next_step: "Kickoff call",
  next_step_due: DAY,
  reasons: "−12 no login for 14 days\n−5 two tickets reopened",
  day30_at_risk: true,
};

async function company(scene: Scene): Promise<RecordRef> {
  return { kind: "company", id: await scene.people.company() };
}

/** The fields we keep on records, and the schema under them. */
export const FIELD_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: "creates every field on its records, and nothing the second time (A10.17)",
    async run(scene) {
      const report = await scene.ensureSchema();
      for (const kind of ["company", "contact", "deal"] as RecordKind[]) {
        expect([...(report.ready[kind] ?? [])].sort()).toEqual(
          fieldsOn(kind)
            .map(({ id }) => id)
            .sort(),
        );
      }
      expect(report.left).toEqual([]);
      scene.reconnect();
      const again = await scene.patiently(() => scene.crm.ensureSchema(FIELDS, ["company", "contact", "deal"], "en"));
      expect(again).toEqual({ ...report, created: 0 });
    },
  },
  {
    name: "writes every type of field and reads the same values back (three-way rule)",
    async run(scene) {
      await scene.ensureSchema();
      const target = await company(scene);
      const fields = { ...VALUES, escalation_owner: scene.people.owners.anna };
      const item = fieldsItem(target, fields);
      const outcome = doneOf((await scene.write("fields", "update", [item], "company")).get(item.key));
      expect(outcome.echo).toMatchObject(fields);
      await scene.settle();
      scene.reconnect();
      const read = await scene.readOne("company", target.id);
      expect(read.fields).toMatchObject(outcome.echo);
      expect(Object.keys(await scene.people.seeFields(target)).sort()).toEqual(Object.keys(fields).sort());
    },
  },
  {
    name: "clears a field",
    async run(scene) {
      await scene.ensureSchema();
      const target = await company(scene);
      await scene.write("fields", "update", [fieldsItem(target, VALUES)], "company");
      const cleared = { score: null, zone: null, zone_since: null, next_step: null, next_step_due: null };
      const item = fieldsItem(target, cleared);
      const outcome = doneOf((await scene.write("fields", "update", [item], "company")).get(item.key));
      expect(outcome.echo).toMatchObject(cleared);
      await scene.settle();
      expect((await scene.readOne("company", target.id)).fields).toMatchObject({ ...cleared, day30_at_risk: true });
      expect(Object.keys(await scene.people.seeFields(target)).sort()).toEqual(["day30_at_risk", "reasons"]);
    },
  },
  {
    name: "sees that a person changed one of our fields",
    async run(scene) {
      await scene.ensureSchema();
      const target = await company(scene);
      await scene.write("fields", "update", [fieldsItem(target, VALUES)], "company");
      await scene.people.setField(target, "score", 100);
      await scene.settle();
      expect((await scene.readOne("company", target.id)).fields).toMatchObject({ ...VALUES, score: 100 });
    },
  },
  {
    name: "writes deals and contacts too",
    async run(scene) {
      await scene.ensureSchema();
      const deal: RecordRef = { kind: "deal", id: await scene.people.deal({}) };
      const contact: RecordRef = { kind: "contact", id: await scene.people.contact() };
      for (const target of [deal, contact]) {
        const item = fieldsItem(target, { progress: 40, phase: "days_0_30", overdue: 2, plan_started: DAY });
        doneOf((await scene.write("fields", "update", [item], target.kind)).get(item.key));
        await scene.settle();
        expect((await scene.readOne(target.kind, target.id)).fields).toMatchObject(item.fields!);
      }
    },
  },
  {
    name: "updates a full batch in one call, and one bad item does not hold up the others",
    async run(scene) {
      await scene.ensureSchema();
      const size = scene.crm.batchSize("fields", "update");
      const targets: RecordRef[] = [];
      for (let index = 0; index < size; index += 1) targets.push(await company(scene));
      const good = targets.map((target, index) => fieldsItem(target, { score: index % 101, zone: "green" }));
      const before = scene.world.calls();
      await scene.writeOnce("fields", "update", good, "company");
      expect(scene.world.calls() - before).toBe(1);

      const bad = Math.floor(size / 3);
      const mixed = targets.map((target, index) =>
        fieldsItem(target, { score: 50, zone: index === bad ? "no_such_zone" : "red" }),
      );
      const outcomes = await scene.write("fields", "update", mixed, "company");
      for (const [index, { key }] of mixed.entries()) {
        if (index === bad) expect(outcomes.get(key)).toMatchObject({ done: false, failure: "refused" });
        else expect(outcomes.get(key)).toMatchObject({ done: true, echo: { zone: "red" } });
      }
    },
  },
  {
    name: "says that a record is gone when its fields are to be written after a person deleted it",
    async run(scene) {
      await scene.ensureSchema();
      const [kept, lost] = [await company(scene), await company(scene)];
      await scene.people.remove(lost);
      await scene.settle();
      const items = [fieldsItem(kept, { score: 10 }), fieldsItem(lost, { score: 20 })];
      const outcomes = await scene.write("fields", "update", items, "company");
      expect(outcomes.get(items[0]!.key)).toMatchObject({ done: true });
      expect(outcomes.get(items[1]!.key)).toMatchObject({ done: false, failure: "refused", gone: true });
    },
  },
  {
    name: "leaves nothing of its fields behind when the schema is removed (G10)",
    async run(scene) {
      await scene.ensureSchema();
      const target = await company(scene);
      await scene.write("fields", "update", [fieldsItem(target, VALUES)], "company");
      await scene.patiently(() => scene.crm.removeSchema());
      await scene.settle();
      expect(await scene.people.seeFields(target)).toEqual({});
      const again = await scene.ensureSchema();
      expect(again.ready.company?.length ?? 0).toBeGreaterThanOrEqual(0);
    },
  },
];
