/** Lists what the publisher still has to fill in before a submission: `node scripts/publisher.ts [folder]`. Exit 1 while there is anything. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const MANIFEST = process.argv[2] ?? new URL("../manifest", import.meta.url).pathname;
const README = join(MANIFEST, "listing/README.md");

/** The table of the listing's README is the one place that names the placeholders. */
const rows = readFileSync(README, "utf8").matchAll(/^\| `([^`]+)` \| (.+) \|$/gm);
const wanted = [...rows].filter(([, stands]) => /^\[.+\]$|\.example\.com$/.test(stands!));

/** Checklists speak of placeholders, and the README names them; both may. */
const SPEAKS_OF_THEM = /listing\/(README|checklist-[a-z0-9]+)\.md$/;
const files = readdirSync(MANIFEST, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(md|json|ts|tsx|txt)$/.test(name) && !SPEAKS_OF_THEM.test(name))
  .sort();

let left = 0;
for (const [, stands = "", means = ""] of wanted) {
  const places = files.flatMap((name) =>
    readFileSync(join(MANIFEST, name), "utf8")
      .split("\n")
      .flatMap((line, at) => (line.includes(stands) ? [`${relative(".", join(MANIFEST, name))}:${at + 1}`] : [])),
  );
  if (places.length === 0) continue;
  left += 1;
  process.stdout.write(`${stands} – ${means}\n${places.map((place) => `  ${place}\n`).join("")}`);
}
if (left > 0) process.exitCode = 1;
else process.stdout.write("Nothing is left to fill in.\n");
