/** A portal's database full of customers who are past their onboarding: what is left to decide of them is their health, from twenty signals. */
import Database from "better-sqlite3";
import { sql } from "drizzle-orm";
import type { SeenBefore } from "../../../src/core/client/seen.ts";
import type { Facts, RecordKind, RecordRef } from "../../../src/core/model.ts";
import { seededRandom } from "../../../src/core/seeded-random.ts";
import { type Settings, settingsSchema } from "../../../src/core/settings.ts";
import { type OpenFile, openClient } from "../../../src/runtimes/node/portal-files.ts";
import type { Store } from "../../../src/store/store.ts";

export const DAY_MS = 86_400_000;
/** 2026-03-01, a Sunday, 09:00 UTC: on the next day a week is over whose facts are all known */
export const START = Date.UTC(2026, 2, 1, 9);
const TODAY = Math.floor(START / DAY_MS);

/** Properties that stand for signals of the portal's own, beside the twelve of the default model that have a source here. */
const TOTALS = ["seats", "exports", "reports", "api_calls", "invites"] as const;
const MEASURES = ["effort", "load_time", "errors"] as const;

/** Product usage: three of the default model's signals. */
const USAGE = ["logins", "active_users", "core_uses"] as const;
/** Days back over which what happened is spread: a year and a bit, so that every client has a habit. */
const BACK_DAYS = 400;
/** Days on which a signal of usage, or a total, grew; logins come weekly, so that nobody's silence is a sign by itself. */
const SAMPLES = 13;
const LOGINS = 56;

export function scoreSettings(): Settings {
  return settingsSchema.parse({
    score: {
      mapped: [
        ...TOTALS.map((name) => ({ id: `x_${name}`, on: "company", property: name, as: "count" })),
        ...MEASURES.map((name) => ({ id: `x_${name}`, on: "ticket", property: name, as: "mean" })),
      ],
    },
  });
}

/** Rows of one client: 12 records, 82 counts of usage. */
export const RECORDS_PER_CLIENT = 12;

interface Row {
  kind: RecordKind;
  id: string;
  client: string;
  facts: Facts;
  links: readonly RecordRef[];
}

/** Fills the database at `path`. All clients are due at once. */
export function makeScoreStore(path: string, clients: number): { file: OpenFile; client: Database.Database } {
  const client = new Database(path);
  const file = openClient(client);
  client.pragma("synchronous = off");
  const record = client.prepare(
    "insert into record (kind, id, client, facts, links, read_at, modified_at) values (?, ?, ?, ?, ?, ?, ?)",
  );
  const usage = client.prepare("insert into usage (client, signal, day, n) values (?, ?, ?, ?)");
  const insert = client.prepare("insert into client (key, due_at) values (?, ?)");
  const state = client.prepare("insert into client_state (client, state) values (?, ?)");
  const random = seededRandom(11);
  client.transaction(() => {
    for (let n = 0; n < clients; n++) {
      const key = `company:${1_000_000 + n}`;
      for (const row of recordsOf(n, key, random)) {
        record.run(row.kind, row.id, row.client, JSON.stringify(row.facts), JSON.stringify(row.links), START, START);
      }
      for (const signal of USAGE) {
        for (const day of someDays(signal === "logins" ? LOGINS : SAMPLES, random)) usage.run(key, signal, day, 1);
      }
      insert.run(key, START);
      state.run(key, JSON.stringify({ health: { seen: totalsSeen(key, random) } }));
    }
  })();
  client.pragma("synchronous = full");
  return { file, client };
}

/** Everybody uses the product once in so many weeks, and then as much as in all of them: the rest of a pass scores those of whom nothing new is known. */
const USE_EVERY_WEEKS = 8;

/** What an eighth of them did in the week before `now`: a login for each of their weeks, and two other users and uses of the core. They are due by that. */
export function useForAWeek(store: Pick<Store, "db">, now: number): void {
  const day = Math.floor(now / DAY_MS) - 1;
  const turn = sql`(rowid + ${Math.floor(day / 7)}) % ${USE_EVERY_WEEKS} = 0`;
  store.db.run(sql`insert into usage (client, signal, day, n)
    select c.key, s.value, ${day} - c.id % 7, iif(s.value = 'logins', ${USE_EVERY_WEEKS}, 2)
    from (select key, rowid as id from client where ${turn}) c, json_each(${JSON.stringify(USAGE)}) s`);
  store.db.run(sql`update client set due_at = ${now} where ${turn}`);
}

