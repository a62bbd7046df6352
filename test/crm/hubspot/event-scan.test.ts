import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanEvents } from "../../../src/crm/hubspot/event-scan.ts";
import { parseEvents } from "../../../src/crm/hubspot/webhook.ts";

const APP = "4711";
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A blank in front makes every body one that is read in full: the slow way that the quick one is held against. */
function inFull(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = 0x20;
  bytes.set(body, 1);
  return bytes;
}

const id = fc.oneof(
  fc.integer({ min: -1, max: 3 }),
  fc.maxSafeInteger(),
  fc.constantFrom("17", "0", "x1", "", null, 1.5, 1e21, true, 2 ** 60),
);
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom('a "quoted" one', "back\\slash", "tab\t", '"objectId":5', "}]", "ж"),
);
const type = fc.constantFrom(
  "object.propertyChange",
  "object.creation",
  "object.associationChange",
  "object.merge",
  "deal.deletion",
  "contact.privacyDeletion",
  "object.teleport",
  "",
);
const event = fc.record(
  {
    eventId: fc.nat(),
    portalId: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(7, 8, "7") }, { weight: 1, arbitrary: id }),
    subscriptionType: fc.oneof({ weight: 9, arbitrary: type }, { weight: 1, arbitrary: id }),
    objectTypeId: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom("0-3", "0-2", "0-8") },
      { weight: 1, arbitrary: text },
    ),
    objectId: id,
    propertyName: text,
    propertyValue: fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null)),
    changeSource: fc.constantFrom("CRM_UI", "INTEGRATION"),
    sourceId: fc.constantFrom(APP, Number(APP), "userId:1"),
    associationType: fc.constantFrom("DEAL_TO_COMPANY", "CONTACT_TO_DEAL", "DEAL_TO_LINE_ITEM"),
    fromObjectId: id,
    toObjectId: id,
    fromObjectTypeId: fc.constantFrom("0-3", "0-1"),
    toObjectTypeId: fc.constantFrom("0-2", "0-99"),
    primaryObjectId: id,
    newObjectId: id,
    mergedObjectIds: fc.array(id, { maxLength: 3 }),
    nested: fc.object({ maxDepth: 1 }),
  },
  { requiredKeys: ["portalId", "subscriptionType"] },
);

describe("the quick reading of events", () => {
  it("says of any events what a full reading says", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), (events) => {
        const body = bytesOf(JSON.stringify(events));
        expect(parseEvents(body, APP)).toEqual(parseEvents(inFull(body), APP));
      }),
      { numRuns: 400 },
    );
  });

  it("says of a damaged body what a full reading says", () => {
    const plain = fc.record({
      portalId: fc.constant(7),
      subscriptionType: type,
      objectTypeId: fc.constant("0-3"),
      objectId: fc.integer({ min: 1 }),
      propertyValue: fc.string(),
    });
    fc.assert(
      fc.property(
        fc.array(plain, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.constantFrom(...'"\\,:{}[]0 -e.tnx\u0001'),
        fc.boolean(),
        (events, place, letter, isCut) => {
          const whole = JSON.stringify(events);
          const at = place % whole.length;
          const body = bytesOf(isCut ? whole.slice(0, at) : whole.slice(0, at) + letter + whole.slice(at + 1));
          expect(parseEvents(body, APP)).toEqual(parseEvents(inFull(body), APP));
        },
      ),
      { numRuns: 600 },
    );
  });

  const plain = {
    eventId: 1,
    portalId: 7,
    subscriptionType: "object.creation",
    objectTypeId: "0-3",
    objectId: 541935488729,
    isSensitive: false,
    propertyValue: 'a "b" \\ ж',
  };
  const isQuick = (body: string) => scanEvents(bytesOf(body), 1000, () => true);

  it("understands what HubSpot sends without a full reading", () => {
    expect(isQuick(JSON.stringify([plain, { ...plain, propertyValue: null }, { ...plain, portalId: 8 }]))).toBe(true);
  });

  it.each([
    ["blanks between", JSON.stringify([plain], null, 1)],
    ["a merge", JSON.stringify([{ ...plain, mergedObjectIds: [1] }])],
    ["something nested", JSON.stringify([{ ...plain, more: {} }])],
    ["a number that may not be exact", '[{"portalId":1234567890123456}]'],
    ["an escape by number", '[{"portalId":1,"x":"\\u0041"}]'],
    ["a leading zero", '[{"portalId":1,"x":01}]'],
    ["a fraction", '[{"portalId":1,"x":1.5}]'],
    ["nothing", "[]"],
    ["something behind the end", '[{"portalId":1}] '],
  ])("leaves %s to a full reading", (_what, body) => {
    expect(isQuick(body)).toBe(false);
  });

  it("stops at the first event more than is allowed", () => {
    expect(scanEvents(bytesOf(JSON.stringify([plain, plain])), 1, () => true)).toBe(false);
  });
});
