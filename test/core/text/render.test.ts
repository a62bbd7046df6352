import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { LANGUAGES } from "../../../src/core/model.ts";
import { fieldsIn, formatDayIn, pluralise, renderText, type Target } from "../../../src/core/text/render.ts";
import { fill } from "../../../src/web/words.ts";

const TUESDAY = parseDay("2026-04-14");
const render = (
  source: string,
  values: Record<string, string | number | null> = {},
  target: Target = "plain",
  language: (typeof LANGUAGES)[number] = "en",
) =>
  renderText(source, {
    language,
    values,
    target,
    titleOf: (key) => (key === "kickoff" ? "Kickoff" : null),
    textOf: (id) => (id === "t:x" ? "A title" : null),
  });

describe("merge fields", () => {
  test.each<[string, string, Record<string, string | number | null>, string, string[]]>([
    ["a value", "Hi {{contact.first_name}}!", { "contact.first_name": "Aizhan" }, "Hi Aizhan!", []],
    ["the text's own stand-in", "For {{client.industry|your industry}}", {}, "For your industry", []],
    ["the field's stand-in", "Hi {{contact.first_name}}!", { "contact.first_name": null }, "Hi there!", []],
    ["an empty string is nothing", "Hi {{contact.first_name}}!", { "contact.first_name": "  " }, "Hi there!", []],
    ["no value, no stand-in", "In {{client.industry}}.", {}, "In .", ["client.industry"]],
    [
      "a passage stays with its value",
      "A[[, in {{client.industry}}]].",
      { "client.industry": "retail" },
      "A, in retail.",
      [],
    ],
    ["a passage goes without it", "A[[, in {{client.industry}}]].", {}, "A.", []],
    [
      "a passage goes if one of two is missing",
      "A[[ {{client.industry}} {{client.use_case}}]].",
      { "client.industry": "x" },
      "A.",
      [],
    ],
    ["a day", "{{plan.start}}", { "plan.start": TUESDAY }, "14 April 2026", []],
    [
      "a day with its weekday",
      "{{plan.date.kickoff:weekday}}",
      { "plan.date.kickoff": TUESDAY },
      "Tuesday 14 April",
      [],
    ],
    ["a day that is a text is no day", "[[{{plan.start}}]]x", { "plan.start": "2026-04-14" }, "x", []],
    ["a number", "{{plan.days}}", { "plan.days": 1234.5 }, "1,234.5", []],
    [
      "a list of dated steps",
      "{{plan.week}}",
      { "plan.week": `kickoff@${TUESDAY};unknown@${TUESDAY}` },
      "— Tuesday 14 April: Kickoff",
      [],
    ],
    ["a link", "{{form.link}}", { "form.link": "https://x.example/f?a=1&b=2" }, "https://x.example/f?a=1&b=2", []],
    ["a link that is none", "[[{{form.link}}]]", { "form.link": "javascript:alert(1)" }, "", []],
    ["another text by id", "[[Step: {{step:ref}}]]", { step: "t:x" }, "Step: A title", []],
    ["an unknown text id drops its passage", "a[[Step: {{step:ref}}]]", { step: "t:y" }, "a", []],
    [
      "a value that looks like a field stays a value",
      "{{client.name}}",
      { "client.name": "{{owner.name}} [[x]]" },
      "{{owner.name}} [[x]]",
      [],
    ],
    ["line breaks inside a name become a space", "{{client.name}}", { "client.name": "A\r\tB" }, "A  B", []],
  ])("%s", (_, source, values, text, missing) => {
    expect(render(source, values)).toEqual({ text, missing });
  });

  test("values never become markup: HTML", () => {
    const { text } = render(
      "Hi {{client.name}} & co\n{{form.link}}",
      { "client.name": `<img src=x onerror="a('b')">`, "form.link": 'https://x.example/"><b>' },
      "html",
    );
    expect(text).toBe("Hi &lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt; &amp; co<br>");
  });

  test("values never become markup: BBCode", () => {
    expect(render("[b]{{client.name}}[/b]", { "client.name": "[url=http://evil]x[/url]" }, "bbcode").text).toBe(
      "[b][\u200burl=http://evil]x[\u200b/url][/b]",
    );
  });

  test("links are clickable in each target", () => {
    const values = { "form.link": "https://x.example/f?a=1&b=2" };
    expect(render("{{form.link}}", values, "html").text).toBe(
      '<a href="https://x.example/f?a=1&amp;b=2">https://x.example/f?a=1&amp;b=2</a>',
    );
    expect(render("{{form.link}}", values, "bbcode").text).toBe("[url]https://x.example/f?a=1&b=2[/url]");
  });

  test("whatever the values are, no field is left open and HTML stays text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(...LANGUAGES), (value, language) => {
        const { text, missing } = render(
          "{{client.name}}|[[{{client.industry}}]]|{{owner.name|x}}",
          { "client.name": value, "client.industry": value },
          "html",
          language,
        );
        expect(missing).toEqual([]);
        expect(text.replaceAll("<br>", "")).not.toMatch(/[<>"']/);
      }),
    );
  });

  test("a value that ends in a full stop ends the sentence too; dots of the author stay", () => {
    const said = (source: string, name: string) => renderText(source, { language: "en", values: { name } }).text;
    expect(said("Call {{name}}. Then wait.", "Acme Inc.")).toBe("Call Acme Inc. Then wait.");
    expect(said("Call {{name}}.", "Acme")).toBe("Call Acme.");
    expect(said("Wait for {{name}}...", "Acme Inc.")).toBe("Wait for Acme Inc....");
  });

  test("fields are listed with what stands in for them", () => {
    expect(
      fieldsIn("{{contact.first_name}} {{client.industry}} [[{{plan.date.x:weekday}}]] {{client.kpis|none}}"),
    ).toEqual([
      { name: "contact.first_name", format: null, hasFallback: true, isOptional: false },
      { name: "client.industry", format: null, hasFallback: false, isOptional: false },
      { name: "plan.date.x", format: "weekday", hasFallback: false, isOptional: true },
      { name: "client.kpis", format: null, hasFallback: true, isOptional: false },
    ]);
  });
});

