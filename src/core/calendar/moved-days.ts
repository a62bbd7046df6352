import { civilOfDay, type Day, dayOfCivil, formatDay, parseDay, weekdayOf } from "./day.ts";

/** What a year's days off look like after the law's own carrying-over rule and the government's yearly decree. */
export interface MovedDays {
  readonly off: readonly Day[];
  readonly work: readonly Day[];
  /** Days that the library lists as holidays and that are not. */
  readonly notOff: readonly Day[];
}

interface Decree {
  readonly off: readonly string[];
  readonly work: readonly string[];
}

/**
 * Yearly decrees on moved working days, as "MM-DD".
 * Russia: Government decrees 1314 of 10 August 2023, 1335 of 4 October 2024, 1466 of 24 September 2025.
 * Kazakhstan: Government decrees on moving days off (Labour Code, article 85.3).
 */
const DECREES: Readonly<Record<string, Readonly<Record<number, Decree>>>> = {
  RU: {
    2024: { off: ["04-29", "04-30", "05-10", "12-30", "12-31"], work: ["04-27", "11-02", "12-28"] },
    2025: { off: ["05-02", "05-08", "06-13", "11-03", "12-31"], work: ["11-01"] },
    2026: { off: ["01-09", "03-09", "05-11", "12-31"], work: [] },
  },
  KZ: {
    2022: { off: ["03-07", "08-29", "10-24"], work: ["03-05", "08-27", "10-22"] },
    2023: { off: ["07-07"], work: ["07-01"] },
    2024: { off: ["05-08"], work: ["05-04"] },
    2025: { off: ["01-03"], work: ["01-05"] },
  },
};

/** In these countries a year's decree already contains the carried-over days. */
const DECREE_IS_COMPLETE: ReadonlySet<string> = new Set(["RU"]);

/**
 * Holidays ("MM-DD", or "easter" for a Sunday holiday that moves) whose coincidence with a weekend makes the next working day free.
 * Kazakhstan: Labour Code article 84.5 (7 January and Kurban Ait are days off, not holidays, and do not carry).
 * Russia: Labour Code article 112 (1–8 January are moved by decree instead). Ukraine: Labour Code article 67.
 */
const CARRIED: Readonly<Record<string, ReadonlySet<string>>> = {
  KZ: new Set(
    "01-01 01-02 03-08 03-15 03-21 03-22 03-23 05-01 05-07 05-09 07-06 08-30 10-25 12-01 12-16 12-17".split(" "),
  ),
  RU: new Set("02-23 03-08 05-01 05-09 06-12 11-04".split(" ")),
  UA: new Set("01-01 03-08 05-01 05-08 05-09 06-28 07-15 08-24 10-01 12-25 easter".split(" ")),
};

/** True where the library's own substitute days are to be dropped because `movedDays` computes them. */
export function carriesOver(country: string): boolean {
  return CARRIED[country] !== undefined;
}

const isWeekend = (day: Day) => weekdayOf(day) >= 6;

/** Where the library lags behind the law. Ukraine: Labour Code article 73 (no 2 January; 8 May instead of 9 May since 2024). */
function corrections(country: string, year: number): { add: Day[]; drop: Day[] } {
  if (country !== "UA") return { add: [], drop: [] };
  const drop = [dayOfCivil(year, 1, 2)];
  if (year < 2024) return { add: [], drop };
  return { add: [dayOfCivil(year, 5, 8)], drop: [...drop, dayOfCivil(year, 5, 9)] };
}

function carriedDays(country: string, holidays: ReadonlySet<Day>): Day[] {
  const rule = CARRIED[country] ?? new Set<string>();
  const taken = new Set(holidays);
  const carried: Day[] = [];
  for (const day of [...holidays].sort((a, b) => a - b)) {
    const isNamed = rule.has(formatDay(day).slice(5));
    const isMovingSunday = rule.has("easter") && weekdayOf(day) === 7 && !isNamed;
    if (!isWeekend(day) || !(isNamed || isMovingSunday)) continue;
    let next = day + 1;
    while (isWeekend(next) || taken.has(next)) next++;
    taken.add(next);
    carried.push(next);
  }
  return carried;
}

/**
 * Days off and working weekends that a year adds to a country's plain holidays. `country` is ISO 3166 alpha-2 without region, `holidays`
 * the plain holidays of that year, without the library's substitutes where `carriesOver` says so.
 */
export function movedDays(country: string, year: number, holidays: readonly Day[]): MovedDays {
  const { add, drop } = corrections(country, year);
  const plain = new Set([...holidays.filter((day) => civilOfDay(day).year === year && !drop.includes(day)), ...add]);
  const decree = DECREES[country]?.[year];
  const on = (monthDay: string) => parseDay(`${year}-${monthDay}`);
  const carried = decree && DECREE_IS_COMPLETE.has(country) ? [] : carriedDays(country, plain);
  return {
    off: [...add, ...carried, ...(decree?.off ?? []).map(on)],
    work: (decree?.work ?? []).map(on),
    notOff: drop,
  };
}
