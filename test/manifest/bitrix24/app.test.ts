import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../../src/core/model.ts";
import { APP_PATH, bindPortal, EVENTS_PATH } from "../../../src/crm/bitrix24/bind.ts";
import type { Client, Command, Reply } from "../../../src/crm/bitrix24/client.ts";
import { BOT_PATH, ROBOTS, ROBOTS_PATH } from "../../../src/crm/bitrix24/index.ts";
import { robotCode } from "../../../src/crm/bitrix24/robots.ts";
import { BOT_METHODS } from "../../../src/sandbox/bitrix24/bot-contract.ts";
import { CURRENCY_METHODS } from "../../../src/sandbox/bitrix24/currency-contract.ts";
import methods from "../../../src/sandbox/contracts/bitrix24/methods.json" with { type: "json" };
import { app } from "./app.ts";

const APP = app();

/** Everything that an install binds in an empty portal which offers all there is. */
async function bound(offline: boolean): Promise<Command[]> {
  const sent: Command[] = [];
  const offered = APP.placements.map(({ code }) => code).concat("CRM_LEAD_DETAIL_TAB", "TASK_VIEW_TAB");
  const client = {
    limits: { require: () => {} },
    async batch(commands: ReadonlyMap<string, Command>): Promise<Map<string, Reply>> {
      const replies = new Map<string, Reply>();
      for (const [key, command] of commands) {
        if (command.method.endsWith("bind") || command.method.startsWith("bizproc.robot.add")) sent.push(command);
        const result = command.method === "placement.list" ? offered : [];
        replies.set(key, { ok: true, answer: { result, total: null, next: null } });
      }
      return replies;
    },
  };
  await bindPortal(client as unknown as Client, { publicUrl: "https://t.example.com", userId: "1", offline }, 0);
  return sent;
}

const params = (command: Command) => (command.params ?? {}) as Readonly<Record<string, unknown>>;

describe("Bitrix24's description of the application", () => {
  it("binds exactly the events that the code binds, record events also offline where the plan keeps a queue", async () => {
    const events = (await bound(true)).filter(({ method }) => method === "event.bind").map(params);
    const isOffline = (one: Readonly<Record<string, unknown>>) => one.event_type === "offline";
    const names = (list: readonly Readonly<Record<string, unknown>>[]) => list.map(({ event }) => String(event)).sort();
    expect(names(events.filter((one) => !isOffline(one)))).toEqual([...APP.recordEvents, ...APP.otherEvents].sort());
    expect(names(events.filter(isOffline))).toEqual([...APP.recordEvents].sort());
    expect(new Set(events.map(({ handler }) => handler))).toEqual(new Set([`https://t.example.com${APP.urls.events}`]));
  });

  it("names exactly the placements that the code binds, all at the application's page", async () => {
    const placements = (await bound(false)).filter(({ method }) => method === "placement.bind").map(params);
    expect(placements.map(({ PLACEMENT, TITLE }) => [PLACEMENT, TITLE])).toEqual(
      APP.placements.map(({ code, title }) => [code, title]),
    );
    expect(new Set(placements.map(({ HANDLER }) => HANDLER))).toEqual(
      new Set([`https://t.example.com${APP.urls.application}`]),
    );
    for (const { LANG_ALL } of placements)
      expect(Object.keys(LANG_ALL as object).sort()).toEqual([...APP.languages].sort());
  });

  it("lists the automation rules with what they take and give, at their doors", async () => {
    expect(APP.robots).toEqual(
      ROBOTS.map((robot) => ({
        code: robotCode(robot),
        name: robot.name.en,
        takes: Object.keys(robot.properties),
        gives: Object.keys(robot.returns),
      })),
    );
    const handlers = (await bound(false))
      .filter(({ method }) => method === "bizproc.robot.add")
      .map((one) => params(one).HANDLER);
    expect(handlers).toEqual(
      ROBOTS.map(({ code }) => `https://t.example.com${APP.urls.robots.replace("{code}", code)}`),
    );
  });

  it("asks for the scopes that the methods of the code need, and no other", () => {
    const known = methods.methods as Readonly<Record<string, { scope: string }>>;
    const used = methodsUsed().filter((name) => name in known);
    expect(used).toContain("tasks.task.add");
    const needed = new Set(used.flatMap((name) => scopesOf(known[name]!.scope)));
    expect(APP.scopes.map(({ scope }) => scope).sort()).toEqual([...needed].sort());
    expect(APP.optionalScopes.map(({ scope }) => scope)).toEqual(["tasks", "imbot"]);
  });

  it("uses no method that the contract does not know, but for the portal's currency, which it can do without", () => {
    const strangers = methodsUsed().filter((name) => !(name in methods.methods));
    expect(strangers.sort()).toEqual(CURRENCY_METHODS.map(({ name }) => name).sort());
  });

  it("A11.6 names the scope of the bot's methods, which are none of the contract's", () => {
    const own = BOT_METHODS.map(({ name }) => name);
    const source = readFileSync(join(import.meta.dirname, "../../../src/crm/bitrix24/bot.ts"), "utf8");
    expect([...source.matchAll(/"(imbot\.[\w.]+)"/g)].map(([, name]) => name).sort()).toEqual([...own].sort());
    for (const { scopes } of BOT_METHODS) expect(scopes).toEqual([["imbot"]]);
  });

  it("gives the doors of the code", () => {
    expect(APP.urls).toMatchObject({
      bot: BOT_PATH,
      application: APP_PATH,
      events: EVENTS_PATH,
      robots: `${ROBOTS_PATH}/{code}`,
    });
    expect(APP.head).toEqual([APP.urls.application, APP.urls.installer]);
  });

  it("speaks the languages of the product, Ukrainian by Bitrix24's own code", () => {
    expect([...APP.languages].sort()).toEqual(
      LANGUAGES.map((language) => (language === "uk" ? "ua" : language)).sort(),
    );
  });
});

/** Method names written in the adapter, with the kinds of record put in. */
function methodsUsed(): string[] {
  const folder = join(import.meta.dirname, "../../../src/crm/bitrix24");
  const found = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
    const source = readFileSync(join(folder, file), "utf8");
    const names = source.matchAll(
      /["`]((?:app|batch|bizproc|crm|department|event|feature|im|method|placement|server|task|tasks|user)\.[a-zA-Z.${}]+)["`]/g,
    );
    for (const [, name] of names) {
      for (const kind of ["deal", "company", "contact"]) found.add(name!.replace(/\$\{kind\}/, kind));
    }
  }
  return [...found].sort();
}

/** `user, user_brief, user_basic` is answered by the least of them; `basic` needs none. */
function scopesOf(scope: string): string[] {
  if (scope === "basic") return [];
  if (scope.includes("user_brief")) return ["user_brief"];
  return [scope.split(" ")[0]!];
}
