/**
 * Our fields as properties of HubSpot's objects: a group, typed properties, room looked at first, least important left out.
 * Everything may be called again at any time; what was surveyed is kept until the report is out, so that a budget which runs dry
 * in the middle costs no second survey.
 */
import { FIELDS, type FieldDefinition } from "../../core/fields.ts";
import type { Language, RecordKind } from "../../core/model.ts";
import { type CrmFailure, isFailure } from "../failure.ts";
import type { SchemaReport } from "../port.ts";
import type { Client } from "./client.ts";
import { OBJECT_TYPES } from "./kinds.ts";
import { OBJECT_BATCH } from "./limits.ts";
import { Properties, type Property, type PropertyInput, type Room } from "./properties.ts";
import { fits, GROUP, GROUP_LABEL, inputOf, KEY_PROPERTY, keyInput } from "./property-forms.ts";
import { propertyOfField } from "./values.ts";

const TASKS = OBJECT_TYPES.task.path;
const SURVEY_KEPT_MS = 600_000;

/** How a task carries our key here: a unique property, a plain one, or a signed mark in its body. */
export type KeyMode = "unique" | "property" | "mark";

type Left = SchemaReport["left"][number];

/** A field on one kind that does not exist yet. */
interface Missing {
  field: FieldDefinition;
  kind: RecordKind;
}

interface Survey {
  at: number;
  archived: Map<string, ReadonlyMap<string, Property>>;
  fresh: Set<string>;
  groups: Set<string>;
  /** object types on which everything was tried in one call */
  together: Set<string>;
  /** what is to be created, decided once: the room was measured before the first of them */
  planned: ReadonlySet<string> | null;
  /** names that HubSpot refused in this survey, with the reason */
  refused: Map<string, Left["why"]>;
  created: number;
}

export class Schema {
  readonly #client: Client;
  readonly properties: Properties;
  #survey: Survey | null = null;
  readonly #removed = new Set<string>();
  /** does HubSpot give back archived names of an object type? Tried once per connection */
  readonly #archivedReturns = new Map<string, boolean>();

  constructor(client: Client) {
    this.#client = client;
    this.properties = new Properties(client);
  }

  /** Ids of our fields that exist on a kind with a type that we can write, without those that hold people's own words. */
  async fieldIds(kind: RecordKind): Promise<string[]> {
    const fields = FIELDS.filter((field) => field.policy !== "words" && field.on.includes(kind));
    if (fields.length === 0) return [];
    const live = await this.properties.live(OBJECT_TYPES[kind].path);
    return fields.filter((field) => fits(field, live.get(propertyOfField(field.id)))).map(({ id }) => id);
  }

  /** How tasks carry our key in this portal, from what its task properties are. */
  async keyMode(): Promise<KeyMode> {
    return keyModeIn(await this.properties.live(TASKS));
  }

  /** The same without a call; null before anybody had to look. */
  knownKeyMode(): KeyMode | null {
    const kept = this.properties.kept(TASKS);
    return kept && keyModeIn(kept);
  }

  /**
   * Creates what is missing, most important first, as far as there is room.
   * @throws CrmFailure `limited` in the middle when the budget runs dry; calling again goes on where it stood
   */
  async ensure(
    fields: readonly FieldDefinition[],
    kinds: readonly RecordKind[],
    language: Language,
  ): Promise<SchemaReport> {
    const survey = this.#openSurvey();
    try {
      const report = await this.#ensureIn(survey, fields, kinds, language);
      this.#survey = null;
      return report;
    } catch (error) {
      // After anything but a dry budget nobody knows what exists: the next call looks again.
      if (!isFailure(error, "limited")) this.#survey = null;
      throw error;
    }
  }

