import { describe, expect, it } from "vitest";
import { FIELDS } from "../../../src/core/fields.ts";
import { isFailure } from "../../../src/crm/failure.ts";
import type { CallSeen, Crm, Outcome, WriteItem } from "../../../src/crm/port.ts";
import { type HubSpotWorld, hubspotWorld, START, type WorldOptions } from "./world.ts";

interface Stage {
  world: HubSpotWorld;
  crm: Crm;
  seen: CallSeen[];
}

/** A portal with our fields, and the calls made from then on. */
async function ready(options: WorldOptions = {}): Promise<Stage> {
  const world = await hubspotWorld(options);
  const seen: CallSeen[] = [];
  const crm = world.app.connect(world.wiring({ onCall: (call) => seen.push(call) }));
  for (;;) {
    try {
      await crm.ensureSchema(FIELDS, ["company", "contact", "deal"], "en");
      break;
    } catch (error) {
      if (!isFailure(error, "limited")) throw error;
      await world.clock.advanceTo(error.retryAt!);
    }
  }
  await world.advance(60_000);
  seen.length = 0;
  return { world, crm, seen };
}

function task(key: string, dealId: string, more: Partial<NonNullable<WriteItem["task"]>> = {}): WriteItem {
  const target = { kind: "deal", id: dealId } as const;
  return { key, id: null, target, task: { subject: key, body: "b", dueAt: START, links: [target], ...more } };
}

function byKey(outcomes: readonly Outcome[]): Map<string, Outcome> {
  return new Map(outcomes.map((outcome) => [outcome.key, outcome]));
}

