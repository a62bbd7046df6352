/**
 * The CRM's system fields per entity type, as crm.item.fields and the sample replies list them (facts sheet section 8).
 * Custom fields are in user-fields.ts.
 */
export type FieldKind =
  | "integer"
  | "string"
  | "text"
  | "double"
  | "flag"
  | "day"
  | "instant"
  | "user"
  | "users"
  | "status"
  | "stage"
  | "category"
  | "currency"
  | "company"
  | "companies"
  | "contact"
  | "contacts"
  | "item"
  | "fm"
  | "disabled";

export interface FieldDef {
  /** camelCase, as in crm.item.* and in the sandbox's own rows */
  name: string;
  /** UPPER_CASE, as in the classic methods */
  upper: string;
  kind: FieldKind;
  readOnly: boolean;
}

export interface EntityType {
  id: number;
  name: string;
  short: string;
  title: string;
  userFieldEntity: string;
  /** method family `crm.{classic}.*`, where there is one */
  classic: string | null;
  /** middle of the event name: ONCRM{event}ADD */
  event: string;
  /** word in crm.timeline.comment.* */
  timeline: string;
  fields: readonly FieldDef[];
  byName: ReadonlyMap<string, FieldDef>;
  byUpper: ReadonlyMap<string, FieldDef>;
}

const KINDS: Record<string, FieldKind> = {
  i: "integer",
  s: "string",
  t: "text",
  n: "double",
  b: "flag",
  d: "day",
  D: "instant",
  u: "user",
  us: "users",
  st: "status",
  stage: "stage",
  cat: "category",
  cur: "currency",
  co: "company",
  cos: "companies",
  c: "contact",
  cs: "contacts",
  e: "item",
  fm: "fm",
  x: "disabled",
};

const toUpper = (name: string): string => name.replace(/([A-Z])/g, "_$1").toUpperCase();

/** `name:kind[:UPPER]`, a `!` after the kind = read-only. */
function parse(list: string): FieldDef[] {
  return list
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [name, rawKind, upper] = entry.split(":");
      const kind = KINDS[rawKind!.replace("!", "")]!;
      return {
        name: name!,
        upper: upper ?? toUpper(name!),
        kind,
        readOnly: rawKind!.endsWith("!") || kind === "disabled",
      };
    });
}

const UTM = "utmSource:s utmMedium:s utmCampaign:s utmContent:s utmTerm:s";
const STAMPS = `createdTime:D!:DATE_CREATE dateCreateShort:x updatedTime:D!:DATE_MODIFY dateModifyShort:x
  createdBy:u!:CREATED_BY_ID updatedBy:u!:MODIFY_BY_ID assignedById:u opened:b`;
const ACTIVITY = "lastActivityBy:u! lastActivityTime:D!";
const ORIGIN = "originatorId:s originId:s";

const DEAL = `id:i! ${STAMPS} leadId:e companyId:co contactId:c quoteId:e title:s productId:x categoryId:cat stageId:stage
  stageSemanticId:s! isNew:b! isRecurring:b isReturnCustomer:b! isRepeatedApproach:b! closed:b! typeId:st opportunity:n
  isManualOpportunity:b taxValue:n currencyId:cur probability:i comments:t begindate:d begindateShort:x closedate:d
  closedateShort:x eventDate:x eventDateShort:x eventId:x eventDescription:x locationId:s webformId:i sourceId:st
  sourceDescription:t ${ORIGIN} additionalInfo:s searchContent:x orderStage:x movedBy:u! movedTime:D! ${ACTIVITY}
  isWork:x isWon:x isLose:x receivedAmount:x lostAmount:x hasProducts:x ${UTM} observers:us contactIds:cs`;
const LEAD = `id:i! ${STAMPS} companyId:co contactId:c stageId:stage:STATUS_ID isConvert:x statusDescription:t
  stageSemanticId:s!:STATUS_SEMANTIC_ID productId:x opportunity:n currencyId:cur sourceId:st sourceDescription:t title:s name:s
  lastName:s secondName:s shortName:x companyTitle:s post:s address:x comments:t webformId:i ${ORIGIN} dateClosed:D!
  birthdate:d honorific:st hasPhone:b! hasEmail:b! hasImol:b! isReturnCustomer:b! isManualOpportunity:b movedBy:u! movedTime:D!
  ${ACTIVITY} ${UTM} observers:us contactIds:cs fm:fm`;
