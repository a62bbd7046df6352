import { describe, expect, test } from "vitest";
import { makeCalendar } from "../../../src/core/calendar/calendar.ts";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { climb } from "../../../src/core/escalate/climb.ts";
import { escalationFields } from "../../../src/core/escalate/fields.ts";
import { type LadderConfig, ladderConfigSchema } from "../../../src/core/escalate/ladder.ts";
import type { People, Person } from "../../../src/core/escalate/people.ts";
import {
  type Climb,
  EMPTY_LADDER_STATE,
  type LadderClient,
  type LadderState,
  type LateReason,
} from "../../../src/core/escalate/types.ts";
import { fieldById } from "../../../src/core/fields.ts";

const USUAL = ladderConfigSchema.parse({});

// Almaty is UTC+5 all year; working hours are 09:00–18:00.
const ZONE = "Asia/Almaty";
const range = { fromDay: parseDay("2026-01-01"), toDay: parseDay("2026-12-31") };
const clock = makeCalendar({ zone: ZONE, countries: [], ...range });

/** "06-15 09:00" of 2026, Almaty time. Monday 15 June 2026 is the first day of most stories. */
function at(text: string): number {
  return Date.parse(`2026-${text.replace(" ", "T")}:00+05:00`);
}

function person(id: string, more: Partial<Person> = {}): Person {
  return { id, isActive: true, managerId: null, teamIds: [], zone: null, absences: [], ...more };
}

function people(...persons: Person[]): People {
  return {
    byId: Object.fromEntries(persons.map((one) => [one.id, one])),
    rules: [],
    managerOf: {},
    managerOfTeam: {},
    headIds: ["hana"],
    executiveIds: ["elena"],
    fallbackOwnerId: "admin",
  };
}

const TEAM = [
  person("aigul", { managerId: "marat" }),
  person("marat"),
  person("hana"),
  person("elena"),
  person("admin"),
];

const CLIENT: LadderClient = {
  key: "company:17",
  cycle: 1,
  ownerId: "aigul",
  class: "B",
  segment: null,
  region: null,
  isVip: false,
  isLetGo: false,
  pausedSince: null,
};

function late(kind: LateReason["kind"], due: string, more: Partial<LateReason> = {}): LateReason {
  return {
    kind,
    key: "kickoff",
    dueAt: at(due),
    ownerId: null,
    isMovedByPauses: false,
    text: { id: `late.${kind}` },
    ...more,
  };
}

interface Turn {
  now: string;
  client?: Partial<LadderClient>;
  reasons?: LateReason[];
  people?: People;
  config?: LadderConfig;
}

function turn(state: LadderState, { now, ...more }: Turn): Climb {
  return climb(state, {
    client: { ...CLIENT, ...more.client },
    reasons: more.reasons ?? [],
    people: more.people ?? people(...TEAM),
    clock,
    config: more.config ?? USUAL,
    now: at(now),
  });
}

/** Follows the wakes from one moment to another and lists what was told, as "day time rung -> owner". */
function follow(from: string, until: string, turnOf: Omit<Turn, "now">): string[] {
  let state = EMPTY_LADDER_STATE;
  const told: string[] = [];
  for (let now: number | null = at(from); now !== null && now <= at(until); ) {
    const local = new Date(now + 5 * 3_600_000).toISOString();
    const answer = turn(state, { ...turnOf, now: `${local.slice(5, 10)} ${local.slice(11, 16)}` });
    for (const event of answer.reached) {
      const when = new Date(event.at + 5 * 3_600_000).toISOString();
      told.push(`${when.slice(5, 10)} ${when.slice(11, 16)} ${event.rung} -> ${event.ownerId}`);
    }
    state = answer.state;
    now = answer.wakeAt;
  }
  return told;
}

