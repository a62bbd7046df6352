import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../../src/core/model.ts";
import {
  sayChange,
  sayMainReason,
  sayReason,
  sayReasons,
  sayRiskIn,
  sayUnknown,
  signalName,
} from "../../../src/core/score/explain.ts";
import { SCORE_TEXTS } from "../../../src/core/score/texts.ts";
import { DEFAULT_SIGNALS } from "../../../src/core/signal/definition.ts";
import { FACT_NATS } from "../../../src/core/signal/fact.ts";
import { signName } from "../../../src/core/signal/sign-names.ts";
import { input, NOW, payer, score, steadyBook, WEEKS, weekly } from "./build.ts";

const book = steadyBook();
const before = score(input({ logins: weekly(() => 6), core_uses: weekly(() => 3) }), book).result;
const after = score(
  input(
    {
      logins: weekly((w) => (w < WEEKS - 8 ? 6 : 2)),
      core_uses: weekly((w) => (w < WEEKS - 8 ? 3 : 0)),
      days_late: payer((i) => (i >= 14 ? 20 : 0)),
    },
    { facts: [{ recordId: "44", code: "contact_left", day: NOW - 5, nats: 2 }] },
  ),
  book,
).result;

describe("explanations (A11.1)", () => {
  it.each(LANGUAGES)("in %s every sentence is whole and in that language", (language) => {
    const text = sayReasons(after, language);
    expect(text).not.toMatch(/\{\{|\[\[|undefined|null|NaN/);
    expect(text.split("\n").length).toBeGreaterThan(3);
    const isCyrillic = /[а-яіїєґ]/i.test(text);
    expect(isCyrillic).toBe(language === "ru" || language === "uk");
  });

  it("the main reason is the one that took most, with own norm and change", () => {
    expect(sayMainReason(after, "en")).toMatch(
      /^Core function: 0 in 28 days, the client's own norm is 1[12](\.\d)? \(−100\u00a0%\)\.$/,
    );
    expect(sayMainReason(before, "en")).toBe("");
  });

  it("a change of zone reads like '71 → 52: logins −43 % (−11)…', and its points add up to the change", () => {
    const line = sayChange(before, after, "en");
    expect(line).toMatch(/^\d+(\.\d)? → \d+(\.\d)?: /);
    expect(line).toContain("Back to yellow if");
    const points = [...line.matchAll(/\(([+−])([\d.]+)\)/g)].map((m) => (m[1] === "−" ? -1 : 1) * Number(m[2]));
    expect(points.reduce((sum, p) => sum + p, 0)).toBeCloseTo(after.health - before.health, 6);
  });

  it("says what is unknown, apart from what is good or bad", () => {
    expect(
      sayUnknown(
        [
          { id: "tickets", why: "broken" },
          { id: "logins", why: "not_connected" },
        ],
        "en",
      ),
    ).toBe("Not judged: support requests (source broken).");
    expect(sayUnknown([], "en")).toBeNull();
  });

  it("risk is spoken of only as far as it was earned (scoring 3.10)", () => {
    const risk = { chance: 0.23, low: 0.15, high: 0.33 };
    expect(sayRiskIn({ ...risk, show: "rank" }, 7, 90, "en")).toContain("7 of the 10");
    expect(sayRiskIn({ ...risk, show: "band" }, 20, 90, "en")).toBe("About 2 in 10 within 90 days.");
    expect(sayRiskIn({ ...risk, show: "percent" }, 64, 90, "ru")).toBe("23\u00a0% (диапазон 15–33) за 90\u00a0дн.");
  });

  it("every signal and fact has a name in every language, and a mapped one keeps its own words", () => {
    for (const language of LANGUAGES) {
      for (const { id } of DEFAULT_SIGNALS)
        if (id !== "facts") expect(SCORE_TEXTS[`signal.${id}`]?.[language]).toBeTruthy();
      for (const code of Object.keys(FACT_NATS)) expect(SCORE_TEXTS[`fact.${code}`]?.[language]).toBeTruthy();
    }
    expect(signalName("x.weekly_report", "ru")).toBe("weekly report");
    expect(signalName("x_weekly_report", "ru")).toBe("weekly report");
    expect(signName("x_weekly_report", "ru")).toBe("Weekly report");
  });

  it("every reason code that the score can give has its sentence", () => {
    const params = {
      signal: "logins",
      signals: "logins,orders",
      value: 1,
      usual: 2,
      days: 28,
      change: -50,
      points: 3,
      since: NOW,
      count: 2,
      day: NOW,
      expected: 3,
      done: 1,
      orders: 4,
      last: NOW,
      health: 83,
      record: null,
    };
    for (const code of [
      "count",
      "mean",
      "share",
      "late",
      "orders",
      "orders.few",
      "onboarding",
      "chain",
      "fact.notice_given",
    ]) {
      expect(sayReason({ code: `reason.${code}`, tenths: -30, params }, "ro")).not.toBe("");
    }
    for (const code of ["note.silent", "note.weak", "back.green", "back.yellow"])
      expect(sayReason({ code, tenths: 0, params }, "uk")).not.toBe("");
  });
});
