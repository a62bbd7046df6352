import { spawnSync } from "node:child_process";
import type { Parameters } from "./parameters.ts";

/** Plays worlds in the Workers runtime: the workerd of the test pool runs one after the other, a line of JSON for each. @returns the exit code */
export function playInWorkerd(worlds: readonly Parameters[]): number {
  const env = { ...process.env, TENURE_WORLDS: JSON.stringify(worlds) };
  const args = ["run", "--project", "workers", "test/workers/simulation.test.ts"];
  return spawnSync("vitest", args, { stdio: "inherit", env }).status ?? 1;
}
