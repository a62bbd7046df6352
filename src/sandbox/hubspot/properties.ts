import { CATALOG } from "./catalog/index.ts";
import { COMMON, type PropertyOption, type PropertySeed, type PropertyType } from "./catalog/seed.ts";
import type { ObjectType } from "./object-types.ts";

/** A property definition as one account holds it. */
export interface Property {
  name: string;
  label: string;
  description: string;
  groupName: string;
  type: PropertyType;
  fieldType: string;
  options: PropertyOption[];
  displayOrder: number;
  formField: boolean;
  hidden: boolean;
  hasUniqueValue: boolean;
  hubspotDefined: boolean;
  /** value set by HubSpot only */
  readOnlyValue: boolean;
  fixedOptions: boolean;
  /** options come from elsewhere: pipelines, owners, currencies */
  externalOptions: boolean;
  referencedObjectType: string | null;
  calculationFormula: string | null;
  rich: boolean;
  required: boolean;
  dataSensitivity: string;
  archivedAt: number | null;
  createdAt: number;
  updatedAt: number;
  createdUserId: string | null;
}

export interface PropertyGroup {
  name: string;
  label: string;
  displayOrder: number;
  archived: boolean;
  hubspotDefined: boolean;
}

const ELSEWHERE = new Set([
  "pipeline",
  "dealstage",
  "hs_pipeline",
  "hs_pipeline_stage",
  "deal_currency_code",
  "hubspot_team_id",
]);
const FACTORY_AT = Date.UTC(2020, 0, 1);

function titled(name: string): string {
  const words = name.replace(/^hs_/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Options in the order of their values. */
export function optionsOf(values: readonly string[]): PropertyOption[] {
  return values.map((value, displayOrder) => ({ label: titled(value), value, displayOrder, hidden: false }));
}

function fromSeed(seed: PropertySeed, groupName: string): Property {
  return {
    name: seed.name,
    label: titled(seed.name),
    description: "",
    groupName,
    type: seed.type,
    fieldType: seed.fieldType,
    options: optionsOf(seed.options ?? []),
    displayOrder: -1,
    formField: false,
    hidden: false,
    hasUniqueValue: seed.unique === true,
    hubspotDefined: true,
    readOnlyValue: seed.readOnly === true,
    fixedOptions: seed.fixedOptions === true,
    externalOptions: seed.owner === true || ELSEWHERE.has(seed.name),
    referencedObjectType: seed.owner ? "OWNER" : null,
    calculationFormula: null,
    rich: seed.rich === true,
    required: seed.required === true,
    dataSensitivity: "non_sensitive",
    archivedAt: null,
    createdAt: FACTORY_AT,
    updatedAt: FACTORY_AT,
    createdUserId: null,
  };
}

/** The definitions and groups of one object type in one account. */
export class PropertyBook {
  readonly type: ObjectType;
  readonly #properties = new Map<string, Property>();
  readonly groups = new Map<string, PropertyGroup>();
  /** values of properties with `hasUniqueValue`: name -> value -> record id */
  readonly unique = new Map<string, Map<string, string>>();

  constructor(type: ObjectType) {
    this.type = type;
    const catalog = CATALOG[type.id]!;
    this.addGroup({ name: catalog.group, label: titled(catalog.group), displayOrder: 0 }, true);
    for (const seed of [...COMMON, ...catalog.properties]) this.#put(fromSeed(seed, catalog.group));
  }

  #put(property: Property): void {
    this.#properties.set(property.name, property);
    if (property.hasUniqueValue && !this.unique.has(property.name)) this.unique.set(property.name, new Map());
  }

  /** The live property, else null. */
  get(name: string): Property | null {
    const property = this.#properties.get(name);
    return property && property.archivedAt === null ? property : null;
  }

  archived(name: string): Property | null {
    const property = this.#properties.get(name);
    return property && property.archivedAt !== null ? property : null;
  }

  list(archived = false): Property[] {
    return [...this.#properties.values()].filter((property) => (property.archivedAt !== null) === archived);
  }

  custom(): Property[] {
    return this.list().filter((property) => !property.hubspotDefined);
  }

  add(property: Property): void {
    this.#put(property);
  }

  addGroup(group: { name: string; label: string; displayOrder?: number }, hubspotDefined = false): PropertyGroup {
    const made = { displayOrder: -1, archived: false, hubspotDefined, ...group };
    this.groups.set(group.name, made);
    return made;
  }

  /** For good, as the recycle bin does after its time. */
  purge(name: string): void {
    this.#properties.delete(name);
    this.unique.delete(name);
  }
}

/** What a caller or a person hands in to define a property. */
export interface PropertyInput {
  name: string;
  label: string;
  groupName: string;
  type: string;
  fieldType: string;
  description?: string;
  displayOrder?: number;
  formField?: boolean;
  hidden?: boolean;
  hasUniqueValue?: boolean;
  options?: PropertyOption[];
  externalOptions?: boolean;
  referencedObjectType?: string;
  calculationFormula?: string;
  dataSensitivity?: string;
}

/** A custom definition, made at `now` (epoch ms). */
export function fromInput(input: PropertyInput, now: number, userId: string | null): Property {
  return {
    name: input.name,
    label: input.label,
    description: input.description ?? "",
    groupName: input.groupName,
    type: input.type as PropertyType,
    fieldType: input.fieldType,
    options: (input.options ?? []).map((option) => ({ ...option })),
    displayOrder: input.displayOrder ?? -1,
    formField: input.formField ?? false,
    hidden: input.hidden ?? false,
    hasUniqueValue: input.hasUniqueValue ?? false,
    hubspotDefined: false,
    readOnlyValue: input.fieldType === "calculation_equation",
    fixedOptions: false,
    externalOptions: input.externalOptions ?? false,
    referencedObjectType: input.referencedObjectType ?? null,
    calculationFormula: input.calculationFormula ?? null,
    rich: input.fieldType === "html",
    required: false,
    dataSensitivity: input.dataSensitivity ?? "non_sensitive",
    archivedAt: null,
    createdAt: now,
    updatedAt: now,
    createdUserId: userId,
  };
}
