import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const OPERATIONS = join(ROOT, "manifest/operations");
const read = (name: string) => readFileSync(join(OPERATIONS, name), "utf8");

describe("the threat model", () => {
  const rows = read("threat-model.md")
    .split("\n")
    .filter((line) => line.startsWith("| ") && line.includes("`test/"))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  test("has lines, each with an answer", () => {
    expect(rows.length).toBeGreaterThan(25);
    for (const [, threat, answer] of rows) expect(answer, threat).toMatch(/\S/);
  });

  for (const [, threat = "", , named = ""] of rows) {
    test(`${threat}: the test that it names is there`, () => {
      const [, path = "", sentence = ""] = /^`([^`]+)`: (.+)$/.exec(named) ?? [];
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      expect(readFileSync(join(ROOT, path), "utf8")).toContain(sentence);
    });
  }
});

describe("what operations are told", () => {
  test("every command and file that is named exists", () => {
    const all = ["UPGRADE.md", "tenure.service", "Containerfile", "threat-model.md"].map(read).join("\n");
    const named = new Set([...all.matchAll(/\b(?:scripts|src)\/[\w./-]+\.ts\b/g)].map(([path]) => path));
    expect(named.size).toBeGreaterThan(6);
    expect([...named].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test("service and container give a stop the time that a call to a CRM may take", () => {
    const seconds = [
      /TimeoutStopSec=(\d+)/.exec(read("tenure.service")),
      /--stop-timeout (\d+)/.exec(read("Containerfile")),
    ];
    for (const found of seconds) expect(Number(found?.[1])).toBeGreaterThan(30);
  });

  test("what the container copies is there", () => {
    const copied = [...read("Containerfile").matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, paths]) => paths!.split(" "));
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
