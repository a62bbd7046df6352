import { listOf } from "./brackets.ts";
import {
  COMPANY_TYPE,
  CONTACT_TYPE,
  DEAL_TYPE,
  ENTITY_TYPES,
  type EntityType,
  INVOICE_TYPE,
  isParentField,
  LEAD_TYPE,
} from "./crm-types.ts";
import { entityType, normaliseValue } from "./crm-values.ts";
import type { SandboxPortal } from "./portal.ts";
import { notFound, RestError } from "./rest-error.ts";
import { Table } from "./table.ts";
import type { Actor, Row } from "./types.ts";
import { normaliseUserValue, type UserField } from "./user-fields.ts";

/** TYPE_ID 1 created, 2 intermediate, 3 final, 5 pipeline changed. */
export interface StageChange {
  id: number;
  entityTypeId: number;
  typeId: 1 | 2 | 3 | 5;
  ownerId: number;
  createdTime: number;
  categoryId: number | null;
  semantics: "P" | "S" | "F";
  stageId: string;
}

const same = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  const left = a === undefined || a === "" ? null : a;
  const right = b === undefined || b === "" ? null : b;
  if (left === right) return true;
  return typeof left === "object" && typeof right === "object" && JSON.stringify(left) === JSON.stringify(right);
};

/** Records of a portal and what happens by itself when one changes. Values come in as written, by the sandbox's own field names. */
export class Crm {
  readonly stageHistory = new Table<StageChange>();
  /** deleted records, as the recycle bin keeps them */
  readonly recycleBin: { entityTypeId: number; row: Row }[] = [];
  #portal: SandboxPortal;
  #tables = new Map<number, Table<Row>>();
  #contactsByCompany: Map<number, number[]> | null = null;

  constructor(portal: SandboxPortal) {
    this.#portal = portal;
    for (const id of ENTITY_TYPES.keys()) this.#tables.set(id, new Table());
  }

  table(typeId: number): Table<Row> {
    return this.#tables.get(typeId)!;
  }

  get(typeId: number, id: number): Row {
    const row = this.table(typeId).get(id);
    if (!row) throw notFound();
    return row;
  }

  /** @throws RestError CRM_FIELD_ERROR_VALUE_NOT_VALID, 100 */
  create(typeId: number, input: Record<string, unknown>, actor: Actor): Row {
    const type = entityType(typeId);
    const now = this.#portal.sandbox.now();
    const row = this.blank(type, now, actor);
    const values = this.#normalise(type, input, row, true);
    row.id = this.table(typeId).nextId();
    Object.assign(row, values);
    this.#settleLinks(type, row, values);
    this.#settleStage(type, row, values, null, now);
    if (!row.title && type.byName.has("title")) row.title = `${type.title} #${row.id}`;
    this.#flags(type, row);
    this.table(typeId).add(row);
    this.forget(typeId);
    if (type.byName.has("stageId")) this.#recordStage(type, row, 1, now);
    this.#portal.events.crm(type, "ADD", row.id, actor);
    return row;
  }

