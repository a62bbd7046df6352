import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DECISION_OPTIONS } from "../../src/core/field-options.ts";
import type { CardAnswer } from "../../src/views/client-card.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";

let house: House;
let world: World;
let company: string;
const ADMIN = { userId: "1", ownerId: null, isAdmin: true, records: [] };

afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** A person chooses in the CRM's own field; "" empties it. */
async function choose(code: string): Promise<void> {
  const label = DECISION_OPTIONS.find((one) => one.code === code)?.label;
  const options =
    world instanceof Bitrix24PortalWorld
      ? (world.portal.userField("CRM_COMPANY", "UF_CRM_TENURE_DECISION")?.list ?? [])
      : [];
  const option = options.find(({ value }) => Object.values(label ?? {}).includes(value));
  world.setField({ kind: "company", id: company }, "decision", option ? String(option.id) : code);
  await house.runFor(20 * MINUTE);
}

async function ask(wish: object, once: string): Promise<void> {
  const answer = await house.host.ask(world.id, "act", [ADMIN, `company:${company}`, wish, once] as never);
  expect(answer).toMatchObject({ ok: true });
  await house.runFor(20 * MINUTE);
}

const decide = (choice: string, once: string) => ask({ act: "decide", choice, reason: "other", days: 90 }, once);

/** The code that the CRM's field shows; null where it is empty. */
function shown(): string | null {
  const value = world.fields({ kind: "company", id: company }).decision;
  const isIt = ({ code, label }: (typeof DECISION_OPTIONS)[number]) =>
    code === value || Object.values(label).includes(value ?? "");
  return DECISION_OPTIONS.find(isIt)?.code ?? null;
}

async function onCard(): Promise<string | null> {
  const answer = await house.host.ask(world.id, "card", [ADMIN, `company:${company}`, "en"] as never);
  const { card } = answer as unknown as CardAnswer & { ok: true };
  return card.acts.decision?.choice ?? null;
}

describe.each(VENDORS)("%s: A8.21 fight or let go has one value", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    const owner = world.owner("Aigul");
    company = world.company({ ownerId: owner });
    world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
  });

  test("what is decided on our screens stands in the CRM's field, and what is chosen there later on the card", async () => {
    expect([shown(), await onCard()]).toEqual([null, null]);
    await decide("fight", "1");
    expect([shown(), await onCard()]).toEqual(["fight", "fight"]);
    await choose("let_go");
    expect([shown(), await onCard()]).toEqual(["let_go", "let_go"]);
    await decide("fight", "2");
    expect([shown(), await onCard()]).toEqual(["fight", "fight"]);
    await choose("let_go");
    expect([shown(), await onCard()]).toEqual(["let_go", "let_go"]);
    await choose("");
    expect([shown(), await onCard()]).toEqual([null, null]);
  });

  test("what is chosen in the CRM's field is chosen anew there, also where nobody ever decided on our screens", async () => {
    for (const code of ["let_go", "fight", "undecided", "let_go"]) {
      await choose(code);
      expect([shown(), await onCard()]).toEqual([code, code === "undecided" ? null : code]);
    }
    await choose("");
    expect([shown(), await onCard()]).toEqual([null, null]);
  });

  test("an undo finds what was chosen in the CRM before, and leaves what was chosen there since", async () => {
    await choose("let_go");
    expect([shown(), await onCard()]).toEqual(["let_go", "let_go"]);
    await decide("fight", "1");
    await ask({ act: "undo" }, "2");
    expect([shown(), await onCard()]).toEqual(["let_go", "let_go"]);
    await decide("fight", "3");
    await choose("undecided");
    await ask({ act: "undo" }, "4");
    expect([shown(), await onCard()]).toEqual(["undecided", null]);
  });

  test("the first decision taken back is no decision, on the card and in the field", async () => {
    await decide("let_go", "1");
    await ask({ act: "undo" }, "2");
    expect([shown(), await onCard()]).toEqual(["undecided", null]);
  });

  test("a field that only the CRM filled is not wished by us, and nobody is fought over it", async () => {
    const row = () => house.host.portal(world.id).store.mirror.byKeys([`fields:company:${company}`])[0]!;
    await choose("let_go");
    expect(JSON.parse(row().desired!)).not.toHaveProperty("decision");
    await decide("fight", "1");
    expect(JSON.parse(row().desired!)).toHaveProperty("decision", "fight");
    for (const code of ["let_go", "fight", "let_go", "fight", "let_go"]) await choose(code);
    expect(shown()).toBe("let_go");
    expect(row()).toMatchObject({ state: "clean", fights: 0 });
  });

  test("a let-go that nobody renewed by its day of review is undecided in the field too", async () => {
    await ask({ act: "decide", choice: "let_go", reason: "other", days: 2 }, "1");
    expect(shown()).toBe("let_go");
    await house.runFor(3 * DAY);
    expect(shown()).toBe("undecided");
    await choose("let_go");
    expect([shown(), await onCard()]).toEqual(["let_go", "let_go"]);
  });
});
