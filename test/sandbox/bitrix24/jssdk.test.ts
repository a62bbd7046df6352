import type { AddressInfo } from "node:net";
import { B24OAuth, EnumAppStatus } from "@bitrix24/b24jssdk";
import { type ServerType, serve } from "@hono/node-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Bitrix24Sandbox } from "../../../src/sandbox/bitrix24/index.ts";
import { START, type World, world } from "./world.ts";

/** The vendor's own library drives the sandbox over a real socket: what it cannot use is not like Bitrix24. */
describe("@bitrix24/b24jssdk 2.2.0 against the sandbox", () => {
  let server: ServerType;
  let sandbox: Bitrix24Sandbox;
  let held: World;
  let origin: string;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
    server = serve({ port: 0, hostname: "127.0.0.1", fetch: (request, env) => sandbox.app.fetch(request, env) });
    await new Promise<void>((resolve) => server.once("listening", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    vi.useRealTimers();
    await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(async () => {
    held = await world({ publicUrl: origin, oauthUrl: `${origin}/oauth-west`, oauthUrlEast: `${origin}/oauth-east` });
    sandbox = held.sandbox;
  });

  const client = (): B24OAuth => {
    const b24 = new B24OAuth(
      {
        applicationToken: held.portal.app.applicationToken,
        userId: 1,
        memberId: held.portal.memberId,
        accessToken: held.token,
        refreshToken: held.refreshToken,
        expires: START / 1000 + 3600,
        expiresIn: 3600,
        scope: "crm,task",
        domain: held.portal.domain,
        clientEndpoint: held.portal.clientEndpoint,
        serverEndpoint: held.portal.serverEndpoint,
        status: EnumAppStatus.Free,
      },
      { clientId: "app.123.456", clientSecret: "secret" },
    );
    b24.offClientSideWarning();
    return b24;
  };

  test("a call, and who is asking", async () => {
    const b24 = client();
    await b24.initIsAdmin();
    expect(b24.auth.isAdmin).toBe(true);
    const response = await b24.actions.v2.call.make<{ item: { id: number; title: string } }>({
      method: "crm.item.add",
      params: { entityTypeId: 2, fields: { title: "Rollout" } },
    });
    expect(response.isSuccess).toBe(true);
    expect(response.getData()!.result.item).toMatchObject({ id: 1, title: "Rollout" });
    expect(sandbox.violations).toEqual([]);
  });

  test("callList walks 120 companies by keyset", async () => {
    held.portal.bulkImport(
      "company",
      Array.from({ length: 120 }, (_, index) => ({ title: `Company ${index}` })),
    );
    const response = await client().actions.v2.callList.make<{ id: number }>({
      method: "crm.item.list",
      params: { entityTypeId: 4, select: ["id"] },
      idKey: "id",
      customKeyForResult: "items",
    });
    expect(response.getData()!.map((each) => each.id)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    expect(sandbox.violations).toEqual([]);
  });

  test("a batch of named commands with references and one failure", async () => {
    const company = held.portal.create("company", { title: "Acme & Sons" });
    const deal = held.portal.create("deal", { title: "First", companyId: company });
    const response = await client().actions.v2.batch.make({
      calls: {
        deal: { method: "crm.item.get", params: { entityTypeId: 2, id: deal } },
        company: { method: "crm.item.get", params: { entityTypeId: 4, id: "$result[deal][item][companyId]" } },
        gone: { method: "crm.item.get", params: { entityTypeId: 2, id: 999 } },
      },
      options: { isHaltOnError: false, returnAjaxResult: true },
    });
    const results = response.getData() as unknown as Record<
      string,
      { isSuccess: boolean; getData(): { result: { item: { title: string } } } }
    >;
    expect(results.company!.getData().result.item.title).toBe("Acme & Sons");
    expect(results.gone!.isSuccess).toBe(false);
    expect(sandbox.violations).toEqual([]);
  });

  test("an expired token is refreshed by form POST, twenty calls at the same time go through, and each old pair is dead", async () => {
    const b24 = client();
    const pairs: string[] = [];
    b24.setCallbackRefreshAuth(async ({ b24OAuthParams }) => {
      pairs.push(b24OAuthParams.refreshToken);
    });
    sandbox.tokens.expire(held.portal);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => b24.actions.v2.call.make<{ ID: string }>({ method: "profile" })),
    );
    expect(answers.every((each) => each.getData()!.result.ID === "1")).toBe(true);
    const refreshes = sandbox.calls.filter((each) => each.kind === "oauth");
    expect(refreshes.length).toBe(pairs.length);
    expect(refreshes.every((each) => each.method === "refresh_token" && each.status === 200)).toBe(true);
    expect(sandbox.tokens.refresh(held.refreshToken)!.used).toBe(true);
    expect(sandbox.tokens.refresh(pairs.at(-1)!)!.used).toBe(false);
  });

  test("positional checklist methods and tasks on both generations of REST", async () => {
    const b24 = client();
    const made = await b24.actions.v2.call.make<{ task: { id: string } }>({
      method: "tasks.task.add",
      params: { fields: { TITLE: "Day 30", RESPONSIBLE_ID: 2, XML_ID: "plan:1:d30" } },
    });
    const taskId = Number(made.getData()!.result.task.id);
    const item = await b24.actions.v2.call.make<number>({
      method: "task.checklistitem.add",
      params: { TASKID: taskId, FIELDS: { TITLE: "Call", PARENT_ID: 0 } },
    });
    expect(item.getData()!.result).toBe(1);
    const v3 = await b24.actions.v3.call.make<{ item: { id: number; xmlId: string } }>({
      method: "tasks.task.get",
      params: { id: taskId },
    });
    expect(v3.getData()!.result.item).toMatchObject({
      id: taskId,
      xmlId: "plan:1:d30",
      priority: "average",
      status: "pending",
    });
    expect(sandbox.violations).toEqual([]);
  });

  test("over a socket a cut connection reaches the caller as no answer at all, the write done", async () => {
    held.sandbox.options.faults = { call: () => "cut-after" };
    const request = fetch(`${held.portal.clientEndpoint}crm.item.add`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ entityTypeId: 2, fields: { title: "Rollout" }, auth: held.token }),
    });
    await expect(request).rejects.toThrow(TypeError);
    expect(held.portal.crm.table(2).size).toBe(1);
  });
});