  /** @returns whether anything was saved */
  update(typeId: number, id: number, input: Record<string, unknown>, actor: Actor): { row: Row; changed: boolean } {
    const type = entityType(typeId);
    const row = this.get(typeId, id);
    const now = this.#portal.sandbox.now();
    const values = this.#normalise(type, input, row, false);
    const before = { stageId: row.stageId, categoryId: row.categoryId };
    const changes: Record<string, unknown> = {};
    for (const name in values) if (!same(row[name], values[name])) changes[name] = values[name];
    if (Object.keys(changes).length === 0) {
      if (!this.#portal.sandbox.switches.noopUpdateSilent) this.#portal.events.crm(type, "UPDATE", id, actor);
      return { row, changed: false };
    }
    this.#checkStage(type, row, changes);
    this.#checkMandatory(type, row, changes);
    Object.assign(row, changes);
    this.forget(typeId);
    this.#settleLinks(type, row, changes);
    this.#settleStage(type, row, changes, before, now);
    this.#flags(type, row);
    row.updatedTime = now;
    row.updatedBy = actor.userId ?? row.updatedBy;
    const movedPipeline = type.id === DEAL_TYPE && before.categoryId !== row.categoryId;
    if (movedPipeline) {
      this.#recordStage(type, row, 5, now);
      this.#portal.events.moveToCategory(row, actor);
    } else {
      if (before.stageId !== row.stageId) this.#recordStage(type, row, this.#semantics(type, row) === "P" ? 2 : 3, now);
      this.#portal.events.crm(type, "UPDATE", id, actor);
    }
    return { row, changed: true };
  }

  remove(typeId: number, id: number, actor: Actor): void {
    const type = entityType(typeId);
    const row = this.table(typeId).delete(id);
    if (!row) throw notFound();
    this.recycleBin.push({ entityTypeId: typeId, row });
    this.forget(typeId);
    this.#portal.events.crm(type, "DELETE", id, actor);
  }

  /** Contacts whose main company this is, by rising id. */
  contactsOf(companyId: number): readonly number[] {
    if (this.#contactsByCompany === null) {
      this.#contactsByCompany = new Map();
      for (const row of this.table(CONTACT_TYPE).rows.values()) {
        const key = row.companyId as number | null;
        if (key === null) continue;
        const held = this.#contactsByCompany.get(key);
        if (held) held.push(row.id);
        else this.#contactsByCompany.set(key, [row.id]);
      }
    }
    return this.#contactsByCompany.get(companyId) ?? [];
  }

  /** Look-ups that a changed contact makes stale. */
  forget(typeId: number): void {
    if (typeId === CONTACT_TYPE) this.#contactsByCompany = null;
  }

  /** The record's "last activity" stamp, which changes without an update event. */
  touch(typeId: number, id: number, actor: Actor): void {
    const row = this.#tables.get(typeId)?.get(id);
    if (!row) return;
    row.lastActivityTime = this.#portal.sandbox.now();
    row.lastActivityBy = actor.userId ?? row.lastActivityBy;
  }

  /** A record with its defaults and no id yet. */
  blank(type: EntityType, now: number, actor: Actor): Row {
    const by = actor.userId ?? this.#portal.org.firstAdminId();
    const row: Row = { id: 0 };
    for (const field of type.fields) row[field.name] = null;
    row.createdTime = now;
    row.updatedTime = now;
    row.createdBy = by;
    row.updatedBy = by;
    row.assignedById = by;
    row.opened = "Y";
    row.lastActivityBy = by;
    row.lastActivityTime = now;
    for (const field of type.fields) if (field.kind === "flag" && field.name !== "opened") row[field.name] = "N";
    if (type.byName.has("opportunity")) row.opportunity = 0;
    if (type.byName.has("currencyId")) row.currencyId = this.#portal.catalog.currency;
    if (type.id === DEAL_TYPE) {
      row.categoryId = 0;
      row.typeId = "SALE";
      row.begindate = this.#portal.server.day(now);
      row.closedate = this.#portal.server.day(now + 7 * 86_400_000);
      row.taxValue = 0;
    }
    if (type.id === INVOICE_TYPE) {
      row.categoryId = this.#portal.catalog.categoriesOf(INVOICE_TYPE)[0]!.id;
      row.begindate = this.#portal.server.day(now);
      row.closedate = this.#portal.server.day(now + 7 * 86_400_000);
    }
    if (type.id === CONTACT_TYPE || type.id === COMPANY_TYPE) row.categoryId = 0;
    return row;
  }

  #normalise(type: EntityType, input: Record<string, unknown>, row: Row, creating: boolean): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const name in input) {
      const value = input[name];
      const def = type.byName.get(name);
      if (def) {
        if (!def.readOnly) values[name] = normaliseValue(this.#portal, type.id, def, value, row);
        continue;
      }
      const field = this.#portal.userField(type.userFieldEntity, name);
      if (field) values[name] = normaliseUserValue(field, value, this.#portal.server);
      else if (isParentField(name)) values[name] = value === null || value === "" ? null : Number(value);
    }
    if (creating) for (const field of this.#portal.userFieldsOf(type.userFieldEntity)) this.#defaultOf(field, values);
    return values;
  }

  #defaultOf(field: UserField, values: Record<string, unknown>): void {
    if (field.fieldName in values) return;
    const fallback = field.settings.DEFAULT_VALUE;
    const chosen = field.list.find((element) => element.def);
    if (chosen) values[field.fieldName] = field.multiple ? [chosen.id] : chosen.id;
    else if (typeof fallback === "string" && fallback !== "" && field.userTypeId === "string")
      values[field.fieldName] = fallback;
    else if (fallback !== null && fallback !== undefined && ["integer", "double"].includes(field.userTypeId)) {
      values[field.fieldName] = normaliseUserValue(field, fallback, this.#portal.server);
    }
  }

  /** A stage of another pipeline is refused unless the pipeline changes with it. */
  #checkStage(type: EntityType, row: Row, changes: Record<string, unknown>): void {
    if (!("stageId" in changes) || "categoryId" in changes) return;
    const stage = this.#portal.catalog.stage(type.id, String(changes.stageId));
    if ((stage?.categoryId ?? 0) !== ((row.categoryId as number | null) ?? 0)) {
      throw new RestError(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", 'Invalid value for field "stageId"');
    }
  }

  #checkMandatory(type: EntityType, row: Row, changes: Record<string, unknown>): void {
    if (!("stageId" in changes) || "categoryId" in changes) return;
    for (const field of this.#portal.userFieldsOf(type.userFieldEntity)) {
      const value = field.fieldName in changes ? changes[field.fieldName] : row[field.fieldName];
      if (field.mandatory && (value === null || value === undefined || value === "")) {
        throw new RestError(400, "CRM_FIELD_ERROR_REQUIRED", `Required field "${field.fieldName}" is not filled`);
      }
    }
  }

  #settleLinks(type: EntityType, row: Row, changes: Record<string, unknown>): void {
    const pairs: [string, string][] = [];
    if (type.byName.has("contactIds") && type.byName.has("contactId")) pairs.push(["contactIds", "contactId"]);
    if (type.byName.has("companyIds")) pairs.push(["companyIds", "companyId"]);
    for (const [many, one] of pairs) {
      if (many in changes) {
        row[one] = (changes[many] as number[])[0] ?? null;
      } else if (one in changes) {
        const id = changes[one] as number | null;
        const rest = listOf(row[many]).filter((each) => each !== id);
        row[many] = id === null ? rest : [id, ...rest];
      }
    }
  }

