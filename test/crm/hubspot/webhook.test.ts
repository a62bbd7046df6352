import { describe, expect, it } from "vitest";
import type { Hint } from "../../../src/core/model.ts";
import { signHubSpot } from "../../../src/crm/hubspot/signature.ts";
import { parseEvents, verifyWebhook } from "../../../src/crm/hubspot/webhook.ts";
import type { Verified } from "../../../src/crm/port.ts";

const APP = "50780459";
const PORTAL = 247187887;

function parse(events: unknown): Verified {
  return parseEvents(new TextEncoder().encode(JSON.stringify(events)), APP);
}

/** Hints of the only portal in it. */
function hintsOf(...events: Record<string, unknown>[]): readonly Hint[] {
  const verified = parse(events.map((event) => ({ portalId: PORTAL, changeSource: "CRM_UI", ...event })));
  if (!verified.ok || verified.accounts.length !== 1) throw new Error(JSON.stringify(verified));
  expect(verified.accounts[0]!.unknown).toEqual([]);
  return verified.accounts[0]!.hints;
}

describe("events become hints", () => {
  it.each([
    ["object.propertyChange", "0-3", { kind: "deal", change: "changed" }],
    ["object.creation", "0-2", { kind: "company", change: "created" }],
    ["object.deletion", "0-27", { kind: "task", change: "deleted" }],
    ["object.restore", "0-3", { kind: "deal", change: "restored" }],
    ["object.propertyChange", "0-47", { kind: "meeting", change: "changed" }],
    ["object.creation", "0-53", { kind: "invoice", change: "created" }],
    ["object.creation", "0-19", { kind: "survey", change: "created" }],
    ["deal.propertyChange", undefined, { kind: "deal", change: "changed" }],
    ["contact.deletion", undefined, { kind: "contact", change: "deleted" }],
    ["contact.privacyDeletion", undefined, { kind: "contact", change: "erased" }],
    ["ticket.creation", undefined, { kind: "ticket", change: "created" }],
  ] as const)("%s of %s", (subscriptionType, objectTypeId, hint) => {
    expect(hintsOf({ subscriptionType, objectTypeId, objectId: 541935488729 })).toEqual([
      { ...hint, id: "541935488729" },
    ]);
  });

  it("keeps every digit of an id that a number would round to another record's, also in a merge", () => {
    const told = (event: string) => {
      const body = `[{"portalId":9007199254740993,"subscriptionType":"deal.${event}}]`;
      const verified = parseEvents(new TextEncoder().encode(body), APP);
      return verified.ok ? verified.accounts.map(({ account, hints }) => [account, hints]) : verified.reason;
    };
    expect(told('creation","objectId":9007199254740993')).toEqual([
      ["9007199254740993", [{ kind: "deal", id: "9007199254740993", change: "created" }]],
    ]);
    expect(told('merge","primaryObjectId":9007199254740995,"mergedObjectIds":[1234567890123456789]')).toEqual([
      ["9007199254740993", [{ kind: "deal", id: "9007199254740995", change: "merged", ids: ["1234567890123456789"] }]],
    ]);
  });

  it("takes the survivor of a merge from newObjectId, and then the primary is one of the losers (13.1)", () => {
    const merge = { subscriptionType: "object.merge", objectTypeId: "0-3", primaryObjectId: 10, mergedObjectIds: [11] };
    expect(hintsOf({ ...merge, newObjectId: 12 })).toEqual([
      { kind: "deal", id: "12", change: "merged", ids: ["10", "11"] },
    ]);
    expect(hintsOf(merge)).toEqual([{ kind: "deal", id: "10", change: "merged", ids: ["11"] }]);
    expect(hintsOf({ ...merge, newObjectId: 10 })).toEqual([{ kind: "deal", id: "10", change: "merged", ids: ["11"] }]);
  });

  it("hints at both ends of a link, and passes over an end that we do not look at", () => {
    const link = { subscriptionType: "object.associationChange", fromObjectId: 1, toObjectId: 2, objectTypeId: "0-3" };
    expect(hintsOf({ ...link, associationType: "DEAL_TO_COMPANY" })).toEqual([
      { kind: "deal", id: "1", change: "linked" },
      { kind: "company", id: "2", change: "linked" },
    ]);
    expect(hintsOf({ ...link, associationType: "DEAL_TO_LINE_ITEM" })).toEqual([
      { kind: "deal", id: "1", change: "linked" },
    ]);
    expect(hintsOf({ ...link, toObjectTypeId: "0-2" })).toEqual([
      { kind: "deal", id: "1", change: "linked" },
      { kind: "company", id: "2", change: "linked" },
    ]);
  });

  it("counts the same hint once", () => {
    const event = { subscriptionType: "object.propertyChange", objectTypeId: "0-3", objectId: 5 };
    expect(hintsOf(event, { ...event, propertyName: "amount" }, event)).toHaveLength(1);
  });

  it("counts echoes of our own writes, and only those (3.5)", () => {
    const event = { portalId: PORTAL, subscriptionType: "object.propertyChange", objectTypeId: "0-3", objectId: 5 };
    const verified = parse([
      { ...event, changeSource: "INTEGRATION", sourceId: APP },
      { ...event, changeSource: "INTEGRATION", sourceId: Number(APP) },
      { ...event, changeSource: "INTEGRATION", sourceId: "999", objectId: 6 },
      { ...event, changeSource: "AUTOMATION_PLATFORM", sourceId: APP, objectId: 7 },
    ]);
    expect(verified).toMatchObject({ ok: true, accounts: [{ own: 2, hints: [{ id: "6" }, { id: "7" }] }] });
  });

  it("groups one array by portal (3.2)", () => {
    const event = { subscriptionType: "object.creation", objectTypeId: "0-3", objectId: 5 };
    const verified = parse([
      { ...event, portalId: 1 },
      { ...event, portalId: 2 },
      { ...event, portalId: 1, objectId: 6 },
    ]);
    if (!verified.ok) throw new Error(verified.reason);
    expect(verified.accounts.map(({ account, hints }) => [account, hints.map(({ id }) => id)])).toEqual([
      ["1", ["5", "6"]],
      ["2", ["5"]],
    ]);
  });

  it("names events that it does not know and keeps the rest", () => {
    const base = { portalId: 1, objectId: 5 };
    const verified = parse([
      { ...base, subscriptionType: "object.creation", objectTypeId: "0-8" },
      { ...base, subscriptionType: "object.teleport", objectTypeId: "0-3" },
      { ...base, subscriptionType: "conversation.newMessage" },
      { ...base, subscriptionType: 7 },
      { ...base, subscriptionType: "object.creation", objectTypeId: "0-3" },
      { ...base, subscriptionType: "object.creation", objectTypeId: "0-3", objectId: "not an id" },
      { ...base, subscriptionType: `x${"\n<b>".repeat(99)}` },
    ]);
    if (!verified.ok) throw new Error(verified.reason);
    const [{ hints, unknown }] = verified.accounts as [(typeof verified.accounts)[number]];
    expect(hints).toEqual([{ kind: "deal", id: "5", change: "created" }]);
    expect(unknown.slice(0, 3)).toEqual([
      "object.creation of 0-8",
      "object.teleport of 0-3",
      "conversation.newMessage",
    ]);
    for (const name of unknown) expect(name).toMatch(/^[\w. ?-]{1,80}$/);
  });

  it.each([
    ["", "malformed"],
    ["{}", "malformed"],
    ["[1]", "malformed"],
    ["[null]", "malformed"],
    ['[{"subscriptionType":"object.creation"}]', "malformed"],
    [JSON.stringify(Array.from({ length: 1001 }, () => ({ portalId: 1 }))), "too-many"],
  ])("refuses %.40s", (text, reason) => {
    expect(parseEvents(new TextEncoder().encode(text), APP)).toEqual({ ok: false, reason });
  });
});

describe("verifying a delivery", () => {
  it("looks at the body only after the signature (G9)", async () => {
    const url = "https://app.example.com/hubspot/webhooks";
    const body = new TextEncoder().encode("no json");
    const signed = new Headers(await signHubSpot("s", { method: "POST", url, body }, 1_000_000));
    const incoming = { method: "POST", url, body, headers: signed };
    expect(await verifyWebhook("s", APP, incoming, 1_000_000)).toEqual({ ok: false, reason: "malformed" });
    expect(await verifyWebhook("other", APP, incoming, 1_000_000)).toEqual({ ok: false, reason: "mismatch" });
  });
});
