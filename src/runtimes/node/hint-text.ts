/** Hints as one short text: `kind change id`, two letters and the id each. A tenth of the JSON to write, and one row per delivery. */
import { type Change, type Hint, RECORD_KINDS } from "../../core/model.ts";

const CHANGES: readonly Change[] = ["changed", "created", "deleted", "restored", "merged", "linked", "erased"];
const FIRST_LETTER = "a".charCodeAt(0);

const letters = (names: readonly string[]) =>
  new Map(names.map((name, at) => [name, String.fromCharCode(FIRST_LETTER + at)]));
const KIND_LETTER = letters(RECORD_KINDS);
const CHANGE_LETTER = letters(CHANGES);
const PLAIN_ID = /^[\w-]+$/;

/** `aa17,ba5,ae12;10;11`; a delivery with an id of another form stays JSON. */
export function packHints(hints: readonly Hint[]): string {
  let text = "";
  for (const { kind, id, change, ids } of hints) {
    if (!PLAIN_ID.test(id) || ids?.some((one) => !PLAIN_ID.test(one))) return JSON.stringify(hints);
    text += `${text === "" ? "" : ","}${KIND_LETTER.get(kind)}${CHANGE_LETTER.get(change)}${id}`;
    if (ids) for (const one of ids) text += `;${one}`;
  }
  return text;
}

/** Also reads JSON. */
export function unpackHints(text: string): readonly Hint[] {
  if (text.startsWith("[")) return JSON.parse(text) as Hint[];
  if (text === "") return [];
  return text.split(",").map((one): Hint => {
    const kind = RECORD_KINDS[one.charCodeAt(0) - FIRST_LETTER]!;
    const change = CHANGES[one.charCodeAt(1) - FIRST_LETTER]!;
    const [id, ...ids] = one.slice(2).split(";") as [string, ...string[]];
    return change === "merged" ? { kind, id, change, ids } : { kind, id, change };
  });
}
