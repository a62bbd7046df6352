/** Signs of layers 2 to 4, what people do (A8.6, A8.9, A8.12, A8.14, A8.17, A8.23), as both CRMs show them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moveMeeting, planMeeting } from "../../scripts/world/by-hand.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE, START } from "../support/house.ts";
import { addPortal, type TaskSeen, VENDORS, type World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";
import { automate, cardOf, signOn, tasksCalled } from "./signs.ts";

const REPORTED = ["restructuring", "decision_maker_changed", "suppliers_reviewed", "competitor_tried"] as const;
const CLIENTS = [
  ...["talks", "chats", "slow", "once", "brisk", "moves", "movesOnce", "agreed", "pays", "leaver"],
  ...REPORTED,
] as const;
const ASK = "Payment is late: ask and agree on a date";

/** A letter that was kept with the company at a time of the past. */
function letterAt(world: World, company: string, direction: "in" | "out", at: number): void {
  if (world instanceof Bitrix24PortalWorld)
    world.portal.sandbox.history(at, () => world.letter(company, direction, "Text"));
  if (world instanceof HubSpotPortalWorld) {
    const hs_email_direction = direction === "in" ? "INCOMING_EMAIL" : "EMAIL";
    const values = { hs_timestamp: new Date(at).toISOString(), hs_email_direction, hs_email_subject: "Text" };
    world.portal.create("emails", values, [{ objectType: "companies", id: company }]);
  }
}

/** Letters of a client in a week before the start, the first on its Monday. */
function heardIn(world: World, company: string, week: number, many: number): void {
  for (let n = 0; n < many; n++) letterAt(world, company, "in", START + (7 * week + n) * DAY);
}

function answered(world: World, company: string, week: number, afterMs: number): void {
  letterAt(world, company, "out", START + 7 * week * DAY);
  letterAt(world, company, "in", START + 7 * week * DAY + afterMs);
}

/** An open invoice over 400, due at a day of UTC; returns how it is paid, in part or whole. */
function invoice(world: World, company: string, dueAt: number): (isWhole: boolean) => void {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const [issued, due] = [day(dueAt - 14 * DAY), day(dueAt)];
  if (world instanceof Bitrix24PortalWorld) {
    const { portal } = world;
    const stage = (code: string) => `DT31_${portal.catalog.categoriesOf(31)[0]!.id}:${code}`;
    const item = { title: "№", opportunity: 400, begindate: issued, closedate: due, stageId: stage("S") };
    const id = portal.create("invoice", { ...item, companyId: Number(company) });
    // A part payment leaves an invoice of Bitrix24 in its stage.
    return (isWhole) => isWhole && portal.update("invoice", id, { stageId: stage("P") });
  }
  const { portal } = world as HubSpotPortalWorld;
  const values = {
    hs_invoice_status: "open",
    hs_invoice_date: String(Date.parse(issued)),
    hs_due_date: String(Date.parse(due)),
    hs_amount_billed: "400",
    hs_balance_due: "400",
  };
  const { id } = portal.create("invoice", values, [{ objectType: "companies", id: company }]);
  return (isWhole) =>
    portal.update(
      "invoice",
      id,
      isWhole ? { hs_invoice_status: "paid", hs_balance_due: "0" } : { hs_balance_due: "100" },
    );
}

