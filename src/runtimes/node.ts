/** `npm start`: the connector; without credentials of any CRM also the sandbox CRMs with a demo portal. */
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  // An older Node crashes inside the database driver without a word.
  console.error(`Tenure needs Node 24 or newer, this is ${process.versions.node}. Start it with: npm start`);
  process.exit(1);
}

/** What a start needs was compiled by then, and the first turns are over, ms. */
const KEEP_CODE_AFTER_MS = 10_000;

const { flushCompileCache } = await import("node:module");
const { resolveQuickly } = await import("./node/quick-modules.ts");
resolveQuickly();

const { ConfigProblem, readConfig } = await import("../config.ts");
const { startConnector } = await import("./node/connector.ts");
const { makeLog } = await import("./node/log.ts");
const { endInWords } = await import("./node/end.ts");
const { isDemo } = await import("./node/is-demo.ts");
const { PortInUse } = await import("./node/free-port.ts");
const { FolderInUse } = await import("./node/locks.ts");
const { NewerDatabase } = await import("../store/db.ts");

try {
  const starting = isDemo(process.env) ? demo() : startFromEnvironment();
  endInWords(starting);
  await starting;
  // Node writes what it compiled on its way out; whoever is killed has no way out.
  setTimeout(flushCompileCache, KEEP_CODE_AFTER_MS).unref();
} catch (error) {
  const isPersons = [ConfigProblem, FolderInUse, NewerDatabase, PortInUse].some((kind) => error instanceof kind);
  console.error(isPersons ? (error as Error).message : error);
  process.exit(1);
}

/** The sandbox CRMs are a hundred modules that a connector in earnest never needs. */
async function demo(): Promise<{ stop(): Promise<void> }> {
  const { startDemo } = await import("./node/demo.ts");
  return startDemo(process.env);
}

async function startFromEnvironment(): Promise<{ stop(): Promise<void> }> {
  const config = readConfig(process.env);
  const log = makeLog(config.logLevel);
  const connector = await startConnector({ config, log });
  log("info", "started", { port: connector.port, portals: connector.registry.ids().length });
  return connector;
}