const CONTACT = `id:i! ${STAMPS} honorific:st name:s secondName:s lastName:s shortName:x photo:s birthdate:d typeId:st sourceId:st
  sourceDescription:t post:s address:x comments:t export:b leadId:e companyId:co companyIds:cos webformId:i hasPhone:b! hasEmail:b!
  hasImol:b! ${ORIGIN} originVersion:s categoryId:i! ${ACTIVITY} ${UTM} observers:us fm:fm`;
const COMPANY = `id:i! ${STAMPS} title:s typeId:st:COMPANY_TYPE logo:s bankingDetails:s industry:st employees:st currencyId:cur revenue:n
  address:x comments:t isMyCompany:b leadId:e webformId:i hasPhone:b! hasEmail:b! hasImol:b! ${ORIGIN} originVersion:s categoryId:i!
  ${ACTIVITY} ${UTM} observers:us contactIds:cs fm:fm`;
const INVOICE = `id:i! xmlId:s title:s createdTime:D! updatedTime:D! createdBy:u! updatedBy:u! assignedById:u opened:b webformId:i
  begindate:d closedate:d companyId:co contactId:c contactIds:cs categoryId:cat stageId:stage stageSemanticId:s! previousStageId:s!
  movedBy:u! movedTime:D! opportunity:n isManualOpportunity:b taxValue:n currencyId:cur mycompanyId:co sourceId:st
  sourceDescription:t comments:t locationId:s accountNumber:s ${ACTIVITY} observers:us parentId2:e`;

function entity(
  id: number,
  name: string,
  short: string,
  title: string,
  classic: string | null,
  event: string,
  list: string,
): EntityType {
  const fields = parse(list);
  return {
    id,
    name,
    short,
    title,
    userFieldEntity: `CRM_${name}`,
    classic,
    event,
    timeline: id === 31 ? "dynamic_31" : name.toLowerCase(),
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
    byUpper: new Map(fields.map((field) => [field.upper, field])),
  };
}

export const LEAD_TYPE = 1;
export const DEAL_TYPE = 2;
export const CONTACT_TYPE = 3;
export const COMPANY_TYPE = 4;
export const INVOICE_TYPE = 31;

export const ENTITY_TYPES: ReadonlyMap<number, EntityType> = new Map(
  [
    entity(LEAD_TYPE, "LEAD", "L", "Lead", "lead", "LEAD", LEAD),
    entity(DEAL_TYPE, "DEAL", "D", "Deal", "deal", "DEAL", DEAL),
    entity(CONTACT_TYPE, "CONTACT", "C", "Contact", "contact", "CONTACT", CONTACT),
    entity(COMPANY_TYPE, "COMPANY", "CO", "Company", "company", "COMPANY", COMPANY),
    entity(INVOICE_TYPE, "SMART_INVOICE", "SI", "Invoice", null, "DYNAMICITEM", INVOICE),
  ].map((type) => [type.id, type]),
);

export const byTimelineName = (name: string): EntityType | undefined =>
  [...ENTITY_TYPES.values()].find((type) => type.timeline === name);

export const byUserFieldEntity = (name: string): EntityType | undefined =>
  [...ENTITY_TYPES.values()].find((type) => type.userFieldEntity === name);

export const byShort = (short: string): EntityType | undefined =>
  [...ENTITY_TYPES.values()].find((type) => type.short === short);

/** `parentId1220`: a link to a smart process item; every type takes them. */
export const isParentField = (name: string): boolean => /^parentId\d+$/.test(name);

/** A custom field's name in crm.item.* without useOriginalUfNames (facts sheet section 8.3). */
export function camelUserField(name: string, plainLetters: "prefix" | "camel"): string {
  const numbered = /^UF_CRM_(\d+)_(.+)$/.exec(name);
  const number = numbered?.[1] ?? "";
  const rest = numbered?.[2] ?? name.replace(/^UF_CRM_/, "");
  const letters = /^[A-Z_]+$/.test(rest);
  if (/^\d+$/.test(rest)) return `ufCrm${number}_${rest}`;
  if (letters && (number !== "" || plainLetters === "camel")) {
    return `ufCrm${number}${rest
      .toLowerCase()
      .split("_")
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join("")}`;
  }
  return `ufCrm${number === "" ? "" : `_${number}`}_${rest}`;
}
