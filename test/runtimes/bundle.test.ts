import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import Holidays from "date-holidays";
import { build } from "esbuild";
import { expect, test } from "vitest";
import * as zod from "zod";
import * as holidays from "../../src/core/calendar/holidays.ts";
import moment from "../../src/runtimes/workers/moment-timezone.ts";
import * as bundledZod from "../../src/runtimes/workers/zod-parts.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url).href);

/** Cloudflare's smallest plan takes 3 MB; ours is to start fast: under 1 MB, gzipped, with room to grow. */
const LIMIT_BYTES = 935_000;

/** As wrangler bundles: what it minifies, whether it keeps names (unless told not to), what it replaces. */
const wrangler = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
const section = /^\[alias\]\n((?:"[^\n]+\n)+)/m.exec(wrangler)?.[1] ?? "";
const alias = Object.fromEntries(
  [...section.matchAll(/^"([^"]+)" = "([^"]+)"$/gm)].map(([, name, path]) => [name!, join(ROOT, path!)]),
);

test("the Worker's bundle stays under 1 MB gzipped, and holds no driver of Node's runtime and no sandbox", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ["src/runtimes/workers.ts"],
    absWorkingDir: ROOT,
    alias,
    bundle: true,
    minify: /^minify = true$/m.test(wrangler),
    keepNames: !/^keep_names = false$/m.test(wrangler),
    write: false,
    metafile: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
  });
  const bytes = gzipSync(outputFiles[0]!.contents).byteLength;
  const parts = new Map<string, number>();
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const part = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.split("/").slice(0, 2).join("/");
      parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
    }
  }
  const largest = [...parts].sort((a, b) => b[1] - a[1]).slice(0, 12);
  expect(bytes, `largest parts, minified: ${JSON.stringify(largest)}`).toBeLessThan(LIMIT_BYTES);
  expect(
    [...parts.keys()].filter((part) =>
      /^date-holidays$|better-sqlite3|moment-timezone|node-server|node-cron|pino|nodemailer|src\/sandbox/.test(part),
    ),
  ).toEqual([]);
});

test("what stands in for zod is all of it that we use, the same", () => {
  expect(Object.keys(alias)).toContain("zod");
  const files = globSync("{src,manifest}/**/*.ts", { cwd: ROOT, exclude: (name) => name.includes("node_modules") });
  const used = new Set(
    files.flatMap((file) =>
      [...readFileSync(join(ROOT, file), "utf8").matchAll(/\bz\.([a-zA-Z]+)/g)].map(([, name]) => name!),
    ),
  );
  expect(used.size).toBeGreaterThan(20);
  const [whole, ours] = [zod, bundledZod] as unknown as Record<string, unknown>[];
  const values = [...used].filter((name) => whole![name] !== undefined);
  expect(values.length).toBeGreaterThan(20);
  for (const name of values) {
    const isFolder = name === "coerce" || name === "iso";
    if (isFolder) expect(Object.keys(ours![name] as object), name).toEqual(Object.keys(whole![name] as object));
    else expect(ours![name], name).toBe(whole![name]);
  }
  const message = zod.object({ a: zod.string() }).safeParse({ a: 1 }).error?.issues[0]?.message;
  expect(message).toBe("Invalid input: expected string, received number");
  expect(bundledZod.object({ a: bundledZod.string() }).safeParse({ a: 1 }).error?.issues[0]?.message).toBe(message);
});

test("holidays are the same with what stands in for their library and moment-timezone: every country, state and region", async () => {
  expect(Object.keys(alias)).toEqual(expect.arrayContaining(["date-holidays", "moment-timezone"]));
  const { outputFiles } = await build({
    entryPoints: ["src/core/calendar/holidays.ts"],
    absWorkingDir: ROOT,
    alias,
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    logLevel: "silent",
  });
  const folder = mkdtempSync(join(tmpdir(), "tenure-bundle-"));
  const file = join(folder, "holidays.mjs");
  writeFileSync(file, outputFiles[0]!.contents);
  const bundled = (await import(/* @vite-ignore */ file)) as typeof holidays;
  rmSync(folder, { recursive: true });
  const library = new Holidays();
  const below = (place: string, places: Record<string, string> = {}) =>
    Object.keys(places).map((code) => `${place}-${code}`);
  const countries = Object.keys(library.getCountries("en"));
  const states = countries.flatMap((country) => below(country, library.getStates(country, "en")));
  const regions = states.flatMap((place) => {
    const [country = "", state = ""] = place.split("-");
    return below(place, library.getRegions(country, state, "en"));
  });
  expect(countries.length).toBeGreaterThan(100);
  expect(states.length).toBeGreaterThan(300);
  expect(regions.length).toBeGreaterThan(30);
  const differ = (places: readonly string[], year: number) =>
    places.filter((place) => {
      const [ours, whole] = [bundled, holidays].map((from) => from.holidayCalendar(place, year, year));
      return JSON.stringify(ours) !== JSON.stringify(whole);
    });
  expect(differ([...countries, ...states, ...regions], 2026)).toEqual([]);
  expect(differ(countries, 2031)).toEqual([]);
}, 180_000);

test("the day of an instant in a zone and at an offset, on both sides of midnight", () => {
  const day = (of: ReturnType<typeof moment>) => [of.month() + 1, of.date()];
  expect(day(moment("2026-03-20T14:46:00Z").tz("Asia/Tokyo"))).toEqual([3, 20]);
  expect(day(moment("2026-03-20T15:00:00Z").tz("Asia/Tokyo"))).toEqual([3, 21]);
  expect(day(moment("2026-01-01T04:59:00Z").tz("America/New_York"))).toEqual([12, 31]);
  expect(day(moment("2026-12-31T16:00:00Z").utcOffset("+08:00"))).toEqual([1, 1]);
  expect(day(moment("2026-01-01T03:29:00Z").utcOffset("-03:30"))).toEqual([12, 31]);
});
