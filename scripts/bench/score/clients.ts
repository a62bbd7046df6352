/** A portal's database full of customers who are past their onboarding: what is left to decide of them is their health, from twenty signals. */
import Database from "better-sqlite3";
import type { Facts, RecordKind, RecordRef } from "../../../src/core/model.ts";
import { type Settings, settingsSchema } from "../../../src/core/settings.ts";
import { type OpenFile, openClient } from "../../../src/runtimes/node/portal-files.ts";
import { seededRandom } from "../../../src/sandbox/random.ts";

export const DAY_MS = 86_400_000;
/** 2026-03-02, a Monday, 09:00 UTC */
export const START = Date.UTC(2026, 2, 2, 9);
const TODAY = Math.floor(START / DAY_MS);

/** Properties of the company that stand for signals of the portal's own, beside the twelve of the default model that have a source here. */
const OWN_SIGNALS = [
  "seats",
  "exports",
  "reports",
  "api_calls",
  "invites",
  "nps_trend",
  "load_time",
  "errors",
] as const;

/** Product usage: three of the default model's signals. */
const USAGE = ["logins", "active_users", "core_uses"] as const;
const USAGE_WEEKS = 13;

export function scoreSettings(): Settings {
  return settingsSchema.parse({
    score: {
      mapped: OWN_SIGNALS.map((name, at) => ({
        id: `x_${name}`,
        on: "company",
        property: name,
        as: at < 5 ? "count" : "mean",
      })),
    },
  });
}

/** Rows of one client: 12 records, 39 counts of usage. */
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
  const insert = client.prepare("insert into client (key, state, due_at) values (?, 'null', ?)");
  const random = seededRandom(11);
  client.transaction(() => {
    for (let n = 0; n < clients; n++) {
      const key = `company:${1_000_000 + n}`;
      for (const row of recordsOf(n, key, random)) {
        record.run(row.kind, row.id, row.client, JSON.stringify(row.facts), JSON.stringify(row.links), START, START);
      }
      for (const signal of USAGE) {
        for (let week = 1; week <= USAGE_WEEKS; week++)
          usage.run(key, signal, TODAY - 7 * week + (n % 7), 1 + Math.floor(9 * random()));
      }
      insert.run(key, START);
    }
  })();
  client.pragma("synchronous = full");
  return { file, client };
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
  const own = Object.fromEntries(OWN_SIGNALS.map((name) => [`x.${name}`, Math.floor(1000 * random())]));
  const due = day(60);
  return [
    {
      kind: "company",
      id: ref.id,
      client: key,
      facts: { ownerId: "o1", headcount: 40, lifecycle: "customer", createdAt: START - 500 * DAY_MS, ...own },
      links: [],
    },
    row("deal", 1, {
      outcome: "won",
      stage: "closedwon",
      pipeline: "default",
      wonAt: START - (200 + (n % 300)) * DAY_MS,
      amount: 1000 + Math.floor(9000 * random()),
      ownerId: "o1",
      createdAt: START - 600 * DAY_MS,
    }),
    row("contact", 2, { ownerId: "o1", lifecycle: "customer", createdAt: START - 500 * DAY_MS, lastReplyAt: at(40) }),
    row("email", 3, { at: at(80), direction: "out" }),
    row("email", 4, { at: at(80), direction: "in" }),
    row("email", 5, { at: at(80), direction: "in" }),
    row("call", 6, { at: at(80), direction: "in", answered: true, durationMs: 300_000 }),
    row("meeting", 7, { startAt: at(80), endAt: at(80), outcome: "held", ownerId: "o1", moves: 0 }),
    row("meeting", 8, { startAt: at(80), endAt: at(80), outcome: "held", ownerId: "o1", moves: 1 }),
    row("ticket", 9, { status: "closed", openedAt: at(80), sentiment: 0.2 }),
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
