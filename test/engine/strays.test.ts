import { expect, test } from "vitest";
import { CrmFailure } from "../../src/crm/failure.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { newRow } from "../../src/engine/mirror-row.ts";
import { findStrays, missedOrStray } from "../../src/engine/strays.ts";
import type { Thing } from "../../src/store/mirror.ts";

const NOW = 1_000_000;

function task(n: number): Thing {
  const target = { kind: "deal", id: String(n) } as const;
  const row = newRow("company:1", { key: `plan:${n}`, kind: "task", target, priority: 20, notBefore: 0 });
  const text = JSON.stringify({ links: [target] });
  return { ...row, state: "clean", externalId: String(n), desired: text, sent: text };
}

/** A restored copy; `find` answers for the CRM. */
function restored(find: (keys: readonly string[]) => readonly { key: string; id: string }[]): Engine {
  const meta = { get: (name: string) => (name === "forgetful" ? true : null) };
  const crm = { find: async (wanted: readonly { key: string }[]) => find(wanted.map(({ key }) => key)) };
  const records = { survivor: (ref: unknown) => ref };
  return { store: { meta, records }, now: () => NOW, crm } as unknown as Engine;
}

test("G4 a task that cannot be looked for now is taken for deleted by nobody, and read and looked for again when there is room for both", async () => {
  const engine = restored(() => {
    throw new CrmFailure("limited", "no room", { code: "OWN_LIMIT", retryAt: NOW + 1_000 });
  });
  const strays = await findStrays(engine, [task(1)]);
  expect([...strays.later]).toEqual(["plan:1"]);
  expect(strays.laterAt).toBe(NOW + 15_000);
  expect(missedOrStray(task(1), strays)).toMatchObject({ state: "clean", externalId: "1", notBefore: NOW + 15_000 });
});

test("more than one look holds are looked for in several", async () => {
  const asked: number[] = [];
  const engine = restored((keys) => {
    asked.push(keys.length);
    return [];
  });
  const tasks = Array.from({ length: 70 }, (_, n) => task(n));
  const strays = await findStrays(engine, tasks);
  expect(asked).toEqual([50]);
  expect(strays.later.size).toBe(20);
  expect(missedOrStray(tasks[0]!, strays)?.state).toBe("gone");
  expect(missedOrStray(tasks[69]!, strays)?.state).toBe("clean");
});

test("what stands there under another id is ours again; a list that still shows the deleted task itself changes nothing", async () => {
  const engine = restored(() => [
    { key: "plan:1", id: "91" },
    { key: "plan:2", id: "2" },
  ]);
  const strays = await findStrays(engine, [task(1), task(2)]);
  expect(missedOrStray(task(1), strays)).toMatchObject({ state: "clean", externalId: "91" });
  expect(missedOrStray(task(2), strays)).toMatchObject({ state: "gone", externalId: "2" });
});
