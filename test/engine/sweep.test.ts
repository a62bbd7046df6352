/** The daily look at what no listing of changes shows: what was deleted, of which nobody told. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RecordKind } from "../../src/core/model.ts";
import { expectClean, firstDue } from "../support/expect.ts";
import { DAY, HOUR, House } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
let world: World;
let company: string;
let deal: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** A person deletes a task, and no event tells of it. */
function deleteUnheard(): string {
  const { id } = firstDue(world.tasksOf(deal));
  house.faults[world.vendor].delivery = () => "drop";
  world.deleteTask(id);
  delete house.faults[world.vendor].delivery;
  return id;
}

const rowOf = (id: string) => house.host.portal(world.id).store.mirror.byExternal("task", [id])[0]!;

describe.each(VENDORS)("G2 G4 %s: a deleted task of which nobody told is seen by the next day", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor, undefined, true);
    const owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    company = world.company({ ownerId: owner });
    deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
  });

  test("of a client as it was", async () => {
    const id = deleteUnheard();
    await house.runFor(2 * DAY);
    expect(rowOf(id)).toMatchObject({ client: `company:${company}`, state: "gone" });
  });

  test("of a client whose company was deleted right after it, and whose deal takes its place", async () => {
    const id = deleteUnheard();
    world.remove({ kind: "company", id: company });
    await house.runFor(2 * DAY);
    expect(rowOf(id)).toMatchObject({ state: "gone" });
  });
});

/** A record of the kind that hangs on the company, and how a person deletes it. */
type Make = (kind: RecordKind) => { id: string; remove: () => void };

function onHubSpot({ portal, house: { clock } }: HubSpotPortalWorld): Make {
  const at = new Date(clock.now()).toISOString();
  const values: Readonly<Partial<Record<RecordKind, readonly [string, Readonly<Record<string, string>>]>>> = {
    contact: ["contacts", { firstname: "Irina" }],
    ticket: ["tickets", { subject: "S", hs_pipeline_stage: "1" }],
    meeting: ["meetings", { hs_timestamp: at, hs_meeting_start_time: at }],
    call: ["calls", { hs_timestamp: at, hs_call_direction: "OUTBOUND" }],
    email: ["emails", { hs_timestamp: at, hs_email_direction: "EMAIL" }],
    invoice: ["invoices", { hs_invoice_status: "open", hs_due_date: at }],
    subscription: ["subscriptions", { hs_status: "active" }],
    survey: ["feedback_submissions", { hs_survey_type: "NPS", hs_value: "9" }],
  };
  return (kind) => {
    const [type, properties] = values[kind]!;
    const { id } = portal.create(type, properties, [{ objectType: "companies", id: company }]);
    return { id, remove: () => portal.remove(type, id) };
  };
}

function onBitrix24({ portal, house: { clock } }: Bitrix24PortalWorld): Make {
  const activity = { ownerTypeId: 4, ownerId: Number(company), startTime: clock.now(), endTime: clock.now() + HOUR };
  const values: Readonly<Partial<Record<RecordKind, Readonly<Record<string, unknown>>>>> = {
    contact: { name: "Irina", companyIds: [Number(company)] },
    invoice: { title: "No 7", companyId: Number(company), opportunity: 500 },
    meeting: { ...activity, typeId: 1 },
    call: { ...activity, typeId: 2, direction: 1 },
    email: { ...activity, typeId: 4, direction: 1, providerId: "CRM_EMAIL", providerTypeId: "EMAIL" },
  };
  return (kind) => {
    const type = kind === "contact" || kind === "invoice" ? kind : "activity";
    const id = portal.create(type, { ...values[kind]! });
    return { id: String(id), remove: () => portal.remove(type, id) };
  };
}

describe.each(VENDORS)("G2 %s: whatever was deleted unheard is gone for us too", (vendor) => {
  const recordOf = (kind: RecordKind, id: string) => house.host.portal(world.id).store.records.get({ kind, id });
  let make: Make;
  let kinds: readonly RecordKind[];

  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor, undefined, true);
    await house.runFor(2 * HOUR);
    const ownerId = world.owner("Aigul");
    company = world.company({ ownerId });
    deal = world.deal({ companyId: company, ownerId, outcome: "won" });
    await house.runFor(HOUR);
    if (world instanceof HubSpotPortalWorld) make = onHubSpot(world);
    else if (world instanceof Bitrix24PortalWorld) make = onBitrix24(world);
    const read = house.host.portal(world.id).crm().kinds();
    kinds = read.filter((kind) => kind !== "deal" && kind !== "company" && kind !== "task");
  });

  test("within two days, of every kind that hangs on a client", async () => {
    const made = kinds.map((kind) => ({ kind, ...make(kind) }));
    expect(made.length).toBeGreaterThanOrEqual(5);
    await house.runFor(HOUR);
    for (const { kind, id } of made) expect(recordOf(kind, id), kind).toMatchObject({ gone: false });
    house.faults[vendor].delivery = () => "drop";
    for (const { remove } of made) remove();
    await house.runFor(2 * DAY);
    for (const { kind, id } of made) expect(recordOf(kind, id), kind).toMatchObject({ gone: true });
  });
});
