/**
 * `npm run bench`: every benchmark, each in its own process, one line of JSON per figure on standard output. `-- --only NAME` runs one,
 * with `--size N` at another size (`score`: clients, with `--derive N` score changes derived again); `-- --out FILE` also keeps the lines in a file, which scripts/bench-table.ts makes a table of.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { BenchLine } from "./bench/line.ts";

/** In the order in which they run. */
export const BENCHES: Readonly<
  Record<string, () => Promise<{ run(size?: never, derived?: never): Promise<readonly BenchLine[]> }>>
> = {
  ingest: () => import("./bench/ingest.ts"),
  score: () => import("./bench/score.ts"),
  plan: () => import("./bench/plan.ts"),
  latency: () => import("./bench/latency.ts"),
  growth: () => import("./bench/growth.ts"),
  object: () => import("./bench/object.ts"),
  card: () => import("./bench/card.ts"),
  adoption: () => import("./bench/adoption.ts"),
  fleet: () => import("./bench/fleet.ts"),
  "bitrix24-scale": () => import("./bench/bitrix24-scale.ts"),
  events: () => import("./bench/events.ts"),
  crash: () => import("./bench/crash.ts"),
};

async function runHere(name: string, sizes: readonly (string | undefined)[], out: string | undefined): Promise<void> {
  const bench = BENCHES[name];
  if (!bench) {
    console.error(`There is no benchmark "${name}". There are: ${Object.keys(BENCHES).join(", ")}`);
    process.exit(1);
  }
  const { run } = await bench();
  const [size, derived] = sizes.map((text) => (text === undefined ? undefined : Number(text)) as never);
  for (const line of await run(size, derived)) {
    const text = JSON.stringify(line);
    console.log(text);
    if (out !== undefined) appendFileSync(out, `${text}\n`);
  }
}

/** Each in a process of its own, so that none runs in the memory and the compiled code of another. */
function runAll(out: string | undefined): number {
  if (out !== undefined) writeFileSync(out, "");
  let failed = 0;
  for (const name of Object.keys(BENCHES)) {
    const args = [fileURLToPath(import.meta.url), "--only", name, ...(out === undefined ? [] : ["--out", out])];
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (status !== 0) {
      failed += 1;
      console.error(`The benchmark "${name}" did not finish.`);
    }
  }
  return failed;
}

if (import.meta.main) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { only: text, size: text, derive: text, out: text } });
  if (values.only === undefined) process.exit(runAll(values.out) === 0 ? 0 : 1);
  await runHere(values.only, [values.size, values.derive], values.out);
}
