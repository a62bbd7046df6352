/**
 * Seals every token and waiting text with the newest key: node scripts/rotate-keys.ts [--check]
 * ENCRYPTION_KEYS has the new key in front (`k2:…,k1:…`) and the oldest key last; the connector has to be stopped. `--check` only says which
 * keys are in use, also while it works.
 */
import { keysInUse, rotateKeys } from "../src/runtimes/node/keys.ts";

const args = process.argv.slice(2);
const keys = process.env.ENCRYPTION_KEYS;
if (!keys || args.some((arg) => arg !== "--check")) {
  console.error("Usage: ENCRYPTION_KEYS=new:…,old:… node scripts/rotate-keys.ts [--check]");
  process.exit(2);
}
try {
  const dataDir = process.env.DATA_DIR ?? "data";
  if (!args.includes("--check")) rotateKeys(dataDir, keys);
  const { portals, sealed } = keysInUse(dataDir, keys);
  const uses = Object.entries(sealed).map(([name, count]) => `${name}: ${count}`);
  console.log(`${portals} portals; sealed texts by key: ${uses.join(", ")}`);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
