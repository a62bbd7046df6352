/** Writes the JSON schema of templates to manifest/template.schema.json, for editors of template files. `--check` only compares. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { templateJsonSchema } from "../src/core/plan/template.ts";

const target = join(import.meta.dirname, "..", "manifest", "template.schema.json");
const text = `${JSON.stringify(templateJsonSchema(), null, 2)}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("manifest/template.schema.json is older than the template's schema; run: npm run schema");
    process.exit(1);
  }
} else writeFileSync(target, text);
