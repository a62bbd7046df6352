import { afterEach, describe, expect, test, vi } from "vitest";
import { isWrite } from "../../src/sandbox/hubspot/sandbox.ts";
import { MINUTE, WorkersWorld } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

type Kill = { call: number; when: "before" | "after" };

let hubId = 100;

/** From the install to a quiet portal, killed at most once. */
async function life(
  kill: Kill | null,
): Promise<{ world: WorkersWorld; deal: string; company: string; killed: boolean }> {
  const world = new WorkersWorld({ hubId: hubId++ });
  await world.install();
  let killed = false;
  world.killAt = (call) => {
    if (killed || call !== kill?.call) return null;
    killed = true;
    return kill.when;
  };
  await world.runFor(3 * MINUTE);
  const { deal, company } = await world.winDeal("Acme");
  await world.runFor(20 * MINUTE);
  return { world, deal, company, killed };
}

/** Counted through the CRM, never through our own mirror. */
function state(world: WorkersWorld, deal: string, company: string) {
  const { portal } = world;
  const tasks = portal.list("tasks").map((task) => {
    const linked = [
      ...portal.associationsOf("tasks", task.id, "deals"),
      ...portal.associationsOf("tasks", task.id, "companies"),
    ].map((one) => one.id);
    return {
      subject: task.properties.hs_task_subject,
      due: task.properties.hs_timestamp,
      linked: linked.join() === `${deal},${company}`,
    };
  });
  const { tenure_phase, tenure_progress, tenure_overdue } = portal.get("companies", company)!.properties;
  return {
    tasks: tasks.sort((a, b) => (a.due + a.subject! < b.due + b.subject! ? -1 : 1)),
    fields: { tenure_phase, tenure_progress, tenure_overdue },
  };
}

/** The calls of an unharmed life, in order; true = it writes. */
async function unharmed(): Promise<{ writes: boolean[]; expected: ReturnType<typeof state> }> {
  const world = new WorkersWorld({ hubId: hubId++ });
  await world.install();
  const writes: boolean[] = [];
  const fetch = world.sandbox.fetch;
  vi.spyOn(world.sandbox, "fetch").mockImplementation((request: Request) => {
    writes[world.calls] = isWrite(request.method, new URL(request.url).pathname);
    return fetch(request);
  });
  await world.runFor(3 * MINUTE);
  const { deal, company } = await world.winDeal("Acme");
  await world.runFor(20 * MINUTE);
  return { writes, expected: state(world, deal, company) };
}

describe("G2 the object is killed in the middle of a turn", () => {
  test("at every write, before and after it lands, and at every eighth read: no task twice, none missing", async () => {
    const { writes, expected } = await unharmed();
    expect(expected.tasks).toHaveLength(14);
    const kills: Kill[] = [];
    writes.forEach((isWriting, call) => {
      if (isWriting) kills.push({ call, when: "before" }, { call, when: "after" });
      else if (call % 8 === 0) kills.push({ call, when: "after" });
    });
    for (const kill of kills) {
      const { world, deal, company, killed } = await life(kill);
      const at = `killed ${kill.when} call ${kill.call}`;
      expect(killed, at).toBe(true);
      expect(state(world, deal, company), at).toEqual(expected);
      expect(world.sandbox.violations, at).toEqual([]);
      expect(world.sandbox.calls.limited, at).toBe(0);
    }
    // Some sixty lives, each a fraction of a second on a machine that has nothing else to do.
  }, 180_000);
});
