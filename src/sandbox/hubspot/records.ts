import type { ObjectType } from "./object-types.ts";

/** Who or what changed a value, in the words of webhooks and histories (facts sheet 3.5). */
export interface Source {
  changeSource: string;
  sourceId: string;
  userId?: number;
}

export interface HistoryEntry {
  value: string;
  at: number;
  source: Source;
}

/** A link between two records; both hold the same object. */
export interface Link {
  left: HubRecord;
  right: HubRecord;
  /** association type ids seen from `left` and from `right` */
  leftTypes: readonly number[];
  rightTypes: readonly number[];
  /** when it was made, by the sandbox's clock: association reads lag */
  madeAt: number;
}

/** What a record looked like until `until`, for search, which lags. */
export interface Version {
  until: number;
  values: Values;
  updatedAt: number;
  archived: boolean;
}

export type Values = Record<string, string>;

export interface HubRecord {
  readonly id: string;
  readonly type: ObjectType;
  values: Values;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
  /** when it came into being by the sandbox's clock: search lags */
  readonly bornAt: number;
  readonly source: Source;
  /** values after the first one of each property; the first is what the record was created with */
  history: Map<string, HistoryEntry[]> | null;
  /** by type id of the other side */
  readonly links: Record<string, Link[]>;
  /** earlier looks, oldest first; null = none */
  versions: Version[] | null;
  mergedIds: string[];
}

/** Records of one type in one account: by id, in order of id, and in order of modification. */
export class RecordStore {
  readonly type: ObjectType;
  /** live, archived and not yet purged; insertion order = order of id */
  readonly all = new Map<string, HubRecord>();
  /** ids that were merged away -> survivor */
  readonly merged = new Map<string, string>();
  /** how often a record came, changed or went for good */
  changes = 0;
  #lastId: number;
  #log: { at: number; record: HubRecord }[] = [];
  #sorted = true;

  constructor(type: ObjectType, firstId: number) {
    this.type = type;
    this.#lastId = firstId;
  }

  /** Ids only ever grow. */
  nextId(step: number): string {
    this.#lastId += step;
    return String(this.#lastId);
  }

  live(id: string): HubRecord | null {
    const record = this.all.get(id);
    return record && record.archivedAt === null ? record : null;
  }

  /** The record that an id stands for now, following merges. */
  survivor(id: string): HubRecord | null {
    let current = id;
    for (let next = this.merged.get(current); next !== undefined; next = this.merged.get(current)) current = next;
    return this.live(current);
  }

  /** To be called with each new modification time. */
  touched(record: HubRecord): void {
    this.changes += 1;
    const last = this.#log.at(-1);
    if (last?.record === record && last.at === record.updatedAt) return;
    if (last && last.at > record.updatedAt) this.#sorted = false;
    this.#log.push({ at: record.updatedAt, record });
    if (this.#log.length > 2 * this.all.size + 1_000) this.#compact();
  }

  #compact(): void {
    this.#log = [...this.all.values()].map((record) => ({ at: record.updatedAt, record }));
    this.#log.sort((a, b) => a.at - b.at);
    this.#sorted = true;
  }

  /** Every record that was modified at or after `since` (and perhaps again later), each once, in order of id. */
  modifiedSince(since: number): HubRecord[] {
    if (!this.#sorted) this.#compact();
    const found = new Set<HubRecord>();
    for (let index = this.#log.length - 1; index >= 0; index--) {
      const entry = this.#log[index]!;
      if (entry.at < since) break;
      if (this.all.get(entry.record.id) === entry.record) found.add(entry.record);
    }
    return [...found].sort((a, b) => Number(a.id) - Number(b.id));
  }

  purge(record: HubRecord): void {
    this.changes += 1;
    this.all.delete(record.id);
  }
}

/** The record on the other side of a link. */
export function otherEnd(link: Link, record: HubRecord): HubRecord {
  return link.left === record ? link.right : link.left;
}

/** Association type ids as seen from `record`. */
export function typesFrom(link: Link, record: HubRecord): readonly number[] {
  return link.left === record ? link.leftTypes : link.rightTypes;
}