describe("a late task", () => {
  test("A4.1: reminder a working day before, at due, then owner, manager, head", () => {
    const reasons = [late("task", "06-16 15:00")]; // Tuesday
    expect(follow("06-15 09:00", "07-30 09:00", { reasons })).toEqual([
      "06-15 15:00 soon -> aigul",
      "06-16 15:00 due -> aigul",
      "06-17 15:00 owner -> aigul",
      "06-19 15:00 manager -> marat",
      "06-23 15:00 head -> hana", // the weekend does not count
    ]);
  });

  test("A4.1: a rung fires once, and nothing fires after the task was closed", () => {
    const reasons = [late("task", "06-16 15:00")];
    const first = turn(EMPTY_LADDER_STATE, { now: "06-17 15:00", reasons });
    expect(first.reached.map(({ key }) => key)).toEqual(["company:17/1/task/kickoff/owner"]);
    const again = turn(first.state, { now: "06-17 15:00", reasons });
    expect(again).toEqual({ ...first, reached: [] });
    const closed = turn(again.state, { now: "06-19 14:59" });
    expect(closed.cancelled).toEqual(["company:17/1/task/kickoff/owner"]);
    expect(closed).toMatchObject({ held: [], escalation: null, wakeAt: null });
    const reopened = turn(closed.state, { now: "06-19 15:00", reasons });
    expect(reopened.reached.map(({ rung }) => rung)).toEqual(["manager"]);
  });

  test("A4.1: a due date that moves takes the escalation back; the rung is not told again when it falls due again", () => {
    const first = turn(EMPTY_LADDER_STATE, { now: "06-17 15:00", reasons: [late("task", "06-16 15:00")] });
    const moved = [late("task", "06-23 15:00")];
    const after = turn(first.state, { now: "06-18 09:00", reasons: moved });
    expect(after).toMatchObject({ reached: [], cancelled: ["company:17/1/task/kickoff/owner"], escalation: null });
    expect(turn(after.state, { now: "06-18 10:00", reasons: moved }).cancelled).toEqual([]);
    const lateAgain = turn(after.state, { now: "06-24 15:00", reasons: moved });
    expect(lateAgain.reached).toEqual([]);
    expect(lateAgain.escalation).toMatchObject({ level: 1, ownerId: "aigul" });
  });

  test("a reminder that nobody could have had in time is not sent", () => {
    const friday = "06-19 18:00";
    const tell = (now: string, openedAt: string) =>
      turn(EMPTY_LADDER_STATE, { now, reasons: [late("task", friday, { openedAt: at(openedAt) })] });
    // opened after the reminder's moment; noticed after the due moment, when the next working minute is Monday
    expect(tell("06-19 11:00", "06-19 10:00").reached).toEqual([]);
    expect(tell("06-19 19:00", "06-15 10:00").reached).toEqual([]);
    expect(tell("06-19 11:00", "06-15 10:00").reached.map(({ rung }) => rung)).toEqual(["soon"]);
  });

  test("A4.2: VIPs and A-clients climb faster, the smaller pace wins, reminders stay", () => {
    const reasons = [late("task", "06-16 15:00")];
    const vip = follow("06-15 09:00", "07-30 09:00", { reasons, client: { isVip: true, class: "A" } });
    // half of 9, 27 and 45 working hours
    expect(vip).toEqual([
      "06-15 15:00 soon -> aigul",
      "06-16 15:00 due -> aigul",
      "06-17 10:30 owner -> aigul",
      "06-18 10:30 manager -> marat",
      "06-19 10:30 head -> hana",
    ]);
    const classA = follow("06-15 09:00", "07-30 09:00", { reasons, client: { class: "A" } });
    expect(classA[2]).toBe("06-17 12:45 owner -> aigul"); // 6 h 45 min
  });

  test("lateness from before the go-live counts from the go-live", () => {
    const config = ladderConfigSchema.parse({ since: at("06-15 09:00") });
    const told = follow("06-15 09:00", "06-17 08:00", { config, reasons: [late("task", "02-02 12:00")] });
    expect(told).toEqual(["06-15 09:00 due -> aigul", "06-15 18:00 owner -> aigul"]);
  });

  test("what was slept through is told at once, also to the higher ranks, and never at night or on a Sunday", () => {
    const reasons = [late("task", "06-08 15:00")];
    const sunday = turn(EMPTY_LADDER_STATE, { now: "06-14 12:00", reasons });
    expect(sunday).toMatchObject({ reached: [], wakeAt: at("06-15 09:00") });
    const night = turn(EMPTY_LADDER_STATE, { now: "06-15 21:00", reasons });
    expect(night).toMatchObject({ reached: [], wakeAt: at("06-16 09:00") });
    const monday = turn(sunday.state, { now: "06-15 09:00", reasons });
    expect(monday.reached.map(({ rung, at: when }) => [rung, when])).toEqual([
      ["owner", at("06-09 15:00")],
      ["manager", at("06-11 15:00")],
    ]);
  });
});

