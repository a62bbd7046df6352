/** Ladders as data: who hears of a late thing, when, and how. This schema is the only definition. */
import { z } from "zod";
import { ours } from "../problem.ts";

/** What can be late. Each kind has a ladder of its own. */
export const LADDER_KINDS = ["task", "phase", "plan", "silence", "zone", "no_contact", "owner_missing"] as const;
export type LadderKind = (typeof LADDER_KINDS)[number];

/** Whom a rung addresses, from near to far; the place in this list plus one is the escalation level. */
export const WHO = ["owner", "manager", "head", "executive"] as const;
export type Who = (typeof WHO)[number];

/** remind: a nudge, no escalation · notify: a message · task: a CRM task, open while the reason lasts · pause_offer: the choice to pause or re-date the plan */
export const RUNG_ACTIONS = ["remind", "notify", "task", "pause_offer"] as const;
export type RungAction = (typeof RUNG_ACTIONS)[number];

const rung = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "key_form"),
  /** `workMinutes`: working time after the due instant, negative = before it · `days`: stretches of 24 hours after it, then the next working minute */
  after: z.union([
    z.strictObject({ workMinutes: z.int().min(-28_800).max(288_000) }),
    z.strictObject({ days: z.int().min(0).max(730) }),
  ]),
  who: z.enum(WHO),
  action: z.enum(RUNG_ACTIONS),
});
export type Rung = z.output<typeof rung>;
export type After = Rung["after"];

const ladder = z
  .array(rung)
  .max(12)
  .refine((rungs) => new Set(rungs.map(({ id }) => id)).size === rungs.length, ours("same_id"));

/** One working day of the default calendar (09:00–18:00), in minutes. */
const WORKDAY = 540;

function work(id: string, workMinutes: number, who: Who, action: RungAction): Rung {
  return { id, after: { workMinutes }, who, action };
}

function days(id: string, count: number, who: Who, action: RungAction): Rung {
  return { id, after: { days: count }, who, action };
}

/** Our defaults; the silent-client ladder (5, 10, 15, 21 days) and the 7 and 14 days of first contact come from the sources, the rest is ours. */
const DEFAULT_LADDERS: Record<LadderKind, Rung[]> = {
  task: [
    work("soon", -WORKDAY, "owner", "remind"),
    work("due", 0, "owner", "remind"),
    work("owner", WORKDAY, "owner", "notify"),
    work("manager", 3 * WORKDAY, "manager", "notify"),
    work("head", 5 * WORKDAY, "head", "notify"),
  ],
  phase: [work("owner", 0, "owner", "notify"), work("manager", WORKDAY, "manager", "notify")],
  plan: [work("manager", 0, "manager", "task"), work("head", 5 * WORKDAY, "head", "notify")],
  silence: [
    days("nudge", 5, "owner", "task"),
    days("manager", 10, "manager", "notify"),
    days("sponsor", 15, "executive", "notify"),
    days("pause", 21, "manager", "pause_offer"),
  ],
  zone: [work("manager", 0, "manager", "notify"), work("head", 2 * WORKDAY, "head", "notify")],
  no_contact: [days("call", 7, "owner", "task"), days("manager", 14, "manager", "notify")],
  owner_missing: [days("manager", 7, "manager", "task"), days("head", 10, "head", "notify")],
};

const percent = z.int().min(10).max(100);

export const ladderConfigSchema = z.strictObject({
  /** an empty list switches a ladder off */
  ladders: z
    .strictObject({
      task: ladder.default(DEFAULT_LADDERS.task),
      phase: ladder.default(DEFAULT_LADDERS.phase),
      plan: ladder.default(DEFAULT_LADDERS.plan),
      silence: ladder.default(DEFAULT_LADDERS.silence),
      zone: ladder.default(DEFAULT_LADDERS.zone),
      no_contact: ladder.default(DEFAULT_LADDERS.no_contact),
      owner_missing: ladder.default(DEFAULT_LADDERS.owner_missing),
    })
    .default(DEFAULT_LADDERS),
  /** per cent of the time after the due instant; the smallest that applies to the client wins. Time before it stays */
  pace: z
    .strictObject({
      vip: percent.default(50),
      A: percent.default(75),
      B: percent.default(100),
      C: percent.default(100),
    })
    .default({ vip: 50, A: 75, B: 100, C: 100 }),
  /** minutes of the receiver's day in which nobody is bothered; equal ends: none */
  quietHours: z
    .strictObject({ fromMinute: z.int().min(0).max(1439), toMinute: z.int().min(0).max(1439) })
    .default({ fromMinute: 1200, toMinute: 480 }),
  /** lateness from before this instant (epoch ms; when Tenure went live) counts from this instant; null: no such limit */
  since: z.int().nullable().default(null),
});

export type LadderConfig = z.output<typeof ladderConfigSchema>;

/** The first reminder before something is due, in working days before it; null: the ladder has none. */
export function reminderDaysOf(rungs: readonly Rung[]): number | null {
  for (const { after, action } of rungs)
    if (action === "remind" && "workMinutes" in after && after.workMinutes < 0)
      return Math.ceil(-after.workMinutes / WORKDAY);
  return null;
}

/** 0 for a reminder, else 1 owner, 2 manager, 3 head, 4 executive. */
export function levelOf(rungOfLadder: Pick<Rung, "who" | "action">): number {
  return rungOfLadder.action === "remind" ? 0 : WHO.indexOf(rungOfLadder.who) + 1;
}

/** Per cent of the ladder's time that applies to a client: VIPs and A-clients climb faster (A4.2). */
export function paceOf(client: { isVip: boolean; class: "A" | "B" | "C" | null }, pace: LadderConfig["pace"]): number {
  const ofClass = client.class === null ? 100 : pace[client.class];
  return client.isVip ? Math.min(pace.vip, ofClass) : ofClass;
}
