import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** Cloudflare's smallest plan takes 3 MB; ours is to start fast: under 1 MB, gzipped. */
const LIMIT_BYTES = 1_000_000;

test("the Worker's bundle stays under 1 MB gzipped, and holds no driver of Node's runtime and no sandbox", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ["src/runtimes/workers.ts"],
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url).href),
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
  });
  const bytes = gzipSync(outputFiles[0]!.contents).byteLength;
  const parts = new Map<string, number>();
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const part = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.split("/").slice(0, 2).join("/");
      parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
    }
  }
  const largest = [...parts].sort((a, b) => b[1] - a[1]).slice(0, 12);
  expect(bytes, `largest parts, minified: ${JSON.stringify(largest)}`).toBeLessThan(LIMIT_BYTES);
  expect(
    [...parts.keys()].filter((part) => /better-sqlite3|node-server|node-cron|pino|nodemailer|src\/sandbox/.test(part)),
  ).toEqual([]);
});
