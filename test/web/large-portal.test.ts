import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { byStake } from "../../src/views/board-query.ts";
import type { ClientCard } from "../../src/views/client-card.ts";
import { type LargePortal, largePortal } from "../support/large-portal.ts";
import { openIn } from "./visit.ts";

/** How long pages of 100,000 take is measured by `npm run bench -- --only card`. */
const CLIENTS = 20_000;
let portal: LargePortal;

beforeAll(async () => {
  portal = await largePortal(CLIENTS);
}, 240_000);
afterAll(() => portal.world.close());

describe(`with ${CLIENTS} clients in the portal`, () => {
  test("a card has records and tasks of its own", async () => {
    const { card } = (await portal.ask("card", portal.admin, portal.opened[7], "en")) as { card: ClientCard };
    expect(card.plan!.steps.filter((step) => step.url !== null).length).toBeGreaterThan(5);
    expect(card.score.score).not.toBeNull();
  });

  test("the board shows its worst fifty, and the last page", async () => {
    const health = { zone: null, ownerId: null, phase: null, only: null, order: "health", capacity: 6, page: 0 };
    const view = (await portal.ask("board", portal.admin, health, "en")) as {
      total: number;
      pages: number;
      rows: { score: number }[];
    };
    expect(view).toMatchObject({ total: CLIENTS + 1, pages: 401 });
    expect(view.rows).toHaveLength(50);
    expect(view.rows.every((row) => row.score === 0)).toBe(true);
    const last = (await portal.ask("board", portal.admin, { ...health, page: 400 }, "en")) as { rows: unknown[] };
    expect(last.rows).toHaveLength(1);
  });

  test("the triage takes those that save most", async () => {
    const asked = { zone: null, ownerId: null, phase: null, only: null, order: "triage", capacity: 6, page: 0 };
    const view = (await portal.ask("board", portal.admin, asked, "en")) as {
      rows: { zone: string; stake: { saves: number; isTaken: boolean } }[];
      saves: { taken: number; all: number };
    };
    const saves = view.rows.map((row) => row.stake.saves);
    expect(saves).toEqual([...saves].sort((a, b) => b - a));
    expect(view.rows.filter((row) => row.stake.isTaken)).toHaveLength(6);
    expect(view.saves.taken).toBeCloseTo(
      saves.slice(0, 6).reduce((a, b) => a + b),
      6,
    );
  });

  test("A8.20 where a risk is learned, a client of fair health and high risk is weighed too", () => {
    const { store } = portal.world.host.portal(portal.world.id);
    const real = store.clients.get(`company:${portal.scene.company}`)!;
    const state = { ...(real.state as object), health: { shown: { risk: 50 } } };
    const risky = { ...real, key: "company:risky", state, zone: "yellow", score: 84, value: 9000, dueAt: null };
    store.clients.put([risky]);
    const all = { owners: null, zone: null, ownerId: null, phase: null, only: null, since: 0 };
    const best = (isLearned: boolean) => byStake(store, all, 4500, isLearned, 300).map((one) => one.key);
    expect(best(false)).not.toContain("company:risky");
    expect(best(true)[0]).toBe("company:risky");
    store.db.run(sql`delete from client where key = 'company:risky'`);
  });

  test("key figures are gathered in slices; the page tells how far and how long, and survives a reload", async () => {
    const { browser, response } = await openIn(portal.world, portal.scene.admin.userId, "kpi");
    const first = await response.text();
    expect(first).toContain('<meta http-equiv="refresh" content="1">');
    expect(first).toContain("5,000 of 20,001");
    let last = "";
    for (let loads = 0; loads < 25; loads++) {
      last = await (await browser.get(browser.url)).text();
      if (!last.includes("http-equiv")) break;
    }
    expect(last).toContain("20,001 clients");
  }, 60_000);

  test("what adopting would make is counted in slices, with their progress, and then told", async () => {
    const { browser } = await openIn(portal.world, portal.scene.admin.userId, "status");
    const page = `${browser.url}/adoption?since=2026-01-01`;
    const first = await (await browser.get(page)).text();
    expect(first).toContain('<meta http-equiv="refresh" content="1">');
    expect(first).toMatch(/1,000 of \d\d,\d{3}/);
    let last = first;
    for (let loads = 0; loads < 30 && last.includes("http-equiv"); loads++)
      last = await (await browser.get(page)).text();
    expect(last).toMatch(/Plans to be made: [\d,]+, with tasks/);
  });
});
