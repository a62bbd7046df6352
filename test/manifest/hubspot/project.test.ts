import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { CALLBACK_PATH, INSTALL_PATH, OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../../../src/crm/hubspot/index.ts";
import {
  type AppMeta,
  FOLDERS,
  type Meta,
  meta,
  metaFiles,
  metaSchema,
  PROJECT,
  profileSchema,
  profiles,
  projectSchema,
  SINGLE,
  SRC,
} from "./project.ts";

const FILES = metaFiles();

describe("HubSpot project files", () => {
  it.each(FILES.map(({ path, text }) => [path, text]))(
    "%s has the form that HubSpot takes, and no unknown field",
    (_, text) => {
      const answer = metaSchema.safeParse(JSON.parse(text));
      expect(answer.error?.issues ?? []).toEqual([]);
    },
  );

  it("lie in the folder of their type, each with a uid of its own, single ones once", () => {
    const all = FILES.map(({ folder, text }) => ({ folder, ...(JSON.parse(text) as Meta) }));
    expect(all.filter(({ folder, type }) => folder !== FOLDERS[type])).toEqual([]);
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
    for (const type of SINGLE) expect(all.filter((one) => one.type === type)).toHaveLength(1);
    expect(all.map(({ type }) => type).sort()).toEqual([
      "app",
      "card",
      "card",
      "page",
      "settings",
      "webhooks",
      "workflow-action",
      "workflow-action",
      "workflow-action",
      "workflow-action",
    ]);
  });

  it("name entry points that exist, extend HubSpot once, and have a package file beside them", () => {
    const entries = FILES.flatMap(({ text }) => {
      const { config } = JSON.parse(text) as { config: { entrypoint?: string; location?: string } };
      return config.entrypoint === undefined ? [] : [config.entrypoint];
    });
    expect(entries).toHaveLength(4);
    for (const entry of entries) {
      const file = join(SRC, entry);
      expect(existsSync(file), entry).toBe(true);
      expect(readFileSync(file, "utf8").match(/hubspot\.extend</g), entry).toHaveLength(1);
      expect(existsSync(join(dirname(file), "package.json")), entry).toBe(true);
    }
  });

  it("draw each card at the place that its file names", () => {
    const places = [
      ["app/cards/ClientCard.tsx", "crm.record.tab"],
      ["app/cards/HealthCard.tsx", "crm.record.sidebar"],
      ["app/settings/SettingsPage.tsx", "settings"],
      ["app/pages/Pages.tsx", "pages"],
    ] as const;
    for (const [file, place] of places) {
      expect(readFileSync(join(SRC, file), "utf8"), file).toContain(`hubspot.extend<"${place}">`);
    }
    expect((meta("app/cards/client-card-hsmeta.json") as { config: { location: string } }).config.location).toBe(
      "crm.record.tab",
    );
    expect((meta("app/cards/health-card-hsmeta.json") as { config: { location: string } }).config.location).toBe(
      "crm.record.sidebar",
    );
  });

  it("pin the versions of the extension packages that the tests ran with", () => {
    const ours = JSON.parse(readFileSync(join(PROJECT, "../../package.json"), "utf8")).devDependencies;
    for (const folder of ["cards", "settings", "pages"]) {
      const { dependencies } = meta(`app/${folder}/package.json`) as { dependencies: Record<string, string> };
      expect(dependencies).toEqual({ "@hubspot/ui-extensions": ours["@hubspot/ui-extensions"], react: ours.react });
    }
  });

  it("stand on a supported platform version", () => {
    expect(
      projectSchema.safeParse(JSON.parse(readFileSync(join(PROJECT, "hsproject.json"), "utf8"))).error?.issues ?? [],
    ).toEqual([]);
  });

  it("have profiles that give every variable a value, and none in vain", () => {
    const used = new Set(FILES.flatMap(({ text }) => [...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => name!)));
    expect([...profiles().keys()].sort()).toEqual(["prod", "staging"]);
    for (const [name, profile] of profiles()) {
      const answer = profileSchema.safeParse(profile);
      expect(answer.error?.issues ?? [], name).toEqual([]);
      expect(Object.keys(answer.data!.variables).sort(), name).toEqual([...used].sort());
    }
  });
});

describe("HubSpot's app file", () => {
  const { config } = meta("app/app-hsmeta.json") as AppMeta;

  it("A12.5 asks for exactly the scopes that the code installs with", () => {
    expect([...config.auth.requiredScopes].sort()).toEqual([...REQUIRED_SCOPES].sort());
    expect([...config.auth.optionalScopes].sort()).toEqual([...OPTIONAL_SCOPES].sort());
    expect(config.auth.conditionallyRequiredScopes).toEqual([]);
  });

  it("redirects to the doors of the code: the callback, and the install URL of a Marketplace start", () => {
    expect(config.auth.redirectUrls).toEqual([`\${PUBLIC_URL}${CALLBACK_PATH}`, `\${PUBLIC_URL}${INSTALL_PATH}`]);
  });

  it("lets cards call Tenure and frame its pages, and nobody else", () => {
    expect(config.permittedUrls).toEqual({ fetch: [`\${PUBLIC_URL}`], iframe: [`\${PUBLIC_URL}`], img: [] });
  });

  it("keeps HubSpot's name out of the app's name and asks for no sensitive data", () => {
    for (const profile of profiles().values()) {
      expect((profile as { variables: { APP_NAME: string } }).variables.APP_NAME).not.toMatch(/hub/i);
    }
    const scopes = [...config.auth.requiredScopes, ...config.auth.optionalScopes];
    expect(scopes.filter((scope) => scope.includes("sensitive"))).toEqual([]);
  });
});
