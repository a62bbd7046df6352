import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  commandLine,
  listOf,
  MAX_FORM_BYTES,
  mapAt,
  parseBracketForm,
  textAt,
} from "../../../src/crm/bitrix24/form.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("forms in PHP's bracket notation", () => {
  it("reads an event as Bitrix24 posts it (A2.2)", () => {
    const form = parseBracketForm(
      bytes(
        "event=ONCRMDEALUPDATE&data[FIELDS][ID]=759&ts=1736405807&auth%5Bmember_id%5D=a223&auth[scope]=crm%2Ctask+user",
      ),
    )!;
    expect(textAt(form, "event")).toBe("ONCRMDEALUPDATE");
    expect(textAt(form, "data", "FIELDS", "ID")).toBe("759");
    expect(textAt(form, "auth", "member_id")).toBe("a223");
    expect(textAt(form, "auth", "scope")).toBe("crm,task user");
  });

  it("tells the literal undefined of task events from a map", () => {
    const form = parseBracketForm(bytes("data[FIELDS_BEFORE]=undefined&data[FIELDS_AFTER][ID]=5"))!;
    expect(mapAt(form, "data", "FIELDS_BEFORE")).toBeNull();
    expect(textAt(form, "data", "FIELDS_BEFORE", "ID")).toBeNull();
    expect(textAt(form, "data", "FIELDS_AFTER", "ID")).toBe("5");
  });

  it("reads lists by their numbers and appended ones", () => {
    const form = parseBracketForm(bytes("document_id[2]=DEAL_7&document_id[0]=crm&document_id[1]=X&a[]=1&a[]=2"))!;
    expect(listOf(mapAt(form, "document_id"))).toEqual(["crm", "X", "DEAL_7"]);
    expect(listOf(mapAt(form, "a"))).toEqual(["1", "2"]);
  });

  const refused: [string, string | Uint8Array][] = [
    ["a prototype key", "__proto__[polluted]=1"],
    ["a prototype key further in", "data[__proto__][polluted]=1"],
    ["a constructor key", "data[constructor][prototype][x]=1"],
    ["brackets that do not close", "data[FIELDS=1"],
    ["brackets before the name", "[a]=1"],
    ["too deep a nesting", "a[b][c][d][e][f][g]=1"],
    ["too many pairs", Array.from({ length: 600 }, (_, index) => `a${index}=1`).join("&")],
    ["a body over the limit", `a=${"x".repeat(MAX_FORM_BYTES)}`],
    ["a text that is then a map", "a=1&a[b]=2"],
    ["a map that is then a text", "a[b]=2&a=1"],
    ["a broken percent sign", "a=%zz"],
    ["bytes that are no UTF-8", new Uint8Array([97, 61, 0xff, 0xfe])],
  ];
  for (const [name, body] of refused) {
    it(`refuses ${name} (G9)`, () => {
      expect(parseBracketForm(typeof body === "string" ? bytes(body) : body)).toBeNull();
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });
  }

  it("writes a command with its keys in order and everything encoded once", () => {
    expect(
      commandLine("task.checklistitem.add", {
        TASKID: "$result[t0][task][id]",
        FIELDS: { TITLE: "a&b=c", PARENT_ID: 0 },
      }),
    ).toBe(
      "task.checklistitem.add?TASKID=%24result%5Bt0%5D%5Btask%5D%5Bid%5D&FIELDS[TITLE]=a%26b%3Dc&FIELDS[PARENT_ID]=0",
    );
    expect(
      commandLine("crm.item.list", {
        filter: { "@id": [7, 8], ">=updatedTime": "2026-01-01T00:00:00+00:00" },
        start: -1,
      }),
    ).toBe(
      "crm.item.list?filter[%40id][0]=7&filter[%40id][1]=8&filter[%3E%3DupdatedTime]=2026-01-01T00%3A00%3A00%2B00%3A00&start=-1",
    );
    expect(commandLine("x", { gone: undefined, empty: null, yes: true })).toBe("x?empty=&yes=1");
    expect(commandLine("profile", {})).toBe("profile");
  });

  it("reads back whatever texts it writes", () => {
    const name = fc
      .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
      .filter((key) => !["__proto__", "constructor", "prototype"].includes(key));
    const value = fc.dictionary(
      name,
      fc.oneof(fc.string({ unit: "grapheme" }), fc.dictionary(name, fc.string(), { minKeys: 1 })),
      { minKeys: 1, maxKeys: 6 },
    );
    fc.assert(
      fc.property(value, (params) => {
        const line = commandLine("m", params);
        expect(JSON.parse(JSON.stringify(parseBracketForm(bytes(line.slice(2)))))).toEqual(
          JSON.parse(JSON.stringify(params)),
        );
      }),
    );
  });
});
