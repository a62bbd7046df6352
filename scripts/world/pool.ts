/** Worlds side by side: a process per core, each playing one world after the other. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Parameters } from "./parameters.ts";
import { cutShort, type Played, play } from "./play.ts";

/** What a process that plays worlds says. */
export type Told = { day: number; broken: number } | { played: Played };

export interface PoolOptions {
  workers: number;
  /** the module that a process of its own runs; default: the one that plays */
  player?: string;
  /** told after each simulated day of a world, with how much is broken in it */
  onDay: (world: Parameters, day: number, broken: number) => void;
  onPlayed: (played: Played) => void;
}

/** The young generation of a process that does nothing but play, MB: it is collected a fourth as often as with what the connector has. */
const YOUNG_MB = 64;

/** Plays all of them; a single worker plays in this process. */
export async function playAll(worlds: readonly Parameters[], options: PoolOptions): Promise<void> {
  let at = 0;
  const next = () => worlds[at++];
  if (options.workers === 1) {
    for (let one = next(); one; one = next()) options.onPlayed(await playHere(one, options));
    return;
  }
  const players = Array.from({ length: Math.min(options.workers, worlds.length) }, () => new Player(options));
  const work = async (player: Player) => {
    for (let one = next(); one; one = next()) options.onPlayed(await player.play(one));
    player.end();
  };
  await Promise.all(players.map(work));
}

function playHere(world: Parameters, { onDay }: PoolOptions): Promise<Played> {
  return play(world, (day, broken) => onDay(world, day, broken));
}

/** A process that plays worlds; another one takes its place when it dies. */
class Player {
  readonly #options: PoolOptions;
  #child: ChildProcess | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  play(world: Parameters): Promise<Played> {
    this.#child ??= this.#start();
    const child = this.#child;
    let today = 0;
    return new Promise((done) => {
      const settle = (played: Played) => {
        child.removeAllListeners();
        done(played);
      };
      child.on("message", (told: Told) => {
        if ("played" in told) return settle(told.played);
        today = told.day;
        this.#options.onDay(world, told.day, told.broken);
      });
      child.once("exit", (code, signal) => {
        this.#child = null;
        settle(cutShort(world, today, signal ?? `exit code ${code}`));
      });
      child.send(world);
    });
  }

  #start(): ChildProcess {
    const path = this.#options.player ?? join(import.meta.dirname, "player.ts");
    return fork(path, { execArgv: [`--max-semi-space-size=${YOUNG_MB}`] });
  }

  end(): void {
    this.#child?.disconnect();
  }
}
