/** How far a long run is, on standard error: a bar with rate and time left where somebody watches, else a line now and then. */
const WIDTH = 30;
/** Without a terminal, a line each time so many hundredths are done. */
const LINE_EVERY = 5;

export class Progress {
  readonly #whole: number;
  readonly #startedAt = performance.now();
  readonly #stream: NodeJS.WriteStream;
  #told = -1;

  /** @param whole simulated days of all portals together */
  constructor(whole: number, stream: NodeJS.WriteStream = process.stderr) {
    this.#whole = whole;
    this.#stream = stream;
  }

  /** @param done portal-days so far @param note what else is worth knowing */
  at(done: number, note: string): void {
    const share = Math.min(1, done / this.#whole);
    const isWatched = this.#stream.isTTY === true;
    const step = Math.floor((100 * share) / LINE_EVERY);
    if (!isWatched && step === this.#told) return;
    this.#told = step;
    const text = lineAt(done, this.#whole, (performance.now() - this.#startedAt) / 1000, note);
    this.#stream.write(isWatched ? `\r${text}\u001b[K` : `${text}\n`);
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write("\n");
  }
}

/** The line itself. @param seconds since the beginning */
export function lineAt(done: number, whole: number, seconds: number, note: string): string {
  const share = Math.min(1, done / whole);
  const full = Math.round(WIDTH * share);
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? Math.round((whole - done) / rate) : null;
  const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
  const time = left === null ? "" : ` · ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`;
  return `${bar} ${(100 * share).toFixed(0)} % · ${rate.toFixed(1)} portal-days/s${time} · ${note}`;
}
