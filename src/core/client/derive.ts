/** Deriving kept score changes again (G7): from the inputs, the book and the configuration that each was made with. */
import { own } from "../own.ts";
import type { ScoreInput, ScoreResult } from "../score/input.ts";
import { type LedgerText, openLedger, packLedger } from "../score/ledger.ts";
import { deriveScore, type ScoreLibrary, type ScoreRecord } from "../score/record.ts";
import { settingsSchema } from "../settings.ts";
import { inputOf, type Moment, openBasis } from "./basis.ts";
import type { PortalBookBody } from "./portal-book.ts";
import { scoreConfigsOf } from "./score-settings.ts";

/** What a score change keeps of its inputs, beside its basis and the versions of book and configuration. */
export type KeptInputs = Moment & { day: number };

/** What it keeps of its result; the account as `packLedger` makes it, in changes from before there was such a text as it is. */
export type KeptResult = Pick<ScoreResult, "zone"> & { tenths: number; ledger: LedgerText | ScoreResult["ledger"] };

export interface KeptChange {
  client: string;
  config: number;
  book: number;
  /** as `packBasis` made it; null for a change from before bases were kept, whose inputs hold all of it */
  basis: string | null;
  inputs: unknown;
  result: unknown;
}

/** A change as the derivation wants it. */
export function recordOf({ client, config, book, basis, inputs }: Omit<KeptChange, "result">): ScoreRecord {
  const input =
    basis === null ? (inputs as { input: ScoreInput }).input : inputOf(client, openBasis(basis), inputs as KeptInputs);
  const segment = input.segment ?? "default";
  return { input, nowDay: (inputs as { day: number }).day, bookVersion: book, configVersion: config, segment };
}

/**
 * Books and configurations by version, each opened once.
 * @param bookOf the stored body, null when it is not kept @param settingsOf the published document; null = version 0, the defaults
 */
export function libraryOf(
  bookOf: (version: number) => unknown,
  settingsOf: (version: number) => unknown,
): ScoreLibrary {
  const books = new Map<number, ReturnType<ScoreLibrary["book"]>>();
  const configs = new Map<number, ReturnType<typeof scoreConfigsOf>>();
  return {
    book(version) {
      const known = books.get(version);
      if (known) return known;
      const body = bookOf(version) as PortalBookBody | null;
      if (!body) throw new Error(`The book ${version} is not kept.`);
      books.set(version, body.score);
      return body.score;
    },
    config(segment, version) {
      const known =
        configs.get(version) ?? scoreConfigsOf(settingsSchema.parse(settingsOf(version) ?? {}).score, version);
      configs.set(version, known);
      return own(known, segment) ?? known.default;
    },
  };
}

/** Does the change come out with the same bytes? @throws Error when its book is not kept any more */
export function comesOutAgain(change: KeptChange, library: ScoreLibrary): boolean {
  const { healthTenths: tenths, zone, ledger: lines } = deriveScore(recordOf(change), library);
  const { ledger: kept, ...rest } = change.result as KeptResult;
  if (JSON.stringify({ tenths, zone } satisfies Omit<KeptResult, "ledger">) !== JSON.stringify(rest)) return false;
  const ledger = packLedger(lines);
  // However it was written down then: as now, each line whole, or line by line.
  return ledger === kept || JSON.stringify(ledger) === JSON.stringify(packLedger(openLedger(kept)));
}
