import { describe, expect, test } from "vitest";
import { templateFromYaml } from "../../src/core/plan/yaml.ts";
import { formProblems } from "../../src/core/problem.ts";
import { settingsSchema } from "../../src/core/settings.ts";

function found(body: unknown): [string, string, Record<string, string | number>][] {
  const parsed = settingsSchema.safeParse(body);
  if (parsed.success) return [];
  const problems = formProblems(parsed.error, (path) => path.join("."));
  return problems.map(({ path, code, params }) => [path, code, params]);
}

const HOOK = { id: "sales", kind: "slack", url: "https://hooks.example.com/x" };
const RUNG = { id: "a", after: { days: 1 }, who: "owner", action: "remind" };

describe("what is wrong with settings is told as data", () => {
  test.each<[string, unknown, [string, string, object]]>([
    ["no number", { calendar: { startMinute: "nine" } }, ["calendar.startMinute", "needs_number", {}]],
    ["a half", { calendar: { startMinute: 540.5 } }, ["calendar.startMinute", "needs_whole", {}]],
    ["no text", { defaultTemplate: 7 }, ["defaultTemplate", "needs_text", {}]],
    ["no yes or no", { texts: { consent: "yes" } }, ["texts.consent", "needs_yes_no", {}]],
    ["no list", { playsOff: "a" }, ["playsOff", "needs_list", {}]],
    ["no group", { people: [] }, ["people", "needs_group", {}]],
    ["no group of names", { signs: 1 }, ["signs", "needs_group", {}]],
    ["too small", { flood: { plansPerHour: 0 } }, ["flood.plansPerHour", "at_least", { n: 1 }]],
    ["too large", { flood: { timesBusiest: 1_001 } }, ["flood.timesBusiest", "at_most", { n: 1_000 }]],
    [
      "not above",
      { score: { signals: { logins: { weekNats: 0 } } } },
      ["score.signals.logins.weekNats", "above", { n: 0 }],
    ],
    ["empty", { triggers: [{ on: "lifecycle", value: "" }] }, ["triggers.0.value", "empty", {}]],
    [
      "too long",
      { texts: { model: { url: "https://a.example", name: "n".repeat(121), key: "k" } } },
      ["texts.model.name", "too_long", { n: 120 }],
    ],
    ["too few", { triggers: [] }, ["triggers", "too_few", { n: 1 }]],
    [
      "too many",
      { people: { headIds: Array.from({ length: 21 }, String) } },
      ["people.headIds", "too_many", { n: 20 }],
    ],
    [
      "none of them",
      { channels: { webhooks: [{ ...HOOK, kind: "pigeon" }] } },
      ["channels.webhooks.0.kind", "one_of", { values: "slack, teams, telegram, generic" }],
    ],
    ["a name that is not known", { colour: "red" }, ["", "unknown_names", { names: "colour" }]],
    ["a key", { channels: { webhooks: [{ ...HOOK, id: "My hook" }] } }, ["channels.webhooks.0.id", "key_form", {}]],
    [
      "a signal's id",
      { score: { mapped: [{ id: "mine", on: "company", property: "p", as: "count" }] } },
      ["score.mapped.0.id", "own_signal_form", {}],
    ],
    [
      "a number as text",
      { messages: { sequences: { check_in: "abc" } } },
      ["messages.sequences.check_in", "digits", {}],
    ],
    ["a day", { calendar: { extraHolidays: ["2026-02-30"] } }, ["calendar.extraHolidays.0", "a_day", {}]],
    ["an address", { texts: { model: { url: "model", name: "n", key: "k" } } }, ["texts.model.url", "an_address", {}]],
    [
      "an address of ours",
      { channels: { webhooks: [{ ...HOOK, url: "x" }] } },
      ["channels.webhooks.0.url", "an_address", {}],
    ],
    ["an email address", { messages: { replyTo: "nobody" } }, ["messages.replyTo", "a_mail_address", {}]],
    ["a sign", { signs: { nonsense: 1 } }, ["signs", "no_sign", {}]],
    [
      "Telegram without a chat",
      { channels: { webhooks: [{ ...HOOK, kind: "telegram" }] } },
      ["channels.webhooks.0.chat", "needs_chat", {}],
    ],
    ["twice the same", { channels: { webhooks: [HOOK, HOOK] } }, ["channels.webhooks", "same_id", {}]],
    ["a signal", { score: { signals: { nonsense: {} } } }, ["score.signals.nonsense", "no_signal", { id: "nonsense" }]],
    [
      "a segment's name",
      { score: { segments: [{ name: "default" }] } },
      ["score.segments.0.name", "taken", { name: "default" }],
    ],
    ["zones that cross", { score: { zones: { yellow: 40, red: 60 } } }, ["score.zones.red", "thresholds_cross", {}]],
    ["a low start", { score: { base: 30 } }, ["score.base", "base_below_yellow", {}]],
    ["neither of several", { triggers: [{ on: "moon" }] }, ["triggers.0.on", "form", {}]],
  ])("%s", (_name, body, problem) => {
    expect(found(body)).toContainEqual(problem);
  });

  test("two rungs of a ladder with one name", () => {
    expect(found({ ladders: { ladders: { task: [RUNG, RUNG] } } })).toContainEqual([
      "ladders.ladders.task",
      "same_id",
      {},
    ]);
  });
});

test("a template's id, keys and texts are told the same way, with the paths of its document", () => {
  const yaml = [
    "id: My template",
    "version: 1",
    "title: {}",
    "lengthDays: 30",
    "phases: [{ key: Begin, title: { en: Begin }, fromDay: 0, toDay: 30 }]",
    "steps: []",
  ].join("\n");
  const told = templateFromYaml(yaml).problems.map(({ severity, path, code }) => [severity, path, code]);
  expect(told).toEqual(
    expect.arrayContaining([
      ["error", "id", "id_form"],
      ["error", "title", "no_language"],
      ["error", "phases[0].key", "key_form"],
    ]),
  );
});
