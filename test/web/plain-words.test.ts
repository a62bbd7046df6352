/** Nobody reads a code of ours: every screen, every note of the history, every finding and every setting is said in words. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DeedCode, PLAN_DEEDS, planDeed } from "../../src/core/deed.ts";
import { KPI_WORDS } from "../../src/core/kpi/words.ts";
import { LANGUAGES } from "../../src/core/model.ts";
import { builtInTemplates } from "../../src/core/plan/templates/index.ts";
import { PLAN_WORDS } from "../../src/core/plan/words.ts";
import { DEFAULT_PLAYS } from "../../src/core/play/default-plays.ts";
import { DEFAULT_SETTINGS, settingsSchema } from "../../src/core/settings.ts";
import { DEFAULT_SIGNALS } from "../../src/core/signal/definition.ts";
import { FACT_NATS } from "../../src/core/signal/fact.ts";
import { signName } from "../../src/core/signal/sign-names.ts";
import { SIGNS } from "../../src/core/signal/signs.ts";
import { DEED_WORDS } from "../../src/views/history.words.ts";
import { compareSettings } from "../../src/views/settings.ts";
import { sayRef } from "../../src/views/texts.ts";
import { FINDING_CODES, findingText } from "../../src/web/pages/findings.words.ts";
import { changeName, changeValue } from "../../src/web/settings/change-words.ts";
import { settingLabels } from "../../src/web/settings/labels.words.ts";
import { settingsWords } from "../../src/web/settings/settings.words.ts";
import { HOUR, HubSpotWorld } from "../support/hubspot-world.ts";
import { openIn, type Scene, wonScene } from "./visit.ts";

/** `usage_drop`, `plan-step-done`, `2/kickoff`, `company:17`, `quietHours.fromMinute`, `{step}`. */
const CODES = [
  /\b[a-z]+(?:_[a-z0-9]+)+\b/,
  /\b(?:plan|act|play|letter|call|write-key)-[a-z]+(?:[-_][a-z]+)*\b/,
  /\b\d+\/[a-z]+/,
  /\b(?:company|contact|deal|task|user):\w+/,
  /\b[a-z]+(?:\.[a-z]+[A-Za-z]*)+\b/,
  /[{}]/,
];

function codesIn(text: string): string[] {
  return CODES.flatMap((code) => code.exec(text)?.[0] ?? []);
}

/** An example of what an admin types, in the hint beside the field. */
const TYPED = "check_in = 123456";

