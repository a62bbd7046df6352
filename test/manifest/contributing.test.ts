import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const TEXT = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
const paths = [...TEXT.matchAll(/`((?:src|test|manifest|scripts|migrations)(?:\/[\w.-]+)*)`/g)].map(
  ([, path]) => path!,
);

describe("CONTRIBUTING.md", () => {
  it("names only files and folders that are there", () => {
    expect(paths.length).toBeGreaterThan(60);
    expect([...new Set(paths)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("has every part of the house on its map", () => {
    const map = TEXT.split("## The map")[1]!.split("\n## ")[0]!;
    const parts = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const missing = parts.map(({ name }) => `src/${name}`).filter((path) => !map.includes(`\`${path}\``));
    expect(missing).toEqual([]);
  });

  it("names only commands that package.json has", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...TEXT.matchAll(/`npm (?:run )?([a-z-]+)/g)].map(([, name]) => name!);
    expect(new Set(named).size).toBeGreaterThan(5);
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
  });

  it("has a recipe for everything that is added often", () => {
    const recipes = [...TEXT.matchAll(/^### A new (.+)$/gm)].map(([, what]) => what!);
    expect(recipes).toEqual(["signal", "step kind", "CRM", "setting", "screen", "field", "language", "migration"]);
  });
});
