/**
 * What is known of a portal's shape: which system fields its version has, which of our fields exist with which option ids, what
 * its currencies are worth. Asked once per connection, and again after the schema changed.
 */
import { z } from "zod";
import { FIELDS, type FieldDefinition } from "../../core/fields.ts";
import { type Client, type Command, optionalResult, type Reply, resultOf, shapeOf } from "./client.ts";
import { ENTITY_TYPE, FIELD_KINDS, type FieldKind, type ItemKind } from "./kinds.ts";
import { ITEM_FIELDS, type KnownField } from "./map.ts";
import { numberOf, type Raw, textOf } from "./values.ts";

/** Requests that asking for the shape takes at most. */
export const SHAPE_REQUESTS = 2;
/** Prefix of our fields' names; Bitrix24 allows 50 characters in all. */
export const FIELD_PREFIX = "UF_CRM_TENURE_";

/** `score` → `UF_CRM_TENURE_SCORE` */
export function fieldName(id: string): string {
  return `${FIELD_PREFIX}${id.toUpperCase()}`;
}

/** Bitrix24's type of a field (facts sheet section 9). Numbers are `double`, whose PRECISION is always set. */
export function userTypeOf(definition: FieldDefinition): string {
  switch (definition.type) {
    case "number":
      return "double";
    case "choice":
      return "enumeration";
    case "owner":
      return "employee";
    case "date":
    case "datetime":
    case "boolean":
      return definition.type;
    default:
      return "string";
  }
}

const Fields = z.looseObject({ fields: z.record(z.string(), z.unknown()) });
const EnumElement = z.looseObject({
  ID: z.union([z.string(), z.number()]),
  XML_ID: z.unknown().optional(),
  VALUE: z.unknown().optional(),
  SORT: z.unknown().optional(),
});
export type EnumElement = z.infer<typeof EnumElement>;
const UserField = z.looseObject({
  ID: z.union([z.string(), z.number()]),
  FIELD_NAME: z.string(),
  USER_TYPE_ID: z.string(),
  MULTIPLE: z.unknown().optional(),
  LIST: z.array(EnumElement).optional().catch(undefined),
});
export type UserField = z.infer<typeof UserField>;
const UserFields = z.array(UserField);
const Items = z.looseObject({ items: z.array(z.looseObject({})) });
const Existing = z.looseObject({ isExisting: z.boolean(), isAvailable: z.boolean() });
const Pipelines = z.looseObject({ categories: z.array(z.unknown()) });
const Currencies = z.array(
  z.looseObject({ CURRENCY: z.string(), AMOUNT: z.unknown().optional(), AMOUNT_CNT: z.unknown().optional() }),
);

const Industries = z.array(z.looseObject({ STATUS_ID: z.string(), NAME: z.string() }));

export const userFieldList = (kind: FieldKind): Command => ({
  method: `crm.${kind}.userfield.list`,
  params: { order: { ID: "ASC" } },
});

/** All custom fields of one kind of record, anybody's. @throws CrmFailure */
export function userFieldsIn(replies: ReadonlyMap<string, Reply>, key: string): UserField[] {
  return shapeOf(UserFields, resultOf(replies, key), key);
}

/** Those custom fields that are ours, of the type we need. */
export function knownFields(
  kind: FieldKind,
  present: readonly UserField[],
  definitions: readonly FieldDefinition[],
): KnownField[] {
  const byName = new Map(present.map((field) => [field.FIELD_NAME, field]));
  return definitions.flatMap((definition) => {
    const field = byName.get(fieldName(definition.id));
    if (!field || !definition.on.includes(kind) || !fits(field, definition)) return [];
    const options = new Map<string, string>();
    for (const element of field.LIST ?? []) {
      const code = codeOf(element, definition);
      if (code !== null && !options.has(code)) options.set(code, String(element.ID));
    }
    return [{ definition, name: field.FIELD_NAME, id: String(field.ID), options }];
  });
}

/**
 * Which of our choices an element of a list is: by its external code, else by its words. The older reference says that a code counts only when
 * an element is changed, not when it is added (unverified); then the words are all there is to go by at first.
 */
export function codeOf({ XML_ID, VALUE }: EnumElement, { options = [] }: FieldDefinition): string | null {
  const byCode = options.find(({ code }) => code === XML_ID);
  return (byCode ?? options.find(({ label }) => Object.values(label).includes(String(VALUE))))?.code ?? null;
}

/** Whether an existing custom field can hold what the definition says. The type of a field cannot be changed. */
export function fits(field: UserField, definition: FieldDefinition): boolean {
  return field.USER_TYPE_ID === userTypeOf(definition) && field.MULTIPLE !== "Y";
}

const KINDS = Object.keys(ENTITY_TYPE) as ItemKind[];

export class Shape {
  readonly #client: Client;
  #loaded = false;
  #fields = new Map<FieldKind, readonly KnownField[]>();
  #available = new Map<ItemKind, ReadonlySet<string>>();
  #severalPipelines = true;
  #currency: string | null = null;
  #rates: ReadonlyMap<string, number> = new Map();
  #industries: ReadonlyMap<string, string> = new Map();

  constructor(client: Client) {
    this.#client = client;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** Our fields on a kind, as of the last look, without those that hold people's own words. */
  fields(kind: ItemKind): readonly KnownField[] {
    return this.#known(kind).filter(({ definition }) => definition.policy !== "words");
  }

  /** Those that hold people's own words. */
  words(kind: ItemKind): readonly KnownField[] {
    return this.#known(kind).filter(({ definition }) => definition.policy === "words");
  }

  #known(kind: ItemKind): readonly KnownField[] {
    return this.#fields.get(kind as FieldKind) ?? [];
  }

