import { describe, expect, test } from "vitest";
import { makeCalendar } from "../../../src/core/calendar/calendar.ts";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { climb } from "../../../src/core/escalate/climb.ts";
import { LADDER_KINDS, type LadderKind, ladderConfigSchema } from "../../../src/core/escalate/ladder.ts";
import { hindrance, type People, type Person } from "../../../src/core/escalate/people.ts";
import { EMPTY_LADDER_STATE, type LadderClient, type LateReason } from "../../../src/core/escalate/types.ts";
import { MINUTE_MS, minutesOf, type SlowReason, slowClimb, slowReceiver } from "./slow-reference.ts";

const USUAL = ladderConfigSchema.parse({});

const ZONE = "Europe/Kyiv";
const DAY = 1440;
const START_MS = Date.UTC(2026, 0, 4, 22, 0); // Monday 5 January 2026, 00:00 in Kyiv
const SPAN = 182 * DAY;
const CLIENTS = 2000;
const HOLIDAYS = ["2026-01-07", "2026-03-09", "2026-04-13", "2026-05-01", "2026-05-04", "2026-06-01"].map(parseDay);
const FIRST_DAY = parseDay("2026-01-05");

const clock = makeCalendar({
  zone: ZONE,
  countries: [],
  extraHolidays: HOLIDAYS,
  fromDay: FIRST_DAY - 60,
  toDay: FIRST_DAY + 300,
});
const minutes = minutesOf(ZONE, START_MS, SPAN, new Set(HOLIDAYS));

/** mulberry32 */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** 40 owners, 6 managers, a head, an executive, an admin; everybody is away now and then, five leave for good. */
function makePeople(random: (below: number) => number): { at: (minute: number) => People; leaves: number[] } {
  const leavesAt = new Map<string, number>();
  const persons: Person[] = [];
  const add = (id: string, managerId: string | null, leaves: number | null) => {
    const absences = Array.from({ length: 1 + random(3) }, () => {
      const from = FIRST_DAY + random(182);
      return { from, to: from + random(14) };
    });
    persons.push({ id, isActive: true, managerId, teamIds: [], zone: null, absences });
    if (leaves !== null) leavesAt.set(id, leaves);
  };
  add("head", "boss", null);
  add("boss", null, null);
  add("admin", null, null);
  for (let n = 0; n < 6; n++) add(`manager${n}`, "head", n === 0 ? random(SPAN) : null);
  for (let n = 0; n < 40; n++) add(`owner${n}`, `manager${n % 6}`, n < 4 ? random(SPAN) : null);
  const at = (minute: number): People => ({
    byId: Object.fromEntries(
      persons.map((person) => [person.id, { ...person, isActive: minute < (leavesAt.get(person.id) ?? SPAN + 1) }]),
    ),
    rules: [],
    managerOf: {},
    managerOfTeam: {},
    headIds: ["head"],
    executiveIds: ["boss"],
    fallbackOwnerId: "admin",
  });
  return { at, leaves: [...leavesAt.values()].sort((a, b) => a - b) };
}

interface Story {
  key: string;
  pace: number;
  class: "A" | "B" | "C";
  isVip: boolean;
  owners: { from: number; ownerId: string }[];
  pauses: { from: number; to: number }[];
  reasons: (SlowReason & { kind: LadderKind; key: string; dueMs: number })[];
}

