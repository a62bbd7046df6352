/** Rows of the mirror: what they hold, and how SQLite gives them. */
import type { ClientKey, FactValue, RecordKind, RecordRef } from "../core/model.ts";
import type { MirrorState } from "./schema.ts";

export type Values = Readonly<Record<string, FactValue>>;

/** A write under way: the desired value it carries, and the values as they went out (texts as keyed hashes). */
export interface Sending {
  desired: string | null;
  values: Values;
}

/** One thing that we keep in the CRM. */
export interface Thing {
  key: string;
  client: ClientKey;
  kind: string;
  target: RecordRef | null;
  externalId: string | null;
  /** JSON of what we want; null = should not exist */
  desired: string | null;
  sent: string | null;
  ours: Values | null;
  before: Values | null;
  theirs: Values | null;
  theirsAt: number | null;
  wroteAt: number | null;
  state: MirrorState;
  priority: number;
  notBefore: number;
  attempts: number;
  looks: number;
  sending: Sending | null;
  doubted: number;
  fights: number;
  foughtDay: number | null;
}

/** A row as a list, in the order of the table's columns: naming two dozen of them row by row costs more than reading them. */
export type Cells = [
  key: string,
  client: ClientKey,
  kind: string,
  targetKind: string | null,
  targetId: string | null,
  externalId: string | null,
  desired: string | null,
  sent: string | null,
  ours: string | null,
  before: string | null,
  doubted: number,
  theirs: string | null,
  theirsAt: number | null,
  wroteAt: number | null,
  state: MirrorState,
  work: string,
  priority: number,
  notBefore: number,
  attempts: number,
  looks: number,
  sending: string | null,
  fights: number,
  foughtDay: number | null,
];

function parse(text: string | null): Values | null {
  return text === null ? null : (JSON.parse(text) as Values);
}

export function toThing(cells: Cells): Thing {
  return {
    key: cells[0],
    client: cells[1],
    kind: cells[2],
    target: cells[3] && cells[4] ? { kind: cells[3] as RecordKind, id: cells[4] } : null,
    externalId: cells[5],
    desired: cells[6],
    sent: cells[7],
    ours: parse(cells[8]),
    before: parse(cells[9]),
    doubted: cells[10],
    theirs: parse(cells[11]),
    theirsAt: cells[12],
    wroteAt: cells[13],
    state: cells[14],
    priority: cells[16],
    notBefore: cells[17],
    attempts: cells[18],
    looks: cells[19],
    sending: cells[20] === null ? null : (JSON.parse(cells[20]) as Sending),
    fights: cells[21],
    foughtDay: cells[22],
  };
}
