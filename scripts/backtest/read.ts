/** Reads the CSV files of a history (plain or .gz, streamed) into the form that core replays. Unknown columns are ignored. */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { type CsvError, parse } from "csv-parse";
import { parseDay } from "../../src/core/calendar/day.ts";

export type Row = Readonly<Record<string, string | undefined>>;

/**
 * Hands every row to `take`. Columns are found by name, in any order and case.
 * @throws Error with file and line when the file is missing, no CSV, or lacks one of `needs`
 */
export async function readCsv(path: string, needs: readonly string[], take: (row: Row) => void): Promise<void> {
  const parser = parse({
    bom: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    columns: (header: string[]) => {
      const names = header.map((name) => name.trim().toLowerCase());
      const missing = needs.filter((name) => !names.includes(name));
      if (missing.length > 0)
        throw new Error(
          `${path}: no column ${missing.map((n) => `"${n}"`).join(", ")} (there are: ${names.join(", ")}).`,
        );
      return names;
    },
  });
  const file = createReadStream(path);
  const source = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  const fail = (error: Error): void => {
    parser.destroy(error);
  };
  file.on("error", fail);
  if (source !== file) source.on("error", fail);
  source.pipe(parser);
  try {
    for await (const row of parser) take(row as Row);
  } catch (error) {
    const { lines } = error as CsvError;
    const at = typeof lines === "number" ? `, line ${lines}` : "";
    throw new Error(`Cannot read ${path}${at}: ${(error as Error).message}`);
  }
}

/** The day of `2025-03-01` or of an instant that begins with it; null for anything else, also for an empty cell. */
export function dayOf(text: string | undefined): number | null {
  if (!text) return null;
  try {
    return parseDay(text.slice(0, 10));
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
