/** Silence as evidence, and its inverse: the day on which silence alone will say enough, so that nobody has to look before. */

/**
 * Evidence (nats) of `days` without an event at `rate` events a day: -ln P(no event), the rate being Gamma-distributed
 * with shape `size`.
 */
export function silenceNats(days: number, rate: number, size: number): number {
  return days <= 0 ? 0 : size * Math.log1p((days * rate) / size);
}

/** Days of silence after which `silenceNats` reaches `nats`; Infinity where the rate is zero. */
export function silenceDays(nats: number, rate: number, size: number): number {
  return rate <= 0 ? Number.POSITIVE_INFINITY : (size / rate) * Math.expm1(nats / size);
}

/** First whole day, counted from the last event's day, on which silence has reached `nats`; null where it never will. */
export function silenceDueDay(lastDay: number, nats: number, rate: number, size: number): number | null {
  const days = silenceDays(nats, rate, size);
  return Number.isFinite(days) ? lastDay + Math.ceil(days - 1e-9) : null;
}
