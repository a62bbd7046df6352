/** A property as HubSpot defines it out of the box (facts sheet 5 to 7). */
export type PropertyType = "bool" | "date" | "datetime" | "enumeration" | "number" | "phone_number" | "string";

export interface PropertyOption {
  label: string;
  value: string;
  displayOrder: number;
  hidden: boolean;
  description?: string;
}

export interface PropertySeed {
  name: string;
  type: PropertyType;
  fieldType: string;
  options?: readonly string[];
  /** value set by HubSpot only */
  readOnly?: boolean;
  /** options belong to HubSpot: any other value is wrong in every account */
  fixedOptions?: boolean;
  unique?: boolean;
  /** HTML that HubSpot rewrites */
  rich?: boolean;
  owner?: boolean;
  /** needed to create a record */
  required?: boolean;
}

export interface TypeCatalog {
  group: string;
  properties: readonly PropertySeed[];
}

const FIELD_TYPES: Record<PropertyType, string> = {
  bool: "booleancheckbox",
  date: "date",
  datetime: "date",
  enumeration: "select",
  number: "number",
  phone_number: "phonenumber",
  string: "text",
};

/** Several properties of one type, by name. */
export function plain(type: PropertyType, names: string, more: Partial<PropertySeed> = {}): PropertySeed[] {
  return words(names).map((name) => ({ name, type, fieldType: FIELD_TYPES[type], ...more }));
}

/** The same, set by HubSpot only. */
export function given(type: PropertyType, names: string): PropertySeed[] {
  return plain(type, names, { readOnly: true });
}

/** A choice whose options the customer may edit. */
export function choice(name: string, options: string, more: Partial<PropertySeed> = {}): PropertySeed {
  return { name, type: "enumeration", fieldType: "select", options: words(options), ...more };
}

/** A choice whose options belong to HubSpot. */
export function fixed(name: string, options: string, more: Partial<PropertySeed> = {}): PropertySeed {
  return choice(name, options, { fixedOptions: true, ...more });
}

/** Plain text of several lines. */
export function longText(names: string): PropertySeed[] {
  return plain("string", names, { fieldType: "textarea" });
}

/** HTML that HubSpot rewrites. */
export function richText(names: string): PropertySeed[] {
  return plain("string", names, { fieldType: "html", rich: true });
}

/** What every object has. */
export const COMMON: readonly PropertySeed[] = [
  { name: "hubspot_owner_id", type: "enumeration", fieldType: "select", owner: true },
  ...given("datetime", "hs_createdate hs_lastmodifieddate hubspot_owner_assigneddate"),
  ...given("number", "hs_object_id hs_created_by_user_id hs_updated_by_user_id"),
  ...given("string", "hs_object_source hs_object_source_id hs_object_source_label hs_object_source_detail_1"),
  ...given("string", "hs_object_source_detail_2 hs_object_source_detail_3 hs_merged_object_ids"),
  ...given("enumeration", "hubspot_team_id hs_all_owner_ids"),
];

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}
