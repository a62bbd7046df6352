import type { Crm } from "./crm.ts";
import type { ObjectType } from "./object-types.ts";
import { isClosed, isLost, isWon, type Stage } from "./pipelines.ts";
import { type HubRecord, otherEnd, typesFrom } from "./records.ts";
import { ACTIVITY_FIELDS } from "./rollups.ts";
import { isoInstant } from "./values.ts";

/** Reads a value that HubSpot derives; null = no value. */
export type Getter = (crm: Crm, record: HubRecord) => string | null;

const ANY: Record<string, Getter> = {
  hs_object_id: (_, record) => record.id,
  hs_object_source: (_, record) => record.source.changeSource,
  hs_object_source_label: (_, record) => record.source.changeSource,
  hs_object_source_id: (_, record) => record.source.sourceId,
  hs_merged_object_ids: (_, record) => record.mergedIds.join(";") || null,
  hubspot_team_id: (crm, record) =>
    crm.people.owners.get(record.values.hubspot_owner_id ?? "")?.teams.find((team) => team.primary)?.id ?? null,
  hs_all_owner_ids: (_, record) => record.values.hubspot_owner_id || null,
};

/** How many live records of a type hang on this one. */
function count(typeId: string): Getter {
  return (_, record) => {
    let live = 0;
    for (const link of record.links[typeId] ?? []) if (otherEnd(link, record).archivedAt === null) live++;
    return live > 0 ? String(live) : null;
  };
}

function primaryCompany(crm: Crm, record: HubRecord): string | null {
  const companies = record.links["0-2"];
  const first = companies?.[0];
  if (!companies || !first) return null;
  const primary = crm.associations.primary(record.type, otherEnd(first, record).type);
  for (const link of companies) {
    const company = otherEnd(link, record);
    if (primary && company.archivedAt === null && typesFrom(link, record).includes(primary.id)) return company.id;
  }
  return null;
}

function stage(crm: Crm, record: HubRecord, lagging: boolean): Stage | null {
  const id = lagging ? laggingStage(crm, record) : record.values[stageName(record.type)];
  return id ? (crm.pipelines[record.type.id]?.find(id)?.stage ?? null) : null;
}

/** The closed and won fields may trail the stage by a moment (facts sheet 5.1). */
function laggingStage(crm: Crm, record: HubRecord): string | undefined {
  const name = stageName(record.type);
  const lag = crm.switches.calculatedLagMs;
  const entries = lag > 0 ? record.history?.get(name) : undefined;
  if (!entries) return record.values[name];
  return entries.findLast((entry) => entry.at <= crm.now() - lag)?.value ?? entries[0]?.value;
}

/** The property that holds the stage. */
export function stageName(type: ObjectType): string {
  return type.name === "ticket" ? "hs_pipeline_stage" : "dealstage";
}

function stageIs(test: (stage: Stage) => boolean): Getter {
  return (crm, record) => {
    const current = stage(crm, record, true);
    return current ? String(test(current)) : null;
  };
}

const DEAL: Record<string, Getter> = {
  hs_is_closed: stageIs(isClosed),
  hs_is_closed_won: stageIs(isWon),
  hs_is_closed_lost: stageIs(isLost),
  hs_deal_stage_probability: (crm, record) => stage(crm, record, true)?.metadata.probability ?? null,
  hs_closed_amount: (crm, record) => {
    const current = stage(crm, record, true);
    return current && isWon(current) ? (record.values.amount ?? null) : "0";
  },
  amount_in_home_currency: (crm, record) => {
    const currency = record.values.deal_currency_code;
    return !currency || currency === crm.currency ? record.values.amount || null : null;
  },
  hs_primary_associated_company: primaryCompany,
  num_associated_contacts: count("0-1"),
  hs_v2_date_entered_current_stage: (_, record) => {
    const visits = stageVisits(record);
    return visits.length > 0 ? isoInstant(visits.at(-1)!.enteredAt) : null;
  },
};

/** Deals of a company that are open or won, summed. */
function dealsOf(crm: Crm, record: HubRecord): { open: number; won: HubRecord[]; total: number } {
  const won: HubRecord[] = [];
  let open = 0;
  let total = 0;
  for (const link of record.links["0-3"] ?? []) {
    const deal = otherEnd(link, record);
    if (deal.archivedAt !== null) continue;
    const current = stage(crm, deal, false);
    total += Number(deal.values.amount ?? 0);
    if (current && isWon(current)) won.push(deal);
    else if (!current || !isClosed(current)) open++;
  }
  won.sort((a, b) => (a.values.closedate ?? "").localeCompare(b.values.closedate ?? ""));
  return { open, won, total };
}

