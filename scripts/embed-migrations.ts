/** Writes migrations/*.sql into src/store/migrations.gen.ts, so that the same set runs on Node and inside a Durable Object. `--check` only compares. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const target = new URL("../src/store/migrations.gen.ts", import.meta.url);
const folder = new URL("../migrations/", import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .sort();
const entries = names.map((name) => {
  const statements = readFileSync(new URL(name, folder), "utf8").split("--> statement-breakpoint");
  return { name: name.replace(/\.sql$/, ""), statements: statements.map((s) => s.trim()).filter(Boolean) };
});
const text = `// Written by scripts/embed-migrations.ts from migrations/*.sql. Forward only; never edit a migration that has shipped.
export interface Migration {
  name: string;
  statements: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = ${JSON.stringify(entries, null, 2)};
`;
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("src/store/migrations.gen.ts is older than migrations/; run: npm run migrations");
    process.exit(1);
  }
} else writeFileSync(target, text);