describe("other ladders", () => {
  test("silence: day 5 nudge, day 10 manager, day 15 sponsor, day 21 pause or reset", () => {
    const told = follow("06-01 12:00", "07-30 09:00", { reasons: [late("silence", "06-01 12:00")] });
    expect(told).toEqual([
      "06-08 09:00 nudge -> aigul", // Saturday 6 June
      "06-11 12:00 manager -> marat",
      "06-16 12:00 sponsor -> elena",
      "06-22 12:00 pause -> marat",
    ]);
  });

  test("while contact is expected soon no further rung of a silence is reached; what was reached stays", () => {
    const silent = (expectedBy?: string) =>
      late("silence", "06-01 12:00", expectedBy === undefined ? {} : { expectedBy: at(expectedBy) });
    expect(follow("06-01 12:00", "07-30 09:00", { reasons: [silent("06-09 18:00")] }).slice(0, 2)).toEqual([
      "06-09 18:00 nudge -> aigul",
      "06-11 12:00 manager -> marat",
    ]);
    const nudged = turn(EMPTY_LADDER_STATE, { now: "06-08 09:00", reasons: [silent()] });
    const waits = turn(nudged.state, { now: "06-11 12:00", reasons: [silent("06-12 18:00")] });
    expect([waits.held.map(({ rung }) => rung), waits.reached, waits.cancelled]).toEqual([["nudge"], [], []]);
    expect(waits.wakeAt).toBe(at("06-12 18:00"));
    const overdue = turn(waits.state, { now: "06-12 18:00", reasons: [silent()] });
    expect(overdue.reached.map(({ rung, ownerId }) => [rung, ownerId])).toEqual([["manager", "marat"]]);
  });

  test("A1.4: seven days without contact make a task, fourteen reach the manager", () => {
    const told = follow("06-01 15:00", "07-30 09:00", { reasons: [late("no_contact", "06-01 15:00")] });
    expect(told).toEqual(["06-08 15:00 call -> aigul", "06-15 15:00 manager -> marat"]);
    const early = turn(EMPTY_LADDER_STATE, { now: "06-08 14:59", reasons: [late("no_contact", "06-01 15:00")] });
    expect(early.reached).toEqual([]);
  });

  test("A1.5: without an owner after seven days the settings' people hear of it, never nobody", () => {
    const reasons = [late("owner_missing", "06-01 15:00")];
    expect(follow("06-01 15:00", "07-30 09:00", { reasons, client: { ownerId: null } })).toEqual([
      "06-08 15:00 manager -> hana",
      "06-11 15:00 head -> hana",
    ]);
    const nobody = { ...people(person("admin")), headIds: [], executiveIds: [] };
    const told = follow("06-01 15:00", "06-08 15:00", { reasons, client: { ownerId: null }, people: nobody });
    expect(told).toEqual(["06-08 15:00 manager -> admin"]);
  });

  test("A3.11, A4.5: a late phase and a late plan escalate as such, each once", () => {
    expect(follow("06-15 08:00", "07-30 09:00", { reasons: [late("phase", "06-15 18:00")] })).toEqual([
      "06-16 09:00 owner -> aigul",
      "06-16 18:00 manager -> marat",
    ]);
    expect(follow("06-15 08:00", "07-30 09:00", { reasons: [late("plan", "06-15 18:00")] })).toEqual([
      "06-16 09:00 manager -> marat",
      "06-22 18:00 head -> hana",
    ]);
  });

  test("A4.3: a red zone has an escalation owner at once, with level, since, reason and what comes next", () => {
    const reasons = [late("zone", "06-15 11:00", { key: "red/20619", text: { id: "late.zone", params: { n: 3 } } })];
    const answer = turn(EMPTY_LADDER_STATE, { now: "06-15 11:00", reasons });
    expect(answer.escalation).toEqual({
      ownerId: "marat",
      level: 2,
      since: at("06-15 11:00"),
      key: "company:17/1/zone/red/20619/manager",
      text: { id: "late.zone", params: { n: 3 } },
      passed: [],
      nextAt: at("06-17 11:00"),
    });
    const later = turn(answer.state, { now: "06-17 11:00", reasons });
    expect(later.escalation).toMatchObject({ ownerId: "hana", level: 3, since: at("06-15 11:00"), nextAt: null });
  });

  test("A4.3: the escalation stands on the record in fields that exist, and leaves level 0 behind", () => {
    const answer = turn(EMPTY_LADDER_STATE, { now: "06-15 11:00", reasons: [late("zone", "06-15 11:00")] });
    const fields = escalationFields(answer.escalation, "en");
    expect(fields).toEqual({
      escalation_owner: "marat",
      escalation_level: 2,
      escalation_since: at("06-15 11:00"),
      escalation_reason: { id: "late.zone" },
      escalation_due: at("06-17 11:00"),
    });
    for (const id of Object.keys(fields)) expect(fieldById(id).on).toContain("deal");
    expect(escalationFields(null, "en")).toMatchObject({
      escalation_owner: null,
      escalation_level: 0,
      escalation_due: null,
    });
  });

  test("A4.3: who joins follows the agreed rule for segment, region or class", () => {
    const agreed: People = {
      ...people(...TEAM, person("olga")),
      rules: [
        { who: "manager", region: "west", ownerId: "hana" },
        { who: "manager", segment: "enterprise", class: "A", ownerId: "olga" },
      ],
    };
    const of = (client: Partial<LadderClient>) =>
      turn(EMPTY_LADDER_STATE, { now: "06-15 11:00", reasons: [late("zone", "06-15 11:00")], people: agreed, client })
        .escalation?.ownerId;
    expect(of({ segment: "enterprise", class: "A" })).toBe("olga");
    expect(of({ segment: "enterprise" })).toBe("marat");
    expect(of({ region: "west", segment: "enterprise", class: "A" })).toBe("hana");
    // A region is a text that a person typed.
    expect(of({ region: "West " })).toBe("hana");
  });

  test("of several reasons the highest level is shown, then the one that stood first", () => {
    const reasons = [
      late("phase", "06-15 10:00", { key: "setup" }),
      late("zone", "06-15 14:00"),
      late("plan", "06-15 12:00"),
    ];
    const answer = turn(EMPTY_LADDER_STATE, { now: "06-15 14:00", reasons });
    expect(answer.escalation).toMatchObject({ level: 2, key: "company:17/1/plan/kickoff/manager" });
    expect(answer.held).toHaveLength(3);
    const planFixed = turn(answer.state, { now: "06-15 15:00", reasons: reasons.slice(0, 2) });
    expect(planFixed.escalation).toMatchObject({ level: 2, key: "company:17/1/zone/kickoff/manager" });
  });

  test("A8.21: after «let go» reminders of contractual tasks go on and escalations end", () => {
    const reasons = [late("zone", "06-15 11:00"), late("task", "06-16 15:00")];
    const red = turn(EMPTY_LADDER_STATE, { now: "06-15 11:00", reasons });
    const letGo = { client: { isLetGo: true }, reasons };
    const after = turn(red.state, { now: "06-15 15:00", ...letGo });
    expect(after).toMatchObject({ cancelled: ["company:17/1/zone/kickoff/manager"], escalation: null });
    expect(after.reached.map(({ rung }) => rung)).toEqual(["soon"]);
    const weekLater = turn(after.state, { now: "06-25 15:00", ...letGo });
    expect(weekLater).toMatchObject({ reached: [], escalation: null });
    expect(weekLater.held.map(({ rung }) => rung)).toEqual(["soon"]);
  });

  test("a second onboarding has ladders of its own", () => {
    const reasons = [late("zone", "06-15 11:00")];
    const first = turn(EMPTY_LADDER_STATE, { now: "06-15 11:00", reasons });
    const second = turn(first.state, { now: "06-15 11:00", reasons, client: { cycle: 2 } });
    expect(second.reached.map(({ key }) => key)).toEqual(["company:17/2/zone/kickoff/manager"]);
    expect(second.cancelled).toEqual(["company:17/1/zone/kickoff/manager"]);
  });
});

