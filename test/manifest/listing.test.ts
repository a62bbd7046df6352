import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../../src/crm/hubspot/index.ts";
import { OBJECT_TYPES } from "../../src/crm/hubspot/kinds.ts";
import { API_VERSION } from "../../src/crm/hubspot/limits.ts";
import { app } from "./bitrix24/app.ts";

const ROOT = join(import.meta.dirname, "../..");
const LISTING = join(ROOT, "manifest/listing");
const LANGUAGES = ["en", "ru", "uk", "ro"] as const;

const FILES = readdirSync(join(ROOT, "manifest"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => join(ROOT, "manifest", name))
  .sort();

const read = (file: string) => readFileSync(file, "utf8");
const listing = (name: string) => read(join(LISTING, name));

/** The cells of every table row under a heading (all of the file without one), without the head. */
function rows(text: string, heading?: string): string[][] {
  const part = heading === undefined ? text : (text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "");
  const lines = part.split("\n").filter((line) => line.startsWith("|"));
  const heads = new Set(lines.flatMap((line, at) => (/^\|[ |-]+\|$/.test(line) ? [at, at - 1] : [])));
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
  return lines.filter((_, at) => !heads.has(at)).map(cells);
}

const bare = (cell: string | undefined) => (cell ?? "").replace(/`/g, "");
const ofKind = (table: readonly string[][], kind: string) =>
  table
    .filter((row) => row[1] === kind)
    .map((row) => bare(row[0]))
    .sort();

/** The lines of a list, or the text, under `## heading` of a file with listing texts. */
function section(language: string, heading: string): string {
  return listing(`texts/${language}.md`).split(`\n## ${heading}\n`)[1]!.split("\n## ")[0]!.trim();
}
const items = (language: string, heading: string) =>
  section(language, heading)
    .split("\n")
    .map((line) => line.replace(/^- /, ""));

describe("links in the listing material", () => {
  it.each(FILES.map((file) => [relative(ROOT, file), file]))(
    "of %s lead to files and headings that exist",
    (_, file) => {
      const text = read(file);
      for (const [, target] of text.matchAll(/\]\(([^)]+)\)/g)) {
        const [path, anchor] = target!.split("#");
        if (/^(https?|mailto):/.test(target!)) continue;
        const there = path === "" ? file : join(dirname(file), path!);
        expect(existsSync(there), target).toBe(true);
        if (!anchor) continue;
        const anchors = [...read(there).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
          title!
            .toLowerCase()
            .replace(/[^\w\s-]/g, "")
            .replace(/\s/g, "-"),
        );
        expect(anchors, target).toContain(anchor);
      }
    },
  );

  it.each(["checklist-hubspot.md", "checklist-bitrix24.md"])(
    "of %s name paths that exist, and every line has a state",
    (name) => {
      const text = listing(name);
      const paths = [...text.matchAll(/`((?:src|test|manifest|scripts)\/[\w./-]+)`/g)].map(([, path]) => path!);
      expect(paths.length).toBeGreaterThan(10);
      expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
      const states = rows(text).map((row) => row[2]);
      expect(states.filter((state) => !["met", "publisher", "unverified"].includes(state ?? ""))).toEqual([]);
    },
  );
});

/** What the marketplaces ask for, line by line (facts sheets: HubSpot 11, Bitrix24 15), by words that a line of ours has to hold. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  "checklist-hubspot.md":
    "one app id|OAuth only|another app|distinct use case|classic CRM cards|dated OAuth|uninstall API|platform version|security questionnaire|seamless|token brokering|3 active installs|25-account cap|used in API logs|shared-data table|capital S|app's name|logo|name, tagline|company|install URL|800 × 800|2 categories|demo video|8 screenshots|10 features|6 tools|languages|5 pricing plans|support contact|setup-guide URL|terms URL, privacy URL|review instructions|contacts|disconnect|scope screen|privacyDeletion|after uninstall|technical review|AI connectors|60 active installs|95 %|verified domain|stable public APIs|refresh before expiry|batching and caching|10 business days|2 years".split(
      "|",
    ),
  "checklist-bitrix24.md":
    "technology partner|regions are separate|free listings only|additional paid functionality|Market Plus|no time limit|Test button|1–3 business days|moderated again|NFR portals|HEAD|description per language|250–650 px|1280 × 720|support texts|EULA|privacy policy|5 categories|tiny apps|real rules|minimal scopes|placements listed|moderators|external services|self-hosted|TLS|never a Bitrix24 password|no empty page|scroll bars|server errors|Bitrix24's look|upselling|validate before calling|malformed|batch|3 days|purged|ordinary user|channel and hours|vendor's duty".split(
      "|",
    ),
};

describe("the checklists", () => {
  it.each(Object.entries(ASKED))("%s answers everything the marketplace asks for", (name, asked) => {
    const text = listing(name);
    expect(asked.filter((words) => !text.includes(words))).toEqual([]);
  });

  it.each(Object.keys(ASKED))(
    "%s shows every line that is met by a file that exists and holds what is named",
    (name) => {
      const odd = rows(listing(name))
        .filter((row) => row[2] === "met")
        .filter(([, where = ""]) => shownBy(where).length === 0 || shownBy(where).some((one) => !holds(one)));
      expect(odd.map(([line, where]) => `${line}: ${where}`)).toEqual([]);
    },
  );
});

interface Shown {
  path: string;
  /** a name that the file has to hold: "`forget` in `src/…`" */
  word: string | null;
}