describe("writing to HubSpot", () => {
  it("creates a hundred linked tasks in one call", async () => {
    const { world, crm, seen } = await ready();
    const dealId = await world.people.deal({});
    const items = Array.from({ length: 100 }, (_, index) => task(`k${index}`, dealId));
    const outcomes = await crm.write({ kind: "task", verb: "create", on: null, items });
    expect(outcomes.every(({ done }) => done)).toBe(true);
    expect(seen.map(({ method, path, status, items: count }) => ({ method, path, status, count }))).toEqual([
      { method: "POST", path: "/crm/objects/2026-09/tasks/batch/create", status: 201, count: 100 },
    ]);
  });

  it("refuses one task of a batch with HubSpot's reason and creates the others (207, A10.14)", async () => {
    const { world, crm } = await ready();
    const dealId = await world.people.deal({});
    const items = [
      task("good", dealId),
      task("bad", dealId, { ownerId: world.people.owners.gone }),
      task("fine", dealId),
    ];
    const outcomes = byKey(await crm.write({ kind: "task", verb: "create", on: null, items }));
    expect(outcomes.get("good")).toMatchObject({ done: true });
    expect(outcomes.get("fine")).toMatchObject({ done: true });
    expect(outcomes.get("bad")).toMatchObject({
      failure: "refused",
      code: "INVALID_OWNER_ID",
      about: ["hubspot_owner_id"],
    });
    expect((await world.people.tasksOn({ kind: "deal", id: dealId })).map(({ subject }) => subject).sort()).toEqual([
      "fine",
      "good",
    ]);
  });

  it("names the record when a task's deal is gone", async () => {
    const { world, crm } = await ready();
    const dealId = await world.people.deal({});
    await world.people.remove({ kind: "deal", id: dealId });
    const [outcome] = await crm.write({ kind: "task", verb: "create", on: null, items: [task("k", dealId)] });
    expect(outcome).toMatchObject({ failure: "refused", gone: true, about: [dealId] });
  });

  it("gives a create whose unique key exists already as unknown, so that it is looked up (no task twice)", async () => {
    const { world, crm } = await ready();
    const dealId = await world.people.deal({});
    const batch = { kind: "task", verb: "create", on: null } as const;
    await crm.write({ ...batch, items: [task("twice", dealId)] });
    const outcomes = byKey(await crm.write({ ...batch, items: [task("twice", dealId), task("once", dealId)] }));
    const alreadyThere = outcomes.get("twice")!;
    expect(outcomes.get("once")).toMatchObject({ done: true });
    expect(alreadyThere.done === false && alreadyThere.failure).toBe("unknown");
    expect(await world.people.tasksOn({ kind: "deal", id: dealId })).toHaveLength(2);
  });

  it.each([
    [409, { status: "error", category: "CONFLICT", message: "It exists already" }],
    [400, { category: "VALIDATION_ERROR", errors: [{ message: "taken", code: "CONFLICTING_UNIQUE_VALUE" }] }],
  ])("looks a create up whose key is taken although HubSpot does not say which value is (%i)", async (status, body) => {
    let isTaken = false;
    const between: WorldOptions["between"] = (fetch) => async (request) =>
      isTaken && request.url.endsWith("/tasks/batch/create") ? Response.json(body, { status }) : fetch(request);
    const { world, crm } = await ready({ between });
    const dealId = await world.people.deal({});
    isTaken = true;
    const [outcome] = await crm.write({ kind: "task", verb: "create", on: null, items: [task("k", dealId)] });
    expect(outcome).toEqual({ key: "k", done: false, failure: "unknown" });
  });

  it("does not call refused what failed inside HubSpot in the middle of a 207", async () => {
    const failed = (ids: string[]) => ({
      status: "COMPLETE",
      results: [],
      numErrors: 1,
      errors: [{ status: "error", category: "INTERNAL_ERROR", message: "internal error", context: { ids } }],
    });
    let isBroken = false;
    const between: WorldOptions["between"] = (fetch) => async (request) => {
      if (!isBroken || !request.url.endsWith("/companies/batch/update")) return fetch(request);
      const { inputs } = (await request.json()) as { inputs: { id: string }[] };
      return Response.json(failed(inputs.map(({ id }) => id)), { status: 207 });
    };
    const { world, crm } = await ready({ between });
    const id = await world.people.company();
    const item: WriteItem = { key: "f", id, target: { kind: "company", id }, fields: { score: 3 } };
    isBroken = true;
    const [outcome] = await crm.write({ kind: "fields", verb: "update", on: "company", items: [item] });
    expect(outcome).toEqual({ key: "f", done: false, failure: "unknown" });
  });

  it("tells a customer's own rule from a bug: refused with the property it asks for (1)", async () => {
    const { world, crm } = await ready();
    world.portal.requireProperty("companies", "industry", { property: "tenure_zone", equals: "red" });
    const id = await world.people.company();
    const item: WriteItem = { key: "f", id, target: { kind: "company", id }, fields: { zone: "red" } };
    const [outcome] = await crm.write({ kind: "fields", verb: "update", on: "company", items: [item] });
    expect(outcome).toMatchObject({ failure: "refused", code: "REQUIRED_FIELD", about: ["industry"] });
    expect(world.violations()).toEqual([]);
  });

  it("finds one bad company in a batch that is refused whole, and writes all others", async () => {
    const { world, crm, seen } = await ready({ switches: { traceIdsOnUpdate: false } });
    const items: WriteItem[] = [];
    for (let index = 0; index < 100; index += 1) {
      const id = await world.people.company();
      const zone = index === 41 ? "no_such_zone" : "red";
      items.push({ key: `f${index}`, id, target: { kind: "company", id }, fields: { zone } });
    }
    const settled = new Map<string, Outcome>();
    while (settled.size < 100) {
      const open = items.filter(({ key }) => !settled.has(key));
      for (const outcome of await crm.write({ kind: "fields", verb: "update", on: "company", items: open })) {
        if (outcome.done || outcome.failure === "refused") settled.set(outcome.key, outcome);
        else expect(outcome).toMatchObject({ failure: "unavailable", retryAt: world.now() });
      }
      await world.advance(1_000);
    }
    const refused = [...settled.values()].filter(({ done }) => !done);
    expect(refused).toMatchObject([{ key: "f41", failure: "refused", code: "INVALID_OPTION" }]);
    expect(seen.length).toBeLessThanOrEqual(16);
  });

  it("refuses fields that HubSpot does not have, without a call, and finds out when one was archived", async () => {
    for (const unknownPropertyIgnored of [false, true]) {
      const { world, crm, seen } = await ready({ switches: { unknownPropertyIgnored } });
      const id = await world.people.company();
      const item = (fields: WriteItem["fields"]): WriteItem => ({
        key: "f",
        id,
        target: { kind: "company", id },
        fields,
      });
      const write = (fields: WriteItem["fields"]) =>
        crm.write({ kind: "fields", verb: "update", on: "company", items: [item(fields)] });
      await write({ score: 1 });
      world.portal.archiveProperty("companies", "tenure_score");
      const [outcome] = await write({ score: 2, zone: "red" });
      if (unknownPropertyIgnored) {
        await world.advance(3_600_000);
        expect((await write({ score: 3 }))[0]).toMatchObject({
          failure: "refused",
          code: "FIELD_MISSING",
          about: ["score"],
        });
      } else {
        expect(outcome).toMatchObject({ failure: "refused", code: "FIELD_MISSING", about: ["tenure_score"] });
        const before = seen.filter(({ method }) => method === "POST").length;
        expect((await write({ score: 3 }))[0]).toMatchObject({ failure: "refused", code: "FIELD_MISSING" });
        expect(seen.filter(({ method }) => method === "POST")).toHaveLength(before);
      }
      expect((await write({ zone: "green" }))[0]).toMatchObject({ done: true, echo: { zone: "green" } });
    }
  });

  it("sends nothing while it cannot look at the account's properties", async () => {
    const world = await hubspotWorld();
    const id = await world.people.company();
    const crm = world.connect();
    await world.advance(60_000);
    world.mishap("unavailable", "read");
    const items: WriteItem[] = [{ key: "f", id, target: { kind: "company", id }, fields: { score: 1 } }];
    const [outcome] = await crm.write({ kind: "fields", verb: "update", on: "company", items });
    expect(outcome).toMatchObject({ failure: "unavailable", retryAt: world.now() + 5_000 });
    expect(world.sandbox.calls.byPath["POST /crm/objects/2026-09/companies/batch/update"]).toBeUndefined();
  });

  it("does not send an update for ever that HubSpot answers without a word about it: alone it is looked up", async () => {
    let silentId = "";
    const { world, crm, seen } = await ready({
      between: (fetch) => async (request) => {
        const answer = await fetch(request);
        if (!request.url.endsWith("companies/batch/update")) return answer;
        const body = (await answer.json()) as { results: { id: string }[] };
        return Response.json({ ...body, results: body.results.filter(({ id }) => id !== silentId) });
      },
    });
    const items: WriteItem[] = [];
    for (const score of [1, 2, 3]) {
      const id = await world.people.company();
      items.push({ key: `f${score}`, id, target: { kind: "company", id }, fields: { score } });
    }
    silentId = items[1]!.id!;
    const settled = new Map<string, Outcome>();
    for (let calls = 0; calls < 5 && settled.size < 3; calls += 1) {
      const open = items.filter(({ key }) => !settled.has(key));
      for (const outcome of await crm.write({ kind: "fields", verb: "update", on: "company", items: open }))
        if (outcome.done || outcome.failure !== "unavailable") settled.set(outcome.key, outcome);
      await world.advance(1_000);
    }
    expect([...settled.values()].filter(({ done }) => !done)).toEqual([{ key: "f2", done: false, failure: "unknown" }]);
    expect(settled.size).toBe(3);
    expect(seen.length).toBeLessThanOrEqual(3);
  });

  it("sends one update per record when a batch names one twice", async () => {
    const { world, crm } = await ready();
    const id = await world.people.company();
    const item = (key: string, score: number): WriteItem => ({
      key,
      id,
      target: { kind: "company", id },
      fields: { score },
    });
    const outcomes = byKey(
      await crm.write({ kind: "fields", verb: "update", on: "company", items: [item("a", 1), item("b", 2)] }),
    );
    expect(outcomes.get("a")).toMatchObject({ done: true });
    expect(outcomes.get("b")).toMatchObject({ failure: "unavailable", retryAt: world.now() });
    expect(world.violations()).toEqual([]);
  });

  it("lists a checklist under the text, because HubSpot's tasks have none", async () => {
    const { world, crm } = await ready();
    const dealId = await world.people.deal({});
    const item = task("k", dealId, { body: "Before the call:", checklist: ["read the file", "book a room"] });
    const [outcome] = await crm.write({ kind: "task", verb: "create", on: null, items: [item] });
    const seen = await world.people.seeTask(outcome?.done ? outcome.id : "");
    expect(seen?.body).toBe("Before the call:\n☐ read the file\n☐ book a room");
  });

  it("writes four batches side by side without a second look at the schema", async () => {
    const { world, crm, seen } = await ready();
    const fresh = world.app.connect(world.wiring({ onCall: (call) => seen.push(call) }));
    await world.advance(60_000);
    const ids = await Promise.all(Array.from({ length: 4 }, () => world.people.company()));
    await Promise.all(
      ids.map((id) =>
        fresh.write({
          kind: "fields",
          verb: "update",
          on: "company",
          items: [{ key: id, id, target: { kind: "company", id }, fields: { score: 3 } }],
        }),
      ),
    );
    expect(seen.map(({ method }) => method).sort()).toEqual(["GET", "POST", "POST", "POST", "POST"]);
    expect(crm.budgets().map(({ limit }) => limit)).toEqual(["general", "search", "associations"]);
  });
});