  #semantics(type: EntityType, row: Row): "P" | "S" | "F" {
    return this.#portal.catalog.semantics(type.id, String(row.stageId));
  }

  #settleStage(
    type: EntityType,
    row: Row,
    changes: Record<string, unknown>,
    before: { stageId: unknown; categoryId: unknown } | null,
    now: number,
  ): void {
    if (!type.byName.has("stageId")) return;
    const catalog = this.#portal.catalog;
    const category = type.id === LEAD_TYPE ? null : (row.categoryId as number | null);
    const stage = row.stageId === null ? undefined : catalog.stage(type.id, String(row.stageId));
    if (!stage || (stage.categoryId ?? 0) !== (category ?? 0)) {
      const byStage = stage && before === null && "stageId" in changes && !("categoryId" in changes);
      if (byStage) row.categoryId = stage.categoryId ?? 0;
      else row.stageId = catalog.firstStage(type.id, category);
    }
    const semantics = this.#semantics(type, row);
    row.stageSemanticId = semantics;
    if (before === null || before.stageId !== row.stageId || before.categoryId !== row.categoryId) {
      row.movedTime = now;
      row.movedBy = row.updatedBy;
      if (type.byName.has("previousStageId")) row.previousStageId = before?.stageId ?? null;
      if (type.id === DEAL_TYPE) {
        row.closed = semantics === "P" ? "N" : "Y";
        row.isNew = row.stageId === catalog.firstStage(DEAL_TYPE, row.categoryId as number) ? "Y" : "N";
        if (semantics !== "P" && !("closedate" in changes) && before !== null)
          row.closedate = this.#portal.server.day(now);
      }
      if (type.id === LEAD_TYPE) row.dateClosed = semantics === "P" ? null : now;
    }
  }

  #flags(type: EntityType, row: Row): void {
    if (!type.byName.has("hasPhone")) return;
    const fm = (row.fm as { typeId: string }[] | null) ?? [];
    row.hasPhone = fm.some((each) => each.typeId === "PHONE") ? "Y" : "N";
    row.hasEmail = fm.some((each) => each.typeId === "EMAIL") ? "Y" : "N";
  }

  #recordStage(type: EntityType, row: Row, typeId: 1 | 2 | 3 | 5, now: number): void {
    this.stageHistory.add({
      id: this.stageHistory.nextId(),
      entityTypeId: type.id,
      typeId,
      ownerId: row.id,
      createdTime: now,
      categoryId: type.id === LEAD_TYPE ? null : (row.categoryId as number),
      semantics: this.#semantics(type, row),
      stageId: String(row.stageId),
    });
  }
}
