import { expect, test } from "vitest";
import { CrmFailure } from "../../src/crm/failure.ts";
import type { Portal } from "../../src/portal.ts";
import { sayByBot } from "../../src/portal-bot.ts";
import type { Surroundings } from "../../src/ports.ts";

test("A11.6 two answers for which the CRM has no room at one moment both wait for it", async () => {
  const kept = new Map<string, unknown>([["bot", { id: "7", url: "https://tenure.test" }]]);
  const meta = {
    get: (name: string) => kept.get(name) ?? null,
    set: (name: string, value: unknown) => kept.set(name, value),
  };
  const crm = {
    registerBot: async () => "7",
    sayInChat: async () => {
      throw new CrmFailure("limited", "No room.", { code: "OWN_LIMIT", retryAt: 1_000 });
    },
  };
  const portal = { store: { meta }, crm: () => crm } as unknown as Portal;
  const around = {
    now: () => 0,
    vault: { seal: (text: string) => text, open: (text: string) => text },
  } as Surroundings;
  await Promise.all([sayByBot(portal, around, "chat1", "one"), sayByBot(portal, around, "chat2", "two")]);
  expect(kept.get("botSaying")).toMatchObject([{ sealed: "one" }, { sealed: "two" }]);
});
