import { expect, test } from "vitest";
import { kpiClient } from "../../../src/core/client/kpi-client.ts";
import { planFields } from "../../../src/core/client/plan-fields.ts";
import { type ClientState, loadState } from "../../../src/core/client/state.ts";
import { decide } from "../../../src/core/decide.ts";
import { settingsSchema } from "../../../src/core/settings.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";
import { advance, complete, day, template, world } from "../plan/help.ts";

const DAY = 86_400_000;
/** Monday 2 March 2026, 11:00 in Kyiv */
const NOW = Date.UTC(2026, 2, 2, 9);
const TODAY = Math.floor(NOW / DAY);

test("A10.14 what a client asked about: the category of its tickets and the intents of its own letters, for as long as a review may ask", () => {
  const letter = (id: string, intent: string | null, direction = "in", daysAgo = 1) =>
    record("email", id, { at: NOW - daysAgo * DAY, direction, intent });
  const ticket = (id: string, topic: string | null, daysAgo = 2) =>
    record("ticket", id, { status: "open", openedAt: NOW - daysAgo * DAY, topic });
  const facts = clientFacts([
    record("company", "1", { ownerId: "o1" }),
    record("deal", "9", { outcome: "won", wonAt: NOW, ownerId: "o1" }, [{ kind: "company", id: "1" }]),
    ticket("1", "billing_issue"),
    ticket("2", null),
    ticket("3", "billing_issue", 101),
    letter("4", "price"),
    letter("5", "thanks"),
    letter("6", "price", "out"),
    letter("7", null),
  ]);
  const decided = decide({ key: "company:1", state: null }, facts, null, decideConfigFor(NOW), NOW);
  expect((decided.state as ClientState).kpi?.questions).toEqual([
    { topic: "billing_issue", day: TODAY - 2 },
    { topic: "price", day: TODAY - 1 },
  ]);
});

test("A10.7 adoption: which of the features that the admin has counted the client used in its first 30 days, and nothing later", () => {
  const events = { "Logged In": "logins", Exported: "exports", Invited: "invites", Imported: "imports" };
  const records = [
    record("company", "1", { ownerId: "o1" }),
    record("deal", "9", { outcome: "won", wonAt: NOW, ownerId: "o1" }, [{ kind: "company", id: "1" }]),
  ];
  const featuresAfter = (state: unknown, days: number, usageDay = 0) => {
    const now = NOW + days * DAY;
    const usage = {
      logins: [[TODAY, 5]],
      exports: [[TODAY + 29, 2]],
      invites: [[TODAY + 30, 1]],
      made_up: [[TODAY, 1]],
    } as const;
    const known = Object.entries(usage).map(([signal, counts]) => [
      signal,
      counts.filter(([day]) => day <= TODAY + days),
    ]);
    const facts = clientFacts(records, { usage: Object.fromEntries(known) });
    const config = decideConfigFor(now, settingsSchema.parse({ usage: { events } }), {
      sight: { recordsDay: 0, usageDay },
    });
    const decided = decide({ key: "company:1", state }, facts, null, config, now).state as ClientState;
    return { decided, features: decided.kpi?.features };
  };
  const first = featuresAfter(null, 0);
  expect(first.features).toEqual({ used: 0, total: 3 });
  const last = featuresAfter(first.decided, 30);
  expect(last.features).toEqual({ used: 1, total: 3 });
  expect(featuresAfter(last.decided, 40).features).toEqual({ used: 1, total: 3 });
  // Usage was connected after the signing: nobody knows what was used before.
  expect(featuresAfter(null, 5, TODAY + 1).features).toBeNull();
});

test("A10.6: the time to onboard ends with go-live, in the key figures and in the CRM's field, though the plan goes on to day 90", () => {
  const w = world(template("day-30-60-90"), "2026-06-01");
  advance(w, "2026-06-01");
  complete(w, "1/first_result", "2026-06-05 13:00");
  complete(w, "1/training", "2026-06-22 13:00");
  const answer = advance(w, "2026-06-23");
  const { state } = loadState(null);
  const config = decideConfigFor(w.context.now);
  const row = kpiClient("company:1", state, answer, clientFacts([]), config, day("2026-06-23"));
  expect(row).toMatchObject({ goLiveDay: day("2026-06-22"), completedAllStages: false });
  expect(planFields(answer.plan, answer.view)).toMatchObject({ days_to_onboard: 21, completed: false });
});
