import type { AssociationType } from "./association-types.ts";
import { readValue } from "./computed.ts";
import { approval, denial } from "./consent.ts";
import { type Act, Crm } from "./crm.ts";
import { EventMaker } from "./events.ts";
import type { Install } from "./install.ts";
import { type ObjectType, objectTypeOf } from "./object-types.ts";
import type { Plan, PortalOptions } from "./options.ts";
import {
  type ActionResult,
  type CardCall,
  cardRequest,
  fetchOptions,
  fireAction,
  type MarketplaceWish,
  marketplaceUrl,
  type OptionsWish,
  type WorkflowAction,
} from "./outbound.ts";
import type { Owner, OwnerInput, Team } from "./people.ts";
import type { Pipeline, Stage, StageInput } from "./pipelines.ts";
import { associationCalls, propertyRoom } from "./plans.ts";
import { fromInput, type Property, type PropertyGroup, type PropertyInput } from "./properties.ts";
import { type HubRecord, otherEnd, type Source, typesFrom } from "./records.ts";
import type { HubSpotSandbox } from "./sandbox.ts";
import { type PortalSnapshot, snapshotOf, stringsOf } from "./snapshot.ts";
import { RollingWindow } from "./windows.ts";
import { prepareWrite } from "./writes.ts";

/** A record as a person sees it: every value that is set, stored or derived. */
export interface PlainRecord {
  id: string;
  objectType: string;
  properties: Record<string, string>;
  createdAt: number;
  updatedAt: number;
  archived: boolean;
}

/** A record to link to, by type and id; `label` picks one of the account's labels. */
export interface LinkTo {
  objectType: string;
  id: string;
  label?: string;
}

export interface ActOptions {
  /** who does it; default: somebody in the CRM's own pages */
  source?: Source;
  /** epoch ms, may lie in the past; default now */
  at?: number;
  /** no webhooks */
  quiet?: boolean;
  /** visible to search and association reads at once */
  settled?: boolean;
}

export interface ImportRow {
  properties: Record<string, string>;
  associations?: readonly LinkTo[];
  /** when it was created, epoch ms; default now */
  at?: number;
}

export const PERSON: Source = { changeSource: "CRM_UI", sourceId: "userId:9100423", userId: 9_100_423 };

/** One account: its settings, its CRM, and the people in it. */
export class SandboxPortal {
  readonly sandbox: HubSpotSandbox;
  readonly hubId: number;
  readonly crm: Crm;
  timeZone: string;
  currency: string;
  locale: string;
  plan: Plan;
  accountType: string;
  scopesAvailable: readonly string[] | null;
  propertyLimits: { perObject: number; overall: number; uniquePerObject: number };
  install: Install | null = null;
  /** the account itself is gone */
  deleted = false;
  /** 423 while a record lock lasts, 477 while the account moves to another region: until this instant */
  lockedUntil = 0;
  movingUntil = 0;
  readonly general = new RollingWindow(110, 10_000);
  readonly search = new RollingWindow(5, 1_000);
  readonly associationsWindow: RollingWindow;
  /** timeline events by id, behavioural events, enrolments, workflow callbacks */
  readonly timeline = new Map<string, Record<string, unknown>>();
  readonly behaviour: Record<string, unknown>[] = [];
  readonly sequences = new Map<string, { id: string; name: string; userId: number; createdAt: number }>();
  readonly enrolments: { id: string; sequenceId: string; contactId: string; senderEmail: string; at: number }[] = [];
  readonly callbacks = new Map<string, { completed: Record<string, unknown> | null }>();

  constructor(sandbox: HubSpotSandbox, hubId: number, options: PortalOptions) {
    this.sandbox = sandbox;
    this.hubId = hubId;
    this.timeZone = options.timeZone ?? "Europe/Berlin";
    this.currency = options.currency ?? "EUR";
    this.locale = options.locale ?? "en";
    this.plan = options.plan ?? "pro";
    this.accountType = options.accountType ?? "STANDARD";
    this.scopesAvailable = options.scopesAvailable ?? null;
    this.propertyLimits = { ...propertyRoom(this.plan), ...options.propertyLimits };
    this.associationsWindow = new RollingWindow(associationCalls(this.plan), 10_000);
    const events = new EventMaker({
      portalId: hubId,
      appId: sandbox.options.appId,
      random: sandbox.options.random,
      subscriptions: sandbox.subscriptions,
      createdFlag: sandbox.switches.createdFlag,
      propertyChangeOnCreation: sandbox.switches.propertyChangeOnCreation,
      listening: () => this.install !== null && sandbox.options.webhookUrl !== null,
      send: (event) => sandbox.deliveries.push(event),
      crm: () => this.crm,
    });
    const now = () => sandbox.options.clock.now();
    this.crm = new Crm(sandbox.switches, now, sandbox.options.random, events, this.currency);
  }

