import { describe, expect, it } from "vitest";
import { bitrix24App, parseFrame, parseInstallEvent, sameText } from "../../../src/crm/bitrix24/index.ts";
import type { Incoming } from "../../../src/crm/port.ts";
import { type Bitrix24World, bitrix24World, CLIENT_ID, PUBLIC_URL, SECRET } from "./world.ts";

function changed(incoming: Incoming, change: (form: URLSearchParams) => void): Incoming {
  const form = new URLSearchParams(new TextDecoder().decode(incoming.body));
  change(form);
  return { ...incoming, body: new TextEncoder().encode(form.toString()) };
}

async function opened(
  world: Bitrix24World,
  userId: number,
  placement = "DEFAULT",
  options: Record<string, unknown> | null = null,
): Promise<Incoming> {
  world.received.length = 0;
  await world.portal.openFrame(userId, placement, options);
  return world.received.shift()!;
}

const knownOf = (world: Bitrix24World) => ({
  applicationToken: world.portal.app.applicationToken,
  endpoint: world.grant().endpoint!,
  authServer: world.grant().authServer!,
});

describe("the frame's POST (G9)", () => {
  it("is read with its placement and the record that is open", async () => {
    const world = await bitrix24World();
    const frame = parseFrame(
      await opened(world, world.adminId, "CRM_DEAL_DETAIL_TAB", { ID: "8061", URI: "/crm/deal/" }),
    )!;
    expect(frame).toMatchObject({
      memberId: world.account,
      domain: world.portal.domain,
      language: "en",
      placement: "CRM_DEAL_DETAIL_TAB",
      recordId: "8061",
      expiresInMs: 3_600_000,
    });
    expect(frame.scopes).toContain("crm");
  });

  it("is refused when it is no POST, not a form, or lacks what proves it", async () => {
    const world = await bitrix24World();
    const good = await opened(world, world.adminId);
    expect(parseFrame({ ...good, method: "GET" })).toBeNull();
    expect(parseFrame({ ...good, body: new TextEncoder().encode("{}") })).toBeNull();
    for (const key of ["AUTH_ID", "APPLICATION_TOKEN", "member_id", "SERVER_ENDPOINT"]) {
      expect(parseFrame(changed(good, (form) => form.delete(key))), key).toBeNull();
    }
    for (const [key, value] of [
      ["member_id", "../x"],
      ["AUTH_ID", "short"],
      ["APPLICATION_TOKEN", "with space in it"],
    ] as const) {
      expect(parseFrame(changed(good, (form) => form.set(key, value))), key).toBeNull();
    }
    expect(parseFrame(changed(good, (form) => form.set("PLACEMENT_OPTIONS", '{"ID":"1 or 1"}')))).toMatchObject({
      recordId: null,
    });
    expect(parseFrame(changed(good, (form) => form.set("PLACEMENT_OPTIONS", "no json")))).toMatchObject({
      recordId: null,
      options: {},
    });
  });

  it("of a known portal is proven by the application token, and the stored address is used", async () => {
    const world = await bitrix24World();
    const good = await opened(world, Number(world.people.owners.anna));
    const frame = { ...parseFrame(good)!, domain: "evil.example.net" };
    const verdict = await world.app.verifyFrame(frame, knownOf(world), world.now());
    expect(verdict).toMatchObject({
      ok: true,
      first: false,
      grant: { endpoint: world.grant().endpoint, account: world.account },
    });
    const forged = { ...frame, applicationToken: `${frame.applicationToken.slice(0, -1)}x` };
    expect(await world.app.verifyFrame(forged, knownOf(world), world.now())).toEqual({ ok: false, reason: "mismatch" });
  });

  it("tells the person who looks from the administrator, by that person's own token", async () => {
    const world = await bitrix24World();
    const { anna } = world.people.owners;
    for (const [userId, admin] of [
      [Number(anna), false],
      [world.adminId, true],
    ] as const) {
      const verdict = await world.app.verifyFrame(
        parseFrame(await opened(world, userId))!,
        knownOf(world),
        world.now(),
      );
      if (!verdict.ok) throw new Error("not believed");
      expect(await world.app.who(verdict.grant)).toEqual({ userId: String(userId), admin });
    }
    await expect(
      world.app.who({ endpoint: world.grant().endpoint, accessToken: "0123456789abcdef" }),
    ).rejects.toMatchObject({ failure: "unauthorised" });
  });

  it("does not show a record that the person may not see", async () => {
    const world = await bitrix24World();
    const limited = world.portal.addUser({ sees: "own" });
    const dealId = await world.people.deal({ ownerId: world.people.owners.boris });
    const ref = { kind: "deal" as const, id: dealId };
    for (const [userId, sees] of [
      [limited.id, false],
      [world.adminId, true],
    ] as const) {
      const verdict = await world.app.verifyFrame(
        parseFrame(await opened(world, userId))!,
        knownOf(world),
        world.now(),
      );
      if (!verdict.ok) throw new Error("not believed");
      expect(await world.app.maySee(verdict.grant, ref)).toBe(sees);
    }
  });

  it("of an unknown portal is believed only after the authorisation server confirmed it", async () => {
    const world = await bitrix24World();
    const frame = parseFrame(await opened(world, world.adminId))!;
    expect(await world.app.verifyFrame(frame, null, world.now())).toMatchObject({
      ok: true,
      first: true,
      grant: {
        account: world.account,
        endpoint: world.portal.clientEndpoint,
        userId: String(world.adminId),
        applicationToken: frame.applicationToken,
      },
    });
    const lies = [
      { memberId: "0123456789abcdef0123456789abcdef" },
      { accessToken: "0123456789abcdef0123456789abcdef" },
      { serverEndpoint: "https://oauth.evil.example.net/rest/" },
      { serverEndpoint: "https://acme.bitrix24.sandbox/rest/" },
    ];
    for (const lie of lies) {
      expect(await world.app.verifyFrame({ ...frame, ...lie }, null, world.now()), JSON.stringify(lie)).toEqual({
        ok: false,
        reason: "not-trusted",
      });
    }
  });

  it("never sends anything to an address that only the request names", async () => {
    const asked: string[] = [];
    const app = bitrix24App({
      clientId: CLIENT_ID,
      clientSecret: SECRET,
      publicUrl: PUBLIC_URL,
      fetch: async (request) => {
        asked.push(new URL(request.url).host);
        return Response.json({
          result: { install: { client_endpoint: "https://169.254.169.254/rest/", member_id: "a1b2c3d4" } },
        });
      },
    });
    const frame = {
      memberId: "a1b2c3d4",
      domain: "evil.example.net",
      language: "en",
      appSid: "",
      accessToken: "0123456789",
      refreshToken: "0123456789",
      expiresInMs: 1,
      applicationToken: "0123456789",
      serverEndpoint: "https://oauth.bitrix.info/rest/",
      scopes: [],
      status: "F",
      placement: "DEFAULT",
      recordId: null,
      options: {},
    };
    expect(await app.verifyFrame(frame, null, 0)).toEqual({ ok: false, reason: "not-trusted" });
    expect(asked).toEqual(["oauth.bitrix.info"]);
  });
});

