import { entriesOf, isObject, listOf } from "./brackets.ts";

/** How values of a field are compared. `userFlag` = a boolean custom field, which wants 1 and 0. */
export type CompareKind = "number" | "text" | "instant" | "day" | "flag" | "userFlag" | "list";

export interface Reader<R> {
  kind: CompareKind;
  get(row: R): unknown;
}

export interface FilterContext<R> {
  /** how the id is called in this family of methods */
  idName: "id" | "ID";
  /** null = the field may not be filtered; "ignored" = the condition is dropped, so everything matches it */
  reader(name: string): Reader<R> | null | "ignored";
  /** a datetime or date text as epoch ms, or null */
  instant(value: unknown): number | null;
  day(value: unknown): number | null;
  /** never returns */
  unknownField(name: string): never;
  badValue(name: string): never;
}

export interface Query<R> {
  test(row: R): boolean;
  /** from a top-level `>id` */
  afterId: number;
  /** from a top-level `id` or `@id`: nothing else can match */
  ids: readonly number[] | null;
}

type Test<R> = (row: R) => boolean;

const PREFIX = /^(!=%|!%=|><|!@|!%|!=|>=|<=|=%|%=|!|>|<|@|%|=)?(.*)$/s;

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

function like(pattern: string): RegExp {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  return new RegExp(`^${source}$`, "is");
}

function toKey<R>(context: FilterContext<R>, reader: Reader<R>, name: string, value: unknown): string | number {
  switch (reader.kind) {
    case "number":
    case "list": {
      const number = Number(value);
      if (reader.kind === "list" && !Number.isFinite(number)) return String(value).toLowerCase();
      if (!Number.isFinite(number)) return context.badValue(name);
      return number;
    }
    case "instant": {
      const at = context.instant(value);
      return at === null ? context.badValue(name) : at;
    }
    case "day": {
      const at = context.day(value);
      return at === null ? context.badValue(name) : at;
    }
    case "flag":
      if (value === true || value === "Y" || value === 1 || value === "1") return "Y";
      if (value === false || value === "N" || value === 0 || value === "0") return "N";
      return context.badValue(name);
    case "userFlag":
      if (value === 1 || value === "1" || value === true) return 1;
      if (value === 0 || value === "0" || value === false) return 0;
      return context.badValue(name);
    default:
      if (typeof value === "object") return context.badValue(name);
      return String(value).toLowerCase();
  }
}

function ofRow(kind: CompareKind, value: unknown): string | number | null {
  if (isEmpty(value)) return kind === "userFlag" ? 0 : null;
  if (kind === "userFlag") return value ? 1 : 0;
  if (kind === "text") return String(value).toLowerCase();
  return value as string | number;
}

function oneOf<R>(context: FilterContext<R>, reader: Reader<R>, name: string, values: readonly unknown[]): Test<R> {
  const flags = reader.kind === "flag" || reader.kind === "userFlag";
  const asEmpty = (value: unknown) => value === null || value === "" || (value === false && !flags);
  const wantEmpty = values.some(asEmpty);
  const keys = new Set(values.filter((value) => !asEmpty(value)).map((value) => toKey(context, reader, name, value)));
  if (reader.kind === "list") {
    return (row) => {
      const list = listOf(reader.get(row));
      if (list.length === 0) return wantEmpty;
      return list.some((each) => keys.has(typeof each === "string" ? each.toLowerCase() : (each as number)));
    };
  }
  const single = keys.size === 1 && !wantEmpty ? [...keys][0] : undefined;
  if (single !== undefined) return (row) => ofRow(reader.kind, reader.get(row)) === single;
  return (row) => {
    const key = ofRow(reader.kind, reader.get(row));
    return key === null ? wantEmpty || keys.has(0) : keys.has(key);
  };
}