  async #ensureIn(
    survey: Survey,
    fields: readonly FieldDefinition[],
    kinds: readonly RecordKind[],
    language: Language,
  ): Promise<SchemaReport> {
    const allowed = kinds.filter((kind) => this.#mayWrite(kind));
    for (const kind of allowed) await this.#surveyKind(survey, OBJECT_TYPES[kind].path);
    await this.#ensureKey(survey);
    const missing = await this.#missing(fields, allowed);
    if (missing.length > 0) await this.#createMissing(survey, missing, language);
    for (const kind of allowed) await this.#keepUp(fields, kind, language);
    return this.#report(survey, fields, kinds, new Set(allowed));
  }

  /** Archives our properties and deletes our groups; calling again goes on where it stood. */
  async remove(): Promise<void> {
    const paths = [OBJECT_TYPES.company.path, OBJECT_TYPES.contact.path, OBJECT_TYPES.deal.path, TASKS];
    for (const path of paths) {
      if (this.#removed.has(path)) continue;
      this.#client.room({ general: 4 });
      const live = await this.properties.load(path);
      const names = [...live.values()].filter(isOurs).map(({ name }) => name);
      if (names.length > 0) await this.properties.archive(path, names);
      if ((await this.properties.groups(path)).has(GROUP)) await this.properties.removeGroup(path, GROUP);
      this.#removed.add(path);
    }
    this.#removed.clear();
  }

  #openSurvey(): Survey {
    const now = this.#client.now();
    if (!this.#survey || now - this.#survey.at > SURVEY_KEPT_MS) {
      this.#survey = {
        at: now,
        archived: new Map(),
        fresh: new Set(),
        groups: new Set(),
        together: new Set(),
        planned: null,
        refused: new Map(),
        created: 0,
      };
    }
    return this.#survey;
  }

  #mayWrite(kind: RecordKind): boolean {
    return this.#client.wiring.tokens.grant().scopes.includes(`crm.schemas.${OBJECT_TYPES[kind].path}.write`);
  }

  async #surveyKind(survey: Survey, path: string): Promise<void> {
    if (!survey.fresh.has(path)) {
      await this.properties.load(path);
      survey.fresh.add(path);
    }
    if (!survey.archived.has(path)) survey.archived.set(path, await this.properties.archived(path));
  }

  /** 6: unique where the portal allows it, else a plain property, else the mark; asked at most once per survey. */
  async #ensureKey(survey: Survey): Promise<void> {
    if (!this.#mayWrite("contact") || survey.refused.has(KEY_PROPERTY)) return;
    if (!survey.fresh.has(TASKS)) {
      await this.properties.load(TASKS);
      survey.fresh.add(TASKS);
    }
    if ((await this.properties.live(TASKS)).has(KEY_PROPERTY)) return;
    for (const unique of [true, false]) {
      const tried = `${KEY_PROPERTY}:${unique}`;
      if (survey.refused.has(tried)) continue;
      const refused = await this.#tryCreate(TASKS, keyInput(unique)).catch(deniedIsRefused);
      if (!refused) {
        survey.created += 1;
        return;
      }
      survey.refused.set(tried, refused);
    }
    survey.refused.set(KEY_PROPERTY, "refused");
  }

  async #missing(fields: readonly FieldDefinition[], kinds: readonly RecordKind[]): Promise<Missing[]> {
    const missing: Missing[] = [];
    for (const kind of kinds) {
      const live = await this.properties.live(OBJECT_TYPES[kind].path);
      for (const field of fields) {
        if (field.on.includes(kind) && !live.has(propertyOfField(field.id))) missing.push({ field, kind });
      }
    }
    return missing.sort((a, b) => a.field.rank - b.field.rank);
  }

  async #createMissing(survey: Survey, missing: readonly Missing[], language: Language): Promise<void> {
    survey.planned ??= withinRoom(missing, await this.properties.room());
    const planned: Missing[] = [];
    for (const item of missing) {
      const name = nameOn(item.kind, item.field.id);
      if (survey.planned.has(name)) planned.push(item);
      else survey.refused.set(name, "no-room");
    }
    for (const kind of new Set(planned.map((item) => item.kind))) {
      const fields = planned.filter((item) => item.kind === kind).map((item) => item.field);
      await this.#createOn(survey, kind, fields, language);
    }
  }

  async #createOn(
    survey: Survey,
    kind: RecordKind,
    fields: readonly FieldDefinition[],
    language: Language,
  ): Promise<void> {
    const { path } = OBJECT_TYPES[kind];
    const isArchived = (field: FieldDefinition) => survey.archived.get(path)!.has(propertyOfField(field.id));
    await this.#ensureGroup(survey, path);
    const first = fields.find(isArchived);
    if (first && !this.#archivedReturns.has(path)) await this.#createApart(survey, kind, first, language);
    const together = fields.filter(
      (field) => field.type !== "owner" && !(isArchived(field) && this.#archivedReturns.get(path) === false),
    );
    if (together.length > 0) await this.#createTogether(survey, kind, together, language);
    for (const field of fields) await this.#createApart(survey, kind, field, language);
  }

  async #ensureGroup(survey: Survey, path: string): Promise<void> {
    if (survey.groups.has(path)) return;
    this.#client.room({ general: 2 });
    if (!(await this.properties.groups(path)).has(GROUP)) {
      await this.properties.createGroup(path, GROUP, GROUP_LABEL).catch(ignoreConflict);
    }
    survey.groups.add(path);
  }

  /** One call for all. Where HubSpot refuses it or a part of it, those are tried apart, so that one cannot spoil the others. */
  async #createTogether(
    survey: Survey,
    kind: RecordKind,
    fields: readonly FieldDefinition[],
    language: Language,
  ): Promise<void> {
    const { path } = OBJECT_TYPES[kind];
    if (survey.together.has(path)) return;
    const inputs = fields.slice(0, OBJECT_BATCH).map((field) => inputOf(field, language));
    try {
      survey.created += (await this.properties.createMany(path, inputs)).length;
    } catch (error) {
      if (!isFailure(error, "refused")) throw error;
    }
    survey.together.add(path);
  }

  async #createApart(survey: Survey, kind: RecordKind, field: FieldDefinition, language: Language): Promise<void> {
    const { path } = OBJECT_TYPES[kind];
    const name = propertyOfField(field.id);
    const marked = nameOn(kind, field.id);
    if (survey.refused.has(marked) || (await this.properties.live(path)).has(name)) return;
    const isArchived = survey.archived.get(path)!.has(name);
    if (isArchived && this.#archivedReturns.get(path) === false) {
      survey.refused.set(marked, "archived");
      return;
    }
    const refused = await this.#tryVariants(path, field, language);
    if (isArchived) this.#archivedReturns.set(path, refused === null);
    if (refused === null) survey.created += 1;
    else survey.refused.set(marked, isArchived ? "archived" : refused);
  }

  /** 7: a reference to owners is the right form; where it is refused, the owner's id is kept as text. */
  async #tryVariants(path: string, field: FieldDefinition, language: Language): Promise<Left["why"] | null> {
    if (field.type === "owner") this.#client.room({ general: 2 });
    const refused = await this.#tryCreate(path, inputOf(field, language));
    if (!refused || field.type !== "owner" || refused === "archived") return refused;
    return this.#tryCreate(path, { ...inputOf({ ...field, type: "text" }, language) });
  }

  /** @returns null when it exists now, else why not */
  async #tryCreate(path: string, input: PropertyInput): Promise<Left["why"] | null> {
    try {
      await this.properties.createOne(path, input);
      return null;
    } catch (error) {
      if (!isFailure(error, "refused")) throw error;
      return whyOf(error);
    }
  }

  /**
   * What is there keeps up with us: a choice that a newer version widened gets its new options, and labels of ours follow the portal's language.
   * A label that somebody made up, and options of others, stay.
   */
  async #keepUp(fields: readonly FieldDefinition[], kind: RecordKind, language: Language): Promise<void> {
    const { path } = OBJECT_TYPES[kind];
    const live = await this.properties.live(path);
    for (const field of fields) {
      const property = live.get(propertyOfField(field.id));
      if (!property || !field.on.includes(kind) || !fits(field, property)) continue;
      const label = property.label && inLanguage(property.label, field.label, language);
      const options = field.type === "choice" ? optionsOf(field, property, language) : null;
      const change = { ...(label && label !== property.label && { label }), ...(options && { options }) };
      if (Object.keys(change).length > 0) await this.properties.change(path, property.name, change);
    }
  }

  async #report(
    survey: Survey,
    fields: readonly FieldDefinition[],
    kinds: readonly RecordKind[],
    allowed: ReadonlySet<RecordKind>,
  ): Promise<SchemaReport> {
    const ready: Partial<Record<RecordKind, string[]>> = {};
    const left: (Left & { rank: number })[] = [];
    for (const kind of kinds) {
      const live = allowed.has(kind)
        ? await this.properties.live(OBJECT_TYPES[kind].path)
        : new Map<string, Property>();
      ready[kind] = [];
      for (const field of fields) {
        if (!field.on.includes(kind)) continue;
        const property = live.get(propertyOfField(field.id));
        const { rank, id } = field;
        if (fits(field, property)) ready[kind].push(id);
        else if (!allowed.has(kind)) left.push({ field: id, on: kind, why: "no-scope", rank });
        else if (property) left.push({ field: id, on: kind, why: "other-type", rank });
        else left.push({ field: id, on: kind, why: survey.refused.get(nameOn(kind, id)) ?? "refused", rank });
      }
    }
    left.sort((a, b) => a.rank - b.rank);
    return { ready, left: left.map(({ field, on, why }) => ({ field, on, why })), created: survey.created };
  }
}

