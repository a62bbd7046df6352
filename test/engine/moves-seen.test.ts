import { expect, test } from "vitest";
import type { FactValue } from "../../src/core/model.ts";
import type { ReadRecord } from "../../src/crm/port.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { factsOf } from "../../src/engine/values.ts";
import type { StoredRecord } from "../../src/store/records.ts";

const REF = { kind: "meeting", id: "1" } as const;
const engine = {} as Engine;

const after = (before: Record<string, FactValue> | null, facts: Record<string, FactValue>) => {
  const known = before && ({ ref: REF, facts: before } as unknown as StoredRecord);
  return factsOf({ ref: REF, facts, links: [], modifiedAt: 2 } as ReadRecord, known ?? undefined, engine);
};

test("A8.9 where the CRM tells of no moves, each other beginning of a meeting that is ahead is one", () => {
  const planned = { startAt: 100, outcome: "scheduled" };
  expect(after(null, planned)).toEqual(planned);
  expect(after(planned, planned)).toEqual(planned);
  const once = after(planned, { startAt: 200, outcome: "scheduled" });
  expect(once).toEqual({ startAt: 200, outcome: "scheduled", moves: 1 });
  expect(after(once, { startAt: 200, outcome: "scheduled" })).toEqual(once);
  expect(after(once, { startAt: 100, outcome: "scheduled" }).moves).toBe(2);
  expect(after(once, { startAt: 200, outcome: "held" }).moves).toBe(1);
});

test("A8.9 a beginning that is put right as the meeting was held is no move, and the CRM's own count stands", () => {
  const planned = { startAt: 100, outcome: "scheduled" };
  expect(after(planned, { startAt: 90, outcome: "held" })).not.toHaveProperty("moves");
  expect(after(planned, { startAt: null, outcome: "scheduled" })).not.toHaveProperty("moves");
  expect(after({ ...planned, moves: 3 }, { startAt: 200, outcome: "scheduled", moves: 1 }).moves).toBe(1);
});
