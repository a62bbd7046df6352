/** HubSpot's own client drives the sandbox: it is held to HubSpot's code, and not only to ours. */
import { Client } from "@hubspot/api-client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { HubSpotSandbox } from "../../../src/sandbox/hubspot/index.ts";
import { authorizeUrl, CLIENT, REDIRECT, START, type World, world } from "./kit.ts";

const BASE = "http://hubspot.sandbox";

let made: World;
let client: Client;
let refreshToken: string;

/** The client calls the global fetch; only the sandbox's address may be reached. */
function route(sandbox: HubSpotSandbox): void {
  vi.stubGlobal("fetch", async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    if (!request.url.startsWith(BASE)) throw new Error(`not the sandbox: ${request.url}`);
    return sandbox.fetch(request);
  });
}

beforeEach(async () => {
  made = world({ olderPaths: true, switches: { searchLagMs: 0, associationLagMs: 0 } });
  route(made.sandbox);
  client = new Client({ basePath: BASE, limiterOptions: { minTime: 0 } });
  const code = new URL(made.portal.approve(authorizeUrl())).searchParams.get("code")!;
  const { client_id, client_secret } = CLIENT;
  const tokens = await client.oauth.tokensApi.create("authorization_code", code, REDIRECT, client_id, client_secret);
  refreshToken = tokens.refreshToken;
  client.setAccessToken(tokens.accessToken);
});

afterEach(() => {
  expect(made.sandbox.violations).toEqual([]);
  vi.unstubAllGlobals();
});

describe("OAuth", () => {
  test("refreshing through the client", async () => {
    const { client_id, client_secret } = CLIENT;
    const tokens = await client.oauth.tokensApi.create(
      "refresh_token",
      undefined,
      undefined,
      client_id,
      client_secret,
      refreshToken,
    );
    expect(tokens.expiresIn).toBe(1_800);
    const info = await client.oauth.accessTokensApi.get(tokens.accessToken);
    expect([info.hubId, info.appId, info.tokenType]).toEqual([62_515, 424_242, "access_token"]);
    const refresh = await client.oauth.refreshTokensApi.get(refreshToken);
    expect(refresh.scopes).toContain("crm.objects.deals.write");
    await client.oauth.refreshTokensApi.archive(refreshToken);
    await expect(client.oauth.refreshTokensApi.get(refreshToken)).rejects.toThrow(/HTTP-Code: 400/);
  });
});

