/** What the listing says about leaving, channels and reports is held to the code. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { CHANNEL_KINDS } from "../../src/core/channel/settings.ts";
import { checkTemplate } from "../../src/core/plan/lint.ts";
import { fourPhases } from "../../src/core/plan/templates/four-phases.ts";
import { settingsSchema } from "../../src/core/settings.ts";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../../src/crm/hubspot/index.ts";
import { KEPT_AFTER_LEAVING_DAYS } from "../../src/portal.ts";
import { settingsWords } from "../../src/web/settings/settings.words.ts";

const page = (path: string) =>
  readFileSync(`${import.meta.dirname}/../../manifest/${path}`, "utf8").replace(/\s+/g, " ");

test("G10 the way out is named as the screen names it, step by step", () => {
  const words = settingsWords("en");
  const text = page("listing/uninstall.md");
  for (const label of [`Settings › ${words.leave}`, `**${words.leaveDownload}**`, `**${words.leaveNow}**`]) {
    expect(text).toContain(label);
  }
  expect(page("listing/privacy.md")).toContain(`Settings › ${words.leave}`);
});

test("G10 what stays after an uninstall is said to go when it does", () => {
  const days = `${KEPT_AFTER_LEAVING_DAYS} days`;
  expect(page("listing/uninstall.md")).toContain(`the database is kept for ${days} so that you can come back`);
  expect(page("listing/privacy.md")).toContain(`at the latest ${days} after Tenure was uninstalled`);
  expect(page("listing/checklist-hubspot.md")).toContain(`by itself after ${days}`);
});

test("G8 every sort of channel is named among those who may get something", () => {
  const names = { slack: "Slack", teams: "Microsoft Teams", telegram: "Telegram", generic: "another channel of yours" };
  const text = page("listing/privacy.md");
  for (const kind of CHANNEL_KINDS) expect(text).toContain(names[kind]);
});

test("the scopes that segments would need are said to be missing, and are", () => {
  const text = page("hubspot/reports.md");
  for (const scope of ["crm.lists.read", "crm.lists.write"]) {
    expect(text).toContain(scope);
    expect([...REQUIRED_SCOPES, ...OPTIONAL_SCOPES]).not.toContain(scope);
  }
});

/** The examples of the setup guide, in its order: channels, then complexity. */
function examples(): unknown[] {
  const guide = readFileSync(`${import.meta.dirname}/../../manifest/listing/setup-guide.md`, "utf8");
  return [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => parse(yaml!));
}

test("A7.4 the setup guide's example of complexity is one that a template of four phases takes", () => {
  const { template, problems } = checkTemplate({ ...fourPhases, ...(examples()[1] as object) });
  expect(problems).toEqual([]);
  expect(template!.complexity).toHaveLength(2);
});

test("the setup guide's example of channels is a configuration that is taken", () => {
  const { webhooks } = settingsSchema.parse(examples()[0]).channels;
  expect(webhooks.map(({ kind, events }) => [kind, events])).toEqual([
    ["slack", ["escalation", "digest"]],
    ["telegram", ["digest"]],
  ]);
});
