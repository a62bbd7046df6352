import { describe, expect, it } from "vitest";
import { FIELDS } from "../../../src/core/fields.ts";
import type { RecordKind } from "../../../src/core/model.ts";
import { kindOfName, OBJECT_TYPES } from "../../../src/crm/hubspot/kinds.ts";
import { propertiesOf } from "../../../src/crm/hubspot/map.ts";
import { propertyOfField } from "../../../src/crm/hubspot/values.ts";
import { parseEvents } from "../../../src/crm/hubspot/webhook.ts";
import { SubscriptionIndex, subscriptionsOf } from "../../../src/sandbox/hubspot/subscriptions.ts";
import { meta, type WebhooksMeta } from "./project.ts";

const FILE = meta("app/webhooks/webhooks-hsmeta.json") as WebhooksMeta;
const { crmObjects, legacyCrmObjects, hubEvents } = FILE.config.subscriptions;

/** HubSpot's names of object types in subscriptions, where they are not the kind itself. */
const OBJECT_NAMES: Readonly<Partial<Record<RecordKind, string>>> = {
  meeting: "meeting event",
  survey: "feedback submission",
};
const KINDS = Object.keys(OBJECT_TYPES) as RecordKind[];
const nameOf = (kind: RecordKind) => OBJECT_NAMES[kind] ?? kind;

/** Read, but not subscribed to, and why a change of it is noticed all the same. */
const NOT_SUBSCRIBED: Readonly<Partial<Record<RecordKind, Readonly<Record<string, string>>>>> = {
  deal: {
    createdate: "set once",
    amount_in_home_currency: "calculated from amount and deal_currency_code",
    hs_closed_won_date: "calculated from dealstage",
    hs_is_closed_won: "calculated from dealstage",
    hs_is_closed: "calculated from dealstage",
    hs_primary_associated_company: "follows associationChange",
  },
  company: {
    createdate: "set once",
    total_revenue: "rolled up from deals",
    notes_last_contacted: "rolled up from activities",
    hs_last_sales_activity_timestamp: "rolled up from activities",
    hs_sales_email_last_replied: "rolled up from activities",
    notes_next_activity_date: "rolled up from activities",
  },
  contact: {
    createdate: "set once",
    hs_email_last_reply_date: "rolled up from e-mails",
    notes_last_contacted: "rolled up from activities",
    hs_last_sales_activity_timestamp: "rolled up from activities",
    hs_sales_email_last_replied: "rolled up from activities",
    notes_next_activity_date: "rolled up from activities",
  },
  task: { hs_task_completion_date: "follows hs_task_status" },
  ticket: {
    createdate: "set once",
    closed_date: "follows hs_pipeline_stage",
    hs_last_visitor_message_sentiment_score: "follows hs_last_visitor_message_sentiment",
    time_to_first_agent_reply: "calculated once; the first reply is an e-mail or a changed stage",
  },
  survey: {
    hs_survey_type: "set once",
    hs_value: "set once",
    hs_submission_timestamp: "set once",
    hs_createdate: "set once",
  },
};

function subscribed(kind: RecordKind): string[] {
  return crmObjects.flatMap((one) =>
    one.subscriptionType === "object.propertyChange" && one.objectType === nameOf(kind) ? [one.propertyName] : [],
  );
}

function changes(kind: RecordKind): string[] {
  const types = crmObjects.filter(({ objectType }) => objectType === nameOf(kind)).map((one) => one.subscriptionType);
  return [...new Set(types)].filter((type) => type !== "object.propertyChange").sort();
}

describe("HubSpot's webhooks file", () => {
  it.each(KINDS)("of a %s watches every property that is read, or says why it need not", (kind) => {
    const read = propertiesOf(kind, { outcome: () => undefined, won: () => [] });
    const personal = FIELDS.filter((field) => field.policy === "person" && field.on.includes(kind)).map(({ id }) =>
      propertyOfField(id),
    );
    const excused = Object.keys(NOT_SUBSCRIBED[kind] ?? {});
    expect([...subscribed(kind), ...excused].sort()).toEqual([...new Set([...read, ...personal])].sort());
  });

  it("never watches a property that only Tenure writes", () => {
    const ours = FIELDS.filter(({ policy }) => policy === "ours").map(({ id }) => propertyOfField(id));
    const watched = KINDS.flatMap(subscribed);
    expect(watched.filter((name) => ours.includes(name))).toEqual([]);
  });

  it.each(KINDS)(
    "of a %s tells when one is made, deleted, restored, linked, and merged where HubSpot merges",
    (kind) => {
      const merges = ["deal", "company", "contact", "ticket"].includes(kind);
      const all = ["object.associationChange", "object.creation", "object.deletion", "object.restore"];
      expect(changes(kind)).toEqual([...all, ...(merges ? ["object.merge"] : [])].sort());
    },
  );

  it("tells of privacy deletions, and uses no older form of an event that has a newer one", () => {
    expect(hubEvents).toEqual([{ subscriptionType: "contact.privacyDeletion", active: true }]);
    expect(legacyCrmObjects).toEqual([]);
  });

  it("names no object type that Tenure does not look at, nothing twice, and at most 1,000 lines", () => {
    const names = new Set(KINDS.map(nameOf));
    expect(crmObjects.filter(({ objectType }) => !names.has(objectType))).toEqual([]);
    const lines = crmObjects.map((one) => JSON.stringify(one));
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.length).toBeLessThanOrEqual(1000);
  });

  it("A2.2 every kind of event in it becomes a hint of the code", () => {
    for (const { subscriptionType, objectType } of crmObjects) {
      const kind = KINDS.find((one) => nameOf(one) === objectType)!;
      const { typeId } = OBJECT_TYPES[kind];
      const event = {
        portalId: 7,
        subscriptionType,
        objectTypeId: typeId,
        objectId: 11,
        primaryObjectId: 11,
        mergedObjectIds: [12],
        associationType: `${objectType.toUpperCase()}_TO_COMPANY`,
        fromObjectId: 11,
        fromObjectTypeId: typeId,
        toObjectId: 13,
        toObjectTypeId: "0-2",
      };
      const [account] = accountsOf([event]);
      expect(account!.unknown, subscriptionType).toEqual([]);
      expect(
        account!.hints.some((hint) => hint.kind === kind && hint.id === "11"),
        `${subscriptionType} ${objectType}`,
      ).toBe(true);
    }
    const [erased] = accountsOf([{ portalId: 7, subscriptionType: "contact.privacyDeletion", objectId: 11 }]);
    expect(erased!.hints).toEqual([{ kind: "contact", id: "11", change: "erased" }]);
    expect(kindOfName("contact")).toBe("contact");
  });

  it("sends to the door of the code", () => {
    expect(FILE.config.settings).toEqual({ targetUrl: `\${PUBLIC_URL}/hubspot/webhooks`, maxConcurrentRequests: 10 });
  });

  it("is taken by the strict sandbox as it stands", () => {
    expect(() => new SubscriptionIndex(subscriptionsOf(FILE))).not.toThrow();
  });
});

function accountsOf(events: readonly object[]) {
  const verified = parseEvents(new TextEncoder().encode(JSON.stringify(events)), "99");
  if (!verified.ok) throw new Error(verified.reason);
  return verified.accounts;
}
