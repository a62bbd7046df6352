import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FIELDS, fieldById } from "../../../src/core/fields.ts";

const RECIPES = [
  "Clients by zone",
  "Red and yellow list of the day",
  "Onboarding list",
  "Time to first value by cohort",
  "Completion",
  "Early churn",
  "NPS and CES",
  "Escalations by level",
  "Risk and money",
];

const GUIDES = [
  { crm: "hubspot", name: /\btenure_[a-z0-9_]+\b/g, toId: (name: string) => name.slice("tenure_".length) },
  {
    crm: "bitrix24",
    name: /\bUF_CRM_TENURE_[A-Z0-9_]+\b/g,
    toId: (name: string) => name.slice("UF_CRM_TENURE_".length).toLowerCase(),
  },
];

function read(crm: string): string {
  return readFileSync(join(import.meta.dirname, "../../../manifest", crm, "reports.md"), "utf8");
}

/** Sections by title, without their number. */
function sections(text: string): Map<string, string> {
  const parts = text.split(/^## \d+\. /m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf("\n")), part]));
}

describe.each(GUIDES)("recipes for native reports on $crm", ({ crm, name, toId }) => {
  const text = read(crm);
  const ids = (part: string) => [...part.matchAll(name)].map(([found]) => toId(found));

  test("A10.17: every field that is named exists and is on companies or contacts", () => {
    const named = ids(text);
    expect(named.length).toBeGreaterThan(60);
    for (const id of named) {
      expect(FIELDS.map((field) => field.id)).toContain(id);
      expect(fieldById(id).on).toContain("company");
    }
  });

  test("A10.17: every recipe is there, in order, with fields and a filter", () => {
    const found = sections(text);
    expect([...found.keys()]).toEqual(RECIPES);
    for (const part of found.values()) {
      expect(part).toMatch(/^\| filter \|/m);
      expect(ids(part).length).toBeGreaterThan(1);
    }
  });

  test("A4.4: the onboarding list shows stage, % done, overdue, oldest due date, owner and escalation owner", () => {
    const columns = ids(sections(text).get("Onboarding list")!);
    for (const id of ["phase", "progress", "overdue", "oldest_due", "escalation_owner"]) expect(columns).toContain(id);
    expect(sections(text).get("Onboarding list")).toMatch(/company owner|responsible person/);
  });

  test("A8.19: the daily list shows zone, since when, before, main reason and who has it", () => {
    const columns = ids(sections(text).get("Red and yellow list of the day")!);
    for (const id of ["zone", "zone_since", "zone_previous", "main_reason", "escalation_owner"]) {
      expect(columns).toContain(id);
    }
  });

  test("every option that a filter names is an option of that field", () => {
    const rows = [...text.matchAll(/^\| filter \| `([^`]+)` \| is (?:any|none) of (.+?) \|$/gm)];
    expect(rows.length).toBeGreaterThan(4);
    for (const [, fieldName, options] of rows) {
      const known = fieldById(toId(fieldName!)).options!.map(({ label }) => label.en);
      for (const option of options!.replace(/, or empty$/, "").split(", ")) expect(known).toContain(option);
    }
  });
});
