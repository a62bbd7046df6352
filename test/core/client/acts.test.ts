import { describe, expect, test } from "vitest";
import { dayOf } from "../../../src/core/calendar/zone.ts";
import {
  type ActState,
  act,
  type Deed,
  type DeedRefused,
  externalDoneOf,
  lastAct,
  overrideOn,
  reportSignal,
  undoLast,
} from "../../../src/core/client/acts.ts";
import { advance, at, day, due, small, type World, world } from "../plan/help.ts";

const meta = (when: string) => ({ at: at(when), by: "user:5" });

function running(): { w: World; state: ActState; contextOf: () => World["context"] & { today: number } } {
  const template = small([
    { key: "kickoff", when: { days: 1 } },
    { key: "training", when: { days: 3 }, after: ["kickoff"] },
    { key: "review", when: { days: 10 } },
  ]);
  // 2026-03-02 is a Monday
  const w = world(template, "2026-03-02 09:00");
  advance(w, "2026-03-02 10:00");
  const contextOf = () => ({ ...w.context, today: dayOf(w.context.now, "UTC") });
  return { w, state: { plans: [w.plan] }, contextOf };
}

describe("acts on a plan", () => {
  test("A4.4 a moved step keeps its new date, what waits for it follows, and undo brings both back", () => {
    const { state, contextOf } = running();
    const event = { do: "date", key: "kickoff", day: day("2026-03-10") } as const;
    const moved = act(state, { do: "plan", cycle: 1, event }, meta("2026-03-02 11:00"), contextOf);
    expect(due(moved.plans[0]!, "kickoff")).toBe("2026-03-10");
    expect(moved.plans[0]!.steps[1]!.dueDay).toBeGreaterThan(day("2026-03-05"));
    const back = undoLast(moved, contextOf)!;
    expect(due(back.state.plans[0]!, "kickoff")).toBe("2026-03-03");
    expect(due(back.state.plans[0]!, "training")).toBe("2026-03-05");
    expect(back.state.plans).toEqual(state.plans);
    expect(lastAct(back.state.acts)).toBeNull();
  });

  test("a pause stops the plan, and undoing the resume finds the pause as it was", () => {
    const { state, contextOf } = running();
    const paused = act(
      state,
      { do: "plan", cycle: 1, event: { do: "pause", reason: "by_person" } },
      meta("2026-03-02 11:00"),
      contextOf,
    );
    expect(paused.plans[0]).toMatchObject({ state: "paused", stateReason: "by_person", pausedDay: day("2026-03-02") });
    const later = () => ({ ...contextOf(), today: day("2026-03-09") });
    const resumed = act(paused, { do: "plan", cycle: 1, event: { do: "resume" } }, meta("2026-03-09 11:00"), later);
    expect(due(resumed.plans[0]!, "review")).toBe("2026-03-19");
    expect(undoLast(resumed, later)!.state.plans).toEqual(paused.plans);
  });

  test.each([
    [
      "graduated meanwhile",
      { state: "graduated", stateReason: null, pausedDay: null, graduatedDay: day("2026-03-04") },
    ],
    [
      "was closed because the client left",
      { state: "closed", stateReason: "client_left", closedDay: day("2026-03-04") },
    ],
  ] as const)("an undone pause, or a date that is moved back, sets no plan going that %s", (_, now) => {
    const { state, contextOf } = running();
    for (const event of [
      { do: "pause", reason: "by_person" },
      { do: "date", key: "review", day: day("2026-03-30") },
    ] as const) {
      const acted = act(state, { do: "plan", cycle: 1, event }, meta("2026-03-02 11:00"), contextOf);
      const plans = acted.plans.map((plan) => ({ ...plan, ...now }));
      expect(undoLast({ ...acted, plans }, contextOf)!.state.plans[0]).toMatchObject(now);
    }
  });

  test("undoing a resume leaves the date that somebody has given a step since", () => {
    const { state, contextOf } = running();
    const pause = { do: "plan", cycle: 1, event: { do: "pause", reason: "by_person" } } as const;
    const paused = act(state, pause, meta("2026-03-02 11:00"), contextOf);
    const later = () => ({ ...contextOf(), today: day("2026-03-09") });
    const resumed = act(paused, { do: "plan", cycle: 1, event: { do: "resume" } }, meta("2026-03-09 11:00"), later);
    const pinnedAt = at("2026-04-01 18:00");
    const plans = resumed.plans.map((plan) => ({
      ...plan,
      steps: plan.steps.map((step) => (step.key === "review" ? { ...step, pinnedAt } : step)),
    }));
    const [plan] = undoLast({ ...resumed, plans }, later)!.state.plans;
    expect(plan!.steps.find(({ key }) => key === "review")).toMatchObject({ pinnedAt, dueDay: day("2026-04-01") });
  });

  test("clients that became one: an undo reaches the plan that was changed, not another one of the same cycle", () => {
    const { state, contextOf } = running();
    const [own] = state.plans;
    const other = { ...own!, client: "company:other", state: "closed", stateReason: "merged" } as const;
    const closed = { ...other, steps: other.steps.map((one) => ({ ...one, state: "done" as const, doneDay: 1 })) };
    const both = { plans: [own!, closed] };
    const paused = act(
      both,
      { do: "plan", cycle: 1, event: { do: "pause", reason: "by_person" } },
      meta("2026-03-02 11:00"),
      contextOf,
    );
    expect(paused.plans.map((plan) => plan.state)).toEqual(["paused", "closed"]);
    expect(undoLast(paused, contextOf)!.state.plans).toEqual(both.plans);
    const completed = act(both, { do: "complete", step: "1/kickoff" }, meta("2026-03-02 11:00"), contextOf);
    expect(undoLast(completed, contextOf)!.state.plans).toEqual(both.plans);
  });

  test("an undo leaves what was finished since", () => {
    const { state, contextOf } = running();
    const event = { do: "date", key: "training", day: day("2026-03-20") } as const;
    const moved = act(state, { do: "plan", cycle: 1, event }, meta("2026-03-02 11:00"), contextOf);
    const [plan] = moved.plans;
    const done = {
      ...plan!,
      steps: plan!.steps.map((step) =>
        step.key === "training" ? { ...step, state: "done" as const, doneDay: day("2026-03-04") } : step,
      ),
    };
    const back = undoLast({ ...moved, plans: [done] }, contextOf)!.state.plans[0]!;
    expect(back.steps[1]).toMatchObject({ state: "done", doneDay: day("2026-03-04") });
  });

  test("a completed step reaches the plan as done outside its task, on the local day of the click", () => {
    const { w, state, contextOf } = running();
    const acted = act(state, { do: "complete", step: "1/kickoff" }, meta("2026-03-03 15:00"), contextOf);
    const answer = advance(w, "2026-03-03 15:01", { externalDone: externalDoneOf(acted.acts, 1) });
    expect(answer.plan.steps[0]).toMatchObject({ state: "done", doneDay: day("2026-03-03") });
    expect(externalDoneOf(acted.acts, 2)).toEqual({});
    const undone = undoLast({ ...acted, plans: [answer.plan] }, contextOf)!.state;
    expect(undone.plans[0]!.steps[0]).toMatchObject({ state: "open", doneDay: null });
    expect(externalDoneOf(undone.acts, 1)).toEqual({});
  });

  test("what is not open cannot be completed, and what changes nothing is no act", () => {
    const { state, contextOf } = running();
    const doing = (deed: Deed) => () => act(state, deed, meta("2026-03-03 15:00"), contextOf);
    const because = (why: DeedRefused["why"]) => expect.objectContaining({ name: "DeedRefused", why });
    expect(doing({ do: "complete", step: "1/nothing" })).toThrow(because("not-open"));
    expect(doing({ do: "complete", step: "9/kickoff" })).toThrow(because("not-open"));
    expect(doing({ do: "plan", cycle: 1, event: { do: "resume" } })).toThrow(because("nothing"));
  });
});

