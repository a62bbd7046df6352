/**
 * Seals every token and waiting text with the newest key: node scripts/rotate-keys.ts [--check | --hash]
 * ENCRYPTION_KEYS has the new key in front (`k2:…,k1:…`) and the oldest key last; the connector has to be stopped. `--check` only says which
 * keys are in use, also while it works. `--hash` prints the entry that ENCRYPTION_KEYS needs at its end before the oldest key can go.
 */
import { keysInUse, rotateKeys } from "../src/runtimes/node/keys.ts";
import { makeVault } from "../src/runtimes/vault.ts";

const args = process.argv.slice(2);
const keys = process.env.ENCRYPTION_KEYS;
if (!keys || args.some((arg) => arg !== "--check" && arg !== "--hash")) {
  console.error("Usage: ENCRYPTION_KEYS=new:…,old:… node scripts/rotate-keys.ts [--check | --hash]");
  process.exit(2);
}
try {
  const dataDir = process.env.DATA_DIR ?? "data";
  if (args.length === 0) rotateKeys(dataDir, keys);
  if (args.includes("--hash")) {
    console.log(makeVault(keys).hashEntry);
    process.exit(0);
  }
  const { portals, sealed, closed } = keysInUse(dataDir, keys);
  const uses = Object.entries(sealed).map(([name, count]) => `${name}: ${count}`);
  console.log(`${portals} portals; sealed texts by key: ${uses.join(", ")}`);
  if (closed.length > 0) {
    console.error(`None of these keys opens the access of ${closed.join(", ")}: put the key back that sealed it.`);
    process.exit(1);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