const COMPANY: Record<string, Getter> = {
  num_associated_contacts: count("0-1"),
  num_associated_deals: count("0-3"),
  hs_num_open_deals: (crm, record) => String(dealsOf(crm, record).open),
  recent_deal_amount: (crm, record) => dealsOf(crm, record).won.at(-1)?.values.amount ?? null,
  recent_deal_close_date: (crm, record) => dealsOf(crm, record).won.at(-1)?.values.closedate ?? null,
  total_revenue: (crm, record) => {
    const { won } = dealsOf(crm, record);
    return won.length > 0 ? String(won.reduce((sum, deal) => sum + Number(deal.values.amount ?? 0), 0)) : null;
  },
  hs_total_deal_value: (crm, record) => String(dealsOf(crm, record).total),
};

const TASK: Record<string, Getter> = {
  hs_task_is_completed: (_, record) => String(record.values.hs_task_status === "COMPLETED"),
  hs_task_is_overdue: (crm, record) =>
    String(record.values.hs_task_status !== "COMPLETED" && Date.parse(record.values.hs_timestamp ?? "") < crm.now()),
};

const BY_TYPE: Readonly<Record<string, Record<string, Getter>>> = {
  "0-1": { associatedcompanyid: primaryCompany, num_associated_deals: count("0-3"), ...ACTIVITY_FIELDS },
  "0-2": { ...COMPANY, ...ACTIVITY_FIELDS },
  "0-3": { ...DEAL, ...ACTIVITY_FIELDS },
  "0-5": { hs_primary_company_id: primaryCompany, hs_is_closed: stageIs(isClosed), ...ACTIVITY_FIELDS },
  "0-27": TASK,
};

const getters = new Map<string, ReadonlyMap<string, Getter>>();

function gettersOf(type: ObjectType): ReadonlyMap<string, Getter> {
  let known = getters.get(type.id);
  if (!known) {
    const own = {
      ...ANY,
      hs_createdate: (_: Crm, record: HubRecord) => isoInstant(record.createdAt),
      hs_lastmodifieddate: (_: Crm, record: HubRecord) => isoInstant(record.updatedAt),
      ...BY_TYPE[type.id],
    };
    own[type.createdName as "hs_createdate"] = own.hs_createdate;
    own[type.modifiedName as "hs_lastmodifieddate"] = own.hs_lastmodifieddate;
    known = new Map(Object.entries<Getter>(own));
    getters.set(type.id, known);
  }
  return known;
}

/** A visit to a stage; times in epoch ms, `leftAt` null while it lasts. */
export interface StageVisit {
  stage: string;
  enteredAt: number;
  leftAt: number | null;
}

/** Every stay in a stage, oldest first, from the history of the stage property. */
function stageVisits(record: HubRecord): StageVisit[] {
  const name = stageName(record.type);
  const current = record.values[name];
  const entries = record.history?.get(name) ?? (current ? [{ value: current, at: record.createdAt }] : []);
  return entries.map((entry, index) => ({
    stage: entry.value,
    enteredAt: entry.at,
    leftAt: entries[index + 1]?.at ?? null,
  }));
}

const STAGE_FIELD = /^hs_v2_(date_entered|date_exited|cumulative_time_in|latest_time_in)_(.+)$/;

/** The v2 stage fields: the latest visit, and the seconds over all visits that have ended. */
function stageField(record: HubRecord, kind: string, stageId: string): string | null {
  const visits = stageVisits(record).filter((visit) => visit.stage === stageId);
  const last = visits.at(-1);
  if (!last) return null;
  if (kind === "date_entered") return isoInstant(last.enteredAt);
  if (kind === "date_exited") return last.leftAt === null ? null : isoInstant(last.leftAt);
  const counted = kind === "latest_time_in" ? [last] : visits;
  const ended = counted.filter((visit) => visit.leftAt !== null);
  if (ended.length === 0) return null;
  return String(Math.round(ended.reduce((sum, visit) => sum + visit.leftAt! - visit.enteredAt, 0) / 1_000));
}

/** The value of a property as the API shows it; null = none; undefined = there is no such property. */
export function readValue(crm: Crm, record: HubRecord, name: string): string | null | undefined {
  const stored = record.values[name];
  const getter = stored === undefined ? gettersOf(record.type).get(name) : undefined;
  if (getter) return getter(crm, record);
  if (stored !== undefined) {
    if (crm.book(record.type).get(name) === null) return undefined;
    return stored === "" && !crm.switches.clearedReadsAsEmpty ? null : stored;
  }
  if (name.startsWith("hs_v2_")) {
    const field = STAGE_FIELD.exec(name);
    if (field && crm.pipelines[record.type.id]?.find(field[2]!)) return stageField(record, field[1]!, field[2]!);
  }
  return crm.book(record.type).get(name) ? null : undefined;
}