describe("a paused client", () => {
  const reasons = [late("task", "06-16 15:00")];

  test("nothing is told while it is paused, and the paused time does not count", () => {
    const due = turn(EMPTY_LADDER_STATE, { now: "06-16 15:00", reasons });
    const paused = turn(due.state, { now: "06-17 12:00", reasons, client: { pausedSince: at("06-17 12:00") } });
    expect(paused).toMatchObject({ reached: [], cancelled: [], wakeAt: null });
    const still = turn(paused.state, { now: "06-24 12:00", reasons, client: { pausedSince: at("06-17 12:00") } });
    expect(still.reached).toEqual([]);
    const resumed = turn(still.state, { now: "06-25 09:00", reasons });
    // six of nine hours had passed: three are left
    expect(resumed).toMatchObject({ reached: [], wakeAt: at("06-25 12:00") });
  });

  test("an escalation that stood stays frozen: same owner, same level, nothing next", () => {
    const stood = turn(EMPTY_LADDER_STATE, { now: "06-17 15:00", reasons });
    const paused = turn(stood.state, { now: "06-18 12:00", reasons, client: { pausedSince: at("06-18 12:00") } });
    expect(paused.escalation).toEqual({ ...stood.escalation, nextAt: null });
  });

  test("where the due date itself moves with the pause, the pause is not taken off twice", () => {
    const moved = (due: string) => [late("task", due, { isMovedByPauses: true })];
    const pausedSince = at("06-17 12:00");
    const paused = turn(EMPTY_LADDER_STATE, {
      now: "06-17 12:00",
      reasons: moved("06-16 15:00"),
      client: { pausedSince },
    });
    const resumed = turn(paused.state, { now: "06-24 12:00", reasons: moved("06-23 15:00") });
    expect(resumed.escalation).toBeNull();
    expect(resumed.wakeAt).toBe(at("06-24 15:00"));
  });

  test("state survives being written as JSON", () => {
    const paused = turn(EMPTY_LADDER_STATE, {
      now: "06-17 15:00",
      reasons,
      client: { pausedSince: at("06-17 12:00") },
    });
    expect(JSON.parse(JSON.stringify(paused.state))).toEqual(paused.state);
  });
});

