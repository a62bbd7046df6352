/** How often a stranger may knock: a bucket per link, in memory. Losing it on a restart costs nothing. */

interface Bucket {
  left: number;
  /** epoch ms at which `left` was counted */
  at: number;
}

export interface Limiter {
  /** may this key knock once more now? */
  take(key: string, nowMs: number): boolean;
}

/**
 * @param burst knocks at once
 * @param perMinute knocks a minute in the long run
 * @param most keys remembered; the longest unseen go first
 */
export function makeLimiter(burst: number, perMinute: number, most = 10_000): Limiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(key, nowMs) {
      const known = buckets.get(key);
      const left = known ? Math.min(burst, known.left + ((nowMs - known.at) * perMinute) / 60_000) : burst;
      buckets.delete(key);
      const isFree = left >= 1;
      buckets.set(key, { left: isFree ? left - 1 : left, at: nowMs });
      if (buckets.size > most) buckets.delete(buckets.keys().next().value!);
      return isFree;
    },
  };
}
