/**
 * States of signals as short text, for what is read and written by the hundred thousand: half of the length that JSON takes, and of the time.
 * Each number is its amount, whether it is negative and whether it counts millionths, in base 32 with the low digits first; the sixth bit of
 * a digit says that another follows.
 */
import type { SignalState } from "./state.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const VALUE_OF = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, DIGITS.indexOf(String.fromCharCode(code))));
const MILLION = 1e6;
/** Amounts up to here stay whole in everything that is reckoned with them. */
const MOST = 2 ** 48;

/** Two digits after which others follow, the low one first. */
const PAIRS = Array.from({ length: 1024 }, (_, pair) => DIGITS[32 + (pair & 31)]! + DIGITS[32 + (pair >> 5)]!);
const LARGE = 2 ** 30;

/** Less than nothing: what the signal before this one had. */
const SAME = DIGITS[2]!;
const SAME_CODE = SAME.charCodeAt(0);
const IMPOSSIBLE = "?";
const NONE = { from: Number.NaN, week: Number.NaN, b: Number.NaN };

type States = Readonly<Record<string, SignalState>>;

export interface PackedStates {
  /** joined by commas */
  ids: string;
  text: string;
}

/** Null for what has no such text: a number beyond all measure, a finer fraction, a name that an object cannot be given by assignment. */
export function packStates(states: States): PackedStates | null {
  const ids = Object.keys(states);
  for (const id of ids) if (id === "" || id === "__proto__" || id.includes(",")) return null;
  let text = "";
  let before = NONE;
  for (const id of ids) {
    const state = states[id]!;
    const { from, week, last, n, t, b, c, s } = state;
    if (last !== null && last < 0) return null;
    text += from === before.from ? SAME : digitsOf(from);
    text += week === before.week ? SAME : digitsOf(week);
    text += digitsOf(last ?? -1) + digitsOf(n) + digitsOf(t);
    text += b === before.b ? SAME : digitsOf(b);
    text += listDigits(c) + listDigits(s);
    before = state;
  }
  return text.includes(IMPOSSIBLE) ? null : { ids: ids.join(","), text };
}

/** Its numbers up to the last, each run of zeros as one zero and how many more follow. */
function listDigits(list: readonly number[]): string {
  let text = digitsOf(list.length);
  for (let i = 0; i < list.length; i++) {
    text += digitsOf(list[i]!);
    if (list[i] !== 0) continue;
    const first = i;
    while (list[i + 1] === 0) i += 1;
    text += digitsOf(i - first);
  }
  return text;
}

function digitsOf(number: number): string {
  const isWhole = Number.isInteger(number);
  if (isWhole && number >= 0 && number < 8) return DIGITS[4 * number]!;
  const amount = Math.abs(isWhole ? number : Math.round(number * MILLION));
  const isSame = isWhole || amount / MILLION === Math.abs(number);
  if (!isSame || amount > MOST) return IMPOSSIBLE;
  let rest = 4 * amount + (number < 0 ? 2 : 0) + (isWhole ? 0 : 1);
  let digits = "";
  while (rest >= LARGE) {
    // Two digits at once, and whole numbers of the machine from here on.
    const low = rest % LARGE;
    digits += PAIRS[low & 1023]! + PAIRS[(low >> 10) & 1023]! + PAIRS[low >> 20]!;
    rest = (rest - low) / LARGE;
  }
  while (rest >= 1024) {
    digits += PAIRS[rest & 1023]!;
    rest >>= 10;
  }
  return rest >= 32 ? digits + DIGITS[32 + (rest & 31)]! + DIGITS[rest >> 5]! : digits + DIGITS[rest]!;
}

/** The lists of names that were split already: a portal's clients have few different ones. */
const namesOf = new Map<string, readonly string[]>();
const MOST_LISTS = 1_000;

export function openStates({ ids, text }: PackedStates): Record<string, SignalState> {
  const states: Record<string, SignalState> = {};
  let [from, week, b] = [0, 0, 0];
  at = 0;
  for (const id of splitNames(ids)) {
    from = nextOr(text, from);
    week = nextOr(text, week);
    const last = nextNumber(text);
    const n = nextNumber(text);
    const t = nextNumber(text);
    b = nextOr(text, b);
    const c = nextList(text);
    const s = nextList(text);
    states[id] = { from, week, c, s, n, t, b, last: last < 0 ? null : last };
  }
  return states;
}

function splitNames(ids: string): readonly string[] {
  const known = namesOf.get(ids);
  if (known) return known;
  const names = ids === "" ? [] : ids.split(",");
  if (namesOf.size >= MOST_LISTS) namesOf.clear();
  namesOf.set(ids, names);
  return names;
}

/** Where the reading stands. */
let at = 0;

/** Lists are cut from it: most of what they hold is nothing. */
const ZEROS: readonly number[] = new Array<number>(64).fill(0);

function nextList(text: string): number[] {
  const length = nextNumber(text);
  if (length === 0) return [];
  const list = length <= ZEROS.length ? ZEROS.slice(0, length) : new Array<number>(length).fill(0);
  for (let i = 0; i < length; i++) {
    const number = nextNumber(text);
    if (number === 0) i += nextNumber(text);
    else list[i] = number;
  }
  return list;
}

function nextOr(text: string, before: number): number {
  if (text.charCodeAt(at) !== SAME_CODE) return nextNumber(text);
  at += 1;
  return before;
}

function nextNumber(text: string): number {
  let digit = VALUE_OF[text.charCodeAt(at++)]!;
  // Most are no more than one digit: nothing, one, two.
  if (digit < 32 && (digit & 3) === 0) return digit >> 2;
  let packed = digit % 32;
  for (let scale = 32; digit >= 32; scale *= 32) {
    digit = VALUE_OF[text.charCodeAt(at++)]!;
    packed += (digit % 32) * scale;
  }
  const flags = packed % 4;
  const amount = (packed - flags) / 4;
  const number = (flags & 1) === 1 ? amount / MILLION : amount;
  return (flags & 2) === 2 ? -number : number;
}
