import { existsSync, statfsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Settings that the Worker has as secrets; these open nothing. */
const TEST_SETTINGS = {
  PUBLIC_URL: "https://tenure.test",
  ENCRYPTION_KEYS: `k1:${"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="}`,
  HUBSPOT_CLIENT_ID: "client-1",
  HUBSPOT_CLIENT_SECRET: "secret-1",
  HUBSPOT_APP_ID: "4711",
  HUBSPOT_API_URL: "http://hubspot.sandbox",
  HUBSPOT_AUTH_URL: "http://hubspot.sandbox",
  BITRIX24_CLIENT_ID: "app.1",
  BITRIX24_CLIENT_SECRET: "secret-2",
  MOVE_KEY: "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=",
  METRICS_TOKEN: "metrics-secret",
  LOG_LEVEL: "warn",
  TENURE_EVERY_STEP: process.env.TENURE_EVERY_STEP ?? "",
  TENURE_WORLDS: process.env.TENURE_WORLDS ?? "",
  BITRIX24_OAUTH_URL: "http://oauth.bitrix24.sandbox",
};

/**
 * Objects commit to a disk for every alarm that they set; on one that others use as well the tests of a minute take three. They live in memory where
 * there is plenty of it.
 */
const IN_MEMORY = "/dev/shm";
const PLENTY_BYTES = 2 ** 31;
if (existsSync(IN_MEMORY)) {
  const { bavail, bsize } = statfsSync(IN_MEMORY);
  if (bavail * bsize > PLENTY_BYTES) process.env.TMPDIR = IN_MEMORY;
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          environment: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/workers/**", "test/browser/**"],
          // On two cores the runner would take one for itself, which it hardly needs.
          maxWorkers: availableParallelism(),
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: TEST_SETTINGS,
              // A portal that moves in a test finds a real data folder behind it.
              serviceBindings: {
                NODE: async (request: Request) =>
                  (await import("./test/workers/node-place.ts")).throughNode(request, TEST_SETTINGS),
              },
            },
          }),
        ],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One worker for all files: a second one would be sent every module of the first in one message, more than workerd takes.
          isolate: false,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "browser",
          environment: "node",
          include: ["test/browser/**/*.test.ts"],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
