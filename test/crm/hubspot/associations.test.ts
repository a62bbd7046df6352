import { describe, expect, it } from "vitest";
import { readLinks } from "../../../src/crm/hubspot/associations.ts";
import { Client } from "../../../src/crm/hubspot/client.ts";
import type { Wiring } from "../../../src/crm/port.ts";

interface Asked {
  inputs: { id: string; after?: string }[];
}

/** A client whose HubSpot answers in turn, and what it was asked. */
function clientWith(...answers: unknown[]) {
  const asked: Asked[] = [];
  let now = 0;
  const tokens = { grant: () => ({}), access: async () => "t", renew: async () => "t" } as unknown as Wiring["tokens"];
  const client = new Client(
    async (request) => {
      asked.push((await request.json()) as Asked);
      return Response.json(answers.shift(), { status: 207 });
    },
    "https://api.example",
    { account: "1", tokens, now: () => now, chance: () => 0 },
  );
  now = 60_000;
  return { client, asked };
}

function to(toObjectId: number | string, ...typeIds: number[]) {
  return { toObjectId, associationTypes: typeIds.map((typeId) => ({ category: "HUBSPOT_DEFINED", typeId })) };
}

describe("reading links (5.7)", () => {
  it("puts the primary company first, names each once, takes ids as numbers and as texts", async () => {
    const { client } = clientWith({
      results: [{ from: { id: 1 }, to: [to(10, 341), to("11", 341), to("11", 5), to(12, 341)] }],
      errors: [{ category: "OBJECT_NOT_FOUND", subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND" }],
    });
    expect(await readLinks(client, "deals", "companies", ["1", "2"])).toEqual(new Map([["1", ["11", "10", "12"]]]));
  });

  it("follows the pages of each record apart", async () => {
    const { client, asked } = clientWith(
      {
        results: [
          { from: { id: "1" }, to: [to(10)], paging: { next: { after: "x" } } },
          { from: { id: "2" }, to: [to(20)] },
        ],
      },
      { results: [{ from: { id: "1" }, to: [to(11)] }] },
    );
    expect(await readLinks(client, "deals", "contacts", ["1", "2"])).toEqual(
      new Map([
        ["1", ["10", "11"]],
        ["2", ["20"]],
      ]),
    );
    expect(asked.map(({ inputs }) => inputs)).toEqual([[{ id: "1" }, { id: "2" }], [{ id: "1", after: "x" }]]);
  });

  it("does not take an error of another kind for a record without links: a task that is there would be made again", async () => {
    const failed = { category: "INTERNAL_ERROR", message: "internal error", context: { fromObjectId: ["2"] } };
    const { client } = clientWith({ results: [{ from: { id: "1" }, to: [to(10, 341)] }], errors: [failed] });
    await expect(readLinks(client, "deals", "tasks", ["1", "2"])).rejects.toMatchObject({
      failure: "unavailable",
      code: "UNEXPECTED_REPLY",
    });
  });

  it("does not take a record for one without links where something went wrong and nobody says with which", async () => {
    const { client } = clientWith({ results: [{ from: { id: "1" }, to: [to(10, 341)] }], numErrors: 1 });
    await expect(readLinks(client, "deals", "tasks", ["1", "2"])).rejects.toMatchObject({ code: "UNEXPECTED_REPLY" });
  });

  it("does not believe an answer of another shape", async () => {
    const { client } = clientWith({ results: [{ from: "1" }] });
    await expect(readLinks(client, "deals", "contacts", ["1"])).rejects.toMatchObject({ code: "UNEXPECTED_REPLY" });
  });
});
