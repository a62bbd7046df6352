import { type AssociationType, AssociationTypes } from "./association-types.ts";
import type { CrmEvents } from "./events.ts";
import { OBJECT_TYPES, type ObjectType } from "./object-types.ts";
import type { HubSpotSwitches } from "./options.ts";
import { People } from "./people.ts";
import { Pipelines } from "./pipelines.ts";
import { PropertyBook } from "./properties.ts";
import { type HubRecord, type Link, otherEnd, RecordStore, type Source, typesFrom, type Values } from "./records.ts";

/** A rule of the customer: `property` must be set, always on create, or when another property takes a value (facts sheet 1). */
export interface WriteRule {
  objectType: ObjectType;
  property: string;
  when: { property: string; equals: string } | null;
}

/** When and by whom a change is made. `at` may lie in the past (imports, demo data); `quiet` = no webhooks. */
export interface Act {
  source: Source;
  at: number;
  quiet?: boolean;
  /** visible to search and association reads at once */
  settled?: boolean;
}

const FIRST_ID = 31_500_000_000;

/** What one account holds, and the changes that are possible to it. Values are already checked when they arrive here. */
export class Crm {
  readonly switches: HubSpotSwitches;
  readonly books = new Map<string, PropertyBook>();
  readonly stores = new Map<string, RecordStore>();
  readonly associations = new AssociationTypes();
  readonly people = new People();
  readonly pipelines: Readonly<Record<string, Pipelines>>;
  readonly writeRules: WriteRule[] = [];
  /** type id -> property -> rule type -> rule */
  readonly validations = new Map<
    string,
    Map<string, Map<string, { ruleArguments: string[]; shouldApplyNormalization: boolean }>>
  >();
  /** customer strings of records that are gone for good */
  readonly purgedStrings = new Set<string>();
  readonly currency: string;
  readonly now: () => number;
  readonly #random: () => number;
  readonly #events: CrmEvents;
  readonly #typeLists = new Map<string, readonly number[]>();

  constructor(switches: HubSpotSwitches, now: () => number, random: () => number, events: CrmEvents, currency: string) {
    this.switches = switches;
    this.now = now;
    this.#random = random;
    this.#events = events;
    this.currency = currency;
    for (const type of OBJECT_TYPES) {
      this.books.set(type.id, new PropertyBook(type));
      this.stores.set(type.id, new RecordStore(type, FIRST_ID));
    }
    this.pipelines = { "0-3": new Pipelines("deal", now()), "0-5": new Pipelines("ticket", now()) };
  }

  book(type: ObjectType): PropertyBook {
    return this.books.get(type.id)!;
  }

  store(type: ObjectType): RecordStore {
    return this.stores.get(type.id)!;
  }

  // ------------------------------------------------------------------ records

  create(type: ObjectType, values: Values, act: Act): HubRecord {
    const store = this.store(type);
    const record: HubRecord = {
      id: store.nextId(1 + Math.floor(this.#random() * 3)),
      type,
      values,
      createdAt: act.at,
      updatedAt: act.at,
      archivedAt: null,
      bornAt: act.settled ? Number.NEGATIVE_INFINITY : this.now(),
      source: act.source,
      history: null,
      links: {},
      versions: null,
      mergedIds: [],
    };
    store.all.set(record.id, record);
    store.touched(record);
    this.#index(record, values);
    if (!act.quiet) this.#events.created(record, act);
    return record;
  }

  /** Sets values; a value that stays what it was changes nothing. True when something changed. */
  change(record: HubRecord, changes: Values, act: Act): boolean {
    const changed: Values = {};
    let any = false;
    for (const name in changes) {
      if ((record.values[name] ?? "") === changes[name]) continue;
      changed[name] = changes[name]!;
      any = true;
    }
    if (!any) return false;
    this.#remember(record, changed, act);
    this.#unindex(record, changed);
    this.#version(record);
    record.values = { ...record.values, ...changed };
    this.#index(record, changed);
    this.#modified(record, act.at);
    if (record.type.activity) this.touchNeighbours(record, act.at);
    if (!act.quiet) this.#events.changed(record, changed, act);
    return true;
  }

  #remember(record: HubRecord, changed: Values, act: Act): void {
    record.history ??= new Map();
    for (const name in changed) {
      let entries = record.history.get(name);
      if (!entries) {
        const first = record.values[name];
        entries = first === undefined ? [] : [{ value: first, at: record.createdAt, source: record.source }];
        record.history.set(name, entries);
      }
      entries.push({ value: changed[name]!, at: act.at, source: act.source });
    }
  }

  #version(record: HubRecord): void {
    const lag = this.switches.searchLagMs;
    if (lag <= 0) return;
    const now = this.now();
    const kept = record.versions?.filter((version) => version.until > now - lag) ?? [];
    const last = kept.at(-1);
    // several changes in one instant: the look before the first of them is the one that counts
    if (last?.until !== now) {
      kept.push({
        until: now,
        values: record.values,
        updatedAt: record.updatedAt,
        archived: record.archivedAt !== null,
      });
    }
    record.versions = kept;
  }

