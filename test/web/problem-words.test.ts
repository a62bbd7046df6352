/** What an admin typed wrong is said in the admin's language, without a code of ours. */
import { expect, test } from "vitest";
import { LANGUAGES } from "../../src/core/model.ts";
import { PROBLEM_CODES } from "../../src/core/problem.ts";
import { pathAsCompared } from "../../src/views/settings.ts";
import { changeName } from "../../src/web/settings/change-words.ts";
import { settingLabels } from "../../src/web/settings/labels.words.ts";
import { problemText } from "../../src/web/settings/problem.words.ts";
import { settingsWords } from "../../src/web/settings/settings.words.ts";

/** Stands for every number and name that a code may need. */
const PARAMS = Object.fromEntries(
  [
    ..."n key option from to day phase before beforeDay circle most clientClass languages name names values".split(" "),
    ..."id version what".split(" "),
  ].map((name) => [name, `<${name}>`]),
);

const asked = (text: string) => [...text.matchAll(/<[a-zA-Z]+>/g)].map(([one]) => one).sort();

test.each(PROBLEM_CODES)("%s: said in four languages, each with the same numbers and names", (code) => {
  const texts = LANGUAGES.map((language) => problemText({ path: "", code, params: PARAMS }, language));
  expect(new Set(texts).size).toBe(LANGUAGES.length);
  for (const text of texts) {
    expect(asked(text)).toEqual(asked(texts[0]!));
    expect(text.replace(/\{\{[^{}]*\}\}/g, "")).not.toMatch(/[{}]|undefined/);
  }
});

test("the entry that is wrong is named as its author knows it", () => {
  const at = { w: settingsWords("en"), words: settingLabels("en"), people: {}, language: "en" as const, templates: [] };
  const body = {
    channels: { webhooks: [{ id: "sales" }] },
    people: { absences: [{ ownerId: "5" }, { ownerId: "6" }] },
    calendar: { extraHolidays: ["2026-02-30"] },
    ladders: { ladders: { task: [{ id: "soon" }] } },
  };
  const name = (path: string) => changeName(pathAsCompared(path, body), at);
  expect(name("channels.webhooks.0.chat")).toBe("Chats: sales, Telegram: chat id");
  expect(name("people.absences.1.to")).toBe("Days away 2, To");
  expect(name("calendar.extraHolidays.0")).toBe("Further days off");
  expect(name("ladders.ladders.task")).toBe("A task is late");
  expect(name("ladders.ladders.task.0.who")).toContain("A task is late: “soon”");
});
