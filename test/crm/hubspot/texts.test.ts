import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHtml, keyInMark, toHtml, withMark, withoutMark } from "../../../src/crm/hubspot/texts.ts";

describe("plain text and HubSpot's rich text", () => {
  it.each([
    ["a & b < c > d", "<p>a &amp; b &lt; c &gt; d</p>"],
    ["one\ntwo\r\nthree", "<p>one<br>two<br>three</p>"],
  ])("%j is sent as %s", (text, html) => {
    expect(toHtml(text)).toBe(html);
  });

  it.each([
    ["<p>one<br/>two</p>", "one\ntwo"],
    ["<div>one</div><div>two</div>", "one\ntwo"],
    ["<p style='x'>a&nbsp;b &quot;c&quot; &#39;d&#x27;</p>", "a b \"c\" 'd'"],
    ["<ul><li>one</li><li>two</li></ul>", "one\ntwo"],
    ["plain text", "plain text"],
    ["a &unknown; b", "a &unknown; b"],
    ["", ""],
  ])("%s is read as %j", (html, text) => {
    expect(fromHtml(html)).toBe(text);
  });

  it("comes back as it was, apart from runs of blanks", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab &<>\"'é漢;#x1\n".split("")) }), (text) => {
        const expected = text
          .replace(/[ \t]+/g, " ")
          .replace(/ ?\n ?/g, "\n")
          .trim();
        expect(fromHtml(toHtml(text))).toBe(expected);
      }),
    );
  });
});

describe("the signed mark", () => {
  it("carries any key, and the text without it is the text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), async (key) => {
        const html = await withMark(toHtml("Call them."), "secret", "42", key);
        expect(await keyInMark(html, "secret", "42")).toBe(key);
        expect(withoutMark(fromHtml(html))).toBe("Call them.");
      }),
      { numRuns: 50 },
    );
  });

  it("is not taken from another account, another secret, or another hand (G9)", async () => {
    const html = await withMark("", "secret", "42", "company:1/1/kickoff");
    expect(await keyInMark(html, "secret", "43")).toBeNull();
    expect(await keyInMark(html, "other", "42")).toBeNull();
    expect(await keyInMark(html.replace("kickoff", "kickofg"), "secret", "42")).toBeNull();
    expect(await keyInMark("[tenure:%zz:aaaaaaaaaa]", "secret", "42")).toBeNull();
    expect(await keyInMark("nothing", "secret", "42")).toBeNull();
  });
});