describe("decisions of people", () => {
  test("an override counts through its last day and no longer", () => {
    const { state, contextOf } = running();
    const override = { zone: "green", reason: "talked", note: null, untilDay: day("2026-03-16") } as const;
    const { acts } = act(state, { do: "override", override }, meta("2026-03-03 15:00"), contextOf);
    expect(overrideOn(acts, day("2026-03-16"))).toMatchObject({ zone: "green", by: "user:5" });
    expect(overrideOn(acts, day("2026-03-17"))).toBeNull();
    expect(overrideOn(undefined, day("2026-03-03"))).toBeNull();
  });

  test("A8.21 fight or let go is kept with author, reason and review day, and undo finds the decision before", () => {
    const { state, contextOf } = running();
    const fight = { choice: "fight", reason: "valuable", reviewDay: day("2026-04-01"), note: null } as const;
    const letGo = { choice: "let_go", reason: "too_costly", reviewDay: day("2026-06-01"), note: null } as const;
    const first = act(state, { do: "decide", decision: fight }, meta("2026-03-03 15:00"), contextOf);
    const second = act(first, { do: "decide", decision: letGo }, meta("2026-03-04 15:00"), contextOf);
    expect(second.acts.decision).toEqual({ ...letGo, by: "user:5", at: at("2026-03-04 15:00") });
    expect(undoLast(second, contextOf)!.state.acts.decision).toEqual({
      ...fight,
      by: "user:5",
      at: at("2026-03-03 15:00"),
    });
  });

  test("A11.2 the answer to a suggestion is kept, and an undo takes it away", () => {
    const { state, contextOf } = running();
    const acted = act(
      state,
      { do: "answer", id: "train:telephony", answer: "rejected" },
      meta("2026-03-03 15:00"),
      contextOf,
    );
    expect(acted.acts.answers["train:telephony"]).toMatchObject({ answer: "rejected" });
    expect(undoLast(acted, contextOf)!.state.acts.answers).toEqual({});
  });

  test("reported facts are kept, the newest hundred", () => {
    let state: ActState = { plans: [] };
    for (let n = 0; n < 120; n++) state = reportSignal(state, { id: "notice", value: n, at: n, by: "workflow" });
    expect(state.acts!.signals).toHaveLength(100);
    expect(state.acts!.signals.at(-1)!.value).toBe(119);
  });

  test("twenty acts can be taken back, one after the other", () => {
    const { state: start, contextOf } = running();
    let state: ActState = start;
    for (let n = 0; n < 25; n++) state = act(state, { do: "first_value", day: n }, meta("2026-03-05 15:00"), contextOf);
    for (let n = 0; n < 20; n++) state = undoLast(state, contextOf)!.state;
    expect(state.acts!.firstValueDay).toBe(4);
    expect(undoLast(state, contextOf)).toBeNull();
  });
});