/** These logged in once on the day before `now`. They are due by that. */
export function logIn(store: Pick<Store, "db" | "clients">, keys: readonly string[], now: number): void {
  const day = Math.floor(now / DAY_MS) - 1;
  store.db.run(
    sql`insert into usage (client, signal, day, n) select value, 'logins', ${day}, 1 from json_each(${JSON.stringify(keys)})`,
  );
  store.clients.bringForward(keys, now);
}

/** Ascending, one in each of as many equal stretches of the time back. */
function someDays(samples: number, random: () => number): number[] {
  const stretch = Math.floor(BACK_DAYS / samples);
  const first = TODAY - samples * stretch;
  return Array.from({ length: samples }, (_, at) => first + at * stretch + Math.floor(stretch * random()));
}

/** How the totals of a company grew since we first saw it: what a client's own properties were like before is known to nobody else. */
function totalsSeen(key: string, random: () => number): SeenBefore {
  const seen = (name: string, at: number): [string, SeenBefore[string]] => {
    const days = someDays(SAMPLES, random).map((day) => [day, 1, 0] as const);
    return [`x_${name}/${key}`, { value: total(at), fromDay: TODAY - BACK_DAYS, matchedDay: TODAY, week: 0, days }];
  };
  return Object.fromEntries(TOTALS.map(seen));
}

function total(at: number): number {
  return 100 * (at + 1);
}

function recordsOf(n: number, key: string, random: () => number): Row[] {
  const ref: RecordRef = { kind: "company", id: String(1_000_000 + n) };
  const links = [ref];
  const day = (back: number) => TODAY - Math.floor(back * random()) - 1;
  const at = (back: number) => day(back) * DAY_MS + 36_000_000;
  const row = (kind: RecordKind, place: number, facts: Facts): Row => ({
    kind,
    id: String(n * 100 + place),
    client: key,
    facts,
    links,
  });
  const totals = Object.fromEntries(TOTALS.map((name, at) => [`x.${name}`, total(at)]));
  const measures = Object.fromEntries(MEASURES.map((name) => [`x.${name}`, 1 + Math.floor(1000 * random())]));
  const due = day(BACK_DAYS - 100);
  return [
    {
      kind: "company",
      id: ref.id,
      client: key,
      facts: { ownerId: "o1", headcount: 40, lifecycle: "customer", createdAt: START - 500 * DAY_MS, ...totals },
      links: [],
    },
    row("deal", 1, {
      outcome: "won",
      stage: "closedwon",
      pipeline: "default",
      wonAt: START - (BACK_DAYS + (n % 300)) * DAY_MS,
      amount: 1000 + Math.floor(9000 * random()),
      ownerId: "o1",
      createdAt: START - 600 * DAY_MS,
    }),
    row("contact", 2, { ownerId: "o1", lifecycle: "customer", createdAt: START - 500 * DAY_MS, lastReplyAt: at(40) }),
    row("email", 3, { at: at(BACK_DAYS), direction: "out" }),
    row("email", 4, { at: at(BACK_DAYS), direction: "in" }),
    row("email", 5, { at: at(BACK_DAYS), direction: "in" }),
    row("call", 6, { at: at(BACK_DAYS), direction: "in", answered: true, durationMs: 300_000 }),
    row("meeting", 7, { startAt: at(BACK_DAYS), endAt: at(BACK_DAYS), outcome: "held", ownerId: "o1", moves: 0 }),
    row("meeting", 8, { startAt: at(BACK_DAYS), endAt: at(BACK_DAYS), outcome: "held", ownerId: "o1", moves: 1 }),
    row("ticket", 9, { status: "closed", openedAt: at(BACK_DAYS), sentiment: 0.2, ...measures }),
    row("invoice", 10, { status: "paid", issuedDay: due - 30, dueDay: due, paidDay: due + 2, amount: 500, balance: 0 }),
    row("invoice", 11, {
      status: "paid",
      issuedDay: due - 60,
      dueDay: due - 30,
      paidDay: due - 29,
      amount: 500,
      balance: 0,
    }),
  ];
}
