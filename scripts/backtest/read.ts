/** Reads the CSV files of a history (plain or gzipped, streamed) into the form that core replays. Unknown columns are ignored. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type CsvError, parse } from "csv-parse";
import { dayOfCivil, parseDay } from "../../src/core/calendar/day.ts";
import { type Columns, namesOf } from "./columns.ts";

export type Row = Readonly<Record<string, string | undefined>>;

/**
 * Hands every row to `take`, by the names of `columns`. The header tells the order; between cells stand commas, semicolons, tabs or bars.
 * Files that are no UTF-8 are read as windows-1251, so that two clients stay two.
 * @throws Error with file and line when the file is missing, no CSV, or lacks a column
 */
export async function readCsv(path: string, columns: Columns, take: (row: Row) => void): Promise<void> {
  try {
    const encoding = await encodingOf(path);
    const days = columns.all.filter((column) => column.isDay).map((column) => column.name);
    const order = await strokesOf(path, columns, encoding, days);
    await eachRow(path, columns, encoding, (row) => {
      if (order) for (const name of days) row[name] = written(row[name], order);
      take(row);
    });
  } catch (error) {
    const { lines, code, message } = error as CsvError;
    const at = typeof lines === "number" ? `, line ${lines}` : "";
    throw new Error(`Cannot read ${path}${at}: ${REASONS[code] ?? printable(message)}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file.",
  EISDIR: "it is a folder.",
  EACCES: "this user may not read it.",
  Z_BUF_ERROR: "the gzipped file ends too early.",
  Z_DATA_ERROR: "the gzipped file is damaged.",
};

type Encoding = "utf-8" | "windows-1251";
type Cells = Record<string, string | undefined>;

/** @param see says false once it has seen enough */
async function eachRow(
  path: string,
  columns: Columns,
  encoding: Encoding,
  see: (row: Cells) => false | undefined,
): Promise<void> {
  const chunks: AsyncIterator<Buffer> = (await openText(path))[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) throw new Error("the file is empty");
  const stop = new AbortController();
  const parser = parse({
    bom: true,
    trim: true,
    delimiter: delimiterOf(first.value),
    relax_column_count: true,
    skip_empty_lines: true,
    columns: (header: string[]) => namesOf(header, columns),
    // Rows are taken here, none is streamed on.
    on_record: (row: Cells) => {
      if (!stop.signal.aborted && see(row) === false) stop.abort();
      return null;
    },
  });
  parser.resume();
  try {
    await pipeline(Readable.from(startingWith(first.value, chunks, encoding)), parser, { signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await chunks.return?.();
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
  // Whatever goes wrong in between is thrown to whoever reads the end.
  pipeline(file, unpacked).catch(() => {});
  return unpacked;
}

async function* startingWith(first: Buffer, rest: AsyncIterator<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = encoding === "utf-8" ? null : new TextDecoder(encoding);
  const utf8 = (chunk: Buffer): Buffer => (decoder ? Buffer.from(decoder.decode(chunk)) : chunk);
  yield utf8(first);
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield utf8(next.value);
}

/** Bytes that cannot be UTF-8 would make one client of several; UTF-16 says so in its first two. */
async function encodingOf(path: string): Promise<Encoding> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let isFirst = true;
  try {
    for await (const chunk of await openText(path)) {
      if (isFirst && ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)))
        return "utf-8";
      isFirst = false;
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
    return "utf-8";
  } catch (error) {
    if (error instanceof TypeError) return "windows-1251";
    throw error;
  }
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

/** 03/01/2025 and 03-01-2025 are two days; which of them, a file tells by its other days. */
const STROKES = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)/;
type Order = "day first" | "month first";
/** Rows in which no day is written so: then none is. */
const STROKES_WITHIN = 1_000;

async function strokesOf(
  path: string,
  columns: Columns,
  encoding: Encoding,
  days: readonly string[],
): Promise<Order | null> {
  let [count, dayFirst, monthFirst] = [0, 0, 0];
  let example: string | null = null;
  await eachRow(path, columns, encoding, (row) => {
    if (count++ === STROKES_WITHIN && example === null) return false;
    for (const name of days) {
      const match = STROKES.exec(row[name] ?? "");
      if (!match) continue;
      example ??= match[0];
      if (Number(match[1]) > 12) dayFirst += 1;
      if (Number(match[3]) > 12) monthFirst += 1;
    }
  });
  if (example === null) return null;
  if (dayFirst === 0 && monthFirst === 0)
    throw new Error(`days such as "${example}" may be two, and none of them tells which. Please write 2025-03-31.`);
  if (dayFirst > 0 && monthFirst > 0)
    throw new Error(
      `some days such as "${example}" begin with the day and some with the month. Please write 2025-03-31.`,
    );
  return dayFirst > 0 ? "day first" : "month first";
}

function written(cell: string | undefined, order: Order): string | undefined {
  const match = STROKES.exec(cell ?? "");
  if (!match) return cell;
  const [, one, , two, year] = match;
  return order === "day first" ? `${year}/${two}/${one}` : `${year}/${one}/${two}`;
}

/** One line of what a terminal can show: a file that is no text is quoted by what complains of it. */
function printable(message: string): string {
  const shown = message.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, "?");
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

const days = new Map<string, number | null>();

/**
 * The day of `2025-03-01`, of an instant that begins with it, of `2025/03/01`, `20250301`, `01.03.2025`, `1 Mar 2025`, `Mar 1, 2025`, or of
 * seconds, milliseconds or microseconds since 1970; null for anything else, also for an empty cell and for `03/01/2025`, which is two days.
 */
export function dayOf(text: string | undefined): number | null {
  if (!text) return null;
  const key = /^\d{4}-\d\d-/.test(text) ? text.slice(0, 11) : text;
  let day = days.get(key);
  if (day === undefined) {
    const read = readDay(text);
    // As the small integer that it is: a number that was computed with fractions would be held apart, twice, for each of a million invoices.
    day = read === null ? null : read | 0;
    if (days.size < 100_000) days.set(key, day);
  }
  return day;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function readDay(text: string): number | null {
  const dated =
    /^(?<y>\d{4})[-/.](?<m>\d\d?)[-/.](?<d>\d\d?)(?!\d)/.exec(text) ??
    /^(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)(?!\d)/.exec(text) ??
    /^(?<d>\d\d?)\.(?<m>\d\d?)\.(?<y>\d{4})(?!\d)/.exec(text) ??
    /^(?<d>\d\d?)[ -](?<m>[a-z]{3})[a-z]*\.?[ -](?<y>\d{4})(?!\d)/i.exec(text) ??
    /^(?<m>[a-z]{3})[a-z]*\.? (?<d>\d\d?),? (?<y>\d{4})(?!\d)/i.exec(text);
  if (dated) {
    const { y, m, d } = dated.groups!;
    const month = /\d/.test(m!) ? m! : String(MONTHS.indexOf(m!.toLowerCase()) + 1);
    return realDay(`${y}-${month.padStart(2, "0")}-${d!.padStart(2, "0")}`);
  }
  const since = /^(\d{10})(\d{3}|\d{6})?(\.\d+)?$/.exec(text);
  return since ? dayOfCivil(1970, 1, 1) + Math.floor(Number(since[1]) / 86_400) : null;
}

function realDay(isoDate: string): number | null {
  try {
    return parseDay(isoDate);
  } catch {
    return null;
  }
}

/** A number, or null when the cell holds none; `12,5` is one, `1,234` may be two. */
export function numberOf(text: string | undefined): number | null {
  if (text === undefined || text === "") return null;
  const value = Number(/^-?\d+,(\d{1,2}|\d{4,})$/.test(text) ? text.replace(",", ".") : text);
  return Number.isFinite(value) ? value : null;
}
