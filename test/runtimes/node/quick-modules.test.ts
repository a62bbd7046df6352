/** The short way to modules leads to the same ones, or to the same ones later. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { holidayCalendar } from "../../../src/core/calendar/holidays.ts";
import { builtInTemplates } from "../../../src/core/plan/templates/index.ts";
import { templateToYaml } from "../../../src/core/plan/yaml.ts";

const SRC = join(import.meta.dirname, "../../../src");
const CONNECTOR = join(SRC, "runtimes/node/connector.ts");
const QUICKLY = `(await import(${JSON.stringify(join(SRC, "runtimes/node/quick-modules.ts"))})).resolveQuickly();`;

/** Whatever a set-up leaves compiled. */
const REST = ".then((all) => all.loadRest())";

/** What a process of its own says, as JSON. */
function said(script: string): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    maxBuffer: 1e7,
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Every module that the connector loads, by its address. */
function loaded(before: string, then = ""): readonly string[] {
  const seen = said(`
    import { registerHooks } from "node:module";
    const seen = [];
    registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } });
    ${before}
    await import(${JSON.stringify(CONNECTOR)})${then};
    console.log(JSON.stringify(seen.sort()));`);
  return [...new Set(seen as string[])];
}

/** What only the libraries that are loaded later need. */
const LATER =
  /^node:|\/node_modules\/(yaml|(date-)?holidays[^/]*|astronomia|caldate|date-(bengali-revised|chinese|easter)|jalaali-js|deepmerge|moment(-timezone)?|zod\/v4\/locales)\//;

test("the short way leads to the same files and to no other, but for those that are loaded later", {
  timeout: 120_000,
}, () => {
  const all = loaded("", REST);
  const short = loaded(QUICKLY, REST);
  const ours = short.filter((url) => !url.endsWith("/quick-modules.ts") && !url.startsWith("later:"));
  expect(ours.filter((url) => !all.includes(url))).toEqual([]);
  expect(all.filter((url) => !ours.includes(url) && !LATER.test(url))).toEqual([]);
  expect(ours.length).toBeGreaterThan(500);
  expect(all.length - ours.length).toBeGreaterThan(200);
});

test("pages, and what is asked of a portal, are not loaded before the doors are open; a set-up loads them", {
  timeout: 120_000,
}, () => {
  const needless = ["web/routes/screens.ts", "portal-door.ts", "web/pages/board.ts"];
  const those = (urls: readonly string[]) =>
    needless.filter((file) => urls.some((url) => url.endsWith(`/src/${file}`)));
  expect(those(loaded(QUICKLY))).toEqual([]);
  expect(those(loaded(QUICKLY, REST))).toEqual(needless);
});

test("what is loaded later is the same library: the same holidays, the same template, the same problem", {
  timeout: 120_000,
}, () => {
  const template = builtInTemplates()[0]!;
  const script = `
    ${QUICKLY}
    const { holidayCalendar } = await import(${JSON.stringify(join(SRC, "core/calendar/holidays.ts"))});
    const { templateFromYaml, templateToYaml } = await import(${JSON.stringify(join(SRC, "core/plan/yaml.ts"))});
    const template = ${JSON.stringify(template)};
    const text = templateToYaml(template);
    console.log(JSON.stringify({
      holidays: [holidayCalendar("RU", 2026, 2027), holidayCalendar("CN", 2026, 2027)],
      text,
      read: templateFromYaml(text).template,
      problems: templateFromYaml("a: [").problems.length,
    }));`;
  expect(said(script)).toEqual({
    holidays: [holidayCalendar("RU", 2026, 2027), holidayCalendar("CN", 2026, 2027)],
    text: templateToYaml(template),
    read: JSON.parse(JSON.stringify(template)),
    problems: 1,
  });
});
