import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { LANGUAGES, type Language } from "../../../src/core/model.ts";
import { type SignMeasure, signSaid } from "../../../src/core/signal/sign-words.ts";
import { SIGNS } from "../../../src/core/signal/signs.ts";
import { makeTexts } from "../../../src/core/texts.ts";

const texts = makeTexts(new Map());
const SINCE = parseDay("2025-11-03");

function say(id: string, measure: Partial<SignMeasure>, language: Language = "en"): string {
  const sign = SIGNS.find((one) => one.id === id)!;
  const whole = { value: 0, baseline: null, threshold: sign.threshold, sinceDay: SINCE, ...measure };
  return texts.render(signSaid(sign, whole), language, {}).replaceAll("\u00a0", " ");
}

describe("A8.3–A8.17 a sign says its value, the client's own habit, the threshold, and since when", () => {
  test.each([
    [
      "usage_drop",
      { value: 9 / 22, baseline: 22 },
      "Activity falls: sign-ins and uses in 28 days 9, usual by the 8 weeks before 22 (−59.1 %); a sign from −30 %; since 3 November 2025",
    ],
    [
      "interaction_drop",
      { value: 0.6, baseline: 10 },
      "Contacts fall: contacts in 28 days 6, usual by the 8 weeks before 10 (−40 %); a sign from −40 %; since 3 November 2025",
    ],
    ["no_login", { value: 18.06 * 24 }, "No login: days since the last one 18; a sign from 14; since 3 November 2025"],
    ["no_login", { value: 335.9, sinceDay: null }, "No login: days since the last one 13.9; a sign from 14"],
    ["payment_delay", { value: 8 }, "Payment is late: days past the due day 8; a sign above 7; since 3 November 2025"],
    [
      "reply_slow",
      { value: 2.3, baseline: 4 },
      "Slower answers: hours to an answer, mean of 28 days 9.2, usual in the half year before 4 (+130 %); a sign from +100 %; since 3 November 2025",
    ],
    [
      "volume_down",
      { value: 0.5, baseline: 10 },
      "Buys less: seats or amount now 5, highest in a year 10 (−50 %); a sign from −33 %; since 3 November 2025",
    ],
    ["meetings_moved", { value: 1, sinceDay: null }, "Meetings moved or cancelled: cases in 30 days 1; a sign from 2"],
    ["payment_delay", { value: null }, "Payment is late, since 3 November 2025: its source cannot be read now"],
  ])("%s, %j", (id, measure, sentence) => {
    expect(say(id, measure)).toBe(sentence);
  });

  test("numbers and dates are the reader's", () => {
    expect(say("usage_drop", { value: 0.405, baseline: 2200 }, "ru")).toBe(
      "Активность падает: входов и действий за 28 дней 891, обычно, по 8 неделям до того, 2 200 (−59,5 %); признак от −30 %; с 3 ноября 2025 г.",
    );
  });

  test.each(LANGUAGES)("every sign has its sentence in %s", (language) => {
    for (const { id, kind } of SIGNS) {
      const baseline = ["ratio", "amount", "shift", "step"].includes(kind) ? 4 : null;
      const sentence = say(id, { value: 1.5, baseline }, language);
      expect(sentence).toMatch(/\d/);
      expect(sentence).not.toMatch(/[{}[\]]|sign\.|undefined|NaN/);
    }
  });
});
