import { afterEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, START } from "../support/house.ts";
import { addPortal, VENDORS, type World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
let world: World;
afterEach(() => {
  expectClean(house, world);
  house.close();
});

const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** An invoice that is due two weeks after it was issued, paid or still open. */
function invoice(company: string, issuedAt: number, amount: number, isPaid: boolean): void {
  const [issued, due] = [dateOf(issuedAt), dateOf(issuedAt + 14 * DAY)];
  if (world instanceof Bitrix24PortalWorld) {
    const { portal } = world;
    const stageId = `DT31_${portal.catalog.categoriesOf(31)[0]!.id}:${isPaid ? "P" : "S"}`;
    const item = { title: "№", opportunity: amount, begindate: issued, closedate: due, stageId };
    portal.sandbox.history(issuedAt, () => portal.create("invoice", { ...item, companyId: Number(company) }));
  }
  if (world instanceof HubSpotPortalWorld) {
    const values = {
      hs_invoice_status: isPaid ? "paid" : "open",
      hs_invoice_date: String(Date.parse(issued)),
      hs_due_date: String(Date.parse(due)),
      hs_amount_billed: String(amount),
      hs_balance_due: isPaid ? "0" : String(amount),
    };
    world.portal.create("invoice", values, [{ objectType: "companies", id: company }]);
  }
}

function subscription(company: string, beganAt: number, amount: number, status: "active" | "canceled"): void {
  const values = {
    hs_status: status,
    hs_recurring_billing_start_date: String(Date.parse(dateOf(beganAt))),
    hs_next_payment_amount: String(amount),
    hs_next_payment_due_date: String(Date.parse(dateOf(START + 200 * DAY))),
  };
  (world as HubSpotPortalWorld).portal.create("subscription", values, [{ objectType: "companies", id: company }]);
}

/** So many customers of ten months. */
function customers(many: number): string[] {
  const owner = world.owner("Marta");
  return Array.from({ length: many }, () => {
    const company = world.company({ ownerId: owner });
    world.importOrders(company, owner, [START - 300 * DAY]);
    return company;
  });
}

const of = (id: string): Readonly<Record<string, string | undefined>> => {
  const fields = world.fields({ kind: "company", id });
  // Bitrix24 keeps the word that people read.
  return { ...fields, zone: fields.zone?.toLowerCase() };
};

describe("A8.13 money in the CRM: a single case or a chain", () => {
  test("hubspot: one late payment colours nobody red, a smaller package beside it does, each with its day", async () => {
    house = new House();
    world = addPortal(house, "hubspot");
    const [late, cut, both, long] = customers(4) as [string, string, string, string];
    for (const one of [late, both, long]) invoice(one, START - 34 * DAY, 400, false);
    for (const [one, ago] of [
      [cut, 5],
      [both, 5],
      [long, 120],
    ] as const) {
      subscription(one, START - 250 * DAY, 1000, "canceled");
      subscription(one, START - ago * DAY, 400, "active");
    }
    await world.install();
    await house.runFor(4 * HOUR);
    for (const id of [late, cut, long]) expect(of(id).zone).not.toBe("red");
    expect(of(both)).toMatchObject({ zone: "red", score: "49" });
    expect(of(both).reasons).toMatch(/A chain since .* 2 signs: late payment \(.* 2026\), buys less \(.* 2026\)\./);
  });

  test.each(VENDORS)("%s: turnover that falls is one sign (A8.11), and with a late payment a chain", async (vendor) => {
    house = new House();
    world = addPortal(house, vendor);
    const [less, both, steady] = customers(3) as [string, string, string];
    for (let month = 9; month >= 1; month--)
      for (const one of [less, both, steady]) {
        const isOpen = month === 1 || (month === 2 && one !== less);
        invoice(one, START - 30 * month * DAY + 22 * DAY, one !== steady && month <= 2 ? 150 : 400, !isOpen);
      }
    await world.install();
    await house.runFor(4 * HOUR);
    expect([of(less).zone, of(steady).zone]).not.toContain("red");
    expect(of(both).zone).toBe("red");
    expect(of(both).reasons).toMatch(/2 signs: late payment \(.*\), turnover falls \(.*\)\./);
  });
});

describe("A8.23 signs of money that share a play", () => {
  test.each(VENDORS)(
    "%s: a client who buys less becomes one task that says why, also when a second sign joins, and none again once it is done",
    async (vendor) => {
      house = new House();
      world = addPortal(house, vendor);
      const [less] = customers(1) as [string];
      for (let month = 9; month >= 1; month--)
        invoice(less, START - 30 * month * DAY + 22 * DAY, month <= 2 ? 150 : 400, month > 1);
      if (vendor === "hubspot") subscription(less, START - 250 * DAY, 1000, "canceled");
      await world.install();
      await house.runFor(4 * HOUR);
      const tasks = () => world.tasks().filter(({ subject }) => subject.startsWith("The client buys less"));
      expect(tasks()).toMatchObject([{ done: false, links: [`company:${less}`] }]);
      const { id, body } = tasks()[0]!;
      expect(body).toMatch(/Turnover falls: turnover in 56 days .*What you can offer: .*tariff review/s);
      if (vendor === "hubspot") subscription(less, START - DAY, 400, "active");
      await house.runFor(DAY);
      expect(tasks()).toEqual([expect.objectContaining({ id, body })]);
      world.editTask(id, { done: true });
      await house.runFor(2 * DAY);
      expect(tasks()).toMatchObject([{ id, done: true }]);
    },
  );
});
