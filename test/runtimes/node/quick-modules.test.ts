/** The short way to modules leads to the same ones, or to the same ones later. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { holidayCalendar } from "../../../src/core/calendar/holidays.ts";
import { builtInTemplates } from "../../../src/core/plan/templates/index.ts";
import { templateToYaml } from "../../../src/core/plan/yaml.ts";

const SRC = join(import.meta.dirname, "../../../src");
const CONNECTOR = join(SRC, "runtimes/node/connector.ts");
const QUICKLY = `(await import(${JSON.stringify(join(SRC, "runtimes/node/quick-modules.ts"))})).resolveQuickly();`;

/** Whatever a set-up leaves compiled. */
const REST = ".then((all) => all.loadAll())";

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

/** Those of the files that are among the modules. */
const those = (files: readonly string[], urls: readonly string[]) =>
  files.filter((file) => urls.some((url) => url.endsWith(`/src/${file}`)));

test("pages, and what is asked of a portal, are not loaded before the doors are open; a set-up loads them", {
  timeout: 120_000,
}, () => {
  const needless = ["web/routes/screens.ts", "portal-door.ts", "web/pages/board.ts"];
  expect(those(needless, loaded(QUICKLY))).toEqual([]);
  expect(those(needless, loaded(QUICKLY, REST))).toEqual(needless);
});

test("of a CRM that is not configured nothing is loaded", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "tenure-loaded-"));
  const env = {
    PORT: "0",
    DATA_DIR: folder,
    PUBLIC_URL: "https://tenure.test",
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
  };
  const started = (named: object) => `.then(async ({ startConnector }) => {
    const { readConfig } = await import(${JSON.stringify(join(SRC, "config.ts"))});
    const config = readConfig(${JSON.stringify({ ...env, ...named })});
    await (await startConnector({ config, log: () => undefined })).stop();
  })`;
  const hubspot = { HUBSPOT_CLIENT_ID: "c", HUBSPOT_CLIENT_SECRET: "s", HUBSPOT_APP_ID: "1" };
  const bitrix24 = { BITRIX24_CLIENT_ID: "c", BITRIX24_CLIENT_SECRET: "s" };
  const files = ["crm/hubspot/read.ts", "crm/bitrix24/read.ts", "web/routes/bitrix24.ts"];
  try {
    expect(those(files, loaded(QUICKLY, started(hubspot)))).toEqual(files.slice(0, 1));
    expect(those(files, loaded(QUICKLY, started(bitrix24)))).toEqual(files.slice(1));
    expect(those(files, loaded(QUICKLY, started({ ...hubspot, ...bitrix24 })))).toEqual(files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