describe("installing by consent page", () => {
  it("leads to the portal's own page, and exchanges the code once, at the server that the return names", async () => {
    const world = await bitrix24World({ portal: { region: "east" } });
    const url = world.app.authoriseUrl("our-state", world.portal.domain);
    expect(url).toBe(`https://${world.portal.domain}/oauth/authorize/?client_id=${CLIENT_ID}&state=our-state`);
    const answer = await world.sandbox.fetch(new Request(url, { redirect: "manual" }));
    const back = new URL(answer.headers.get("location")!).searchParams;
    expect(back.get("state")).toBe("our-state");
    const [code, server] = [back.get("code")!, back.get("server_domain")!];
    await expect(world.app.exchange(code, world.now(), "oauth.evil.example.net")).rejects.toMatchObject({
      failure: "unauthorised",
    });
    const grant = await world.app.exchange(code, world.now(), server);
    expect(grant).toMatchObject({
      account: world.account,
      endpoint: world.portal.clientEndpoint,
      authServer: world.sandbox.oauthUrl("east"),
      issuedAt: world.now(),
      expiresAt: world.now() + 3_600_000,
    });
    await expect(world.app.exchange(code, world.now(), server)).rejects.toMatchObject({ failure: "refused" });
    expect((await world.app.refresh(grant, world.now())).account).toBe(world.account);
  });

  it("names the Market's page where no portal is known, and refuses what is no portal", async () => {
    const { app } = await bitrix24World();
    expect(app.authoriseUrl("s")).toBe("https://www.bitrix24.com/apps/app/maker.tenure/");
    expect(() => app.authoriseUrl("s", "evil.example/?x=")).toThrow(/not the address/);
  });
});

