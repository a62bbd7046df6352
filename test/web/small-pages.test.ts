import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../../src/core/model.ts";
import { page } from "../../src/web/pages/page.ts";

const REFUSALS = [
  "denied",
  "state-missing",
  "state-other-browser",
  "state-used-or-expired",
  "used-code",
  "no-code",
  "return-url",
  "crm-away",
  "our-configuration",
];

describe.each(LANGUAGES)("a refused installation in %s", (language) => {
  test("each reason is told in words of its own", async () => {
    const told = await Promise.all(REFUSALS.map(async (why) => String(await page(`refused-${why}`, language))));
    expect(told.filter((text) => !text.includes(`<html lang="${language}">`))).toEqual([]);
    expect(new Set(told).size).toBe(REFUSALS.length);
  });

  test("a CRM that is away is told to whoever opens a page too: nobody is sent to install again", async () => {
    const text = String(await page("refused-crm-away", language));
    expect(text).not.toMatch(/install|установ|встановл|instal/i);
  });
});
