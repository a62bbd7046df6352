import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CardAnswer } from "../../src/views/client-card.ts";
import { expectClean } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;
let company: string;
const ADMIN = { userId: "1", ownerId: null, isAdmin: true, records: [] };

afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** The answer to the next write of the field gets lost: nobody knows for a while whether it arrived. */
let isCut = false;

const call = async (request: Request, send: () => Promise<Response>): Promise<Response> => {
  const isHere = isCut && /first_value_on/i.test(await request.clone().text());
  const answer = await send();
  if (!isHere) return answer;
  isCut = false;
  throw new TypeError("fetch failed");
};

async function act(wish: object, once: string): Promise<void> {
  const answer = await house.host.ask(world.id, "act", [ADMIN, `company:${company}`, wish, once] as never);
  expect(answer).toMatchObject({ ok: true });
}

async function ask(wish: object, once: string): Promise<void> {
  await act(wish, once);
  await house.runFor(20 * MINUTE);
}

/** The day in the CRM's field, the days to it there, and the day on the card. */
async function shown(): Promise<readonly unknown[]> {
  const { first_value_on: on, ttfv_days: days } = world.fields({ kind: "company", id: company });
  const answer = await house.host.ask(world.id, "card", [ADMIN, `company:${company}`, "en"] as never);
  const day = (answer as unknown as CardAnswer & { ok: true }).card.plan!.firstValueDay;
  const iso = (at: number) => new Date(at * 86_400_000).toISOString().slice(0, 10);
  return [on?.slice(0, 10) || null, days ? Number(days) : null, day === null ? null : iso(day)];
}

describe.each(VENDORS)("%s: A10.1 first value has one day", (vendor) => {
  beforeEach(async () => {
    house = new House({ call });
    world = await installed(house, vendor);
    const owner = world.owner("Aigul");
    company = world.company({ ownerId: owner });
    world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
  });

  test("told on our screens it stands in the CRM's field, where people mend it, and is no more once it is taken back", async () => {
    await ask({ act: "first_value", day: "2026-03-03" }, "1");
    expect(await shown()).toEqual(["2026-03-03", 1, "2026-03-03"]);
    world.setField({ kind: "company", id: company }, "first_value_on", "2026-03-05");
    await house.runFor(20 * MINUTE);
    expect(await shown()).toEqual(["2026-03-05", 3, "2026-03-05"]);
    await ask({ act: "undo" }, "2");
    expect(await shown()).toEqual(["2026-03-05", 3, "2026-03-05"]);
    world.setField({ kind: "company", id: company }, "first_value_on", "");
    await house.runFor(20 * MINUTE);
    expect(await shown()).toEqual([null, null, null]);
    await ask({ act: "first_value", day: "2026-03-04" }, "3");
    expect(await shown()).toEqual(["2026-03-04", 2, "2026-03-04"]);
    await ask({ act: "undo" }, "4");
    expect(await shown()).toEqual([null, null, null]);
  });

  test("taken back while it is on its way into the CRM's field, it does not stay there", async () => {
    await ask({ act: "first_value", day: "2026-03-03" }, "1");
    await ask({ act: "undo" }, "2");
    isCut = true;
    await act({ act: "first_value", day: "2026-03-04" }, "3");
    await house.runFor(30_000);
    expect(isCut).toBe(false);
    await ask({ act: "undo" }, "4");
    await house.runFor(HOUR);
    expect(await shown()).toEqual([null, null, null]);
  });
});
