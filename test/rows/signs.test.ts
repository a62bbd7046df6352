/** Signs of layer 1, use (A8.1–A8.8, A8.16, A8.24), as both CRMs show them: a product sends usage, two months pass. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClientCard } from "../../src/views/client-card.ts";
import type { Derived } from "../../src/views/derive.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE, START } from "../support/house.ts";
import { addPortal, type TaskSeen, VENDORS, type World } from "../support/world.ts";
import { automate, cardOf, send, signOn, tasksCalled, type Use, usesOf } from "./signs.ts";

const LOGIN = "Logged In";
const EVENTS = { [LOGIN]: "logins", "Session Ended": "minutes", "Deal Created": "deals" };
const CHECK_IN = "Снижение активности клиента. Требуется check-in";
/** Midnight in Kyiv between Sunday, 15 March, and Monday, 16 March 2026. */
const MONDAY = Date.UTC(2026, 2, 15, 22);
/** Weeks before the first: what is usual is judged by eight of them. */
const PAST = Array.from({ length: 12 }, (_, n) => n - 12);

/** Who uses the product how: by week, the past as it always was and the two weeks that the story tells. */
const OLD_CLIENTS = [
  "drops",
  "twin",
  "nearly",
  "late",
  "small",
  "large",
  "hours",
  "unused",
  "deals",
  "sleeper",
] as const;
type Old = (typeof OLD_CLIENTS)[number];

