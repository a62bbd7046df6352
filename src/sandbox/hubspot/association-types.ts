import { OBJECT_TYPES, type ObjectType, objectTypeOf } from "./object-types.ts";

export type AssociationCategory = "HUBSPOT_DEFINED" | "USER_DEFINED" | "INTEGRATOR_DEFINED" | "WORK";

/** One direction of one kind of link between two object types. */
export interface AssociationType {
  id: number;
  category: AssociationCategory;
  from: ObjectType;
  to: ObjectType;
  label: string | null;
  /** the id of the same link seen from the other side */
  inverse: number;
  primary: boolean;
  /** internal name of a label */
  name?: string;
}

/** from, to, id, id of the way back (facts sheet 5.7; numbers as in the SDK's enum) */
const DEFAULTS: readonly (readonly [string, string, number, number])[] = [
  ["task", "contact", 204, 203],
  ["task", "company", 192, 191],
  ["task", "deal", 216, 215],
  ["task", "ticket", 230, 229],
  ["note", "contact", 202, 201],
  ["note", "company", 190, 189],
  ["note", "deal", 214, 213],
  ["note", "ticket", 228, 227],
  ["meeting", "contact", 200, 199],
  ["meeting", "company", 188, 187],
  ["meeting", "deal", 212, 211],
  ["meeting", "ticket", 226, 225],
  ["email", "contact", 198, 197],
  ["email", "company", 186, 185],
  ["email", "deal", 210, 209],
  ["email", "ticket", 224, 223],
  ["call", "contact", 194, 193],
  ["call", "company", 182, 181],
  ["call", "deal", 206, 205],
  ["call", "ticket", 220, 219],
  ["communication", "contact", 81, 82],
  ["communication", "ticket", 83, 84],
  ["communication", "deal", 85, 86],
  ["communication", "company", 87, 88],
  ["deal", "contact", 3, 4],
  ["deal", "company", 341, 342],
  ["contact", "company", 279, 280],
  ["ticket", "contact", 16, 15],
  ["ticket", "company", 339, 340],
  ["deal", "ticket", 27, 28],
  ["deal", "line_item", 19, 20],
  ["deal", "invoice", 176, 175],
  ["contact", "invoice", 178, 177],
  ["company", "invoice", 180, 179],
  ["contact", "subscription", 296, 295],
  ["company", "subscription", 298, 297],
  ["deal", "subscription", 300, 299],
  ["contact", "feedback_submission", 97, 98],
  ["ticket", "feedback_submission", 99, 100],
  ["call", "meeting", 399, 400],
  ["contact", "commerce_payment", 388, 387],
  ["company", "commerce_payment", 390, 389],
  ["deal", "commerce_payment", 392, 391],
  ["invoice", "commerce_payment", 542, 541],
];

const PRIMARY: readonly (readonly [string, string, number, number])[] = [
  ["contact", "company", 1, 2],
  ["deal", "company", 5, 6],
  ["ticket", "company", 26, 25],
];

const USER_DEFINED_FROM = 30;

/** The kinds of links of one account: HubSpot's own and the labels it added. */
export class AssociationTypes {
  readonly #byKey = new Map<string, AssociationType>();
  readonly #byPair = new Map<string, AssociationType[]>();
  readonly #factory = new Map<number, AssociationType>();
  #nextLabel = USER_DEFINED_FROM;

  constructor() {
    for (const [from, to, id, back] of DEFAULTS) this.#both(from, to, id, back, null, false);
    for (const [from, to, id, back] of PRIMARY) this.#both(from, to, id, back, "Primary", true);
    let spare = 9_000;
    for (const left of OBJECT_TYPES) {
      for (const right of OBJECT_TYPES) {
        if (left.id <= right.id && !this.default(left, right)) {
          const same = left === right;
          this.#both(left.name, right.name, spare, same ? spare : spare + 1, null, false);
          spare += 2;
        }
      }
    }
  }

  #both(from: string, to: string, id: number, back: number, label: string | null, primary: boolean): void {
    const [left, right] = [objectTypeOf(from), objectTypeOf(to)];
    this.#put({ id, category: "HUBSPOT_DEFINED", from: left, to: right, label, inverse: back, primary });
    if (id !== back) {
      this.#put({ id: back, category: "HUBSPOT_DEFINED", from: right, to: left, label, inverse: id, primary });
    }
  }

  #put(type: AssociationType): void {
    if (type.category === "HUBSPOT_DEFINED") this.#factory.set(type.id, type);
    this.#byKey.set(`${type.category} ${type.id}`, type);
    const pair = `${type.from.id} ${type.to.id}`;
    const types = this.#byPair.get(pair);
    if (types) types.push(type);
    else this.#byPair.set(pair, [type]);
  }

  find(category: string, id: number): AssociationType | null {
    const type = this.#factory.get(id);
    if (type && category === "HUBSPOT_DEFINED") return type;
    return this.#byKey.get(`${category} ${id}`) ?? null;
  }

  /** By number alone; the numbers of labels and of HubSpot's own kinds do not overlap within a pair. */
  of(from: ObjectType, to: ObjectType, id: number): AssociationType | null {
    return this.between(from, to).find((type) => type.id === id) ?? null;
  }

  between(from: ObjectType, to: ObjectType): readonly AssociationType[] {
    return this.#byPair.get(`${from.id} ${to.id}`) ?? [];
  }

  default(from: ObjectType, to: ObjectType): AssociationType | null {
    return this.between(from, to).find((type) => type.label === null) ?? null;
  }

  primary(from: ObjectType, to: ObjectType): AssociationType | null {
    return this.between(from, to).find((type) => type.primary) ?? null;
  }

  labels(from: ObjectType, to: ObjectType): AssociationType[] {
    return this.between(from, to).filter((type) => type.category === "USER_DEFINED");
  }

  /** A label of the account, both directions. */
  addLabel(from: ObjectType, to: ObjectType, name: string, label: string, inverseLabel = label): AssociationType[] {
    const id = this.#free();
    const back = this.#free();
    const category = "USER_DEFINED";
    const made = [
      { id, category, from, to, label, inverse: back, primary: false, name } as const,
      { id: back, category, from: to, to: from, label: inverseLabel, inverse: id, primary: false, name } as const,
    ];
    for (const type of made) this.#put(type);
    return made;
  }

  #free(): number {
    do this.#nextLabel++;
    while (this.#byKey.has(`HUBSPOT_DEFINED ${this.#nextLabel}`));
    return this.#nextLabel;
  }

  removeLabel(type: AssociationType): void {
    for (const gone of [type, this.of(type.to, type.from, type.inverse)]) {
      if (!gone) continue;
      this.#byKey.delete(`${gone.category} ${gone.id}`);
      const pair = this.#byPair.get(`${gone.from.id} ${gone.to.id}`);
      pair?.splice(pair.indexOf(gone), 1);
    }
  }
}
