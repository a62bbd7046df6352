import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Account, SchemaReport } from "../src/crm/port.ts";
import type { Portal } from "../src/portal.ts";
import { LookAround } from "../src/portal-about.ts";
import type { About } from "../src/portal-open.ts";
import { migrate } from "../src/store/db.ts";
import * as schema from "../src/store/schema.ts";
import { Store } from "../src/store/store.ts";

const HOUR = 3_600_000;
const ACCOUNT: Account = {
  zone: "Europe/Kyiv",
  currency: "EUR",
  language: "en",
  plan: null,
  test: false,
  country: "UA",
};
const WHOLE: SchemaReport = { ready: { company: ["zone", "score"] }, left: [], created: 0 };

let client: Database.Database;
let store: Store;
let account: Account;
let report: SchemaReport;
let asked: string[];
let now: number;
let look: () => Promise<boolean>;

beforeEach(() => {
  client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  store = new Store(db);
  [account, report, asked, now] = [ACCOUNT, WHOLE, [], HOUR];
  const crm = {
    account: async () => account,
    owners: async () => [],
    stages: async () => [],
    ensureSchema: async () => {
      asked.push("schema");
      return report;
    },
    bind: async () => {
      asked.push("bind");
    },
  };
  const portal = {
    store,
    publicUrl: "https://tenure.example",
    crm: () => crm,
    about: () => store.meta.get<About>("about"),
    mode: () => "live",
    settings: () => ({ language: null }),
  };
  const around = new LookAround(portal as unknown as Portal, () => now);
  look = () => around.look();
});

afterEach(() => {
  client.close();
});

test("the portal is looked at once an hour; the first time it hears where we live", async () => {
  expect(await look()).toBe(true);
  expect(asked).toEqual(["schema", "bind"]);
  now += HOUR - 1;
  expect(await look()).toBe(false);
  now += 1;
  expect(await look()).toBe(true);
  expect(asked).toEqual(["schema", "bind"]);
});

test("another time zone, country or language of the portal has everybody decided again, and nothing else does", async () => {
  for (const change of [{ zone: "Asia/Almaty" }, { country: "KZ" }, { language: "ru" }, { currency: "KZT" }] as const) {
    await look();
    store.clients.spreadDue(10);
    expect(store.clients.isSpreading()).toBe(false);
    account = { ...account, ...change };
    now += HOUR;
    await look();
    expect([Object.keys(change)[0], store.clients.isSpreading()]).toEqual([
      Object.keys(change)[0],
      !("currency" in change),
    ]);
    store.clients.spreadDue(10);
  }
});

test("a field that the CRM did not take is a finding until it is taken", async () => {
  report = { ...WHOLE, left: [{ on: "company", field: "risk", why: "no-room" }] };
  await look();
  expect(store.findings.open().map(({ key }) => key)).toEqual(["field-left:company:risk"]);
  report = WHOLE;
  store.meta.set("lookDue", "schema");
  now += HOUR;
  await look();
  expect(store.findings.open()).toEqual([]);
});

test("a portal that leaves sets nothing up again, also where somebody touched our fields: we did", async () => {
  await look();
  store.meta.set("leaving", { since: now });
  store.meta.set("lookDue", "schema");
  now += HOUR;
  expect(await look()).toBe(true);
  expect(asked).toEqual(["schema", "bind"]);
});
