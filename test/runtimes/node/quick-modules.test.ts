/** The short way to modules leads to the same ones. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const RUNTIMES = join(import.meta.dirname, "../../../src/runtimes/node");

/** Every module that the connector loads, by its address, as a process of its own tells. */
function loaded(before: string): readonly string[] {
  const script = `
    import { registerHooks } from "node:module";
    const seen = [];
    registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } });
    ${before}
    await import(${JSON.stringify(join(RUNTIMES, "connector.ts"))});
    console.log(JSON.stringify(seen.sort()));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    maxBuffer: 1e7,
  });
  if (stdout === "") throw new Error(stderr);
  return [...new Set(JSON.parse(stdout) as string[])];
}

test("the short way to Drizzle's modules and ours leads to the same files, and to no other", {
  timeout: 120_000,
}, () => {
  const quick = join(RUNTIMES, "quick-modules.ts");
  const all = loaded("");
  const short = loaded(`(await import(${JSON.stringify(quick)})).resolveQuickly();`);
  expect(all.length).toBeGreaterThan(500);
  expect(short.filter((url) => !url.endsWith("/quick-modules.ts"))).toEqual(all);
});