describe("tokens on the way", () => {
  it("renews a token that died early once, and repeats the call", async () => {
    const { world, crm, seen } = await ready({ switches: { accessTokensSurviveUninstall: false } });
    const id = await world.people.company();
    const { accessToken } = world.grant();
    world.sandbox.oauth.revoke(accessToken);
    const [record] = (await crm.read("company", [id])).records;
    expect(record?.ref.id).toBe(id);
    expect(seen.map(({ status }) => status)).toEqual([401, 200]);
    expect(world.grant().accessToken).not.toBe(accessToken);
  });

  it("says revoked after an uninstall that nobody told us of (2.4)", async () => {
    const { world, crm } = await ready({ switches: { accessTokensSurviveUninstall: false } });
    const id = await world.people.company();
    world.portal.uninstall();
    await expect(crm.read("company", [id])).rejects.toMatchObject({ failure: "revoked" });
    await expect(crm.write({ kind: "task", verb: "create", on: null, items: [task("k", "1")] })).rejects.toMatchObject({
      failure: "revoked",
    });
  });

  it("names the scopes that a call needs and the portal did not grant", async () => {
    const world = await hubspotWorld({ scopesGranted: ["oauth", "crm.objects.deals.read"] });
    const crm = world.connect();
    await world.advance(60_000);
    await expect(crm.owners()).rejects.toMatchObject({ failure: "unauthorised", about: ["crm.objects.owners.read"] });
  });
});