/** Files that a cell names: paths of the repository, files of the listing, links. */
function shownBy(where: string): Shown[] {
  const quoted = [...where.matchAll(/(?:`([\w.]+)` in )?`([\w-]+(?:\/[\w.-]+)*)`/g)].map(([, word, path]) => ({
    word: word ?? null,
    path: [join(ROOT, path!), join(LISTING, path!)].find((one) => existsSync(one)) ?? path!,
  }));
  const links = [...where.matchAll(/\]\(([^)#]+)/g)].map(([, path]) => ({ word: null, path: join(LISTING, path!) }));
  return [...quoted.filter(({ path }) => path.includes("/")), ...links];
}

const holds = ({ path, word }: Shown) => existsSync(path) && (word === null || read(path).includes(word));

describe("the pictures of the listing", () => {
  const pictures = (prefix: string) =>
    readdirSync(join(LISTING, "screenshots")).filter((name) => name.startsWith(prefix));

  it("are at most eight for HubSpot, and none is larger than 1280 × 720", () => {
    expect(pictures("hubspot-").length).toBeLessThanOrEqual(8);
    for (const name of pictures("")) {
      const head = readFileSync(join(LISTING, "screenshots", name));
      expect([head.readUInt32BE(16) <= 1280, head.readUInt32BE(20) <= 720], name).toEqual([true, true]);
    }
  });

  it("of the walk stand in the moving one in their order, each with its caption", () => {
    const told = [...listing("demo-walk.md").matchAll(/^\| `walk\/[\w-]+\.png` \| (.{12})/gm)].map(([, text]) =>
      bare(text).replaceAll("*", ""),
    );
    const shown = [
      ...listing("walk.svg").matchAll(/<image href="data:image\/webp;base64,[^"]+".*<text [^>]+>(\d+) · ([^<]+)/g),
    ];
    expect(shown.map(([, at]) => Number(at))).toEqual(told.map((_, at) => at + 1));
    for (const [at, text] of told.entries()) expect(shown[at]![2]!.startsWith(text.slice(0, 8)), text).toBe(true);
  });

  it("of the walk each have a caption, and no caption lacks its picture", () => {
    const told = [...listing("demo-walk.md").matchAll(/`walk\/([\w-]+\.png)`/g)].map(([, name]) => name!);
    expect(told.sort()).toEqual(readdirSync(join(LISTING, "walk")).sort());
  });
});

describe("the scopes table", () => {
  const hubspot = rows(listing("scopes.md"), "HubSpot");
  const bitrix24 = rows(listing("scopes.md"), "Bitrix24");

  it("A12.5 holds exactly HubSpot's scopes of the code", () => {
    expect(ofKind(hubspot, "required")).toEqual([...REQUIRED_SCOPES].sort());
    expect(ofKind(hubspot, "optional")).toEqual([...OPTIONAL_SCOPES].sort());
  });

  it("A12.5 holds exactly Bitrix24's scopes of the application's description", () => {
    expect(ofKind(bitrix24, "required")).toEqual(
      app()
        .scopes.map(({ scope }) => scope)
        .sort(),
    );
    expect(ofKind(bitrix24, "optional")).toEqual(
      app()
        .optionalScopes.map(({ scope }) => scope)
        .sort(),
    );
  });

  it("says for every scope why, for which feature and in which call", () => {
    for (const row of [...hubspot, ...bitrix24])
      expect(
        row.filter((cell) => cell !== ""),
        row[0],
      ).toHaveLength(5);
  });

  it("names HubSpot's calls in the version of the code, on objects that the code reads", () => {
    const paths = Object.values(OBJECT_TYPES).map(({ path }) => path);
    const calls = hubspot.flatMap((row) => bare(row[4]).split(", "));
    for (const call of calls) {
      expect(call).toMatch(new RegExp(`^(GET|POST|DELETE) /[a-z/-]+/${API_VERSION}(/[a-z_/-]+)?$`));
      const object = /^\w+ \/crm\/(?:objects|properties|pipelines)\/[\d-]+\/([a-z_]+)/.exec(call)?.[1];
      if (object !== undefined) expect([...paths, "notes"], call).toContain(object);
    }
  });

  it("names Bitrix24's calls that the code makes", () => {
    const folder = join(ROOT, "src/crm/bitrix24");
    const source = readdirSync(folder)
      .map((name) => read(join(folder, name)))
      .join("\n");
    const isMade = (call: string) =>
      [`"${call}"`, call.replace(/\.deal\./, ".\u0024{kind}.")].some((text) => source.includes(text));
    for (const call of bitrix24.flatMap((row) => bare(row[4]).split(", "))) expect(isMade(call), call).toBe(true);
  });
});

describe("the shared-data table", () => {
  const table = rows(listing("shared-data.md"));
  const NAMES: Readonly<Record<string, string>> = {
    deal: "Deals",
    company: "Companies",
    contact: "Contacts",
    task: "Tasks",
    ticket: "Tickets",
    meeting: "Meetings",
    call: "Calls",
    email: "Emails",
    invoice: "Invoices",
    subscription: "Subscriptions",
    survey: "Feedback submissions",
  };

  it("names every kind of record that is read, and what is written", () => {
    const direction = new Map(table.map(([object, way]) => [object, way]));
    const written = ["deal", "company", "contact", "task"];
    for (const kind of Object.keys(OBJECT_TYPES)) {
      expect(direction.get(NAMES[kind]!), kind).toBe(written.includes(kind) ? "both" : "reads");
    }
    expect(direction.get("Notes")).toBe("writes");
    expect([...direction.values()].filter((way) => !["both", "reads", "writes"].includes(way!))).toEqual([]);
  });
});

describe("texts of the listing", () => {
  it.each(LANGUAGES)("in %s have the sections of the English ones, none empty", (language) => {
    const headings = (of: string) =>
      [...listing(`texts/${of}.md`).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);
    expect(headings(language)).toEqual(headings("en"));
    for (const heading of headings(language)) expect(section(language, heading), heading).not.toBe("");
    for (const list of ["features", "tags", "categories", "alternative texts"]) {
      expect(items(language, list), list).toHaveLength(items("en", list).length);
    }
  });

  it.each(LANGUAGES)("in %s keep within what both marketplaces take", (language) => {
    expect(items(language, "features").length).toBeLessThanOrEqual(10);
    expect(items(language, "categories").length).toBeLessThanOrEqual(2);
    expect(items(language, "tags").length).toBeLessThanOrEqual(5);
    expect(items(language, "alternative texts").length).toBeLessThanOrEqual(8);
    expect(section(language, "keywords").length).toBeLessThanOrEqual(2000);
    expect(section(language, "keywords")).not.toMatch(/hubspot|bitrix|битрикс|бітрікс/i);
    expect(section(language, "name")).toBe("Tenure");
  });

  it.each(LANGUAGES)("A10.15 in %s promise no figure, and A0.9 quote none", (language) => {
    const figures = listing(`texts/${language}.md`).match(/\d+\s?(%|percent|процент|відсот|la sută|×)/gi);
    expect(figures).toBeNull();
  });
});

describe("HubSpot's name", () => {
  const told = FILES.map((file) => [relative(ROOT, file), read(file)] as const).filter(
    ([name]) => !name.includes("operations"),
  );

  it.each(told)("is written with a capital S in %s", (_, text) => {
    const prose = text
      .replace(/`[^`]*`/g, "")
      .replace(/\]\([^)]*\)/g, "")
      .replace(/[\w./-]+\.(md|json|ts)/g, "")
      .replace(/https?:\S+/g, "");
    expect(prose.match(/\b(Hubspot|hubspot|HUBSPOT|Hub Spot)\b/g)).toBeNull();
  });
});

describe("what the publisher has to fill in", () => {
  it("is listed, all of it", () => {
    const known = [...listing("README.md").matchAll(/^\| `(\[[A-Z ]+\])`/gm)].map(([, name]) => name!);
    const used = new Set(
      FILES.flatMap((file) => [...read(file).matchAll(/\[[A-Z]{4,}(?: [A-Z]+)*\](?!\()/g)].map(([name]) => name)),
    );
    expect([...used].sort()).toEqual([...known].sort());
  });
});

describe("the setup guide", () => {
  it("has every part that HubSpot asks for", () => {
    const guide = listing("setup-guide.md");
    const parts = [
      "Install in HubSpot",
      "Configure",
      "Use it every day",
      "Disconnect and uninstall",
      "Add the cards to the record layout",
    ];
    for (const part of parts) expect(guide, part).toContain(part);
    expect(listing("uninstall.md")).toContain("What happens to the data");
  });
});