function makeStory(n: number, random: (below: number) => number): Story {
  // Half of all stories move on the hour, so that pauses and deadlines meet.
  const step = random(2) === 0 ? 60 : 1;
  const onHour = (minute: number) => Math.floor(minute / step) * step;
  const isVip = random(10) === 0;
  const clientClass = (["A", "B", "C"] as const)[random(3)]!;
  const pace = isVip ? 50 : clientClass === "A" ? 75 : 100;
  const owners = [{ from: 0, ownerId: `owner${random(40)}` }];
  if (random(3) === 0) owners.push({ from: random(SPAN), ownerId: `owner${random(40)}` });
  const pauses: Story["pauses"] = [];
  for (let from = onHour(random(40 * DAY)); from < SPAN && random(4) > 0; ) {
    const to = onHour(from + 61 + random(6 * DAY));
    pauses.push({ from, to });
    from = onHour(to + 61 + random(40 * DAY));
  }
  const reasons = Array.from({ length: 1 + random(2) }, (_, index) => {
    const kind = LADDER_KINDS[random(LADDER_KINDS.length)]!;
    const dueAt = onHour(10 * DAY + random(SPAN - 10 * DAY));
    const openedAt = Math.max(0, dueAt - random(9 * DAY));
    // Half of the lateness is known from the start, a tenth only days after it began.
    const knownAt = random(10) === 0 ? onHour(openedAt + random(12 * DAY)) : openedAt;
    const closedAt = knownAt + 1 + random(35 * DAY);
    // An instant inside a minute counts as the next whole minute.
    const dueMs = START_MS + dueAt * MINUTE_MS - (random(2) === 0 ? 0 : random(60_000));
    return { kind, key: `${kind}_${index}`, dueAt, openedAt, knownAt, closedAt, pauses, pace, dueMs };
  });
  return { key: `company:${n}`, pace, class: clientClass, isVip, owners, pauses, reasons };
}

type People4 = ReturnType<typeof makePeople>;

function ownerAt(story: Story, minute: number): string {
  return story.owners.filter(({ from }) => from <= minute).at(-1)!.ownerId;
}

function clientAt(story: Story, minute: number): LadderClient {
  const pause = story.pauses.find(({ from, to }) => from <= minute && minute < to);
  return {
    key: story.key,
    cycle: 1,
    ownerId: ownerAt(story, minute),
    class: story.class,
    segment: null,
    region: null,
    isVip: story.isVip,
    isLetGo: false,
    pausedSince: pause ? START_MS + pause.from * MINUTE_MS : null,
  };
}

function reasonsAt(story: Story, minute: number): LateReason[] {
  return story.reasons
    .filter(({ knownAt, closedAt }) => knownAt <= minute && minute < closedAt)
    .map(({ kind, key, dueMs, openedAt }) => ({
      kind,
      key,
      dueAt: dueMs,
      openedAt: START_MS + openedAt * MINUTE_MS,
      ownerId: null,
      isMovedByPauses: false,
      text: { id: `late.${kind}` },
    }));
}

/** Outside working time nobody is handed anything, and the admin has it where nobody else is there. */
function isPresent(ownerId: string | null | undefined, people: People4, minute: number): boolean {
  if (ownerId === null || ownerId === undefined || ownerId === "admin" || !minutes.isWorking[minute]) return true;
  return hindrance(ownerId, people.at(minute), START_MS + minute * MINUTE_MS, ZONE) === null;
}

/** Runs one client: woken when a fact changes, when it asked to be, and now and then for no reason. */
function live(story: Story, people: People4, random: (below: number) => number) {
  const facts = [
    0,
    ...story.reasons.flatMap(({ knownAt, closedAt }) => [knownAt, closedAt]),
    ...story.pauses.flatMap(({ from, to }) => [from, to]),
    ...story.owners.map(({ from }) => from),
    ...people.leaves,
    ...Array.from({ length: 4 }, () => random(SPAN)),
  ].filter((minute) => minute < SPAN);
  const queue = [...new Set(facts)].sort((a, b) => a - b);
  let state = EMPTY_LADDER_STATE;
  let wakeAt: number | null = null;
  const told: { key: string; minute: number; at: number; ownerId: string }[] = [];
  const cancelled: string[] = [];
  const levels: { minute: number; level: number; isThere: boolean }[] = [];
  let holderId: string | null = null;
  for (;;) {
    const wake = wakeAt === null ? SPAN : (wakeAt - START_MS) / MINUTE_MS;
    const minute = Math.min(queue[0] ?? SPAN, wake);
    if (minute >= SPAN) break;
    while (queue[0] !== undefined && queue[0] <= minute) queue.shift();
    const now = START_MS + minute * MINUTE_MS;
    const input = {
      client: clientAt(story, minute),
      reasons: reasonsAt(story, minute),
      people: people.at(minute),
      clock,
      config: USUAL,
      now,
    };
    const answer = climb(state, input);
    if (random(20) === 0) {
      const again = climb(JSON.parse(JSON.stringify(answer.state)), input);
      expect(again).toEqual({ ...answer, reached: [], handovers: [], cancelled: [] });
      expect(climb(state, input)).toEqual(answer);
    }
    expect(answer.wakeAt === null || answer.wakeAt > now).toBe(true);
    told.push(...answer.reached.map(({ key, at, ownerId }) => ({ key, at, ownerId, minute })));
    cancelled.push(...answer.cancelled);
    // Whoever had it until now was there to the end, and whoever has it now is there.
    const isThere = isPresent(holderId, people, minute - 1) && isPresent(answer.escalation?.ownerId, people, minute);
    holderId = clientAt(story, minute).pausedSince === null ? (answer.escalation?.ownerId ?? null) : null;
    levels.push({ minute, level: answer.escalation?.level ?? 0, isThere });
    ({ state, wakeAt } = answer);
  }
  return { told, cancelled, levels };
}

