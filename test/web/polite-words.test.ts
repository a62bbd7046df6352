/** Clients and users are spoken to in one form: вы, ви, dumneavoastră. Buttons are of the same form, or name the deed. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const ROOT = new URL("../..", import.meta.url).pathname;
/** What clients write is not ours, and a sandbox has words of its own. */
const OTHERS = /^src\/(?:sandbox|core\/question\/lexicon|core\/signal\/text-words)/;
const FAMILIAR = [
  /(?<!\p{L})(?:ты|тебя|тебе|тобой|твой|твоя|твоё|твои|твоего|твоей|твоих)(?!\p{L})/iu,
  /(?<!\p{L})(?:ти|тебе|тобі|тобою|твій|твоя|твоє|твої|твого|твоєї|твоїх)(?!\p{L})/iu,
  /(?<!\p{L})(?:îți|tău|tale|tăi|voi|vouă|vostru|voastră|voastre|voștri)(?!\p{L})/iu,
  /"(?:Salvează|Publică|Aplică|Arată|Deschide|Vezi|Anulează|Acceptă|Respinge|Finalizează|Mută|Trimite)(?!\p{L})/u,
];

function linesOf(folder: string): [where: string, line: string][] {
  const files = readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:tsx?|md)$/.test(name) && !name.includes("node_modules"))
    .map((name) => `${folder}/${name}`);
  return files
    .filter((path) => !OTHERS.test(path))
    .flatMap((path) =>
      readFileSync(`${ROOT}${path}`, "utf8")
        .split("\n")
        .map((line, at): [string, string] => [`${path}:${at + 1}`, line]),
    );
}

test("no text of ours says ты, ти or tu, nor voi, in any letter, page, task or listing", () => {
  const lines = ["src", "manifest/hubspot/src", "manifest/listing"].flatMap(linesOf);
  expect(lines.filter(([, line]) => line.includes("dumneavoastră")).length).toBeGreaterThan(20);
  expect(lines.filter(([, line]) => FAMILIAR.some((one) => one.test(line)))).toEqual([]);
});