describe("people who are away, gone, or new", () => {
  const reasons = [late("zone", "06-15 11:00")];
  const red = turn(EMPTY_LADDER_STATE, { now: "06-15 11:00", reasons });

  test("A1.2: a deactivated holder is replaced by the next one, with the reason, once", () => {
    const without = people(...TEAM.map((one) => (one.id === "marat" ? { ...one, isActive: false } : one)));
    const answer = turn(red.state, { now: "06-16 10:00", reasons, people: without });
    expect(answer.reached).toEqual([]);
    expect(answer.escalation).toMatchObject({ ownerId: "hana", level: 2, since: at("06-15 11:00") });
    expect(answer.handovers).toEqual([
      {
        key: "company:17/1/zone/kickoff/manager/to/hana",
        rungKey: "company:17/1/zone/kickoff/manager",
        fromOwnerId: "marat",
        ownerId: "hana",
        level: 2,
        at: at("06-16 10:00"),
        text: { id: "late.zone" },
        passed: [{ ownerId: "marat", via: "structure", why: "inactive" }],
      },
    ]);
    expect(turn(answer.state, { now: "06-16 11:00", reasons, people: without }).handovers).toEqual([]);
  });

  test("a holder who goes on leave is replaced in the first working minute of it; the one who has it then keeps it", () => {
    const day = parseDay("2026-06-16");
    const leave = TEAM.map((one) => (one.id === "marat" ? { ...one, absences: [{ from: day, to: day + 1 }] } : one));
    const before = turn(EMPTY_LADDER_STATE, { now: "06-15 11:00", reasons, people: people(...leave) });
    expect(before.escalation?.ownerId).toBe("marat");
    expect(before.wakeAt).toBe(at("06-16 00:00"));
    const midnight = turn(before.state, { now: "06-16 00:00", reasons, people: people(...leave) });
    expect(midnight).toMatchObject({ handovers: [], wakeAt: at("06-16 09:00") });
    const morning = turn(midnight.state, { now: "06-16 09:00", reasons, people: people(...leave) });
    expect(morning.escalation?.ownerId).toBe("hana");
    const back = turn(morning.state, { now: "06-18 10:00", reasons: [...reasons], people: people(...leave) });
    expect(back.held[0]?.ownerId).toBe("hana");
  });

  test("another owner brings another manager", () => {
    const two = people(...TEAM, person("ivan", { managerId: "olga" }), person("olga"));
    const answer = turn(red.state, { now: "06-16 10:00", reasons, people: two, client: { ownerId: "ivan" } });
    expect(answer.escalation).toMatchObject({ ownerId: "olga", level: 2 });
    expect(answer.handovers[0]).toMatchObject({ fromOwnerId: "marat", ownerId: "olga", passed: [] });
  });

  test("quiet hours are those of the receiver", () => {
    const lisbon = people(...TEAM.map((one) => (one.id === "marat" ? { ...one, zone: "Europe/Lisbon" } : one)));
    const answer = turn(EMPTY_LADDER_STATE, { now: "06-15 11:00", reasons, people: lisbon });
    // 11:00 in Almaty is 07:00 in Lisbon; the quiet hours end at 08:00
    expect(answer).toMatchObject({ reached: [], wakeAt: at("06-15 12:00") });
    expect(turn(answer.state, { now: "06-15 12:00", reasons, people: lisbon }).escalation?.since).toBe(
      at("06-15 12:00"),
    );
  });
});
