/** The receivers of other projects, with their own signature check and a handler that does nothing. Not in our package.json: see peers/. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SECRET } from "./deliveries.ts";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "..", "peers");
const INSTALL_MS = 120_000;

/** Installs the peers from their own lockfile unless they are there. Returns why not, or null. */
export function installPeers(): string | null {
  const lock = readFileSync(join(FOLDER, "package-lock.json"), "utf8");
  const stamp = join(FOLDER, "node_modules", ".lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return null;
  const npm = spawnSync("npm", ["ci", "--loglevel=error"], { cwd: FOLDER, encoding: "utf8", timeout: INSTALL_MS });
  if (npm.status !== 0)
    return `npm ci: ${(npm.stderr ?? npm.error?.message ?? "").trim().split("\n")[0] || "no answer in time"}`;
  writeFileSync(stamp, lock);
  return null;
}

const peer = createRequire(join(FOLDER, "package.json"));

interface ProbotModule {
  createProbot(options: { overrides: Record<string, unknown> }): unknown;
  createNodeMiddleware(
    app: (probot: { on(event: string, handler: () => void): void }) => void,
    options: { probot: unknown; webhooksPath: string },
  ): Promise<RequestListener>;
}

interface BoltModule {
  HTTPReceiver: new (options: Record<string, unknown>) => { requestListener: RequestListener };
  App: new (options: Record<string, unknown>) => { event(name: string, handler: () => Promise<void>): void };
  LogLevel: { ERROR: string };
}

export async function probotListener(): Promise<RequestListener> {
  const { createNodeMiddleware, createProbot } = (await import(
    pathToFileURL(peer.resolve("probot")).href
  )) as ProbotModule;
  const probot = createProbot({ overrides: { appId: 1, githubToken: "none", secret: SECRET, logLevel: "fatal" } });
  return createNodeMiddleware((app) => app.on("issues.opened", () => undefined), {
    probot,
    webhooksPath: "/api/github/webhooks",
  });
}

export function boltListener(): RequestListener {
  const { App, HTTPReceiver, LogLevel } = peer("@slack/bolt") as BoltModule;
  const receiver = new HTTPReceiver({ signingSecret: SECRET, logLevel: LogLevel.ERROR });
  const app = new App({ receiver, authorize: async () => ({ botToken: "none" }), logLevel: LogLevel.ERROR });
  app.event("message", async () => undefined);
  return receiver.requestListener;
}
