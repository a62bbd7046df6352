/** What becomes of the rate when the work grows tenfold: a scoring pass over ten times the clients, beside the smaller one of the same run. */
import { type BenchLine, lineOf } from "./line.ts";
import { run as score } from "./score.ts";

async function passRate(clients: number): Promise<number> {
  const lines = await score(clients);
  return lines.find((line) => line.unit === "clients/s")!.value;
}

/** @param clients of the smaller pass */
export async function run(clients = 400): Promise<BenchLine[]> {
  // Once for the compiler, so that the smaller pass is not the one that pays for it.
  await passRate(clients);
  const small = await passRate(clients);
  const large = await passRate(10 * clients);
  return [lineOf("growth", `scoring pass at ${10 * clients} clients, beside ${clients}`, large, "clients/s", small)];
}
