const QUANTUM_MS = 900_000;

/** Minutes east of UTC of an IANA zone, remembered per quarter of an hour. */
export class ServerZone {
  readonly name: string;
  #format: Intl.DateTimeFormat;
  #offsets = new Map<number, number>();

  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  offsetMinutes(instantMs: number): number {
    const quantum = Math.floor(instantMs / QUANTUM_MS);
    let minutes = this.#offsets.get(quantum);
    if (minutes === undefined) {
      const at = quantum * QUANTUM_MS;
      const parts: Record<string, number> = {};
      for (const part of this.#format.formatToParts(at)) parts[part.type] = Number(part.value);
      const local = Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!);
      minutes = Math.round((local - at) / 60_000);
      this.#offsets.set(quantum, minutes);
    }
    return minutes;
  }

  /** ISO 8601 with offset and whole seconds, as the API writes instants. */
  iso(instantMs: number): string {
    const minutes = this.offsetMinutes(instantMs);
    const sign = minutes < 0 ? "-" : "+";
    const size = Math.abs(minutes);
    const offset = `${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
    return `${new Date(instantMs + minutes * 60_000).toISOString().slice(0, 19)}${sign}${offset}`;
  }

  /** `2026-03-01` for an instant, in this zone. */
  date(instantMs: number): string {
    return new Date(instantMs + this.offsetMinutes(instantMs) * 60_000).toISOString().slice(0, 10);
  }

  /** Midnight UTC of the local day of an instant: how days are held. */
  day(instantMs: number): number {
    const local = instantMs + this.offsetMinutes(instantMs) * 60_000;
    return Math.floor(local / 86_400_000) * 86_400_000;
  }

  /** A local wall clock reading as an instant. */
  fromLocal(localMs: number): number {
    const first = localMs - this.offsetMinutes(localMs) * 60_000;
    return localMs - this.offsetMinutes(first) * 60_000;
  }

  /**
   * What the API accepts as a datetime: ISO 8601 with or without offset (server time), a bare date, or `DD.MM.YYYY HH:MM:SS`.
   * @returns epoch ms in whole seconds, or null
   */
  instant(value: unknown): number | null {
    if (typeof value !== "string") return null;
    const text = value.trim();
    const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(text);
    const site = iso ? null : /^(\d\d)\.(\d\d)\.(\d{4})(?: (\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
    const match = iso ?? site;
    if (!match) return null;
    const [year, month, day] = iso ? [match[1], match[2], match[3]] : [match[3], match[2], match[1]];
    const monthIndex = Number(month) - 1;
    const local = Date.UTC(
      Number(year),
      monthIndex,
      Number(day),
      Number(match[4] ?? 0),
      Number(match[5] ?? 0),
      Number(match[6] ?? 0),
    );
    if (Number.isNaN(local) || new Date(local).getUTCMonth() !== monthIndex) return null;
    const offset = iso?.[7];
    if (offset === undefined) return this.fromLocal(local);
    if (offset === "Z") return local;
    const sign = offset.startsWith("-") ? -1 : 1;
    const digits = offset.slice(1).replace(":", "");
    return local - sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
  }

  /** A date field's value as midnight UTC of its day, or null. A datetime is read in server time. */
  dayOf(value: unknown): number | null {
    if (typeof value !== "string") return null;
    const text = value.trim();
    if (/^\d{4}-\d\d-\d\d$/.test(text) || /^\d\d\.\d\d\.\d{4}$/.test(text)) {
      const at = this.instant(text);
      return at === null ? null : this.day(at);
    }
    const at = this.instant(text);
    return at === null ? null : this.day(at);
  }
}