  setFields(kind: FieldKind, known: readonly KnownField[]): void {
    this.#fields.set(kind, known);
  }

  /** The portal's own currency; null before the first look. */
  get currency(): string | null {
    return this.#currency;
  }

  /** What the portal calls an industry; null for one that it does not list, and for the one that says nothing ("Other"). */
  industry(code: string): string | null {
    return code === "OTHER" ? null : (this.#industries.get(code) ?? null);
  }

  get rates(): ReadonlyMap<string, number> {
    return this.#rates;
  }

  /** Whether a deal may go from one pipeline to another here. */
  get severalPipelines(): boolean {
    return this.#severalPipelines;
  }

  /** Whether our fields on a kind are known, also without the rest. */
  knowsFields(kind: FieldKind): boolean {
    return this.#fields.has(kind);
  }

  /** The next use looks again: somebody changed our fields. */
  forget(): void {
    this.#loaded = false;
    this.#fields.clear();
  }

  /** Does the portal's version have a system field? */
  has(kind: ItemKind, name: string): boolean {
    return this.#available.get(kind)?.has(name) === true;
  }

  /** System fields to ask for, without those that the portal's version does not have. */
  select(kind: ItemKind, mapped: readonly string[]): string[] {
    const available = this.#available.get(kind);
    const wanted = [...ITEM_FIELDS[kind], ...mapped].filter((name) => !available || available.has(name));
    return [...wanted, ...this.fields(kind).map(({ name }) => name)];
  }

  /** @throws CrmFailure */
  async load(): Promise<void> {
    if (this.#loaded) return;
    const commands = new Map<string, Command>();
    for (const kind of KINDS) {
      commands.set(`fields${kind}`, {
        method: "crm.item.fields",
        params: { entityTypeId: ENTITY_TYPE[kind], useOriginalUfNames: "Y" },
      });
    }
    for (const kind of FIELD_KINDS) commands.set(`own${kind}`, userFieldList(kind));
    commands.set("pipelines", { method: "crm.category.list", params: { entityTypeId: ENTITY_TYPE.deal } });
    commands.set("industries", { method: "crm.status.list", params: { filter: { ENTITY_ID: "INDUSTRY" } } });
    commands.set("base", { method: "method.get", params: { name: "crm.currency.base.get" } });
    commands.set("recent", {
      method: "crm.item.list",
      params: { entityTypeId: ENTITY_TYPE.deal, select: ["id", "currencyId"], order: { id: "DESC" }, start: -1 },
    });
    const replies = await this.#client.batch(commands);
    for (const kind of KINDS) {
      const fields = optionalResult(replies, `fields${kind}`);
      if (fields !== null)
        this.#available.set(kind, new Set(Object.keys(shapeOf(Fields, fields, "crm.item.fields").fields)));
    }
    for (const kind of FIELD_KINDS)
      this.#fields.set(kind, knownFields(kind, userFieldsIn(replies, `own${kind}`), FIELDS));
    const pipelines = Pipelines.safeParse(optionalResult(replies, "pipelines"));
    this.#severalPipelines = !pipelines.success || pipelines.data.categories.length > 1;
    const industries = Industries.safeParse(optionalResult(replies, "industries")).data ?? [];
    this.#industries = new Map(industries.map(({ STATUS_ID, NAME }) => [STATUS_ID, NAME]));
    await this.#loadCurrency(replies);
    this.#loaded = true;
  }

  /** The base currency with its rates where the portal tells; else the currency of most of the newest deals. */
  async #loadCurrency(replies: ReadonlyMap<string, Reply>): Promise<void> {
    const base = Existing.safeParse(optionalResult(replies, "base"));
    if (base.success && base.data.isExisting && base.data.isAvailable) {
      const told = await this.#client.batch(
        new Map([
          ["base", { method: "crm.currency.base.get" }],
          ["list", { method: "crm.currency.list" }],
        ]),
      );
      const currency = textOf(optionalResult(told, "base"));
      if (currency !== null) {
        this.#currency = currency;
        this.#rates = ratesOf(currency, Currencies.safeParse(optionalResult(told, "list")).data ?? []);
        return;
      }
    }
    const { items } = shapeOf(Items, resultOf(replies, "recent"), "crm.item.list");
    this.#currency = mostCommon(items.flatMap((item: Raw) => textOf(item.currencyId) ?? []));
    this.#rates = new Map(this.#currency === null ? [] : [[this.#currency, 1]]);
  }
}

/** AMOUNT_CNT units of a currency are worth AMOUNT of the base one. */
function ratesOf(base: string, currencies: z.infer<typeof Currencies>): Map<string, number> {
  const rates = new Map<string, number>();
  for (const { CURRENCY, AMOUNT, AMOUNT_CNT } of currencies) {
    const amount = numberOf(AMOUNT);
    const count = numberOf(AMOUNT_CNT) ?? 1;
    if (amount !== null && amount > 0 && count > 0) rates.set(CURRENCY, amount / count);
  }
  return rates.set(base, 1);
}

function mostCommon(texts: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  let best: string | null = null;
  for (const [text, count] of counts) if (best === null || count > counts.get(best)!) best = text;
  return best;
}
