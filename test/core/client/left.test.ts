import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { decide } from "../../../src/core/decide.ts";
import type { Decision } from "../../../src/core/decision.ts";
import type { Plan } from "../../../src/core/plan/types.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY = 86_400_000;
/** Monday 2 March 2026, 11:00 in Kyiv */
const NOW = Date.UTC(2026, 2, 2, 9);
const KEY = "company:1";
const COMPANY = { kind: "company", id: "1" } as const;
const config = decideConfigFor(NOW);

const facts = (leftOn: string | null, extra: ReturnType<typeof record>[] = []) =>
  clientFacts([
    record("company", "1", { ownerId: "o1", ...(leftOn && { "f.churned_on": parseDay(leftOn) }) }),
    record("deal", "9", { outcome: "won", wonAt: NOW, ownerId: "o1", amount: 100 }, [COMPANY]),
    ...extra,
  ]);
const look = (state: unknown, days: number, leftOn: string | null, extra: ReturnType<typeof record>[] = []) =>
  decide({ key: KEY, state }, facts(leftOn, extra), null, config, NOW + days * DAY);
const plansOf = ({ state }: Decision) =>
  (state as { plans: readonly Plan[] }).plans.map((plan) => [plan.cycle, plan.state, plan.stateReason]);
const asked = ({ desired }: Decision) =>
  desired.filter((one) => (one.kind === "task" || one.kind === "message") && !("keep" in one)).map(({ key }) => key);

describe("a client that left, by the day a person noted (A8.25)", () => {
  test("what is open ends on that day, a ladder too, and goes on when the note is taken back", () => {
    const first = look(null, 0, null);
    expect(plansOf(first)).toEqual([[1, "running", null]]);
    const late = look(first.state, 9, null);
    expect(asked(late).some((key) => key.startsWith("ladder:"))).toBe(true);
    const ahead = look(late.state, 9, "2026-03-12");
    expect(plansOf(ahead)).toEqual([[1, "running", null]]);
    expect(ahead.wakeAt).toBeLessThanOrEqual(NOW + 10 * DAY);
    const left = look(ahead.state, 10, "2026-03-12");
    expect(plansOf(left)).toEqual([[1, "closed", "client_left"]]);
    expect(asked(left)).toEqual([]);
    expect(left.deeds.map(({ code }) => code)).toContain("plan-client-left");
    expect(left.columns).toMatchObject({ overdue: 0, touchpointDay: null, escalationOwnerId: null });
    const quiet = look(left.state, 11, "2026-03-12");
    expect([asked(quiet), quiet.deeds]).toEqual([[], []]);
    const back = look(quiet.state, 12, null);
    expect(plansOf(back)).toEqual([[1, "running", null]]);
    expect(asked(back).filter((key) => key.startsWith("plan:"))).toEqual(
      asked(late).filter((key) => key.startsWith("plan:")),
    );
  });

  test("plays end with it, and what a sign starts later waits until the client is back", () => {
    const reported = (state: unknown) => ({
      ...(state as object),
      acts: { ...(state as { acts?: object }).acts, signals: [{ id: "complaint", at: NOW, by: "o1" }] },
    });
    const plays = (decision: Decision) => asked(decision).filter((key) => key.startsWith("play:company:1:complaint:"));
    const first = look(null, 0, null);
    const complained = look(reported(first.state), 1, null);
    expect(plays(complained)).toHaveLength(1);
    const left = look(complained.state, 2, "2026-03-04");
    expect(plays(left)).toEqual([]);
    expect(left.deeds).toContainEqual({ code: "play-ended", params: { play: "complaint", by: "client_left" } });
    const lost = look(look(null, 0, "2026-03-02").state, 1, "2026-03-02");
    expect(plays(look(reported(lost.state), 1, "2026-03-02"))).toEqual([]);
  });

  test("a deal won later is a new onboarding; the one before it stays closed also when the note is emptied", () => {
    const left = look(look(null, 0, null).state, 3, "2026-03-05");
    const again = [record("deal", "10", { outcome: "won", wonAt: NOW + 20 * DAY, ownerId: "o1" }, [COMPANY])];
    const both = [
      [1, "closed", "client_left"],
      [2, "running", null],
    ];
    const back = look(left.state, 20, "2026-03-05", again);
    expect(plansOf(back)).toEqual(both);
    expect(asked(back).some((key) => key.startsWith("plan:company:1:2/"))).toBe(true);
    expect(plansOf(look(back.state, 21, null, again))).toEqual(both);
  });
});
