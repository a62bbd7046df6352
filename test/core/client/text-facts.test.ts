import { describe, expect, test } from "vitest";
import { act, NO_ACTS, undoLast } from "../../../src/core/client/acts.ts";
import { judgeSigns } from "../../../src/core/client/signs.ts";
import { loadState } from "../../../src/core/client/state.ts";
import { heardIntents, letterLabels, textFacts, toneKey } from "../../../src/core/client/text-facts.ts";
import { readText } from "../../../src/core/signal/text-intent.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 2, 9);
const TODAY = Math.floor(NOW / DAY);
const letter = (id: string, daysAgo: number, facts = {}) =>
  record("email", id, { at: NOW - daysAgo * DAY, direction: "in", bounced: false, ...facts });

describe("what is kept of a letter (A8.10, G8)", () => {
  test.each([
    ["en", "We want to cancel our contract at the end of the month.", "termination"],
    ["ru", "Мы хотим расторгнуть договор с конца месяца.", "termination"],
    ["uk", "Ми хочемо розірвати договір з кінця місяця.", "termination"],
    ["ro", "Vrem să reziliem contractul la sfârșitul lunii.", "termination"],
  ])("%s: labels with confidence, and not one word of it", (_, body, intent) => {
    const facts = textFacts(readText(body));
    expect(facts).toMatchObject({ mood: "negative", intent });
    expect(facts.intentConfidence).toBeGreaterThanOrEqual(0.5);
    expect(Object.keys(facts).sort()).toEqual(["intent", "intentConfidence", "mood", "moodConfidence"]);
  });

  test("a letter without an intent says so", () => {
    expect(textFacts({ mood: "positive", moodConfidence: 0.9, intents: [] })).toEqual({
      mood: "positive",
      moodConfidence: 0.9,
      intent: null,
      intentConfidence: null,
    });
  });
});

describe("what letters seem to say waits for a person", () => {
  const facts = clientFacts([
    letter("1", 3, { intent: "termination", intentConfidence: 0.8 }),
    letter("2", 1, { intent: "suppliers_reviewed", intentConfidence: 0.7 }),
    letter("3", 2, { intent: "thanks", intentConfidence: 0.9 }),
    letter("4", 40, { intent: "complaint", intentConfidence: 0.9 }),
  ]);

  test("newest first, with a pointer; thanks and old ones are not asked about", () => {
    expect(heardIntents(facts, NO_ACTS, "UTC", TODAY).map((one) => [one.recordId, one.fact])).toEqual([
      ["2", "suppliers_reviewed"],
      ["1", "termination_asked"],
    ]);
  });

  test("once it was reported after the letter, nobody is asked again; an earlier report says nothing of it", () => {
    const report = (daysAgo: number) => ({
      signals: [{ id: "termination_asked", value: null, at: NOW - daysAgo * DAY, by: "user:1" }],
    });
    expect(heardIntents(facts, report(2), "UTC", TODAY).map((one) => one.recordId)).toEqual(["2"]);
    expect(heardIntents(facts, report(9), "UTC", TODAY)).toHaveLength(2);
  });

  test("what a person denied is not asked again and says nothing; what he confirmed is a reported fact until he takes it back", () => {
    const meta = { at: NOW, by: "user:1" };
    const plans = { plans: [] };
    const none = () => {
      throw new Error("no plan is dated here");
    };
    const denied = act(plans, { do: "hear", letter: "1", fact: "termination_asked", isSo: false }, meta, none);
    expect(denied.acts.signals).toEqual([]);
    expect(heardIntents(facts, denied.acts, "UTC", TODAY).map((one) => one.recordId)).toEqual(["2"]);
    const so = act(denied, { do: "hear", letter: "2", fact: "suppliers_reviewed", isSo: true }, meta, none);
    expect(so.acts.signals).toEqual([{ id: "suppliers_reviewed", value: null, ...meta }]);
    expect(heardIntents(facts, so.acts, "UTC", TODAY)).toEqual([]);
    const back = undoLast(so, none)!.state;
    expect(back.acts.signals).toEqual([]);
    expect(heardIntents(facts, back.acts, "UTC", TODAY).map((one) => one.recordId)).toEqual(["2"]);
  });

  test("A8.15 a confirmed complaint is a sign, beside the angry tickets that records show", () => {
    const state = { ...loadState(null).state };
    const fires = (known: Parameters<typeof judgeSigns>[0]) =>
      judgeSigns(known, null, clientFacts([]), decideConfigFor(NOW, {}, { zone: "UTC" }), TODAY - 90, NOW).firing;
    expect(fires(state)).not.toHaveProperty("complaint");
    const meta = { at: NOW - DAY, by: "user:1" };
    const said = act(state, { do: "hear", letter: "9", fact: "complaint", isSo: true }, meta, () => {
      throw new Error("no plan is dated here");
    });
    expect(fires(said)).toHaveProperty("complaint");
  });

  const firing = (consent: boolean) => {
    const angry = [1, 2, 3].map((n) => letter(`a${n}`, n, { mood: "negative", moodConfidence: 0.8 }));
    const config = decideConfigFor(NOW, { texts: { consent, model: null } }, { zone: "UTC" });
    const asked = [
      ...angry,
      letter("1", 3, { intent: "termination", intentConfidence: 0.9, mood: "negative", moodConfidence: 0.5 }),
    ];
    return judgeSigns(loadState(null).state, null, clientFacts(asked), config, TODAY - 90, NOW).firing;
  };

  test("A8.10 angry letters are a sign where an admin consented, and only there; an intent alone fires nothing", () => {
    expect(firing(true)).toHaveProperty("tone_change");
    expect(firing(true)).not.toHaveProperty("termination_asked");
    expect(firing(false)).not.toHaveProperty("tone_change");
  });

  test("A8.10 A11.4 a person's word on the tone of a letter is above its confidence, both ways, until it is taken back", () => {
    const angry = (id: string, days: number, moodConfidence: number) =>
      letter(id, days, { mood: "negative", moodConfidence });
    const facts = clientFacts([angry("sure", 2, 0.9), angry("unsure", 3, 0.5), angry("sure2", 4, 0.6)]);
    const config = decideConfigFor(NOW, { texts: { consent: true, model: null } }, { zone: "UTC" });
    const shows = (state: Parameters<typeof judgeSigns>[0]) =>
      judgeSigns(state, null, facts, config, TODAY - 90, NOW).verdicts.find(({ id }) => id === "tone_change")?.evidence;
    const noPlan = () => {
      throw new Error("no plan is dated here");
    };
    const say = (state: ReturnType<typeof loadState>["state"], id: string, isSo: boolean) =>
      act(state, { do: "hear", letter: toneKey(id), fact: null, isSo }, { at: NOW, by: "user:1" }, noPlan);
    const { state } = loadState(null);
    expect(shows(state)).toEqual(["sure", "sure2"]);
    const confirmed = say(state, "unsure", true);
    expect(shows(confirmed)).toEqual(["sure", "unsure", "sure2"]);
    expect(confirmed.acts.signals).toEqual([]);
    const denied = say(confirmed, "sure", false);
    expect(shows(denied)).toEqual(["unsure", "sure2"]);
    expect(letterLabels(facts, denied.acts, "UTC", TODAY).map((one) => [one.recordId, one.isAsked, one.isSo])).toEqual([
      ["sure", false, false],
      ["unsure", false, true],
      ["sure2", true, null],
    ]);
    expect(shows(undoLast(denied, noPlan)!.state)).toEqual(["sure", "unsure", "sure2"]);
  });
});
