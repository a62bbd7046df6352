/** A process that ends says why, whatever the level of the log: one that is silent was killed, or crashed. */

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * Stops gracefully when a signal asks for it, at once when it asks again; says so when nothing is left to do, which must not happen.
 * @param starting a signal that comes before the start is over waits for it
 */
export function endInWords(starting: Promise<{ stop(): Promise<void> }>): void {
  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) {
      console.error(`${signal} again: ends at once, as if it was killed.`);
      process.exit(1);
    }
    isStopping = true;
    console.error(`${signal}: finishes what is under way.`);
    await (await starting).stop();
    console.error("Stopped.");
    process.exit(0);
  };
  for (const signal of SIGNALS) process.on(signal, (name) => void stop(name));
  process.on("beforeExit", () => {
    console.error("Nothing is left to do, not even to listen: the process ends, although nobody asked for it.");
    process.exit(1);
  });
}
