import { describe, expect, it } from "vitest";
import type { RecordKind } from "../../../src/core/model.ts";
import type { CallSeen } from "../../../src/crm/port.ts";
import { hubspotWorld } from "./world.ts";

const WHEN = "2026-11-02T09:00:00Z";

describe("reading every kind of record", () => {
  it.each([
    ["ticket", "tickets", { subject: "S", hs_pipeline_stage: "1" }],
    ["meeting", "meetings", { hs_timestamp: WHEN, hs_meeting_start_time: WHEN }],
    ["call", "calls", { hs_timestamp: WHEN, hs_call_direction: "OUTBOUND" }],
    ["email", "emails", { hs_timestamp: WHEN, hs_email_direction: "EMAIL" }],
    ["invoice", "invoices", { hs_invoice_status: "open", hs_due_date: WHEN }],
    ["subscription", "subscriptions", { hs_status: "active" }],
    ["survey", "feedback_submissions", { hs_survey_type: "NPS", hs_value: "9" }],
  ] as const)(
    "%s, with the client it belongs to, and in the list of changes",
    async (kind: RecordKind, path, properties) => {
      const world = await hubspotWorld({ portal: { plan: "enterprise" } });
      const companyId = await world.people.company();
      const { id } = world.portal.create(path, properties, [{ objectType: "companies", id: companyId }]);
      const crm = world.connect();
      await world.advance(120_000);
      expect(crm.kinds()).toContain(kind);
      const { records, missing } = await crm.read(kind, [id, "999"]);
      expect(missing).toEqual(["999"]);
      expect(records).toHaveLength(1);
      expect(records[0]!.links).toEqual([{ kind: "company", id: companyId }]);
      await world.advance(10_000);
      expect((await crm.changedSince(kind, world.now() - 3_600_000, null)).ids).toEqual([id]);
      const linked = await crm.linked(kind, [{ kind: "company", id: companyId }]);
      expect(linked.get(`company:${companyId}`)).toEqual([id]);
      expect(world.violations()).toEqual([]);
    },
  );

  it("does not call a record missing where HubSpot says that something went wrong, and not with which", async () => {
    let isSilent = false;
    const world = await hubspotWorld({
      between: (fetch) => async (request) => {
        if (!isSilent || !request.url.endsWith("/companies/batch/read")) return fetch(request);
        return Response.json({ status: "COMPLETE", results: [], numErrors: 1 }, { status: 207 });
      },
    });
    const id = await world.people.company();
    const crm = world.connect();
    await world.advance(60_000);
    isSilent = true;
    await expect(crm.read("company", [id])).rejects.toMatchObject({ failure: "unavailable", code: "UNEXPECTED_REPLY" });
    isSilent = false;
    expect((await crm.read("company", [id])).records).toHaveLength(1);
  });

  it("takes five calls for objects and one per end for links when 500 deals are read at once", async () => {
    const world = await hubspotWorld();
    const seen: CallSeen[] = [];
    const crm = world.app.connect(world.wiring({ onCall: (call) => seen.push(call) }));
    const rows = Array.from({ length: 500 }, (_, index) => ({
      properties: { dealname: `D${index}`, dealstage: "closedwon" },
    }));
    const ids = world.portal.importRecords("deals", rows);
    await world.advance(60_000);
    await crm.stages();
    await crm.read("deal", [ids[0]!]);
    await world.advance(60_000);
    seen.length = 0;
    expect(crm.readSize("deal")).toBe(500);
    expect((await crm.read("deal", ids)).records).toHaveLength(500);
    const count = (part: string) => seen.filter(({ path }) => path.includes(part)).length;
    expect([count("/objects/"), count("/associations/"), seen.length]).toEqual([5, 2, 7]);
    expect(crm.readSize("deal")).toBe(500);
    await crm.read("deal", ids);
    expect(crm.readSize("deal")).toBe(100);
  });
});

describe("stages (5.1)", () => {
  it("are learnt when a deal stands in one that was made a minute ago", async () => {
    const world = await hubspotWorld();
    const crm = world.connect();
    await world.advance(10_000);
    await crm.stages();
    await world.advance(61_000);
    const pipeline = world.portal.addPipeline("deals", "Renewals", [
      { label: "Talk", probability: "0.3" },
      { label: "Signed", probability: "1.0" },
    ]);
    const signed = pipeline.stages[1]!.id;
    const { id } = world.portal.create("deals", { dealname: "R", pipeline: pipeline.id, dealstage: signed });
    const [record] = (await crm.read("deal", [id])).records;
    expect(record!.facts).toMatchObject({ outcome: "won", stage: signed, pipeline: pipeline.id });
    expect(typeof record!.facts.wonAt).toBe("number");
  });
});

describe("owners (5.8)", () => {
  it("are listed over many pages, with their teams and the person behind them", async () => {
    const world = await hubspotWorld();
    for (let index = 0; index < 230; index += 1) world.portal.addOwner({ firstName: `F${index}`, lastName: "L" });
    const queue = world.portal.addOwner({ type: "QUEUE" });
    const { anna } = world.people.owners;
    const team = world.portal.addTeam("CS", [{ ownerId: anna }]);
    const crm = world.connect();
    await world.advance(10_000);
    const owners = await crm.owners();
    expect(owners).toHaveLength(230 + 4);
    expect(owners.some(({ id }) => id === queue.id)).toBe(false);
    const found = owners.find(({ id }) => id === anna)!;
    const userId = world.portal.crm.people.owners.get(anna)!.userId;
    expect(found).toEqual({
      id: anna,
      userId: String(userId),
      active: true,
      managerId: null,
      teamIds: [team.id],
      zone: null,
    });
    expect(JSON.stringify(owners)).not.toMatch(/F17|portal\.example/);
  });
});

describe("accounts (2.5)", () => {
  it.each([
    ["STANDARD", false],
    ["DEVELOPER_TEST", true],
    ["SANDBOX", true],
  ] as const)("of type %s are tests: %s (13.15)", async (accountType, test) => {
    const world = await hubspotWorld({ portal: { accountType, timeZone: "America/Sao_Paulo", currency: "BRL" } });
    const crm = world.connect();
    await world.advance(10_000);
    expect(await crm.account()).toEqual({
      zone: "America/Sao_Paulo",
      currency: "BRL",
      language: "en",
      plan: null,
      test,
      country: null,
    });
  });
});
