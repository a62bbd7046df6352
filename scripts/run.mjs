/**
 * The door of every npm command: sets up what is missing, then runs it on Node 24. Plain JavaScript, because the first run may be
 * on an older system Node. Usage: node scripts/run.mjs <task> [arguments]
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BIN = join(ROOT, "node_modules", ".bin");
const NEEDED = 24;
const CONNECTOR = join(ROOT, "src", "runtimes", "node", "connector.ts");

/**
 * Node lets its young generation grow to hundreds of megabytes while it loads modules and never gives them back. 16 MB hold what is under way
 * while deliveries come in at full speed: with 4 MB the collector takes half of the ingest. The types that it strips are stripped once and kept.
 */
const FRUGAL = {
  NODE_OPTIONS: `--max-semi-space-size=16 ${process.env.NODE_OPTIONS ?? ""}`.trim(),
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, "node_modules", ".cache", "node"),
};

function run(command, args, options = {}) {
  const env = {
    ...process.env,
    PATH: `${BIN}${delimiter}${process.env.PATH ?? ""}`,
    WRANGLER_SEND_METRICS: "false",
    ...options.env,
  };
  const { env: _env, ...rest } = options;
  return spawnSync(command, args, { cwd: ROOT, stdio: "inherit", ...rest, env });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Dependencies as the lockfile says; again whenever the lockfile has changed. */
function ensureDependencies() {
  const stamp = join(ROOT, "node_modules", ".tenure-lock");
  const lock = createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("Installing dependencies from the lockfile …");
  const installed = run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (installed.status !== 0) fail("npm ci failed; its message stands above.");
  mkdirSync(join(ROOT, "node_modules"), { recursive: true });
  writeFileSync(stamp, lock);
  // A start finds compiled what it loads, also the first one.
  run(nodeBinary(), ["-e", `import(${JSON.stringify(CONNECTOR)}).then((all) => all.loadAll())`], { env: FRUGAL });
}

function nodeBinary() {
  const own = join(BIN, process.platform === "win32" ? "node.cmd" : "node");
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split(".")[0]) >= NEEDED) return process.execPath;
  return fail(
    `Tenure needs Node ${NEEDED} or newer, this is ${process.versions.node}, and this platform has no packaged one.`,
  );
}

const BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** A browser for the browser tests: the machine's own, else Debian's Chromium. */
function ensureBrowser() {
  const found = process.env.CHROMIUM_PATH ?? BROWSERS.find((path) => existsSync(path));
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Installing Chromium for the browser tests …");
    const quiet = { stdio: ["ignore", "ignore", "inherit"], env: { DEBIAN_FRONTEND: "noninteractive" } };
    run("apt-get", ["update", "-qq"], quiet);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"], quiet);
  }
  return (
    BROWSERS.find((path) => existsSync(path)) ??
    fail("The browser tests need Chromium: install it, or set CHROMIUM_PATH.")
  );
}

const [task, ...args] = process.argv.slice(2);
ensureDependencies();
const node = nodeBinary();
if (task === "test") {
  const chromium = ensureBrowser();
  process.exit(run(node, ["scripts/test.ts", ...args], { env: { CHROMIUM_PATH: chromium } }).status ?? 1);
}
process.exit(run(node, [task, ...args], { env: FRUGAL }).status ?? 1);
