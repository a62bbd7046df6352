/**
 * Stands in the Worker's bundle for moment-timezone, which brings the history of every zone with it (see `[alias]` in wrangler.toml). The
 * library of holidays, which we ask in UTC, asks it for two things: which day an instant is in a zone or at an offset, and for an
 * instant of UTC in its parts.
 */
export class Moment {
  /** its UTC fields are the local ones */
  readonly #local: Date;

  constructor(local: Date) {
    this.#local = local;
  }

  /** @param offset `+08:00` */
  utcOffset(offset: string): Moment {
    const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
    const sign = offset.startsWith("-") ? -1 : 1;
    return new Moment(new Date(this.#local.getTime() + sign * (hours * 60 + minutes) * 60_000));
  }

  /** The day there. @param zone `Asia/Tokyo` */
  tz(zone: string): Moment {
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(this.#local);
    return new Moment(new Date(`${day}T00:00:00Z`));
  }

  year(): number {
    return this.#local.getUTCFullYear();
  }

  /** from 0 */
  month(): number {
    return this.#local.getUTCMonth();
  }

  /** day of the month */
  date(): number {
    return this.#local.getUTCDate();
  }

  hours(): number {
    return this.#local.getUTCHours();
  }

  minutes(): number {
    return this.#local.getUTCMinutes();
  }

  seconds(): number {
    return this.#local.getUTCSeconds();
  }

  format(): string {
    return this.#local.toISOString();
  }
}

/** @param text with an offset or Z */
function moment(text: string): Moment {
  return new Moment(new Date(text));
}

/** @param local a text without an offset is local there. @throws Error for any zone but UTC */
moment.tz = (local: string | Date, zone: string): Moment => {
  if (zone !== "UTC") throw new Error(`Holidays are asked for in UTC, not in ${zone}.`);
  if (typeof local !== "string" || /Z$|[+-]\d\d:?\d\d$/.test(local)) return new Moment(new Date(local));
  return new Moment(new Date(`${local.replace(" ", "T")}Z`));
};

export default moment;