describe("events about the application itself", () => {
  it("an install without a page is read and confirmed (ONAPPINSTALL)", async () => {
    const world = await bitrix24World();
    world.received.length = 0;
    world.portal.installHeadless(world.adminId);
    await world.advance(10_000);
    const event = parseInstallEvent(world.received[0]!.body)!;
    expect(event).toMatchObject({ event: "ONAPPINSTALL", account: world.account, version: "1.0.0" });
    expect(await world.app.verifyInstall(event, world.now())).toMatchObject({
      account: world.account,
      endpoint: world.portal.clientEndpoint,
      applicationToken: world.portal.app.applicationToken,
      userId: String(world.adminId),
    });
    expect(await world.app.verifyInstall({ ...event, account: "somebodyelse" }, world.now())).toBeNull();
    expect(await world.app.verifyInstall({ ...event, tokens: null }, world.now())).toBeNull();
  });

  it("an update may bring another application token, and everything is bound again (ONAPPUPDATE)", async () => {
    const world = await bitrix24World({
      switches: { applicationTokenChangesOnUpdate: true, bindingsVanishOnUpdate: true },
    });
    const before = world.portal.app.applicationToken;
    world.portal.updateApp("2.0.0");
    await world.advance(10_000);
    const event = parseInstallEvent(world.received[0]!.body)!;
    expect(event).toMatchObject({ event: "ONAPPUPDATE", version: "2.0.0" });
    expect(event.applicationToken).not.toBe(before);
    expect(await world.app.verifyInstall(event, world.now())).toMatchObject({
      applicationToken: event.applicationToken,
    });
    expect(world.portal.events.bindings).toHaveLength(0);
    const crm = world.connect();
    await world.advance(10_000);
    await crm.bind(PUBLIC_URL);
    expect(world.portal.events.bindings.length).toBeGreaterThan(20);
    expect(world.portal.app.placements).toHaveLength(4);
  });

  for (const clean of [true, false]) {
    it(`an uninstall says whether to forget everything: ${clean} (ONAPPUNINSTALL)`, async () => {
      const world = await bitrix24World();
      const token = world.portal.app.applicationToken;
      world.portal.uninstall({ clean });
      await world.advance(10_000);
      const [incoming] = await world.deliveries();
      expect(await world.app.verify(incoming!, world.now(), () => token)).toMatchObject({
        ok: true,
        accounts: [{ account: world.account, hints: [], uninstalled: { clean } }],
      });
      expect(await world.app.verify(incoming!, world.now(), () => "another")).toEqual({
        ok: false,
        reason: "mismatch",
      });
      expect(await world.app.verify(incoming!, world.now(), () => null)).toEqual({
        ok: false,
        reason: "unknown-portal",
      });
    });
  }

  it("afterwards the tokens are dead, whatever the authorisation server calls it", async () => {
    for (const uninstalledRefreshError of ["invalid_grant", "invalid_client"] as const) {
      const world = await bitrix24World({ switches: { uninstalledRefreshError } });
      world.portal.uninstall();
      await expect(world.app.refresh(world.grant(), world.now())).rejects.toMatchObject({ failure: "revoked" });
      await world.advance(30_000);
      await expect(world.connect().read("company", ["1"])).rejects.toSatisfy((error) =>
        ["revoked", "limited"].includes((error as { failure: string }).failure),
      );
    }
  });

  it("a wrong secret of ours does not look like a dead install", async () => {
    const world = await bitrix24World();
    const app = bitrix24App({
      clientId: CLIENT_ID,
      clientSecret: "wrong",
      publicUrl: PUBLIC_URL,
      oauthUrl: world.sandbox.oauthUrl("west"),
      allowHttp: true,
      fetch: (request) => world.sandbox.fetch(request),
    });
    await expect(app.refresh(world.grant(), world.now())).rejects.toMatchObject({ failure: "unauthorised" });
  });
});