describe.each(VENDORS)("%s: how a product is used", (vendor) => {
  let house: House;
  let world: World;
  let owner: string;
  let key: string;
  let id: Record<Old | "fresh" | "stuck", string>;
  const seen: Record<string, string> = {};
  /** of the client that drops, of its twin, and of the first again: judged anew, and for a colleague */
  const judged: ClientCard[] = [];
  let derived: Derived;
  const made: Record<string, readonly TaskSeen[]> = {};

  const uses = (who: Old, event: string, week: number, many: number, minutes?: number): readonly Use[] =>
    usesOf(id[who], event, week, many, minutes);
  const past = (who: Old, event: string, many: number, minutes?: number) =>
    PAST.flatMap((week) => uses(who, event, week, many, minutes));
  const see = async (name: string, who: keyof typeof id, sign: string) => {
    seen[name] = await signOn(world, id[who], sign);
  };

  beforeAll(async () => {
    house = new House({ looks: "seldom" });
    world = addPortal(house, vendor);
    owner = world.owner("Aigul");
    const won = world.importWon(OLD_CLIENTS.length, owner, START - 300 * DAY);
    const old = Object.fromEntries(OLD_CLIENTS.map((name, n) => [name, won[n]!.company])) as Record<Old, string>;
    await world.install();
    await house.runFor(HOUR);
    const usage = { core: ["Report Created"], events: EVENTS };
    await house.host.ask(world.id, "publish", [{ language: "ru", usage }, "user:1"]);
    key = (await house.host.ask(world.id, "makeWriteKey", ["user:1"])) as string;
    const [fresh, stuck] = ["fresh", "stuck"].map(() => world.company({ ownerId: owner })) as [string, string];
    id = { ...old, fresh, stuck };
    const deals = [fresh, stuck].map((companyId) => world.deal({ companyId, ownerId: owner, outcome: "won" }));
    await house.runFor(HOUR);

    const steady = ["hours", "unused", "deals"] as const;
    await send(world, key, [
      ...(["drops", "twin", "nearly", "late", ...steady] as const).flatMap((who) => past(who, LOGIN, 25)),
      ...past("small", LOGIN, 5),
      ...past("large", LOGIN, 50),
      ...past("hours", "Session Ended", 10, 30),
      ...PAST.filter((week) => week < -2).flatMap((week) => uses("unused", "Report Created", week, 10)),
      ...uses("unused", "Report Created", -2, 4),
      ...past("deals", "Deal Created", 10),
      ...past("sleeper", LOGIN, 5),
      ...uses("sleeper", LOGIN, 0, 1),
      ...usesOf(fresh, LOGIN, 0, 1),
    ]);
    // The fresh client's welcome is done in time; its kickoff is due on Thursday, 5 March.
    await house.runFor(HOUR);
    const [welcome] = [...world.tasksOf(deals[0]!)].sort((a, b) => a.dueAt! - b.dueAt!);
    world.editTask(welcome!.id, { done: true });
    await house.run(Date.UTC(2026, 2, 5, 21, 50));
    await see("set-up on its last day", "fresh", "setup_unfinished");
    await house.run(Date.UTC(2026, 2, 5, 22, 30));
    await see("set-up a day later", "fresh", "setup_unfinished");
    made.setup = tasksCalled(world, fresh, "Завершить настройку и интеграции вместе с клиентом");
    seen.setupEvidence = (await cardOf(world, fresh)).signs.firing
      .filter((one) => one.id === "setup_unfinished")
      .flatMap(({ evidence }) => evidence.map(({ title }) => title ?? ""))
      .join();

    await house.run(MONDAY - 2 * HOUR);
    const lateWeek = uses("late", LOGIN, 1, 21);
    await send(world, key, [
      ...[0, 1].flatMap((week) => steady.flatMap((who) => uses(who, LOGIN, week, 25))),
      ...[0, 1].flatMap((week) => uses("small", LOGIN, week, 4)),
      ...uses("drops", LOGIN, 1, 20),
      ...uses("twin", LOGIN, 1, 20),
      ...uses("nearly", LOGIN, 1, 21),
      ...lateWeek.slice(0, 10),
      ...lateWeek.slice(0, 10),
      ...uses("large", LOGIN, 1, 30),
      ...uses("hours", "Session Ended", 0, 5, 12),
      ...uses("hours", "Session Ended", 1, 10, 18),
      ...uses("deals", "Deal Created", 1, 8),
    ]);
    await house.run(MONDAY - 10 * MINUTE);
    made.before = tasksCalled(world, id.drops, CHECK_IN);
    await see("no login for 13 days", "sleeper", "no_login");
    made.awake = tasksCalled(world, id.sleeper, "Нет входов две недели: выяснить причину");
    await house.run(MONDAY + 20 * MINUTE);
    made.drops = tasksCalled(world, id.drops, CHECK_IN);
    made.nearly = tasksCalled(world, id.nearly, CHECK_IN);
    made.fewerDeals = tasksCalled(world, id.deals, "Клиент создаёт меньше сделок. Требуется check-in");
    for (const who of ["drops", "twin", "nearly", "late", "small", "large", "hours", "fresh"] as const)
      await see(who, who, "usage_drop");
    await see("hours inside", "hours", "time_drop");
    await see("main function", "unused", "core_unused");
    await see("deals", "deals", "deals_drop");
    made.lateBefore = tasksCalled(world, id.late, CHECK_IN);

    await house.run(MONDAY + 10 * HOUR);
    await send(world, key, [...lateWeek.slice(5), ...lateWeek.slice(5).reverse()]);
    await house.run(MONDAY + 25 * HOUR);
    await see("late, once all has come", "late", "usage_drop");
    made.lateAfter = tasksCalled(world, id.late, CHECK_IN);
    await see("no login for 14 days", "sleeper", "no_login");
    made.asleep = tasksCalled(world, id.sleeper, "Нет входов две недели: выяснить причину");

    const fields = () => world.fields({ kind: "company", id: id.drops });
    judged.push(await cardOf(world, id.drops), await cardOf(world, id.twin));
    const before = fields();
    await automate(world, won[0]!.deal, "recompute_health");
    await house.runFor(2 * HOUR);
    expect(fields()).toEqual(before);
    const colleague = { userId: "2", ownerId: owner, isAdmin: false, records: [] };
    judged.push(await cardOf(world, id.drops), await cardOf(world, id.drops, colleague));
    derived = (await house.host.ask(world.id, "deriveAgain", [1_000])) as Derived;

    await house.run(MONDAY + 14 * DAY - 2 * HOUR);
    await send(
      world,
      key,
      [2, 3].flatMap((week) => uses("drops", LOGIN, week, 10)),
    );
    await house.runFor(3 * HOUR);
    await see("two weeks later", "drops", "usage_drop");
    made.later = tasksCalled(world, id.drops, CHECK_IN);

    for (const who of OLD_CLIENTS) world.remove({ kind: "company", id: id[who] });
    // Sixty days after the start, and one more, without any use.
    await house.run(Date.UTC(2026, 4, 1, 20));
    await see("60 days without use", "stuck", "implementation_stuck");
    await house.run(Date.UTC(2026, 4, 1, 22));
    await see("61 days without use", "stuck", "implementation_stuck");
  }, 120_000);
  afterAll(() => {
    expectClean(house, world);
    house.close();
  });

  const usual = (many: number, of: number, change: string) =>
    `Activity falls: sign-ins and uses in 28 days ${many}, usual by the 8 weeks before ${of} (${change} %); a sign from −30 %`;
  const since = "; since 16 March 2026";

  test("A8.1 clients alike have the same verdict, whoever looks and however often it is judged", () => {
    expect(seen.twin).toBe(seen.drops);
    const [drops, twin, again, colleague] = judged.map(({ signs, score }) => ({ firing: signs.firing, score }));
    expect(drops!.score.score).toBeLessThan(100);
    expect(colleague).toEqual(drops);
    expect(again).toEqual(drops);
    const { history, ...rest } = twin!.score;
    expect({ ...rest, history: drops!.score.history }).toEqual(drops!.score);
    expect(history.map(({ at, ...point }) => point)).toEqual(drops!.score.history.map(({ at, ...point }) => point));
    expect(derived.checked).toBeGreaterThan(20);
    expect(derived.same).toBe(derived.checked);
  });

  test("A8.3 four signs of use: fewer sign-ins, less time inside, the main function unused, no use at all", () => {
    expect(seen.drops).toMatch(/^fires: Activity falls: .* 70, usual .* 100 /);
    expect(seen["hours inside"]).toBe(
      `fires: Time in the product falls: minutes in the product in 28 days 840, usual by the 8 weeks before 1,200 (−30 %); a sign from −30 %${since}`,
    );
    expect(seen.hours).toBe(`quiet: ${usual(100, 100, "0")}`);
    expect(seen["main function"]).toBe(
      `fires: Main function unused: uses of the main function in 28 days 4, usual by the 8 weeks before 40 (−90 %); a sign from −90 %${since}`,
    );
    expect(seen["60 days without use"]).toBe("quiet: Implementation is stuck: days without use 60; a sign above 60");
    expect(seen["61 days without use"]).toBe(
      "fires: Implementation is stuck: days without use 61; a sign above 60; since 2 May 2026",
    );
  });

  test("A8.4 a change is judged against the client's own habit, and by nobody's while there is none", () => {
    expect(seen.small).toBe(`quiet: ${usual(18, 20, "−10")}`);
    expect(seen.large).toBe(`fires: ${usual(130, 200, "−35")}${since}`);
    expect(seen.fresh).toBe("no_history");
  });

  test("A8.5 activity is a sign at 70 % of what is usual and not at 71 %, with window and habit said", () => {
    expect(seen.drops).toBe(`fires: ${usual(70, 100, "−30")}${since}`);
    expect(seen.nearly).toBe(`quiet: ${usual(71, 100, "−29")}`);
  });

  test("A8.7 nobody signed in for 14 days is a sign and a task, 13 days are neither", () => {
    expect(seen["no login for 13 days"]).toBe("quiet: No login: days since the last one 12.9; a sign from 14");
    expect(made.awake).toEqual([]);
    expect(seen["no login for 14 days"]).toBe(
      "fires: No login: days since the last one 14; a sign from 14; since 17 March 2026",
    );
    expect(made.asleep).toMatchObject([{ ownerId: owner, done: false }]);
  });

  test("A8.8 set-up past its last day is a sign that names the open step, and a task", () => {
    expect(seen["set-up on its last day"]).toMatch(/^quiet: Set-up unfinished/);
    expect(seen["set-up a day later"]).toBe(
      "fires: Set-up unfinished: days past the due day 1; a sign above 0; since 6 March 2026",
    );
    expect(seen.setupEvidence).toBe("Kickoff meeting");
    expect(made.setup).toMatchObject([{ ownerId: owner, done: false }]);
  });

  test("A8.16 a fall of use, or of deals created, is a task for the owner within minutes, and not again while it is open", () => {
    expect(made.before).toEqual([]);
    // Due at the end of the next working day, 18:00 in Kyiv.
    const check = { ownerId: owner, done: false, dueAt: Date.UTC(2026, 2, 17, 16) };
    expect(made.drops).toMatchObject([check]);
    expect(made.fewerDeals).toMatchObject([check]);
    expect(made.nearly).toEqual([]);
    expect(seen["two weeks later"]).toBe(`fires: ${usual(40, 100, "−60")}${since}`);
    expect(made.later).toEqual(made.drops);
  });

  test("A8.24 what arrives late, twice or out of order counts once, and a sign that it ends takes its open task along", () => {
    expect(seen.late).toBe(`fires: ${usual(60, 100, "−40")}${since}`);
    expect(made.lateBefore).toHaveLength(1);
    expect(seen["late, once all has come"]).toBe(seen.nearly);
    expect(made.lateAfter).toEqual([]);
  });
});
