import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { LANGUAGES } from "../../../src/core/model.ts";
import {
  citedFacts,
  type DraftSource,
  draftQuestion,
  modelDraft,
  plainDraft,
} from "../../../src/core/text/letter-draft.ts";

const TASK = { kind: "task", id: "7" } as const;
const NOTHING: DraftSource = { done: [], next: null, progress: null, meeting: null, gap: null };
const KNOWN: DraftSource = {
  done: [{ title: "Import of contacts", day: parseDay("2026-03-04"), source: TASK }],
  next: { title: "Kickoff call", day: parseDay("2026-03-09"), source: { kind: "task", id: "8" } },
  progress: { done: 3, total: 12, source: { kind: "deal", id: "9" } },
  meeting: { day: parseDay("2026-03-09"), source: { kind: "meeting", id: "5" } },
  gap: { uses: "sales", lacks: "telephony" },
};
const FACTS = citedFacts(KNOWN, "en");
const answer = (text: string, used: readonly string[]) => ({
  choices: [{ message: { content: JSON.stringify({ text, used }) } }],
});

describe("A11.5 a letter drafted from facts", () => {
  test("every sentence is a fact with the record that says so", () => {
    expect(FACTS.map(({ source }) => source && `${source.kind}:${source.id}`)).toEqual([
      "task:7",
      "deal:9",
      null,
      "meeting:5",
      "task:8",
    ]);
    const letter = plainDraft(FACTS, "en", "Ержан");
    expect(letter).toMatch(/^Hello Ержан,/);
    for (const { text } of FACTS) expect(letter).toContain(text);
    expect(letter).toContain("“Import of contacts” was finished on 4 March 2026");
    expect(letter).toContain("3 of the 12 steps");
  });

  test.each(LANGUAGES)("%s: nothing of the pattern is left, with a name and without", (language) => {
    const facts = citedFacts(KNOWN, language);
    expect(facts).toHaveLength(5);
    for (const name of ["Ержан", null]) expect(plainDraft(facts, language, name)).not.toMatch(/[{}]|undefined|null/);
  });

  test("A11.2 features are called by the admin's words, never by their codes", () => {
    const gap = { uses: "sales_reports", lacks: "telephony_calls" };
    const said = LANGUAGES.map((language) => citedFacts({ ...NOTHING, gap }, language)[0]!.text);
    expect(said[0]).toContain("You use “sales reports”; “telephony calls” is not set up yet");
    expect(said.filter((text) => text.includes("_"))).toEqual([]);
  });

  test("where nothing is known nothing is claimed", () => {
    expect(citedFacts(NOTHING, "en")).toEqual([]);
  });
});

describe("what a model made of it", () => {
  const good = "Hello {name}, well done: 3 of 12 steps are behind you. Shall we look at telephony together?";

  test("the client's name never goes there, and comes in afterwards", () => {
    expect(JSON.stringify(draftQuestion("m", FACTS, "en"))).not.toContain("Ержан");
    expect(modelDraft(answer(good, ["f2", "f3"]), FACTS, "Ержан")).toEqual({
      text: good.replace("{name}", "Ержан"),
      used: [FACTS[1], FACTS[2]],
    });
    expect(modelDraft(answer(good, ["f2", "f3"]), FACTS, null)?.text).toMatch(/^Hello, well done/);
  });

  test.each([
    ["a number that no fact has", `${good} You save 40 hours.`, ["f2", "f3"]],
    ["a number of a fact that it does not name", good, ["f3"]],
    ["a fact that does not exist", good, ["f2", "f9"]],
    ["no fact at all", good, []],
    ["a link", `${good} See https://evil.example`, ["f2", "f3"]],
    ["an address", `${good} Write to a@b.example`, ["f2", "f3"]],
    ["another placeholder", `${good} {discount}`, ["f2", "f3"]],
    ["next to nothing", "Hi", ["f2"]],
  ])("refused: %s", (_, text, used) => {
    expect(modelDraft(answer(text, used), FACTS, "Ержан")).toBeNull();
  });

  test("an answer that is none", () => {
    for (const odd of [null, {}, "text", { choices: [] }, { choices: [{ message: { content: "no JSON" } }] }])
      expect(modelDraft(odd, FACTS, null)).toBeNull();
  });
});