describe("languages", () => {
  test.each([
    ["en", "14 April 2026", "Tuesday 14 April"],
    ["ru", "14 апреля 2026 г.", "вторник, 14 апреля"],
    ["uk", "14 квітня 2026 р.", "вівторок, 14 квітня"],
    ["ro", "14 aprilie 2026", "marți, 14 aprilie"],
  ] as const)("%s dates", (language, long, weekday) => {
    expect(formatDayIn(TUESDAY, language)).toBe(long);
    expect(formatDayIn(TUESDAY, language, "weekday")).toBe(weekday);
  });

  test.each([
    ["en", ["day", "days"], ["1 day", "2 days", "5 days", "21 days"]],
    ["ru", ["день", "дня", "дней"], ["1 день", "2 дня", "5 дней", "21 день"]],
    ["uk", ["день", "дні", "днів"], ["1 день", "2 дні", "5 днів", "21 день"]],
    ["ro", ["zi", "zile", "de zile"], ["1 zi", "2 zile", "5 zile", "21 de zile"]],
  ] as const)("%s counts", (language, forms, expected) => {
    expect([1, 2, 5, 21].map((n) => pluralise(n, forms, language))).toEqual(expected);
  });
});

test("a number and its unit stay on one line, in a text and on a page", () => {
  const said = (source: string) => render(source, { n: -100 });
  expect(said("({{n:number}} %) за 14 дн., 5 дней").text).toBe("(−100\u00a0%) за 14\u00a0дн., 5 дней");
  expect(fill("{n} % of {m}", { n: 20, m: "100 %" })).toBe("20\u00a0% of 100\u00a0%");
});
