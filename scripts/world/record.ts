/** What came out of worlds: a line of JSON for each, so that a long run goes on where it stopped, and all of them together. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Invariant } from "./invariants.ts";
import type { Asked, Parameters } from "./parameters.ts";
import type { Played } from "./play.ts";

const SAME = ["portals", "clients", "days", "faults", "flood"] as const;

/** Worlds in the file that were made like these, on the same runtime; the others in it are left alone. */
export function recorded(path: string, like: Parameters & Partial<Pick<Asked, "runtime">>): readonly Played[] {
  if (!existsSync(path)) return [];
  const isLike = (one: Played) => SAME.every((name) => one[name] === like[name]);
  return allRecorded(path).filter((one) => isLike(one) && (one.runtime ?? "node") === (like.runtime ?? "node"));
}

/** Every world in the file. @throws Error when there is no such file */
export function allRecorded(path: string): readonly Played[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => playedIn(line) ?? []);
}

/** null for an empty line, and for one that a process left half written */
function playedIn(line: string): Played | null {
  try {
    return JSON.parse(line) as Played;
  } catch {
    return null;
  }
}

export function record(path: string, one: Played): void {
  // A line that was cut short stays by itself.
  const isCut = existsSync(path) && !/(^|\n)$/.test(readFileSync(path, "utf8"));
  appendFileSync(path, `${isCut ? "\n" : ""}${JSON.stringify(one)}\n`);
}

/** Counts of several worlds together, in order of name. */
function sum<Name extends string>(counts: readonly Readonly<Record<Name, number>>[]): Record<Name, number> {
  const all: Record<string, number> = {};
  for (const one of counts) for (const [name, n] of Object.entries<number>(one)) all[name] = (all[name] ?? 0) + n;
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))) as Record<Name, number>;
}

export function portalYears(worlds: readonly Pick<Played, "portals" | "daysPlayed">[]): number {
  return worlds.reduce((all, one) => all + one.portals * one.daysPlayed, 0) / 365;
}

/** All worlds together. @param worlds at least one */
export function together(worlds: readonly Played[]): {
  summary: Record<string, unknown>;
  checked: Record<Invariant, number>;
  wentWrong: Record<string, number>;
} {
  const sorted = [...worlds].sort((a, b) => a.seed - b.seed);
  const total = (count: (one: Played) => number) => sorted.reduce((all, one) => all + count(one), 0);
  const broken = sorted.filter((one) => one.broken.length > 0);
  const [first] = sorted;
  const cpuSeconds = total((one) => one.cpuSeconds);
  const wentWrong = sum(sorted.map((one) => one.wentWrong));
  const summary = {
    world: broken.length > 0 ? "broken" : "holds",
    seed: first!.seed,
    seeds: sorted.length,
    portals: first!.portals,
    clients: first!.clients,
    days: first!.days,
    faults: first!.faults,
    portalYears: Number(portalYears(sorted).toFixed(2)),
    cpuSeconds: Math.round(cpuSeconds),
    cpuSecondsPerPortalDay: Number(
      (
        cpuSeconds /
        Math.max(
          1,
          total((one) => one.portals * one.daysPlayed),
        )
      ).toFixed(3),
    ),
    turns: total((one) => one.turns),
    calls: total((one) => one.calls),
    writes: total((one) => one.writes),
    graduated: total((one) => one.graduated),
    wentWrong,
    brokenSeeds: broken.map(({ seed }) => seed),
    broken: broken.flatMap((one) => one.broken.map((what) => `seed ${one.seed}: ${what}`)),
  };
  return { summary, checked: sum(sorted.map((one) => one.checked)), wentWrong };
}
