import { afterEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, START } from "../support/house.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
let world: HubSpotPortalWorld;
afterEach(() => {
  expectClean(house, world);
  house.close();
});

const dateOf = (at: number) => String(Math.floor(at / DAY) * DAY);

function invoice(company: string, dueAt: number): string {
  const values = {
    hs_invoice_status: "open",
    hs_invoice_date: dateOf(dueAt - 14 * DAY),
    hs_due_date: dateOf(dueAt),
    hs_amount_billed: "400",
    hs_balance_due: "400",
  };
  return world.portal.create("invoice", values, [{ objectType: "companies", id: company }]).id;
}

function subscription(company: string, beganAt: number, amount: number, status: "active" | "canceled"): void {
  const values = {
    hs_status: status,
    hs_recurring_billing_start_date: dateOf(beganAt),
    hs_next_payment_amount: String(amount),
    hs_next_payment_due_date: dateOf(START + 200 * DAY),
  };
  world.portal.create("subscription", values, [{ objectType: "companies", id: company }]);
}

describe("A8.13 money in the CRM: a single case or a chain", () => {
  test("one late payment colours nobody red, a smaller package beside it does, each with its day", async () => {
    house = new House();
    world = new HubSpotPortalWorld(house);
    const owner = world.owner("Marta");
    const clients = Array.from({ length: 4 }, () => {
      const company = world.company({ ownerId: owner });
      world.importOrders(company, owner, [START - 300 * DAY]);
      return company;
    });
    const [late, cut, both, long] = clients as [string, string, string, string];
    for (const one of [late, both, long]) invoice(one, START - 20 * DAY);
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
    const of = (id: string) => world.fields({ kind: "company", id });
    for (const id of [late, cut, long]) expect(of(id).zone).not.toBe("red");
    expect(of(both)).toMatchObject({ zone: "red", score: "49" });
    expect(of(both).reasons).toMatch(/A chain since .* 2 signs: late payment \(.* 2026\), buys less \(.* 2026\)\./);
  });
});
