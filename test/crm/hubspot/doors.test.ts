import { describe, expect, it } from "vitest";
import { marketplaceReturn, verifyAction } from "../../../src/crm/hubspot/doors.ts";
import { signHubSpot } from "../../../src/crm/hubspot/signature.ts";
import type { Incoming } from "../../../src/crm/port.ts";
import { type HubSpotWorld, hubspotWorld, PUBLIC_URL, START } from "./world.ts";

const ACTION_URL = `${PUBLIC_URL}/hubspot/actions/start`;
const CARD_URL = `${PUBLIC_URL}/hubspot/card?objectId=1`;

async function incomingOf(request: Request): Promise<Incoming> {
  return {
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: new Uint8Array(await request.arrayBuffer()),
  };
}

async function action(world: HubSpotWorld): Promise<{ incoming: Incoming; dealId: string }> {
  const dealId = await world.people.deal({});
  await world.advance(60_000);
  await world.deliveries();
  const call = { actionUrl: ACTION_URL, objectType: "deals", objectId: dealId, inputFields: { plan: "standard" } };
  await world.portal.fireAction(call);
  const [incoming] = await world.deliveries();
  return { incoming: incoming!, dealId };
}

describe("workflow actions (10)", () => {
  it.each([true, false])("are taken with a v3 signature or else v2; v3 sent: %s", async (signatureV3OnActions) => {
    const world = await hubspotWorld({ switches: { signatureV3OnActions } });
    const { incoming, dealId } = await action(world);
    const verified = await world.app.verifyAction(incoming, world.now());
    expect(verified).toMatchObject({
      ok: true,
      call: {
        account: world.account,
        record: { kind: "deal", id: dealId },
        inputFields: { plan: "standard" },
        fetchOptions: null,
      },
    });
    if (verified.ok) expect(verified.call.callbackId).toMatch(/^ap-/);
    const other = { ...incoming, body: new TextEncoder().encode("{}") };
    expect(await world.app.verifyAction(other, world.now())).toEqual({ ok: false, reason: "mismatch" });
  });

  it("do not fall back to v2 when a v3 signature is wrong (G9)", async () => {
    const world = await hubspotWorld({ switches: { signatureV3OnActions: true } });
    const { incoming } = await action(world);
    expect(await world.app.verifyAction(incoming, world.now() + 600_000)).toEqual({ ok: false, reason: "stale" });
  });

  it("name the record by every digit of its id, which a number would round to another's", async () => {
    const object = '{"objectId":9007199254740993,"objectType":"DEAL"}';
    const text = `{"callbackId":"ap-1","origin":{"portalId":7},"object":${object}}`;
    const body = new TextEncoder().encode(text);
    const headers = new Headers(await signHubSpot("hush", { method: "POST", url: ACTION_URL, body }, START));
    const verified = await verifyAction("hush", { method: "POST", url: ACTION_URL, headers, body }, START);
    expect(verified).toMatchObject({
      ok: true,
      call: { account: "7", record: { kind: "deal", id: "9007199254740993" } },
    });
  });

  it("ask for options without a search too", async () => {
    const body = new TextEncoder().encode('{"origin":{"portalId":7},"inputFieldName":"template","inputFields":null}');
    const headers = new Headers(await signHubSpot("hush", { method: "POST", url: ACTION_URL, body }, START));
    const verified = await verifyAction("hush", { method: "POST", url: ACTION_URL, headers, body }, START);
    expect(verified).toMatchObject({ ok: true, call: { callbackId: null, fetchOptions: { q: null, after: null } } });
  });

  it("ask for options with a search", async () => {
    const world = await hubspotWorld();
    await world.portal.fetchOptions(`${PUBLIC_URL}/hubspot/actions/options`, { inputFieldName: "plan", q: "std" });
    const [incoming] = await world.deliveries();
    expect(await world.app.verifyAction(incoming!, START)).toMatchObject({
      ok: true,
      call: { callbackId: null, record: null, fetchOptions: { q: "std", after: null } },
    });
  });
});

describe("cards and pages inside HubSpot (9.1)", () => {
  it("tell which portal and who is looking", async () => {
    const world = await hubspotWorld();
    const userId = world.portal.adminUserId();
    const request = await world.portal.cardRequest(CARD_URL, { userId, userEmail: "a+b@c.example" });
    expect(await world.app.verifyFrame(await incomingOf(request), START)).toEqual({
      ok: true,
      viewer: { account: world.account, userId: String(userId), userEmail: "a+b@c.example" },
    });
  });

  it("cannot speak for another portal or user by parameters of their own (G9)", async () => {
    const world = await hubspotWorld();
    const request = await world.portal.cardRequest(CARD_URL, { userId: 5 });
    const incoming = await incomingOf(request);
    const forged = { ...incoming, url: incoming.url.replace(`portalId=${world.account}`, "portalId=1") };
    expect(await world.app.verifyFrame(forged, START)).toEqual({ ok: false, reason: "mismatch" });
    expect(await world.app.verifyFrame(incoming, START + 300_001)).toEqual({ ok: false, reason: "stale" });
  });

  it.each(["portalId=1", "userId=1", "appId=1", "userEmail=x"])(
    "refuse %s beside HubSpot's own, though signed",
    async (claim) => {
      const world = await hubspotWorld();
      const { signHubSpot } = await import("../../../src/crm/hubspot/index.ts");
      const url = `${CARD_URL}&${claim}&userId=5&userEmail=a&portalId=${world.account}&appId=424242`;
      const headers = new Headers(
        await signHubSpot("yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy", { method: "GET", url, body: "" }, START),
      );
      const incoming = { method: "GET", url, headers, body: new Uint8Array() };
      expect(await world.app.verifyFrame(incoming, START)).toEqual({ ok: false, reason: "malformed" });
    },
  );
});

describe("going back to the Marketplace (2.1)", () => {
  it.each([
    ["https://app.hubspot.com/app-marketplace/1/installed?x=1", true],
    ["https://app-eu1.hubspot.com/x", true],
    ["https://hubspot.com/x", true],
    ["http://app.hubspot.com/x", false],
    ["https://app.hubspot.com:8443/x", false],
    ["https://app.hubspot.com.evil.example/x", false],
    ["https://evilhubspot.com/x", false],
    ["https://app.hubspot.com@evil.example/x", false],
    ["https://user:pw@app.hubspot.com/x", false],
    ["javascript:alert(1)//app.hubspot.com", false],
    ["//app.hubspot.com/x", false],
    ["/relative", false],
    ["", false],
    ["http://localhost:3001/installed", true],
    ["http://localhost:3002/installed", false],
  ])("%s: %s (G9)", (url, allowed) => {
    expect(marketplaceReturn(url, "http://localhost:3001")).toBe(allowed ? new URL(url).href : null);
  });
});
