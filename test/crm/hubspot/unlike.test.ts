import { describe, expect, it } from "vitest";
import type { CrmFailure } from "../../../src/crm/failure.ts";
import { taskItem } from "../contract/scene.ts";
import { type Between, spoilable, unlikeAnswers } from "../unlike/suite.ts";
import { hubspotWorld } from "./world.ts";

async function world() {
  const between: Between = { answers: null };
  const made = await hubspotWorld({ between: (fetch) => spoilable(fetch, between) });
  return { ...made, between, refresh: () => made.app.refresh(made.grant(), made.now()) };
}

unlikeAnswers("HubSpot's answers, unlike the documented ones", world);

/** Every JSON answer from now on, changed. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of any call
function answering(between: Between, change: (body: any) => unknown): void {
  between.answers = async (answer) => {
    const { status, headers } = answer;
    return new Response(JSON.stringify(change(await answer.json())), { status, headers });
  };
}

/** HubSpot's specs, 2026-09: `status` of every batch answer is one of CANCELED, COMPLETE, PENDING, PROCESSING. */
describe.each(["CANCELED", "PENDING", "PROCESSING"])("a batch that HubSpot calls %s", (status) => {
  const unfinished = (between: Between) =>
    answering(between, (body) => ("startedAt" in body ? { ...body, status, results: [] } : body));

  it("tells nothing about records and links: none of them is missing", async () => {
    const { between, people, connect, advance } = await world();
    const id = await people.company();
    const crm = connect();
    await advance(60_000);
    unfinished(between);
    await expect(crm.read("company", [id])).rejects.toMatchObject({ failure: "unavailable" });
    await expect(crm.linked("task", [{ kind: "company", id }])).rejects.toMatchObject({ failure: "unavailable" });
  });

  it("may still do what it was told: a write is looked up", async () => {
    const { between, people, connect, advance, now } = await world();
    const target = { kind: "company", id: await people.company() } as const;
    const crm = connect();
    await advance(60_000);
    const batch = { kind: "task", verb: "create", on: null, items: [taskItem("p:1", target, now())] } as const;
    unfinished(between);
    expect(await crm.write(batch)).toEqual([{ key: "p:1", done: false, failure: "unknown" }]);
  });
});

describe("a list of HubSpot's without an end", () => {
  const samePage = { next: { after: "1" } };

  it("owners: the same page again is a named failure", async () => {
    const { between, connect, advance } = await world();
    const crm = connect();
    await advance(60_000);
    between.answers = async () => Response.json({ results: [], paging: samePage });
    await expect(crm.owners()).rejects.toMatchObject({ failure: "unavailable" });
  });

  it("links: the same page again is a named failure", async () => {
    const { between, people, connect, advance } = await world();
    const id = await people.company();
    await people.deal({ companyId: id });
    const crm = connect();
    await advance(60_000);
    answering(between, (body) => ({
      ...body,
      results: body.results.map((row: object) => ({ ...row, paging: samePage })),
    }));
    await expect(crm.linked("deal", [{ kind: "company", id }])).rejects.toMatchObject({ failure: "unavailable" });
  });

  it.each([
    ["whose times are not shown", () => ({})],
    ["older than asked for", () => ({ hs_lastmodifieddate: "2001-01-01T00:00:00Z" })],
  ])("changes: a full page %s is a named failure", async (_, properties) => {
    const { between, connect, advance, now } = await world();
    const crm = connect();
    await advance(60_000);
    const row = { archived: false, createdAt: "2001-01-01T00:00:00Z", properties: properties() };
    answering(between, () => ({
      total: 500,
      results: Array.from({ length: 200 }, (_row, at) => ({ ...row, id: `${at}` })),
    }));
    const failure = await crm.changedSince("company", now(), null).catch((error: CrmFailure) => error);
    expect(failure).toMatchObject({ failure: "unavailable" });
  });
});

/** Every field that the specs do not require, as null instead of left out. */
describe("null where HubSpot may leave something out", () => {
  it("is as good as nothing", async () => {
    const { between, people, connect, advance } = await world();
    const id = await people.company();
    const dealId = await people.deal({ companyId: id });
    const crm = connect();
    await advance(60_000);
    const row = {
      archived: null,
      associationTypes: null,
      propertiesWithHistory: null,
      objectWriteTraceId: null,
      userIdIncludingInactive: null,
      teams: null,
    };
    // biome-ignore lint/suspicious/noExplicitAny: rows of any answer
    const nulled = (body: any): any => ({
      paging: null,
      errors: null,
      accountType: null,
      ...body,
      // biome-ignore lint/suspicious/noExplicitAny: rows of any answer
      ...(body.results && { results: body.results.map((each: any) => ({ ...row, ...each, ...nulledEnds(each) })) }),
    });
    answering(between, nulled);
    expect(await crm.account()).toMatchObject({ test: false });
    expect((await crm.owners()).map(({ id: owner }) => owner)).toContain(people.owners.anna);
    expect(await crm.stages()).not.toEqual([]);
    const { records } = await crm.read("deal", [dealId]);
    expect(records).toMatchObject([{ links: [{ kind: "company", id }] }]);
  });
});

/** Links carry their page and types one level down. */
function nulledEnds(row: { to?: readonly object[] }): object {
  return row.to ? { paging: null, to: row.to.map((end) => ({ ...end, associationTypes: null })) } : {};
}