describe.each(VENDORS)("%s: what people of a client do", (vendor) => {
  let house: House;
  let world: World;
  let owner: string;
  const id: Record<string, { company: string; deal: string }> = {};
  const seen: Record<string, string> = {};
  const made: Record<string, readonly TaskSeen[]> = {};
  const scores: Record<string, readonly (number | null)[]> = {};

  const see = async (name: string, who: string, sign: string) => {
    seen[name] = await signOn(world, id[who]!.company, sign);
  };
  const called = (who: string, subject: string) => tasksCalled(world, id[who]!.company, subject);
  const scoreOf = async (who: string) => (await cardOf(world, id[who]!.company)).score;

  beforeAll(async () => {
    house = new House({ looks: "seldom" });
    world = addPortal(house, vendor);
    owner = world.owner("Aigul");
    const won = world.importWon(CLIENTS.length, owner, START - 300 * DAY);
    for (const [n, name] of CLIENTS.entries()) id[name] = won[n]!;
    for (let week = -12; week < 0; week++) {
      heardIn(world, id.talks!.company, week, week < -4 ? 5 : 3);
      heardIn(world, id.chats!.company, week, week < -4 ? 5 : week === -1 ? 4 : 3);
      const isPast = week < -4;
      if (isPast || week > -3) answered(world, id.slow!.company, week, (isPast ? 4 : 8) * HOUR);
      if (isPast || week > -3) answered(world, id.brisk!.company, week, (isPast ? 4 : 7) * HOUR);
      if (isPast || week === -1) answered(world, id.once!.company, week, (isPast ? 4 : 48) * HOUR);
    }
    // The first is due on Wednesday, 4 March, the second on Tuesday, 10 March.
    const pay = invoice(world, id.pays!.company, START + 2 * DAY);
    const payLater = invoice(world, id.pays!.company, START + 8 * DAY);
    await house.runFor(HOUR);
    await world.install();
    await house.runFor(3 * HOUR);
    for (const who of ["talks", "chats"]) await see(who, who, "interaction_drop");
    for (const who of ["slow", "once", "brisk"]) await see(who, who, "reply_slow");

    // Meetings of Wednesday: one is moved to Thursday, the other on to Friday as well.
    const at = START + 2 * DAY;
    const [often, once] = ["moves", "movesOnce"].map((who) => planMeeting(world, id[who]!.company, at));
    await house.runFor(HOUR);
    for (const one of [often!, once!]) moveMeeting(world, one, at + DAY);
    await automate(world, id.agreed!.deal, "record_signal", { signal: "agreed_step_overdue" });
    for (const who of REPORTED) scores[who] = [(await scoreOf(who)).score];
    await house.runFor(HOUR);
    moveMeeting(world, often!, at + 2 * DAY);
    await see("agreed once", "agreed", "agreed_step_overdue");
    await automate(world, id.agreed!.deal, "record_signal", { signal: "agreed_step_overdue" });
    for (const who of REPORTED) await automate(world, id[who]!.deal, "record_signal", { signal: who });
    await automate(world, id.leaver!.deal, "record_signal", { signal: "contact_left" });
    await house.runFor(HOUR);
    await see("agreed twice", "agreed", "agreed_step_overdue");
    for (const who of REPORTED) {
      await see(who, who, who);
      const { score, zone } = await scoreOf(who);
      scores[who] = [...scores[who]!, score];
      seen[`zone of ${who}`] = `${zone}`;
    }

    await house.run(START + 4 * DAY + HOUR);
    await see("moved once", "movesOnce", "meetings_moved");
    await see("moved twice", "moves", "meetings_moved");
    made.moved = called("moves", "Meetings keep moving: agree on another format");

    // Midnight in Kyiv after the seventh day, Wednesday 11 March.
    const midnight = Date.UTC(2026, 2, 11, 22);
    await house.run(midnight - 10 * MINUTE);
    await see("7 days late", "pays", "payment_delay");
    made.sevenDays = called("pays", ASK);
    await house.run(midnight + 20 * MINUTE);
    await see("8 days late", "pays", "payment_delay");
    made.eightDays = called("pays", ASK);
    pay(false);
    await house.runFor(DAY);
    await see("paid in part", "pays", "payment_delay");
    made.partPaid = called("pays", ASK);
    pay(true);
    await house.runFor(HOUR);
    await see("paid", "pays", "payment_delay");
    made.paid = called("pays", ASK);
    await house.runFor(8 * DAY);
    await see("the next late", "pays", "payment_delay");
    made.nextLate = called("pays", ASK);
    await house.run(midnight + 32 * DAY);
    made.nextMonth = called("pays", ASK);
    payLater(true);
    await house.runFor(HOUR);
  }, 120_000);
  afterAll(() => {
    expectClean(house, world);
    house.close();
  });

  test("A8.6 contacts are a sign at 60 % of what is usual, and not at 65 %", () => {
    expect(seen.talks).toBe(
      "fires: Contacts fall: contacts in 28 days 12, usual by the 8 weeks before 20 (−40 %); a sign from −40 %; since 2 March 2026",
    );
    expect(seen.chats).toBe(
      "quiet: Contacts fall: contacts in 28 days 13, usual by the 8 weeks before 20 (−35 %); a sign from −40 %",
    );
  });

  test("A8.9 answers twice as slow as usual are a sign, a single slow one and somewhat slower ones are none", () => {
    expect(seen.slow).toBe(
      "fires: Slower answers: hours to an answer, mean of 28 days 8, usual in the half year before 4 (+100 %); a sign from +100 %; since 2 March 2026",
    );
    expect(seen.once).toBe("too_few");
    expect(seen.brisk).toMatch(/^quiet: Slower answers: .* 7, usual in the half year before 4 \(\+75 %\)/);
  });

  test("A8.9 a meeting moved once is no sign, moved again it is one, and a task", () => {
    expect(seen["moved once"]).toBe("quiet: Meetings moved or cancelled: cases in 30 days 1; a sign from 2");
    expect(seen["moved twice"]).toBe(
      "fires: Meetings moved or cancelled: cases in 30 days 2; a sign from 2; since 6 March 2026",
    );
    expect(made.moved).toMatchObject([{ ownerId: owner, done: false }]);
  });

  test("A8.9 an agreed step that the client left undone is no sign, the second is", () => {
    expect(seen["agreed once"]).toBe("quiet: Agreed steps not done by the client: cases in 30 days 1; a sign from 2");
    expect(seen["agreed twice"]).toMatch(/^fires: Agreed steps not done by the client: cases in 30 days 2;/);
  });

  test("A8.12 a payment is late after 8 days and not after 7, also while a part of it is owed", () => {
    expect(seen["7 days late"]).toBe("quiet: Payment is late: days past the due day 7; a sign above 7");
    expect(seen["8 days late"]).toBe(
      "fires: Payment is late: days past the due day 8; a sign above 7; since 12 March 2026",
    );
    expect(seen["paid in part"]).toMatch(/^fires: Payment is late: days past the due day 9;/);
    expect(seen.paid).toBe("quiet: Payment is late: days past the due day 3; a sign above 7");
  });

  test("A8.23 a sign starts its task once, takes it along when it ends, and not again within a month", () => {
    expect(made.sevenDays).toEqual([]);
    expect(made.eightDays).toMatchObject([{ ownerId: owner, done: false }]);
    expect(made.partPaid).toEqual(made.eightDays);
    expect(made.paid).toEqual([]);
    expect(seen["the next late"]).toMatch(/^fires: Payment is late: days past the due day 11;/);
    expect(made.nextLate).toEqual([]);
    expect(made.nextMonth).toMatchObject([{ ownerId: owner, done: false }]);
  });

  test.each([
    ["restructuring", "Review the format of the cooperation"],
    ["decision_maker_changed", "Meet the new decision maker"],
    ["decision_maker_changed", "Show what has been achieved so far"],
    ["suppliers_reviewed", "They review suppliers: show value and propose a format"],
    ["competitor_tried", "They try a competitor: compare honestly with the client"],
  ])("A8.14 %s is no break: it costs some points and asks to renew the relation: %s", (sign, task) => {
    expect(seen[sign]).toMatch(/^fires: .* cases in 90 days 1; a sign from 1; since 2 March 2026$/);
    expect(called(sign, task)).toMatchObject([{ ownerId: owner, done: false }]);
    const [before, after] = scores[sign]!;
    expect(before! - after!).toBeGreaterThan(0);
    expect(before! - after!).toBeLessThanOrEqual(15);
    expect(seen[`zone of ${sign}`]).toBe("green");
  });

  test("A8.17 a key employee who left brings the new one's training", () => {
    for (const task of ["Meet the new contact", "Retraining for the new employee"])
      expect(called("leaver", task)).toMatchObject([{ ownerId: owner, done: false }]);
  });
});
