import { expect, test } from "vitest";
import { kpiClient } from "../../../src/core/client/kpi-client.ts";
import { planFacts } from "../../../src/core/client/plan-facts.ts";
import { planFields } from "../../../src/core/client/plan-fields.ts";
import { type ClientState, loadState } from "../../../src/core/client/state.ts";
import { decide } from "../../../src/core/decide.ts";
import type { KpiClient } from "../../../src/core/kpi/client.ts";
import type { Facts } from "../../../src/core/model.ts";
import { settingsSchema } from "../../../src/core/settings.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";
import { advance, complete, day, small, template, world } from "../plan/help.ts";

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
  const row = kpiClient("company:1", state, [answer], answer, clientFacts([]), config, day("2026-06-23"));
  expect(row).toMatchObject({ goLiveDay: day("2026-06-22"), completedAllStages: false });
  expect(planFields(answer.plan, answer.view)).toMatchObject({ days_to_onboard: 21, completed: false });
});

/** Bought on 1 June 2026 and completed, bought again on 1 October; what the company's record holds is as given. */
function boughtTwice(company: Facts, kpi?: KpiClient) {
  const answers = ["2026-06-01", "2026-10-01"].map((start, at) => {
    const w = world(small([{ key: "only_step" }]), start, { inputs: { cycle: at + 1, dealId: `${at}` } });
    advance(w, start);
    if (at === 0) {
      complete(w, "1/only_step", "2026-06-03 13:00");
      return advance(w, "2026-06-04");
    }
    return advance(w, "2026-10-02");
  });
  const state = { ...loadState(null).state, plans: answers.map(({ plan }) => plan), ...(kpi && { kpi }) };
  const facts = clientFacts([record("company", "1", company)]);
  const config = decideConfigFor(Date.UTC(2026, 9, 2, 9), {}, { zone: "UTC" });
  const [first, second] = state.plans.map((plan) => planFacts("company:1", plan, state, facts, config).client);
  const row = kpiClient("company:1", state, answers, answers[1]!, facts, config, day("2026-10-02"));
  return { row, first: first!.firstValueDay, second: second!.firstValueDay };
}

test("A10.1, A10.6 a client that buys again stays in the cohort of its first onboarding, with that one's figures", () => {
  const { row } = boughtTwice({});
  expect(row).toMatchObject({
    signedDay: day("2026-06-01"),
    goLiveDay: day("2026-06-04"),
    completedAllStages: true,
    state: "graduated",
  });
});

test("A10.1 first value of one onboarding is not that of another", () => {
  const before = boughtTwice({ "f.first_value_on": day("2026-06-05") });
  expect([before.first, before.second]).toEqual([day("2026-06-05"), null]);
  const after = boughtTwice({ "f.first_value_on": day("2026-10-02") });
  expect([after.first, after.second]).toEqual([null, day("2026-10-02")]);
  // The field in the CRM now tells the second one's; the first one's day is remembered.
  const remembered = { ...before.row, firstValueDay: day("2026-06-05") };
  expect(boughtTwice({ "f.first_value_on": day("2026-10-02") }, remembered).row.firstValueDay).toBe(day("2026-06-05"));
});

test("A10.3 a client that left and came back is not counted as lost; one that left since is", () => {
  expect(boughtTwice({ "f.churned_on": day("2026-08-01") }).row.churnedDay).toBeNull();
  expect(boughtTwice({ "f.churned_on": day("2026-10-01") }).row.churnedDay).toBe(day("2026-10-01"));
});

test("A10.1 first value that was seen before the signing took no days, not less than none", () => {
  const w = world(small([{ key: "only_step" }]), "2026-06-01");
  const { plan, view } = advance(w, "2026-06-01", { client: { ...w.facts.client, firstValueDay: day("2026-05-20") } });
  expect(planFields(plan, view)).toMatchObject({ ttfv_days: 0 });
});
