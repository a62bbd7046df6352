import type { Act, Crm } from "./crm.ts";
import type { ObjectType } from "./object-types.ts";
import type { HubRecord, Values } from "./records.ts";
import type { EventKind, Subscribed, SubscriptionIndex } from "./subscriptions.ts";

/** One event as it travels in a webhook array (facts sheet 3.2). */
export interface HubEvent {
  eventId: number;
  subscriptionId: number;
  portalId: number;
  appId: number;
  occurredAt: number;
  subscriptionType: string;
  attemptNumber: number;
  changeSource: string;
  sourceId: string;
  [more: string]: unknown;
}

/** What the CRM tells about its changes. */
export interface CrmEvents {
  created(record: HubRecord, act: Act): void;
  changed(record: HubRecord, changed: Values, act: Act): void;
  removed(record: HubRecord, act: Act): void;
  restored(record: HubRecord, act: Act): void;
  purged(record: HubRecord, act: Act): void;
  merged(primaryId: string, mergedIds: readonly string[], survivor: HubRecord, moved: number, act: Act): void;
  linked(from: HubRecord, to: HubRecord, types: readonly number[], removed: boolean, act: Act): void;
}

export interface EventWiring {
  portalId: number;
  appId: number;
  random: () => number;
  subscriptions: SubscriptionIndex;
  createdFlag: string;
  propertyChangeOnCreation: boolean;
  /** is the app installed and does it have webhooks? */
  listening: () => boolean;
  send: (event: HubEvent) => void;
  crm: () => Crm;
}

/** Turns changes into the events that the app subscribed to. */
export class EventMaker implements CrmEvents {
  readonly #wiring: EventWiring;

  constructor(wiring: EventWiring) {
    this.#wiring = wiring;
  }

  #for(type: ObjectType, kind: EventKind): readonly Subscribed[] {
    if (!this.#wiring.listening()) return [];
    return this.#wiring.subscriptions.of(type.id, kind) ?? [];
  }

  #send(subscribed: Subscribed, type: ObjectType, act: Act, more: Record<string, unknown>): void {
    const { portalId, appId, random } = this.#wiring;
    this.#wiring.send({
      eventId: 1 + Math.floor(random() * 4_294_967_295),
      subscriptionId: subscribed.id,
      portalId,
      appId,
      occurredAt: act.at,
      subscriptionType: subscribed.subscriptionType,
      attemptNumber: 0,
      ...(subscribed.dated ? { objectTypeId: type.id } : {}),
      ...more,
      changeSource: act.source.changeSource,
      sourceId: act.source.sourceId,
    });
  }

  created(record: HubRecord, act: Act): void {
    for (const subscribed of this.#for(record.type, "creation")) {
      this.#send(subscribed, record.type, act, { objectId: Number(record.id), changeFlag: this.#wiring.createdFlag });
    }
    if (this.#wiring.propertyChangeOnCreation) this.changed(record, record.values, act);
  }

  changed(record: HubRecord, changed: Values, act: Act): void {
    if (!this.#wiring.listening()) return;
    const names = this.#wiring.subscriptions.properties(record.type.id);
    if (!names) return;
    for (const propertyName in changed) {
      for (const subscribed of names.get(propertyName) ?? []) {
        const more = { objectId: Number(record.id), propertyName, propertyValue: changed[propertyName] };
        this.#send(subscribed, record.type, act, more);
      }
    }
  }

  removed(record: HubRecord, act: Act): void {
    for (const subscribed of this.#for(record.type, "deletion")) {
      this.#send(subscribed, record.type, act, { objectId: Number(record.id), changeFlag: "DELETED" });
    }
  }

  restored(record: HubRecord, act: Act): void {
    for (const subscribed of this.#for(record.type, "restore")) {
      this.#send(subscribed, record.type, act, { objectId: Number(record.id) });
    }
  }

  purged(record: HubRecord, act: Act): void {
    for (const subscribed of this.#for(record.type, "privacyDeletion")) {
      this.#send(subscribed, record.type, act, { objectId: Number(record.id) });
    }
    this.removed(record, act);
  }

  merged(primaryId: string, mergedIds: readonly string[], survivor: HubRecord, moved: number, act: Act): void {
    for (const subscribed of this.#for(survivor.type, "merge")) {
      this.#send(subscribed, survivor.type, act, {
        primaryObjectId: Number(primaryId),
        mergedObjectIds: mergedIds.map(Number),
        newObjectId: Number(survivor.id),
        numberOfPropertiesMoved: moved,
      });
    }
  }

  /** Each direction has its own event, and a primary link two of each. */
  linked(from: HubRecord, to: HubRecord, types: readonly number[], associationRemoved: boolean, act: Act): void {
    if (!this.#wiring.listening()) return;
    const { associations } = this.#wiring.crm();
    for (const [left, right, forward] of [
      [from, to, true],
      [to, from, false],
    ] as const) {
      const subscriptions = this.#wiring.subscriptions.of(left.type.id, "associationChange");
      if (!subscriptions) continue;
      for (const id of types) {
        const type = associations.of(from.type, to.type, id);
        if (type?.category !== "HUBSPOT_DEFINED") continue;
        for (const subscribed of subscriptions) {
          this.#send(subscribed, left.type, act, {
            associationType: `${left.type.code}_TO_${right.type.code}`,
            associationTypeId: forward ? id : type.inverse,
            associationCategory: type.category,
            fromObjectId: Number(left.id),
            toObjectId: Number(right.id),
            associationRemoved,
            isPrimaryAssociation: type.primary,
          });
        }
      }
    }
  }
}
