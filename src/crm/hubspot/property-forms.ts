/** Our fields, and the key of tasks, in the form that HubSpot's properties API takes (facts sheet 7). */
import type { FieldDefinition } from "../../core/fields.ts";
import type { Language } from "../../core/model.ts";
import type { Property, PropertyInput } from "./properties.ts";
import { propertyOfField } from "./values.ts";

/** The group that our properties stand in. */
export const GROUP = "tenure";
export const GROUP_LABEL = "Tenure";
/** The task property that carries our key. */
export const KEY_PROPERTY = "tenure_key";

const TYPES: Readonly<Record<FieldDefinition["type"], Pick<PropertyInput, "type" | "fieldType">>> = {
  number: { type: "number", fieldType: "number" },
  date: { type: "date", fieldType: "date" },
  datetime: { type: "datetime", fieldType: "date" },
  boolean: { type: "bool", fieldType: "booleancheckbox" },
  choice: { type: "enumeration", fieldType: "select" },
  owner: { type: "enumeration", fieldType: "select" },
  text: { type: "string", fieldType: "text" },
  longtext: { type: "string", fieldType: "textarea" },
};

const YES_NO: Readonly<Record<Language, readonly [string, string]>> = {
  en: ["Yes", "No"],
  ru: ["Да", "Нет"],
  uk: ["Так", "Ні"],
  ro: ["Da", "Nu"],
};

/** A field as HubSpot's property: typed so that reports, lists and workflows offer ranges, grouping and "is any of" (7). */
export function inputOf(field: FieldDefinition, language: Language): PropertyInput {
  const input: PropertyInput = {
    groupName: GROUP,
    name: propertyOfField(field.id),
    label: field.label[language],
    ...TYPES[field.type],
  };
  if (field.type === "owner") return { ...input, referencedObjectType: "OWNER", externalOptions: true };
  if (field.type === "boolean")
    return {
      ...input,
      options: options([
        ["true", YES_NO[language][0]],
        ["false", YES_NO[language][1]],
      ]),
    };
  if (field.type === "choice") {
    return { ...input, options: options((field.options ?? []).map(({ code, label }) => [code, label[language]])) };
  }
  return input;
}

function options(pairs: readonly (readonly [string, string])[]): NonNullable<PropertyInput["options"]> {
  return pairs.map(([value, label], displayOrder) => ({ label, value, displayOrder, hidden: false }));
}

/** The task property that carries our key; `unique` where the portal allows it. */
export function keyInput(unique: boolean): PropertyInput {
  return {
    groupName: "task_information",
    name: KEY_PROPERTY,
    label: "Tenure key",
    description: "Tells Tenure which step of which plan this task is. Please leave it as it is.",
    type: "string",
    fieldType: "text",
    ...(unique ? { hasUniqueValue: true } : {}),
  };
}

/** Does the property hold our field's values? An owner may also be kept as text. */
export function fits(field: FieldDefinition, property: Property | undefined): boolean {
  if (!property) return false;
  if (field.type === "owner") return property.type === "string" || property.referencedObjectType === "OWNER";
  return property.type === TYPES[field.type].type;
}