  #modified(record: HubRecord, at: number): void {
    if (at <= record.updatedAt) return;
    record.updatedAt = at;
    this.store(record.type).touched(record);
  }

  /** Moves the modification time without changing a value, as roll-ups do. */
  touch(record: HubRecord, at: number): void {
    if (!this.switches.activityTouchesRecords || at <= record.updatedAt || record.archivedAt !== null) return;
    this.#version(record);
    this.#modified(record, at);
  }

  touchNeighbours(record: HubRecord, at: number): void {
    for (const typeId in record.links) for (const link of record.links[typeId]!) this.touch(otherEnd(link, record), at);
  }

  #index(record: HubRecord, values: Values): void {
    const unique = this.book(record.type).unique;
    if (unique.size === 0) return;
    for (const [name, index] of unique) {
      const value = values[name];
      if (value) index.set(value, record.id);
    }
  }

  #unindex(record: HubRecord, changing: Values): void {
    for (const [name, index] of this.book(record.type).unique) {
      const value = record.values[name];
      if (value && name in changing && index.get(value) === record.id) index.delete(value);
    }
  }

  archive(record: HubRecord, act: Act): void {
    if (record.archivedAt !== null) return;
    this.#version(record);
    record.archivedAt = act.at;
    this.#modified(record, act.at);
    this.#unindex(record, record.values);
    this.touchNeighbours(record, act.at);
    if (!act.quiet) this.#events.removed(record, act);
  }

  restore(record: HubRecord, act: Act): void {
    if (record.archivedAt === null) return;
    this.#version(record);
    record.archivedAt = null;
    this.#modified(record, act.at);
    this.#index(record, record.values);
    this.touchNeighbours(record, act.at);
    if (!act.quiet) this.#events.restored(record, act);
  }

  /** For good: nothing can read or restore it. */
  purge(record: HubRecord, act: Act): void {
    for (const string of this.customerStrings(record)) this.purgedStrings.add(string);
    for (const typeId in record.links) for (const link of [...record.links[typeId]!]) this.#cut(link);
    this.#unindex(record, record.values);
    this.store(record.type).purge(record);
    if (!act.quiet) this.#events.purged(record, act);
  }

  /**
   * Two records become one (facts sheet 13.1). The primary's values win, gaps are filled; both old ids stand for the
   * survivor from now on.
   */
  merge(primary: HubRecord, loser: HubRecord, act: Act): HubRecord {
    const store = this.store(primary.type);
    const values = { ...loser.values, ...primary.values };
    for (const name in loser.values) if (primary.values[name] === "") values[name] = loser.values[name]!;
    const moved = Object.keys(loser.values).filter((name) => !primary.values[name]).length;
    const mergedIds = [...primary.mergedIds, ...loser.mergedIds];
    const gone = this.switches.mergeMakesNewId ? [primary, loser] : [loser];
    for (const record of gone) this.#unindex(record, record.values);
    let survivor = primary;
    if (this.switches.mergeMakesNewId) {
      survivor = this.create(primary.type, values, { ...act, quiet: true });
      survivor.createdAt = Math.min(primary.createdAt, loser.createdAt);
      survivor.history = primary.history;
      survivor.mergedIds = [...mergedIds, primary.id, loser.id];
    } else {
      this.change(primary, values, { ...act, quiet: true });
      this.#modified(primary, act.at);
      primary.mergedIds = [...mergedIds, loser.id];
    }
    for (const record of gone) {
      for (const link of this.linksOf(record)) {
        const other = otherEnd(link, record);
        const types = typesFrom(link, record);
        this.#cut(link);
        if (other !== survivor) this.#join(survivor, other, types, act, true);
      }
      store.purge(record);
      store.merged.set(record.id, survivor.id);
    }
    if (!act.quiet) this.#events.merged(primary.id, [loser.id], survivor, moved, act);
    return survivor;
  }

  /** Texts that people gave a record, now and earlier, by which a customer could be recognised; properties matching `except` say nothing. */
  *customerStrings(record: HubRecord, except?: RegExp): Generator<string> {
    const book = this.book(record.type);
    for (const name in record.values) {
      const property = book.get(name);
      if (!property?.hubspotDefined || !["string", "phone_number"].includes(property.type) || except?.test(name))
        continue;
      // what an app wrote is its own text, until a person changes it
      const entries = record.history?.get(name) ?? [{ value: record.values[name]!, source: record.source }];
      for (const { value, source } of entries) {
        if (source.changeSource !== "INTEGRATION" && value.trim()) yield value;
      }
    }
  }

  // ------------------------------------------------------------------ links

  linksOf(record: HubRecord, to?: ObjectType): Link[] {
    if (to) return record.links[to.id] ?? [];
    return Object.values(record.links).flat();
  }

  findLink(left: HubRecord, right: HubRecord): Link | null {
    const mine = left.links[right.type.id] ?? [];
    const theirs = right.links[left.type.id] ?? [];
    const [shorter, other, self] = mine.length <= theirs.length ? [mine, right, left] : [theirs, left, right];
    for (const link of shorter) if (otherEnd(link, self) === other) return link;
    return null;
  }

  /** Links two records; adds the unlabelled kind always, and the primary one for a first company. True when something changed. */
  link(from: HubRecord, to: HubRecord, types: readonly AssociationType[], act: Act): boolean {
    const base = this.associations.default(from.type, to.type)!;
    const ids = new Set([base.id, ...types.map((type) => type.id)]);
    const primary = this.associations.primary(from.type, to.type);
    if (primary && ids.has(primary.id)) this.#dethrone(from, to, primary, act);
    else if (primary && !this.#hasPrimary(from, to, primary)) ids.add(primary.id);
    return this.#join(from, to, [...ids], act, false);
  }

  /** The record whose company it is: contact, deal or ticket. */
  #hasPrimary(from: HubRecord, to: HubRecord, primary: AssociationType): boolean {
    const [child, company] = from.type.name === "company" ? [to, from] : [from, to];
    const id = from.type.name === "company" ? primary.inverse : primary.id;
    return (child.links[company.type.id] ?? []).some((link) => typesFrom(link, child).includes(id));
  }

  #dethrone(from: HubRecord, to: HubRecord, primary: AssociationType, act: Act): void {
    const child = from.type.name === "company" ? to : from;
    const company = from.type.name === "company" ? from : to;
    const id = from.type.name === "company" ? primary.inverse : primary.id;
    for (const link of child.links[company.type.id] ?? []) {
      if (otherEnd(link, child) === company || !typesFrom(link, child).includes(id)) continue;
      this.setTypes(
        child,
        otherEnd(link, child),
        typesFrom(link, child).filter((type) => type !== id),
        act,
      );
    }
  }

  #join(from: HubRecord, to: HubRecord, ids: readonly number[], act: Act, quiet: boolean): boolean {
    const link = this.findLink(from, to);
    if (link) {
      const before = typesFrom(link, from);
      if (ids.every((id) => before.includes(id))) return false;
      return this.setTypes(from, to, [...new Set([...before, ...ids])], { ...act, quiet: act.quiet || quiet });
    }
    const made: Link = {
      left: from,
      right: to,
      leftTypes: this.#list(ids),
      rightTypes: this.#list(this.#inverse(from, to, ids)),
      madeAt: act.settled ? Number.NEGATIVE_INFINITY : this.now(),
    };
    hold(from, to.type.id, made);
    hold(to, from.type.id, made);
    if (!from.type.activity) this.touch(from, act.at);
    if (!to.type.activity) this.touch(to, act.at);
    if (!act.quiet && !quiet) this.#events.linked(from, to, made.leftTypes, false, act);
    return true;
  }

  /** Replaces the kinds of an existing link. True when they changed. */
  setTypes(from: HubRecord, to: HubRecord, ids: readonly number[], act: Act): boolean {
    const link = this.findLink(from, to);
    if (!link) return this.#join(from, to, ids, act, false);
    const before = typesFrom(link, from);
    const after = this.#list(ids);
    if (before === after) return false;
    const back = this.#list(this.#inverse(from, to, ids));
    if (link.left === from) [link.leftTypes, link.rightTypes] = [after, back];
    else [link.rightTypes, link.leftTypes] = [after, back];
    if (!act.quiet) {
      const added = after.filter((id) => !before.includes(id));
      const lost = before.filter((id) => !after.includes(id));
      if (added.length > 0) this.#events.linked(from, to, added, false, act);
      if (lost.length > 0) this.#events.linked(from, to, lost, true, act);
    }
    return true;
  }

  unlink(from: HubRecord, to: HubRecord, act: Act): boolean {
    const link = this.findLink(from, to);
    if (!link) return false;
    this.#cut(link);
    if (!from.type.activity) this.touch(from, act.at);
    if (!to.type.activity) this.touch(to, act.at);
    if (!act.quiet) this.#events.linked(from, to, typesFrom(link, from), true, act);
    return true;
  }

  #cut(link: Link): void {
    for (const record of [link.left, link.right]) {
      const links = record.links[otherEnd(link, record).type.id]!;
      const index = links.indexOf(link);
      if (index >= 0) links.splice(index, 1);
    }
  }

  #inverse(from: HubRecord, to: HubRecord, ids: readonly number[]): number[] {
    return ids.map((id) => this.associations.of(from.type, to.type, id)?.inverse ?? id);
  }

  /** One shared, sorted list per set of kinds: 450,000 links need no 900,000 arrays. */
  #list(ids: readonly number[]): readonly number[] {
    const sorted = ids.length === 1 ? ids : [...new Set(ids)].sort((a, b) => a - b);
    const key = sorted.join(" ");
    const known = this.#typeLists.get(key);
    if (known) return known;
    this.#typeLists.set(key, sorted);
    return sorted;
  }
}

function hold(record: HubRecord, typeId: string, link: Link): void {
  const links = record.links[typeId];
  if (links) links.push(link);
  else record.links[typeId] = [link];
}
