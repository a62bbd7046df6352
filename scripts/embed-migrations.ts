/** Writes migrations/*.sql into src/store/migrations.gen.ts, so that the same set runs on Node and inside a Durable Object. `--check` only compares. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const target = join(root, "src/store/migrations.gen.ts");
const folder = join(root, "migrations");
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .sort();
const entries = names.map((name) => {
  const statements = readFileSync(join(folder, name), "utf8").split("--> statement-breakpoint");
  return { name: name.replace(/\.sql$/, ""), statements: statements.map((one) => one.trim()).filter(Boolean) };
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
