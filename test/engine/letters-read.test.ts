import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";

const WORDS = "We want to cancel our contract, the zebra report was terrible.";

let world: HubSpotWorld;
let company: string;

beforeEach(async () => {
  world = new HubSpotWorld();
  const owner = world.portal.addOwner({ firstName: "Айгуль" }).id;
  await world.install();
  await world.runFor(10 * MINUTE);
  company = world.portal.create("companies", { name: "Acme", hubspot_owner_id: owner }).id;
  const values = { dealname: "Acme", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
  world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  await world.runFor(HOUR);
});
afterEach(() => world.close());

const store = () => world.host.portal(world.id).store;

async function write(direction: string): Promise<string> {
  const values = {
    hs_timestamp: new Date(world.clock.now()).toISOString(),
    hs_email_direction: direction,
    hs_email_subject: "zebra",
    hs_email_text: WORDS,
  };
  const { id } = world.portal.create("emails", values, [{ objectType: "companies", id: company }]);
  await world.runFor(2 * HOUR);
  return id;
}

const factsOf = (id: string) => store().records.get({ kind: "email", id })?.facts;

test("G8 without consent no letter's text is asked for, and nothing is labelled", async () => {
  const facts = factsOf(await write("INCOMING_EMAIL"));
  expect(facts).toMatchObject({ direction: "in" });
  expect(facts).not.toHaveProperty("mood");
});

test("A8.10 G8 with consent a client's letter leaves labels behind, ours leaves none, and no word stays anywhere", async () => {
  await world.host.ask(world.id, "publish", [{ texts: { consent: true } }, "user:1"]);
  const theirs = factsOf(await write("INCOMING_EMAIL"));
  expect(theirs).toMatchObject({ mood: "negative", intent: "termination" });
  expect(factsOf(await write("EMAIL"))).not.toHaveProperty("mood");
  const rows = store().db.all<{ all: string }>(
    // biome-ignore lint/suspicious/noExplicitAny: a raw look at the table, as a thief would have it
    "select coalesce(facts, '') || coalesce(links, '') as 'all' from record" as any,
  );
  expect(JSON.stringify(rows)).not.toContain("zebra");
});

test("A8.12 an invoice that was seen open and is paid now was paid when it changed, though HubSpot names no day", async () => {
  const at = new Date(world.clock.now()).toISOString();
  const values = { hs_invoice_status: "open", hs_invoice_date: at, hs_due_date: at, hs_amount_billed: "10" };
  const { id } = world.portal.create("invoices", values, [{ objectType: "companies", id: company }]);
  await world.runFor(2 * HOUR);
  const facts = () => store().records.get({ kind: "invoice", id })?.facts;
  expect(facts()).toMatchObject({ status: "open", paidDay: null });
  world.portal.update("invoices", id, { hs_invoice_status: "paid" });
  await world.runFor(2 * HOUR);
  const day = Math.floor(world.clock.now() / (24 * HOUR));
  expect(facts()).toMatchObject({ status: "paid", paidDay: day });
});