describe("an opt-out at HubSpot", () => {
  it.each([
    ["lost", () => Promise.reject(new TypeError("fetch failed"))],
    ["refused", () => Promise.resolve(Response.json({ category: "VALIDATION_ERROR" }, { status: 400 }))],
    [
      "a 207 with an error",
      () =>
        Promise.resolve(
          Response.json(
            {
              status: "COMPLETE",
              results: [],
              numErrors: 1,
              errors: [{ category: "VALIDATION_ERROR", message: "no" }],
            },
            { status: 207 },
          ),
        ),
    ],
  ])("names no address of a contact when its answer is %s (G8)", async (_, answer) => {
    const asked: string[] = [];
    const between: WorldOptions["between"] = (fetch) => (request) => {
      if (!request.url.includes("/unsubscribe-all")) return fetch(request);
      asked.push(request.url);
      return answer();
    };
    const { world, crm, seen } = await ready({ between });
    const id = await world.people.contact({ email: "olena@client.example" });
    const error = await crm.stopLetters(id).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(asked[0]).toContain("olena%40client.example");
    expect(isFailure(error)).toBe(true);
    const told = [String(error), (error as Error).message, (error as Error).stack, JSON.stringify([error, seen])];
    expect(told.join(" ")).not.toMatch(/olena|client\.example/);
  });
});
