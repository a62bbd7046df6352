/** Run by scripts/bench/object.ts with a small heap: the first decisions, the book, and two weeks of scoring passes, turn by turn. */
import { makeBookWhenDue } from "../../../src/engine/book.ts";
import { decideDue } from "../../../src/engine/decider.ts";
import { DEFAULT_BOUNDS } from "../../../src/engine/engine.ts";
import { openFile } from "../../../src/runtimes/node/portal-files.ts";
import { cpuMs, heldMb } from "../measure.ts";
import { DAY_MS, START } from "../score/clients.ts";
import { engineOf } from "../score.ts";

export interface ObjectFigures {
  decided: number;
  /** CPU of the longest turn of each sort, s */
  decideS: number;
  bookS: number;
  heldMb: number;
}

const file = openFile(process.argv[2]!);
const clock = { now: START };
const engine = engineOf(file.store, clock, { breathe: () => undefined });
const figures: ObjectFigures = { decided: 0, decideS: 0, bookS: 0, heldMb: 0 };

async function timed<T>(turn: () => T | Promise<T>): Promise<{ answer: T; seconds: number }> {
  const startedAt = cpuMs();
  const answer = await turn();
  return { answer, seconds: (cpuMs() - startedAt) / 1000 };
}

async function decideEverybody(): Promise<void> {
  for (;;) {
    const { answer, seconds } = await timed(() => decideDue(engine, DEFAULT_BOUNDS.clients));
    figures.decideS = Math.max(figures.decideS, seconds);
    if (answer === 0) return;
    figures.decided += answer;
  }
}

await decideEverybody();
for (let week = 0; week < 2; week++) {
  const { answer, seconds } = await timed(() => makeBookWhenDue(engine));
  if (!answer) throw new Error("A book was not made.");
  figures.bookS = Math.max(figures.bookS, seconds);
  await decideEverybody();
  figures.heldMb = Math.max(figures.heldMb, heldMb());
  clock.now += DAY_MS;
}
file.close();
console.log(JSON.stringify(figures));
