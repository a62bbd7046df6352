/** The README's tables are written by commands, each between its own markers. */
import { readFileSync, writeFileSync } from "node:fs";

/** @param name of the markers `<!-- name -->` and `<!-- /name -->` @throws Error where they are missing */
export function withTable(readme: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The README has no ${begin} … ${end}.`);
  return `${readme.slice(0, from + begin.length)}\n${table}\n${readme.slice(to)}`;
}

export function writeTable(path: string, name: string, table: string): void {
  writeFileSync(path, withTable(readFileSync(path, "utf8"), name, table));
}
