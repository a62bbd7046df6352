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

  test("whose portal it is, is asked in words of its own, and the address stands there as it is", async () => {
    const text = String(await page("is-yours", language, "https://crm.own.io/oauth/authorize/?a=1&b=2"));
    expect(text).toContain('<a href="https://crm.own.io/oauth/authorize/?a=1&amp;b=2" rel="noreferrer">crm.own.io</a>');
    expect(text).toMatch(/Bitrix24|Битрикс24|Бітрікс24/);
    expect(String(await page("installed", language))).not.toContain("<a ");
  });

  test("a CRM that is away is told to whoever opens a page too: nobody is sent to install again", async () => {
    const text = String(await page("refused-crm-away", language));
    expect(text).not.toMatch(/install|установ|встановл|instal/i);
  });
});