function keyModeIn(live: ReadonlyMap<string, Property>): KeyMode {
  const key = live.get(KEY_PROPERTY);
  if (key?.type !== "string") return "mark";
  return key.hasUniqueValue ? "unique" : "property";
}

function nameOn(kind: RecordKind, fieldId: string): string {
  return `${kind}.${fieldId}`;
}

/** Most important first, as many as the object types and the account have room for. */
function withinRoom(missing: readonly Missing[], room: Room): ReadonlySet<string> {
  let overall = room.overall;
  const byType = new Map(room.byType);
  const planned = new Set<string>();
  for (const { field, kind } of missing) {
    const { typeId } = OBJECT_TYPES[kind];
    const left = byType.get(typeId) ?? Number.POSITIVE_INFINITY;
    if (left < 1 || overall < 1) continue;
    byType.set(typeId, left - 1);
    overall -= 1;
    planned.add(nameOn(kind, field.id));
  }
  return planned;
}

function isOurs(property: Property): boolean {
  return !property.hubspotDefined && (property.groupName === GROUP || property.name === KEY_PROPERTY);
}

function whyOf(failure: CrmFailure): Left["why"] {
  return /LIMIT/.test(failure.code) ? "no-room" : "refused";
}

/** Which scopes the properties of tasks need is unverified (6): without them there is the mark, and everything else goes on. */
function deniedIsRefused(error: unknown): Left["why"] {
  if (isFailure(error, "unauthorised") && error.status === 403) return "no-scope";
  throw error;
}

function ignoreConflict(error: unknown): void {
  if (!isFailure(error, "refused") || error.status !== 409) throw error;
}

/** Words of ours in another language become those of this one; anything else is somebody's own. */
function inLanguage(shown: string, ours: Readonly<Record<Language, string>>, language: Language): string {
  return Object.values(ours).includes(shown) ? ours[language] : shown;
}

/** A choice's options as they should be; null where they are so already. */
function optionsOf(field: FieldDefinition, property: Property, language: Language): PropertyInput["options"] | null {
  const own = new Map((field.options ?? []).map((option) => [option.code, option.label]));
  const theirs = (property.options ?? []).map((option, index) => ({
    label: own.has(option.value) ? inLanguage(option.label, own.get(option.value)!, language) : option.label,
    value: option.value,
    displayOrder: option.displayOrder ?? index,
    hidden: option.hidden ?? false,
  }));
  const known = new Set(theirs.map(({ value }) => value));
  const added = (inputOf(field, language).options ?? []).filter(({ value }) => !known.has(value));
  const isAsBefore = theirs.every(({ label }, at) => label === property.options?.[at]?.label);
  return isAsBefore && added.length === 0 ? null : [...theirs, ...added];
}
