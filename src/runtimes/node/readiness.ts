/** The disk is tried at most this often, ms: anybody may ask, and each try is a commit. */
const TRY_EVERY_MS = 5_000;

/** Would a delivery that comes now be kept? A full disk, or one that went away, is not ready, whatever else works. */
export function readiness(takesWrites: () => boolean, now: () => number): () => boolean {
  let triedAt = Number.NEGATIVE_INFINITY;
  let isReady = false;
  return () => {
    if (now() >= triedAt + TRY_EVERY_MS) {
      triedAt = now();
      isReady = takesWrites();
    }
    return isReady;
  };
}
