import { describe, expect, it } from "vitest";
import type { Fetch } from "../../../src/crm/http.ts";
import { bitrix24World } from "./world.ts";

/** Lists show no records at all; asked for one by one, they are there. */
const withoutLists = (fetch: Fetch) => async (request: Request) => {
  const answer = await fetch(request);
  if (!request.url.includes("/rest/")) return answer;
  const body = (await answer.clone().json()) as { result?: { result?: Record<string, { items?: unknown[] }> } };
  for (const one of Object.values(body.result?.result ?? {})) if (Array.isArray(one?.items)) one.items = [];
  return Response.json(body, { status: answer.status });
};

describe("records that a list does not show", () => {
  it("are asked for one by one, however many, and only those that are not there are gone", async () => {
    let isBlind = false;
    const world = await bitrix24World({
      between: (fetch) => (request) => (isBlind ? withoutLists(fetch)(request) : fetch(request)),
    });
    const crm = world.connect();
    const ids: string[] = [];
    for (let n = 0; n < 130; n += 1) ids.push(await world.people.company());
    await world.advance(30_000);
    await crm.read("company", ids.slice(0, 1));
    const gone = ids.filter((_, at) => at % 2 === 1);
    for (const id of gone) world.portal.remove("company", Number(id));
    await world.advance(30_000);
    isBlind = true;
    const answer = await crm.read("company", ids);
    expect(answer.missing).toEqual(gone);
    expect(answer.records.map(({ ref }) => ref.id)).toEqual(ids.filter((_, at) => at % 2 === 0));
    expect(world.limitedByUs()).toBe(0);
    expect(world.violations()).toEqual([]);
  });
});

/** Lists of activities leave out what the user may not see. */
const hiding = (fetch: Fetch, hidden: ReadonlySet<string>) => async (request: Request) => {
  const answer = await fetch(request);
  if (!request.url.includes("/rest/")) return answer;
  const body = (await answer.clone().json()) as { result?: { result?: Record<string, unknown> } };
  const results = body.result?.result ?? {};
  for (const [key, rows] of Object.entries(results))
    if (Array.isArray(rows)) results[key] = (rows as { ID: string }[]).filter(({ ID }) => !hidden.has(ID));
  return Response.json(body, { status: answer.status });
};

describe("activities that a list does not show", () => {
  it("are gone, or of another kind, only where nothing is hidden from whom we ask as", async () => {
    const hidden = new Set<string>();
    const world = await bitrix24World({ between: (fetch) => (request) => hiding(fetch, hidden)(request) });
    const crm = world.connect();
    const ownerId = Number(await world.people.company());
    const activity = (typeId: number) => world.portal.create("activity", { ownerTypeId: 4, ownerId, typeId });
    const [call, other, meeting] = [activity(2), activity(2), activity(1)].map(String) as [string, string, string];
    await world.advance(30_000);
    const admin = world.portal.org.users.get(world.adminId)!;
    admin.admin = false;
    expect(await crm.read("call", [call, meeting])).toMatchObject({
      records: [{ ref: { kind: "call", id: call } }],
      missing: [meeting],
    });
    hidden.add(other);
    await world.advance(30_000);
    await expect(crm.read("call", [call, other])).rejects.toMatchObject({
      failure: "unauthorised",
      code: "RIGHTS_LOST",
    });
    admin.admin = true;
    await world.advance(30_000);
    expect((await crm.read("call", [call, other])).missing).toEqual([other]);
    expect(world.violations()).toEqual([]);
  });
});
