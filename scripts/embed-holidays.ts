/**
 * Writes the rules of the library of holidays into src/runtimes/workers/holidays.gen.ts, without what nobody here asks for: two thirds of its
 * data are names in all languages. A line for each country. `--check` only compares.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

interface Library {
  /** when it was written, a date */
  readonly version: string;
  readonly license: string;
  readonly holidays: Readonly<Record<string, object>>;
}

/** Of countries, states, regions and days. A key that is not known here stays. */
const LEFT_OUT = new Set(["name", "names", "_name", "note", "langs", "zones", "dayoff", "weekend", "sources", "coord"]);
const LICENSE = "CC-BY-SA-3";

const target = join(import.meta.dirname, "..", "src", "runtimes", "workers", "holidays.gen.ts");
const library = (createRequire(import.meta.url)("date-holidays/data") as { data: Library }).data;
if (library.license !== LICENSE)
  throw new Error(`The data of date-holidays are under ${library.license} now, which asks what?`);
const lines = Object.entries(library.holidays).map(
  ([country, rules]) =>
    `  ${JSON.stringify(country)}: ${JSON.stringify(rules, (key, value) => (LEFT_OUT.has(key) ? undefined : value))},\n`,
);
const text = `// Written by scripts/embed-holidays.ts from the data of the library date-holidays; run: npm run holidays
/*!
 * Rules of holidays: data of date-holidays, ${library.version}, by commenthol and contributors, https://github.com/commenthol/date-holidays,
 * which rely on articles of Wikipedia named in its LICENSE. Changed: names, notes, languages and time zones are left out. These data are, as
 * theirs, under CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/
 */
export const HOLIDAYS: Readonly<Record<string, unknown>> = {
${lines.join("")}};
`;
if (process.argv.includes("--check")) {
  if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
    console.error(
      "src/runtimes/workers/holidays.gen.ts is not what the library of holidays says; run: npm run holidays",
    );
    process.exit(1);
  }
} else writeFileSync(target, text);