describe("events about records", () => {
  const event = (name: string, data: string) => ({
    method: "POST",
    url: `${PUBLIC_URL}/bitrix24/events`,
    headers: new Headers(),
    body: new TextEncoder().encode(`event=${name}&${data}&ts=1&auth[member_id]=m1&auth[application_token]=tok`),
  });
  const CASES: [string, string, unknown[]][] = [
    ["ONCRMDEALUPDATE", "data[FIELDS][ID]=7", [{ kind: "deal", id: "7", change: "changed" }]],
    ["onCrmDealUpdate", "data[FIELDS][ID]=7", [{ kind: "deal", id: "7", change: "changed" }]],
    [
      "ONCRMDEALMOVETOCATEGORY",
      "data[FIELDS][ID]=7&data[FIELDS][STAGE_ID]=C1:NEW",
      [{ kind: "deal", id: "7", change: "changed" }],
    ],
    ["ONCRMCONTACTADD", "data[FIELDS][ID]=8", [{ kind: "contact", id: "8", change: "created" }]],
    ["ONCRMCOMPANYDELETE", "data[FIELDS][ID]=9", [{ kind: "company", id: "9", change: "deleted" }]],
    [
      "ONCRMDYNAMICITEMUPDATE",
      "data[FIELDS][ID]=3&data[FIELDS][ENTITY_TYPE_ID]=31",
      [{ kind: "invoice", id: "3", change: "changed" }],
    ],
    ["ONCRMDYNAMICITEMUPDATE_31", "data[FIELDS][ID]=3", [{ kind: "invoice", id: "3", change: "changed" }]],
    ["ONCRMDYNAMICITEMADD", "data[FIELDS][ID]=3&data[FIELDS][ENTITY_TYPE_ID]=1220", []],
    [
      "ONTASKADD",
      "data[FIELDS_BEFORE]=undefined&data[FIELDS_AFTER][ID]=5",
      [{ kind: "task", id: "5", change: "created" }],
    ],
    [
      "ONTASKUPDATE",
      "data[FIELDS_BEFORE][ID]=5&data[FIELDS_AFTER][ID]=5",
      [{ kind: "task", id: "5", change: "changed" }],
    ],
    [
      "ONTASKDELETE",
      "data[FIELDS_BEFORE][ID]=5&data[FIELDS_AFTER]=undefined",
      [{ kind: "task", id: "5", change: "deleted" }],
    ],
    [
      "ONCRMACTIVITYUPDATE",
      "data[FIELDS][ID]=6",
      ["meeting", "call", "email"].map((kind) => ({ kind, id: "6", change: "changed" })),
    ],
    ["ONCRMDEALUPDATE", "data[FIELDS][ID]=7;drop", []],
  ];
  for (const [name, data, hints] of CASES) {
    it(`${name} with ${data} is ${hints.length === 0 ? "no hint" : "a hint"}`, async () => {
      const world = bitrix24App({
        clientId: "c",
        clientSecret: "s",
        publicUrl: PUBLIC_URL,
        fetch: async () => new Response(),
      });
      expect(await world.verify(event(name, data), 0, () => "tok")).toEqual({
        ok: true,
        accounts: [{ account: "m1", hints, own: 0, unknown: [] }],
      });
    });
  }

  it("a field of ours that an admin deletes asks for the schema; another's does not", async () => {
    const app = bitrix24App({
      clientId: "c",
      clientSecret: "s",
      publicUrl: PUBLIC_URL,
      fetch: async () => new Response(),
    });
    const ours = await app.verify(
      event("ONCRMCOMPANYUSERFIELDDELETE", "data[FIELDS][FIELD_NAME]=UF_CRM_TENURE_SCORE"),
      0,
      () => "tok",
    );
    expect(ours).toMatchObject({ accounts: [{ schemaTouched: true, hints: [] }] });
    const others = await app.verify(
      event("ONCRMCOMPANYUSERFIELDDELETE", "data[FIELDS][FIELD_NAME]=UF_CRM_17"),
      0,
      () => "tok",
    );
    expect(others).not.toHaveProperty("accounts.0.schemaTouched");
  });

  it("an event that nobody knows is answered and named", async () => {
    const app = bitrix24App({
      clientId: "c",
      clientSecret: "s",
      publicUrl: PUBLIC_URL,
      fetch: async () => new Response(),
    });
    expect(await app.verify(event("ONSOMETHINGNEW", "data[ID]=1"), 0, () => "tok")).toMatchObject({
      accounts: [{ unknown: ["ONSOMETHINGNEW"], hints: [] }],
    });
  });

  it("compares tokens of any length without an early end", () => {
    expect(sameText("abc", "abc")).toBe(true);
    for (const [given, expected] of [
      ["abd", "abc"],
      ["ab", "abc"],
      ["abcd", "abc"],
      ["", "abc"],
      ["", ""],
    ] as const) {
      expect(sameText(given, expected)).toBe(false);
    }
  });
});