const LEVEL = { owner: 1, manager: 2, head: 3, executive: 4 };

/** What the slow reference expects of one client. */
function expected(story: Story, people: People4) {
  const told: { key: string; minute: number; ownerId: string; level: number; closedAt: number }[] = [];
  for (const reason of story.reasons) {
    const ladder = USUAL.ladders[reason.kind];
    slowClimb(ladder, reason, minutes).forEach((minute, place) => {
      if (minute === null) return;
      const rung = ladder[place]!;
      const who = { ownerId: ownerAt(story, minute), class: null, segment: null, region: null };
      const ownerId = slowReceiver(rung.who, who, people.at(minute), minutes.day[minute]!);
      const level = rung.action === "remind" ? 0 : LEVEL[rung.who];
      const key = `${story.key}/1/${reason.kind}/${reason.key}/${rung.id}`;
      told.push({ key, minute, ownerId, level, closedAt: reason.closedAt });
    });
  }
  return told;
}

const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);

describe("half a year of 2,000 clients, against counting minutes one by one", () => {
  const random = chance(20_260_105);
  const people = makePeople(random);
  const stories = Array.from({ length: CLIENTS }, (_, n) => makeStory(n, random));
  const runs = stories.map((story) => ({ story, lived: live(story, people, random), wanted: expected(story, people) }));

  test("A4.1, A4.2: every rung is told once, in the right minute, to the right person, and none after closing", () => {
    for (const { lived, wanted } of runs) {
      const told = lived.told.map(({ key, minute, ownerId }) => ({ key, minute, ownerId })).sort(byKey);
      expect(told).toEqual(wanted.map(({ key, minute, ownerId }) => ({ key, minute, ownerId })).sort(byKey));
    }
    const all = runs.flatMap(({ lived }) => lived.told);
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(CLIENTS);
  });

  test("A4.1: what stood when a thing was closed is taken back once, and nothing else is", () => {
    for (const { lived, wanted } of runs) {
      const closed = wanted.filter(({ closedAt }) => closedAt < SPAN).map(({ key }) => key);
      expect([...lived.cancelled].sort()).toEqual(closed.sort());
    }
  });

  test("A4.3: the level is that of the highest rung that stands, and in working time its owner is there", () => {
    for (const { lived, wanted } of runs) {
      for (const { minute, level, isThere } of lived.levels) {
        const standing = wanted.filter((one) => one.minute <= minute && minute < one.closedAt);
        expect(level).toBe(Math.max(0, ...standing.map((one) => one.level)));
        expect(isThere).toBe(true);
      }
    }
  });

  test("the moment that is reported is the moment it happened, except where the lateness was noticed late", () => {
    for (const { story, lived } of runs) {
      if (story.reasons.some(({ knownAt, openedAt }) => knownAt > openedAt)) continue;
      for (const { at, minute } of lived.told) expect(at).toBe(START_MS + minute * MINUTE_MS);
    }
  });
});