function compare<R>(
  context: FilterContext<R>,
  reader: Reader<R>,
  name: string,
  operator: string,
  value: unknown,
): Test<R> {
  const bound = toKey(context, reader, name, value);
  const ask: Record<string, (key: string | number) => boolean> = {
    ">": (key) => key > bound,
    ">=": (key) => key >= bound,
    "<": (key) => key < bound,
    "<=": (key) => key <= bound,
  };
  const test = ask[operator]!;
  return (row) => {
    const key = ofRow(reader.kind, reader.get(row));
    return key !== null && test(key);
  };
}

function condition<R>(context: FilterContext<R>, operator: string, name: string, value: unknown): Test<R> {
  const reader = context.reader(name) ?? context.unknownField(name);
  if (reader === "ignored") return () => true;
  switch (operator) {
    case ">":
    case ">=":
    case "<":
    case "<=":
      if (typeof value === "object") return context.badValue(name);
      return compare(context, reader, name, operator, value);
    case "><": {
      const [from, to] = listOf(value);
      const low = compare(context, reader, name, ">=", from);
      const high = compare(context, reader, name, "<=", to);
      return (row) => low(row) && high(row);
    }
    case "%":
    case "!%": {
      const needle = String(value).toLowerCase();
      const wanted = operator === "%";
      return (row) =>
        String(reader.get(row) ?? "")
          .toLowerCase()
          .includes(needle) === wanted;
    }
    case "=%":
    case "%=":
    case "!=%":
    case "!%=": {
      const pattern = like(String(value));
      const wanted = !operator.startsWith("!");
      return (row) => pattern.test(String(reader.get(row) ?? "")) === wanted;
    }
    case "!@":
    case "!=":
    case "!": {
      const test = oneOf(context, reader, name, Array.isArray(value) || isObject(value) ? listOf(value) : [value]);
      return (row) => !test(row);
    }
    default:
      return oneOf(context, reader, name, Array.isArray(value) || isObject(value) ? listOf(value) : [value]);
  }
}

function group<R>(context: FilterContext<R>, filter: unknown): Test<R> {
  const tests: Test<R>[] = [];
  let any = false;
  for (const [key, value] of entriesOf(filter)) {
    if (key.toLowerCase() === "logic") any = String(value).toUpperCase() === "OR";
    else if (/^\d+$/.test(key) && typeof value === "object") tests.push(group(context, value));
    else {
      const [, operator = "", name = ""] = PREFIX.exec(key)!;
      tests.push(condition(context, operator, name, value));
    }
  }
  if (tests.length === 0) return () => true;
  if (tests.length === 1) return tests[0]!;
  return any ? (row) => tests.some((test) => test(row)) : (row) => tests.every((test) => test(row));
}

const intersection = (held: readonly number[] | null, wanted: number[]): number[] =>
  held === null ? wanted : wanted.filter((id) => held.includes(id));

/** A filter in the vendor's form (prefixes, nested groups with `logic`) as one test. */
export function compileFilter<R>(filter: unknown, context: FilterContext<R>): Query<R> {
  let afterId = 0;
  let ids: number[] | null = null;
  let rest: Record<string, unknown> | null = null;
  const entries = entriesOf(filter);
  const anded = !entries.some(([key, value]) => key.toLowerCase() === "logic" && String(value).toUpperCase() === "OR");
  for (const [key, value] of entries) {
    const [, operator = "", name = ""] = PREFIX.exec(key)!;
    if (anded && name === context.idName && operator === ">" && Number.isFinite(Number(value))) {
      afterId = Math.max(afterId, Number(value));
    } else if (anded && name === context.idName && (operator === "" || operator === "=" || operator === "@")) {
      const wanted = listOf(value).map(Number);
      if (wanted.some((id) => !Number.isFinite(id))) context.badValue(name);
      ids = intersection(ids, wanted);
    } else {
      rest ??= {};
      rest[key] = value;
    }
  }
  return { test: rest === null ? () => true : group(context, rest), afterId, ids };
}
