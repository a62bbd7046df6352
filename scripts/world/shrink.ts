import type { Parameters } from "./parameters.ts";

/** Worlds that are a little smaller, the greatest step first. */
function smaller(now: Parameters): readonly Parameters[] {
  const tries: Parameters[] = [];
  for (const name of ["portals", "days", "clients"] as const) {
    const half = Math.ceil(now[name] / 2);
    if (half < now[name]) tries.push({ ...now, [name]: half });
    if (now[name] - 1 > half) tries.push({ ...now, [name]: now[name] - 1 });
  }
  if (now.faults > 0) tries.push({ ...now, faults: now.faults - 1 });
  return tries;
}

/**
 * The smallest world found that is still broken: each step that keeps it broken is kept.
 * @param isBroken runs a world
 */
export async function shrink(
  broken: Parameters,
  isBroken: (parameters: Parameters) => Promise<boolean>,
): Promise<Parameters> {
  let now = broken;
  for (;;) {
    let next: Parameters | null = null;
    for (const one of smaller(now)) {
      if (await isBroken(one)) {
        next = one;
        break;
      }
    }
    if (!next) return now;
    now = next;
  }
}