  /** How often something changed: while it stays the same, a look at the records finds what it found before. */
  get changes(): number {
    let sum = 0;
    for (const store of this.crm.stores.values()) sum += store.changes;
    return sum;
  }

  changesOf(objectType: string): number {
    return this.crm.store(objectTypeOf(objectType)).changes;
  }

  /** Differs when its people, its plan or what is granted do. */
  get terms(): string {
    return [this.plan, this.scopesAvailable, this.install?.scopes, this.changesOf("user")].join(" ");
  }

  #act(options: ActOptions = {}): Act {
    return { source: PERSON, ...options, at: options.at ?? this.crm.now() };
  }

  #record(objectType: string, id: string): HubRecord {
    const record = this.crm.store(objectTypeOf(objectType)).all.get(id);
    if (!record) throw new Error(`no ${objectType} ${id} in portal ${this.hubId}`);
    return record;
  }

  // ------------------------------------------------------------------ people

  addOwner(input: OwnerInput = {}): Owner {
    const owner = this.crm.people.addOwner(input, this.crm.now());
    const values = {
      hs_internal_user_id: String(owner.userId),
      hs_email: owner.email,
      hs_given_name: owner.firstName,
      hs_family_name: owner.lastName,
      hs_deactivated: "false",
      hubspot_owner_id: owner.id,
    };
    this.crm.create(objectTypeOf("user"), values, this.#act({ quiet: true, settled: true }));
    return owner;
  }

  /** Deactivates a person; records keep the owner id. */
  archiveOwner(ownerId: string): void {
    const owner = this.crm.people.owners.get(ownerId);
    if (!owner) throw new Error(`no owner ${ownerId}`);
    owner.archivedAt = this.crm.now();
    owner.updatedAt = this.crm.now();
    for (const user of this.crm.store(objectTypeOf("user")).all.values()) {
      if (user.values.hubspot_owner_id !== ownerId) continue;
      this.crm.change(user, { hs_deactivated: "true" }, this.#act({ quiet: true }));
    }
  }

  addTeam(name: string, members: readonly { ownerId: string; primary?: boolean }[] = []): Team {
    const team = this.crm.people.addTeam(name);
    for (const { ownerId, primary } of members) {
      this.crm.people.owners.get(ownerId)?.teams.push({ id: team.id, primary: primary ?? true });
    }
    return team;
  }

  // ------------------------------------------------------------------ records

  /** What a person does on a record page, or an import or workflow when `source` says so. @throws Error on refused values */
  create(
    objectType: string,
    properties: Record<string, string>,
    associations: readonly LinkTo[] = [],
    options: ActOptions = {},
  ): PlainRecord {
    const type = objectTypeOf(objectType);
    const act = this.#act(options);
    const values = this.#checked(type, properties, null, act.at);
    const record = this.crm.create(type, values, act);
    for (const to of associations) this.#link(record, to, act);
    return this.#plain(record);
  }

  update(
    objectType: string,
    id: string,
    properties: Record<string, string>,
    source: Source = PERSON,
    options: Omit<ActOptions, "source"> = {},
  ): PlainRecord {
    const record = this.#record(objectType, id);
    const act = this.#act({ ...options, source });
    this.crm.change(record, this.#checked(record.type, properties, record, act.at), act);
    return this.#plain(record);
  }

  #checked(
    type: ObjectType,
    raw: Record<string, string>,
    record: HubRecord | null,
    at: number,
  ): Record<string, string> {
    const prepared = prepareWrite(this.crm, type, raw, record, "person", at);
    const problem = prepared.problems[0]?.message ?? (prepared.taken ? `taken by ${prepared.taken.id}` : null);
    if (problem) throw new Error(`${type.name}: ${problem}`);
    return prepared.values;
  }

  /** Into the recycle bin. */
  remove(objectType: string, id: string, options: ActOptions = {}): void {
    this.crm.archive(this.#record(objectType, id), this.#act(options));
  }

  /** Out of the recycle bin. */
  restore(objectType: string, id: string, options: ActOptions = {}): void {
    this.crm.restore(this.#record(objectType, id), this.#act(options));
  }

  /** Two records become one; answers the survivor, which may have a new id. */
  merge(objectType: string, primaryId: string, mergedId: string, options: ActOptions = {}): PlainRecord {
    const act = this.#act({ source: { ...PERSON, changeSource: "MERGE_OBJECTS" }, ...options });
    return this.#plain(this.crm.merge(this.#record(objectType, primaryId), this.#record(objectType, mergedId), act));
  }

  associate(
    fromType: string,
    fromId: string,
    toType: string,
    toId: string,
    label?: string,
    options: ActOptions = {},
  ): void {
    this.#link(
      this.#record(fromType, fromId),
      { objectType: toType, id: toId, ...(label ? { label } : {}) },
      this.#act(options),
    );
  }

  #link(from: HubRecord, to: LinkTo, act: Act): void {
    const other = this.#record(to.objectType, to.id);
    const types: AssociationType[] = [];
    if (to.label) {
      const type = this.crm.associations
        .between(from.type, other.type)
        .find((candidate) => candidate.label === to.label);
      if (!type) throw new Error(`no label ${to.label} from ${from.type.name} to ${other.type.name}`);
      types.push(type);
    }
    this.crm.link(from, other, types, act);
  }

  dissociate(fromType: string, fromId: string, toType: string, toId: string, options: ActOptions = {}): void {
    this.crm.unlink(this.#record(fromType, fromId), this.#record(toType, toId), this.#act(options));
  }

  /** A person asked to be forgotten: gone for good, with both events. */
  privacyDelete(contactId: string): void {
    this.crm.purge(this.#record("contact", contactId), this.#act());
  }

  /** Many records at once, as an import makes them. Ids in the order of the rows. Quiet and settled unless told otherwise. */
  importRecords(objectType: string, rows: readonly ImportRow[], options: ActOptions = {}): string[] {
    const type = objectTypeOf(objectType);
    const source: Source = { changeSource: "IMPORT", sourceId: "import" };
    const base = this.#act({ source, quiet: true, settled: true, ...options });
    return rows.map((row) => {
      const act = row.at === undefined ? base : { ...base, at: row.at };
      const record = this.crm.create(type, this.#checked(type, row.properties, null, act.at), act);
      for (const to of row.associations ?? []) this.#link(record, to, act);
      return record.id;
    });
  }

  // ------------------------------------------------------------------ looking

  /** The record, also from the recycle bin; null when it was merged away or purged. */
  get(objectType: string, id: string): PlainRecord | null {
    const record = this.crm.store(objectTypeOf(objectType)).all.get(id);
    return record ? this.#plain(record) : null;
  }

  /** Live records in order of id. */
  list(objectType: string, archived = false): PlainRecord[] {
    const found: PlainRecord[] = [];
    for (const record of this.crm.store(objectTypeOf(objectType)).all.values()) {
      if ((record.archivedAt !== null) === archived) found.push(this.#plain(record));
    }
    return found;
  }

  /** Ids of live records, ascending: cheaper than `list` where there are many. */
  ids(objectType: string): string[] {
    const found: string[] = [];
    for (const record of this.crm.store(objectTypeOf(objectType)).all.values()) {
      if (record.archivedAt === null) found.push(record.id);
    }
    return found;
  }

  /** One value of one record, stored or derived; null when it has none. */
  value(objectType: string, id: string, name: string): string | null {
    return readValue(this.crm, this.#record(objectType, id), name) ?? null;
  }

  /** Ids on the other side, with the association type ids seen from this side. */
  associationsOf(objectType: string, id: string, toType: string): { id: string; types: readonly number[] }[] {
    const record = this.#record(objectType, id);
    return this.crm
      .linksOf(record, objectTypeOf(toType))
      .filter((link) => otherEnd(link, record).archivedAt === null)
      .map((link) => ({ id: otherEnd(link, record).id, types: typesFrom(link, record) }));
  }

  #plain(record: HubRecord): PlainRecord {
    const properties: Record<string, string> = {};
    for (const property of this.crm.book(record.type).list()) {
      const value = readValue(this.crm, record, property.name);
      if (value) properties[property.name] = value;
    }
    return {
      id: record.id,
      objectType: record.type.name,
      properties,
      createdAt: record.createdAt,
      updatedAt: record.updatedAt,
      archived: record.archivedAt !== null,
    };
  }

  properties(objectType: string, archived = false): Property[] {
    return this.crm.book(objectTypeOf(objectType)).list(archived);
  }

  groups(objectType: string): PropertyGroup[] {
    return [...this.crm.book(objectTypeOf(objectType)).groups.values()].filter((group) => !group.archived);
  }

  // ------------------------------------------------------------------ settings

  /** A property that somebody in the account defines. */
  addProperty(objectType: string, input: Omit<PropertyInput, "groupName"> & { groupName?: string }): Property {
    const book = this.crm.book(objectTypeOf(objectType));
    const groupName = input.groupName ?? [...book.groups.keys()][0]!;
    const property = fromInput({ ...input, groupName }, this.crm.now(), "9100423");
    book.add(property);
    return property;
  }

  archiveProperty(objectType: string, name: string): void {
    const property = this.crm.book(objectTypeOf(objectType)).get(name);
    if (!property) throw new Error(`no property ${name}`);
    property.archivedAt = this.crm.now();
  }

  addPipeline(objectType: "deals" | "tickets", label: string, stages: readonly StageInput[], id?: string): Pipeline {
    return this.crm.pipelines[objectTypeOf(objectType).id]!.add(label, stages, this.crm.now(), id);
  }

  addStage(objectType: "deals" | "tickets", pipelineId: string, stage: StageInput): Stage {
    return this.crm.pipelines[objectTypeOf(objectType).id]!.addStage(pipelineId, stage, this.crm.now());
  }

  /** An association label, in both directions. */
  addLabel(fromType: string, toType: string, name: string, label: string): AssociationType {
    return this.crm.associations.addLabel(objectTypeOf(fromType), objectTypeOf(toType), name, label)[0]!;
  }

  /** From now on API writes need `property`: on create, or when another property takes a value. */
  requireProperty(
    objectType: string,
    property: string,
    when: { property: string; equals: string } | null = null,
  ): void {
    this.crm.writeRules.push({ objectType: objectTypeOf(objectType), property, when });
  }

  addSequence(name: string, userId: number): { id: string; name: string; userId: number; createdAt: number } {
    const sequence = { id: String(70_100 + this.sequences.size), name, userId, createdAt: this.crm.now() };
    this.sequences.set(sequence.id, sequence);
    return sequence;
  }

  // ------------------------------------------------------------------ installing and leaving

  /** The person who installs: the first super admin. */
  adminUserId(): number {
    for (const owner of this.crm.people.owners.values())
      if (owner.superAdmin && owner.archivedAt === null) return owner.userId;
    throw new Error(`portal ${this.hubId} has no admin`);
  }

  /**
   * What an admin does on the consent page: answers the redirect URL with a code. `scopesGranted` narrows the grant.
   * @throws Error when HubSpot would show a problem instead
   */
  approve(authorizeUrl: string, options: { scopesGranted?: readonly string[] } = {}): string {
    const asked = this.sandbox.oauth.asked(new URL(authorizeUrl));
    const blocked = this.sandbox.oauth.blocked(asked, this);
    if (blocked.length > 0) throw new Error(`portal ${this.hubId} cannot grant ${blocked.join(", ")}`);
    return approval(this.sandbox, asked, this, options.scopesGranted ?? null);
  }

  /** The admin says no: the redirect URL with an error. */
  deny(authorizeUrl: string): string {
    return denial(this.sandbox.oauth.asked(new URL(authorizeUrl)));
  }

  /** A user removes the app; nobody tells the app (facts sheet 2.4). */
  uninstall(): void {
    this.install = null;
    this.sandbox.oauth.forget(this.hubId);
  }

  /** Where the browser goes when an install starts on the Marketplace page. */
  marketplaceInstall(installUrl: string, wish: MarketplaceWish = {}): string {
    return marketplaceUrl(this, installUrl, wish);
  }

  /** The whole account is deleted: refreshing answers BAD_HUB. */
  deleteAccount(): void {
    this.deleted = true;
    this.install = null;
  }

  // ------------------------------------------------------------------ calls to the app

  /** A workflow reaches the app's action; the answer, and what is tried again later, in `callbacks`. */
  fireAction(action: WorkflowAction): Promise<ActionResult> {
    return fireAction(this, action);
  }

  fetchOptions(optionsUrl: string, wish: OptionsWish): Promise<Response> {
    return fetchOptions(this, optionsUrl, wish);
  }

  /** The request that a card's `hubspot.fetch()` becomes. */
  cardRequest(url: string, call: CardCall): Promise<Request> {
    return cardRequest(this, url, call);
  }

  // ------------------------------------------------------------------ for tests

  /** Everything the account holds, as plain JSON. */
  snapshot(): PortalSnapshot {
    return snapshotOf(this);
  }

  /** Every text by which a customer or colleague could be recognised. */
  strings(): string[] {
    return stringsOf(this);
  }
}
