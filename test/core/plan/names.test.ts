/** What every object knows besides its own entries is a name like any other: an author may well call a step `constructor`. */
import { describe, expect, test } from "vitest";
import { act, undoLast } from "../../../src/core/client/acts.ts";
import { callSettings, callUrl } from "../../../src/core/outside/settings.ts";
import { crmWayOf } from "../../../src/core/plan/channel.ts";
import { chooseTemplate } from "../../../src/core/plan/choose.ts";
import { chooseOwner } from "../../../src/core/plan/owners.ts";
import { previewRepair } from "../../../src/core/plan/repair.ts";
import { configFor, DEFAULT_SCORE_CONFIG } from "../../../src/core/score/config.ts";
import { mergeField } from "../../../src/core/text/fields.ts";
import { messageText } from "../../../src/core/text/messages.ts";
import { renderText } from "../../../src/core/text/render.ts";
import { advance, at, complete, config, day, due, facts, iso, small, world } from "./help.ts";

describe("constructor is a name like any other", () => {
  test("for a step: it is open until somebody does it", () => {
    const w = world(
      small([
        { key: "constructor", when: { days: 1 } },
        { key: "b", when: { days: 8 } },
      ]),
      "2026-06-01",
    );
    expect(advance(w, "2026-06-01").plan.steps.map(({ state }) => state)).toEqual(["open", "open"]);
    complete(w, "1/constructor", "2026-06-02");
    expect(advance(w, "2026-06-02 13:00").plan.steps.map(({ state }) => state)).toEqual(["done", "open"]);
  });

  test("for a phase: it gets the days that it is given, and an undo takes them back", () => {
    const w = world(
      small([{ key: "constructor", phase: "constructor", when: { days: 7 } }], {
        phases: [{ key: "constructor", title: { en: "First" }, fromDay: 0, toDay: 14 }],
      }),
      "2026-06-01",
    );
    expect(iso(w.plan.phases[0]!.latestDay)).toBe("2026-06-15");
    expect(due(w.plan, "constructor")).toBe("2026-06-08");
    const context = { ...w.context, today: day("2026-06-01") };
    const longer = { do: "extend", phase: "constructor", days: 14 } as const;
    const { moves } = previewRepair(w.plan, longer, context);
    expect(moves.map(({ toDay }) => iso(toDay))).toEqual(["2026-06-15"]);
    const moved = act(
      { plans: [w.plan] },
      { do: "plan", cycle: 1, event: { do: "pause", reason: "by_person" } },
      { at: at("2026-06-01"), by: "user:5" },
      () => context,
    );
    expect(undoLast(moved, () => context)?.state.plans).toEqual([w.plan]);
  });

  test("for a role: one that nobody defined is passed over", () => {
    const { plan } = world(small([{}]), "2026-06-01");
    expect(chooseOwner(["constructor"], plan, facts(), config())).toEqual({
      ownerId: "7",
      role: "deal_owner",
      missed: [],
    });
  });

  test("for a fact: one that is not there is empty", () => {
    const empty = { name: "empty", when: { fact: "constructor", is: "empty" }, templateId: "a" } as const;
    expect(chooseTemplate([empty], {}, "b").templateId).toBe("a");
    const other = { name: "filled", when: { fact: "constructor", is: "=", value: "x" }, templateId: "a" } as const;
    const last = { name: "last", templateId: "c" };
    expect(chooseTemplate([other, last], {}, "b").reason).toEqual({
      id: "plan.rule.unknown",
      params: { rule: 2, name: "last", fact: "constructor" },
    });
  });

  test("for a letter and its fields: none of that name is there", () => {
    expect([mergeField("constructor"), messageText("constructor")]).toEqual([null, null]);
    const { text, missing } = renderText("Hi {{constructor}}", { language: "en", values: {} });
    expect([text, missing]).toEqual(["Hi", ["constructor"]]);
    const crmMeans = { email: { way: "sequence", of: {} } } as const;
    expect(crmWayOf({ text: "constructor", channel: "email" }, { crmMeans })).toBeNull();
  });

  test("for an action and a segment: what is set for all counts", () => {
    const calls = callSettings.parse({ url: "https://example.com/all" });
    expect(callUrl("constructor", calls)).toBe("https://example.com/all");
    expect(configFor({ default: DEFAULT_SCORE_CONFIG }, "constructor")).toBe(DEFAULT_SCORE_CONFIG);
  });
});
