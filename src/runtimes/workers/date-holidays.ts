/// <reference path="../../../node_modules/date-holidays-parser/types/index.d.ts" />
/**
 * Stands in the Worker's bundle for date-holidays, which brings the names of all holidays in all languages with it (see `[alias]` in
 * wrangler.toml): the parser that it brings as well, over its rules without names.
 */
import Parser, { type HolidaysTypes } from "date-holidays-parser";
import { HOLIDAYS } from "./holidays.gen.ts";

export default class Holidays extends Parser {
  /** @param country ISO 3166 alpha-2, optionally with a state and a region ("DE-BY") */
  constructor(country: string, options: HolidaysTypes.Options) {
    super({ holidays: HOLIDAYS }, country, options);
  }

  /** The parser keeps one holiday of a name and an instant, and without a name one of all: here each rule is called as it reads. */
  override setHoliday(rule: string, options: HolidaysTypes.HolidayOptions): boolean {
    return super.setHoliday(rule, { ...options, name: rule });
  }
}
