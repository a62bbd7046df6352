/** Reads the CSV files of a history (plain or gzipped, streamed) into the form that core replays. Unknown columns are ignored. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type CsvError, parse } from "csv-parse";
import { dayOfCivil, parseDay } from "../../src/core/calendar/day.ts";

export type Row = Readonly<Record<string, string | undefined>>;

/**
 * Hands every row to `take`. Columns are found by name, in any order and case, between commas, semicolons, tabs or bars.
 * @throws Error with file and line when the file is missing, no CSV, or lacks one of `needs`
 */
export async function readCsv(path: string, needs: readonly string[], take: (row: Row) => void): Promise<void> {
  try {
    const chunks: AsyncIterator<Buffer> = (await openText(path))[Symbol.asyncIterator]();
    const first = await chunks.next();
    if (first.done) throw new Error("the file is empty");
    const parser = parse({
      bom: true,
      trim: true,
      delimiter: delimiterOf(first.value),
      relax_column_count: true,
      skip_empty_lines: true,
      columns: (header: string[]) => columnsOf(header, needs),
    });
    // Whatever goes wrong in between is thrown by the loop below.
    pipeline(Readable.from(startingWith(first.value, chunks)), parser, () => {});
    for await (const row of parser) take(row as Row);
  } catch (error) {
    const { lines, message } = error as CsvError;
    const at = typeof lines === "number" ? `, line ${lines}` : "";
    throw new Error(`Cannot read ${path}${at}: ${printable(message)}`);
  }
}

/** The file's bytes as text, unpacked when they are gzipped, whatever the name says. */
async function openText(path: string): Promise<AsyncIterable<Buffer>> {
  const handle = await open(path);
  const magic = Buffer.alloc(2);
  await handle.read(magic, 0, 2, 0).finally(() => handle.close());
  const file = createReadStream(path);
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return file;
  const unpacked = createGunzip();
  pipeline(file, unpacked, () => {});
  return unpacked;
}

async function* startingWith(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** What stands between the names of the columns; UTF-16 has zero bytes in between. */
function delimiterOf(start: Buffer): string {
  const header = start
    .toString("latin1")
    .replaceAll("\0", "")
    .trimStart()
    .split(/[\r\n]/)[0]!;
  const counts = [",", ";", "\t", "|"].map((sign) => [sign, header.split(sign).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function columnsOf(header: readonly string[], needs: readonly string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const quoted = (list: readonly string[]): string => list.map((name) => `"${name}"`).join(", ");
  const missing = needs.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`no column ${quoted(missing)} (there are: ${names.join(", ")}).`);
  const twice = needs.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice.length > 0) throw new Error(`the column ${quoted(twice)} stands there twice.`);
  return names;
}

/** One line of what a terminal can show: a file that is no text is quoted by what complains of it. */
function printable(message: string): string {
  const shown = message.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, "?");
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

const days = new Map<string, number | null>();

/**
 * The day of `2025-03-01`, of an instant that begins with it, of `2025/03/01`, `20250301`, `01.03.2025`, or of seconds or milliseconds since
 * 1970; null for anything else, also for an empty cell and for `03/01/2025`, which is two days.
 */
export function dayOf(text: string | undefined): number | null {
  if (!text) return null;
  const key = /^\d{4}-/.test(text) ? text.slice(0, 11) : text;
  let day = days.get(key);
  if (day === undefined) {
    day = readDay(text);
    if (days.size < 100_000) days.set(key, day);
  }
  return day;
}

function readDay(text: string): number | null {
  const dated =
    /^(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)(?!\d)/.exec(text) ??
    /^(?<y>\d{4})[/.](?<m>\d\d?)[/.](?<d>\d\d?)(?!\d)/.exec(text) ??
    /^(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)(?!\d)/.exec(text) ??
    /^(?<d>\d\d?)\.(?<m>\d\d?)\.(?<y>\d{4})(?!\d)/.exec(text);
  if (dated) {
    const { y, m, d } = dated.groups!;
    return realDay(`${y}-${m!.padStart(2, "0")}-${d!.padStart(2, "0")}`);
  }
  const since = /^(\d{10})(\d{3})?$/.exec(text);
  return since ? dayOfCivil(1970, 1, 1) + Math.floor(Number(since[1]) / 86_400) : null;
}

function realDay(isoDate: string): number | null {
  try {
    return parseDay(isoDate);
  } catch {
    return null;
  }
}

/** A number, or null when the cell holds none. */
export function numberOf(text: string | undefined): number | null {
  if (text === undefined || text === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
