import { describe, expect, it } from "vitest";
import { PLAY_TEXTS } from "../../../src/core/play/texts.ts";
import {
  DEFAULT_WIN_BACK,
  nextWinBackDay,
  startWinBack,
  stepWinBack,
  supportLevel,
  type WinBack,
  winBackItems,
} from "../../../src/core/play/win-back.ts";
import type { Zone } from "../../../src/core/score/input.ts";

function run(steps: readonly (readonly [day: number, zone: Zone])[]): WinBack {
  let state = startWinBack(100, DEFAULT_WIN_BACK);
  for (const [day, zone] of steps) state = stepWinBack(state, zone, null, day, DEFAULT_WIN_BACK);
  return state;
}

describe("win-back (A9)", () => {
  it.each([
    [
      "four green weeks end it (A9.3)",
      [
        [107, "green"],
        [114, "green"],
        [121, "green"],
        [128, "green"],
      ],
      128,
      "stable",
    ],
    [
      "three do not",
      [
        [107, "green"],
        [114, "green"],
        [121, "green"],
      ],
      null,
      null,
    ],
    [
      "evaluations of one week count as one",
      [
        [107, "green"],
        [108, "green"],
        [109, "green"],
        [110, "green"],
      ],
      null,
      null,
    ],
    [
      "a yellow one starts the count anew",
      [
        [107, "green"],
        [114, "green"],
        [121, "yellow"],
        [128, "green"],
        [135, "green"],
      ],
      null,
      null,
    ],
    [
      "the end date ends it whatever the zone",
      [
        [159, "red"],
        [160, "red"],
      ],
      160,
      "end_date",
    ],
  ] as const)("%s", (_name, steps, endedDay, endedBy) => {
    expect(run(steps)).toMatchObject({ endedDay, endedBy });
  });

  it("letting go ends it at once, and what has ended stays ended", () => {
    const state = stepWinBack(startWinBack(100, DEFAULT_WIN_BACK), "red", "let_go", 101, DEFAULT_WIN_BACK);
    expect(state).toMatchObject({ endedDay: 101, endedBy: "let_go" });
    expect(stepWinBack(state, "green", null, 300, DEFAULT_WIN_BACK)).toBe(state);
  });

  it("raises the support level while it runs, and takes it back by itself (A9.3)", () => {
    expect(supportLevel(startWinBack(100, DEFAULT_WIN_BACK))).toBe("raised");
    expect(supportLevel(run([[160, "red"]]))).toBe("standard");
  });

  it("knows the next day on which it can change", () => {
    expect(nextWinBackDay(startWinBack(100, DEFAULT_WIN_BACK), DEFAULT_WIN_BACK)).toBe(160);
    expect(nextWinBackDay(run([[107, "green"]]), DEFAULT_WIN_BACK)).toBe(114);
    expect(nextWinBackDay(run([[160, "red"]]), DEFAULT_WIN_BACK)).toBeNull();
  });

  it("the plan begins with the management's meeting and answers each subject that fires once, with date and owner (A9.1, A9.2)", () => {
    const items = winBackItems(["usage_drop", "no_login", "payment_delay", "complaint"]);
    expect(items.map((i) => i.key)).toEqual([
      "management_meeting",
      "answer_complaint",
      "answer_payment",
      "answer_usage",
      "review",
    ]);
    expect(items[0]).toMatchObject({ roles: ["executive", "manager", "owner"], dueWorkingDays: 2 });
    expect(items.find((i) => i.key === "answer_usage")?.signs).toEqual(["usage_drop", "no_login"]);
    for (const item of items) {
      expect(item.roles.length).toBeGreaterThan(0);
      expect(PLAY_TEXTS[item.textId]?.uk).toBeTruthy();
    }
    expect(winBackItems([]).map((i) => i.key)).toEqual(["management_meeting", "review"]);
  });
});
