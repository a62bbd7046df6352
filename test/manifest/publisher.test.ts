import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenure-publisher-"));
  cpSync(join(ROOT, "manifest"), folder, {
    recursive: true,
    filter: (path) => !path.includes("node_modules") && !path.endsWith(".png"),
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(): { status: number | null; said: string } {
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, "scripts/publisher.ts"), folder], {
    encoding: "utf8",
  });
  return { status, said: stdout };
}

test("what the publisher has to fill in is listed with its places, until nothing is left", () => {
  const before = check();
  expect(before.status).toBe(1);
  for (const one of ["[LICENSOR]", "[LICENSOR ADDRESS]", "[COURT]", "tenure.example.com"])
    expect(before.said).toContain(one);
  expect(before.said).toMatch(/terms\.md:\d+/);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\.(md|json|ts|tsx|txt)$/.test(name) || name.includes("listing/README")) continue;
    const text = readFileSync(join(folder, name), "utf8");
    writeFileSync(
      join(folder, name),
      text
        .replace(/\[(LICENSOR|LICENSOR ADDRESS|COURT|MAIL PROVIDER|PARTNER CODE|REGION AND PROVIDER)\]/g, "Firma")
        .replaceAll("tenure.example.com", "tenure.firma.test"),
    );
  }
  expect(check()).toEqual({ status: 0, said: "Nothing is left to fill in.\n" });
});

/** Width and height as a PNG's own head tells them, and whether it has an alpha channel. */
function pngOf(name: string): { width: number; height: number; hasAlpha: boolean } {
  const bytes = readFileSync(join(ROOT, "manifest/listing/icons", name));
  const colour = bytes[25]!;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), hasAlpha: colour === 4 || colour === 6 };
}

test("the icons have the sizes that the listings ask for, without transparency", () => {
  expect(pngOf("icon-800.png")).toEqual({ width: 800, height: 800, hasAlpha: false });
  expect(pngOf("icon-512.png")).toEqual({ width: 512, height: 512, hasAlpha: false });
});
