/** What a decision knows, and what it answers. Data only; `decide.ts` is where one is made. */
import type { WorkCalendar } from "./calendar/calendar.ts";
import type { NewDeed } from "./deed.ts";
import type { Desired, ThingFacts } from "./desired.ts";
import type { People } from "./escalate/people.ts";
import type { Language, RecordFacts } from "./model.ts";
import type { Template } from "./plan/template.ts";
import type { PlanConfig } from "./plan/types.ts";
import type { ScoreConfigs } from "./score/config.ts";
import type { Settings } from "./settings.ts";

/** A record of the client; `gone` = deleted in the CRM. */
export interface ClientRecord extends RecordFacts {
  gone: boolean;
}

export interface ClientFacts {
  records: readonly ClientRecord[];
  /** contacts whom its deals name and whose client is another: letters about the deal reach them */
  dealContacts?: readonly ClientRecord[];
  things: readonly ThingFacts[];
  /** deals merged away -> the deal they live on as */
  survivors: ReadonlyMap<string, string>;
  /** product usage: per signal, [day, count] in order of day */
  usage: Readonly<Record<string, readonly (readonly [day: number, count: number])[]>>;
}

/** What lists show of a client. */
export interface ClientColumns {
  zone: string | null;
  score: number | null;
  zoneSince: number | null;
  ownerId: string | null;
  escalationOwnerId: string | null;
  phase: string | null;
  class: string | null;
  overdue: number;
  value: number | null;
  touchpointDay: number | null;
}

export interface OwnerFacts {
  id: string;
  isActive: boolean;
  managerId: string | null;
  teamIds: readonly string[];
  zone: string | null;
}

/** From which day on what could be seen: what nobody could see is no silence. */
export interface Sight {
  /** the client itself */
  clientDay: number;
  /** letters, calls, meetings, tickets, invoices of anybody: the first listing goes back no further */
  recordsDay: number;
  /** product usage of anybody: it was connected then */
  usageDay: number;
}

/** What the decision knows of the portal. Made once per configuration, shared by all decisions. */
export interface DecideConfig {
  version: number;
  zone: string;
  language: Language;
  owners: ReadonlyMap<string, OwnerFacts>;
  /** the same, as the plan engine wants it */
  ownerTable: Readonly<Record<string, { isActive: boolean }>>;
  calendar: WorkCalendar;
  calendarOf: (ownerId: string) => WorkCalendar;
  plan: PlanConfig;
  /** every version that a plan may stand on, by `id@version` */
  templates: ReadonlyMap<string, Template>;
  /** the version that new plans get, by id */
  newest: ReadonlyMap<string, Template>;
  /** per segment; `default` for everybody else */
  scores: ScoreConfigs;
  /** from which day on anybody's dated records, and product usage, could be seen here */
  sight: Omit<Sight, "clientDay">;
  /** sources that cannot be read at present, with the day since when: their signals stay as they were */
  brokenSince: Readonly<Record<string, number>>;
  /** who is told of late things */
  people: People;
  /** the CRM can notify a person; else that person gets a task */
  canNotify: boolean;
  /** when Tenure went live here: nothing that was late before escalates, epoch ms */
  liveSince: number;
  /** when everything had been read once; null while the first import runs */
  importedAt: number | null;
  /** deals won before this instant start no plan, epoch ms */
  startsFrom: number;
  /** the ids of the fields that exist in the CRM, per record kind */
  fields: Readonly<Partial<Record<"company" | "contact" | "deal", ReadonlySet<string>>>>;
  settings: Settings;
}

export interface Decision {
  /** JSON-safe */
  state: unknown;
  desired: readonly Desired[];
  wakeAt: number | null;
  /** when the score alone may change, from the same basis */
  scoreAt: number | null;
  /** what the score was made from, as `packBasis` makes it */
  basis: string;
  columns: ClientColumns;
  /** what happened, for the history */
  deeds: readonly NewDeed[];
  scored: { inputs: unknown; result: unknown } | null;
}
