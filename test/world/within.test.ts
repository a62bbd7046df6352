/** Many texts are found in many bytes as each by itself is. */
import { describe, expect, test } from "vitest";
import { textsWithin } from "../../scripts/world/within.ts";

describe("texts within bytes", () => {
  test("are found at the beginning, in the middle, at the end, in any of the places, in any alphabet, once each", () => {
    const places = [Buffer.from("Aigul met Привет, дом"), Buffer.from("and later Kundin 12")];
    const texts = ["Aigul", "Привет", "дом", "Kundin 12", "Kundin 1", "nobody", "Aigul"];
    expect(textsWithin(texts, places)).toEqual(["Aigul", "Привет", "дом", "Kundin 12", "Kundin 1", "Aigul"]);
  });

  test("are not put together from the end of one place and the beginning of the next", () => {
    expect(textsWithin(["Aigul"], [Buffer.from("Aig"), Buffer.from("ul")])).toEqual([]);
    expect(textsWithin(["Aigul"], [Buffer.from("Aigu")])).toEqual([]);
  });

  test("are found where others begin alike", () => {
    const texts = ["Kundin 1 Sarl", "Kundin 2 Sarl", "Kundin 3"];
    expect(textsWithin(texts, [Buffer.from("xxKundin 2 SarlKundin 3")])).toEqual(["Kundin 2 Sarl", "Kundin 3"]);
  });
});
