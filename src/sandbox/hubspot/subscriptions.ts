import { findObjectType } from "./object-types.ts";

/** One line of the app's webhook subscriptions (facts sheet 3.1). */
export interface Subscription {
  /** `object.creation`, `object.propertyChange`, …, `contact.privacyDeletion`, legacy `deal.creation`, … */
  subscriptionType: string;
  /** for `object.*` */
  objectType?: string;
  /** for `*.propertyChange` */
  propertyName?: string;
  active?: boolean;
}

export type EventKind =
  | "creation"
  | "deletion"
  | "merge"
  | "restore"
  | "propertyChange"
  | "associationChange"
  | "privacyDeletion";

/** A subscription ready for matching: its number and the `subscriptionType` that its events carry. */
export interface Subscribed {
  id: number;
  subscriptionType: string;
  /** `object.*` events carry the type id */
  dated: boolean;
}

const CHANGES: Record<string, readonly string[]> = {
  deal: ["dealstage", "pipeline", "hubspot_owner_id", "closedate", "amount", "dealname", "dealtype"],
  contact: ["hubspot_owner_id", "email", "lifecyclestage", "hs_email_optout", "hs_feedback_last_nps_rating"],
  company: ["hubspot_owner_id", "lifecyclestage", "numberofemployees", "hs_parent_company_id"],
  ticket: ["hs_pipeline_stage", "hs_ticket_priority", "hubspot_owner_id"],
  task: ["hs_task_status", "hs_timestamp", "hubspot_owner_id", "hs_task_priority"],
  "meeting event": ["hs_meeting_outcome", "hs_meeting_start_time"],
  invoice: ["hs_invoice_status", "hs_balance_due", "hs_due_date"],
  subscription: ["hs_status"],
};
const WHOLE = [
  "deal",
  "contact",
  "company",
  "ticket",
  "task",
  "meeting event",
  "call",
  "email",
  "note",
  "communication",
];
const MERGING = ["deal", "contact", "company", "ticket"];

/** What an app of this kind would subscribe to; used when none are handed in. */
export const DEFAULT_SUBSCRIPTIONS: readonly Subscription[] = [
  ...WHOLE.flatMap((objectType) =>
    ["object.creation", "object.deletion", "object.restore", "object.associationChange"].map((subscriptionType) => ({
      subscriptionType,
      objectType,
    })),
  ),
  ...["invoice", "subscription", "commerce payment", "feedback submission"].map((objectType) => ({
    subscriptionType: "object.creation",
    objectType,
  })),
  ...MERGING.map((objectType) => ({ subscriptionType: "object.merge", objectType })),
  ...Object.entries(CHANGES).flatMap(([objectType, names]) =>
    names.map((propertyName) => ({ subscriptionType: "object.propertyChange", objectType, propertyName })),
  ),
  { subscriptionType: "contact.privacyDeletion" },
];

/** The subscriptions of a project's `webhooks-hsmeta.json`. */
export function subscriptionsOf(manifest: unknown): Subscription[] {
  const config = (manifest as { config?: { subscriptions?: Record<string, Subscription[]> } }).config;
  return Object.values(config?.subscriptions ?? {}).flat();
}

const KINDS: ReadonlySet<string> = new Set<EventKind>([
  "creation",
  "deletion",
  "merge",
  "restore",
  "propertyChange",
  "associationChange",
  "privacyDeletion",
]);

/** Types that HubSpot lets an app subscribe to and this sandbox has no records of. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...["appointment", "cart", "course", "discount", "fee", "goal target", "lead", "listing", "order", "partner client"],
  ...["postal mail", "product", "quote", "quote template", "service", "tax"],
]);

/** Answers at once whether anybody listens, so that quiet types cost nothing. */
export class SubscriptionIndex {
  readonly #kinds = new Map<string, Subscribed[]>();
  readonly #properties = new Map<string, Map<string, Subscribed[]>>();

  /** @throws Error for a subscription that HubSpot would not take */
  constructor(subscriptions: readonly Subscription[]) {
    subscriptions.forEach((subscription, index) => {
      if (subscription.active === false) return;
      const [prefix = "", kind = ""] = subscription.subscriptionType.split(".");
      if (prefix === "conversation" || prefix === "event") return;
      if (!KINDS.has(kind)) throw new Error(`not a subscription type: ${subscription.subscriptionType}`);
      const dated = prefix === "object";
      const type = findObjectType(dated ? (subscription.objectType ?? "") : prefix);
      if (!type && ELSEWHERE.has(subscription.objectType?.toLowerCase() ?? prefix)) return;
      if (!type) throw new Error(`no object type in subscription ${JSON.stringify(subscription)}`);
      const entry: Subscribed = { id: 7_000_000 + index, subscriptionType: subscription.subscriptionType, dated };
      if (kind !== "propertyChange") {
        push(this.#kinds, `${type.id} ${kind}`, entry);
        return;
      }
      const name = subscription.propertyName;
      if (!name || name === "hs_lastmodifieddate" || name === "num_unique_conversion_events") {
        throw new Error(`not subscribable: ${JSON.stringify(subscription)}`);
      }
      const names = this.#properties.get(type.id) ?? new Map<string, Subscribed[]>();
      this.#properties.set(type.id, names);
      push(names, name, entry);
    });
  }

  of(typeId: string, kind: EventKind): readonly Subscribed[] | undefined {
    return this.#kinds.get(`${typeId} ${kind}`);
  }

  properties(typeId: string): ReadonlyMap<string, readonly Subscribed[]> | undefined {
    return this.#properties.get(typeId);
  }
}

function push<Key>(map: Map<Key, Subscribed[]>, key: Key, entry: Subscribed): void {
  const entries = map.get(key);
  if (entries) entries.push(entry);
  else map.set(key, [entry]);
}