/** What a reader of the page sees: no markup, no addresses, none of what is typed as code. */
function seen(page: string): string {
  return page
    .replaceAll(TYPED, " ")
    .replace(/<(script|style|code|pre|textarea)[\s\S]*?<\/\1>/g, " ")
    .replace(/<[^>]*>/g, " ")
    .replaceAll(/&[a-z#0-9]+;/g, " ");
}

const SAMPLE: Readonly<Record<string, unknown>> = {
  step: "1/kickoff_call",
  signal: "setup_unfinished",
  play: "zone_red",
  from: "observe",
  to: "live",
  kind: "nps",
  score: 9,
  toDay: 20_500,
  untilDay: 20_500,
  day: 20_500,
  key: "x9k2",
  horizonDays: 90,
  plans: 2,
  tasks: 26,
  clients: 2,
  version: 3,
};

describe("no code of ours is shown", () => {
  let world: HubSpotWorld;
  let scene: Scene;
  beforeEach(async () => {
    world = new HubSpotWorld();
    scene = await wonScene(world);
  });
  afterEach(() => {
    expect(world.sandbox.violations).toEqual([]);
    world.close();
  });

  test("on any page in any language, with every note and every finding there is", async () => {
    const { store } = world.host.portal(world.id);
    const client = `company:${scene.company}`;
    for (const code of Object.keys(DEED_WORDS) as DeedCode[])
      store.journal.did({ at: world.clock.now(), actor: "client", client, code, params: SAMPLE });
    for (const play of DEFAULT_PLAYS)
      store.journal.did({ at: 1, actor: "tenure", client, code: "play-started", params: { play: play.id } });
    for (const code of FINDING_CODES) store.findings.raise(code, code, FINDING_SAMPLE, 1);
    await world.runFor(HOUR);
    const { browser } = await openIn(world, scene.admin.userId, "board");
    const home = browser.url.split("/").slice(0, 5).join("/");
    const found: string[] = [];
    for (const language of LANGUAGES) {
      world.host.portal(world.id).publish({ ...DEFAULT_SETTINGS, language }, "user:1");
      for (const path of [`client/${client}`, ...PAGES]) {
        const response = await browser.get(`${home}/${path}`);
        expect(response.status, path).toBe(200);
        for (const code of codesIn(seen(await response.text()))) found.push(`${language} ${path}: ${code}`);
      }
    }
    expect(found).toEqual([]);
  });

  test("in no sentence of the key figures, with the words of its counts in the right form", () => {
    const portal = world.host.portal(world.id);
    for (const [id, texts] of Object.entries(KPI_WORDS)) {
      for (const language of LANGUAGES) {
        const names = [...texts[language].matchAll(/\{(\w+)/g)].map(([, name]) => [name, 53] as const);
        expect(sayRef(portal, { id, params: Object.fromEntries(names) }, language), id).not.toMatch(/[{}]/);
      }
    }
    const timing = { id: "kpi.review.timing", params: { phase: "A", days: 53, planned: 30, n: 1, over: 2.5 } };
    expect(sayRef(portal, timing, "ro")).toContain("durează 53 de zile în loc de 30 (1 client, cu 2,5 zile peste)");
  });
});

const PAGES = [
  "board",
  "board?order=triage",
  "undecided",
  "hand-over",
  "kpi",
  "review",
  "history",
  "status",
  "settings",
  ...["start", "people", "calendar", "signs", "score", "plays", "ladders", "messages", "kpi", "changes"].map(
    (one) => `settings/${one}`,
  ),
];

const FINDING_SAMPLE = {
  client: "company:17",
  record: "company:17",
  kind: "fields",
  field: "zone_since",
  fields: "zone_since, escalation_owner",
  why: "no-room",
  channel: "team",
  advice: "The CRM's own words.",
  code: "ERROR",
  about: "crm",
  failures: 3,
  plans: 900,
  limit: 500,
  moved: 12,
  clients: 150,
  said: "Churn is 21 %",
};

describe("codes have words in every language", () => {
  test.each(LANGUAGES)("signs, signals and facts in %s", (language) => {
    const ids = [...SIGNS.map((one) => one.id), ...DEFAULT_SIGNALS.map((one) => one.id), ...Object.keys(FACT_NATS)];
    expect(ids.filter((id) => signName(id, language).toLowerCase() === id.replaceAll("_", " "))).toEqual(
      language === "en" ? expect.any(Array) : [],
    );
    expect(ids.flatMap((id) => codesIn(signName(id, language)))).toEqual([]);
  });

  test.each(LANGUAGES)("findings in %s, also one of an earlier version", (language) => {
    const texts = FINDING_CODES.map((code) => findingText({ code, params: FINDING_SAMPLE }, language));
    expect(texts.flatMap(codesIn)).toEqual([]);
    expect(findingText({ code: "long-gone", params: {} }, language)).not.toContain("long-gone");
    // A refusal that names nothing is told by its code.
    const bare = { part: "read/ticket", code: "ACCESS_DENIED", about: "" };
    expect(findingText({ code: "unauthorised", params: bare }, language)).toContain("(ACCESS_DENIED)");
  });

  test("every role that a built-in template asks for, and every fact a rule may ask", () => {
    const roles = builtInTemplates().flatMap((one) => one.steps.flatMap((step) => step.owner ?? []));
    const codes = [...roles, "deal_owner", "client_owner", "fallback", "picked", "inactive", "unset", ...RULE_FACTS];
    expect([...new Set(codes)].filter((code) => !(`code.${code}` in PLAN_WORDS))).toEqual([]);
  });

  test("whatever a plan notes is among the notes that have words", () => {
    expect(PLAN_DEEDS.map(planDeed).filter((code) => !(code in DEED_WORDS))).toEqual([]);
  });

  test.each(LANGUAGES)("every setting and its value in %s", (language) => {
    const at = {
      w: settingsWords(language),
      words: settingLabels(language),
      people: { "5": "Ann" },
      language,
      templates: [],
    };
    const odd = compareSettings({} as never, FULL).flatMap(({ path, after }) => [
      ...codesIn(changeName(path, at)).map((code) => `${path}: ${code}`),
      ...codesIn(changeValue(path, after!, at)).map((code) => `${path} = ${code}`),
    ]);
    expect(odd).toEqual([]);
  });
});

const RULE_FACTS = ["company.headcount", "company.revenue", "deal.amount", "deal.type"];

/** A configuration with an entry in every table. */
const FULL = settingsSchema.parse({
  signs: { usage_drop: 0.5, no_login: 24 },
  playsOff: ["zone_red", "usage_drop"],
  people: {
    managerOf: { "5": "6" },
    managerOfTeam: { north: "5" },
    headIds: ["5"],
    rules: [{ who: "manager", ownerId: "5" }],
    absences: [{ ownerId: "5", from: "2026-03-02", to: "2026-03-09" }],
  },
  triggers: [
    { on: "deal_won", firstDealOnly: true },
    { on: "lifecycle", value: "customer" },
  ],
  score: { zones: { yellow: 60 }, signals: { logins: { isOff: true } } },
  texts: { consent: true },
});
