import { describe, expect, it } from "vitest";
import { FIELDS, fieldsOn } from "../../../src/core/fields.ts";
import { isFailure } from "../../../src/crm/failure.ts";
import { REQUIRED_SCOPES } from "../../../src/crm/hubspot/index.ts";
import type { Crm, SchemaReport } from "../../../src/crm/port.ts";
import { type HubSpotWorld, hubspotWorld } from "./world.ts";

const KINDS = ["company", "contact", "deal"] as const;

async function patiently<T>(world: HubSpotWorld, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isFailure(error, "limited")) throw error;
      await world.clock.advanceTo(error.retryAt!);
    }
  }
}

function ensure(world: HubSpotWorld, crm: Crm = world.connect()): Promise<SchemaReport> {
  return patiently(world, () => crm.ensureSchema(FIELDS, KINDS, "en"));
}

describe("our fields as HubSpot's properties (7)", () => {
  it("are typed so that reports, lists and workflows can use them, in a group of their own (A10.17)", async () => {
    const world = await hubspotWorld();
    await ensure(world);
    const properties = new Map(world.portal.properties("companies").map((property) => [property.name, property]));
    const shapes = Object.fromEntries(
      [
        "score",
        "zone",
        "zone_since",
        "next_step_due",
        "day30_at_risk",
        "reasons",
        "main_reason",
        "escalation_owner",
      ].map((id) => {
        const { type, fieldType, referencedObjectType } = properties.get(`tenure_${id}`)!;
        return [id, [type, fieldType, referencedObjectType]];
      }),
    );
    expect(shapes).toEqual({
      score: ["number", "number", null],
      zone: ["enumeration", "select", null],
      zone_since: ["datetime", "date", null],
      next_step_due: ["date", "date", null],
      day30_at_risk: ["bool", "booleancheckbox", null],
      reasons: ["string", "textarea", null],
      main_reason: ["string", "text", null],
      escalation_owner: ["enumeration", "select", "OWNER"],
    });
    expect(properties.get("tenure_zone")!.options.map(({ value, label }) => [value, label])).toEqual([
      ["green", "Green"],
      ["yellow", "Yellow"],
      ["red", "Red"],
      ["learning", "Learning"],
    ]);
    expect(world.portal.groups("companies").map(({ name }) => name)).toContain("tenure");
    expect(
      new Set(
        [...properties.values()].filter(({ name }) => name.startsWith("tenure_")).map(({ groupName }) => groupName),
      ),
    ).toEqual(new Set(["tenure"]));
    expect(world.violations()).toEqual([]);
  });

  it("cost as few calls as there are things to ask and to create", async () => {
    const world = await hubspotWorld();
    await ensure(world);
    // per object type: properties, archived ones, groups, group, all plain fields at once, escalation owner apart; once: limits;
    // of tasks: properties, the key
    expect(world.calls()).toBe(1 + 3 * 6 + 1 + 2);
    const before = world.calls();
    await ensure(world);
    expect(world.calls() - before).toBe(3 * 2 + 1);
  });

  it("are left out in the order of rank where the account has no room", async () => {
    const world = await hubspotWorld({ portal: { plan: "free", propertyLimits: { perObject: 12, overall: 30 } } });
    const report = await ensure(world);
    const ranks = (ids: readonly string[]) => ids.map((id) => FIELDS.find((field) => field.id === id)!.rank);
    const ready = KINDS.flatMap((kind) => ranks(report.ready[kind]!));
    const left = ranks(report.left.map(({ field }) => field));
    // the key of tasks takes one of the thirty
    expect(ready.length).toBe(29);
    expect(Math.max(...ready)).toBeLessThanOrEqual(Math.min(...left) + 1);
    expect(new Set(ready)).toEqual(new Set([1]));
    expect(left).toEqual([...left].sort((a, b) => a - b));
    expect(new Set(report.left.map(({ why }) => why))).toEqual(new Set(["no-room"]));
    expect(ready.length + left.length).toBe(KINDS.reduce((sum, kind) => sum + fieldsOn(kind).length, 0));
    expect(world.violations()).toEqual([]);
    expect(await ensure(world)).toEqual({ ...report, created: 0 });
  });

  it("are left alone where somebody uses the name for another type", async () => {
    const world = await hubspotWorld();
    world.portal.addProperty("deals", { name: "tenure_score", label: "Theirs", type: "string", fieldType: "text" });
    const report = await ensure(world);
    expect(report.left).toEqual([{ field: "score", on: "deal", why: "other-type" }]);
    expect(report.ready.company).toContain("score");
  });

  it("are left out with the reason where the scope is missing", async () => {
    const scopes = REQUIRED_SCOPES.filter((scope) => scope !== "crm.schemas.deals.write");
    const world = await hubspotWorld({ scopesGranted: scopes });
    const report = await ensure(world);
    expect(report.ready.deal).toEqual([]);
    expect(report.left).toHaveLength(fieldsOn("deal").length);
    expect(new Set(report.left.map(({ on, why }) => `${on} ${why}`))).toEqual(new Set(["deal no-scope"]));
    expect(world.violations()).toEqual([]);
  });

  it("are all there where tasks may have no property for want of a scope; tasks then carry their key as a mark", async () => {
    const world = await hubspotWorld({
      between: (fetch) => async (request) =>
        request.method === "POST" && request.url.endsWith("/crm/properties/2026-09/tasks")
          ? Response.json({ category: "MISSING_SCOPES" }, { status: 403 })
          : fetch(request),
    });
    const crm = world.connect();
    expect((await ensure(world, crm)).left).toEqual([]);
    expect(crm.capabilities()["unique-task-key"]).toMatch(/line under their text/);
  });

  it("are all there although a definition of the account says null where it could say nothing", async () => {
    const nothing = { displayOrder: null, hidden: null };
    const theirs = { name: "theirs", type: "enumeration", hubspotDefined: null, hasUniqueValue: null };
    const world = await hubspotWorld({
      between: (fetch) => async (request) => {
        const answer = await fetch(request);
        if (request.method !== "GET" || !request.url.endsWith("/crm/properties/2026-09/companies")) return answer;
        const { results } = (await answer.json()) as { results: unknown[] };
        const options = [{ label: "A", value: "a", ...nothing }];
        return Response.json({
          results: [...results, { ...theirs, options }, { ...theirs, name: "other", options: null }],
        });
      },
    });
    expect((await ensure(world)).left).toEqual([]);
  });

  it("are reported as archived where HubSpot keeps the names, asking once per object type", async () => {
    const world = await hubspotWorld();
    const crm = world.connect();
    await ensure(world, crm);
    for (const name of ["tenure_score", "tenure_zone", "tenure_risk"]) world.portal.archiveProperty("companies", name);
    const before = world.sandbox.calls.byPath["POST /crm/properties/2026-09/companies"] ?? 0;
    const report = await ensure(world, crm);
    expect(new Set(report.left.map(({ field, on, why }) => `${on} ${field} ${why}`))).toEqual(
      new Set(["company score archived", "company zone archived", "company risk archived"]),
    );
    await ensure(world, crm);
    expect(world.sandbox.calls.byPath["POST /crm/properties/2026-09/companies"]! - before).toBeLessThanOrEqual(1);
  });

  it("get the options that a newer version added, and keep those of the account", async () => {
    const world = await hubspotWorld();
    await ensure(world);
    const zone = world.portal.properties("companies").find(({ name }) => name === "tenure_zone")!;
    zone.options = [
      { label: "Blue", value: "blue", displayOrder: 0, hidden: false },
      { label: "Rot", value: "red", displayOrder: 1, hidden: false },
    ];
    await ensure(world);
    const options = world.portal.properties("companies").find(({ name }) => name === "tenure_zone")!.options;
    expect(options.map(({ value, label }) => `${value}=${label}`)).toEqual([
      "blue=Blue",
      "red=Rot",
      "green=Green",
      "yellow=Yellow",
      "learning=Learning",
    ]);
  });

  it("are complete in the end though any one call was cut or refused for a moment", async () => {
    for (let broken = 1; broken <= 22; broken += 1) {
      for (const fault of ["cut-after", "unavailable"] as const) {
        const world = await hubspotWorld();
        let calls = 0;
        world.sandbox.faults = { call: () => (++calls === broken ? fault : null) };
        const crm = world.connect();
        const report = await ensure(world, crm).catch(() => ensure(world, crm));
        expect(report.left, `${fault} at call ${broken}`).toEqual([]);
      }
    }
  });

  it("have names in the portal's language", async () => {
    const world = await hubspotWorld();
    const crm = world.connect();
    await patiently(world, () => crm.ensureSchema(FIELDS, ["deal"], "ro"));
    const score = world.portal.properties("deals").find(({ name }) => name === "tenure_score");
    expect(score?.label).toBe("Scor de sănătate");
  });

  it("follow when the portal's language changes; a name that somebody gave stays, and the second time nothing is written", async () => {
    const world = await hubspotWorld();
    const crm = world.connect();
    const inLanguage = (language: "en" | "ro") => patiently(world, () => crm.ensureSchema(FIELDS, ["deal"], language));
    const property = (name: string) => world.portal.properties("deals").find((one) => one.name === name)!;
    await inLanguage("en");
    property("tenure_zone").label = "Our traffic light";
    let patches = 0;
    world.sandbox.faults = {
      call: (call) => {
        if (call.method === "PATCH") patches += 1;
        return null;
      },
    };
    const again = world.connect();
    await patiently(world, () => again.ensureSchema(FIELDS, ["deal"], "ro"));
    expect(property("tenure_score").label).toBe("Scor de sănătate");
    expect(property("tenure_zone").label).toBe("Our traffic light");
    expect(property("tenure_zone").options?.find((one) => one.value === "red")?.label).toBe("Roșu");
    expect(patches).toBeGreaterThan(10);
    patches = 0;
    await patiently(world, () => again.ensureSchema(FIELDS, ["deal"], "ro"));
    expect(patches).toBe(0);
  });

  it("go without a trace but what lies in the recycle bin (G10)", async () => {
    const world = await hubspotWorld();
    const names = () =>
      KINDS.map((kind) =>
        world.portal
          .properties({ company: "companies", contact: "contacts", deal: "deals" }[kind])
          .map(({ name }) => name),
      );
    const groups = () =>
      ["companies", "contacts", "deals", "tasks"].map((type) => world.portal.groups(type).map(({ name }) => name));
    const before = [names(), groups(), world.portal.properties("tasks").map(({ name }) => name)];
    const crm = world.connect();
    await ensure(world, crm);
    await patiently(world, () => crm.removeSchema());
    expect([names(), groups(), world.portal.properties("tasks").map(({ name }) => name)]).toEqual(before);
    await patiently(world, () => crm.removeSchema());
    expect(world.violations()).toEqual([]);
  });
});

describe("the key of tasks (6)", () => {
  it.each([
    { what: "unique where the account allows it", switches: {}, capability: true },
    { what: "plain where it does not", switches: { uniqueTaskPropertyAllowed: false }, capability: "plain" },
  ])("is $what", async ({ switches, capability }) => {
    const world = await hubspotWorld({ switches });
    const crm = world.connect();
    expect(crm.capabilities()["unique-task-key"]).toContain("Not known");
    await ensure(world, crm);
    const answer = crm.capabilities()["unique-task-key"];
    if (capability === true) expect(answer).toBe(true);
    else expect(answer).toContain(capability);
    expect(world.portal.properties("tasks").find(({ name }) => name === "tenure_key")?.hasUniqueValue).toBe(
      capability === true,
    );
  });
});
