import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { bitrix24App } from "../../src/crm/bitrix24/index.ts";
import { hubspotApp } from "../../src/crm/hubspot/index.ts";
import { crmApps } from "../../src/runtimes/crm-apps.ts";

const SETTINGS = {
  PUBLIC_URL: "https://tenure.test",
  DATA_DIR: "/nowhere",
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
  HUBSPOT_CLIENT_ID: "client-1",
  HUBSPOT_CLIENT_SECRET: "secret-1",
  HUBSPOT_APP_ID: "4711",
  BITRIX24_CLIENT_ID: "app.1",
  BITRIX24_CLIENT_SECRET: "secret-2",
};

/** Which of the two ways out the first call of each CRM took. */
async function ways(settings: Record<string, string>): Promise<string[]> {
  const taken: string[] = [];
  const way = (name: string) => async (request: Request) => {
    taken.push(`${name} ${new URL(request.url).hostname}`);
    return new Response("{}", { status: 500 });
  };
  const apps = crmApps(
    readConfig({ ...SETTINGS, ...settings }),
    { hubspotApp, bitrix24App },
    way("any"),
    way("checked"),
  );
  await apps.hubspot!.exchange("code", 0).catch(() => undefined);
  await apps.bitrix24!.exchange("code", 0).catch(() => undefined);
  return [...new Set(taken)];
}

test("G9 Bitrix24, whose portals name their own addresses, is called with the check of what a name resolves to", async () => {
  expect(await ways({})).toEqual(["any api.hubapi.com", "checked oauth.bitrix.info"]);
});

test("stand-ins on this machine are called without it", async () => {
  expect(await ways({ BITRIX24_OAUTH_URL: "http://localhost:3001/oauth" })).toEqual([
    "any api.hubapi.com",
    "any localhost",
  ]);
});