describe("records", () => {
  test("a deal is created, read, changed, listed, searched, archived", async () => {
    const { deals } = client.crm;
    const owner = made.portal.addOwner();
    const properties = { dealname: "D", amount: "12.50", hubspot_owner_id: owner.id };
    const deal = await deals.basicApi.create({ properties, associations: [] });
    expect(deal.createdAt).toEqual(new Date(START));
    expect(deal.properties.amount).toBe("12.5");
    await deals.basicApi.update(deal.id, { properties: { dealstage: "closedwon" } });
    const read = await deals.basicApi.getById(deal.id, ["hs_is_closed_won"], ["dealstage"]);
    expect(read.properties.hs_is_closed_won).toBe("true");
    expect(read.propertiesWithHistory!.dealstage!.map((entry) => entry.value)).toEqual([
      "closedwon",
      "appointmentscheduled",
    ]);
    const found = await deals.searchApi.doSearch({
      filterGroups: [{ filters: [{ propertyName: "amount", operator: "GTE" as never, value: "12" }] }],
      sorts: ["-hs_lastmodifieddate"],
      properties: ["dealname"],
      limit: 10,
      after: "0",
    });
    expect([found.total, found.results[0]!.id]).toEqual([1, deal.id]);
    expect(await deals.getAll()).toHaveLength(1);
    await deals.basicApi.archive(deal.id);
    await expect(deals.basicApi.getById(deal.id)).rejects.toThrow(/HTTP-Code: 404/);
  });

  test("tasks in a batch, linked to deal, company and contact", async () => {
    const { portal } = made;
    const company = portal.create("company", { name: "C" });
    const contact = portal.create("contact", { email: "a@b.example" });
    const deal = portal.create("deal", { dealname: "D" });
    const spec = (associationTypeId: number) => [
      { associationCategory: "HUBSPOT_DEFINED" as never, associationTypeId },
    ];
    const associations = [
      { to: { id: deal.id }, types: spec(216) },
      { to: { id: company.id }, types: spec(192) },
      { to: { id: contact.id }, types: spec(204) },
    ];
    const inputs = ["a", "b", "c"].map((hs_task_subject) => ({
      properties: { hs_timestamp: "1797843600000", hs_task_subject },
      associations,
      objectWriteTraceId: hs_task_subject,
    }));
    const answer = await client.crm.objects.tasks.batchApi.create({ inputs });
    expect(answer.status).toBe("COMPLETE");
    expect(answer.results.map((result) => result.properties.hs_task_subject).sort()).toEqual(["a", "b", "c"]);
    const links = await client.crm.associations.v4.batchApi.getPage("deals", "tasks", { inputs: [{ id: deal.id }] });
    expect(links.results[0]!.to.map((entry) => entry.toObjectId).sort()).toEqual(
      answer.results.map((result) => result.id).sort(),
    );
    expect(links.results[0]!.to[0]!.associationTypes[0]!.typeId).toBe(215);
    const page = await client.crm.associations.v4.basicApi.getPage("tasks", answer.results[0]!.id, "companies");
    expect(page.results.map((entry) => String(entry.toObjectId))).toEqual([company.id]);
    const missing = await client.crm.objects.tasks.batchApi.read({
      inputs: [{ id: answer.results[0]!.id }, { id: "9" }],
      properties: [],
      propertiesWithHistory: [],
    });
    expect([missing.results.length, (missing as { numErrors?: number }).numErrors]).toEqual([1, 1]);
  });

  test("labels and default links", async () => {
    const { portal } = made;
    const deal = portal.create("deal", { dealname: "D" });
    const contact = portal.create("contact", { email: "a@b.example" });
    const v4 = client.crm.associations.v4;
    await v4.basicApi.createDefault("deals", deal.id, "contacts", contact.id);
    const made4 = await v4.schema.definitionsApi.create("deals", "contacts", {
      name: "sponsor",
      label: "Sponsor",
      inverseLabel: "Of",
    });
    const associationTypeId = made4.results[0]!.typeId;
    await v4.basicApi.create("deals", deal.id, "contacts", contact.id, [
      { associationCategory: "USER_DEFINED" as never, associationTypeId },
    ]);
    expect(portal.associationsOf("deal", deal.id, "contact")[0]!.types).toEqual([3, associationTypeId]);
    await v4.basicApi.archive("deals", deal.id, "contacts", contact.id);
    expect(portal.associationsOf("deal", deal.id, "contact")).toEqual([]);
  });
});

describe("everything around records", () => {
  test("owners, with the client's own paging", async () => {
    for (let index = 0; index < 120; index++) made.portal.addOwner();
    const first = await client.crm.owners.ownersApi.getPage(undefined, undefined, 100);
    expect([first.results.length, first.paging?.next?.after !== undefined]).toEqual([100, true]);
    const one = await client.crm.owners.ownersApi.getById(Number(first.results[5]!.id));
    expect(one.email).toBe(first.results[5]!.email);
  });

  test("properties and groups", async () => {
    const { groupsApi, coreApi, batchApi } = client.crm.properties;
    await groupsApi.create("companies", { name: "onboarding_health", label: "Onboarding health", displayOrder: -1 });
    const score = {
      groupName: "onboarding_health",
      name: "oh_score",
      label: "Health",
      type: "number" as never,
      fieldType: "number" as never,
    };
    const created = await batchApi.create("companies", { inputs: [score] });
    expect(created.results[0]!.name).toBe("oh_score");
    await expect(coreApi.create("companies", score)).rejects.toThrow(/HTTP-Code: 409/);
    expect((await coreApi.getByName("companies", "oh_score")).groupName).toBe("onboarding_health");
    expect((await coreApi.getAll("companies")).results.some((property) => property.name === "oh_score")).toBe(true);
    await coreApi.archive("companies", "oh_score");
    await groupsApi.archive("companies", "onboarding_health");
    expect(made.portal.groups("company")).toHaveLength(1);
  });

  test("pipelines", async () => {
    const pipelines = await client.crm.pipelines.pipelinesApi.getAll("deals");
    const won = pipelines.results[0]!.stages.find((stage) => stage.id === "closedwon");
    expect(won!.metadata).toEqual({ isClosed: "true", probability: "1.0" });
  });
});
