/** The house's order, read from the files: who may import whom, what no file may do, and that every test runs. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, matchesGlob, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import config from "../vitest.config.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url).href);

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (name === "node_modules") return [];
    return statSync(join(ROOT, path)).isDirectory() ? filesBelow(path) : [path];
  });
}

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const isCode = (path: string) => /\.(?:ts|tsx|mjs)$/.test(path);
const SOURCES = filesBelow("src").filter(isCode);
const TESTS = filesBelow("test").filter(isCode);

/** Without comments; strings stay. */
function code(path: string): string {
  return read(path)
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[^:"'`])\/\/.*$/gm, "$1");
}

interface Import {
  from: string;
  /** a file of ours, or a package */
  to: string;
  isPackage: boolean;
  isTypeOnly: boolean;
}

function importsOf(path: string): Import[] {
  const found: Import[] = [];
  const text = code(path);
  const lines = /^\s*(?:import|export)\b((?:[^"';]*?\bfrom)?)\s*"([^"]+)"|\bimport\("([^"]+)"\)/gm;
  for (const match of text.matchAll(lines)) {
    const named = match[2] ?? match[3]!;
    const isPackage = !named.startsWith(".");
    const to = isPackage ? named : relative(ROOT, join(ROOT, dirname(path), named));
    found.push({ from: path, to, isPackage, isTypeOnly: /^\s*type\b/.test(match[1] ?? "") });
  }
  return found;
}

/** Files of which each is reached from itself, a line per circle. */
function circles(imports: readonly Import[]): readonly string[] {
  const named = Map.groupBy(
    imports.filter((one) => !one.isPackage),
    (one) => one.from,
  );
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(" -> "));
    if (way.includes(path) || done.has(path)) return;
    for (const { to } of named.get(path) ?? []) walk(to, [...way, path]);
    done.add(path);
  };
  for (const path of named.keys()) walk(path, []);
  return found;
}

/** The part of the house that a file belongs to. */
function partOf(path: string): string {
  const [, first = "", second] = path.split("/");
  if (first === "crm" && second && !second.endsWith(".ts")) return `crm/${second}`;
  // What a runtime may hand in to send letters is described beside the other ports.
  if (first === "mailer.ts") return "ports";
  if (/^portal-\w+\.ts$/.test(first) && first !== "portal-door.ts") return "portal-parts";
  if (/^portal(?:-door)?\.ts$/.test(first)) return "portal";
  return first.replace(/\.ts$/, "");
}

/** Whom each part may call, whose types it may name besides, and what to do instead of reaching further. */
const MAY: Readonly<Record<string, { call: readonly string[]; name?: readonly string[]; instead: string }>> = {
  core: { call: [], instead: "take what you need as a parameter; core is pure" },
  crm: { call: ["core"], instead: "the port knows no vendor, store or engine: hand it in through Wiring" },
  "crm/hubspot": { call: ["core", "crm"], instead: "say it in the port's words, src/crm/port.ts" },
  "crm/bitrix24": { call: ["core", "crm"], instead: "say it in the port's words, src/crm/port.ts" },
  store: { call: ["core"], instead: "the store only keeps rows: rules belong to src/core or src/engine" },
  engine: { call: ["core", "store", "crm"], name: ["ports"], instead: "ask the CRM through the port, src/crm/port.ts" },
  acts: {
    call: ["core", "views", "portal-parts"],
    name: ["ports", "crm", "store"],
    instead: "act on the portal that is handed in, src/portal-open.ts",
  },
  views: {
    call: ["core", "crm", "engine", "acts", "portal-parts"],
    name: ["ports", "store"],
    instead: "read through the portal that is handed in, src/portal-open.ts",
  },
  doors: {
    call: ["core", "crm", "store", "acts", "views", "engine", "portal-parts", "links"],
    name: ["ports"],
    instead: "work on the portal that is handed in, src/portal-open.ts",
  },
  ports: { call: [], name: ["core", "crm"], instead: "src/ports.ts only describes" },
  links: { call: [], name: ["ports"], instead: "a link is made of its claims and the vault alone" },
  "portal-parts": {
    call: ["core", "crm", "engine", "store", "views", "ports", "links"],
    instead: "a part of the portal takes what it needs (src/portal-open.ts); it does not open the portal",
  },
  config: { call: [], instead: "src/config.ts only reads the environment" },
  portal: {
    call: ["core", "crm", "engine", "store", "acts", "views", "doors", "ports", "portal-parts"],
    instead: "take a CrmApp; the portal knows no vendor",
  },
  web: {
    call: ["core", "crm", "crm/hubspot", "crm/bitrix24", "views", "acts", "doors", "ports", "links"],
    name: ["portal", "store"],
    instead: "ask the portal through host.ask(id, door, args); the web never opens a store",
  },
  app: { call: ["web"], instead: "take it in AppDeps, src/web/deps.ts" },
  sandbox: {
    call: [],
    instead: "the sandbox knows nothing of our code, and our code does not know that it is not the real thing",
  },
};

/** Packages that only some parts may use, and what the others do. */
const PACKAGES: readonly { name: RegExp; in: RegExp; instead: string }[] = [
  {
    name: /^node:/,
    in: /^src\/runtimes\//,
    instead: "use the web's own (WebCrypto, TextEncoder, Uint8Array), or take it through Surroundings",
  },
  {
    name: /^cloudflare:|durable-sqlite/,
    in: /^src\/runtimes\/workers/,
    instead: "the rest of the house does not know which runtime it is on",
  },
  {
    name: /better-sqlite3|^@hono\/node-server|^node-cron|^pino|^nodemailer/,
    in: /^src\/runtimes\/node/,
    instead: "a driver belongs to src/runtimes/node",
  },
  { name: /^drizzle-orm/, in: /^src\/(?:store|runtimes|views|acts|doors)\//, instead: "add a method to src/store" },
  { name: /^hono/, in: /^src\/(?:web\/|app\.ts|runtimes\/|sandbox\/)/, instead: "HTTP ends in src/web" },
];

/** Files that may touch the real clock, chance and the process. */
const OUTSIDE = /^src\/(?:runtimes|sandbox)\//;
const NEUTRAL: readonly { word: RegExp; instead: string }[] = [
  { word: /\bprocess\s*\./, instead: "take the setting through Config" },
  { word: /\bBuffer\b/, instead: "use Uint8Array, TextEncoder, atob and btoa" },
  { word: /\bDate\.now\b|\bnew Date\(\s*\)/, instead: "take `now` from Surroundings or as a parameter" },
  { word: /\bMath\.random\b/, instead: "take `chance` from Surroundings or as a parameter" },
  { word: /\bcrypto\.(?:randomUUID|getRandomValues)\b/, instead: "take `token` from Surroundings or as a parameter" },
  { word: /\beval\s*\(|\bnew Function\b/, instead: "no text becomes code here" },
];

describe("who imports whom (design, section 3)", () => {
  test("every part of src has its place in the table", () => {
    const parts = new Set(SOURCES.map(partOf));
    parts.delete("runtimes");
    expect([...parts].filter((part) => !MAY[part])).toEqual([]);
  });

  test("imports follow the directions", () => {
    const wrong = SOURCES.flatMap(importsOf)
      .filter((one) => !one.isPackage)
      .flatMap((one) => {
        const from = partOf(one.from);
        const to = partOf(one.to);
        const rule = MAY[from];
        if (!rule || from === to || rule.call.includes(to) || (one.isTypeOnly && rule.name?.includes(to))) return [];
        return [`${one.from} imports ${one.to}: ${rule.instead}`];
      });
    expect(wrong).toEqual([]);
  });

  test("imports go around in no circle, those of types neither", () => {
    // Below these two, a whole and its parts name each other: the sandbox's portal, the objects that the environment binds.
    const whole = /^src\/(?:sandbox|runtimes\/workers)\//;
    const named = SOURCES.flatMap(importsOf).filter((one) => !(one.isTypeOnly && whole.test(one.from)));
    expect(circles(named)).toEqual([]);
  });

  test("only Node's runtime, tests and scripts know the sandbox", () => {
    const wrong = SOURCES.flatMap(importsOf)
      .filter(
        (one) => one.to.startsWith("src/sandbox/") && !/^src\/(?:sandbox\/|runtimes\/node(?:\/|\.ts))/.test(one.from),
      )
      .map((one) => `${one.from} imports ${one.to}: take the address from the configuration`);
    expect(wrong).toEqual([]);
  });

  test("nobody imports a runtime but its own kind", () => {
    const wrong = SOURCES.flatMap(importsOf)
      .filter((one) => one.to.startsWith("src/runtimes/"))
      .filter(
        (one) =>
          !one.from.startsWith("src/runtimes") ||
          (/runtimes\/workers/.test(one.from) && /runtimes\/node/.test(one.to)) ||
          (/runtimes\/node/.test(one.from) && /runtimes\/workers/.test(one.to)),
      )
      .map((one) => `${one.from} imports ${one.to}: what both runtimes need lies in src/runtimes itself`);
    expect(wrong).toEqual([]);
  });

  test("packages stay where they belong", () => {
    const wrong = SOURCES.flatMap(importsOf)
      .filter((one) => one.isPackage)
      .flatMap((one) =>
        PACKAGES.filter((rule) => rule.name.test(one.to) && !rule.in.test(one.from)).map(
          (rule) => `${one.from} imports ${one.to}: ${rule.instead}`,
        ),
      );
    expect(wrong).toEqual([]);
  });

  test("core uses only packages that compute", () => {
    const wrong = SOURCES.filter((path) => partOf(path) === "core")
      .flatMap(importsOf)
      .filter((one) => one.isPackage && !/^(?:zod|yaml|luxon|date-holidays)$/.test(one.to));
    expect(wrong).toEqual([]);
  });
});

describe("what no file does", () => {
  test("outside the runtimes nothing touches the process, the real clock or chance", () => {
    const wrong = SOURCES.filter((path) => !OUTSIDE.test(path)).flatMap((path) =>
      code(path)
        .split("\n")
        .flatMap((line) =>
          NEUTRAL.filter((rule) => rule.word.test(line)).map((rule) => `${path}: "${line.trim()}": ${rule.instead}`),
        ),
    );
    expect(wrong).toEqual([]);
  });

  test("no timer outlives what it waits for: an object on Workers would be kept in memory by it", () => {
    const wrong = SOURCES.filter(
      (path) => !path.startsWith("src/sandbox/") && /\bAbortSignal\.timeout\b/.test(code(path)),
    );
    expect(wrong.map((path) => `${path}: use within() of src/crm/http.ts`)).toEqual([]);
  });

  test("src/core names no vendor, not even in a comment", () => {
    const wrong = SOURCES.filter((path) => partOf(path) === "core").filter((path) =>
      /hubspot|bitrix/i.test(read(path)),
    );
    expect(wrong.map((path) => `${path}: say it in the words of the design, section 2`)).toEqual([]);
  });

  test("no file is longer than 500 lines", () => {
    const long = [...SOURCES, ...TESTS, ...filesBelow("scripts").filter(isCode)]
      .filter((path) => !path.endsWith(".gen.ts"))
      .map((path) => ({ path, lines: read(path).split("\n").length - 1 }))
      .filter(({ lines }) => lines > 500);
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines; one subject per file`)).toEqual([]);
  });

  test("nothing is put off", () => {
    const words = /(?:\/\/|\*)[^\n]*\b(?:TODO|FIXME)\b(?:[: ]|$)|\b(?:test|it|describe)\.(?:only|todo|skip)\(/;
    const wrong = [...SOURCES, ...TESTS].filter((path) => path !== "test/tidy.test.ts" && words.test(read(path)));
    expect(wrong).toEqual([]);
  });
});

describe("every test runs", () => {
  interface Project {
    test: { name: string; include: string[]; exclude?: string[] };
  }
  const { projects } = (config as unknown as { test: { projects: Project[] } }).test;

  test("each test file belongs to exactly one project", () => {
    const all = TESTS.filter((path) => /\.(?:test|spec)\.[a-z]+$/.test(path));
    expect(all.length).toBeGreaterThan(0);
    const wrong = all.flatMap((path) => {
      const names = projects
        .filter(
          ({ test: { include, exclude = [] } }) =>
            include.some((glob) => matchesGlob(path, glob)) && !exclude.some((glob) => matchesGlob(path, glob)),
        )
        .map((project) => project.test.name);
      return names.length === 1 ? [] : [`${path} runs in: ${names.join(", ") || "no project"}`];
    });
    expect(wrong).toEqual([]);
  });

  test("no test file hides outside test/", () => {
    const hidden = ["src", "scripts", "manifest"]
      .flatMap(filesBelow)
      .filter((path) => /\.(?:test|spec)\.[a-z]+$/.test(path));
    expect(hidden).toEqual([]);
  });
});

describe("the checks themselves see what they should", () => {
  test("an import line is read with its target and kind", () => {
    const found = importsOf("src/runtimes/workers/portal-object.ts");
    expect(found).toContainEqual({
      from: "src/runtimes/workers/portal-object.ts",
      to: "src/portal.ts",
      isPackage: false,
      isTypeOnly: false,
    });
    expect(found).toContainEqual({
      from: "src/runtimes/workers/portal-object.ts",
      to: "src/core/model.ts",
      isPackage: false,
      isTypeOnly: true,
    });
    expect(found).toContainEqual({
      from: "src/runtimes/workers/portal-object.ts",
      to: "cloudflare:workers",
      isPackage: true,
      isTypeOnly: false,
    });
  });

  test("a circle is found, and told by its files", () => {
    const line = (from: string, to: string) => ({ from, to, isPackage: false, isTypeOnly: false });
    expect(circles([line("a", "b"), line("b", "c"), line("a", "c")])).toEqual([]);
    expect(circles([line("a", "b"), line("b", "c"), line("c", "b")])).toEqual(["b -> c -> b"]);
  });

  test("files are sorted into parts", () => {
    const parts = [
      "src/crm/http.ts",
      "src/crm/hubspot/read.ts",
      "src/portal-door.ts",
      "src/portal.ts",
      "src/ports.ts",
      "src/core/plan/dates.ts",
      "src/app.ts",
    ];
    expect(parts.map(partOf)).toEqual(["crm", "crm/hubspot", "portal", "portal", "ports", "core", "app"]);
  });
});
